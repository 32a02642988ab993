//! Customers, and where the script of each stands.

use crate::Result;
use serde::{Deserialize, Serialize};
use sqlx::{Row as _, SqliteConnection};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustomerView {
    pub external_id: String,
    pub name: String,
    pub script: Option<String>,
    pub last_inbound_ms: Option<i64>,
    /// Messages of ours that arrived.
    pub received: u32,
    pub silent: bool,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Profile {
    pub name: String,
    pub username: String,
    pub phone: Option<String>,
    pub language: Option<String>,
}

/// Where a script stands.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Standing {
    pub used_turns: Vec<usize>,
    pub fallbacks: u32,
    pub received: u32,
    pub asked: u32,
    pub silent: bool,
    /// Counts what was said, for the rolls.
    pub said: u64,
}

#[derive(Clone, Debug)]
pub(crate) struct Customer {
    pub id: String,
    pub profile: Profile,
    pub script: Option<String>,
    pub standing: Standing,
    pub last_inbound_ms: Option<i64>,
}

pub(crate) async fn customer(conn: &mut SqliteConnection, id: &str) -> Result<Option<Customer>> {
    let row = sqlx::query("select id, profile, script, state, last_inbound_ms from customer where id = $1")
        .bind(id)
        .fetch_optional(conn)
        .await?;
    row.map(|row| read_customer(&row)).transpose()
}

fn read_customer(row: &sqlx::sqlite::SqliteRow) -> Result<Customer> {
    Ok(Customer {
        id: row.try_get(0)?,
        profile: serde_json::from_str(row.try_get(1)?)?,
        script: row.try_get(2)?,
        standing: serde_json::from_str(row.try_get(3)?)?,
        last_inbound_ms: row.try_get(4)?,
    })
}

pub(crate) async fn customers(conn: &mut SqliteConnection) -> Result<Vec<CustomerView>> {
    let rows = sqlx::query("select id, profile, script, state, last_inbound_ms from customer order by id")
        .fetch_all(conn)
        .await?;
    rows.iter()
        .map(|row| {
            let customer = read_customer(row)?;
            Ok(CustomerView {
                external_id: customer.id,
                name: customer.profile.name,
                script: customer.script,
                last_inbound_ms: customer.last_inbound_ms,
                received: customer.standing.received,
                silent: customer.standing.silent,
            })
        })
        .collect()
}

pub(crate) async fn save_customer(conn: &mut SqliteConnection, customer: &Customer) -> Result<()> {
    sqlx::query(
        "insert into customer (id, profile, script, state, last_inbound_ms) values ($1, $2, $3, $4, $5)
         on conflict (id) do update set profile = excluded.profile, script = excluded.script,
           state = excluded.state, last_inbound_ms = excluded.last_inbound_ms",
    )
    .bind(&customer.id)
    .bind(serde_json::to_string(&customer.profile)?)
    .bind(&customer.script)
    .bind(serde_json::to_string(&customer.standing)?)
    .bind(customer.last_inbound_ms)
    .execute(conn)
    .await?;
    Ok(())
}
