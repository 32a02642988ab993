//! Banners over a real bus, shown by a strict service that plays the person, and as bad as
//! services are. Needs `dbus-daemon`.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used)]

mod answers;
mod capabilities;
mod strictness;
mod trouble;

use std::time::Duration;

use embudo_domain::alerts::{
    Abilities, Action, Banner, Opens, Phrase, Preview, QuickAnswer, ReplyWay, Tag, What, Words, render,
};
use embudo_domain::{ConversationId, QuickReplyId};
use embudo_platform::{Answer, BannerApp, BannerEvent, BannerEvents, BannerRequest, Banners, Patience, Picture};
use embudo_testkit::notification_server::{Notice, NotificationServer, PrivateBus};

/// A test that waits that long waits for something that never comes.
const GIVE_UP: Duration = Duration::from_secs(60);

/// What the app is to a test: banners, and what it hears of them.
struct App {
    banners: Banners,
    events: BannerEvents,
}

impl App {
    fn on(bus: &PrivateBus) -> Self {
        Self::at(bus.address(), Patience::default())
    }

    /// Where something is going to hang: soon tired of waiting.
    fn impatient_on(bus: &PrivateBus) -> Self {
        let patience = Patience { ask: Duration::from_secs(2), show: Duration::from_secs(2), ..Patience::default() };
        Self::at(bus.address(), patience)
    }

    fn at(address: &str, patience: Patience) -> Self {
        let app = BannerApp {
            name: "Embudo".into(),
            id: "app.embudo.test".into(),
            desktop_entry: "embudo".into(),
            icon: "embudo".into(),
        };
        let (banners, events) = Banners::open_at(app, address, patience);
        Self { banners, events }
    }

    fn show(&self, chat: u8, name: &str, text: &str) {
        self.show_with(chat, name, text, None, true);
    }

    fn show_with(&self, chat: u8, name: &str, text: &str, picture: Option<Picture>, again: bool) {
        let banner = message(chat, name, text);
        let answers = || vec![QuickAnswer { id: id::<QuickReplyId>(90), title: "On my way".into() }];
        let render = move |abilities: &Abilities| render(&banner, abilities, &English, &answers());
        self.banners.show(BannerRequest { tag: tag(chat), render: Box::new(render), picture, again });
    }

    /// Ana's banner alone on the screen, and known to stand.
    async fn stands(&mut self, server: &NotificationServer, text: &str) -> Notice {
        self.show(1, "Ana", text);
        let notice = server.until_shown("Ana").await;
        assert_eq!(self.hears_of_banners().await, BannerEvent::Shown(tag(1)));
        notice
    }

    /// The next thing that it hears.
    async fn hears(&mut self) -> BannerEvent {
        tokio::time::timeout(GIVE_UP, self.events.recv()).await.expect("it hears something").expect("banners run")
    }

    /// The next thing that is not about the desktop itself.
    async fn hears_of_banners(&mut self) -> BannerEvent {
        loop {
            match self.hears().await {
                BannerEvent::Changed(_) => {}
                event => return event,
            }
        }
    }
}

/// A bus with a service that can do so much, and the app on it.
async fn desktop(capabilities: &[&str]) -> (PrivateBus, NotificationServer, App) {
    let bus = PrivateBus::start();
    let server = NotificationServer::start(&bus, capabilities).await;
    let app = App::on(&bus);
    (bus, server, app)
}

fn answered(chat: u8, answer: Answer) -> BannerEvent {
    BannerEvent::Answered { tag: tag(chat), answer, token: None }
}

fn id<T: std::str::FromStr>(number: u8) -> T
where
    T::Err: std::fmt::Debug,
{
    format!("00000000-0000-0000-0000-0000000000{number:02}").parse().unwrap()
}

fn tag(chat: u8) -> Tag {
    Tag::Chat(id::<ConversationId>(chat))
}

fn opens(chat: u8) -> Opens {
    Opens::Chat { conversation_id: id(chat), message_id: Some(id(50 + chat)) }
}

/// Somebody wrote, and can be answered: with a text, with one quick answer, or later.
fn message(chat: u8, name: &str, text: &str) -> Banner {
    Banner {
        tag: tag(chat),
        what: What::Messages { name: name.into(), count: 1, kind: "text".into(), text: text.into() },
        preview: Preview::NameAndText,
        opens: opens(chat),
        reply: Some(ReplyWay::Free),
        quick_answers: vec![id(90)],
        messages: 1,
    }
}

struct English;

impl Words for English {
    fn say(&self, phrase: &Phrase<'_>) -> String {
        match phrase {
            Phrase::Label(Action::Reply) => "Reply".into(),
            Phrase::Label(Action::MarkRead) => "Mark read".into(),
            Phrase::Label(Action::Snooze) => "Snooze 1 h".into(),
            Phrase::Someone => "Someone".into(),
            other => panic!("no message says {other:?}"),
        }
    }
}
