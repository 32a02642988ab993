//! What the hub sends: one batch is one transaction.

use crate::changed::Changed;
use crate::{Result, Store, StoreError};
use embudo_protocol::{Epoch, HubFrame, Rejection, Versioned};

/// [`HubFrame::Changes`] as a struct.
#[derive(Clone, Debug, PartialEq)]
pub struct Batch {
    pub epoch: Epoch,
    pub from: u64,
    pub to: u64,
    pub head: u64,
    pub changes: Vec<Versioned>,
    pub last_mid: u64,
    pub rejections: Vec<Rejection>,
}

impl TryFrom<HubFrame> for Batch {
    type Error = HubFrame;

    fn try_from(frame: HubFrame) -> std::result::Result<Self, HubFrame> {
        match frame {
            HubFrame::Changes { epoch, from, to, head, changes, last_mid, rejections } => {
                Ok(Self { epoch, from, to, head, changes, last_mid, rejections })
            }
            other => Err(other),
        }
    }
}

impl Store {
    /// Applies a batch: rows, acknowledgements, replay of the pending acts it touches, cursor.
    /// A batch that ends at or before the cursor changes nothing; one that starts after it is
    /// [`StoreError::Gap`].
    pub async fn apply_changes(&self, batch: &Batch) -> Result<Changed> {
        let _ = batch;
        Err(StoreError::NotFound)
    }

    /// Answers [`HubFrame::Welcome`] with `resync`: the next batches are a snapshot up to
    /// `head`; rows that it does not bring are deleted when it is complete. Pending acts stay
    /// and are numbered anew after `last_mid`.
    pub async fn begin_resync(&self, epoch: Epoch, head: u64, last_mid: u64) -> Result<()> {
        let _ = (epoch, head, last_mid);
        Err(StoreError::NotFound)
    }
}
