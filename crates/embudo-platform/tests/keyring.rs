//! The system's keyring for real. What needs a D-Bus session runs in a child process with a
//! session, a home folder and a keyring daemon of its own, so that nobody's own keyring is
//! touched and the environment of this process stays as it is.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used)]

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use embudo_platform::{
    Database, MissingKeyring, OsKeyring, Secret, SecretError, SecretStore, SpillingStore, WorkspaceKeys,
};
use secret_service::EncryptionType;
use secret_service::blocking::SecretService;

const SERVICE: &str = "app.embudo.test";
const UNLOCK: &str = "printf test-password | gnome-keyring-daemon --replace --unlock \
                      --components=secrets --daemonize >/dev/null";

/// Starting daemons on a bus is too much for every run of the tests, and CI images differ.
fn has_keyring_daemon() -> bool {
    let asked = std::env::var_os("EMBUDO_TEST_KEYRING").is_some_and(|value| value == "1");
    if !asked {
        eprintln!("skipped: EMBUDO_TEST_KEYRING=1 runs it; needs dbus-run-session and gnome-keyring-daemon");
    }
    asked
}

/// Runs one ignored test of this file in a child process.
fn child(test: &str, home: &Path, wrap: &[&str]) -> Command {
    let me = std::env::current_exe().unwrap();
    let mut words: Vec<&str> = wrap.to_vec();
    let me = me.to_str().unwrap();
    words.extend([me, "--exact", test, "--ignored", "--nocapture"]);
    let mut command = Command::new(words[0]);
    command
        .args(&words[1..])
        .env("HOME", home)
        .env("XDG_DATA_HOME", home.join("data"))
        .env("XDG_RUNTIME_DIR", home)
        .env_remove("DBUS_SESSION_BUS_ADDRESS")
        .env_remove("DISPLAY")
        .env_remove("WAYLAND_DISPLAY");
    command
}

fn assert_passes(mut command: Command) {
    let output = command.stdin(Stdio::null()).output().unwrap();
    let text = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success() && text.contains("1 passed"), "in the child: {text}");
}

#[test]
fn without_a_bus_the_missing_bus_is_named() {
    let home = tempfile::tempdir().unwrap();
    assert_passes(child("child_no_bus", home.path(), &[]));
}

#[test]
#[ignore = "run by without_a_bus_the_missing_bus_is_named, in an environment without a bus"]
fn child_no_bus() {
    let outcome = OsKeyring::open(SERVICE).map(drop);
    assert!(matches!(outcome, Err(SecretError::NoKeyring(MissingKeyring::NoSessionBus))), "{outcome:?}");
}

#[test]
fn a_bus_without_a_keyring_service_names_the_missing_service() {
    if !has_keyring_daemon() {
        return;
    }
    let home = tempfile::tempdir().unwrap();
    let config = home.path().join("bus.conf");
    // The usual session bus would start any installed keyring by itself.
    std::fs::write(
        &config,
        r#"<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><type>session</type><listen>unix:tmpdir=/tmp</listen>
<policy context="default"><allow send_destination="*"/><allow receive_sender="*"/><allow own="*"/></policy></busconfig>"#,
    )
    .unwrap();
    let config = format!("--config-file={}", config.display());
    assert_passes(child("child_no_service", home.path(), &["dbus-run-session", &config, "--"]));
}

#[test]
#[ignore = "run by a_bus_without_a_keyring_service_names_the_missing_service, on an empty bus"]
fn child_no_service() {
    let outcome = OsKeyring::open(SERVICE).map(drop);
    assert!(matches!(outcome, Err(SecretError::NoKeyring(MissingKeyring::NoSecretService))), "{outcome:?}");
}

#[test]
fn a_service_without_a_keyring_in_it_is_told_apart_from_a_locked_one() {
    if !has_keyring_daemon() {
        return;
    }
    let home = tempfile::tempdir().unwrap();
    std::fs::create_dir(home.path().join("data")).unwrap();
    assert_passes(child("child_no_collection", home.path(), &["dbus-run-session", "--"]));
}

