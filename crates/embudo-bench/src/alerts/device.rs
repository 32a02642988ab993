//! The device's database, read from outside while the app has it open.

use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use embudo_platform::Database;
use embudo_sqlite::{Connection, FileKey, Opening};
use sqlx::Row as _;

use crate::folder::Folder;
use crate::rows::LINES;

/// Between two looks: what is seen is at most so much later than it was there.
const LOOK_EVERY: Duration = Duration::from_micros(300);
const GIVE_UP: Duration = Duration::from_secs(10);

pub struct DeviceFile(Connection);

pub struct Customer {
    pub external_id: String,
    pub conversation_id: Vec<u8>,
}

impl DeviceFile {
    pub async fn open(folder: &Folder) -> Result<Self> {
        let key = FileKey::new(folder.key(Database::Device)?);
        Ok(Self(Opening::file(&folder.device_db()).read_only().sealed(key).connect().await?))
    }

    /// Customers of the first line, from all over the list; by their ids, so that every run has the
    /// same.
    pub async fn customers(&mut self, many: usize) -> Result<Vec<Customer>> {
        let sql = "select c.id, i.external_id from conversation c join identity i on i.id = c.identity_id \
                   where c.line_id = ?1 and not c.blocked order by i.id limit ?2";
        let rows =
            sqlx::query(sql).bind(LINES[0].0.as_bytes().as_slice()).bind(many as i64).fetch_all(&mut *self.0).await?;
        if rows.len() < many {
            bail!("the data has only {} customers on its first line", rows.len());
        }
        let customer = |row: &sqlx::sqlite::SqliteRow| {
            Ok(Customer { conversation_id: row.try_get(0)?, external_id: row.try_get(1)? })
        };
        rows.iter().map(customer).collect()
    }

    /// Whether the newest messages of a conversation hold these words.
    pub async fn holds(&mut self, conversation_id: &[u8], text: &str) -> Result<bool> {
        let sql = "select exists (select 1 from (select text from message where conversation_id = ?1 \
                   order by sort_s desc, conv_seq desc limit 4) where text = ?2)";
        Ok(sqlx::query_scalar(sql).bind(conversation_id).bind(text).fetch_one(&mut *self.0).await?)
    }

    /// When the message was committed: written in the same transaction as its act in the outbox, and
    /// seen by others only after the log was flushed (`synchronous = FULL`).
    pub async fn until_durable(&mut self, conversation_id: &[u8], text: &str) -> Result<Instant> {
        let end = Instant::now() + GIVE_UP;
        while !self.holds(conversation_id, text).await? {
            if Instant::now() > end {
                bail!("what was typed into a banner never came into the outbox");
            }
            std::thread::sleep(LOOK_EVERY);
        }
        Ok(Instant::now())
    }
}
