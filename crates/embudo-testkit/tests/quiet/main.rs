//! "Do not disturb" as the notification services of Linux tell it, each its own way, on a real
//! bus. Needs `dbus-daemon`.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used)]

mod desktops;

use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;
use std::time::Duration;

use desktops::{Dunst, Notifications, Plasma};
use embudo_platform::{QuietState, SystemQuiet};
use embudo_testkit::notification_server::{EVERYTHING, Hold, NotificationServer, PrivateBus};

/// A test that waits that long waits for something that never comes.
const GIVE_UP: Duration = Duration::from_secs(60);
/// Where it must not be asked.
const NO_GSETTINGS: &str = "/nonexistent/gsettings";

fn quiet_on(bus: &PrivateBus) -> SystemQuiet {
    SystemQuiet::open_at(bus.address(), NO_GSETTINGS.as_ref())
}

async fn until(quiet: &SystemQuiet, dnd: Option<bool>) {
    let mut changes = quiet.changes();
    let wait = async {
        while quiet.now().dnd != dnd {
            changes.next().await;
        }
    };
    let found = tokio::time::timeout(GIVE_UP, wait).await;
    assert!(found.is_ok(), "it never was {dnd:?}, but {:?}", quiet.now());
}

#[tokio::test]
async fn plasma_says_whether_it_is_inhibited_and_when_that_changes() {
    let bus = PrivateBus::start();
    let plasma = desktops::start(&bus, Plasma { inhibited: true }).await;
    let quiet = quiet_on(&bus);
    assert_eq!(quiet.first().await, QuietState { dnd: Some(true), sharing: None });
    desktops::change(&plasma, async |plasma: &mut Plasma, emitter| {
        plasma.inhibited = false;
        plasma.inhibited_changed(emitter).await
    })
    .await;
    until(&quiet, Some(false)).await;
}

#[tokio::test]
async fn dunst_says_whether_it_is_paused_and_when_that_changes() {
    let bus = PrivateBus::start();
    let dunst = desktops::start(&bus, Notifications("dunst")).await;
    dunst.object_server().at(desktops::PATH, Dunst { paused: false }).await.unwrap();
    let quiet = quiet_on(&bus);
    assert_eq!(quiet.first().await.dnd, Some(false));
    desktops::change(&dunst, async |dunst: &mut Dunst, emitter| {
        dunst.paused = true;
        dunst.paused_changed(emitter).await
    })
    .await;
    until(&quiet, Some(true)).await;
}

#[tokio::test]
async fn xfce_says_it_in_its_settings_also_where_the_switch_was_never_touched() {
    let bus = PrivateBus::start();
    let settings = desktops::settings(&bus).await;
    let notifyd = desktops::start(&bus, Notifications("Xfce Notify Daemon")).await;
    let quiet = quiet_on(&bus);
    assert_eq!(quiet.first().await.dnd, Some(false), "never touched");
    for (dnd, told) in [(Some(true), true), (Some(false), false), (Some(true), true), (None, false)] {
        desktops::set(&settings, dnd).await;
        until(&quiet, Some(told)).await;
    }
    drop(settings);
    drop(notifyd);
    until(&quiet, None).await;
    let alone = desktops::start(&bus, Notifications("Xfce Notify Daemon")).await;
    let other = quiet_on(&bus);
    assert_eq!(other.first().await.dnd, None, "without its settings nobody knows");
    drop(alone);
}

/// Says what stands in a file beside it, for one key alone.
fn gsettings(bus: &PrivateBus) -> (PathBuf, PathBuf) {
    let (program, value) = (bus.folder().join("gsettings"), bus.folder().join("value"));
    let script = format!(
        "#!/bin/sh\n[ \"$*\" = 'get org.gnome.desktop.notifications show-banners' ] || exit 1\ncat '{}'\n",
        value.display()
    );
    std::fs::write(&program, script).unwrap();
    std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o700)).unwrap();
    (program, value)
}

#[tokio::test]
async fn gnome_is_asked_by_its_settings_as_often_as_they_are_written() {
    let bus = PrivateBus::start();
    let (program, value) = gsettings(&bus);
    std::fs::write(&value, "false\n").unwrap();
    let _shell = desktops::start(&bus, Notifications("gnome-shell")).await;
    let quiet = SystemQuiet::open_at(bus.address(), &program);
    assert_eq!(quiet.first().await.dnd, Some(true), "no banners: do not disturb");

    let dconf = desktops::connect(&bus).await;
    let key = "/org/gnome/desktop/notifications/show-banners";
    let folder = "/org/gnome/desktop/";
    let written = [("true", key, vec![""]), ("false", folder, vec!["notifications/show-banners", "sound/name"])];
    for (now, path, keys) in written {
        std::fs::write(&value, now).unwrap();
        desktops::wrote(&dconf, path, &keys).await;
        until(&quiet, Some(now == "false")).await;
    }
    // What says nothing that can be understood is no "no".
    std::fs::write(&value, "perhaps").unwrap();
    desktops::wrote(&dconf, key, &[""]).await;
    until(&quiet, None).await;
}

#[tokio::test]
async fn a_desktop_without_the_programs_of_its_settings_tells_nothing() {
    let bus = PrivateBus::start();
    let _shell = desktops::start(&bus, Notifications("gnome-shell")).await;
    let quiet = quiet_on(&bus);
    assert_eq!(quiet.first().await, QuietState::default());
}

#[tokio::test]
async fn only_the_service_that_shows_notifications_counts() {
    let bus = PrivateBus::start();
    let quiet = quiet_on(&bus);
    assert_eq!(quiet.first().await.dnd, None, "nobody is there");
    let plasma = desktops::start(&bus, Plasma { inhibited: true }).await;
    until(&quiet, Some(true)).await;
    // Its successor knows nothing of quiet.
    drop(plasma);
    let server = NotificationServer::start(&bus, &EVERYTHING).await;
    until(&quiet, None).await;
    server.until("it was asked", |seen| seen.count("GetServerInformation") == 1).await;
    server.die().await;
    let dunst = desktops::start(&bus, Notifications("dunst")).await;
    dunst.object_server().at(desktops::PATH, Dunst { paused: true }).await.unwrap();
    desktops::change(&dunst, async |dunst: &mut Dunst, emitter| dunst.paused_changed(emitter).await).await;
    until(&quiet, Some(true)).await;
}

#[tokio::test]
async fn a_service_that_hangs_is_not_waited_for_and_one_that_goes_on_is_heard() {
    let bus = PrivateBus::start();
    let server = NotificationServer::start(&bus, &EVERYTHING).await;
    server.hold(Hold::Everything).await;
    let quiet = quiet_on(&bus);
    server.until("it was asked", |seen| seen.count("GetServerInformation") == 1).await;
    assert_eq!(quiet.now(), QuietState::default(), "at once");
    assert_eq!(quiet.first().await, QuietState::default(), "and who waits for the first word, waits a moment");
    // It is replaced by one that answers.
    server.die().await;
    let _plasma = desktops::start(&bus, Plasma { inhibited: true }).await;
    until(&quiet, Some(true)).await;
}

#[tokio::test]
async fn without_a_bus_and_after_its_end_nothing_is_known() {
    let nowhere = SystemQuiet::open_at("unix:path=/nonexistent/bus", NO_GSETTINGS.as_ref());
    assert_eq!(nowhere.first().await, QuietState::default());
    let mut bus = PrivateBus::start();
    let _plasma = desktops::start(&bus, Plasma { inhibited: true }).await;
    let quiet = quiet_on(&bus);
    until(&quiet, Some(true)).await;
    bus.kill();
    until(&quiet, None).await;
}
