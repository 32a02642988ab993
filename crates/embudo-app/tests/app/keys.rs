//! Keys: no keyring, a passphrase, a lost key, a second owner.

use crate::desk::{Desk, config};
use embudo_app::App;
use embudo_platform::{MissingKeyring, SecretError, SecretStore};
use serde_json::json;
use std::sync::Arc;

#[tokio::test(flavor = "multi_thread")]
async fn without_a_keyring_a_passphrase_opens_the_same_data_again() {
    let folder = tempfile::tempdir().unwrap();
    let config = || {
        let mut config = config(folder.path(), Arc::default());
        config.secrets =
            Arc::new(|_| Err::<Arc<dyn SecretStore>, _>(SecretError::NoKeyring(MissingKeyring::NoSecretService)));
        config
    };
    let app = App::start(config()).await;
    let phase = async |app: &App| app.call("get_app_state", json!({})).await.unwrap()["phase"].clone();
    assert_eq!(
        phase(&app).await,
        json!({ "phase": "locked", "code": "KEYRING_MISSING", "passphrase_possible": true, "passphrase_set": false })
    );
    let create = json!({ "language": "en", "workspace_name": "Shop", "my_name": "Ana", "country": "US" });
    assert_eq!(
        app.call("create_workspace", create.clone()).await.unwrap_err().code,
        "KEYRING_MISSING",
        "nothing is stored in plain"
    );
    assert_eq!(app.call("use_passphrase", json!({ "passphrase": "" })).await.unwrap_err().code, "EMPTY_PASSPHRASE");
    app.call("use_passphrase", json!({ "passphrase": "correct horse" })).await.unwrap();
    assert_eq!(phase(&app).await["phase"], "first_run");
    app.call("create_workspace", create).await.unwrap();
    app.stop().await;

    let app = App::start(config()).await;
    assert_eq!(
        phase(&app).await,
        json!({ "phase": "locked", "code": "PASSPHRASE_NEEDED", "passphrase_possible": false, "passphrase_set": true })
    );
    assert_eq!(app.call("unlock", json!({ "passphrase": "wrong" })).await.unwrap_err().code, "WRONG_PASSPHRASE");
    app.call("unlock", json!({ "passphrase": "correct horse" })).await.unwrap();
    let state = app.call("get_app_state", json!({})).await.unwrap();
    assert_eq!(state["session"]["workspace"]["name"], "Shop", "the same workspace");
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_locked_keyring_is_asked_again_on_a_click() {
    let mut desk = Desk::open().await;
    desk.app.stop().await;
    desk.secrets.set_locked(true);
    let app = App::start(config(desk.folder.path(), desk.secrets.clone())).await;
    let state = app.call("get_app_state", json!({})).await.unwrap();
    assert_eq!(state["phase"]["code"], "KEYRING_LOCKED", "locked, not lost");
    assert_eq!(app.call("get_status", json!({})).await.unwrap_err().code, "KEYRING_LOCKED");
    desk.secrets.set_locked(false);
    let state = app.call("retry_start", json!({})).await.unwrap();
    assert_eq!(state["phase"]["phase"], "ready");
    desk.app = app;
    desk.app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_app_on_the_same_folder_is_told_and_changes_nothing() {
    let desk = Desk::open().await;
    let other = App::start(config(desk.folder.path(), desk.secrets.clone())).await;
    let state = other.call("get_app_state", json!({})).await.unwrap();
    assert_eq!((&state["phase"]["phase"], &state["phase"]["code"]), (&json!("broken"), &json!("DATA_IN_USE")));
    assert!(other.is_owned_elsewhere(), "the shell brings the first one forward");
    assert_eq!(desk.call("get_status", json!({})).await["hub"], "in_this_app", "the first one goes on");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_key_is_said_and_no_data_is_touched() {
    let desk = Desk::open().await;
    desk.app.stop().await;
    let app = App::start(config(desk.folder.path(), Arc::default())).await;
    let state = app.call("get_app_state", json!({})).await.unwrap();
    assert_eq!(state["phase"]["code"], "KEY_LOST", "not a first run: that would hide what is there");
    app.stop().await;
    let app = App::start(config(desk.folder.path(), desk.secrets.clone())).await;
    assert!(app.is_ready(), "with its key it opens as before");
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_an_interrupted_first_run_left_is_not_a_workspace() {
    let desk = Desk::empty().await;
    desk.app.stop().await;
    let half = desk.folder.path().join("data/workspaces/01a20589-c950-77e4-bb67-2a7710849665");
    std::fs::create_dir_all(half.join("media")).unwrap();
    let app = App::start(config(desk.folder.path(), desk.secrets.clone())).await;
    let state = app.call("get_app_state", json!({})).await.unwrap();
    assert_eq!(state["phase"]["phase"], "first_run");
    assert!(!half.exists(), "it was never shown to anybody");
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_passphrase_never_stands_in_front_of_data_whose_key_is_in_the_keyring() {
    let desk = Desk::open().await;
    desk.app.stop().await;
    // The keyring's service is not up yet.
    let mut without = config(desk.folder.path(), desk.secrets.clone());
    without.secrets =
        Arc::new(|_| Err::<Arc<dyn SecretStore>, _>(SecretError::NoKeyring(MissingKeyring::NoSecretService)));
    let app = App::start(without).await;
    let state = app.call("get_app_state", json!({})).await.unwrap();
    assert_eq!(
        state["phase"],
        json!({ "phase": "locked", "code": "KEYRING_MISSING", "passphrase_possible": false, "passphrase_set": false })
    );
    let refused = app.call("use_passphrase", json!({ "passphrase": "correct horse" })).await.unwrap_err();
    assert_eq!(refused.code, "KEY_IN_KEYRING");
    app.stop().await;
    let app = App::start(config(desk.folder.path(), desk.secrets.clone())).await;
    assert!(app.is_ready(), "with the keyring it opens as before");
    app.stop().await;
}
