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
    seller.wait_for_text("h1", &words("first_title"));
    let shop = json!({ "language": "en", "workspace_name": "Shop", "my_name": "Ana", "country": "MX" });
    seller.call_with("create_workspace", &shop);
    seller.call_with("connect_simulator", &json!({ "name": "Shop", "base_url": customers.url }));
    seller.wait("document.querySelector('.frame')");
    let window = screen::window(TITLE);
    screen::minimise(TITLE, &window);

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
