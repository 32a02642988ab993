//! The tray on the bus: one task that reads the bus in order. It waits for no answer, so an icon
//! that hangs holds up nothing, and what was announced before an answer is known with it.

mod answers;

use std::collections::{BTreeMap, HashMap};
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicU32, Ordering};

use futures_util::StreamExt as _;
use tokio::sync::{mpsc, oneshot, watch};
use zbus::message::{Header, Message, Type};
use zbus::zvariant::{OwnedValue, Value};
use zbus::{Connection, MessageStream, connection};

use super::call::{Call, ITEM, MENU};
use super::menu::{self, MenuItem};
use super::{GIVE_UP, Item, Seen, strict};

const WATCHER: &str = "org.kde.StatusNotifierWatcher";
const PATH: &str = "/StatusNotifierWatcher";
const BUS: &str = "org.freedesktop.DBus";
const PROPERTIES: &str = "org.freedesktop.DBus.Properties";
const INVALID: &str = "org.freedesktop.DBus.Error.InvalidArgs";
const UNKNOWN_METHOD: &str = "org.freedesktop.DBus.Error.UnknownMethod";
/// No menu has an entry of this number.
const NOBODY: i32 = i32::MAX;

static HOSTS: AtomicU32 = AtomicU32::new(1);

enum Order {
    Ask { call: Call, done: oneshot::Sender<bool> },
    ReadMenu { done: oneshot::Sender<Vec<MenuItem>> },
}

pub(super) struct Host {
    orders: mpsc::UnboundedSender<Order>,
    task: tokio::task::JoinHandle<()>,
}

impl Host {
    pub async fn start(address: &str, seen: watch::Sender<Seen>) -> Self {
        let (orders, inbox) = mpsc::unbounded_channel();
        let tray = Tray::start(address, seen).await.unwrap_or_else(|error| panic!("a tray on the bus: {error}"));
        Self { orders, task: tokio::spawn(tray.run(inbox)) }
    }

    pub async fn end(self) {
        drop(self.orders);
        // An error: it has ended by itself, which is the same.
        let _ = self.task.await;
    }

    /// `false`: the icon does not do such a thing.
    pub async fn ask(&self, call: Call) -> bool {
        let what = call.member;
        let answer = self.order(what, |done| Order::Ask { call, done }).await;
        answer.unwrap_or_else(|| panic!("there is not one icon that could take {what}"))
    }

    /// Where it may have gone meanwhile.
    pub async fn tell(&self, call: Call) {
        let what = call.member;
        self.order(what, |done| Order::Ask { call, done }).await;
    }

    pub async fn read_menu(&self) -> Vec<MenuItem> {
        let menu = self.order("GetLayout", |done| Order::ReadMenu { done }).await;
        menu.unwrap_or_else(|| panic!("there is not one icon with a menu"))
    }

    /// `None`: there is not one icon, or it has no such object.
    async fn order<T>(&self, what: &str, order: impl FnOnce(oneshot::Sender<T>) -> Order) -> Option<T> {
        let (done, wait) = oneshot::channel();
        assert!(self.orders.send(order(done)).is_ok(), "the tray runs");
        match tokio::time::timeout(GIVE_UP, wait).await {
            Ok(answer) => answer.ok(),
            Err(_) => panic!("the icon never answered {what}"),
        }
    }
}

/// Somebody who registered.
struct Known {
    /// The name that the bus gave to its program.
    owner: String,
    service: String,
    path: String,
    menu_path: Option<String>,
    item: Item,
    is_read: bool,
    revision: u32,
    /// The menu as it was on a look, where nobody had said that it is another.
    unannounced: Option<Vec<MenuItem>>,
}

