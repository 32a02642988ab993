//! Banners on the desktop: shown, replaced, removed and answered, as `embudo_domain::alerts`
//! decided. One task owns the way to the desktop; nothing here blocks or waits for it.
//!
//! What happens in which order is decided in `desk.rs`, which is pure; what is bare calls lies in
//! `os/`. A banner is put into words when it is sent, by what the desktop can do at that moment:
//! text that was escaped for one service is never shown by another.
//!
//! Invariants:
//! - a desktop that is missing, hangs, dies or lies is a state with a reason, never an error that
//!   stops anything;
//! - each banner that was asked for is shown, refused or superseded, within [`Patience`];
//! - an answer belongs to a banner of this run that stands, and one that sends is told once.

mod desk;
mod fake;
mod freedesktop;
mod own_thread;
mod picture;
mod run_name;
mod sheet;
mod toast_xml;

use std::time::Instant;

use embudo_domain::alerts::{Abilities, Action, ClosedBy, Opens, Rendered, Tag};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::sync::{oneshot, watch};

pub(crate) use desk::{Call, NotShown, Report};
#[cfg(target_os = "linux")]
pub(crate) use freedesktop::{abilities, close_reason, hints_of};
#[cfg(not(target_os = "linux"))]
pub(crate) use own_thread::OwnThread;
#[cfg(target_os = "macos")]
pub(crate) use run_name::RunName;
#[cfg(not(windows))]
pub(crate) use sheet::CLICK;
pub(crate) use sheet::FIELD;
#[cfg(windows)]
pub(crate) use toast_xml::{FIELD_ID, toast_xml};

pub use desk::Patience;
use desk::{Desk, Out};
pub use fake::FakeScreen;
pub use picture::{Picture, PictureError};
pub use sheet::Sheet;

/// How the app is called on a desktop.
#[derive(Clone, Debug)]
pub struct BannerApp {
    /// As a person reads it.
    pub name: String,
    /// As systems know it, for example `app.embudo.desktop`.
    pub id: String,
    /// Of its `.desktop` file, without the ending.
    pub desktop_entry: String,
    /// The icon's name in the theme.
    pub icon: String,
}

/// Why no banner can be shown now. The self-test says what to do about each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoBanners {
    NoSessionBus,
    /// The bus is there, and nothing on it shows notifications.
    NoService,
    /// It is there and hangs. What stands can still be removed, as soon as it goes on.
    NotAnswering,
    /// The person, or the system for them, switched ours off.
    NotAllowed,
}

