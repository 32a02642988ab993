//! An icon that breaks the rules, one after the other.

use std::collections::HashMap;

use embudo_testkit::notification_server::PrivateBus;
use embudo_testkit::tray_host::TrayHost;
use zbus::zvariant::{ObjectPath, OwnedValue, Value};
use zbus::{Connection, connection, interface};

type Node = (i32, HashMap<String, OwnedValue>, Vec<OwnedValue>);

struct Icon;

#[interface(name = "org.kde.StatusNotifierItem")]
impl Icon {
    #[zbus(property)]
    fn id(&self) -> &str {
        "careless"
    }

    #[zbus(property)]
    fn title(&self) -> &str {
        "Careless"
    }

    #[zbus(property)]
    fn category(&self) -> &str {
        "Communications"
    }

    #[zbus(property)]
    fn status(&self) -> &str {
        "Active"
    }

    #[zbus(property)]
    fn icon_name(&self) -> &str {
        "embudo"
    }

    #[zbus(property)]
    fn menu(&self) -> ObjectPath<'_> {
        ObjectPath::from_static_str_unchecked("/Menu")
    }
}

/// One entry; what it says is the test's.
struct Menu(String);

#[interface(name = "com.canonical.dbusmenu")]
impl Menu {
    /// Whatever is asked: the whole menu.
    fn get_layout(&self, _parent: i32, _depth: i32, _names: Vec<String>) -> (u32, Node) {
        let words = |name: &str, words: &str| (name.to_owned(), OwnedValue::try_from(Value::from(words)).unwrap());
        let entry: Node = (1, HashMap::from([words("label", &self.0)]), Vec::new());
        let entry = OwnedValue::try_from(Value::from(entry)).unwrap();
        (1, (0, HashMap::from([words("children-display", "submenu")]), vec![entry]))
    }

    fn about_to_show(&self, _id: i32) -> bool {
        false
    }

    fn event(&self, _id: i32, _what: &str, _data: Value<'_>, _at: u32) -> zbus::fdo::Result<()> {
        Err(zbus::fdo::Error::Failed("not now".into()))
    }
}

async fn program(bus: &PrivateBus) -> Connection {
    let builder = connection::Builder::address(bus.address()).unwrap();
    let builder = builder.serve_at("/Icon", Icon).unwrap().serve_at("/Menu", Menu("ana_shop".into())).unwrap();
    builder.build().await.unwrap()
}

async fn register(program: &Connection, name: &str) -> zbus::Result<()> {
    let watcher = "org.kde.StatusNotifierWatcher";
    let path = "/StatusNotifierWatcher";
    program.call_method(Some(watcher), path, Some(watcher), "RegisterStatusNotifierItem", &name).await.map(drop)
}

#[tokio::test]
async fn what_breaks_the_rules_is_named() {
    let bus = PrivateBus::start();
    let tray = TrayHost::start(&bus).await;
    let program = program(&bus).await;
    register(&program, "/Icon").await.unwrap();
    let item = tray.item().await;
    assert_eq!(item.find("anashop").map(|entry| entry.id), Some(1), "as a tray would show it");
    let told_to_nobody = "it tells a layout below an entry that does not exist".to_owned();
    let mark = "an underscore that would not be shown: \"ana_shop\"".to_owned();
    let mut expected = vec![told_to_nobody, mark];
    tray.until_seen("both", |seen| seen.breaches.len() == 2).await;
    assert_eq!(tray.breaches(), expected);

    // Another menu, and no word of it.
    let menu = program.object_server().interface::<_, Menu>("/Menu").await.unwrap();
    menu.get_mut().await.0 = "Open".into();
    assert_eq!(tray.menu().await[0].label, "Open", "who looks sees it");
    expected.push("Event is refused: org.freedesktop.DBus.Error.Failed: not now".into());
    let silent = "the menu of careless changed, and nobody said so".to_owned();
    assert_eq!(tray.breaches(), [expected.as_slice(), &[silent]].concat());
    let emitter = menu.signal_emitter();
    emitter.emit("com.canonical.dbusmenu", "LayoutUpdated", &(2_u32, 0_i32)).await.unwrap();
    tray.until("the new menu", |item| item.find("Open").is_some()).await;
    assert_eq!(tray.breaches(), expected, "it was said after all");
    emitter.emit("com.canonical.dbusmenu", "LayoutUpdated", &(1_u32, 0_i32)).await.unwrap();
    tray.until_seen("an old one", |seen| seen.breaches.len() == 4).await;
    assert!(!tray.activate(0, 0).await, "it has no such thing");
    assert_eq!(tray.breaches().last().unwrap(), "a click does nothing, and it does not say that it is a menu");
}

#[tokio::test]
async fn an_icon_under_somebody_elses_name_is_refused() {
    let bus = PrivateBus::start();
    let tray = TrayHost::start(&bus).await;
    let program = program(&bus).await;
    for name in ["org.kde.StatusNotifierItem-1-1", "org.kde.StatusNotifierWatcher"] {
        assert!(register(&program, name).await.is_err(), "{name}");
        let named = |seen: &embudo_testkit::tray_host::Seen| {
            seen.breaches.contains(&format!("registers {name}, which is not its own"))
        };
        tray.until_seen("it is named", named).await;
    }
    assert!(tray.seen().items.is_empty());
}
