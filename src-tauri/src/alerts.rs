//! What alerts show, play and count with: the desktop's banners, our own player, the windows and
//! the tray.

use crate::tray::TrayIcon;
use crate::{closing, windows};
use embudo_app::tray::{TrayCommand, TrayEvent, TrayFace, TrayState};
use embudo_app::{AlertGear, AlertShell, App, Desktop, Opens};
use embudo_platform::sound::SoundPlayer;
use embudo_platform::{Autostart, SystemQuiet};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError, Weak};
use tauri::AppHandle;
use tokio::sync::mpsc::unbounded_channel;

/// Needs a tokio runtime. `None`: no thread for sounds could be had, and nothing is told.
pub fn gear(shell: Arc<Shell>) -> Option<Arc<AlertGear>> {
    let (told, heard) = unbounded_channel();
    let player = SoundPlayer::start(move |report| {
        // Nobody listens while no workspace is open.
        let _ = told.send(report);
    });
    match player {
        Ok(player) => {
            let (banners, quiet) = (embudo_app::desktop_banners(), SystemQuiet::open());
            Some(AlertGear::with_quiet(banners, (Arc::new(player), heard), shell, quiet))
        }
        Err(error) => {
            tracing::error!(%error, "alerts cannot be played");
            None
        }
    }
}

/// The windows and the tray, once there are any.
pub struct Shell {
    data: PathBuf,
    begun: OnceLock<Begun>,
    known: Mutex<Known>,
    autostart: Option<Autostart>,
}

struct Begun {
    handle: AppHandle,
    app: Weak<App>,
    tray: TrayIcon,
}

#[derive(Default)]
struct Known {
    /// What the tray is to show, also before it is there.
    face: Option<TrayFace>,
    tray: TrayState,
}

impl Shell {
    pub fn new(data: &Path) -> Self {
        let (begun, known) = (OnceLock::new(), Mutex::default());
        Self { data: data.to_owned(), begun, known, autostart: autostart(data) }
    }

    /// From here on there are windows.
    pub fn begin(self: &Arc<Self>, handle: &AppHandle, app: &Arc<App>) {
        let face = self.known().face.clone().unwrap_or_else(|| app.first_face());
        let shell = Arc::downgrade(self);
        let tray = TrayIcon::open(handle, face, move |event| {
            if let Some(shell) = shell.upgrade() {
                shell.heard(event);
            }
        });
        let begun = Begun { handle: handle.clone(), app: Arc::downgrade(app), tray };
        if self.begun.set(begun).is_ok() {
            // A face may have come while the tray was made.
            let face = self.known().face.clone();
            face.into_iter().for_each(|face| self.show(face));
        }
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn heard(&self, event: TrayEvent) {
        match event {
            TrayEvent::State(state) => self.known().tray = state,
            TrayEvent::Chosen { command: TrayCommand::Open, token } => self.forward(token),
            TrayEvent::Chosen { command: TrayCommand::Quit, .. } => self.quit(),
            TrayEvent::Chosen { command, .. } => {
                let Some(app) = self.begun.get().and_then(|begun| begun.app.upgrade()) else { return };
                tauri::async_runtime::spawn(async move {
                    if let Err(error) = app.tray(command).await {
                        tracing::warn!(code = error.code, ?command, "what the tray was asked for was not done");
                    }
                });
            }
        }
    }

    /// The main window, opened anew where it was closed. `token`: what lets it come to the front.
    pub fn forward(&self, token: Option<String>) {
        if let Some(Begun { handle, .. }) = self.begun.get() {
            windows::forward(handle, &self.data, token);
        }
    }

    /// A link that the system handed to us.
    pub fn follow(&self, link: &str) {
        let Some(app) = self.begun.get().and_then(|begun| begun.app.upgrade()) else { return };
        if app.open_link(link).is_none() {
            // Whatever it says: it may be a stranger's, and longer than a log.
            tracing::info!("a link that leads nowhere was followed");
        }
        self.forward(None);
    }

    /// A window was made, and knows nothing of the count.
    pub fn count_again(&self) {
        if let (Some(Begun { handle, .. }), Some(face)) = (self.begun.get(), &self.known().face) {
            crate::tray::show_count(handle, face.unread);
        }
    }

    pub fn tray_state(&self) -> TrayState {
        self.known().tray
    }
}

impl AlertShell for Shell {
    fn show(&self, face: TrayFace) {
        self.known().face = Some(face.clone());
        if let Some(Begun { handle, tray, .. }) = self.begun.get() {
            crate::tray::show_count(handle, face.unread);
            tray.show(face);
        }
    }

    fn open(&self, _: Opens, token: Option<String>) {
        self.forward(token);
    }

    fn desktop(&self) -> Option<Desktop> {
        let starts_with_system = self.autostart.as_ref().is_some_and(|autostart| {
            autostart.is_on().unwrap_or_else(|error| {
                tracing::warn!(%error, "whether we start with the system is not known");
                false
            })
        });
        Some(Desktop { tray: self.tray_state(), starts_with_system })
    }

    fn start_with_system(&self, on: bool) -> Result<(), String> {
        let autostart = self.autostart.as_ref().ok_or("the path of this program is not known")?;
        autostart.set(on).map_err(|error| error.to_string())
    }

    fn quit(&self) {
        if let Some(Begun { handle, .. }) = self.begun.get() {
            closing::quit(handle);
        }
    }

    fn reply_box(&self, token: Option<String>) {
        if let Some(Begun { handle, .. }) = self.begun.get() {
            crate::reply_box::open(handle, token);
        }
    }

    fn close_reply_box(&self) {
        if let Some(Begun { handle, .. }) = self.begun.get() {
            crate::reply_box::close(handle);
        }
    }
}

/// On the folder of now, without a window.
fn autostart(data: &Path) -> Option<Autostart> {
    let program = embudo_platform::own_program().map_err(|error| tracing::warn!(%error, "no path of our own")).ok()?;
    let mut args = vec!["--hidden".to_owned()];
    if crate::options::usual_place().ok().as_deref() != Some(data) {
        args.extend(["--data".to_owned(), data.to_str()?.to_owned()]);
    }
    Some(Autostart { name: "Embudo".to_owned(), program, args })
}
