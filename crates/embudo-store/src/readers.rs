//! The connections that screens read with: a few, kept open, the one used last given out first,
//! because it remembers the pages that were read last.
//!
//! Not sqlx's pool: that one asks a connection over its thread whether it is alive each time it
//! comes back, in a task of its own, and meanwhile gives the next read another connection, which
//! knows neither the pages nor the statements. A page read took half as long again.

use crate::open::Writer;
use crate::{Result, StoreError};
use embudo_sqlite::{Connection, Opening};
use sqlx::SqliteConnection;
use std::ops::{Deref, DerefMut};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, SemaphorePermit};

/// Reads at the same time; more wait.
const READERS: u32 = 4;

pub(crate) struct Readers {
    opening: Opening,
    idle: Mutex<Vec<Connection>>,
    room: Semaphore,
    /// Held by each connection that is not kept, which stops once `closing` is set.
    apart: Arc<Semaphore>,
    closing: Arc<AtomicBool>,
}

/// Of those beside the kept ones, more wait.
const APART: u32 = 2;
/// Steps of SQLite's machine between two looks whether to go on: about a millisecond.
const STEPS: i32 = 100_000;

impl Readers {
    /// With one connection: the first read finds it open.
    pub async fn open(opening: Opening) -> Result<Self> {
        let first = opening.connect().await?;
        Ok(Self {
            opening,
            idle: Mutex::new(vec![first]),
            room: Semaphore::new(READERS as usize),
            apart: Arc::new(Semaphore::new(APART as usize)),
            closing: Arc::default(),
        })
    }

    pub async fn take(&self) -> Result<KeptReader<'_>> {
        let closed = |_| StoreError::Sql(sqlx::Error::PoolClosed);
        let permit = self.room.acquire().await.map_err(closed)?;
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let conn = match idle {
            Some(conn) => conn,
            None => self.opening.connect().await?,
        };
        Ok(KeptReader { conn: Some(conn), readers: self, _permit: permit })
    }

    /// A connection that is not kept. What it does ends with an error once the store closes.
    pub async fn apart(&self) -> Result<ApartReader> {
        let permit = self.apart.clone().acquire_owned().await.map_err(|_| StoreError::Sql(sqlx::Error::PoolClosed))?;
        let mut conn = self.opening.connect().await?;
        let closing = self.closing.clone();
        conn.lock_handle().await?.set_progress_handler(STEPS, move || !closing.load(Ordering::Relaxed));
        Ok(ApartReader { conn, _permit: permit })
    }

    /// Waits for those who read; later reads fail.
    pub async fn close(&self) -> Result<()> {
        // An error: somebody else closes, or has closed.
        let Ok(_all) = self.room.acquire_many(READERS).await else { return Ok(()) };
        self.room.close();
        self.closing.store(true, Ordering::Relaxed);
        if self.apart.acquire_many(APART).await.is_ok() {
            self.apart.close();
        }
        let idle = std::mem::take(&mut *self.idle.lock().unwrap_or_else(PoisonError::into_inner));
        for conn in idle {
            conn.close().await?;
        }
        Ok(())
    }
}

/// Goes back when dropped. A read that was given up in the middle ends on the connection's own
/// thread, before whatever is asked of it next.
pub(crate) struct KeptReader<'a> {
    conn: Option<Connection>,
    readers: &'a Readers,
    _permit: SemaphorePermit<'a>,
}

impl Drop for KeptReader<'_> {
    fn drop(&mut self) {
        if let Some(conn) = self.conn.take() {
            self.readers.idle.lock().unwrap_or_else(PoisonError::into_inner).push(conn);
        }
    }
}

/// Its place is free again when its connection is closed: fields are dropped in their order.
pub(crate) struct ApartReader {
    conn: Connection,
    _permit: OwnedSemaphorePermit,
}

pub(crate) enum Reader<'a> {
    Kept(KeptReader<'a>),
    Apart(ApartReader),
    Writer(Writer<'a>),
}

const HELD: &str = "only taken when it is dropped";

impl Deref for Reader<'_> {
    type Target = SqliteConnection;

    fn deref(&self) -> &SqliteConnection {
        match self {
            Self::Kept(reader) => reader.conn.as_ref().unwrap_or_else(|| unreachable!("{HELD}")),
            Self::Apart(reader) => &reader.conn,
            Self::Writer(writer) => writer.0.as_ref().unwrap_or_else(|| unreachable!("checked when it was taken")),
        }
    }
}

impl DerefMut for Reader<'_> {
    fn deref_mut(&mut self) -> &mut SqliteConnection {
        match self {
            Self::Kept(reader) => reader.conn.as_mut().unwrap_or_else(|| unreachable!("{HELD}")),
            Self::Apart(reader) => &mut reader.conn,
            Self::Writer(writer) => writer.0.as_mut().unwrap_or_else(|| unreachable!("checked when it was taken")),
        }
    }
}
