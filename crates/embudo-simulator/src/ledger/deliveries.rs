//! What each customer received, every send that was asked for, and the files of both ways.

use crate::{Result, SimulatorError};
use embudo_channels::simulator::SimFile;
use embudo_domain::{Body, MediaKind, MessageId};
use serde::{Deserialize, Serialize};
use sqlx::{Row as _, SqliteConnection};

/// What a customer received, once.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Delivered {
    pub client_key: MessageId,
    pub provider_id: String,
    pub external_id: String,
    pub body: Body,
    pub file_name: Option<String>,
    pub file_bytes: Option<u64>,
    pub reply_to: Option<String>,
    pub at_ms: i64,
    /// Later sends of the same message that were recognised by their client id and dropped.
    pub repeats: u32,
    pub edits: u32,
}

/// A send that was asked for. `outcome`: `sent`, `repeat`, `answer_dropped`, `request_dropped`,
/// `not_reached`, `slow_down`, `unauthorized`, `conflict`, or the code of a refusal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attempt {
    pub client_key: MessageId,
    pub external_id: String,
    pub at_ms: i64,
    pub outcome: String,
}

pub(crate) struct NewDelivery<'a> {
    pub client_key: MessageId,
    pub customer: &'a str,
    pub body: &'a Body,
    pub file: Option<&'a SimFile>,
    pub reply_to: Option<&'a str>,
    pub at_ms: i64,
}

/// Books the message to the customer; returns its provider id.
pub(crate) async fn add_delivery(conn: &mut SqliteConnection, new: NewDelivery<'_>) -> Result<String> {
    let last: Option<i64> = sqlx::query_scalar("select seq from sqlite_sequence where name = 'delivery'")
        .fetch_optional(&mut *conn)
        .await?;
    let provider_id = format!("out-{}", last.unwrap_or(0) + 1);
    sqlx::query(
        "insert into delivery (client_key, provider_id, customer, body, file_name, file_bytes, reply_to, at_ms)
         values ($1, $2, $3, $4, $5, $6, $7, $8)",
    )
    .bind(new.client_key.to_string())
    .bind(&provider_id)
    .bind(new.customer)
    .bind(serde_json::to_string(new.body)?)
    .bind(new.file.map(|file| file.name.as_str()))
    .bind(new.file.map(|file| file.bytes.len() as i64))
    .bind(new.reply_to)
    .bind(new.at_ms)
    .execute(conn)
    .await?;
    Ok(provider_id)
}

pub(crate) async fn add_attempt(
    conn: &mut SqliteConnection,
    client_key: MessageId,
    customer: &str,
    at_ms: i64,
    outcome: &str,
) -> Result<()> {
    sqlx::query("insert into attempt (client_key, customer, at_ms, outcome) values ($1, $2, $3, $4)")
        .bind(client_key.to_string())
        .bind(customer)
        .bind(at_ms)
        .bind(outcome)
        .execute(conn)
        .await?;
    Ok(())
}

/// The first delivery of this message: provider id, time, customer.
pub(crate) async fn delivery_of(
    conn: &mut SqliteConnection,
    client_key: MessageId,
) -> Result<Option<(String, i64, String)>> {
    let row =
        sqlx::query("select provider_id, at_ms, customer from delivery where client_key = $1 order by no limit 1")
            .bind(client_key.to_string())
            .fetch_optional(conn)
            .await?;
    row.map(|row| Ok((row.try_get(0)?, row.try_get(1)?, row.try_get(2)?))).transpose()
}

pub(crate) async fn count_repeat(conn: &mut SqliteConnection, provider_id: &str) -> Result<()> {
    sqlx::query("update delivery set repeats = repeats + 1 where provider_id = $1")
        .bind(provider_id)
        .execute(conn)
        .await?;
    Ok(())
}

/// False: there is no such message of ours with this customer.
pub(crate) async fn edit_delivery(
    conn: &mut SqliteConnection,
    provider_id: &str,
    customer: &str,
    text: &str,
) -> Result<bool> {
    let row = sqlx::query_scalar::<_, String>("select body from delivery where provider_id = $1 and customer = $2")
        .bind(provider_id)
        .bind(customer)
        .fetch_optional(&mut *conn)
        .await?;
    let Some(body) = row else { return Ok(false) };
    let body = match serde_json::from_str(&body)? {
        Body::Text { .. } => Body::Text { text: text.to_owned() },
        Body::Media { media, file, .. } => Body::Media { media, file, caption: Some(text.to_owned()) },
        _ => return Ok(false),
    };
    sqlx::query("update delivery set body = $1, edits = edits + 1 where provider_id = $2")
        .bind(serde_json::to_string(&body)?)
        .bind(provider_id)
        .execute(conn)
        .await?;
    Ok(true)
}

pub(crate) async fn deliveries(conn: &mut SqliteConnection) -> Result<Vec<Delivered>> {
    let rows = sqlx::query(
        "select client_key, provider_id, customer, body, file_name, file_bytes, reply_to, at_ms, repeats, edits
         from delivery order by no",
    )
    .fetch_all(conn)
    .await?;
    rows.iter()
        .map(|row| {
            Ok(Delivered {
                client_key: read_key(row.try_get(0)?)?,
                provider_id: row.try_get(1)?,
                external_id: row.try_get(2)?,
                body: serde_json::from_str(row.try_get(3)?)?,
                file_name: row.try_get(4)?,
                file_bytes: row.try_get::<Option<i64>, _>(5)?.map(|size| size as u64),
                reply_to: row.try_get(6)?,
                at_ms: row.try_get(7)?,
                repeats: row.try_get(8)?,
                edits: row.try_get(9)?,
            })
        })
        .collect()
}

pub(crate) async fn attempts(conn: &mut SqliteConnection) -> Result<Vec<Attempt>> {
    let rows =
        sqlx::query("select client_key, customer, at_ms, outcome from attempt order by no").fetch_all(conn).await?;
    rows.iter()
        .map(|row| {
            Ok(Attempt {
                client_key: read_key(row.try_get(0)?)?,
                external_id: row.try_get(1)?,
                at_ms: row.try_get(2)?,
                outcome: row.try_get(3)?,
            })
        })
        .collect()
}

fn read_key(text: &str) -> Result<MessageId> {
    text.parse().map_err(|_| SimulatorError::Script(format!("{text:?} is no message id")))
}

pub(crate) async fn put_file(conn: &mut SqliteConnection, remote: &str, file: &SimFile) -> Result<()> {
    sqlx::query("insert or replace into file (remote, name, mime, media, bytes) values ($1, $2, $3, $4, $5)")
        .bind(remote)
        .bind(&file.name)
        .bind(&file.mime)
        .bind(serde_json::to_string(&file.media)?)
        .bind(file.bytes.to_vec())
        .execute(conn)
        .await?;
    Ok(())
}

pub(crate) async fn file(conn: &mut SqliteConnection, remote: &str) -> Result<Option<SimFile>> {
    let row = sqlx::query("select name, mime, media, bytes from file where remote = $1")
        .bind(remote)
        .fetch_optional(conn)
        .await?;
    row.map(|row| {
        let media: MediaKind = serde_json::from_str(row.try_get(2)?)?;
        let bytes: Vec<u8> = row.try_get(3)?;
        Ok(SimFile { name: row.try_get(0)?, mime: row.try_get(1)?, media, bytes: bytes.into() })
    })
    .transpose()
}
