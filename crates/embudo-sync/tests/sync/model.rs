//! A replica of a cursor and some ill will, and a hub that has one thing to say.

use embudo_domain::{Change, Entity, Row, RowKey};
use embudo_protocol::{Cursor, DeviceFrame, Epoch, HubFrame, NumberedAct, Versioned};
use embudo_store::{Batch, StoreError};
use embudo_sync::{Link, Replica, ReplicaError};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering};
use tokio::sync::{Notify, mpsc};
use uuid::Uuid;

#[derive(Default)]
pub struct Model {
    /// The next applications that fail, and that panic.
    pub failures: AtomicU32,
    pub panics: AtomicU32,
    pub known: Vec<Row>,
    pub cursor: Mutex<Option<Cursor>>,
    pub rested: Notify,
}

impl Model {
    pub fn cursor(&self) -> Option<Cursor> {
        *self.cursor.lock().unwrap()
    }
}

fn spend(counter: &AtomicU32) -> bool {
    counter.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1)).is_ok()
}

impl Replica for Model {
    type Changed = ();

    async fn cursor(&self) -> Result<Option<Cursor>, ReplicaError> {
        Ok(Model::cursor(self))
    }

    async fn queued_acts(&self, _: u64, _: usize) -> Result<Vec<NumberedAct>, ReplicaError> {
        Ok(Vec::new())
    }

    async fn newest_mid(&self) -> Result<u64, ReplicaError> {
        Ok(0)
    }

    async fn begin_resync(&self, _: Epoch, _: u64, _: u64) -> Result<(), ReplicaError> {
        Ok(())
    }

    async fn known_after(&self, _: u64) -> Result<Vec<Row>, ReplicaError> {
        Ok(self.known.clone())
    }

    async fn apply(&self, batch: Batch) -> Result<(), ReplicaError> {
        assert!(!spend(&self.panics), "a bug, on purpose");
        if spend(&self.failures) {
            return Err(StoreError::DiskFull.into());
        }
        *self.cursor.lock().unwrap() = Some(Cursor { epoch: batch.epoch, seq: batch.to });
        Ok(())
    }

    async fn rest(&self) -> Result<bool, ReplicaError> {
        self.rested.notify_one();
        Ok(true)
    }
}

/// A link to a hub that knows this act of the device, greets and tells that it has nothing more.
pub fn hub(last_mid: u64) -> Link {
    hub_with(last_mid, 0)
}

/// A hub that tells so many changes in one frame.
pub fn hub_with(last_mid: u64, changes: u64) -> Link {
    let (to_hub, mut from_device) = mpsc::channel(16);
    let (to_device, from_hub) = mpsc::channel(16);
    tokio::spawn(async move {
        while let Some(frame) = from_device.recv().await {
            if !matches!(frame, DeviceFrame::Hello { .. }) {
                continue;
            }
            let epoch = Epoch(7);
            let head = changes.max(1);
            let welcome = HubFrame::Welcome { epoch, head, last_mid, resync: false, hub_ms: 0 };
            let gone = |ver: u64| {
                let key = RowKey { entity: Entity::Message, id: Uuid::from_u128(u128::from(ver)) };
                Versioned { ver, change: Change::Delete(key) }
            };
            let changes = (1..=changes).map(gone).collect();
            let change =
                HubFrame::Changes { epoch, from: 0, to: head, head, changes, last_mid, rejections: Vec::new() };
            for frame in [welcome, change] {
                if to_device.send(frame).await.is_err() {
                    return;
                }
            }
        }
    });
    (to_hub, from_hub)
}
