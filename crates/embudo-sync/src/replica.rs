//! What the device core needs of the device's database. The store is the one that ships; a
//! model in memory stands beside it in the tests.

use embudo_domain::Row;
use embudo_protocol::{Cursor, Epoch, NumberedAct};
use embudo_store::{Batch, Changed, Store, StoreError};
use std::future::Future;

/// A failure of the replica. The core cannot do anything about it but stop and say so.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub struct ReplicaError(#[from] pub StoreError);

pub trait Replica: Sync {
    /// What a batch changed, for the events of the screen.
    type Changed: Send;

    fn cursor(&self) -> impl Future<Output = Result<Option<Cursor>, ReplicaError>> + Send;
    /// Acts with a number above `after`, in order, at most `limit`.
    fn queued_acts(
        &self,
        after: u64,
        limit: usize,
    ) -> impl Future<Output = Result<Vec<NumberedAct>, ReplicaError>> + Send;
    /// The highest act number ever given on this device; 0 when none was.
    fn newest_mid(&self) -> impl Future<Output = Result<u64, ReplicaError>> + Send;
    /// What follows is a snapshot of another epoch up to `head`; rows that it does not bring are
    /// gone at its end. Pending acts stay and are numbered anew after `last_mid`.
    fn begin_resync(
        &self,
        epoch: Epoch,
        head: u64,
        last_mid: u64,
    ) -> impl Future<Output = Result<(), ReplicaError>> + Send;
    /// The hub's images of what it did after `after` and has forgotten.
    fn known_after(&self, after: u64) -> impl Future<Output = Result<Vec<Row>, ReplicaError>> + Send;
    /// Applies one batch in one transaction, cursor included.
    fn apply(&self, batch: Batch) -> impl Future<Output = Result<Self::Changed, ReplicaError>> + Send;
    /// It is quiet: what could wait for that can be done now. `false`: not all of it was.
    fn rest(&self) -> impl Future<Output = Result<bool, ReplicaError>> + Send {
        async { Ok(true) }
    }
}

impl Replica for Store {
    type Changed = Changed;

    async fn cursor(&self) -> Result<Option<Cursor>, ReplicaError> {
        Ok(Store::cursor(self).await?)
    }

    async fn queued_acts(&self, after: u64, limit: usize) -> Result<Vec<NumberedAct>, ReplicaError> {
        Ok(self.pending(after, limit).await?)
    }

    async fn newest_mid(&self) -> Result<u64, ReplicaError> {
        Ok(Store::newest_mid(self).await?)
    }

    async fn begin_resync(&self, epoch: Epoch, head: u64, last_mid: u64) -> Result<(), ReplicaError> {
        Ok(Store::begin_resync(self, epoch, head, last_mid).await?)
    }

    async fn known_after(&self, after: u64) -> Result<Vec<Row>, ReplicaError> {
        Ok(Store::known_after(self, after).await?)
    }

    async fn apply(&self, batch: Batch) -> Result<Changed, ReplicaError> {
        Ok(self.apply_changes(&batch).await?)
    }

    async fn rest(&self) -> Result<bool, ReplicaError> {
        Ok(Store::rest(self).await?)
    }
}
