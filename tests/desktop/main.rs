//! The real app, in its window, under WebDriver: what only it can show. Everything else is
//! tested on the dev host (tests/e2e).
//!
//! Needs a screen, a session bus, an unlocked keyring and WebKitWebDriver;
//! `cargo xtask test` brings them. Without them these tests fail and say what is missing.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used)]

mod accessible;
mod alerts;
mod app;
mod dialog;
mod dunst;
mod file_manager;
mod provider;
mod screen;
mod tray;
mod webdriver;

use app::{Seller, words};
use provider::Customers;
use serde_json::json;
use std::process::Command;

/// The app's window on the screen, as a pattern.
const TITLE: &str = "^Embudo$";

#[test]
fn a_seller_starts_replies_attaches_and_finds_everything_after_a_power_cut() {
    let mut seller = Seller::start();
    seller.wait_for_text("h1", &words("first_title"));
    seller.click_button(&words("first_samples_button"));

    // Within a minute somebody writes.
    seller.wait("document.querySelector('[role=row] .name')");
    let customer = seller.text_of("[role=row] .name");
    seller.open_chat(&customer);
    seller.wait("document.querySelector('.messages [role=article]')");

    let reply = "Claro que sí, ñandú";
    seller.type_into("form.composer textarea", reply);
    seller.press_enter("form.composer textarea");
    seller.wait_for_text(".messages [role=article]", reply);
    // The hold of five seconds ends, then the customer has it.
    let (sent, read) = (words("delivery_sent"), words("delivery_read"));
    let delivered = words("delivery_delivered");
    let ticks = format!("{}: ", words("delivery_title"));
    seller.wait(&format!(
        "[...document.querySelectorAll('.messages .ticks')].some((b) => \
         [{sent:?}, {delivered:?}, {read:?}].some((w) => b.ariaLabel === {ticks:?} + w))"
    ));

    seller.paste_photo("form.composer textarea", "silla.png");
    seller.wait_for_text("form.composer ul", "silla.png");
    let draft = "y también en gris";
    seller.type_into("form.composer textarea", draft);
    // The row reads the database: what it shows is kept.
    seller.wait_for_text("[role=row]", draft);
    seller.wait("document.querySelector('form.composer ul li img')?.naturalWidth > 0");

    let report = seller.call("get_diagnostics");
    assert_eq!(report["secrets"], "keyring", "the keys lie in the system's keyring");
    for name in ["device.db", "hub.db"] {
        let head = seller.head_of(name);
        assert!(!head.starts_with(b"SQLite format 3"), "{name} can't be read without its key");
    }

    seller.power_cut();
    seller.open();
    seller.open_chat(&customer);
    seller.wait_for_text(".messages [role=article]", reply);
    seller.wait(&format!("document.querySelector('form.composer textarea')?.value === {draft:?}"));
    seller.wait_for_text("form.composer ul", "silla.png");
}

#[test]
fn what_is_being_typed_when_the_session_ends_is_there_at_the_next_start() {
    let mut seller = Seller::start();
    seller.wait_for_text("h1", &words("first_title"));
    seller.click_button(&words("first_samples_button"));
    seller.wait("document.querySelector('[role=row] .name')");
    let customer = seller.text_of("[role=row] .name");
    seller.open_chat(&customer);
    seller.wait("document.querySelector('.messages [role=article]')");
    // Its last letters were typed a moment ago: only the page has them.
    let draft = "Mañana le confirmo, sin falta";
    seller.type_into("form.composer textarea", draft);
    seller.sign_out();
    seller.open();
    seller.open_chat(&customer);
    seller.wait(&format!("document.querySelector('form.composer textarea')?.value === {draft:?}"));
}

#[test]
fn a_second_start_on_the_same_data_ends_and_brings_the_first_forward() {
    let mut seller = Seller::start();
    seller.wait_for_text("h1", &words("first_title"));
    let window = screen::window(TITLE);
    screen::minimise(TITLE, &window);

    let second = seller.second_start();
    assert!(second.success(), "it hands over to the window that is open: {second}");
    assert_eq!(seller.processes().len(), 1, "one app on one folder");
    screen::wait_until_in_front(TITLE, &window);
    // The first still works.
    seller.click_button(&words("first_samples_button"));
    seller.wait("document.querySelector('[role=tablist]')");
}

