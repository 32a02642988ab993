use embudo_domain::alerts::{Action, ClosedBy};
use embudo_platform::{Answer, BannerEvent};
use embudo_testkit::notification_server::{EVERYTHING, NotificationServer, PrivateBus};
use zbus::connection;

use crate::{App, answered, desktop, id, opens, tag};

#[tokio::test]
async fn a_reply_typed_into_a_banner_arrives_exactly_once() {
    let (_bus, server, mut app) = desktop(&EVERYTHING).await;
    let notice = app.stands(&server, "Do you have it in blue?").await;
    let text = "Sí, también en azul 💙 <b>& más</b>\n";
    // Twice, as a service does that is unsure whether anybody listened.
    server.say("NotificationReplied", notice.id, text).await;
    server.type_reply(notice.id, text).await;
    assert_eq!(app.hears().await, answered(1, Answer::Replied(text.into())), "letter for letter");
    let closed = BannerEvent::Closed { tag: tag(1), by: ClosedBy::Person };
    assert_eq!(app.hears().await, closed, "nothing in between: the customer gets it once");

    // What comes of it is said under the same tag, and can be answered again.
    app.show(1, "Not sent", "Write again");
    let notice = server.until_shown("Not sent").await;
    assert_eq!(app.hears().await, BannerEvent::Shown(tag(1)));
    server.type_reply(notice.id, "Yes, in blue").await;
    assert_eq!(app.hears().await, answered(1, Answer::Replied("Yes, in blue".into())));
    assert_eq!(server.die().await.complaints, Vec::<String>::new());
}

#[tokio::test]
async fn a_click_opens_the_message_and_may_bring_the_window_to_the_front() {
    let (_bus, server, mut app) = desktop(&["actions"]).await;
    let notice = app.stands(&server, "hello").await;
    server.say("ActivationToken", notice.id, "token-1").await;
    server.click(notice.id).await;
    let click = BannerEvent::Answered { tag: tag(1), answer: Answer::Opened(opens(1)), token: Some("token-1".into()) };
    assert_eq!(app.hears().await, click);
    assert_eq!(app.hears().await, BannerEvent::Closed { tag: tag(1), by: ClosedBy::Person });
}

#[tokio::test]
async fn every_button_says_what_it_was() {
    let (_bus, server, mut app) = desktop(&["actions"]).await;
    let buttons = [
        ("reply", Action::Reply),
        ("answer-00000000-0000-0000-0000-000000000090", Action::QuickAnswer { id: id(90) }),
        ("mark-read", Action::MarkRead),
    ];
    for (key, action) in buttons {
        let notice = app.stands(&server, "hello").await;
        server.press(notice.id, key).await;
        assert_eq!(app.hears().await, answered(1, Answer::Pressed(action)));
        assert_eq!(app.hears().await, BannerEvent::Closed { tag: tag(1), by: ClosedBy::Person });
    }
}

#[tokio::test]
async fn who_took_a_banner_away_is_told_and_the_next_one_comes_anew() {
    let (_bus, server, mut app) = desktop(&EVERYTHING).await;
    let first = app.stands(&server, "one").await;
    server.expire(first.id).await;
    assert_eq!(app.hears().await, BannerEvent::Closed { tag: tag(1), by: ClosedBy::Time });
    app.show(1, "Ana", "two");
    let second = server.until_shown("Ana").await;
    assert_eq!((second.replaced, second.id == first.id), (0, false), "a banner of its own");
    assert_eq!(app.hears().await, BannerEvent::Shown(tag(1)));
    server.dismiss(second.id).await;
    assert_eq!(app.hears().await, BannerEvent::Closed { tag: tag(1), by: ClosedBy::Person });
    assert_eq!(server.die().await.complaints, Vec::<String>::new());
}

#[tokio::test]
async fn answers_to_removed_banners_and_to_other_programs_are_dropped() {
    let bus = PrivateBus::start();
    let server = NotificationServer::start(&bus, &EVERYTHING).await;
    let mut other_run = App::on(&bus);
    other_run.show(1, "Ana", "to the run before");
    let others = server.until_shown("Ana").await;
    assert_eq!(other_run.hears_of_banners().await, BannerEvent::Shown(tag(1)));

    let mut app = App::on(&bus);
    app.show(2, "Rui", "hello");
    let seen = server.until("two banners", |seen| seen.standing.len() == 2).await;
    let ours = seen.standing.values().find(|notice| notice.summary == "Rui").unwrap().id;
    assert_eq!(app.hears_of_banners().await, BannerEvent::Shown(tag(2)));
    app.banners.remove(tag(2));
    server.until("ours is gone", |seen| !seen.standing.contains_key(&ours)).await;
    app.show(3, "Eva", "hello");
    let seen = server.until("hers", |seen| seen.standing.values().any(|notice| notice.summary == "Eva")).await;
    let hers = seen.standing.values().find(|notice| notice.summary == "Eva").unwrap().id;
    assert_eq!(app.hears().await, BannerEvent::Shown(tag(3)));

    // To everybody, as services say it; only one of all these is an answer to this run.
    server.say("NotificationReplied", ours, "typed too late").await;
    server.say("ActionInvoked", ours, "default").await;
    server.say("ActionInvoked", 4_711, "default").await;
    server.type_reply(others.id, "for the other run").await;
    server.say("ActionInvoked", hers, "buy-now").await;
    server.press(hers, "mark-read").await;
    assert_eq!(app.hears().await, answered(3, Answer::Pressed(Action::MarkRead)), "nothing before it");
    assert_eq!(other_run.hears().await, answered(1, Answer::Replied("for the other run".into())));
}

#[tokio::test]
async fn what_another_program_says_in_the_services_name_is_not_believed() {
    let (bus, server, mut app) = desktop(&EVERYTHING).await;
    let notice = app.stands(&server, "hello").await;
    let client = server.seen().calls.last().unwrap().client.clone();

    let stranger = connection::Builder::address(bus.address()).unwrap().build().await.unwrap();
    let (path, name) = ("/org/freedesktop/Notifications", "org.freedesktop.Notifications");
    let forged = (notice.id, "Send me the money");
    for to in [Some(client.as_str()), None] {
        stranger.emit_signal(to, path, name, "NotificationReplied", &forged).await.unwrap();
    }
    // The bus answers in order: it has passed them on by then.
    let bus_name = "org.freedesktop.DBus";
    stranger.call_method(Some(bus_name), "/org/freedesktop/DBus", Some(bus_name), "GetId", &()).await.unwrap();
    server.type_reply(notice.id, "Yes").await;
    assert_eq!(app.hears().await, answered(1, Answer::Replied("Yes".into())));
}
