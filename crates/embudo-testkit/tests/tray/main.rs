//! The tray that tests look into, tried with status icons: one of somebody else's library in a
//! program of its own, and one that breaks every rule. Needs `dbus-daemon`.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used)]

mod careless;
mod shop;

use embudo_testkit::notification_server::PrivateBus;
use embudo_testkit::tray_host::{Icon, Kind, Pixmap, ToolTip, TrayHost};
use shop::Shop;

#[tokio::test]
async fn an_icon_is_seen_with_everything_that_it_says() {
    let bus = PrivateBus::start();
    let tray = TrayHost::start(&bus).await;
    let _shop = Shop::open(&bus);
    let item = tray.item().await;
    assert_eq!((item.id.as_str(), item.title.as_str()), ("shop", "Shop"));
    assert_eq!((item.category.as_str(), item.status.as_str()), ("Communications", "Active"));
    let red = Pixmap { width: 2, height: 1, argb: vec![255, 200, 0, 0, 255, 200, 0, 0] };
    assert_eq!(item.icon, Icon { name: String::new(), pixmaps: vec![red] });
    assert_eq!(item.overlay, Icon::default());
    assert_eq!(item.tooltip, ToolTip { title: "Shop".into(), text: "0 unread".into() });
    assert!(!item.is_menu);

    let kinds: Vec<(String, Kind)> = tray.menu().await.into_iter().map(|entry| (entry.label, entry.kind)).collect();
    let expected = [
        ("One more", Kind::Plain),
        ("Sound", Kind::Checkmark),
        ("", Kind::Separator),
        ("Lines", Kind::Submenu),
        ("Quit", Kind::Plain),
    ];
    assert_eq!(kinds, expected.map(|(label, kind)| (label.to_owned(), kind)));
    let below: Vec<&str> = item.find("Lines").unwrap().children.iter().map(|entry| entry.label.as_str()).collect();
    assert_eq!(below, ["ana_shop", "Closed"]);
    assert!(!item.find("Closed").unwrap().enabled);
    assert_eq!(tray.breaches(), Vec::<String>::new());
}

#[tokio::test]
async fn clicks_reach_the_program_and_what_becomes_of_them_is_seen() {
    let bus = PrivateBus::start();
    let tray = TrayHost::start(&bus).await;
    let _shop = Shop::open(&bus);
    let item = tray.item().await;
    assert_eq!(item.find("Sound").unwrap().checked, Some(true));

    tray.click("One more").await;
    let item = tray.until("one unread", |item| item.tooltip.text == "1 unread").await;
    assert_eq!(item.overlay.name, "mail-unread");
    tray.until("it asks for attention", |item| item.status == "NeedsAttention").await;
    tray.click("Sound").await;
    tray.until("no sound", |item| item.find("Sound").is_some_and(|entry| entry.checked == Some(false))).await;
    tray.click("ana_shop").await;
    tray.until("the line was chosen", |item| item.title == "Shop of Ana").await;
    // The chosen line goes from the menu: another layout, with other ids.
    tray.until("it is in no menu", |item| item.find("ana_shop").is_none() && item.find("Closed").is_some()).await;

    assert!(tray.activate(10, 20).await);
    tray.until("clicked", |item| item.title == "Shop clicked at 10, 20").await;
    assert!(tray.activate_secondary(1, 2).await);
    tray.until("read", |item| item.status == "Active" && item.tooltip.text == "0 unread").await;
    assert_eq!(tray.breaches(), Vec::<String>::new());
}

#[tokio::test]
async fn a_tray_that_comes_back_knows_only_who_registers_again() {
    let bus = PrivateBus::start();
    let mut tray = TrayHost::start(&bus).await;
    let _shop = Shop::open(&bus);
    tray.item().await;
    tray.click("One more").await;
    tray.leave().await;
    assert!(tray.seen().items.is_empty(), "nothing is drawn");
    tray.come_back().await;
    let item = tray.item().await;
    assert_eq!(item.tooltip.text, "1 unread");
    assert_eq!(tray.seen().registrations, 2);
    assert_eq!(tray.breaches(), Vec::<String>::new());
}

#[tokio::test]
async fn an_icon_goes_with_its_program() {
    let bus = PrivateBus::start();
    let tray = TrayHost::start(&bus).await;
    let mut shop = Shop::open(&bus);
    tray.item().await;
    tray.click("Quit").await;
    tray.until_empty().await;
    assert!(shop.ended().success());
    let shop = Shop::open(&bus);
    tray.item().await;
    drop(shop);
    tray.until_empty().await;
    assert_eq!(tray.breaches(), Vec::<String>::new());
}
