//! The device core on tokio: keeps a link to the hub, pushes as soon as an act is queued, and
//! tells the app what a commit changed. Everything that decides is in [`crate::core`].

use crate::backoff::Backoff;
use crate::core::{DeviceCore, Step, SyncError};
use crate::replica::Replica;
use embudo_domain::{DeviceId, MemberId};
use embudo_protocol::{DeviceFrame, HubFrame};
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Notify, mpsc, watch};
use tokio::task::JoinHandle;

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
    /// The replica failed or is an old copy; sync has ended and the app must act.
    Stopped,
}

/// What the sync task tells the app, after commit.
pub enum SyncEvent<C> {
    Changed(C),
    /// Hub time as just heard, for the clock.
    HubTime(i64),
    Failed(SyncError),
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
    let runner =
        Runner { replica, core: DeviceCore::new(device_id, member_id), events, state: state_tx, wake: wake.clone() };
    let ended = stop.clone();
    let task = tokio::spawn(async move {
        tokio::select! {
            () = ended.notified() => {}
            () = runner.run(connect) => {}
        }
    });
    DeviceSync { state, wake, stop, task }
}

struct Runner<R: Replica> {
    replica: Arc<R>,
    core: DeviceCore,
    events: mpsc::Sender<SyncEvent<R::Changed>>,
    state: watch::Sender<SyncState>,
    wake: Arc<Notify>,
}

impl<R: Replica> Runner<R> {
    async fn run<F, Fut, E>(mut self, connect: F)
    where
        F: Fn() -> Fut,
        Fut: Future<Output = Result<Link, E>>,
        E: std::fmt::Display,
    {
        let seed = u64::from_le_bytes(uuid::Uuid::new_v4().as_bytes()[..8].try_into().unwrap_or([1; 8]));
        let mut backoff = Backoff::new(Duration::from_millis(200), Duration::from_secs(60), seed);
        loop {
            self.state.send_replace(SyncState::Connecting);
            match connect().await {
                Ok(link) => match self.talk(link, &mut backoff).await {
                    Ok(()) => {}
                    Err(error) => {
                        tracing::error!(%error, "sync stopped");
                        self.state.send_replace(SyncState::Stopped);
                        let _ = self.events.send(SyncEvent::Failed(error)).await;
                        return;
                    }
                },
                Err(error) => tracing::info!(%error, "the hub is not to be reached"),
            }
            self.core.disconnected();
            self.state.send_replace(SyncState::Lost);
            tokio::time::sleep(backoff.next_delay()).await;
        }
    }

    /// Until the link is down.
    async fn talk(&mut self, link: Link, backoff: &mut Backoff) -> Result<(), SyncError> {
        let (to_hub, mut from_hub) = link;
        if !send(&to_hub, self.core.connected(&*self.replica).await?).await {
            return Ok(());
        }
        self.state.send_replace(SyncState::CatchingUp);
        let wake = self.wake.clone();
        loop {
            let frames = tokio::select! {
                frame = from_hub.recv() => {
                    let Some(frame) = frame else { return Ok(()) };
                    let step = self.core.received(&*self.replica, frame).await?;
                    backoff.reset();
                    self.tell(step).await
                }
                () = wake.notified() => self.core.push(&*self.replica).await?,
            };
            if !send(&to_hub, frames).await {
                return Ok(());
            }
        }
    }

    async fn tell(&mut self, step: Step<R::Changed>) -> Vec<DeviceFrame> {
        if let Some(hub_ms) = step.hub_ms {
            let _ = self.events.send(SyncEvent::HubTime(hub_ms)).await;
        }
        if let Some(changed) = step.changed {
            let _ = self.events.send(SyncEvent::Changed(changed)).await;
        }
        if self.core.is_live() {
            let next = if step.caught_up { SyncState::CaughtUp } else { *self.state.borrow() };
            self.state.send_if_modified(|state| std::mem::replace(state, next) != next);
        }
        step.send
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
