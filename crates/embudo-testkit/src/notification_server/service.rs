//! The service itself: one task that reads the bus in order, and does what a test orders.

use std::collections::BTreeSet;
use std::time::Instant;

use futures_util::StreamExt as _;
use tokio::sync::{mpsc, oneshot, watch};
use zbus::message::{Header, Message, Type};
use zbus::zvariant::Value;
use zbus::{Connection, MessageStream, connection};

use super::strict::{self, Arguments};
use super::{Call, Hold, Notice, Refuse, Seen};

const NAME: &str = "org.freedesktop.Notifications";
const PATH: &str = "/org/freedesktop/Notifications";
/// "An empty D-Bus error message is sent back" (CloseNotification).
const FAILED: &str = "org.freedesktop.DBus.Error.Failed";
const WRONG: &str = "org.freedesktop.DBus.Error.InvalidArgs";
const UNKNOWN_INTERFACE: &str = "org.freedesktop.DBus.Error.UnknownInterface";

pub(super) enum Order {
    Say { signal: &'static str, id: u32, word: String, done: oneshot::Sender<()> },
    Close { id: u32, reason: u32, done: oneshot::Sender<()> },
    Hold { hold: Hold, done: oneshot::Sender<()> },
    Refuse { refuse: Refuse, done: oneshot::Sender<()> },
}

pub(super) struct Service {
    connection: Connection,
    messages: MessageStream,
    offers: Vec<String>,
    seen: watch::Sender<Seen>,
    next_id: u32,
    given: BTreeSet<u32>,
    hold: Hold,
    held: Vec<Message>,
    refuse: Refuse,
}

impl Service {
    pub async fn start(address: &str, capabilities: &[&str], first_id: u32, seen: watch::Sender<Seen>) -> Self {
        let connect = async {
            let connection = connection::Builder::address(address)?.build().await?;
            let messages = MessageStream::from(&connection);
            connection.request_name(NAME).await?;
            zbus::Result::Ok((connection, messages))
        };
        let (connection, messages) = connect.await.unwrap_or_else(|error| panic!("a service on the bus: {error}"));
        Self {
            connection,
            messages,
            offers: capabilities.iter().map(|capability| (*capability).to_owned()).collect(),
            seen,
            next_id: first_id,
            given: BTreeSet::new(),
            hold: Hold::Nothing,
            held: Vec::new(),
            refuse: Refuse::Nothing,
        }
    }

    /// Ends when its orders end; the bus sees a program that crashed.
    pub async fn run(mut self, mut orders: mpsc::UnboundedReceiver<Order>) {
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
            // The client has gone meanwhile, or the bus: the test sees what is missing.
            if let Err(error) = outcome {
                tracing::debug!(%error, "nobody to answer");
            }
        }
        let _ = self.connection.close().await;
    }

    async fn obey(&mut self, order: Order) -> zbus::Result<()> {
        let done = match order {
            Order::Say { signal, id, word, done } => {
                self.signal(signal, &(id, word)).await?;
                done
            }
            Order::Close { id, reason, done } => {
                self.close(id, reason).await?;
                done
            }
            Order::Hold { hold, done } => {
                self.hold = hold;
                for message in std::mem::take(&mut self.held) {
                    self.answer_or_hold(message).await?;
                }
                done
            }
            Order::Refuse { refuse, done } => {
                self.refuse = refuse;
                done
            }
        };
        let _ = done.send(());
        Ok(())
    }

    async fn signal<B>(&self, signal: &str, body: &B) -> zbus::Result<()>
    where
        B: serde::Serialize + zbus::zvariant::DynamicType,
    {
        self.connection.emit_signal(None::<&str>, PATH, NAME, signal, body).await
    }

    async fn close(&mut self, id: u32, reason: u32) -> zbus::Result<()> {
        let mut stood = false;
        self.seen.send_modify(|seen| stood = seen.standing.remove(&id).is_some());
        if stood { self.signal("NotificationClosed", &(id, reason)).await } else { Ok(()) }
    }

    async fn take(&mut self, message: Message) -> zbus::Result<()> {
        let header = message.header();
        if header.message_type() != Type::MethodCall {
            return Ok(());
        }
        // What others may be asked for besides: nobody calls that a mistake.
        if !is_of_notifications(&header) {
            return self.answer_or_hold(message).await;
        }
        let Some(member) = header.member().map(|member| member.to_string()) else { return Ok(()) };
        let body = message.body();
        let id = match member.as_str() {
            "Notify" => body.deserialize::<Arguments>().map(|call| call.1).unwrap_or_default(),
            "CloseNotification" => body.deserialize::<u32>().unwrap_or_default(),
            _ => 0,
        };
        let client = header.sender().map(|name| name.to_string()).unwrap_or_default();
        self.seen.send_modify(|seen| seen.calls.push(Call { at: Instant::now(), member, client, id }));
        self.answer_or_hold(message).await
    }