/// Who double-clicks where one click would do.
#[test]
fn of_two_starts_at_the_same_moment_one_stays() {
    let folder = tempfile::tempdir().unwrap();
    let start = || {
        let mut program = Command::new(app::BINARY);
        program.arg("--data").arg(folder.path().join("data")).env("GDK_DEBUG", "no-portals").spawn().unwrap()
    };
    let mut both = [start(), start()];
    let ended = screen::until("one of them hands over", || both.iter_mut().find_map(|one| one.try_wait().unwrap()));
    assert!(ended.success(), "{ended}");
    let _window = screen::until("the other opens its window", || screen::visible(TITLE).pop());
    let running = both.iter_mut().filter_map(|one| one.try_wait().unwrap().is_none().then_some(one));
    let running: Vec<_> = running.collect();
    assert_eq!(running.len(), 1, "the other stays");
    for one in running {
        one.kill().unwrap();
        one.wait().unwrap();
    }
    screen::wait_until_gone(TITLE);
}

#[test]
fn files_come_from_the_systems_dialog_and_by_a_drop_once_each() {
    let [folder, settings] = [(); 2].map(|()| tempfile::tempdir().unwrap());
    let [chosen, dropped] = ["lista de precios.pdf", "medidas 'sala' ñ.txt"].map(|name| folder.path().join(name));
    std::fs::write(&chosen, b"%PDF-1.4 prices").unwrap();
    std::fs::write(&dropped, "ancho 220 cm").unwrap();
    let mut seller = Seller::start_in(folder.path(), &dialog::opens_where_started(settings.path()));
    seller.wait_for_text("h1", &words("first_title"));
    seller.click_button(&words("first_samples_button"));
    seller.wait("document.querySelector('[role=row] .name')");
    let customer = seller.text_of("[role=row] .name");
    seller.open_chat(&customer);
    seller.wait("document.querySelector('.messages [role=article]')");

    let window = screen::window(TITLE);
    seller.click(&format!("form.composer button[aria-label={:?}]", words("attach")));
    dialog::choose("lista de precios.pdf");
    seller.wait_for_text("form.composer ul", "lista de precios.pdf");

    let offer = file_manager::Offer::open(&dropped);
    let (left, top) = screen::corner(&window);
    let (across, down) = seller.middle_of(".messages");
    let invitation = words("drop_here");
    offer.drag_to((left + across, top + down), || seller.reads("form.composer", &invitation));
    seller.wait_for_text("form.composer ul", "medidas 'sala' ñ.txt");
    let count = seller.run("arguments[arguments.length - 1](document.querySelectorAll('form.composer ul li').length)");
    assert_eq!(count, 2, "neither came twice");
    assert!(!seller.reads("form.composer", &invitation), "the invitation to drop is gone");
}

/// A shop whose customer has sent this video, opened. The files are in tests/desktop/files.
fn open_a_video(seller: &mut Seller, customers: &Customers, name: &str, mime: &str) {
    seller.wait_for_text("h1", &words("first_title"));
    let shop = json!({ "language": "en", "workspace_name": "Shop", "my_name": "Ana", "country": "MX" });
    seller.call_with("create_workspace", &shop);
    seller.call_with("connect_simulator", &json!({ "name": "Shop", "base_url": customers.url }));
    customers.send_video("Bruno", name, mime);
    seller.open_chat("Bruno");
    seller.click(".picture.video");
}

#[test]
fn a_customers_video_plays_in_the_window_and_its_bytes_are_freed() {
    let customers = Customers::start();
    let mut seller = Seller::start();
    open_a_video(&mut seller, &customers, "colours.webm", "video/webm");
    seller.wait("document.querySelector('video')?.videoWidth === 160");
    seller.wait("document.querySelector('video').currentTime > 0.2");
    let blob = seller.run("arguments[arguments.length - 1](document.querySelector('video').src)");
    seller.click(&format!(".dialog-viewer button[aria-label={:?}]", words("close_dialog")));
    seller.wait("!document.querySelector('video')");
    let ends = seller.run(&format!(
        "const done = arguments[arguments.length - 1];
         const again = document.createElement('video');
         again.onloadeddata = () => done('kept');
         again.onerror = () => done('freed');
         again.src = {blob};"
    ));
    assert_eq!(ends, "freed", "a video of 64 MiB must not stay in memory after it was looked at");
}

