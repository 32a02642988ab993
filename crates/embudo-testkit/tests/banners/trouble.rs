use std::sync::Arc;

use embudo_domain::alerts::{Abilities, Action, ClosedBy};
use embudo_platform::{Answer, BannerEvent, NoBanners, Patience};
use embudo_testkit::notification_server::{EVERYTHING, Hold, NotificationServer, PrivateBus, Refuse};

use crate::{App, answered, desktop, opens, tag};

/// Until the desktop is like that.
async fn changed(app: &mut App, trouble: Option<NoBanners>) {
    loop {
        match app.hears().await {
            BannerEvent::Changed(state) if state.trouble == trouble => return,
            BannerEvent::Changed(_) => {}
            other => panic!("only the desktop changes: {other:?}"),
        }
    }
}

#[tokio::test]
async fn without_a_bus_banners_are_refused_and_the_reason_is_known() {
    let folder = tempfile::tempdir().unwrap();
    let nowhere = format!("unix:path={}", folder.path().join("bus").display());
    for address in [nowhere.as_str(), "not an address", ""] {
        let mut app = App::at(address, Patience::default());
        app.show(1, "Ana", "hello");
        assert_eq!(app.hears_of_banners().await, BannerEvent::Refused(tag(1)), "{address:?}");
        let state = app.banners.state().await;
        assert_eq!((state.trouble, state.abilities), (Some(NoBanners::NoSessionBus), Abilities::NONE));
        assert_eq!(app.banners.check().await.trouble, Some(NoBanners::NoSessionBus), "looked again");
        app.banners.quit().await;
    }
}

#[tokio::test]
async fn a_bus_without_a_service_is_told_and_one_that_comes_later_is_noticed() {
    let bus = PrivateBus::start();
    let mut app = App::on(&bus);
    assert_eq!(app.banners.state().await.trouble, Some(NoBanners::NoService));
    app.show(1, "Ana", "hello");
    assert_eq!(app.hears_of_banners().await, BannerEvent::Refused(tag(1)));

    let server = NotificationServer::start(&bus, &["actions"]).await;
    changed(&mut app, None).await;
    assert!(app.banners.state().await.abilities.buttons);
    app.show(1, "Ana", "hello");
    server.until_shown("Ana").await;
}

#[tokio::test]
async fn a_banner_that_is_never_taken_is_refused_and_the_others_go_on() {
    let bus = PrivateBus::start();
    let server = NotificationServer::start(&bus, &EVERYTHING).await;
    let mut app = App::impatient_on(&bus);
    app.banners.state().await;
    server.hold(Hold::OneNotify).await;
    app.show(1, "Ana", "never taken");
    server.until("it arrived", |seen| seen.count("Notify") == 1).await;
    app.show(2, "Rui", "taken");
    assert_eq!(app.hears_of_banners().await, BannerEvent::Shown(tag(2)));
    assert_eq!(app.hears_of_banners().await, BannerEvent::Refused(tag(1)), "nobody waits for ever");
    changed(&mut app, Some(NoBanners::NotAnswering)).await;
    changed(&mut app, None).await;

    app.show(3, "Eva", "taken");
    assert_eq!(app.hears().await, BannerEvent::Shown(tag(3)));
    server.hold(Hold::Nothing).await;
    let late = |seen: &embudo_testkit::notification_server::Seen| seen.count("CloseNotification") == 1;
    let seen = server.until("the late one is taken away", late).await;
    let names: Vec<&str> = seen.standing.values().map(|notice| notice.summary.as_str()).collect();
    assert!(names.contains(&"Rui") && names.contains(&"Eva"), "{names:?}");
    server.until("two stand", |seen| seen.standing.len() == 2).await;
    assert_eq!(server.die().await.complaints, Vec::<String>::new());
}

#[tokio::test]
async fn a_service_that_hangs_from_the_start_is_used_as_soon_as_it_goes_on() {
    let bus = PrivateBus::start();
    let server = NotificationServer::start(&bus, &EVERYTHING).await;
    server.hold(Hold::Everything).await;
    let mut app = App::impatient_on(&bus);
    app.show(1, "Ana", "hello");
    assert_eq!(app.hears().await, BannerEvent::Refused(tag(1)));
    changed(&mut app, Some(NoBanners::NotAnswering)).await;
    app.show(2, "Rui", "hello");
    assert_eq!(app.hears().await, BannerEvent::Refused(tag(2)));
    assert_eq!(app.banners.check().await.trouble, Some(NoBanners::NotAnswering), "a check ends, too");

    server.hold(Hold::Nothing).await;
    changed(&mut app, None).await;
    app.show(3, "Eva", "hello");
    server.until_shown("Eva").await;
}

#[tokio::test]
async fn quitting_ends_while_the_service_hangs() {
    let (_bus, server, mut app) = desktop(&EVERYTHING).await;
    app.show(1, "Ana", "hello");
    assert_eq!(app.hears_of_banners().await, BannerEvent::Shown(tag(1)));
    server.hold(Hold::Everything).await;
    tokio::time::timeout(crate::GIVE_UP, app.banners.quit()).await.expect("it ends");
    server.hold(Hold::Nothing).await;
    server.until_empty().await;
}