impl NoBanners {
    pub fn code(self) -> &'static str {
        match self {
            Self::NoSessionBus => "no_session_bus",
            Self::NoService => "no_notification_service",
            Self::NotAnswering => "notification_service_not_answering",
            Self::NotAllowed => "notifications_not_allowed",
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BannerState {
    /// Of the desktop as it last said; none while it is missing.
    pub abilities: Abilities,
    pub trouble: Option<NoBanners>,
    /// Name and version of what shows them, for the self-test.
    pub server: Option<String>,
}

/// A banner to be shown, in place of the one with its tag.
pub struct BannerRequest {
    pub tag: Tag,
    /// `alerts::render`, with the words of the catalogue. Called once for each time it is sent.
    pub render: Box<dyn Fn(&Abilities) -> Rendered + Send>,
    pub picture: Option<Picture>,
    /// Pops up once more where it stands already; else only its words change.
    pub again: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BannerEvent {
    Changed(BannerState),
    /// The desktop took it.
    Shown(Tag),
    /// It was not taken, and nothing of its tag stands any more.
    Refused(Tag),
    /// It left the screen, and we did not ask for it.
    Closed {
        tag: Tag,
        by: ClosedBy,
    },
    Answered {
        tag: Tag,
        answer: Answer,
        /// Lets a window of ours come to the front (Wayland's activation token).
        token: Option<String>,
    },
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// The banner itself was clicked.
    Opened(Opens),
    Pressed(Action),
    /// What was typed into the banner's field, as it was typed.
    Replied(String),
}

/// A desktop as this module needs one. Calls never wait; what they come to is reported.
pub(crate) trait Desktop: Send + 'static {
    fn call(&mut self, call: Call);
}

enum Command {
    Show(BannerRequest),
    Remove(Tag),
    Check(oneshot::Sender<()>),
    Quit(oneshot::Sender<()>),
}

/// The way to the desktop. When the last copy is dropped, our banners are removed.
#[derive(Clone)]
pub struct Banners {
    commands: UnboundedSender<Command>,
    state: watch::Receiver<Option<BannerState>>,
}

pub type BannerEvents = UnboundedReceiver<BannerEvent>;

impl Banners {
    /// Begins to look for this system's desktop. Needs a tokio runtime.
    pub fn open(app: BannerApp) -> (Self, BannerEvents) {
        let (reports_in, reports) = unbounded_channel();
        Self::start(Patience::default(), crate::os::banner_desktop(app, reports_in), reports)
    }

    /// On another bus than the session's. For tests.
    #[cfg(target_os = "linux")]
    pub fn open_at(app: BannerApp, bus_address: &str, patience: Patience) -> (Self, BannerEvents) {
        let (reports_in, reports) = unbounded_channel();
        let bus = crate::os::BannerBus::new(app, Some(bus_address.to_owned()), reports_in);
        Self::start(patience, bus, reports)
    }

    /// On a screen that exists only in memory. For tests.
    pub fn fake(abilities: Abilities) -> (Self, BannerEvents, FakeScreen) {
        let (reports_in, reports) = unbounded_channel();
        let (desktop, screen) = FakeScreen::new(abilities, reports_in);
        let (banners, events) = Self::start(Patience::default(), desktop, reports);
        (banners, events, screen)
    }

    fn start(patience: Patience, desktop: impl Desktop, reports: UnboundedReceiver<Report>) -> (Self, BannerEvents) {
        let (commands, inbox) = unbounded_channel();
        let (events_in, events) = unbounded_channel();
        let (state_in, state) = watch::channel(None);
        let desk = Desk::new(patience, Instant::now());
        let running = Running { desk, desktop, events: events_in, state: state_in, checks: Vec::new() };
        tokio::spawn(running.run(inbox, reports));
        (Self { commands, state }, events)
    }

    /// Never waits. [`BannerEvent::Shown`] or [`BannerEvent::Refused`] follows, unless it is
    /// superseded or removed before.
    pub fn show(&self, request: BannerRequest) {
        self.send(Command::Show(request));
    }

    /// Never waits. Nothing follows; what was not there is not there.
    pub fn remove(&self, tag: Tag) {
        self.send(Command::Remove(tag));
    }

    /// What is known of the desktop now; waits only until something is (at most
    /// [`Patience::ask`] for the way and as long for the answer).
    pub async fn state(&self) -> BannerState {
        let mut state = self.state.clone();
        let known = state.wait_for(Option::is_some).await;
        known.ok().and_then(|state| state.clone()).unwrap_or(BannerState {
            abilities: Abilities::NONE,
            trouble: Some(NoBanners::NoService),
            server: None,
        })
    }

    /// The same without waiting; `None`: nothing is known yet.
    pub fn last_state(&self) -> Option<BannerState> {
        self.state.borrow().clone()
    }

    /// Asks the desktop anew, and looks for one where there was none (the self-test).
    pub async fn check(&self) -> BannerState {
        let (done, wait) = oneshot::channel();
        self.send(Command::Check(done));
        // An error: it has quit meanwhile, and the last state stands.
        let _ = wait.await;
        self.state().await
    }

    /// Removes what stands, and shows nothing any more. Waits at most [`Patience::quit`].
    pub async fn quit(&self) {
        let (done, wait) = oneshot::channel();
        self.send(Command::Quit(done));
        let _ = wait.await;
    }

    fn send(&self, command: Command) {
        if self.commands.send(command).is_err() {
            tracing::debug!("banners have quit");
        }
    }
}

struct Running<D> {
    desk: Desk,
    desktop: D,
    events: UnboundedSender<BannerEvent>,
    state: watch::Sender<Option<BannerState>>,
    checks: Vec<oneshot::Sender<()>>,
}

impl<D: Desktop> Running<D> {
    async fn run(mut self, mut inbox: UnboundedReceiver<Command>, mut reports: UnboundedReceiver<Report>) {
        let mut quits = Vec::new();
        let mut has_callers = true;
        loop {
            self.carry_out();
            if self.desk.is_done(Instant::now()) {
                return;
            }
            let deadline = self.desk.deadline();
            tokio::select! {
                // What happened comes before what is wanted next: an answer that waits here was
                // given to the banner that stood then.
                biased;
                Some(report) = reports.recv() => self.desk.report(report, Instant::now()),
                command = inbox.recv(), if has_callers => match command {
                    Some(Command::Show(request)) => self.desk.show(request, Instant::now()),
                    Some(Command::Remove(tag)) => self.desk.remove(tag),
                    Some(Command::Check(done)) => {
                        self.checks.push(done);
                        self.desk.check(Instant::now());
                    }
                    // Dropped when this task ends, which is the answer.
                    Some(Command::Quit(done)) => {
                        quits.push(done);
                        self.desk.quit(Instant::now());
                    }
                    None => {
                        has_callers = false;
                        self.desk.quit(Instant::now());
                    }
                },
                () = until(deadline) => self.desk.tick(Instant::now()),
            }
        }
    }

    fn carry_out(&mut self) {
        for out in self.desk.take_out() {
            match out {
                Out::Call(call) => self.desktop.call(call),
                // Who does not wait any longer needs no answer.
                Out::Checked => self.checks.drain(..).for_each(|done| _ = done.send(())),
                Out::Event(event) => {
                    if let BannerEvent::Changed(state) = &event {
                        self.state.send_replace(Some(state.clone()));
                    }
                    // Nobody listens: the app is on its way out.
                    let _ = self.events.send(event);
                }
            }
        }
    }
}

async fn until(deadline: Option<Instant>) {
    match deadline {
        Some(deadline) => tokio::time::sleep_until(deadline.into()).await,
        None => std::future::pending().await,
    }
}
