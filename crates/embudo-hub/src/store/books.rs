//! The hub's own books: devices, refusals, jobs, lines, parked updates.

use super::index::provider_key;
use super::{Store, chunks, uuid_of, values};
use crate::error::HubError;
use embudo_domain::rules::Job;
use embudo_domain::*;
use embudo_protocol::Rejection;
use sqlx::{AssertSqlSafe, Row as _};
use uuid::Uuid;

/// Refusals kept per device.
const REJECTIONS: i64 = 1_000;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct DeviceBook {
    pub member_id: MemberId,
    pub last_mid: u64,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct JobRecord {
    pub no: i64,
    pub job: Job,
    pub tries: u32,
    /// Our own patience: a link that comes back ends it.
    pub not_before_ms: i64,
    /// Until when the channel asked it to wait; nothing but time ends that.
    pub asked_until_ms: i64,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct LineBook {
    pub cursor: Option<String>,
    pub abilities: Option<embudo_channels::Abilities>,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct ParkedNote {
    pub no: i64,
    pub line_id: LineId,
    pub subject: String,
    pub at_ms: i64,
    pub act: HubAct,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct IgnoredNote {
    pub line_id: LineId,
    pub what: String,
    pub times: i64,
}

pub(crate) fn job_message(job: &Job) -> MessageId {
    match job {
        Job::Send { message_id, .. }
        | Job::Edit { message_id, .. }
        | Job::Fetch { message_id, .. }
        | Job::Photo { message_id, .. } => *message_id,
    }
}

impl Store {
    // -- devices ----------------------------------------------------------------------------

    pub(crate) async fn device(&mut self, ws: i64, id: DeviceId) -> Result<Option<DeviceBook>, HubError> {
        let row = sqlx::query("select member_id, last_mid from device where ws = $1 and id = $2")
            .bind(ws)
            .bind(id.bytes().to_vec())
            .fetch_optional(&mut *self.conn)
            .await?;
        row.map(|row| {
            Ok(DeviceBook {
                member_id: MemberId(uuid_of(row.try_get::<&[u8], _>(0)?)?),
                last_mid: row.try_get::<i64, _>(1)? as u64,
            })
        })
        .transpose()
    }

    pub(crate) async fn put_device(&mut self, ws: i64, id: DeviceId, book: DeviceBook) -> Result<(), HubError> {
        sqlx::query(
            // `resynced` is not read any more: a device numbers what is pending after our last one.
            "insert into device (ws, id, member_id, last_mid, resynced) values ($1, $2, $3, $4, 0) \
             on conflict (ws, id) do update set member_id = excluded.member_id, last_mid = excluded.last_mid",
        )
        .bind(ws)
        .bind(id.bytes().to_vec())
        .bind(book.member_id.bytes().to_vec())
        .bind(book.last_mid as i64)
        .execute(&mut *self.conn)
        .await?;
        Ok(())
    }

    // -- refusals ---------------------------------------------------------------------------

    pub(crate) async fn put_rejections(
        &mut self,
        ws: i64,
        device_id: DeviceId,
        rejections: &[(u64, Rejection)],
    ) -> Result<(), HubError> {
        for (seq, rejection) in rejections {
            sqlx::query(
                "insert into rejection (ws, device_id, mid, seq, refusal) values ($1, $2, $3, $4, $5) \
                 on conflict (ws, device_id, mid) do update set seq = excluded.seq, refusal = excluded.refusal",
            )
            .bind(ws)
            .bind(device_id.bytes().to_vec())
            .bind(rejection.mid as i64)
            .bind(*seq as i64)
            .bind(rmp_serde::to_vec_named(&rejection.refusal)?)
            .execute(&mut *self.conn)
            .await?;
        }
        sqlx::query(
            "delete from rejection where ws = $1 and device_id = $2 and mid <= \
             (select mid from rejection where ws = $1 and device_id = $2 order by mid desc limit 1 offset $3)",
        )
        .bind(ws)
        .bind(device_id.bytes().to_vec())
        .bind(REJECTIONS)
        .execute(&mut *self.conn)
        .await?;
        Ok(())
    }

    /// Refusals that a device with this cursor has not heard.
    pub(crate) async fn rejections_after(
        &mut self,
        ws: i64,
        device_id: DeviceId,
        seq: u64,
    ) -> Result<Vec<Rejection>, HubError> {
        let found = sqlx::query(
            "select mid, refusal from rejection where ws = $1 and device_id = $2 and seq > $3 order by mid",
        )
        .bind(ws)
        .bind(device_id.bytes().to_vec())
        .bind(seq as i64)
        .fetch_all(&mut *self.conn)
        .await?;
        found.iter().map(rejection).collect()
    }

    /// The refusals among the acts `first..=last`, to answer them again.
    pub(crate) async fn rejections_of(
        &mut self,
        ws: i64,
        device_id: DeviceId,
        first: u64,
        last: u64,
    ) -> Result<Vec<Rejection>, HubError> {
        let found = sqlx::query(
            "select mid, refusal from rejection where ws = $1 and device_id = $2 and mid between $3 and $4 \
             order by mid",
        )
        .bind(ws)
        .bind(device_id.bytes().to_vec())
        .bind(first as i64)
        .bind(last as i64)
        .fetch_all(&mut *self.conn)
        .await?;
        found.iter().map(rejection).collect()
    }

    // -- jobs -------------------------------------------------------------------------------

    pub(crate) async fn jobs(&mut self, ws: i64) -> Result<Vec<JobRecord>, HubError> {
        let found =
            sqlx::query("select no, body, tries, not_before_ms, asked_until_ms from job where ws = $1 order by no")
                .bind(ws)
                .fetch_all(&mut *self.conn)
                .await?;
        found
            .iter()
            .map(|row| {
                Ok(JobRecord {
                    no: row.try_get(0)?,
                    job: rmp_serde::from_slice(row.try_get::<&[u8], _>(1)?)?,
                    tries: row.try_get::<i64, _>(2)? as u32,
                    not_before_ms: row.try_get(3)?,
                    asked_until_ms: row.try_get(4)?,
                })
            })
            .collect()
    }

    pub(crate) async fn put_jobs(&mut self, ws: i64, jobs: &[JobRecord]) -> Result<(), HubError> {
        const COLUMNS: usize = 7;
        for chunk in chunks(jobs) {
            let sql = format!(
                "insert into job (ws, no, message_id, body, tries, not_before_ms, asked_until_ms) values {} \
                 on conflict (ws, no) do update set body = excluded.body, tries = excluded.tries, \
                 not_before_ms = excluded.not_before_ms, asked_until_ms = excluded.asked_until_ms",
                values(chunk.len(), COLUMNS)
            );
            let mut query = sqlx::query(AssertSqlSafe(sql));
            for job in chunk {
                query = query
                    .bind(ws)
                    .bind(job.no)
                    .bind(job_message(&job.job).bytes().to_vec())
                    .bind(rmp_serde::to_vec_named(&job.job)?)
                    .bind(i64::from(job.tries))
                    .bind(job.not_before_ms)
                    .bind(job.asked_until_ms);
            }
            query.execute(&mut *self.conn).await?;
        }
        Ok(())
    }

    pub(crate) async fn delete_jobs(&mut self, ws: i64, numbers: &[i64]) -> Result<(), HubError> {
        if numbers.is_empty() {
            return Ok(());
        }
        let list: Vec<String> = numbers.iter().map(i64::to_string).collect();
        sqlx::query("delete from job where ws = $1 and no in (select value from json_each($2))")
            .bind(ws)
            .bind(format!("[{}]", list.join(",")))
            .execute(&mut *self.conn)
            .await?;
        Ok(())
    }

    // -- lines ------------------------------------------------------------------------------

    pub(crate) async fn line_books(&mut self, ws: i64) -> Result<Vec<(LineId, LineBook)>, HubError> {
        let found = sqlx::query("select line_id, cursor, abilities from line where ws = $1")
            .bind(ws)
            .fetch_all(&mut *self.conn)
            .await?;
        found
            .iter()
            .map(|row| {
                let abilities = row
                    .try_get::<Option<&str>, _>(2)?
                    .map(serde_json::from_str)
                    .transpose()
                    .map_err(|error| HubError::Damaged(error.to_string()))?;
                Ok((LineId(uuid_of(row.try_get::<&[u8], _>(0)?)?), LineBook { cursor: row.try_get(1)?, abilities }))
            })
            .collect()
    }

    pub(crate) async fn put_line_book(&mut self, ws: i64, line_id: LineId, book: &LineBook) -> Result<(), HubError> {
        let abilities = book
            .abilities
            .as_ref()
            .map(serde_json::to_string)
            .transpose()
            .map_err(|error| HubError::Damaged(error.to_string()))?;
        sqlx::query(
            "insert into line (ws, line_id, cursor, abilities) values ($1, $2, $3, $4) \
             on conflict (ws, line_id) do update set cursor = excluded.cursor, abilities = excluded.abilities",
        )
        .bind(ws)
        .bind(line_id.bytes().to_vec())
        .bind(book.cursor.as_deref())
        .bind(abilities)
        .execute(&mut *self.conn)
        .await?;
        Ok(())
    }

    // -- parked and ignored updates -----------------------------------------------------------

    /// Keys of everything parked, to know without a question whether a message has some.
    pub(crate) async fn parked_keys(&mut self, ws: i64) -> Result<Vec<(Uuid, i64)>, HubError> {
        let found = sqlx::query("select line_id, subject, no from parked where ws = $1")
            .bind(ws)
            .fetch_all(&mut *self.conn)
            .await?;
        found
            .iter()
            .map(|row| {
                let line_id = LineId(uuid_of(row.try_get::<&[u8], _>(0)?)?);
                Ok((provider_key(line_id, row.try_get::<&str, _>(1)?), row.try_get(2)?))
            })
            .collect()
    }

    pub(crate) async fn parked_of(
        &mut self,
        ws: i64,
        line_id: LineId,
        subject: &str,
    ) -> Result<Vec<ParkedNote>, HubError> {
        let found = sqlx::query(
            "select no, at_ms, body from parked where ws = $1 and line_id = $2 and subject = $3 order by no",
        )
        .bind(ws)
        .bind(line_id.bytes().to_vec())
        .bind(subject)
        .fetch_all(&mut *self.conn)
        .await?;
        found
            .iter()
            .map(|row| {
                Ok(ParkedNote {
                    no: row.try_get(0)?,
                    line_id,
                    subject: subject.to_owned(),
                    at_ms: row.try_get(1)?,
                    act: rmp_serde::from_slice(row.try_get::<&[u8], _>(2)?)?,
                })
            })
            .collect()
    }

    pub(crate) async fn park(&mut self, ws: i64, note: &ParkedNote) -> Result<(), HubError> {
        sqlx::query(
            "insert into parked (ws, line_id, subject, no, at_ms, body) values ($1, $2, $3, $4, $5, $6) \
             on conflict (ws, line_id, subject, no) do nothing",
        )
        .bind(ws)
        .bind(note.line_id.bytes().to_vec())
        .bind(note.subject.as_str())
        .bind(note.no)
        .bind(note.at_ms)
        .bind(rmp_serde::to_vec_named(&note.act)?)
        .execute(&mut *self.conn)
        .await?;
        Ok(())
    }

    pub(crate) async fn unpark(&mut self, ws: i64, line_id: LineId, subject: &str) -> Result<(), HubError> {
        sqlx::query("delete from parked where ws = $1 and line_id = $2 and subject = $3")
            .bind(ws)
            .bind(line_id.bytes().to_vec())
            .bind(subject)
            .execute(&mut *self.conn)
            .await?;
        Ok(())
    }

    /// Their message will not come any more.
    pub(crate) async fn forget_parked(&mut self, ws: i64, before_ms: i64) -> Result<(), HubError> {
        sqlx::query("delete from parked where ws = $1 and at_ms < $2")
            .bind(ws)
            .bind(before_ms)
            .execute(&mut *self.conn)
            .await?;
        Ok(())
    }

    pub(crate) async fn note_ignored(&mut self, ws: i64, note: &IgnoredNote, at_ms: i64) -> Result<(), HubError> {
        sqlx::query(
            "insert into ignored (ws, line_id, what, times, last_at_ms) values ($1, $2, $3, $4, $5) \
             on conflict (ws, line_id, what) do update set times = ignored.times + excluded.times, \
             last_at_ms = excluded.last_at_ms",
        )
        .bind(ws)
        .bind(note.line_id.bytes().to_vec())
        .bind(note.what.as_str())
        .bind(note.times)
        .bind(at_ms)
        .execute(&mut *self.conn)
        .await?;
        Ok(())
    }

    pub(crate) async fn ignored(&mut self, ws: i64) -> Result<Vec<(LineId, String, i64)>, HubError> {
        let found = sqlx::query("select line_id, what, times from ignored where ws = $1 order by line_id, what")
            .bind(ws)
            .fetch_all(&mut *self.conn)
            .await?;
        found
            .iter()
            .map(|row| Ok((LineId(uuid_of(row.try_get::<&[u8], _>(0)?)?), row.try_get(1)?, row.try_get(2)?)))
            .collect()
    }
}

fn rejection(row: &sqlx::sqlite::SqliteRow) -> Result<Rejection, HubError> {
    Ok(Rejection {
        mid: row.try_get::<i64, _>(0)? as u64,
        refusal: rmp_serde::from_slice(row.try_get::<&[u8], _>(1)?)?,
    })
}