/// What an answer is the answer to; the icon by its place among all that ever registered.
enum Pending {
    Owner { registration: Message, service: String },
    Properties { icon: u32 },
    Layout { icon: u32, is_announced: bool, done: Option<oneshot::Sender<Vec<MenuItem>>> },
    LayoutOfNobody,
    Ask { icon: u32, member: &'static str, done: oneshot::Sender<bool> },
}

struct Tray {
    connection: Connection,
    messages: MessageStream,
    seen: watch::Sender<Seen>,
    known: BTreeMap<u32, Known>,
    next: u32,
    pending: HashMap<NonZeroU32, Pending>,
}

impl Tray {
    async fn start(address: &str, seen: watch::Sender<Seen>) -> zbus::Result<Self> {
        let connection = connection::Builder::address(address)?.build().await?;
        let messages = MessageStream::from(&connection);
        for rule in [
            format!("type='signal',interface='{ITEM}'"),
            format!("type='signal',interface='{MENU}'"),
            format!("type='signal',interface='{PROPERTIES}',arg0='{ITEM}'"),
            format!("type='signal',sender='{BUS}',member='NameOwnerChanged'"),
        ] {
            connection.call_method(Some(BUS), "/org/freedesktop/DBus", Some(BUS), "AddMatch", &rule).await?;
        }
        let number = HOSTS.fetch_add(1, Ordering::Relaxed);
        connection.request_name(format!("org.kde.StatusNotifierHost-{}-{number}", std::process::id())).await?;
        connection.request_name(WATCHER).await?;
        let tray = Self { connection, messages, seen, known: BTreeMap::new(), next: 0, pending: HashMap::new() };
        tray.signal("StatusNotifierHostRegistered", &()).await?;
        Ok(tray)
    }

    /// Ends when its orders end; the bus sees a program that crashed.
    async fn run(mut self, mut orders: mpsc::UnboundedReceiver<Order>) {
        loop {
            let outcome = tokio::select! {
                order = orders.recv() => match order {
                    Some(order) => self.obey(order).await,
                    None => break,
                },
                message = self.messages.next() => match message {
                    Some(Ok(message)) => self.take(message).await,
                    _ => break,
                },
            };
            // The icon has gone meanwhile, or the bus: the test sees what is missing.
            if let Err(error) = outcome {
                tracing::debug!(%error, "nobody to answer");
            }
        }
        let _ = self.connection.close().await;
    }

    async fn obey(&mut self, order: Order) -> zbus::Result<()> {
        // Without an answer the order is dropped, which says that there is nobody.
        let mut read = self.known.iter().filter(|(_, known)| known.is_read);
        let (Some((&icon, known)), None) = (read.next(), read.next()) else { return Ok(()) };
        let has_menu = known.menu_path.is_some();
        match order {
            Order::Ask { call, .. } if call.is_to_menu && !has_menu => Ok(()),
            Order::ReadMenu { .. } if !has_menu => Ok(()),
            Order::Ask { call, done } => {
                let member = call.member;
                self.send(icon, call, Pending::Ask { icon, member, done }).await
            }
            Order::ReadMenu { done } => {
                let pending = Pending::Layout { icon, is_announced: false, done: Some(done) };
                self.send(icon, Call::layout(0), pending).await
            }
        }
    }

    async fn send(&mut self, icon: u32, call: Call, pending: Pending) -> zbus::Result<()> {
        let Some(known) = self.known.get(&icon) else { return Ok(()) };
        let path = if call.is_to_menu { known.menu_path.as_deref() } else { Some(known.path.as_str()) };
        let message = call.build(&known.owner, path.unwrap_or(&known.path))?;
        self.pending.insert(message.primary_header().serial_num(), pending);
        self.connection.send(&message).await
    }

    async fn take(&mut self, message: Message) -> zbus::Result<()> {
        let header = message.header();
        match header.message_type() {
            Type::MethodCall if header.path().is_some_and(|path| path.as_str() == PATH) => self.serve(&message).await,
            Type::MethodCall => Ok(()),
            Type::Signal => self.heed(&message).await,
            Type::MethodReturn | Type::Error => {
                let pending = header.reply_serial().and_then(|serial| self.pending.remove(&serial));
                match pending {
                    Some(pending) => self.answered(pending, &message).await,
                    None => Ok(()),
                }
            }
        }
    }

    // ------------------------------------------------------------ what programs ask of the tray

