//! What the tray asks of an icon.

use zbus::message::Message;
use zbus::zvariant::DynamicType;

pub(super) const ITEM: &str = "org.kde.StatusNotifierItem";
pub(super) const MENU: &str = "com.canonical.dbusmenu";
const PROPERTIES: &str = "org.freedesktop.DBus.Properties";

type Build = Box<dyn FnOnce(&str, &str) -> zbus::Result<Message> + Send>;

/// A call without a destination yet.
pub(super) struct Call {
    pub member: &'static str,
    /// To the menu's object, not to the icon's.
    pub is_to_menu: bool,
    build: Build,
}

impl Call {
    pub fn item(member: &'static str, body: impl serde::Serialize + DynamicType + Send + 'static) -> Self {
        Self::new(ITEM, member, false, body)
    }

    pub fn menu(member: &'static str, body: impl serde::Serialize + DynamicType + Send + 'static) -> Self {
        Self::new(MENU, member, true, body)
    }

    pub fn properties() -> Self {
        Self::new(PROPERTIES, "GetAll", false, (ITEM,))
    }

    /// Everything below `parent`.
    pub fn layout(parent: i32) -> Self {
        Self::menu("GetLayout", (parent, -1, Vec::<String>::new()))
    }

    fn new(
        interface: &'static str,
        member: &'static str,
        is_to_menu: bool,
        body: impl serde::Serialize + DynamicType + Send + 'static,
    ) -> Self {
        let build = move |to: &str, path: &str| {
            Message::method_call(path, member)?.destination(to)?.interface(interface)?.build(&body)
        };
        Self { member, is_to_menu, build: Box::new(build) }
    }

    pub fn build(self, to: &str, path: &str) -> zbus::Result<Message> {
        (self.build)(to, path)
    }
}
