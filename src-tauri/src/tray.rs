//! The icon beside the clock, and the count on the dock or the taskbar.

#[cfg(not(target_os = "linux"))]
#[path = "tray_other.rs"]
mod system;

#[cfg(target_os = "linux")]
mod system {
    use embudo_app::tray::{Tray, TrayApp, TrayEvent, TrayFace};
    use tauri::AppHandle;

    pub struct TrayIcon(Tray);

    impl TrayIcon {
        pub fn open(_: &AppHandle, face: TrayFace, told: impl Fn(TrayEvent) + Send + Sync + 'static) -> Self {
            let app = TrayApp {
                id: "app.embudo.desktop".to_owned(),
                name: "Embudo".to_owned(),
                desktop_file: "Embudo.desktop".to_owned(),
            };
            let runtime = tauri::async_runtime::handle();
            let _inside = runtime.inner().enter();
            Self(Tray::open(app, face, told))
        }

        pub fn show(&self, face: TrayFace) {
            self.0.show(face);
        }
    }

    /// The launcher hears it from the tray.
    pub fn show_count(_: &AppHandle, _: u32) {}
}

pub use system::{TrayIcon, show_count};