    async fn serve(&mut self, message: &Message) -> zbus::Result<()> {
        let header = message.header();
        let interface = header.interface().map(|interface| interface.to_string()).unwrap_or_default();
        let member = header.member().map(|member| member.to_string()).unwrap_or_default();
        match (interface.as_str(), member.as_str()) {
            (WATCHER, "RegisterStatusNotifierItem") => self.register(message, &header).await,
            (WATCHER, "RegisterStatusNotifierHost") => self.connection.reply(&header, &()).await,
            (PROPERTIES, "GetAll") => self.connection.reply(&header, &self.properties()).await,
            (PROPERTIES, "Get") => {
                let asked = message.body().deserialize::<(String, String)>().map(|(_, name)| name).unwrap_or_default();
                match self.properties().remove(asked.as_str()) {
                    Some(value) => self.connection.reply(&header, &value).await,
                    None => self.connection.reply_error(&header, INVALID, &format!("no property {asked}")).await,
                }
            }
            _ => self.connection.reply_error(&header, UNKNOWN_METHOD, &format!("no method {member}")).await,
        }
    }

    fn properties(&self) -> HashMap<&'static str, Value<'static>> {
        let items: Vec<String> = self.known.values().map(Known::name).collect();
        HashMap::from([
            ("RegisteredStatusNotifierItems", items.into()),
            ("IsStatusNotifierHostRegistered", true.into()),
            ("ProtocolVersion", 0_i32.into()),
        ])
    }

    async fn register(&mut self, message: &Message, header: &Header<'_>) -> zbus::Result<()> {
        self.seen.send_modify(|seen| seen.registrations += 1);
        let sender = header.sender().map(|name| name.to_string()).unwrap_or_default();
        let Ok(name) = message.body().deserialize::<String>() else {
            self.breach("a registration without a name");
            return self.connection.reply_error(header, INVALID, &"a name is missing").await;
        };
        // Ayatana's library registers the path of its object, Qt and others a name.
        if name.starts_with('/') {
            return self.welcome(header, sender.clone(), sender, name).await;
        }
        if !name.starts_with(':') && !is_name_of_an_icon(&name) {
            self.breach(format!("an icon under the name {name}"));
        }
        let asked = Message::method_call("/org/freedesktop/DBus", "GetNameOwner")?
            .destination(BUS)?
            .interface(BUS)?
            .build(&name)?;
        let pending = Pending::Owner { registration: message.clone(), service: name };
        self.pending.insert(asked.primary_header().serial_num(), pending);
        self.connection.send(&asked).await
    }

    async fn welcome(&mut self, header: &Header<'_>, owner: String, service: String, path: String) -> zbus::Result<()> {
        self.connection.reply(header, &()).await?;
        if self.known.values().any(|known| known.owner == owner && known.path == path) {
            return Ok(());
        }
        let icon = self.next;
        self.next += 1;
        let known = Known {
            owner,
            service,
            path,
            menu_path: None,
            item: Item::default(),
            is_read: false,
            revision: 0,
            unannounced: None,
        };
        let name = known.name();
        self.known.insert(icon, known);
        self.signal("StatusNotifierItemRegistered", &name).await?;
        self.send(icon, Call::properties(), Pending::Properties { icon }).await
    }

    // ------------------------------------------------------------ what they announce

    async fn heed(&mut self, message: &Message) -> zbus::Result<()> {
        let header = message.header();
        let word = |word: Option<String>| word.unwrap_or_default();
        let sender = word(header.sender().map(|name| name.to_string()));
        let interface = word(header.interface().map(|name| name.to_string()));
        let member = word(header.member().map(|name| name.to_string()));
        let path = word(header.path().map(|path| path.to_string()));
        if sender == BUS && member == "NameOwnerChanged" {
            let (name, _, new): (String, String, String) = message.body().deserialize()?;
            return if new.is_empty() { self.forget(&name).await } else { Ok(()) };
        }
        let is_its = |known: &Known| {
            let its = if interface == MENU { known.menu_path.as_deref() } else { Some(known.path.as_str()) };
            known.owner == sender && its == Some(path.as_str())
        };
        let Some(icon) = self.known.iter().find(|(_, known)| is_its(known)).map(|(icon, _)| *icon) else {
            return Ok(());
        };
        match (interface.as_str(), member.as_str()) {
            (MENU, "LayoutUpdated") => self.another_layout(icon, message).await,
            (MENU, "ItemsPropertiesUpdated") => {
                self.other_properties(icon, message);
                Ok(())
            }
            (MENU, _) => Ok(()),
            (_, "NewStatus") => {
                let said = message.body().deserialize::<String>().unwrap_or_default();
                self.breaches(strict::wrong_status(&said).into_iter().collect());
                self.send(icon, Call::properties(), Pending::Properties { icon }).await
            }
            _ => self.send(icon, Call::properties(), Pending::Properties { icon }).await,
        }
    }

