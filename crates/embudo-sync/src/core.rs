//! The device's side of the conversation with the hub, without a network, a clock or a task:
//! frames in, frames out, and a replica that is called in between. The simulation drives this
//! very code.
//!
//! Invariants:
//! - Acts leave in the order of their numbers, without gaps, and leave again after every
//!   reconnect until the hub says that it knows them.
//! - `Applied` goes out only after the replica has committed (credit follows durability).
//! - Changes are applied only if they start where the cursor stands; otherwise the device
//!   greets again and the hub fills the hole. Nothing is skipped, nothing is guessed.

use crate::replica::{Replica, ReplicaError};
use embudo_domain::{DeviceId, MemberId, Row};
use embudo_protocol::{Cursor, DeviceFrame, FRAME_CHANGES, HubFrame, PUSH_ACTS};
use embudo_store::{Batch, DeviceBug, planted};

/// Acts that may be under way and unanswered: four full frames.
const PUSH_WINDOW: u64 = 4 * PUSH_ACTS as u64;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    Offline,
    /// Hello is out.
    Greeting,
    Live,
}

/// What one frame led to.
#[derive(Debug, Default)]
pub struct Step<C> {
    pub send: Vec<DeviceFrame>,
    /// What the replica changed, already committed.
    pub changed: Option<C>,
    /// Hub time as the frame told it.
    pub hub_ms: Option<i64>,
    /// The device stands at the hub's head: everything that the hub had is here.
    pub caught_up: bool,
}

#[derive(Debug, thiserror::Error)]
pub enum SyncError {
    #[error(transparent)]
    Replica(#[from] ReplicaError),
    /// The hub has acts of this device that the device does not know: its file is an old copy.
    /// It must continue under a new device id (sync.md 2.3).
    #[error("this database is an older copy: the hub knows act {hub}, the device only {device}")]
    OlderCopy { hub: u64, device: u64 },
}

/// One device's state machine.
#[derive(Debug)]
pub struct DeviceCore {
    device_id: DeviceId,
    member_id: MemberId,
    stage: Stage,
    /// Newest act sent on this link.
    sent_mid: u64,
    /// Newest act that the hub answered.
    answered_mid: u64,
    head: u64,
}

impl DeviceCore {
    pub fn new(device_id: DeviceId, member_id: MemberId) -> Self {
        Self { device_id, member_id, stage: Stage::Offline, sent_mid: 0, answered_mid: 0, head: 0 }
    }

    pub fn is_live(&self) -> bool {
        self.stage == Stage::Live
    }

    /// A link is up: greet with what the replica has.
    pub async fn connected<R: Replica>(&mut self, replica: &R) -> Result<Vec<DeviceFrame>, SyncError> {
        self.stage = Stage::Greeting;
        self.sent_mid = 0;
        self.answered_mid = 0;
        Ok(vec![self.hello(replica.cursor().await?)])
    }

    pub fn disconnected(&mut self) {
        self.stage = Stage::Offline;
    }

    fn hello(&self, cursor: Option<Cursor>) -> DeviceFrame {
        DeviceFrame::Hello { device_id: self.device_id, member_id: self.member_id, cursor }
    }

    /// New acts are in the queue, or an answer made room for more.
    pub async fn push<R: Replica>(&mut self, replica: &R) -> Result<Vec<DeviceFrame>, SyncError> {
        let mut frames = Vec::new();
        while self.stage == Stage::Live && self.sent_mid < self.answered_mid + PUSH_WINDOW {
            let room = (self.answered_mid + PUSH_WINDOW - self.sent_mid).min(PUSH_ACTS as u64);
            let acts = replica.queued_acts(self.sent_mid, room as usize).await?;
            let Some(last) = acts.last() else { break };
            self.sent_mid = last.mid;
            frames.push(DeviceFrame::Push { acts });
        }
        Ok(frames)
    }

    pub async fn received<R: Replica>(&mut self, replica: &R, frame: HubFrame) -> Result<Step<R::Changed>, SyncError> {
        match frame {
            HubFrame::Welcome { epoch, head, last_mid, resync, hub_ms } => {
                let newest = replica.newest_mid().await?;
                if last_mid > newest {
                    return Err(SyncError::OlderCopy { hub: last_mid, device: newest });
                }
                if resync {
                    replica.begin_resync(epoch, head, last_mid).await?;
                }
                self.stage = Stage::Live;
                self.sent_mid = if planted(DeviceBug::UnansweredForgotten) { newest } else { last_mid };
                self.answered_mid = last_mid;
                self.head = head;
                let at = replica.cursor().await?.map_or(0, |cursor| cursor.seq);
                let send = self.push(replica).await?;
                Ok(Step { send, changed: None, hub_ms: Some(hub_ms), caught_up: !resync && at >= head })
            }
            HubFrame::Recall { .. } if self.stage != Stage::Greeting => Ok(Step::nothing()),
            HubFrame::Recall { after } => {
                let known = replica.known_after(after).await?;
                Ok(Step { send: recalled(known), ..Step::nothing() })
            }
            HubFrame::Changes { .. } if self.stage != Stage::Live => Ok(Step::nothing()),
            HubFrame::Changes { epoch, from, to, head, changes, last_mid, rejections } => {
                let cursor = replica.cursor().await?;
                let expected = cursor.filter(|cursor| cursor.epoch == epoch).map_or(0, |cursor| cursor.seq);
                if to < expected {
                    return Ok(Step::nothing());
                }
                if from > expected && !planted(DeviceBug::GapAccepted) {
                    self.stage = Stage::Greeting;
                    return Ok(Step { send: vec![self.hello(cursor)], ..Step::nothing() });
                }
                let changed = replica.apply(Batch { epoch, from, to, head, changes, last_mid, rejections }).await?;
                self.answered_mid = self.answered_mid.max(last_mid);
                self.sent_mid = self.sent_mid.max(last_mid);
                self.head = head;
                let mut send = vec![DeviceFrame::Applied { seq: to }];
                send.extend(self.push(replica).await?);
                Ok(Step { send, changed: Some(changed), hub_ms: None, caught_up: to >= head })
            }
            HubFrame::Gap { .. } => {
                self.stage = Stage::Greeting;
                Ok(Step { send: vec![self.hello(replica.cursor().await?)], ..Step::nothing() })
            }
            HubFrame::Pong { hub_ms, .. } => Ok(Step { hub_ms: Some(hub_ms), ..Step::nothing() }),
        }
    }
}

/// In frames of the usual size; the last one says so.
fn recalled(known: Vec<Row>) -> Vec<DeviceFrame> {
    let mut frames: Vec<DeviceFrame> = Vec::new();
    let mut rest = known.into_iter().peekable();
    loop {
        let rows: Vec<Row> = rest.by_ref().take(FRAME_CHANGES).collect();
        let done = rest.peek().is_none();
        frames.push(DeviceFrame::Recalled { rows, done });
        if done {
            return frames;
        }
    }
}

impl<C> Step<C> {
    fn nothing() -> Self {
        Self { send: Vec::new(), changed: None, hub_ms: None, caught_up: false }
    }
}
