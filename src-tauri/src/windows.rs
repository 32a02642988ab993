//! The main window: made once the app's state is known, where and as large as it was.

use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};
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

pub fn open_main(shell: &AppHandle, data: &Path) -> tauri::Result<()> {
    let file = data.join("window.json");
    crate::closing::comes(shell);
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
    window.show()?;
    remember(&window, file);
    let of = shell.clone();
    window.on_window_event(move |event| match event {
        WindowEvent::CloseRequested { api, .. } => {
            api.prevent_close();
            crate::closing::main_window(&of);
        }
        WindowEvent::Destroyed => crate::closing::gone(&of),
        _ => {}
    });
    Ok(())
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

/// To the front, opened anew where it was closed. `token`: what Wayland wants for that.
pub fn forward(shell: &AppHandle, data: &Path, token: Option<String>) -> tauri::Result<()> {
    crate::closing::come_back();
    let Some(window) = shell.get_webview_window(MAIN) else { return open_main(shell, data) };
    #[cfg(target_os = "linux")]
    if let Some(token) = token {
        heed(&window, token)?;
    }
    #[cfg(not(target_os = "linux"))]
    drop(token);
    for done in [window.unminimize(), window.show(), window.set_focus()] {
        if let Err(error) = done {
            tracing::warn!(%error, "the window could not be brought forward");
        }
    }
    Ok(())
}

#[cfg(target_os = "linux")]
fn heed(window: &WebviewWindow, token: String) -> tauri::Result<()> {
    let of = window.clone();
    window.run_on_main_thread(move || {
        if let Ok(window) = of.gtk_window() {
            gtk::prelude::GtkWindowExt::set_startup_id(&window, &token);
        }
    })
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