    async fn forget(&mut self, name: &str) -> zbus::Result<()> {
        let is_gone = |known: &Known| known.owner == name || known.service == name;
        let gone: Vec<u32> = self.known.iter().filter(|(_, known)| is_gone(known)).map(|(icon, _)| *icon).collect();
        for icon in gone {
            if let Some(known) = self.known.remove(&icon) {
                self.signal("StatusNotifierItemUnregistered", &known.name()).await?;
            }
        }
        self.publish();
        Ok(())
    }

    async fn another_layout(&mut self, icon: u32, message: &Message) -> zbus::Result<()> {
        let Some(known) = self.known.get_mut(&icon) else { return Ok(()) };
        known.unannounced = None;
        let mut wrong = Vec::new();
        match message.body().deserialize::<(u32, i32)>() {
            Ok((revision, parent)) => {
                if revision < known.revision {
                    wrong.push(format!("a layout older than the one before: {revision} after {}", known.revision));
                }
                let menu = known.item.menu.as_deref().unwrap_or_default();
                if known.is_read && parent != 0 && !menu::has_id(menu, parent) {
                    wrong.push(format!("another layout below {parent}, which is not there"));
                }
                known.revision = revision;
            }
            Err(error) => wrong.push(format!("not the arguments of LayoutUpdated: {error}")),
        }
        self.breaches(wrong);
        self.send(icon, Call::layout(0), Pending::Layout { icon, is_announced: true, done: None }).await
    }

    fn other_properties(&mut self, icon: u32, message: &Message) {
        type Updates = Vec<(i32, HashMap<String, OwnedValue>)>;
        let Some(known) = self.known.get_mut(&icon) else { return };
        let mut wrong = Vec::new();
        match message.body().deserialize::<(Updates, Vec<(i32, Vec<String>)>)>() {
            Ok((updated, removed)) => {
                let menu = known.item.menu.get_or_insert_default();
                for (id, properties) in &updated {
                    for (name, value) in properties {
                        wrong.extend(menu::change(menu, *id, name, Some(menu::inner(value))).err());
                    }
                }
                for (id, names) in &removed {
                    wrong.extend(names.iter().filter_map(|name| menu::change(menu, *id, name, None).err()));
                }
                if known.unannounced.as_ref() == Some(menu) {
                    known.unannounced = None;
                }
            }
            Err(error) => wrong.push(format!("not the arguments of ItemsPropertiesUpdated: {error}")),
        }
        self.breaches(wrong);
        self.publish();
    }

    async fn signal<B>(&self, signal: &str, body: &B) -> zbus::Result<()>
    where
        B: serde::Serialize + zbus::zvariant::DynamicType,
    {
        self.connection.emit_signal(None::<&str>, PATH, WATCHER, signal, body).await
    }

    fn breach(&self, what: impl Into<String>) {
        self.seen.send_modify(|seen| seen.breach(what));
    }

    fn breaches(&self, what: Vec<String>) {
        what.into_iter().for_each(|what| self.breach(what));
    }

    fn publish(&self) {
        let read = || self.known.values().filter(|known| known.is_read);
        let items = read().map(|known| known.item.clone()).collect();
        let unannounced = read().filter(|known| known.unannounced.is_some()).map(|known| known.item.id.clone());
        self.seen.send_modify(|seen| {
            seen.items = items;
            seen.unannounced = unannounced.collect();
        });
    }
}

impl Known {
    fn name(&self) -> String {
        format!("{}{}", self.service, self.path)
    }
}

/// `org.kde.StatusNotifierItem-PID-NUMBER`
fn is_name_of_an_icon(name: &str) -> bool {
    let numbers = ["org.kde.StatusNotifierItem-", "org.freedesktop.StatusNotifierItem-"]
        .iter()
        .find_map(|prefix| name.strip_prefix(prefix));
    numbers.and_then(|numbers| numbers.split_once('-')).is_some_and(|(process, number)| {
        [process, number].iter().all(|part| !part.is_empty() && part.chars().all(|digit| digit.is_ascii_digit()))
    })
}
