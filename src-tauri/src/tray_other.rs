//! Windows and macOS: the tray, the dock's count, the taskbar's overlay. Bare calls.

use embudo_app::tray::{TrayCommand, TrayEvent, TrayFace, TrayItem, TrayState, tray_icon};
use std::sync::Arc;
#[cfg(not(target_os = "macos"))]
use tauri::Manager;
use tauri::image::Image;
use tauri::menu::{CheckMenuItemBuilder, Menu, MenuBuilder, MenuItemBuilder};
use tauri::tray::{MouseButton, MouseButtonState, TrayIconBuilder, TrayIconEvent};
use tauri::{AppHandle, Wry};

type Told = Arc<dyn Fn(TrayEvent) + Send + Sync>;

/// A multiple of what both systems draw.
const SIZE: u32 = 64;
const IDS: [(TrayCommand, &str); 6] = [
    (TrayCommand::Open, "open"),
    (TrayCommand::Mute, "mute"),
    (TrayCommand::Unmute, "unmute"),
    (TrayCommand::Available, "available"),
    (TrayCommand::Away, "away"),
    (TrayCommand::Quit, "quit"),
];

pub struct TrayIcon(Option<tauri::tray::TrayIcon<Wry>>);

impl TrayIcon {
    pub fn open(handle: &AppHandle, face: TrayFace, told: impl Fn(TrayEvent) + Send + Sync + 'static) -> Self {
        let told: Told = Arc::new(told);
        let (chosen, clicked) = (told.clone(), told.clone());
        let tray = TrayIconBuilder::with_id("embudo")
            // On macOS a click opens the menu, as of every icon there.
            .show_menu_on_left_click(cfg!(target_os = "macos"))
            .on_menu_event(move |_, event| {
                if let Some((command, _)) = IDS.iter().find(|(_, id)| event.id() == *id) {
                    chosen(TrayEvent::Chosen { command: *command, token: None });
                }
            })
            .on_tray_icon_event(move |_, event| {
                let is_click = matches!(
                    event,
                    TrayIconEvent::Click { button: MouseButton::Left, button_state: MouseButtonState::Up, .. }
                );
                if is_click && cfg!(target_os = "windows") {
                    clicked(TrayEvent::Chosen { command: TrayCommand::Open, token: None });
                }
            })
            .build(handle);
        let (tray, state) = match tray {
            Ok(tray) => (Some(tray), TrayState::Shown),
            Err(error) => {
                tracing::warn!(%error, "no icon in the tray");
                (None, TrayState::Refused)
            }
        };
        told(TrayEvent::State(state));
        let tray = Self(tray);
        tray.show(face);
        tray
    }

    pub fn show(&self, face: TrayFace) {
        let Some(tray) = &self.0 else { return };
        let icon = tray_icon(SIZE, face.unread > 0, face.muted);
        let tip = if face.detail.is_empty() { face.title.clone() } else { format!("{}\n{}", face.title, face.detail) };
        let menu = menu(tray.app_handle(), &face.items).map(Some);
        let done = [
            tray.set_icon(Some(Image::new_owned(icon.rgba, icon.size, icon.size))),
            tray.set_tooltip(Some(tip)),
            menu.and_then(|menu| tray.set_menu(menu)),
        ];
        for error in done.into_iter().filter_map(Result::err) {
            tracing::warn!(%error, "the tray could not be changed");
        }
    }
}

fn menu(handle: &AppHandle, items: &[TrayItem]) -> tauri::Result<Menu<Wry>> {
    let id = |command: &TrayCommand| IDS.iter().find(|(known, _)| known == command).map_or("", |(_, id)| *id);
    let mut menu = MenuBuilder::new(handle);
    for item in items {
        menu = match item {
            TrayItem::Separator => menu.separator(),
            TrayItem::Command { command, label } => {
                menu.item(&MenuItemBuilder::with_id(id(command), label.replace('&', "&&")).build(handle)?)
            }
            TrayItem::Choice { command, label, chosen } => {
                let item = CheckMenuItemBuilder::with_id(id(command), label.replace('&', "&&")).checked(*chosen);
                menu.item(&item.build(handle)?)
            }
        };
    }
    menu.build()
}

/// On the dock's icon, with or without a window.
#[cfg(target_os = "macos")]
pub fn show_count(handle: &AppHandle, unread: u32) {
    if let Err(error) = handle.run_on_main_thread(move || embudo_app::tray::show_on_dock(unread)) {
        tracing::debug!(%error, "the dock shows no count");
    }
}

/// A dot on the taskbar's icon, which is there while there is a window.
#[cfg(not(target_os = "macos"))]
pub fn show_count(handle: &AppHandle, unread: u32) {
    let Some(window) = handle.get_webview_window(crate::windows::MAIN) else { return };
    let dot = embudo_app::tray::unread_dot(SIZE);
    let done = window.set_overlay_icon((unread > 0).then(|| Image::new_owned(dot.rgba, dot.size, dot.size)));
    if let Err(error) = done {
        tracing::debug!(%error, "this desktop shows no count");
    }
}
