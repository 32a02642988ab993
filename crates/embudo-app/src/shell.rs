//! The app as the desktop around its windows sees it: what the tray's menu does, where a link
//! leads, and what closing the window means (NOT-18).

use crate::alerts::{Catalogued, clock, empty_face};
use crate::api::{ApiError, Availability, Language, SettingsPatch};
use crate::commands;
use crate::{App, settings};
use embudo_domain::LineState;
use embudo_domain::alerts::{AlertSettings, MuteFor, Opens, Window};
use embudo_platform::sound::SoundState;
use embudo_platform::tray::{TrayCommand, TrayFace};
use std::sync::atomic::Ordering;
use std::sync::{Arc, Weak};
use std::time::Duration;

const LOOK: Duration = Duration::from_secs(30);

/// What a window that is closed leaves behind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Closing {
    /// The program goes on, and customers are heard.
    Stays,
    /// As before; the person is told so first, once.
    StaysAfterTelling,
    /// The same, and nothing here can tell anybody: neither a banner nor a sound. That is said first,
    /// until they close all the same, once per start.
    StaysSilent,
    /// Nobody would be told any more: they are asked.
    AsksToQuit,
    /// There is nothing that could be told.
    Quits,
}

impl App {
    /// Before the main window is made, the first time and again.
    pub fn window_opens(&self) {
        if self.is_window_closed.swap(false, Ordering::AcqRel) {
            // Before anything is on the screen.
            self.lock_if_idle();
        }
    }

    /// The main window is gone. Nobody looks at what it showed last, whatever it still says.
    pub fn window_closed(self: &Arc<Self>) {
        self.is_window_closed.store(true, Ordering::Release);
        self.touched();
        self.runtime().spawn(lock_when_idle(Arc::downgrade(self)));
        if let Ok(workspace) = self.workspace() {
            workspace.alerts.presence(|presence| {
                presence.window = Window::Closed;
                presence.open_chat = None;
            });
        }
    }

    /// By a hand, on a window that is not the main one.
    pub(crate) fn touched(&self) {
        self.hands_mono_ms.store(self.config.clock.mono_ms(), Ordering::Release);
    }

    pub fn closing(&self) -> Closing {
        let Ok(workspace) = self.workspace() else { return Closing::Quits };
        let catalogue = workspace.catalogue();
        match &catalogue.alerts {
            _ if !self.could_be_told() => Closing::Quits,
            AlertSettings { close_to_tray: false, .. } => Closing::AsksToQuit,
            // Before the words that promise to tell.
            _ if self.is_silent() && !self.knows_of_silence.load(Ordering::Acquire) => Closing::StaysSilent,
            AlertSettings { tray_explained: false, .. } => Closing::StaysAfterTelling,
            _ => Closing::Stays,
        }
    }

    /// This desktop shows no banner of ours, and no sound can be played.
    fn is_silent(&self) -> bool {
        let Some(gear) = self.alert_gear() else { return true };
        let no_banner = gear.banners.last_state().is_some_and(|state| state.trouble.is_some());
        no_banner && matches!(gear.speaker.state(), SoundState::Trouble(_))
    }

    /// They were told that nothing can tell them, and close the window.
    pub fn silence_is_known(&self) {
        self.knows_of_silence.store(true, Ordering::Release);
    }

    /// A line is there by which somebody may write.
    pub fn could_be_told(&self) -> bool {
        self.workspace().is_ok_and(|workspace| {
            let catalogue = workspace.catalogue();
            let is_off = |state: &LineState| matches!(state, LineState::Disconnected { code } if code == "ON_PURPOSE");
            catalogue.present_lines().any(|line| !is_off(&line.state))
        })
    }

    pub async fn tray_was_explained(&self) -> Result<(), ApiError> {
        let workspace = self.workspace()?;
        let _alone = workspace.alerts.changing.lock().await;
        let now = AlertSettings { tray_explained: true, ..workspace.catalogue().alerts.clone() };
        commands::save_alert_settings(&workspace, &now).await.map(drop)
    }

    /// `Open` and `Quit` are the shell's own.
    pub async fn tray(&self, command: TrayCommand) -> Result<(), ApiError> {
        let availability = match command {
            TrayCommand::Open | TrayCommand::Quit => return Ok(()),
            TrayCommand::Mute | TrayCommand::Unmute => {
                let workspace = self.workspace()?;
                let _alone = workspace.alerts.changing.lock().await;
                let muted = (command == TrayCommand::Mute).then(|| MuteFor::OneHour.mute(clock(&workspace)));
                let settings = AlertSettings { muted, ..workspace.catalogue().alerts.clone() };
                return commands::save_alert_settings(&workspace, &settings).await.map(drop);
            }
            TrayCommand::Available => Availability::Online,
            TrayCommand::Away => Availability::Away,
        };
        let patch = SettingsPatch { availability: Some(availability), ..SettingsPatch::default() };
        for outcome in self.workspace()?.act_many(patch.into_acts()?).await? {
            outcome.map_err(|refusal| crate::failure::refused(&refusal))?;
        }
        Ok(())
    }

    /// A link that was handed to the program. `None`: it leads nowhere; whoever follows it gets
    /// the window as it was.
    pub fn open_link(&self, link: &str) -> Option<Opens> {
        let opens = Opens::from_link(link);
        match opens {
            Some(opens) => self.bus.ask_to_open(opens),
            None => self.bus.ask_for_nothing(),
        }
        opens
    }

    /// Until the workspace's own takes its place.
    pub fn first_face(&self) -> TrayFace {
        empty_face(self.language())
    }

    /// A message of the catalogue without parameters, for the system's own dialogs.
    pub fn say(&self, key: &str) -> String {
        Catalogued(self.language()).say(key, None, &[])
    }

    fn language(&self) -> Language {
        match self.workspace() {
            Ok(workspace) => workspace.catalogue().settings.language,
            Err(_) => settings::language_of(&self.config.locale),
        }
    }
}

/// What the main window does while it is there (`app-lock.svelte.ts`): after so many minutes
/// without a hand nothing of a customer is shown without the PIN, in banners neither.
async fn lock_when_idle(app: Weak<App>) {
    loop {
        let closed = app.upgrade().filter(|app| app.is_window_closed.load(Ordering::Acquire));
        let Some(left) = closed.and_then(|app| app.lock_if_idle()) else { return };
        // Time is read from the clock, not counted: after sleep it has passed.
        tokio::time::sleep(left.min(LOOK)).await;
    }
}

impl App {
    /// How long until then; `None`: it is locked, or never locks.
    fn lock_if_idle(&self) -> Option<Duration> {
        let after_minutes = self.lock.view().after_minutes;
        if after_minutes == 0 || !self.is_ready() || self.lock.is_locked() {
            return None;
        }
        let idle_ms = self.config.clock.mono_ms() - self.hands_mono_ms.load(Ordering::Acquire);
        let left_ms = i64::from(after_minutes) * 60_000 - idle_ms;
        if left_ms > 0 {
            return Some(Duration::from_millis(left_ms.unsigned_abs()));
        }
        if self.lock.lock() {
            self.tell_state();
        }
        None
    }
}
