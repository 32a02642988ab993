//! What alerts show, play and count with: the desktop's banners, our own player, and the windows.

use embudo_app::{AlertGear, AlertShell};
use embudo_platform::sound::SoundPlayer;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};
use tauri::{AppHandle, Manager};
use tokio::sync::mpsc::unbounded_channel;

/// Needs a tokio runtime. `None`: no thread for sounds could be had, and nothing is told.
pub fn gear(windows: Arc<Windows>) -> Option<Arc<AlertGear>> {
    let (told, heard) = unbounded_channel();
    let player = SoundPlayer::start(move |report| {
        // Nobody listens while no workspace is open.
        let _ = told.send(report);
    });
    match player {
        Ok(player) => Some(AlertGear::new(embudo_app::desktop_banners(), (Arc::new(player), heard), windows)),
        Err(error) => {
            tracing::error!(%error, "alerts cannot be played");
            None
        }
    }
}

/// The windows, once there are any.
#[derive(Default)]
pub struct Windows(OnceLock<(AppHandle, PathBuf)>);

impl Windows {
    pub fn are_of(&self, shell: &AppHandle, data: &Path) {
        let _ = self.0.set((shell.clone(), data.to_owned()));
    }

    fn forward(&self) {
        let Some((shell, data)) = self.0.get() else { return };
        if shell.get_webview_window(crate::windows::MAIN).is_none()
            && let Err(error) = crate::windows::open_main(shell, data)
        {
            tracing::error!(%error, "the window could not be opened");
        }
        crate::windows::bring_forward(shell);
    }
}

impl AlertShell for Windows {
    fn set_badge(&self, unread: u32) {
        let Some((shell, _)) = self.0.get() else { return };
        let Some(window) = shell.get_webview_window(crate::windows::MAIN) else { return };
        if let Err(error) = window.set_badge_count((unread > 0).then_some(i64::from(unread))) {
            tracing::debug!(%error, "this desktop shows no count");
        }
    }

    fn open(&self, _: embudo_app::Opens, _: Option<String>) {
        self.forward();
    }

    fn reply_box(&self, _: Option<String>) {
        if let Some((shell, _)) = self.0.get() {
            crate::reply_box::open(shell);
        }
    }

    fn close_reply_box(&self) {
        if let Some((shell, _)) = self.0.get() {
            crate::reply_box::close(shell);
        }
    }
}
