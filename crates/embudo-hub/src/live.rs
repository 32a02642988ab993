//! The hub on tokio: one writer task that owns the core, a poll task per line, a task per send.
//! The writer takes what arrived during its previous commit (no timer) and commits it together.

mod line;
mod worker;
mod writer;

use crate::clock::{Clock, HubTime};
use crate::core::{HubCore, Options};
use crate::error::{HubError, Trouble};
use crate::host::{ChannelFactory, Media};
use crate::store::Store;
use embudo_domain::*;
use embudo_protocol::{DeviceFrame, HubFrame};
use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::sync::{mpsc, oneshot, watch};
use writer::Command;

/// Frames waiting in one direction of a link.
const LINK_FRAMES: usize = 256;
/// Commands waiting for the writer; who sends more waits.
const COMMANDS: usize = 1_024;
/// A look that comes so much late was held up by sleep, not by work.
const SLEPT_MS: i64 = 10_000;

/// How to run a hub. The defaults are for production.
#[derive(Clone, Debug)]
pub struct HubOptions {
    pub core: Options,
    /// How long a poll waits at the channel.
    pub poll_wait_s: u32,
    /// The shortest time between two polls that brought nothing: an immediate empty answer
    /// must not spin.
    pub min_empty_poll: Duration,
    /// A line that nobody answers for so long is degraded (LIN-06).
    pub degraded_after: Duration,
    /// First and longest pause after a poll that failed.
    pub poll_backoff: (Duration, Duration),
    /// Pause after the channel said that another program polls this account.
    pub conflict_pause: Duration,
    /// How long a stop waits for sends under way.
    pub drain: Duration,
    /// How often to look whether the machine slept.
    pub sleep_look: Duration,
    /// How long, after a start, a channel's answer is waited for before the machine's clock is
    /// taken for the time.
    pub time_wait: Duration,
}

impl Default for HubOptions {
    fn default() -> Self {
        Self {
            core: Options::default(),
            poll_wait_s: 10,
            min_empty_poll: Duration::from_millis(500),
            degraded_after: Duration::from_secs(20),
            poll_backoff: (Duration::from_secs(1), Duration::from_secs(30)),
            conflict_pause: Duration::from_secs(30),
            drain: Duration::from_secs(5),
            sleep_look: Duration::from_secs(5),
            time_wait: Duration::from_secs(30),
        }
    }
}

/// How a line does right now. Never stored (OFF-03).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LineStatus {
    /// Hub time of the channel's last answer.
    pub heard_at_ms: Option<i64>,
    /// A poll task runs.
    pub running: bool,
    /// The last poll was answered.
    pub reachable: bool,
    /// The channel asked to go slower; hub time until which something waits for that.
    pub slow_until_ms: Option<i64>,
}

impl LineStatus {
    pub(crate) fn slow_until(&mut self, until_ms: i64) {
        self.slow_until_ms = self.slow_until_ms.max(Some(until_ms));
    }
}

/// A device's end of the in-process transport. Dropping it says goodbye.
#[derive(Debug)]
pub struct Link {
    pub to_hub: mpsc::Sender<DeviceFrame>,
    /// Ends when the hub stops or gave this device up; it may connect again.
    pub from_hub: mpsc::Receiver<HubFrame>,
}

/// What the tasks share.
pub(crate) struct Shared {
    pub options: HubOptions,
    pub clock: Arc<dyn Clock>,
    pub channels: Arc<dyn ChannelFactory>,
    pub media: Arc<dyn Media>,
    pub commands: mpsc::Sender<Command>,
    pub lines: watch::Sender<HashMap<LineId, LineStatus>>,
    pub hub_ms: watch::Receiver<HubTime>,
    pub time_is_sure: AtomicBool,
    pub trouble: watch::Sender<Option<Trouble>>,
    /// A stop was asked for: nobody waits for the disk any more.
    pub stopping: AtomicBool,
}

impl Shared {
    pub fn now_ms(&self) -> i64 {
        self.hub_ms.borrow().at(self.clock.mono_ms())
    }
}

/// A running hub. Cheap to clone; [`Hub::stop`] ends it for all, and only that ends it: links and
/// lines hold on to it too.
#[derive(Clone)]
pub struct Hub {
    shared: Arc<Shared>,
    stopped: watch::Receiver<bool>,
}

impl Hub {
    /// Opens the core on the store and starts the writer; lines begin to connect.
    pub async fn start(
        store: Store,
        options: HubOptions,
        clock: Arc<dyn Clock>,
        channels: Arc<dyn ChannelFactory>,
        media: Arc<dyn Media>,
    ) -> Result<Self, HubError> {
        let core = HubCore::open(store, options.core.clone(), clock.now_ms()).await?;
        let time = HubTime::start(core.clock_offset_ms(), clock.now_ms(), clock.mono_ms());
        let (commands, inbox) = mpsc::channel(COMMANDS);
        let (time_out, time_in) = watch::channel(time);
        let (stopped_out, stopped) = watch::channel(false);
        let shared = Arc::new(Shared {
            options,
            clock,
            channels,
            media,
            commands,
            lines: watch::channel(HashMap::new()).0,
            hub_ms: time_in,
            time_is_sure: AtomicBool::new(false),
            trouble: watch::channel(None).0,
            stopping: AtomicBool::new(false),
        });
        let writer = writer::Writer::new(core, shared.clone(), inbox, time_out);
        tokio::spawn(async move {
            writer.run().await;
            stopped_out.send_replace(true);
        });
        tokio::spawn(nudge_after_sleep(shared.clone(), stopped.clone()));
        Ok(Self { shared, stopped })
    }

