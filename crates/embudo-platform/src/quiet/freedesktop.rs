//! How the notification services of Linux are asked for "do not disturb": no specification has
//! it, each has its own way. Only the one that shows notifications counts.
#![cfg_attr(not(target_os = "linux"), allow(dead_code))]

pub(crate) const XFCONF: &str = "org.xfce.Xfconf";
pub(crate) const XFCONF_PATH: &str = "/org/xfce/Xfconf";
/// What Xfconf says of a switch that was never touched.
pub(crate) const NO_SUCH_PROPERTY: &str = "org.xfce.Xfconf.Error.PropertyNotFound";
pub(crate) const NOTIFYD: &str = "xfce4-notifyd";
pub(crate) const DND: &str = "/do-not-disturb";
/// Writes the settings of GNOME and Cinnamon, and tells everybody which one it wrote.
pub(crate) const DCONF: &str = "ca.desrt.dconf.Writer";

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    /// A property of the service's own object.
    Property {
        interface: &'static str,
        name: &'static str,
    },
    /// Of Xfce's settings.
    Xfconf,
    Setting(&'static Setting),
}

/// A switch "show notifications" in a store that `gsettings` reads.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Setting {
    pub schema: &'static str,
    pub key: &'static str,
    /// Where dconf keeps it.
    pub path: &'static str,
}

static GNOME: Setting = Setting {
    schema: "org.gnome.desktop.notifications",
    key: "show-banners",
    path: "/org/gnome/desktop/notifications/show-banners",
};
static CINNAMON: Setting = Setting {
    schema: "org.cinnamon.desktop.notifications",
    key: "display-notifications",
    path: "/org/cinnamon/desktop/notifications/display-notifications",
};
/// The paths of all of them.
pub(crate) const WATCHED: [&Setting; 2] = [&GNOME, &CINNAMON];

/// By the name that a service gives itself in `GetServerInformation`.
pub(crate) fn way_of(server: &str) -> Way {
    match server {
        "dunst" => Way::Property { interface: "org.dunstproject.cmd0", name: "paused" },
        "Xfce Notify Daemon" => Way::Xfconf,
        "gnome-shell" => Way::Setting(&GNOME),
        "cinnamon" => Way::Setting(&CINNAMON),
        // Plasma's; others may take it over, and who has no such property says so.
        _ => Way::Property { interface: "org.freedesktop.Notifications", name: "Inhibited" },
    }
}

/// Whether one of these changed properties says something about quiet.
pub(crate) fn is_about<'a>(mut names: impl Iterator<Item = &'a str>) -> bool {
    names.any(|name| name == "Inhibited" || name == "paused")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_service_is_asked_its_own_way_and_an_unknown_one_like_plasma() {
        let inhibited = Way::Property { interface: "org.freedesktop.Notifications", name: "Inhibited" };
        let ways = [
            ("Plasma", inhibited),
            ("dunst", Way::Property { interface: "org.dunstproject.cmd0", name: "paused" }),
            ("Xfce Notify Daemon", Way::Xfconf),
            ("gnome-shell", Way::Setting(&GNOME)),
            ("cinnamon", Way::Setting(&CINNAMON)),
            ("Somebody's Daemon", inhibited),
        ];
        for (server, way) in ways {
            assert_eq!(way_of(server), way, "{server}");
        }
        for setting in WATCHED {
            let path = format!("/{}/{}", setting.schema.replace('.', "/"), setting.key);
            assert_eq!(setting.path, path, "dconf keeps it under its schema");
        }
    }
}
