//! What a host gives to show, play and count with.

use embudo_domain::alerts::{Abilities, Opens, Sound};
use embudo_platform::sound::{Clip, SoundPlayer, SoundReport, SoundState};
use embudo_platform::tray::{TrayFace, TrayState};
use embudo_platform::{BannerEvents, Banners, QuietState, SystemQuiet};
use std::sync::Arc;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

/// Plays what was decided; never waits for a device.
pub trait Speaker: Send + Sync {
    /// `false`: it will not be heard.
    fn play(&self, sound: Sound, clip: Clip) -> bool;
    fn state(&self) -> SoundState;
}

impl Speaker for SoundPlayer {
    fn play(&self, sound: Sound, clip: Clip) -> bool {
        SoundPlayer::play(self, clip, sound.volume).is_ok()
    }
    fn state(&self) -> SoundState {
        SoundPlayer::state(self)
    }
}

/// The windows and the tray, as far as alerts need them. Nothing here waits.
pub trait AlertShell: Send + Sync {
    /// The tray's icon and menu, and the count on the dock or taskbar (NOT-10).
    fn show(&self, face: TrayFace);
    /// Brings the main window forward at this place. `token`: what the desktop gave with the click
    /// (Wayland). A window that is only made now cannot be handed it, and may open behind others.
    fn open(&self, opens: Opens, token: Option<String>);
    /// Shows the one reply box, in front of other programs; its page knows of which chat.
    /// It stands above others by itself: a shell may leave `token` unused.
    fn reply_box(&self, token: Option<String>);
    /// It leaves the screen at once; what is typed in it is still saved.
    fn close_reply_box(&self);
    /// `None`: there is no desktop around this program.
    fn desktop(&self) -> Option<Desktop>;
    /// With the system, from the next sign-in on. The error is for the log.
    fn start_with_system(&self, on: bool) -> Result<(), String>;
    /// Asks first, where nobody would be told any more.
    fn quit(&self);
}

/// What the desktop around the windows does for this program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Desktop {
    pub tray: TrayState,
    pub starts_with_system: bool,
}

/// For hosts without windows.
pub struct NoShell;

impl AlertShell for NoShell {
    fn show(&self, _: TrayFace) {}
    fn open(&self, _: Opens, _: Option<String>) {}
    fn reply_box(&self, _: Option<String>) {}
    fn close_reply_box(&self) {}
    fn desktop(&self) -> Option<Desktop> {
        None
    }
    fn start_with_system(&self, _: bool) -> Result<(), String> {
        Err("there is no desktop".to_owned())
    }
    fn quit(&self) {}
}

/// Takes every sound and plays none.
struct Mute;

impl Speaker for Mute {
    fn play(&self, _: Sound, _: Clip) -> bool {
        true
    }
    fn state(&self) -> SoundState {
        SoundState::Ready
    }
}

pub struct AlertGear {
    pub banners: Banners,
    /// Of these banners. One workspace listens at a time.
    pub events: tokio::sync::Mutex<BannerEvents>,
    pub speaker: Arc<dyn Speaker>,
    /// What became of its sounds; as `events`.
    pub heard: tokio::sync::Mutex<UnboundedReceiver<SoundReport>>,
    pub shell: Arc<dyn AlertShell>,
    pub quiet: SystemQuiet,
}

impl AlertGear {
    /// On a desktop that says nothing of quiet.
    pub fn new(
        banners: (Banners, BannerEvents),
        speaker: (Arc<dyn Speaker>, UnboundedReceiver<SoundReport>),
        shell: Arc<dyn AlertShell>,
    ) -> Arc<Self> {
        Self::with_quiet(banners, speaker, shell, SystemQuiet::untold())
    }

    pub fn with_quiet(
        (banners, events): (Banners, BannerEvents),
        (speaker, heard): (Arc<dyn Speaker>, UnboundedReceiver<SoundReport>),
        shell: Arc<dyn AlertShell>,
        quiet: SystemQuiet,
    ) -> Arc<Self> {
        let (events, heard) = (tokio::sync::Mutex::new(events), tokio::sync::Mutex::new(heard));
        Arc::new(Self { banners, events, speaker, heard, shell, quiet })
    }

    /// Decides, counts and logs as everywhere, on a screen that nobody sees: for hosts without a
    /// desktop. Needs a tokio runtime.
    pub fn in_memory() -> Arc<Self> {
        let (banners, events, _screen) = Banners::fake(Abilities::ALL);
        // As most desktops of Linux: they say whether they want quiet, and nothing of a shared screen.
        let (quiet, _) = SystemQuiet::fake(QuietState { dnd: Some(false), sharing: None });
        Self::with_quiet((banners, events), (Arc::new(Mute), unbounded_channel().1), Arc::new(NoShell), quiet)
    }
}

/// This desktop's own banners. Needs a tokio runtime.
pub fn desktop_banners() -> (Banners, BannerEvents) {
    Banners::open(embudo_platform::BannerApp {
        name: "Embudo".to_owned(),
        id: "app.embudo.desktop".to_owned(),
        desktop_entry: "Embudo".to_owned(),
        icon: "embudo".to_owned(),
    })
}