    async fn answer_or_hold(&mut self, message: Message) -> zbus::Result<()> {
        let is_notify = message.header().member().is_some_and(|member| member.as_str() == "Notify");
        match self.hold {
            Hold::Everything => self.held.push(message),
            Hold::Notify if is_notify => self.held.push(message),
            Hold::OneNotify if is_notify => {
                self.hold = Hold::Nothing;
                self.held.push(message);
            }
            _ => return self.answer(&message).await,
        }
        Ok(())
    }

    async fn answer(&mut self, message: &Message) -> zbus::Result<()> {
        let header = message.header();
        if !is_of_notifications(&header) {
            return self.connection.reply_error(&header, UNKNOWN_INTERFACE, &"it has no such thing").await;
        }
        match header.member().map(|member| member.as_str()).unwrap_or_default() {
            "GetCapabilities" => self.connection.reply(&header, &self.offers).await,
            "GetServerInformation" => self.connection.reply(&header, &("Strict", "Embudo", "1.0", "1.2")).await,
            "Notify" => match self.notify(message) {
                Ok(id) => self.connection.reply(&header, &id).await,
                Err(why) => self.connection.reply_error(&header, WRONG, &why).await,
            },
            "CloseNotification" => {
                let id = message.body().deserialize::<u32>().unwrap_or_default();
                if !self.given.contains(&id) {
                    self.complain(format!("closes {id}, which was never given"));
                }
                if !self.seen.borrow().standing.contains_key(&id) {
                    return self.connection.reply_error(&header, FAILED, &()).await;
                }
                self.connection.reply(&header, &()).await?;
                self.close(id, 3).await
            }
            other => {
                let why = format!("no method {other}");
                self.complain(why.clone());
                self.connection.reply_error(&header, "org.freedesktop.DBus.Error.UnknownMethod", &why).await
            }
        }
    }

    /// The id, or what is wrong.
    fn notify(&mut self, message: &Message) -> Result<u32, String> {
        let call: Arguments = match message.body().deserialize() {
            Ok(call) => call,
            Err(error) => return Err(self.complain(format!("not the arguments of Notify: {error}"))),
        };
        let mut wrong = strict::complaints(&call, &self.offers);
        let (app_name, replaces, _, summary, body, actions, hints, expire_timeout) = call;
        if replaces != 0 && !self.given.contains(&replaces) {
            wrong.push(format!("replaces {replaces}, which was never given"));
        }
        if !wrong.is_empty() {
            return Err(self.complain(wrong.join("; ")));
        }
        let image = hints.get("image-data").and_then(|value| strict::image(value));
        let is_refused = match self.refuse {
            Refuse::Nothing => false,
            Refuse::WithActions => !actions.is_empty(),
            Refuse::WithImage => image.is_some(),
            Refuse::EveryNotify => true,
        };
        if is_refused {
            return Err("not today".into());
        }
        let before = self.seen.borrow().standing.get(&replaces).map(|notice| notice.replaced);
        // One that was closed a moment ago comes back under a new id.
        let id = match before {
            Some(_) => replaces,
            None => {
                let id = self.next_id;
                self.next_id += 1;
                id
            }
        };
        self.given.insert(id);
        let word = |name: &str| match hints.get(name).map(|value| &**value) {
            Some(Value::Str(text)) => text.to_string(),
            _ => String::new(),
        };
        let notice = Notice {
            id,
            app_name,
            summary,
            body,
            actions: actions.chunks(2).map(|pair| (pair[0].clone(), pair[1].clone())).collect(),
            urgency: if let Some(Value::U8(urgency)) = hints.get("urgency").map(|value| &**value) {
                *urgency
            } else {
                1
            },
            category: word("category"),
            desktop_entry: word("desktop-entry"),
            is_silent: matches!(hints.get("suppress-sound").map(|value| &**value), Some(Value::Bool(true))),
            expire_timeout,
            image,
            replaced: before.map_or(0, |times| times + 1),
        };
        self.seen.send_modify(|seen| drop(seen.standing.insert(id, notice)));
        Ok(id)
    }

    fn complain(&self, why: String) -> String {
        self.seen.send_modify(|seen| seen.complaints.push(why.clone()));
        why
    }
}

fn is_of_notifications(header: &Header<'_>) -> bool {
    header.interface().is_some_and(|interface| interface.as_str() == NAME)
}