#[test]
#[ignore = "run by a_service_without_a_keyring_in_it_is_told_apart_from_a_locked_one"]
fn child_no_collection() {
    // Started by the bus, as on a desktop where nobody has made a keyring yet.
    let keyring = OsKeyring::open(SERVICE).unwrap();
    for outcome in [keyring.status(), keyring.set("a", &"b".into())] {
        assert!(matches!(outcome, Err(SecretError::NoKeyring(MissingKeyring::NoDefaultCollection))), "{outcome:?}");
    }
}

#[test]
fn the_real_keyring_keeps_secrets_and_says_when_it_is_locked() {
    if !has_keyring_daemon() {
        return;
    }
    let home = tempfile::tempdir().unwrap();
    std::fs::create_dir(home.path().join("data")).unwrap();
    assert_passes(child("child_keyring", home.path(), &["dbus-run-session", "--"]));
}

#[test]
#[ignore = "run by the_real_keyring_keeps_secrets_and_says_when_it_is_locked, on a bus of its own"]
fn child_keyring() {
    unlock_daemon();
    let keyring = OsKeyring::open(SERVICE).unwrap();
    keyring.status().unwrap();
    keeps_secrets(&keyring);

    let spill = tempfile::tempdir().unwrap();
    let store = SpillingStore::new(OsKeyring::open(SERVICE).unwrap(), spill.path());
    let session = Secret::new(vec![7; 40_000]);
    store.set("line/3/session", &session).unwrap();
    let read = store.get("line/3/session").unwrap().unwrap();
    assert_eq!(read.as_bytes(), session.as_bytes(), "long values come back through a file");
    let keys = WorkspaceKeys::create(&store, "w").unwrap();

    // Another connection, as after a restart of the program.
    let again = SpillingStore::new(OsKeyring::open(SERVICE).unwrap(), spill.path());
    let loaded = WorkspaceKeys::load(&again, "w").unwrap().unwrap();
    assert_eq!(
        loaded.database_key(Database::Device),
        keys.database_key(Database::Device),
        "the key outlives the program"
    );

    lock_daemon();
    says_locked(&keyring);

    let asked = keyring.unlock();
    assert!(matches!(asked, Err(SecretError::Denied)), "without a screen nobody can type the password: {asked:?}");

    // A new daemon: every session of the old one is void.
    unlock_daemon();
    let read = keyring.get("line/2/token").unwrap();
    assert!(read.is_some(), "a connection that went stale is made anew, nothing was lost");
}

fn keeps_secrets(keyring: &OsKeyring) {
    let text = |name: &str| keyring.get(name).unwrap().map(|s| s.as_bytes().to_vec());
    assert_eq!(text("line/1/token"), None, "a new keyring is empty");
    keyring.set("line/1/token", &"one".into()).unwrap();
    keyring.set("line/2/token", &Secret::new([0, 255, 10])).unwrap();
    keyring.set("line/1/token", &"two".into()).unwrap();
    assert_eq!(text("line/1/token"), Some(b"two".to_vec()), "a second set replaces the first");
    assert_eq!(text("line/2/token"), Some(vec![0, 255, 10]), "bytes need not be text");
    keyring.delete("line/1/token").unwrap();
    keyring.delete("line/1/token").unwrap();
    assert_eq!(text("line/1/token"), None, "deleted is gone, and deleting twice is fine");
}

fn says_locked(keyring: &OsKeyring) {
    let begun = Instant::now();
    for outcome in [
        keyring.status(),
        keyring.get("line/2/token").map(drop),
        keyring.get("never/set").map(drop),
        keyring.set("line/2/token", &"x".into()),
        keyring.set("new", &"x".into()),
        keyring.delete("line/2/token"),
    ] {
        assert!(matches!(outcome, Err(SecretError::Locked)), "locked, not absent: {outcome:?}");
    }
    assert!(begun.elapsed() < Duration::from_secs(10), "at once: no window was opened that would wait for a person");
}

fn unlock_daemon() {
    let status = Command::new("sh").args(["-c", UNLOCK]).status().unwrap();
    assert!(status.success(), "gnome-keyring-daemon did not start");
}

fn lock_daemon() {
    let service = SecretService::connect(EncryptionType::Plain).unwrap();
    service.get_default_collection().unwrap().lock().unwrap();
}
