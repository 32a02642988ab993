//! Notification services as far as they say something of quiet, with the names and the
//! signatures of the real ones.

use embudo_testkit::notification_server::PrivateBus;
use zbus::object_server::{Interface, SignalEmitter};
use zbus::zvariant::{OwnedValue, Value};
use zbus::{Connection, connection, interface};

pub const PATH: &str = "/org/freedesktop/Notifications";
const NAME: &str = "org.freedesktop.Notifications";
const XFCONF: &str = "org.xfce.Xfconf";
const XFCONF_PATH: &str = "/org/xfce/Xfconf";

/// One that only says who it is.
pub struct Notifications(pub &'static str);

#[interface(name = "org.freedesktop.Notifications")]
impl Notifications {
    fn get_server_information(&self) -> (&str, &str, &str, &str) {
        (self.0, "Embudo", "1.0", "1.2")
    }
}

pub struct Plasma {
    pub inhibited: bool,
}

#[interface(name = "org.freedesktop.Notifications")]
impl Plasma {
    fn get_server_information(&self) -> (&str, &str, &str, &str) {
        ("Plasma", "KDE", "6.1", "1.2")
    }

    #[zbus(property)]
    fn inhibited(&self) -> bool {
        self.inhibited
    }
}

pub struct Dunst {
    pub paused: bool,
}

#[interface(name = "org.dunstproject.cmd0")]
impl Dunst {
    #[zbus(property, name = "paused")]
    fn paused(&self) -> bool {
        self.paused
    }
}

/// Xfce's settings, with the one that is asked for.
pub struct Xfconf {
    dnd: Option<bool>,
}

#[derive(Debug, zbus::DBusError)]
#[zbus(prefix = "org.xfce.Xfconf.Error")]
enum XfconfError {
    PropertyNotFound(String),
}

#[interface(name = "org.xfce.Xfconf")]
impl Xfconf {
    fn get_property(&self, channel: &str, property: &str) -> Result<OwnedValue, XfconfError> {
        let not_found = || XfconfError::PropertyNotFound(format!("{property} of {channel}"));
        let is_it = (channel, property) == ("xfce4-notifyd", "/do-not-disturb");
        self.dnd.filter(|_| is_it).map(OwnedValue::from).ok_or_else(not_found)
    }
}

pub async fn connect(bus: &PrivateBus) -> Connection {
    connection::Builder::address(bus.address()).unwrap().build().await.unwrap()
}

/// It shows notifications from now on, until it is dropped.
pub async fn start(bus: &PrivateBus, service: impl Interface) -> Connection {
    let builder = connection::Builder::address(bus.address()).unwrap();
    builder.serve_at(PATH, service).unwrap().name(NAME).unwrap().build().await.unwrap()
}

pub async fn settings(bus: &PrivateBus) -> Connection {
    let builder = connection::Builder::address(bus.address()).unwrap();
    builder.serve_at(XFCONF_PATH, Xfconf { dnd: None }).unwrap().name(XFCONF).unwrap().build().await.unwrap()
}

/// Changes what a service says, and says so.
pub async fn change<T: Interface>(
    service: &Connection,
    change: impl AsyncFnOnce(&mut T, &SignalEmitter<'_>) -> zbus::Result<()>,
) {
    let interface = service.object_server().interface::<_, T>(PATH).await.unwrap();
    let mut held = interface.get_mut().await;
    change(&mut held, interface.signal_emitter()).await.unwrap();
}

/// `None`: as if it had never been touched.
pub async fn set(settings: &Connection, dnd: Option<bool>) {
    let xfconf = settings.object_server().interface::<_, Xfconf>(XFCONF_PATH).await.unwrap();
    xfconf.get_mut().await.dnd = dnd;
    let (channel, property) = ("xfce4-notifyd", "/do-not-disturb");
    let emitter = xfconf.signal_emitter();
    match dnd {
        Some(dnd) => emitter.emit(XFCONF, "PropertyChanged", &(channel, property, Value::from(dnd))).await.unwrap(),
        None => emitter.emit(XFCONF, "PropertyRemoved", &(channel, property)).await.unwrap(),
    }
}

/// As the writer of GNOME's settings tells everybody.
pub async fn wrote(dconf: &Connection, path: &str, keys: &[&str]) {
    let (object, interface) = ("/ca/desrt/dconf/Writer/user", "ca.desrt.dconf.Writer");
    dconf.emit_signal(None::<&str>, object, interface, "Notify", &(path, keys, "a tag")).await.unwrap();
}