#[tokio::test]
async fn a_restarted_service_gets_what_was_on_its_way_and_old_ids_mean_nothing() {
    let (bus, server, mut app) = desktop(&EVERYTHING).await;
    let old = app.stands(&server, "stands").await;
    server.hold(Hold::Notify).await;
    app.show(2, "Rui", "on its way");
    server.until("it arrived", |seen| seen.count("Notify") == 2).await;
    server.die().await;
    assert_eq!(app.hears().await, BannerEvent::Closed { tag: tag(1), by: ClosedBy::Time }, "gone with its service");

    // Another kind of service, which begins where the old one was.
    let server = NotificationServer::start_from(&bus, &["actions"], old.id).await;
    let rui = server.until_shown("Rui").await;
    assert_eq!(rui.id, old.id, "the same number for another banner");
    assert_eq!(rui.keys()[1], "reply", "by what this one can do");
    changed_then_shown(&mut app).await;
    server.click(rui.id).await;
    assert_eq!(app.hears().await, answered(2, Answer::Opened(opens(2))), "his chat, not hers");
    app.banners.remove(tag(1));
    app.show(3, "Eva", "hello");
    server.until_shown("Eva").await;
    assert_eq!(server.die().await.complaints, Vec::<String>::new());
}

async fn changed_then_shown(app: &mut App) {
    assert!(matches!(app.hears().await, BannerEvent::Changed(state) if !state.abilities.inline_text));
    assert_eq!(app.hears().await, BannerEvent::Shown(tag(2)));
}

#[tokio::test]
async fn a_bus_that_ends_takes_no_one_with_it() {
    let (mut bus, server, mut app) = desktop(&EVERYTHING).await;
    app.stands(&server, "hello").await;
    bus.kill();
    assert_eq!(app.hears().await, BannerEvent::Closed { tag: tag(1), by: ClosedBy::Time });
    changed(&mut app, Some(NoBanners::NoSessionBus)).await;
    app.show(2, "Rui", "hello");
    assert_eq!(app.hears().await, BannerEvent::Refused(tag(2)));
}

#[tokio::test]
async fn a_field_that_never_sends_leaves_the_way_through_the_reply_box() {
    let (_bus, server, mut app) = desktop(&EVERYTHING).await;
    let notice = app.stands(&server, "hello").await;
    // It offered a field and drew a button.
    server.press(notice.id, "inline-reply").await;
    assert_eq!(app.hears().await, answered(1, Answer::Pressed(Action::Reply)));
    assert_eq!(app.hears().await, BannerEvent::Closed { tag: tag(1), by: ClosedBy::Person });
}

#[tokio::test]
async fn a_service_that_refuses_what_it_offered_still_shows_the_bare_banner() {
    let (_bus, server, mut app) = desktop(&EVERYTHING).await;
    server.refuse(Refuse::WithActions).await;
    app.show(1, "Ana", "hello");
    let notice = server.until_shown("Ana").await;
    assert_eq!((notice.keys().len(), notice.body.as_str()), (0, "hello"));
    assert_eq!(app.hears_of_banners().await, BannerEvent::Shown(tag(1)));

    server.refuse(Refuse::EveryNotify).await;
    app.show(1, "Ana · 2 messages", "hello");
    assert_eq!(app.hears().await, BannerEvent::Refused(tag(1)));
    server.until_empty().await;
    server.refuse(Refuse::Nothing).await;
    app.show(1, "Ana · 3 messages", "hello");
    server.until_shown("Ana · 3 messages").await;
    assert_eq!(server.die().await.complaints, Vec::<String>::new());
}

#[tokio::test]
async fn a_service_that_the_bus_starts_is_started_for_a_banner_and_again_after_it_left() {
    let me = std::env::current_exe().unwrap();
    let child = "trouble::child_shows_one_banner_and_leaves";
    let bus = PrivateBus::start_with_service(&format!("{} --exact {child} --ignored", me.display()));
    let mut app = App::on(&bus);
    assert_eq!(app.banners.state().await.server.as_deref(), Some("Strict 1.0"));
    for chat in 1..=3 {
        app.show(chat, "Ana", "hello");
        assert_eq!(app.hears_of_banners().await, BannerEvent::Shown(tag(chat)), "started by the bus");
        let gone = BannerEvent::Closed { tag: tag(chat), by: ClosedBy::Time };
        assert_eq!(app.hears_of_banners().await, gone, "it left");
    }
}

#[tokio::test]
#[ignore = "run by a_service_that_the_bus_starts_is_started_for_a_banner_and_again_after_it_left, by the bus"]
async fn child_shows_one_banner_and_leaves() {
    let address = std::env::var("DBUS_STARTER_ADDRESS").unwrap();
    let server = NotificationServer::start_at(&address, &EVERYTHING, 1).await;
    server.until("one banner", |seen| seen.standing.len() == 1).await;
    server.die().await;
}

#[tokio::test]
async fn many_at_once_are_all_shown_and_all_gone_after_quitting() {
    let bus = PrivateBus::start();
    let server = NotificationServer::start(&bus, &EVERYTHING).await;
    let app = Arc::new(App::on(&bus));
    for round in 1..=5 {
        for chat in 1..=40 {
            app.show(chat, &format!("{chat}: {round}"), "hello");
        }
    }
    let last = |seen: &embudo_testkit::notification_server::Seen| {
        seen.standing.len() == 40 && seen.standing.values().all(|notice| notice.summary.ends_with(": 5"))
    };
    server.until("the newest of each", last).await;
    app.banners.quit().await;
    let seen = server.die().await;
    assert!(seen.standing.is_empty());
    assert_eq!(seen.complaints, Vec::<String>::new());
}
