//! A strict notification service on a bus of its own: what the Desktop Notifications
//! Specification forbids it refuses and remembers, in words; it plays the person who clicks,
//! types and closes; and it can be as bad as services are: hang, die, lie, come back with other
//! ids.
//!
//! Linux only: elsewhere there is no such bus.

mod bus;
mod service;
mod strict;

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use tokio::sync::{mpsc, watch};

pub use bus::PrivateBus;
use service::Order;
pub(crate) use strict::is_markup;

/// A test that waits that long waits for something that never comes.
const GIVE_UP: Duration = Duration::from_secs(60);

/// Every capability that Embudo knows what to do with.
pub const EVERYTHING: [&str; 6] = ["actions", "body", "body-markup", "inline-reply", "persistence", "icon-static"];

/// One call as it arrived, before it was answered.
#[derive(Clone, Debug, PartialEq)]
pub struct Call {
    pub at: Instant,
    pub member: String,
    /// The caller's own name on the bus.
    pub client: String,
    /// Of `Notify` and `CloseNotification`: the id that it is about, 0 for a new one.
    pub id: u32,
}

/// A notification on the screen.
#[derive(Clone, Debug, PartialEq)]
pub struct Notice {
    pub id: u32,
    pub app_name: String,
    pub summary: String,
    pub body: String,
    /// Key and label.
    pub actions: Vec<(String, String)>,
    pub urgency: u8,
    pub category: String,
    pub desktop_entry: String,
    pub is_silent: bool,
    pub expire_timeout: i32,
    pub image: Option<Image>,
    /// How often it was shown in the place of itself.
    pub replaced: u32,
}

impl Notice {
    pub fn keys(&self) -> Vec<&str> {
        self.actions.iter().map(|(key, _)| key.as_str()).collect()
    }
}

#[derive(Clone, Debug, PartialEq)]
pub struct Image {
    pub width: i32,
    pub height: i32,
    pub pixels: Vec<u8>,
}

/// What the service saw so far.
#[derive(Clone, Debug, Default)]
pub struct Seen {
    pub calls: Vec<Call>,
    pub standing: BTreeMap<u32, Notice>,
    /// What a client did against the specification.
    pub complaints: Vec<String>,
}

impl Seen {
    pub fn count(&self, member: &str) -> usize {
        self.calls.iter().filter(|call| call.member == member).count()
    }

    /// The one that stands alone.
    pub fn only(&self) -> Option<&Notice> {
        self.standing.values().next().filter(|_| self.standing.len() == 1)
    }
}

/// Calls that are not answered until they are released.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hold {
    Nothing,
    Everything,
    /// The next `Notify` only.
    OneNotify,
    Notify,
}

/// Calls that are answered with an error, though they are right.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refuse {
    Nothing,
    WithActions,
    WithImage,
    EveryNotify,
}

pub struct NotificationServer {
    orders: mpsc::UnboundedSender<Order>,
    seen: watch::Receiver<Seen>,
    task: tokio::task::JoinHandle<()>,
}

impl NotificationServer {
    /// Takes the name on the bus; ids begin at 1.
    pub async fn start(bus: &PrivateBus, capabilities: &[&str]) -> Self {
        Self::start_from(bus, capabilities, 1).await
    }

    /// With ids from `first_id` on, as after a restart.
    pub async fn start_from(bus: &PrivateBus, capabilities: &[&str], first_id: u32) -> Self {
        Self::start_at(bus.address(), capabilities, first_id).await
    }

    /// On any bus, for a program that a bus starts by itself.
    pub async fn start_at(address: &str, capabilities: &[&str], first_id: u32) -> Self {
        let (orders, inbox) = mpsc::unbounded_channel();
        let (seen_in, seen) = watch::channel(Seen::default());
        let service = service::Service::start(address, capabilities, first_id, seen_in).await;
        let task = tokio::spawn(service.run(inbox));
        Self { orders, seen, task }
    }

    pub fn seen(&self) -> Seen {
        self.seen.borrow().clone()
    }

    /// Waits until it looks like that. Panics where it never does.
    pub async fn until(&self, what: &str, mut looks: impl FnMut(&Seen) -> bool) -> Seen {
        let mut seen = self.seen.clone();
        let found = tokio::time::timeout(GIVE_UP, seen.wait_for(|seen| looks(seen))).await;
        match found {
            Ok(Ok(seen)) => seen.clone(),
            Ok(Err(_)) => panic!("the service ended before: {what}"),
            Err(_) => panic!("never came: {what}; seen: {:#?}", self.seen()),
        }
    }

    /// Waits until exactly one stands, whose summary is this.
    pub async fn until_shown(&self, summary: &str) -> Notice {
        let alone = |seen: &Seen| seen.only().is_some_and(|notice| notice.summary == summary);
        let seen = self.until(summary, alone).await;
        seen.standing.into_values().next().unwrap_or_else(|| unreachable!("it was seen"))
    }

    pub async fn until_empty(&self) {
        self.until("an empty screen", |seen| seen.standing.is_empty()).await;
    }

    /// A click on it; it closes, as nearly everywhere.
    pub async fn click(&self, id: u32) {
        self.press(id, "default").await;
    }

    /// Presses a button that it has, and it closes.
    pub async fn press(&self, id: u32, key: &str) {
        assert!(self.notice(id).keys().contains(&key), "nobody can press what is not there: {key}");
        self.say("ActionInvoked", id, key).await;
        self.close_by(id, 2).await;
    }

    /// Types into its field, and it closes.
    pub async fn type_reply(&self, id: u32, text: &str) {
        assert!(self.notice(id).keys().contains(&"inline-reply"), "nobody can type where no field is");
        self.say("NotificationReplied", id, text).await;
        self.close_by(id, 2).await;
    }

    pub async fn dismiss(&self, id: u32) {
        self.close_by(id, 2).await;
    }

    pub async fn expire(&self, id: u32) {
        self.close_by(id, 1).await;
    }

    /// Any signal about any id, true or not.
    pub async fn say(&self, signal: &'static str, id: u32, word: &str) {
        self.order(|done| Order::Say { signal, id, word: word.to_owned(), done }).await;
    }

    /// What is held meanwhile is answered, in the order in which it came.
    pub async fn hold(&self, hold: Hold) {
        self.order(|done| Order::Hold { hold, done }).await;
    }

    pub async fn refuse(&self, refuse: Refuse) {
        self.order(|done| Order::Refuse { refuse, done }).await;
    }

    /// Ends at once, as a crash does; its banners go with it.
    pub async fn die(self) -> Seen {
        let seen = self.seen();
        drop(self.orders);
        // An error: it has ended by itself, which is the same.
        let _ = self.task.await;
        seen
    }

    fn notice(&self, id: u32) -> Notice {
        self.seen().standing.get(&id).cloned().unwrap_or_else(|| panic!("{id} does not stand"))
    }

    async fn close_by(&self, id: u32, reason: u32) {
        self.order(|done| Order::Close { id, reason, done }).await;
    }

    async fn order(&self, order: impl FnOnce(tokio::sync::oneshot::Sender<()>) -> Order) {
        let (done, wait) = tokio::sync::oneshot::channel();
        assert!(self.orders.send(order(done)).is_ok(), "the service runs");
        assert!(wait.await.is_ok(), "the service does what its person does");
    }
}
