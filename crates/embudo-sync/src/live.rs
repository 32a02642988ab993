//! The device core on tokio: keeps a link to the hub, pushes as soon as an act is queued, and
//! tells the app what a commit changed. Everything that decides is in [`crate::core`].

use crate::backoff::Backoff;
use crate::core::{DeviceCore, Step, SyncError};
use crate::gather::gather;
use crate::replica::Replica;
use embudo_domain::{DeviceId, MemberId};
use embudo_protocol::{DeviceFrame, HubFrame};
use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tokio::sync::{Notify, mpsc, watch};
use tokio::task::{JoinHandle, JoinSet};

/// Changes that fill so much of the log that it is worth while to empty it soon.
const REST_CHANGES: usize = 4_000;
/// So long without a frame is the end of a burst.
const REST_AFTER: Duration = Duration::from_secs(1);
/// And so long the end of whatever was less: neither log nor memory grows from day to day.
const REST_LATER: Duration = Duration::from_secs(60);

/// Both ends of a link to the hub. It is down when the receiver ends.
pub type Link = (mpsc::Sender<DeviceFrame>, mpsc::Receiver<HubFrame>);

/// How the device stands with its hub (OFF-03).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SyncState {
    Connecting,
    /// Connected and still receiving what it missed.
    CatchingUp,
    CaughtUp,
    /// Waiting before the next try.
    Lost,
    /// This database is an older copy; sync has ended and only a start under a new device id helps.
    Stopped,
}

/// What the sync task tells the app, after commit.
pub enum SyncEvent<C> {
    Changed(C),
    /// Hub time as just heard, for the clock.
    HubTime(i64),
    /// Nothing has come for a while, and the files of the device are at rest.
    Rested,
    /// It could not go on. Told once until it works again; unless the state is then
    /// [`SyncState::Stopped`], it tries again by itself.
    Failed(SyncFailure),
}

#[derive(Debug, thiserror::Error)]
pub enum SyncFailure {
    #[error(transparent)]
    Sync(#[from] SyncError),
    #[error("a bug ended sync: {0}")]
    Panicked(String),
}

/// A running sync task.
pub struct DeviceSync {
    pub state: watch::Receiver<SyncState>,
    wake: Arc<Notify>,
    stop: Arc<Notify>,
    task: JoinHandle<()>,
}

/// Wakes the task after an act was queued. Cheap, and safe to call too often.
#[derive(Clone)]
pub struct Waker(Arc<Notify>);

impl Waker {
    pub fn wake(&self) {
        self.0.notify_one();
    }
}

impl DeviceSync {
    pub fn waker(&self) -> Waker {
        Waker(self.wake.clone())
    }