    /// Makes the workspace of a new hub.
    pub async fn found(&self, workspace: Workspace, owner: Member) -> Result<(), HubError> {
        self.ask(|answer| Command::Found { workspace: Box::new(workspace), owner, answer }).await?
    }

    /// Who owns the workspace; `None` until it was founded.
    pub async fn owner(&self) -> Result<Option<MemberId>, HubError> {
        self.ask(|answer| Command::Owner { answer }).await?
    }

    /// `None` until it was founded.
    pub async fn workspace_id(&self) -> Result<Option<WorkspaceId>, HubError> {
        self.ask(|answer| Command::WorkspaceId { answer }).await
    }

    /// A link for a device in this process. Its first frame must be `Hello` with this device.
    pub fn connect(&self, device_id: DeviceId, member_id: MemberId) -> Link {
        let (to_hub, mut from_device) = mpsc::channel(LINK_FRAMES);
        let (to_device, from_hub) = mpsc::channel(LINK_FRAMES);
        let commands = self.shared.commands.clone();
        let session = writer::SessionNo::fresh();
        tokio::spawn(async move {
            let opened = Command::Connect { session, device_id, member_id, to_device };
            if commands.send(opened).await.is_err() {
                return;
            }
            while let Some(frame) = from_device.recv().await {
                if commands.send(Command::Frame { session, device_id, frame }).await.is_err() {
                    return;
                }
            }
            // Nobody is left to hear whether this arrived.
            let _ = commands.send(Command::Disconnect { session, device_id }).await;
        });
        Link { to_hub, from_hub }
    }

    /// Opens a line's channel anew: after a new secret, a new address, or "try again".
    pub async fn reconnect(&self, line_id: LineId) -> Result<(), HubError> {
        self.ask(|answer| Command::Reconnect { line_id, answer }).await?
    }

    /// Every line tries at once, also one whose poll is under way: after sleep, or when a network
    /// came back. After sleep the hub does it by itself.
    pub async fn nudge(&self) -> Result<(), HubError> {
        self.tell(Command::Nudge).await
    }

    /// Asks the channel once more for a message's file.
    pub async fn refetch(&self, message_id: MessageId) -> Result<Result<(), Refusal>, HubError> {
        self.ask(|answer| Command::Refetch { message_id, answer }).await?
    }

    /// How each line does right now.
    pub fn line_status(&self) -> watch::Receiver<HashMap<LineId, LineStatus>> {
        self.shared.lines.subscribe()
    }

    /// Why nothing is stored for the moment; what was asked waits meanwhile.
    pub fn trouble(&self) -> watch::Receiver<Option<Trouble>> {
        self.shared.trouble.subscribe()
    }

    /// Hub time.
    pub fn now_ms(&self) -> i64 {
        self.shared.now_ms()
    }

    /// Hub time can be relied on: a channel answered since this start, or there is none to ask.
    pub fn time_is_sure(&self) -> bool {
        self.shared.time_is_sure.load(Ordering::Acquire)
    }

    /// A consistent copy of the database, for backups; `path` must not exist.
    pub async fn copy_to(&self, path: std::path::PathBuf) -> Result<(), HubError> {
        self.ask(|answer| Command::Copy { path, answer }).await?
    }

    /// Polls end, sends under way get a moment, the database is closed. What is queued stays.
    pub async fn stop(&self) {
        self.shared.stopping.store(true, Ordering::Release);
        if self.shared.commands.send(Command::Stop).await.is_err() {
            return;
        }
        let mut stopped = self.stopped.clone();
        // An error means that the writer is gone, which is what is waited for.
        let _ = stopped.wait_for(|stopped| *stopped).await;
    }

    async fn tell(&self, command: Command) -> Result<(), HubError> {
        self.shared.commands.send(command).await.map_err(|_| HubError::Stopped)
    }

    async fn ask<T>(&self, command: impl FnOnce(oneshot::Sender<T>) -> Command) -> Result<T, HubError> {
        let (answer, answered) = oneshot::channel();
        self.tell(command(answer)).await?;
        answered.await.map_err(|_| HubError::Stopped)
    }
}

/// Timers stand still while the machine sleeps: a poll would hang on to a dead connection, and a
/// pause would go on where it stood. The monotonic clock of the host counts on and tells.
async fn nudge_after_sleep(shared: Arc<Shared>, mut stopped: watch::Receiver<bool>) {
    loop {
        let looked_ms = shared.clock.mono_ms();
        let look = shared.options.sleep_look;
        if tokio::time::timeout(look, stopped.wait_for(|stopped| *stopped)).await.is_ok() {
            return;
        }
        let slept_ms = shared.clock.mono_ms() - looked_ms - i64::try_from(look.as_millis()).unwrap_or(i64::MAX);
        if slept_ms > SLEPT_MS {
            tracing::info!(slept_ms, "the machine slept: every line tries at once");
            if shared.commands.send(Command::Nudge).await.is_err() {
                return;
            }
        }
    }
}
