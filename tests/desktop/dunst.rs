//! The notification service of many a small desktop, as people have it: what our strict one of the
//! testkit says of ourselves, this one says of the world.

use std::process::{Child, Command, Stdio};

use serde_json::json;

use crate::app::{Seller, words};
use crate::provider::Customers;
use crate::{TITLE, screen};

struct Dunst(Child);

impl Dunst {
    fn start() -> Self {
        let started = Command::new("dunst").stdout(Stdio::null()).spawn();
        let dunst = Self(started.unwrap_or_else(|error| panic!("dunst: {error} (on Debian: apt-get install dunst)")));
        screen::until("dunst answers", || ask(&["is-paused"]));
        dunst
    }
}

impl Drop for Dunst {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// What `dunstctl` prints; nothing while nobody answers it.
fn ask(words: &[&str]) -> Option<String> {
    let output = Command::new("dunstctl").args(words).output().unwrap();
    output.status.success().then(|| String::from_utf8(output.stdout).unwrap().trim().to_owned())
}

fn until_displayed(count: &str) {
    screen::until(&format!("{count} banners"), || (ask(&["count", "displayed"])? == count).then_some(()));
}

#[test]
fn dunst_shows_a_customer_a_click_opens_the_chat_and_its_pause_is_heeded() {
    let dunst = Dunst::start();
    let customers = Customers::start();
    let mut seller = Seller::start();
    seller.wait_for_text("h1", &words("first_title"));
    let shop = json!({ "language": "en", "workspace_name": "Shop", "my_name": "Ana", "country": "MX" });
    seller.call_with("create_workspace", &shop);
    seller.call_with("connect_simulator", &json!({ "name": "Shop", "base_url": customers.url }));
    seller.wait("document.querySelector('.frame')");
    let health = seller.call("get_alert_health");
    assert!(health["server"].as_str().is_some_and(|name| name.starts_with("dunst")), "{health}");
    assert!(health["banners"].is_null(), "{health}");
    let window = screen::window(TITLE);
    screen::minimise(TITLE, &window);

    customers.writes("María", "¿Tienen <sillas> & mesas?");
    until_displayed("1");
    ask(&["action", "0"]);
    screen::wait_until_in_front(TITLE, &window);
    seller.wait_for_text(".messages [role=article]", "¿Tienen <sillas> & mesas?");
    until_displayed("0");
    let shown = ask(&["history"]).unwrap_or_default();
    assert!(shown.contains("¿Tienen &lt;sillas&gt; &amp; mesas?"), "what a customer writes is no markup: {shown}");

    screen::minimise(TITLE, &window);
    ask(&["set-paused", "true"]);
    screen::until("the pause is known", || (seller.call("get_alert_health")["dnd"] == true).then_some(()));
    customers.writes("Bruno", "Hola");
    screen::until("it is told in silence", || {
        let log = seller.call_with("list_alert_log", &json!({}));
        (log[0]["entry"]["sound"]["why"] == "system_dnd").then_some(())
    });
    drop(dunst);
}