    /// Ends the task. A batch under way rolls back; the cursor says where to go on.
    pub async fn stop(self) {
        self.stop.notify_one();
        // A task that panicked has nothing left to stop.
        let _ = self.task.await;
    }
}

/// Starts the task. `connect` makes a link or says why not; it is called again with backoff.
pub fn spawn<R, F, Fut, E>(
    replica: Arc<R>,
    device_id: DeviceId,
    member_id: MemberId,
    connect: F,
    events: mpsc::Sender<SyncEvent<R::Changed>>,
) -> DeviceSync
where
    R: Replica + Send + 'static,
    R::Changed: 'static,
    F: Fn() -> Fut + Send + Sync + 'static,
    Fut: Future<Output = Result<Link, E>> + Send,
    E: std::fmt::Display + Send,
{
    let (state_tx, state) = watch::channel(SyncState::Connecting);
    let wake = Arc::new(Notify::new());
    let stop = Arc::new(Notify::new());
    let keeper = Arc::new(Keeper {
        replica,
        device: (device_id, member_id),
        connect,
        events,
        state: state_tx,
        wake: wake.clone(),
        unrested: AtomicUsize::new(1),
    });
    let ended = stop.clone();
    let task = tokio::spawn(async move {
        // Dropped with this task: a stop ends the conversation under way too.
        let mut talks = JoinSet::new();
        tokio::select! {
            () = ended.notified() => {}
            () = keep(&keeper, &mut talks) => {}
        }
    });
    DeviceSync { state, wake, stop, task }
}

/// What outlives one conversation with the hub.
struct Keeper<R: Replica, F> {
    replica: Arc<R>,
    device: (DeviceId, MemberId),
    connect: F,
    events: mpsc::Sender<SyncEvent<R::Changed>>,
    state: watch::Sender<SyncState>,
    wake: Arc<Notify>,
    /// Changes since the replica last rested; across links, and one at the start for the log that
    /// a killed program left.
    unrested: AtomicUsize,
}

/// Talks to the hub for as long as there is anything to say, whatever ends a conversation: the
/// link, a disk that says no, a bug. Each begins anew from what the replica holds.
async fn keep<R, F, Fut, E>(keeper: &Arc<Keeper<R, F>>, talks: &mut JoinSet<Result<(), SyncError>>)
where
    R: Replica + Send + 'static,
    R::Changed: 'static,
    F: Fn() -> Fut + Send + Sync + 'static,
    Fut: Future<Output = Result<Link, E>> + Send,
    E: std::fmt::Display + Send,
{
    let seed = u64::from_le_bytes(uuid::Uuid::new_v4().as_bytes()[..8].try_into().unwrap_or([1; 8]));
    let mut backoff = Backoff::new(Duration::from_millis(200), Duration::from_secs(60), seed);
    let mut has_failed = false;
    loop {
        keeper.state.send_replace(SyncState::Connecting);
        let (went_well, mut heard) = watch::channel(false);
        let talking = keeper.clone();
        talks.spawn(async move { talking.once(went_well).await });
        let ended = match talks.join_next().await {
            Some(Ok(ended)) => ended.map_err(SyncFailure::from),
            Some(Err(error)) => Err(SyncFailure::Panicked(error.to_string())),
            None => Ok(()),
        };
        if *heard.borrow_and_update() {
            backoff.reset();
            has_failed = false;
        }
        if let Err(failure) = ended {
            let is_over = matches!(failure, SyncFailure::Sync(SyncError::OlderCopy { .. }));
            if is_over || !std::mem::replace(&mut has_failed, true) {
                tracing::error!(%failure, is_over, "sync failed");
                let _ = keeper.events.send(SyncEvent::Failed(failure)).await;
            }
            if is_over {
                keeper.state.send_replace(SyncState::Stopped);
                return;
            }
        }
        keeper.state.send_replace(SyncState::Lost);
        tokio::time::sleep(backoff.next_delay()).await;
    }
}

impl<R, F, Fut, E> Keeper<R, F>
where
    R: Replica + Send + 'static,
    F: Fn() -> Fut,
    Fut: Future<Output = Result<Link, E>>,
    E: std::fmt::Display,
{
    /// One conversation. `went_well` rises once something was applied, or nothing was missing.
    async fn once(&self, went_well: watch::Sender<bool>) -> Result<(), SyncError> {
        let (to_hub, mut from_hub) = match (self.connect)().await {
            Ok(link) => link,
            Err(error) => {
                tracing::info!(%error, "the hub is not to be reached");
                return Ok(());
            }
        };
        let mut core = DeviceCore::new(self.device.0, self.device.1);
        if !send(&to_hub, core.connected(&*self.replica).await?).await {
            return Ok(());
        }
        self.state.send_replace(SyncState::CatchingUp);
        let mut left = None;
        loop {
            let unrested = self.unrested.load(Ordering::Relaxed);
            let quiet = rest_after(unrested);
            let next = async {
                match left.take() {
                    Some(frame) => Some(frame),
                    None => from_hub.recv().await,
                }
            };
            let frames = tokio::select! {
                frame = next => {
                    let Some(frame) = frame else { return Ok(()) };
                    let (frame, behind) = gather(frame, &mut from_hub);
                    left = behind;
                    if let HubFrame::Changes { changes, .. } = &frame {
                        self.unrested.fetch_add(changes.len(), Ordering::Relaxed);
                    }
                    let step = core.received(&*self.replica, frame).await?;
                    // A greeting alone proves nothing: what fails may be the writing.
                    if step.changed.is_some() || step.caught_up {
                        went_well.send_replace(true);
                    }
                    self.tell(step, core.is_live()).await
                }
                () = self.wake.notified() => core.push(&*self.replica).await?,
                () = tokio::time::sleep(quiet.unwrap_or_default()), if quiet.is_some() => {
                    let rested = self.replica.rest().await;
                    // Somebody was reading an older page: again, but not at once.
                    self.unrested.store(usize::from(matches!(rested, Ok(false))), Ordering::Relaxed);
                    if let Err(error) = rested {
                        tracing::error!(%error, "the log stays as long as it is for now");
                    }
                    let _ = self.events.send(SyncEvent::Rested).await;
                    Vec::new()
                }
            };
            if !send(&to_hub, frames).await {
                return Ok(());
            }
        }
    }

    async fn tell(&self, step: Step<R::Changed>, is_live: bool) -> Vec<DeviceFrame> {
        if let Some(hub_ms) = step.hub_ms {
            let _ = self.events.send(SyncEvent::HubTime(hub_ms)).await;
        }
        if let Some(changed) = step.changed {
            let _ = self.events.send(SyncEvent::Changed(changed)).await;
        }
        if is_live {
            let next = if step.caught_up { SyncState::CaughtUp } else { *self.state.borrow() };
            self.state.send_if_modified(|state| std::mem::replace(state, next) != next);
        }
        step.send
    }
}

/// How long it has to be quiet after so many changes; `None`: nothing waits for that.
fn rest_after(unrested: usize) -> Option<Duration> {
    match unrested {
        0 => None,
        REST_CHANGES.. => Some(REST_AFTER),
        _ => Some(REST_LATER),
    }
}

/// False when the link is down.
async fn send(to_hub: &mpsc::Sender<DeviceFrame>, frames: Vec<DeviceFrame>) -> bool {
    for frame in frames {
        if to_hub.send(frame).await.is_err() {
            return false;
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_few_messages_wait_longer_for_a_rest_than_a_burst_and_none_ask_for_none() {
        assert_eq!(rest_after(0), None);
        assert_eq!(rest_after(1), Some(REST_LATER));
        assert_eq!(rest_after(REST_CHANGES), Some(REST_AFTER));
    }
}
