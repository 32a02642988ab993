//! A customer writes: what the session's notification service is asked to show, what is heard, and
//! what becomes of an answer that is typed into the banner. The service and the ears are strict
//! ones of the testkit; the app, its window and its bus calls are the real ones.

use std::time::Duration;

use embudo_app::Tone;
use embudo_platform::sound::Clip;
use embudo_testkit::listen::{Known, SPEAKER_HZ, Speaker, hear};
use embudo_testkit::notification_server::NotificationServer;
use serde_json::json;

use crate::app::{Seller, words};
use crate::provider::Customers;
use crate::{TITLE, screen};

const ABILITIES: [&str; 4] = ["actions", "body", "inline-reply", "persistence"];
const PATIENCE: Duration = Duration::from_secs(60);

#[test]
fn a_customers_message_is_shown_heard_and_answered_from_its_banner() {
    let bus = std::env::var("DBUS_SESSION_BUS_ADDRESS").expect("a session bus");
    let folder = tempfile::tempdir().unwrap();
    let speaker = Speaker::new(folder.path()).unwrap();
    let customers = Customers::start();
    let service = customers.runtime.block_on(NotificationServer::start_at(&bus, &ABILITIES, 1));

    let config = speaker.config().to_str().unwrap().to_owned();
    let mut seller = Seller::start_with(&[("ALSA_CONFIG_PATH", &config)]);
    behind(&mut seller, &customers);

    customers.writes("María", "¿Tienen <sillas> de nogal?");
    let notice = customers.runtime.block_on(service.until_shown("María"));
    assert!(notice.body.contains("sillas"), "what she wrote: {notice:?}");
    let chime = Clip::tone(Tone::Chime);
    let whole = chime.frames() * SPEAKER_HZ as usize / chime.hz() as usize;
    assert!(speaker.wait_for_samples(whole, PATIENCE), "the tone is played to its end");
    assert!(speaker.wait_until_closed(PATIENCE), "and the device is given back");
    let known = Tone::ALL.map(|tone| {
        let clip = Clip::tone(tone);
        Known::new(tone, clip.samples(), clip.hz(), SPEAKER_HZ)
    });
    let heard: Vec<Tone> = hear(&known, &speaker.recording()).into_iter().map(|found| found.what).collect();
    assert_eq!(heard, [Tone::Chime], "once, on the very first message");

    customers.runtime.block_on(service.type_reply(notice.id, "Sí, quedan cuatro."));
    customers.until_received("María", &["Sí, quedan cuatro."]);
    let seen = customers.runtime.block_on(service.die());
    assert_eq!(seen.complaints, Vec::<String>::new(), "every call was as the specification has it");
}

#[test]
fn reply_on_a_banner_without_a_field_opens_a_box_in_front_of_everything_that_sends_once_and_goes() {
    let bus = std::env::var("DBUS_SESSION_BUS_ADDRESS").expect("a session bus");
    let customers = Customers::start();
    let service = customers.runtime.block_on(NotificationServer::start_at(&bus, &["actions", "body"], 1));
    let mut seller = Seller::start();
    let window = behind(&mut seller, &customers);
    // What closing the window means is asked elsewhere.
    let mut settings = seller.call("get_alert_settings");
    settings["tray_explained"] = json!(true);
    seller.call_with("save_alert_settings", &settings);

    customers.writes("María", "¿Tienen sillas de nogal?");
    let reply_box = press_reply(&customers, &service, "María", "sillas");
    screen::wait_until_in_front(REPLY_BOX, &reply_box);
    assert!(screen::stays_above(&reply_box), "other programs do not cover it");
    seller.look_at_page("/reply.html");
    seller.wait_for_text("[role=log] article", "¿Tienen sillas de nogal?");
    seller.wait("document.activeElement === document.querySelector('form.composer textarea')");
    seller.type_into("form.composer textarea", "Sí, quedan cuatro.");
    seller.press_enter("form.composer textarea");
    customers.until_received("María", &["Sí, quedan cuatro."]);
    screen::wait_until_gone(REPLY_BOX);
    customers.runtime.block_on(service.until("the banner says that it is sent", |seen| {
        seen.standing.values().any(|notice| notice.summary.contains("María") && notice.body == words("banner_sent"))
    }));
    seller.wait_for_windows(1);

    // A box that is gone is under nobody's eyes: what she writes next is told. However it goes, the words stay.
    customers.writes("María", "¿Y mesas?");
    let reply_box = press_reply(&customers, &service, "María", "mesas");
    seller.look_at_page("/reply.html");
    seller.type_into("form.composer textarea", "Tamb");
    screen::close_at_once(REPLY_BOX, &reply_box);
    seller.wait_for_windows(1);

    customers.writes("María", "¿De roble?");
    let reply_box = press_reply(&customers, &service, "María", "roble");
    seller.look_at_page("/reply.html");
    seller.wait("document.querySelector('form.composer textarea')?.value === 'Tamb'");
    // It needs no other window.
    screen::close_at_once(TITLE, &window);
    seller.wait_for_windows(1);
    screen::bring_forward(REPLY_BOX, &reply_box);
    seller.type_into("form.composer textarea", "ién.");
    seller.press_enter("form.composer textarea");
    customers.until_received("María", &["Sí, quedan cuatro.", "También."]);
    screen::wait_until_gone(REPLY_BOX);
    let seen = customers.runtime.block_on(service.die());
    assert_eq!(seen.complaints, Vec::<String>::new(), "every call was as the specification has it");
}

