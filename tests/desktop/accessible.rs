//! What a screen reader is told of a window of the system (AT-SPI): which parts it has, whether
//! they may be used already, and using them. Unlike keys it needs no window in front and no
//! guess about when somebody listens.

use gtk::gio::{self, DBusCallFlags, DBusConnection, DBusConnectionFlags};
use gtk::glib::{Variant, variant::ToVariant};

const REGISTRY: &str = "org.a11y.atspi.Registry";
const ROOT: &str = "/org/a11y/atspi/accessible/root";
const ANSWERS_WITHIN_MS: i32 = 5_000;
/// Of a part's states: it shows on the screen and may be used.
const SENSITIVE: u32 = 24;
const SHOWING: u32 = 25;

pub struct Bus(DBusConnection);

/// A part of some program's window: a dialog, a field, a button.
#[derive(Clone, Debug)]
pub struct Part {
    program: String,
    path: String,
}

impl Bus {
    pub fn open() -> Self {
        let session = gio::bus_get_sync(gio::BusType::Session, gio::Cancellable::NONE).unwrap();
        let address = ask(&session, "org.a11y.Bus", "/org/a11y/bus", "org.a11y.Bus", "GetAddress", None)
            .unwrap_or_else(|error| {
                panic!("no bus for screen readers: {error} (on Debian: apt-get install at-spi2-core)")
            });
        let flags = DBusConnectionFlags::AUTHENTICATION_CLIENT | DBusConnectionFlags::MESSAGE_BUS_CONNECTION;
        let address: String = address.child_get(0);
        Self(DBusConnection::for_address_sync(&address, flags, None, gio::Cancellable::NONE).unwrap())
    }

    /// The first part of any program with this role that shows and may be used.
    pub fn find(&self, role: &str) -> Option<Part> {
        self.below(&Part { program: REGISTRY.to_owned(), path: ROOT.to_owned() }, role, None)
    }

    /// The first part inside another with this role, and this name where one is given.
    pub fn below(&self, part: &Part, role: &str, name: Option<&str>) -> Option<Part> {
        // A program or a part may be gone by now.
        let children: Vec<(String, gtk::glib::variant::ObjectPath)> =
            self.call(part, "Accessible", "GetChildren", None).ok()?.child_value(0).get()?;
        children.into_iter().find_map(|(program, path)| {
            let child = Part { program, path: path.to_string() };
            let its_role: String = self.call(&child, "Accessible", "GetRoleName", None).ok()?.child_get(0);
            let is_it = its_role == role && self.is_usable(&child) && name.is_none_or(|name| self.name(&child) == name);
            if is_it { Some(child) } else { self.below(&child, role, name) }
        })
    }

    pub fn is_usable(&self, part: &Part) -> bool {
        let states = self.call(part, "Accessible", "GetState", None).ok();
        let words: Vec<u32> = states.and_then(|states| states.child_value(0).get()).unwrap_or_default();
        let has = |state: u32| words.first().is_some_and(|word| word & (1 << state) != 0);
        has(SENSITIVE) && has(SHOWING)
    }

    /// Does what the part offers under this name, as a click or a key would.
    pub fn act(&self, part: &Part, action: &str) {
        let actions: Vec<(String, String, String)> =
            self.call(part, "Action", "GetActions", None).unwrap().child_value(0).get().unwrap();
        let at = actions.iter().position(|(name, ..)| name == action);
        let at = at.unwrap_or_else(|| panic!("no {action} in {actions:?}"));
        let at = i32::try_from(at).unwrap();
        let done: bool = self.call(part, "Action", "DoAction", Some(&(at,).to_variant())).unwrap().child_get(0);
        assert!(done, "{action} is done");
    }

    fn name(&self, part: &Part) -> String {
        let args = ("org.a11y.atspi.Accessible", "Name").to_variant();
        let answer = ask(&self.0, &part.program, &part.path, "org.freedesktop.DBus.Properties", "Get", Some(&args));
        answer.ok().and_then(|answer| answer.child_value(0).as_variant()?.get()).unwrap_or_default()
    }

    fn call(
        &self,
        part: &Part,
        interface: &str,
        method: &str,
        args: Option<&Variant>,
    ) -> Result<Variant, gtk::glib::Error> {
        ask(&self.0, &part.program, &part.path, &format!("org.a11y.atspi.{interface}"), method, args)
    }
}

fn ask(
    bus: &DBusConnection,
    program: &str,
    path: &str,
    interface: &str,
    method: &str,
    args: Option<&Variant>,
) -> Result<Variant, gtk::glib::Error> {
    let flags = DBusCallFlags::NONE;
    bus.call_sync(Some(program), path, interface, method, args, None, flags, ANSWERS_WITHIN_MS, gio::Cancellable::NONE)
}
