//! The tray of a desktop, on any bus: it takes status icons as Plasma and GNOME's extension do,
//! reads them, follows what they announce, and plays the person who clicks on them and in their
//! menus. What the specifications (StatusNotifierItem, com.canonical.dbusmenu) forbid it
//! remembers, in words.
//!
//! What it shows is what was announced: an icon or a menu that changes without its signal stays
//! as it was, as on a real desktop.
//!
//! Linux only: elsewhere there is no such bus.

mod call;
mod host;
mod menu;
mod strict;

use std::time::Duration;

use tokio::sync::watch;
use zbus::zvariant::Value;

use crate::notification_server::PrivateBus;
use call::Call;
use host::Host;
pub use menu::{Kind, MenuItem};

/// A test that waits that long waits for something that never comes.
const GIVE_UP: Duration = Duration::from_secs(60);

/// A status icon as it was last announced.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Item {
    pub id: String,
    pub title: String,
    pub category: String,
    /// "Passive", "Active" or "NeedsAttention".
    pub status: String,
    pub icon: Icon,
    pub overlay: Icon,
    pub attention: Icon,
    pub tooltip: ToolTip,
    /// A left click opens the menu.
    pub is_menu: bool,
    /// `None`: it has no menu.
    pub menu: Option<Vec<MenuItem>>,
}

