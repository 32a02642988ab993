//! The main window: made once the app's state is known, where and as large as it was.

use embudo_app::App;
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use tauri::webview::NewWindowResponse;
use tauri::{
    AppHandle, Manager, PhysicalPosition, PhysicalSize, Url, WebviewUrl, WebviewWindow, WebviewWindowBuilder,
    WindowEvent,
};

pub const MAIN: &str = "main";

/// In physical pixels, as the system tells and takes them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Place {
    x: i32,
    y: i32,
    width: u32,
    height: u32,
    maximized: bool,
}

/// One thing at a time is done with the main window.
static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());
/// It is being destroyed, which takes a moment.
static GOES: AtomicBool = AtomicBool::new(false);
/// Asked for while it went: made again once it is gone.
static AGAIN: AtomicBool = AtomicBool::new(false);

/// Not on the event loop: on Windows a window that is made there never comes.
pub fn open_main(shell: &AppHandle, data: &Path, token: Option<String>) -> tauri::Result<()> {
    let file = data.join("window.json");
    if let Some(app) = shell.try_state::<Arc<App>>() {
        app.window_opens();
    }
    let window = WebviewWindowBuilder::new(shell, MAIN, WebviewUrl::App("index.html".into()))
        .title("Embudo")
        .inner_size(1_280.0, 800.0)
        .min_inner_size(420.0, 480.0)
        .center()
        .visible(false)
        // Our page and nothing else; links are opened by the app after showing where they lead.
        .on_navigation(is_ours)
        .on_new_window(|_, _| NewWindowResponse::Deny)
        .build()?;
    restore(&window, &file);
    heed(&window, token)?;
    window.show()?;
    remember(&window, file);
    let (of, data) = (shell.clone(), data.to_owned());
    window.on_window_event(move |event| match event {
        WindowEvent::CloseRequested { api, .. } => {
            api.prevent_close();
            crate::closing::main_window(&of);
        }
        WindowEvent::Destroyed => gone(&of, &data),
        _ => {}
    });
    if let Some(shell) = shell.try_state::<Arc<crate::alerts::Shell>>() {
        shell.count_again();
    }
    Ok(())
}

pub fn destroy_main(shell: &AppHandle) {
    let Some(window) = shell.get_webview_window(MAIN) else { return };
    GOES.store(true, Ordering::Release);
    if let Err(error) = window.destroy() {
        GOES.store(false, Ordering::Release);
        tracing::warn!(%error, "the window could not be closed");
    }
}

fn gone(shell: &AppHandle, data: &Path) {
    if let Some(app) = shell.try_state::<Arc<App>>() {
        app.window_closed();
    }
    GOES.store(false, Ordering::Release);
    if AGAIN.swap(false, Ordering::AcqRel) {
        forward(shell, data, None);
    }
}

pub fn is_ours(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    match url.scheme() {
        "tauri" => host == "localhost",
        "http" | "https" => {
            host == "tauri.localhost" || (cfg!(debug_assertions) && host == "localhost" && url.port() == Some(5173))
        }
        _ => false,
    }
}

/// To the front, opened anew where it was closed; waits for nothing. `token`: what Wayland wants
/// for that.
pub fn forward(shell: &AppHandle, data: &Path, token: Option<String>) {
    let (shell, data) = (shell.clone(), data.to_owned());
    tauri::async_runtime::spawn_blocking(move || {
        let _one = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
        if let Err(error) = bring_forward(&shell, &data, token) {
            tracing::error!(%error, "the window could not be brought forward");
        }
    });
}

fn bring_forward(shell: &AppHandle, data: &Path, token: Option<String>) -> tauri::Result<()> {
    if !crate::closing::come_back() {
        return Ok(());
    }
    AGAIN.store(true, Ordering::Release);
    if GOES.load(Ordering::Acquire) {
        return Ok(());
    }
    AGAIN.store(false, Ordering::Release);
    let Some(window) = shell.get_webview_window(MAIN) else { return open_main(shell, data, token) };
    heed(&window, token)?;
    window.unminimize()?;
    window.show()?;
    window.set_focus()
}

#[cfg(target_os = "linux")]
pub fn heed(window: &WebviewWindow, token: Option<String>) -> tauri::Result<()> {
    let Some(token) = token else { return Ok(()) };
    let of = window.clone();
    window.run_on_main_thread(move || {
        if let Ok(window) = of.gtk_window() {
            gtk::prelude::GtkWindowExt::set_startup_id(&window, &token);
        }
    })
}

/// Windows and macOS know no such thing.
#[cfg(not(target_os = "linux"))]
pub fn heed(_: &WebviewWindow, _: Option<String>) -> tauri::Result<()> {
    Ok(())
}

/// Only a place that a screen of today shows.
fn restore(window: &WebviewWindow, file: &Path) {
    let Some(place) = std::fs::read(file).ok().and_then(|bytes| serde_json::from_slice::<Place>(&bytes).ok()) else {
        return;
    };
    let is_visible = window.available_monitors().unwrap_or_default().iter().any(|monitor| {
        let (at, size) = (monitor.position(), monitor.size());
        // Enough of its upper edge to take hold of it.
        place.x + 100 < at.x + size.width as i32
            && place.x + place.width as i32 - 100 > at.x
            && place.y >= at.y
            && place.y + 50 < at.y + size.height as i32
    });
    let mut done = vec![window.set_size(PhysicalSize::new(place.width.max(300), place.height.max(300)))];
    if is_visible {
        done.push(window.set_position(PhysicalPosition::new(place.x, place.y)));
    }
    if place.maximized {
        done.push(window.maximize());
    }
    for error in done.into_iter().filter_map(Result::err) {
        tracing::warn!(%error, "the window's place could not be restored");
    }
}

/// Written when the window is left or closed: rarely, and before most ends of the program.
fn remember(window: &WebviewWindow, file: PathBuf) {
    let watched = window.clone();
    window.on_window_event(move |event| {
        if matches!(event, WindowEvent::CloseRequested { .. } | WindowEvent::Focused(false))
            && let Some(place) = place_of(&watched)
            && let Ok(bytes) = serde_json::to_vec(&place)
            && let Err(error) = std::fs::write(&file, bytes)
        {
            tracing::warn!(%error, "the window's place was not kept");
        }
    });
}

fn place_of(window: &WebviewWindow) -> Option<Place> {
    let (at, size) = (window.outer_position().ok()?, window.inner_size().ok()?);
    if window.is_minimized().unwrap_or(false) || size.width == 0 {
        return None;
    }
    Some(Place {
        x: at.x,
        y: at.y,
        width: size.width,
        height: size.height,
        maximized: window.is_maximized().unwrap_or(false),
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn the_window_shows_our_page_and_nothing_else() {
        for ours in ["tauri://localhost/index.html", "http://tauri.localhost/"] {
            assert!(is_ours(&ours.parse().unwrap()), "{ours}");
        }
        for other in [
            "https://evil.example/",
            "file:///etc/passwd",
            "data:text/html,x",
            "http://tauri.localhost.evil.example/",
            "tauri://evil/",
        ] {
            assert!(!is_ours(&other.parse().unwrap()), "{other}");
        }
    }
}
