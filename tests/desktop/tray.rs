//! Closing the window leaves the tray: what it shows, what its menu does, and how the window comes
//! back (NOT-08, NOT-10, NOT-18). The tray and the notification service are strict ones of the
//! testkit; the rest is the real thing.

use embudo_testkit::notification_server::NotificationServer;
use embudo_testkit::tray_host::{Item, TrayHost};
use serde_json::json;

use crate::app::{Seller, words};
use crate::provider::Customers;
use crate::{TITLE, dialog, screen};

/// Red enough, and opaque: the dot that says "unread".
fn has_dot(item: &Item) -> bool {
    let is_red = |pixel: &[u8]| matches!(pixel, [255, red, green, blue] if *red > 200 && *green < 90 && *blue < 90);
    item.icon.pixmaps.iter().any(|pixmap| pixmap.argb.chunks(4).filter(|pixel| is_red(pixel)).count() > 8)
}

fn labels(item: &Item) -> Vec<&str> {
    item.menu.iter().flatten().map(|entry| entry.label.as_str()).filter(|label| !label.is_empty()).collect()
}

#[test]
fn the_window_closes_into_the_tray_and_comes_back_from_it() {
    let bus = std::env::var("DBUS_SESSION_BUS_ADDRESS").expect("a session bus");
    let customers = Customers::start();
    let tokio = &customers.runtime;
    let service = tokio.block_on(NotificationServer::start_at(&bus, &["actions", "body"], 1));
    let tray = tokio.block_on(TrayHost::start_at(&bus));
    let settings = tempfile::tempdir().unwrap();
    let config = settings.path().to_str().unwrap().to_owned();
    let mut seller = Seller::start_with(&[("NO_AT_BRIDGE", "0"), ("XDG_CONFIG_HOME", &config)]);
    seller.wait_for_text("h1", &words("first_title"));
    let shop = json!({ "language": "en", "workspace_name": "Shop", "my_name": "Ana", "country": "MX" });
    seller.call_with("create_workspace", &shop);
    seller.call_with("connect_simulator", &json!({ "name": "Shop", "base_url": customers.url }));
    seller.wait("document.querySelector('.frame')");
    let menu = [
        words("tray_open"),
        words("tray_mute"),
        words("availability_online"),
        words("availability_away"),
        words("tray_quit"),
    ];
    let item = tokio.block_on(tray.until("our menu", |item| labels(item) == menu));
    assert!(!has_dot(&item) && item.id == "app.embudo.desktop", "{} has nothing unread", item.id);

    // A draft that was typed a moment ago is not lost with its window.
    customers.writes("María", "¿Tienen sillas?");
    seller.open_chat("María");
    tokio.block_on(tray.until("her chat is read", |item| item.tooltip.title == words("tray_nothing_unread")));
    seller.type_into("form.composer textarea", "Sí, quedan");
    let window = screen::window(TITLE);
    screen::close(TITLE, &window);
    dialog::answer(&words("closing_stay"));
    screen::wait_until_gone(TITLE);
    assert_eq!(seller.processes().len(), 1, "the program goes on");

    // Heard, shown and counted without a window.
    customers.writes("Bruno", "Hola");
    tokio.block_on(service.until_shown("Bruno"));
    let item = tokio.block_on(tray.until("one unread chat", |item| item.tooltip.title == "Embudo: 1 unread chat"));
    assert!(has_dot(&item));

    tokio.block_on(tray.click(&words("tray_mute")));
    let muted = tokio.block_on(tray.until("muted, and until when", |item| {
        item.tooltip.text.starts_with("Everything muted until ")
            && labels(item).get(1).is_some_and(|label| label.contains("until"))
    }));
    let hear = labels(&muted)[1].to_owned();
    tokio.block_on(tray.click(&hear));
    tokio.block_on(tray.until("heard again", |item| labels(item) == menu));

    // The icon brings the window back, with what was typed.
    assert!(tokio.block_on(tray.activate(10, 10)));
    seller.follow_window();
    seller.open_chat("María");
    seller.wait("document.querySelector('form.composer textarea')?.value === 'Sí, quedan'");

    // The second time nothing is asked; a link opens the place that it names.
    screen::close_at_once(TITLE, &screen::window(TITLE));
    assert!(seller.second_start_with(&["embudo://lines"]).success());
    seller.follow_window();
    seller.wait_for_text("h1, h2", &words("lines"));
    screen::close_at_once(TITLE, &screen::window(TITLE));

    tokio.block_on(tray.click(&words("tray_quit")));
    dialog::answer(&words("quit_no"));
    assert_eq!(seller.processes().len(), 1, "who stays is still told");
    tokio.block_on(tray.click(&words("tray_quit")));
    dialog::answer(&words("quit_yes"));
    seller.wait_until_ended();
    tokio.block_on(service.until_empty());
    tokio.block_on(tray.until_empty());
    assert_eq!(tray.breaches(), Vec::<String>::new());
    assert_eq!(tokio.block_on(service.die()).complaints, Vec::<String>::new());
}
