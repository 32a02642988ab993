//! The lock of the screen: what it hides, how it opens, how it resists guessing.

use crate::desk::{Desk, config};
use embudo_app::{App, MediaAs};
use embudo_platform::FakeClock;
use serde_json::json;
use std::sync::Arc;

async fn set(app: &App, pin: &str) {
    app.call("set_app_lock", json!({ "pin": pin, "after_minutes": 5 })).await.unwrap();
}

async fn code(app: &App, command: &str, args: serde_json::Value) -> String {
    app.call(command, args).await.unwrap_err().code
}

#[tokio::test(flavor = "multi_thread")]
async fn a_locked_screen_gives_nothing_out_and_work_goes_on_behind_it() {
    let mut desk = Desk::open().await;
    let id = desk.customer_writes("Maria", "oi").await;
    assert_eq!(desk.call("lock_app", json!({})).await["phase"]["phase"], "ready", "without a PIN there is no lock");
    set(&desk.app, "2468").await;
    assert_eq!(desk.call("get_app_lock", json!({})).await, json!({ "is_set": true, "after_minutes": 5 }));

    let draft = desk.call("get_draft", json!({ "conversation_id": id })).await;
    let state = desk.call("lock_app", json!({})).await;
    assert_eq!(state["phase"]["code"], "APP_LOCKED");
    assert_eq!(state["session"], json!(null), "not even the name of the shop");
    for info in embudo_app::commands::list() {
        if !["get_app_state", "unlock_app", "lock_app", "save_draft"].contains(&info.name) {
            assert_eq!(code(&desk.app, info.name, json!({})).await, "APP_LOCKED", "{}", info.name);
        }
    }
    let hash = "0".repeat(64);
    assert_eq!(desk.app.media(&hash, MediaAs::Full, None).await.unwrap_err().code, "APP_LOCKED");
    assert_eq!(desk.app.put_blob(vec![1]).await.unwrap_err().code, "APP_LOCKED");
    // What was being typed when it locked is still kept.
    let mut draft = draft;
    draft["text"] = json!("meio");
    draft["settle"] = json!(false);
    draft["conversation_id"] = json!(id);
    desk.call("save_draft", draft).await;

    assert_eq!(code(&desk.app, "unlock_app", json!({ "pin": "1357" })).await, "WRONG_PIN");
    assert_eq!(desk.call("unlock_app", json!({ "pin": "2468" })).await["phase"]["phase"], "ready");
    assert_eq!(desk.call("get_draft", json!({ "conversation_id": id })).await["text"], "meio");
    desk.customer_writes("Maria", "ainda está aí?").await;
    desk.until("lines went on", async |desk| desk.thread(id).await.len() == 2).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restart_begins_locked_and_only_the_pin_takes_the_lock_away() {
    let mut desk = Desk::open().await;
    set(&desk.app, "sol y luna").await;
    desk.restart().await;
    let state = desk.call("get_app_state", json!({})).await;
    assert_eq!(state["phase"]["code"], "APP_LOCKED");
    desk.call("unlock_app", json!({ "pin": "sol y luna" })).await;
    assert_eq!(code(&desk.app, "remove_app_lock", json!({ "pin": "" })).await, "WRONG_PIN");
    let other = json!({ "pin": "1111", "current_pin": "0000", "after_minutes": 5 });
    assert_eq!(code(&desk.app, "set_app_lock", other).await, "WRONG_PIN", "a passer-by can't set their own");
    assert_eq!(
        code(&desk.app, "set_app_lock", json!({ "current_pin": "sol y luna", "pin": "123", "after_minutes": 5 })).await,
        "PIN_LENGTH"
    );
    // Only the time: the PIN stays.
    desk.call("set_app_lock", json!({ "current_pin": "sol y luna", "after_minutes": 60 })).await;
    desk.call("remove_app_lock", json!({ "pin": "sol y luna" })).await;
    desk.restart().await;
    assert_eq!(desk.call("get_app_state", json!({})).await["phase"]["phase"], "ready");
}

#[tokio::test(flavor = "multi_thread")]
async fn guessing_gets_slower_and_the_right_pin_waits_too() {
    let desk = Desk::open().await;
    set(&desk.app, "2468").await;
    desk.app.stop().await;
    let clock = Arc::new(FakeClock::at_ms(1_800_000_000_000));
    let mut config = config(desk.folder.path(), desk.secrets.clone());
    config.clock = clock.clone();
    let app = App::start(config).await;
    for _ in 0..5 {
        assert_eq!(code(&app, "unlock_app", json!({ "pin": "0000" })).await, "WRONG_PIN");
    }
    let wait = app.call("unlock_app", json!({ "pin": "2468" })).await.unwrap_err();
    assert_eq!((wait.code.as_str(), wait.params["seconds"].as_str()), ("PIN_WAIT", "30"));
    clock.advance_ms(30_000);
    assert_eq!(code(&app, "unlock_app", json!({ "pin": "0000" })).await, "WRONG_PIN");
    clock.advance_ms(59_000);
    assert_eq!(code(&app, "unlock_app", json!({ "pin": "2468" })).await, "PIN_WAIT", "twice as long");
    clock.advance_ms(1_000);
    assert_eq!(app.call("unlock_app", json!({ "pin": "2468" })).await.unwrap()["phase"]["phase"], "ready");
    app.stop().await;
}