#[test]
fn there_is_one_reply_box_and_none_behind_the_lock() {
    let bus = std::env::var("DBUS_SESSION_BUS_ADDRESS").expect("a session bus");
    let customers = Customers::start();
    let service = customers.runtime.block_on(NotificationServer::start_at(&bus, &["actions", "body"], 1));
    let mut seller = Seller::start();
    behind(&mut seller, &customers);
    seller.call_with("set_app_lock", &json!({ "pin": "2468", "after_minutes": 0 }));

    customers.writes("María", "¿Tienen sillas de nogal?");
    let first = press_reply(&customers, &service, "María", "sillas");
    seller.look_at_page("/reply.html");
    seller.type_into("form.composer textarea", "Sí, que");
    customers.writes("Bruno", "Tem mesa?");
    let second = press_reply(&customers, &service, "Bruno", "mesa");
    assert_eq!(second, first, "the same window shows his chat");
    seller.wait_for_text("[role=log] article", "Tem mesa?");
    seller.wait_for_windows(2);
    assert_eq!(seller.run("arguments[arguments.length - 1](document.querySelector('textarea').value)"), "");
    seller.type_into("form.composer textarea", "Tem s");

    seller.call("lock_app");
    screen::wait_until_gone("^Reply to Bruno$");
    seller.wait_for_windows(1);
    seller.look_at_page("/");
    seller.call_with("unlock_app", &json!({ "pin": "2468" }));
    for (name, typed) in [("María", "Sí, que"), ("Bruno", "Tem s")] {
        seller.wait_for_text("[role=row] .name", name);
        seller.wait_for_text("[role=row]", typed);
    }
}

const REPLY_BOX: &str = "^Reply to María$";

/// A shop with these customers, whose window is minimised; the window.
fn behind(seller: &mut Seller, customers: &Customers) -> String {
    seller.wait_for_text("h1", &words("first_title"));
    let shop = json!({ "language": "en", "workspace_name": "Shop", "my_name": "Ana", "country": "MX" });
    seller.call_with("create_workspace", &shop);
    seller.call_with("connect_simulator", &json!({ "name": "Shop", "base_url": customers.url }));
    seller.wait("document.querySelector('.frame')");
    let window = screen::window(TITLE);
    screen::minimise(TITLE, &window);
    window
}

/// Presses "Reply" on a person's banner with these words; the box's window.
fn press_reply(customers: &Customers, service: &NotificationServer, name: &str, says: &str) -> String {
    let seen = customers
        .runtime
        .block_on(service.until(says, |seen| seen.standing.values().any(|notice| notice.body.contains(says))));
    let notice = seen.standing.values().find(|notice| notice.body.contains(says)).unwrap();
    let label = words("banner_reply");
    let (key, _) = notice.actions.iter().find(|(_, shown)| *shown == label).expect("a button to reply");
    customers.runtime.block_on(service.press(notice.id, key));
    screen::window(&format!("^Reply to {name}$"))
}