impl Item {
    /// The entry with these words, at any depth.
    pub fn find(&self, label: &str) -> Option<&MenuItem> {
        menu::find(self.menu.as_deref().unwrap_or_default(), label)
    }
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Icon {
    pub name: String,
    pub pixmaps: Vec<Pixmap>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Pixmap {
    pub width: i32,
    pub height: i32,
    /// Alpha, red, green, blue: one byte each, row by row.
    pub argb: Vec<u8>,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct ToolTip {
    pub title: String,
    pub text: String,
}

/// What the tray saw so far.
#[derive(Clone, Debug, Default)]
pub struct Seen {
    /// Those that were read, in the order in which they came.
    pub items: Vec<Item>,
    /// How often one was registered, also again.
    pub registrations: usize,
    pub breaches: Vec<String>,
    /// Icons whose menu is another than the one that was announced.
    unannounced: Vec<String>,
}

impl Seen {
    fn breach(&mut self, what: impl Into<String>) {
        let what = what.into();
        if !self.breaches.contains(&what) {
            self.breaches.push(what);
        }
    }
}

pub struct TrayHost {
    address: String,
    seen: watch::Sender<Seen>,
    /// `None`: the desktop has no tray at the moment.
    host: Option<Host>,
}

impl TrayHost {
    pub async fn start(bus: &PrivateBus) -> Self {
        Self::start_at(bus.address()).await
    }

    /// On any bus.
    ///
    /// # Panics
    /// Where the bus has a tray already.
    pub async fn start_at(address: &str) -> Self {
        let mut tray = Self { address: address.to_owned(), seen: watch::Sender::default(), host: None };
        tray.come_back().await;
        tray
    }

    /// The tray vanishes, as when the shell of the desktop ends; nothing is shown any more.
    pub async fn leave(&mut self) {
        if let Some(host) = self.host.take() {
            host.end().await;
        }
        self.seen.send_modify(|seen| seen.items.clear());
    }

    /// It is there again, under another name of its own, and knows nobody: icons must register
    /// anew.
    pub async fn come_back(&mut self) {
        if self.host.is_none() {
            self.host = Some(Host::start(&self.address, self.seen.clone()).await);
        }
    }

    pub fn seen(&self) -> Seen {
        self.seen.borrow().clone()
    }

    /// What was done against the specifications, in words.
    pub fn breaches(&self) -> Vec<String> {
        let Seen { mut breaches, unannounced, .. } = self.seen();
        breaches.extend(unannounced.iter().map(|id| format!("the menu of {id} changed, and nobody said so")));
        breaches
    }

    /// The one that stands alone, as soon as one does.
    pub async fn item(&self) -> Item {
        self.until("an icon in the tray", |_| true).await
    }

    /// Waits until the one icon looks like that. Panics where it never does.
    pub async fn until(&self, what: &str, mut looks: impl FnMut(&Item) -> bool) -> Item {
        let seen = self.until_seen(what, |seen| matches!(&seen.items[..], [item] if looks(item))).await;
        seen.items.into_iter().next().unwrap_or_else(|| unreachable!("it was seen"))
    }

    pub async fn until_empty(&self) {
        self.until_seen("an empty tray", |seen| seen.items.is_empty()).await;
    }

    pub async fn until_seen(&self, what: &str, mut looks: impl FnMut(&Seen) -> bool) -> Seen {
        let mut seen = self.seen.subscribe();
        let found = tokio::time::timeout(GIVE_UP, seen.wait_for(|seen| looks(seen))).await;
        match found {
            Ok(Ok(seen)) => seen.clone(),
            Ok(Err(_)) => unreachable!("the sender is ours"),
            Err(_) => panic!("never came: {what}; seen: {:#?}", self.seen()),
        }
    }

    /// A left click. `false`: it asks for its menu instead.
    pub async fn activate(&self, x: i32, y: i32) -> bool {
        self.press(Call::item("Activate", (x, y))).await
    }

    /// A click with the middle button.
    pub async fn activate_secondary(&self, x: i32, y: i32) -> bool {
        self.press(Call::item("SecondaryActivate", (x, y))).await
    }

    /// The wheel over it; `orientation` is "vertical" or "horizontal".
    pub async fn scroll(&self, delta: i32, orientation: &str) -> bool {
        self.press(Call::item("Scroll", (delta, orientation.to_owned()))).await
    }

    /// What a Wayland desktop gives along with the next click.
    pub async fn give_token(&self, token: &str) -> bool {
        self.press(Call::item("ProvideXdgActivationToken", (token.to_owned(),))).await
    }

    /// Opens the menu, reads it and closes it again: what a person sees who looks now.
    ///
    /// # Panics
    /// Where there is not exactly one icon, or it has no menu.
    pub async fn menu(&self) -> Vec<MenuItem> {
        self.open(0).await;
        let menu = self.read_menu().await;
        self.close().await;
        menu
    }

    /// Opens the menu, and the submenus on the way, and clicks on the entry with these words.
    /// Returns once the program has taken the click, or ended of it.
    ///
    /// # Panics
    /// Where nobody could click there.
    pub async fn click(&self, label: &str) {
        self.open(0).await;
        let menu = self.read_menu().await;
        let Some(way) = menu::way_to(&menu, label) else { panic!("nobody can click what is not there: {label}") };
        let (entry, above) = way.split_last().unwrap_or_else(|| unreachable!("it ends at the entry"));
        let can_be_clicked = entry.enabled && !matches!(entry.kind, Kind::Separator | Kind::Submenu);
        assert!(can_be_clicked, "nobody can click there: {entry:?}");
        for submenu in above {
            assert!(submenu.enabled, "nobody can open that: {submenu:?}");
            self.open(submenu.id).await;
        }
        // Its ids may have changed under the pointer.
        let menu = self.read_menu().await;
        let entry = menu::find(&menu, label).unwrap_or_else(|| panic!("it went away while it was opened: {label}"));
        self.event(entry.id, "clicked").await;
        self.close().await;
    }

    async fn open(&self, id: i32) {
        self.host().ask(Call::menu("AboutToShow", (id,))).await;
        self.event(id, "opened").await;
    }

    async fn close(&self) {
        self.host().tell(event(0, "closed")).await;
    }

    async fn event(&self, id: i32, what: &'static str) {
        self.host().ask(event(id, what)).await;
    }

    async fn read_menu(&self) -> Vec<MenuItem> {
        self.host().read_menu().await
    }

    async fn press(&self, call: Call) -> bool {
        self.host().ask(call).await
    }

    fn host(&self) -> &Host {
        self.host.as_ref().unwrap_or_else(|| panic!("the tray has left"))
    }
}

fn event(id: i32, what: &'static str) -> Call {
    Call::menu("Event", (id, what, Value::I32(0), 0_u32))
}
