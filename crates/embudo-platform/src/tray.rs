//! The icon beside the clock: what it shows and what its menu offers, whatever draws it.
//!
//! On Linux [`Tray`] draws it: a StatusNotifierItem with a menu, and the count on the launcher's
//! icon where a launcher listens (both by D-Bus). On Windows and macOS the shell draws the same
//! [`TrayFace`] with its window library. A desktop without a tray is a state: Embudo runs on, and
//! starting it again brings its window.

mod icon;

pub use icon::{TrayIcon, tray_icon, unread_dot};

#[cfg(target_os = "linux")]
use tokio::sync::watch;

/// What a person chose in the menu; a click on the icon is `Open`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TrayCommand {
    Open,
    /// Of everything, for an hour.
    Mute,
    Unmute,
    Available,
    Away,
    Quit,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TrayItem {
    Command {
        command: TrayCommand,
        label: String,
    },
    /// One of several: its neighbours of the same kind are the others.
    Choice {
        command: TrayCommand,
        label: String,
        chosen: bool,
    },
    Separator,
}

/// Everything that it shows, at once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TrayFace {
    /// "Embudo", "3 unread chats"; a second line says what else holds ("Muted until 14:00").
    pub title: String,
    pub detail: String,
    /// As the list counts them (NOT-10).
    pub unread: u32,
    pub muted: bool,
    pub items: Vec<TrayItem>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TrayState {
    /// Not known yet.
    #[default]
    Asking,
    Shown,
    /// This desktop has none, as GNOME without an extension.
    Absent,
    /// There is one, and it does not take us.
    Refused,
}

impl TrayState {
    /// A code with words; absent: nothing is wrong with it.
    pub fn code(self) -> Option<&'static str> {
        (self == TrayState::Refused).then_some("tray_refused")
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TrayEvent {
    /// `token`: what lets a window come to the front (Wayland).
    Chosen {
        command: TrayCommand,
        token: Option<String>,
    },
    State(TrayState),
}

/// The number on the program's own icon, where a system has a place for it: none is shown for none.
#[cfg(any(test, target_os = "macos"))]
fn count_label(unread: u32) -> Option<String> {
    (unread > 0).then(|| unread.to_string())
}

/// On the dock's icon, which is there also while no window is. On the main thread.
#[cfg(target_os = "macos")]
pub fn show_on_dock(unread: u32) {
    crate::os::label_dock(count_label(unread).as_deref());
}

pub struct TrayApp {
    /// As the bus and the launcher know it.
    pub id: String,
    pub name: String,
    /// `Embudo.desktop`
    pub desktop_file: String,
}

/// The icon on Linux. It leaves when this is dropped.
#[cfg(target_os = "linux")]
pub struct Tray {
    faces: watch::Sender<TrayFace>,
}

#[cfg(target_os = "linux")]
impl Tray {
    /// Needs a tokio runtime. `told` is called from the bus's thread and must not wait.
    pub fn open(app: TrayApp, face: TrayFace, told: impl Fn(TrayEvent) + Send + Sync + 'static) -> Self {
        let (faces, shown) = watch::channel(face);
        tokio::spawn(crate::os::serve_tray(app, shown, std::sync::Arc::new(told)));
        Self { faces }
    }

    /// Never waits: what the bus has not taken yet is passed over.
    pub fn show(&self, face: TrayFace) {
        self.faces.send_if_modified(|shown| {
            let is_new = *shown != face;
            *shown = face;
            is_new
        });
    }
}

#[cfg(test)]
mod tests {
    use super::count_label;

    #[test]
    fn the_dock_shows_the_lists_number_and_none_for_none() {
        assert_eq!([0, 1, 120].map(count_label), [None, Some("1".to_owned()), Some("120".to_owned())]);
    }
}