/// A system without any of the decoders of H.264 that GStreamer knows, as many a Linux is.
const NO_H264: [(&str, &str); 1] = [(
    "GST_PLUGIN_FEATURE_RANK",
    "avdec_h264:NONE,openh264dec:NONE,vah264dec:NONE,vaapih264dec:NONE,nvh264dec:NONE,v4l2h264dec:NONE,\
     v4l2slh264dec:NONE",
)];

#[test]
fn a_video_that_this_system_has_no_decoder_for_is_said_and_not_an_empty_box() {
    // Of the one WebKitGTK would play the sound alone, of the other it would never say anything.
    for name in ["h264.mp4", "unknown.mp4"] {
        let customers = Customers::start();
        let mut seller = Seller::start_with(&NO_H264);
        open_a_video(&mut seller, &customers, name, "video/mp4");
        seller.wait_for_text(".dialog-viewer [role=status]", &words("video_not_playable"));
        for what in ["video_open_outside", "file_save"] {
            let label = words(what);
            assert!(seller.reads(".dialog-viewer [role=status]", &label), "{name}: {label} can be done instead");
        }
        assert!(!seller.finds("video"), "{name}: no box with controls that do nothing");
    }
}

/// A session bus that is not there: no program keeps passwords.
const NO_KEYRING: [(&str, &str); 1] = [("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent/bus")];

#[test]
fn without_a_keyring_a_passphrase_keeps_the_data_and_a_wrong_one_opens_nothing() {
    let mut seller = Seller::start_with(&NO_KEYRING);
    seller.wait_for_text("h1", &words("locked_title"));
    seller.wait_for_text("form .or", &words("passphrase_instead"));
    seller.type_into("form label:nth-of-type(1) input", "tres sillas azules");
    seller.type_into("form label:nth-of-type(2) input", "tres sillas azules");
    seller.click_button(&words("passphrase_use"));
    seller.wait_for_text("h1", &words("first_title"));
    seller.click_button(&words("first_samples_button"));
    seller.wait("document.querySelector('[role=row] .name')");
    assert_eq!(seller.call("get_diagnostics")["secrets"], "passphrase", "it says where the keys lie");
    for name in ["device.db", "hub.db"] {
        assert!(!seller.head_of(name).starts_with(b"SQLite format 3"), "{name} is not plain");
    }

    seller.power_cut();
    seller.open();
    seller.wait_for_text("h1", &words("unlock_title"));
    seller.type_into("form input", "tres sillas rojas");
    seller.click_button(&words("unlock"));
    seller.wait("document.querySelector('[role=alert]')?.textContent.length > 10");
    assert!(!seller.finds("[role=row]"), "a wrong passphrase shows nothing");
    seller.type_over("form input", "tres sillas azules");
    seller.click_button(&words("unlock"));
    seller.wait("document.querySelector('[role=row] .name')");
}

#[test]
fn the_window_reaches_nothing_but_the_app() {
    let mut seller = Seller::start();
    seller.wait_for_text("h1", &words("first_title"));
    let answer = seller.run(
        "const done = arguments[arguments.length - 1];
         const blocked = [];
         document.addEventListener('securitypolicyviolation', (e) => blocked.push(e.effectiveDirective));
         const asked = fetch('http://127.0.0.1:9/').then(() => 'reached', () => 'stopped');
         const picture = new Promise((end) => {
           const img = new Image();
           img.onload = () => end('reached');
           img.onerror = () => end('stopped');
           img.src = 'http://127.0.0.1:9/x.png';
         });
         Promise.all([asked, picture]).then((ends) => setTimeout(() => done([ends, blocked.sort()]), 0));",
    );
    assert_eq!(
        answer,
        serde_json::json!([["stopped", "stopped"], ["connect-src", "img-src"]]),
        "the content policy stops both, not the missing server"
    );
}
