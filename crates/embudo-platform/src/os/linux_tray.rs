//! Linux: a StatusNotifierItem, and the launcher's count (com.canonical.Unity.LauncherEntry, which
//! Ubuntu's dock, Plasma and Plank hear).

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use ksni::menu::{RadioGroup, RadioItem, StandardItem};
use ksni::{Category, Icon, MenuItem, OfflineReason, Status, ToolTip, TrayMethods as _};
use tokio::sync::watch;
use zbus::zvariant::Value;

use crate::tray::{TrayApp, TrayCommand, TrayEvent, TrayFace, TrayItem, TrayState, tray_icon};

type Told = Arc<dyn Fn(TrayEvent) + Send + Sync>;

/// What panels draw, also on screens of twice the density.
const SIZES: [u32; 5] = [16, 22, 24, 32, 48];
const LAUNCHER: &str = "com.canonical.Unity.LauncherEntry";
const LAUNCHER_PATH: &str = "/app/embudo/launcher";

pub(crate) async fn serve(app: TrayApp, mut faces: watch::Receiver<TrayFace>, told: Told) {
    let face = faces.borrow_and_update().clone();
    let state = Arc::new(Mutex::new(TrayState::Asking));
    let item = Item { id: app.id, name: app.name, icons: icons(&face), face, state: state.clone(), told: told.clone() };
    // A tray that comes later is found: the program may start before the panel.
    let handle = match item.assume_sni_available(true).spawn().await {
        Ok(handle) => {
            tell(&state, &told, TrayState::Shown, Some(TrayState::Asking));
            Some(handle)
        }
        Err(error) => {
            tracing::warn!(%error, "no icon in the tray");
            let is_there = matches!(error, ksni::Error::Watcher(_));
            tell(&state, &told, if is_there { TrayState::Refused } else { TrayState::Absent }, None);
            None
        }
    };
    let launcher = Launcher::connect(&app.desktop_file).await;
    loop {
        let face = faces.borrow_and_update().clone();
        launcher.show(face.unread).await;
        if let Some(handle) = &handle {
            handle
                .update(|item| {
                    if (item.face.unread > 0, item.face.muted) != (face.unread > 0, face.muted) {
                        item.icons = icons(&face);
                    }
                    item.face = face;
                })
                .await;
        }
        if faces.changed().await.is_err() {
            launcher.show(0).await;
            if let Some(handle) = handle {
                handle.shutdown().await;
            }
            return;
        }
    }
}

/// `only_after`: unless something was learned meanwhile.
fn tell(state: &Mutex<TrayState>, told: &Told, now: TrayState, only_after: Option<TrayState>) {
    let mut known = state.lock().unwrap_or_else(PoisonError::into_inner);
    if *known == now || only_after.is_some_and(|before| *known != before) {
        return;
    }
    *known = now;
    drop(known);
    told(TrayEvent::State(now));
}

fn icons(face: &TrayFace) -> Vec<Icon> {
    let icon = |size| {
        let icon = tray_icon(size, face.unread > 0, face.muted);
        let (side, data) = (icon.size as i32, icon.argb());
        Icon { width: side, height: side, data }
    };
    SIZES.map(icon).into()
}

struct Item {
    id: String,
    name: String,
    face: TrayFace,
    icons: Vec<Icon>,
    state: Arc<Mutex<TrayState>>,
    told: Told,
}

impl Item {
    fn chosen(&mut self, command: TrayCommand) {
        (self.told)(TrayEvent::Chosen { command, token: ksni::current_xdg_activation_token() });
    }
}

impl ksni::Tray for Item {
    fn id(&self) -> String {
        self.id.clone()
    }
    fn title(&self) -> String {
        self.name.clone()
    }
    fn category(&self) -> Category {
        Category::Communications
    }
    fn status(&self) -> Status {
        Status::Active
    }
    fn icon_pixmap(&self) -> Vec<Icon> {
        self.icons.clone()
    }
    fn tool_tip(&self) -> ToolTip {
        ToolTip { title: self.face.title.clone(), description: self.face.detail.clone(), ..ToolTip::default() }
    }
    fn activate(&mut self, _: i32, _: i32) {
        self.chosen(TrayCommand::Open);
    }
    fn menu(&self) -> Vec<MenuItem<Self>> {
        menu(&self.face.items)
    }
    fn watcher_online(&self) {
        tell(&self.state, &self.told, TrayState::Shown, None);
    }
    fn watcher_offline(&self, reason: OfflineReason) -> bool {
        let now = match reason {
            OfflineReason::Error(ksni::Error::Watcher(zbus::fdo::Error::ServiceUnknown(_))) | OfflineReason::No => {
                TrayState::Absent
            }
            _ => TrayState::Refused,
        };
        tell(&self.state, &self.told, now, None);
        true
    }
}

fn menu(items: &[TrayItem]) -> Vec<MenuItem<Item>> {
    let mut menu: Vec<MenuItem<Item>> = Vec::new();
    let mut commands: Vec<TrayCommand> = Vec::new();
    for item in items {
        match item {
            TrayItem::Separator => menu.push(MenuItem::Separator),
            TrayItem::Command { command, label } => {
                let command = *command;
                menu.push(MenuItem::Standard(StandardItem {
                    label: plain(label),
                    activate: Box::new(move |item: &mut Item| item.chosen(command)),
                    ..StandardItem::default()
                }));
            }
            TrayItem::Choice { command, label, chosen } => {
                if !matches!(menu.last(), Some(MenuItem::RadioGroup(_))) {
                    commands.clear();
                    menu.push(MenuItem::RadioGroup(RadioGroup::default()));
                }
                commands.push(*command);
                let (choices, at) = (commands.clone(), commands.len() - 1);
                if let Some(MenuItem::RadioGroup(group)) = menu.last_mut() {
                    group.options.push(RadioItem { label: plain(label), ..RadioItem::default() });
                    if *chosen {
                        group.selected = at;
                    }
                    group.select = Box::new(move |item: &mut Item, index| {
                        if let Some(command) = choices.get(index) {
                            item.chosen(*command);
                        }
                    });
                }
            }
        }
    }
    menu
}

/// An underscore marks an access key there.
fn plain(label: &str) -> String {
    label.replace('_', "__")
}

struct Launcher {
    bus: Option<zbus::Connection>,
    app: String,
}

impl Launcher {
    async fn connect(desktop_file: &str) -> Self {
        Self { bus: zbus::Connection::session().await.ok(), app: format!("application://{desktop_file}") }
    }

    async fn show(&self, count: u32) {
        let Some(bus) = &self.bus else { return };
        let what: HashMap<&str, Value<'_>> =
            [("count", Value::from(i64::from(count))), ("count-visible", Value::from(count > 0))].into();
        let sent = bus.emit_signal(None::<&str>, LAUNCHER_PATH, LAUNCHER, "Update", &(&self.app, what)).await;
        if let Err(error) = sent {
            tracing::debug!(%error, "the launcher's count was not told");
        }
    }
}
