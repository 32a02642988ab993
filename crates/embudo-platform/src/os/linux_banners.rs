//! Linux: org.freedesktop.Notifications. One connection for all banners, its messages read in the
//! order in which the bus gave them: an answer never overtakes the id it is about.

use std::collections::HashMap;
use std::num::NonZeroU32;
use std::time::Duration;

use futures_util::StreamExt as _;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use zbus::message::{Message, Type};
use zbus::zvariant::Value;
use zbus::{Connection, MessageStream, connection};

use crate::banners::{BannerApp, CLICK, Call, Desktop, FIELD, NotShown, Report, Sheet};
use crate::banners::{abilities, close_reason, hints_of};

const NAME: &str = "org.freedesktop.Notifications";
const PATH: &str = "/org/freedesktop/Notifications";
const BUS: &str = "org.freedesktop.DBus";
const BUS_PATH: &str = "/org/freedesktop/DBus";
const MATCHES: [&str; 2] = [
    "type='signal',sender='org.freedesktop.Notifications',interface='org.freedesktop.Notifications'",
    "type='signal',sender='org.freedesktop.DBus',member='NameOwnerChanged',arg0='org.freedesktop.Notifications'",
];
/// A bus that listens says hello at once.
const CONNECT: Duration = Duration::from_secs(3);

pub(crate) struct BannerBus {
    calls: UnboundedSender<Call>,
}

pub(crate) fn desktop(app: BannerApp, reports: UnboundedSender<Report>) -> BannerBus {
    BannerBus::new(app, None, reports)
}

impl BannerBus {
    /// On the session's bus, or on the one at `address`.
    pub(crate) fn new(app: BannerApp, address: Option<String>, reports: UnboundedSender<Report>) -> Self {
        let (calls, inbox) = unbounded_channel();
        tokio::spawn(serve(app, address, inbox, reports));
        Self { calls }
    }
}

impl Desktop for BannerBus {
    fn call(&mut self, call: Call) {
        // Its task ends only after this sender.
        let _ = self.calls.send(call);
    }
}

async fn serve(
    app: BannerApp,
    address: Option<String>,
    mut calls: UnboundedReceiver<Call>,
    reports: UnboundedSender<Report>,
) {
    let mut bus: Option<Bus> = None;
    loop {
        let outcome = tokio::select! {
            call = calls.recv() => match (call, &mut bus) {
                (None, _) => return,
                (Some(Call::Connect), _) => {
                    bus = None;
                    match tokio::time::timeout(CONNECT, Bus::connect(&app, address.as_deref())).await {
                        Ok(Ok(connected)) => {
                            bus = Some(connected);
                            drop(reports.send(Report::Connected));
                            Ok(())
                        }
                        Ok(Err(error)) => Err(error.to_string()),
                        Err(_) => Err("it does not answer".to_owned()),
                    }
                }
                (Some(call), Some(bus)) => bus.send(call).await.map_err(|error| error.to_string()),
                (Some(_), None) => Ok(()),
            },
            message = next_of(&mut bus) => match (message, &mut bus) {
                (Some(Ok(message)), Some(bus)) => {
                    if let Some(report) = bus.read(&message) {
                        drop(reports.send(report));
                    }
                    Ok(())
                }
                (Some(Err(error)), _) => Err(error.to_string()),
                _ => Err("it was closed".to_owned()),
            },
        };
        if let Err(error) = outcome {
            tracing::warn!(error, "no way to the session's bus");
            bus = None;
            drop(reports.send(Report::NoBus));
        }
    }
}

async fn next_of(bus: &mut Option<Bus>) -> Option<zbus::Result<Message>> {
    match bus {
        Some(bus) => bus.messages.next().await,
        None => std::future::pending().await,
    }
}

/// What a reply will be the answer to.
enum Pending {
    Names,
    Information,
    Capabilities,
    Notify { ticket: u64 },
    Close { id: u32 },
}

struct Bus {
    app: BannerApp,
    connection: Connection,
    messages: MessageStream,
    pending: HashMap<NonZeroU32, Pending>,
    /// The unique name behind the service's; only what it says is believed.
    owner: Option<String>,
    is_activatable: bool,
    server: Option<String>,
}

impl Bus {
    async fn connect(app: &BannerApp, address: Option<&str>) -> zbus::Result<Self> {
        let builder = match address {
            Some(address) => connection::Builder::address(address)?,
            None => connection::Builder::session()?,
        };
        let connection = builder.build().await?;
        let messages = MessageStream::from(&connection);
        let (app, pending) = (app.clone(), HashMap::new());
        let mut bus = Self { app, connection, messages, pending, owner: None, is_activatable: false, server: None };
        for rule in MATCHES {
            bus.bus_call("AddMatch", &rule).await?;
        }
        let names = bus.bus_call("ListActivatableNames", &()).await?;
        bus.pending.insert(names, Pending::Names);
        Ok(bus)
    }

    async fn bus_call<B>(&self, member: &str, body: &B) -> zbus::Result<NonZeroU32>
    where
        B: serde::Serialize + zbus::zvariant::DynamicType,
    {
        self.call(Message::method_call(BUS_PATH, member)?.destination(BUS)?.interface(BUS)?, body).await
    }

    /// To whoever shows notifications, or will when asked.
    async fn ask(&self, member: &str) -> zbus::Result<NonZeroU32> {
        self.call(Message::method_call(PATH, member)?.destination(NAME)?.interface(NAME)?, &()).await
    }

    /// To the one that we know: its successor gives the same ids to other banners.
    async fn tell<B>(&self, member: &str, body: &B) -> zbus::Result<NonZeroU32>
    where
        B: serde::Serialize + zbus::zvariant::DynamicType,
    {
        let owner = self.owner.as_deref().unwrap_or(NAME);
        self.call(Message::method_call(PATH, member)?.destination(owner)?.interface(NAME)?, body).await
    }

    async fn call<B>(&self, call: zbus::message::Builder<'_>, body: &B) -> zbus::Result<NonZeroU32>
    where
        B: serde::Serialize + zbus::zvariant::DynamicType,
    {
        let message = call.build(body)?;
        let serial = message.primary_header().serial_num();
        self.connection.send(&message).await?;
        Ok(serial)
    }

    async fn send(&mut self, call: Call) -> zbus::Result<()> {
        let (serial, pending) = match call {
            Call::Connect => return Ok(()),
            Call::Ask => {
                let information = self.ask("GetServerInformation").await?;
                self.pending.insert(information, Pending::Information);
                (self.ask("GetCapabilities").await?, Pending::Capabilities)
            }
            Call::Notify { ticket, replaces, sheet } => {
                (self.notify(replaces.unwrap_or(0), &sheet).await?, Pending::Notify { ticket })
            }
            Call::Close { id } => (self.tell("CloseNotification", &id).await?, Pending::Close { id }),
        };
        self.pending.insert(serial, pending);
        Ok(())
    }

    async fn notify(&self, replaces: u32, sheet: &Sheet) -> zbus::Result<NonZeroU32> {
        let said = hints_of(sheet);
        let mut actions: Vec<&str> = Vec::new();
        if sheet.can_click {
            actions.extend([CLICK, &self.app.name]);
        }
        let mut hints: HashMap<&str, Value<'_>> = HashMap::from([
            ("desktop-entry", Value::from(&*self.app.desktop_entry)),
            ("category", Value::from(said.category)),
            ("urgency", Value::from(said.urgency)),
            // The sound is ours.
            ("suppress-sound", Value::from(true)),
        ]);
        if let Some(label) = &sheet.field {
            actions.extend([FIELD, label]);
            hints.insert("x-kde-reply-submit-button-text", Value::from(label.as_str()));
        }
        for (key, label) in &sheet.buttons {
            actions.extend([key.as_str(), label]);
        }
        if let Some(picture) = &sheet.picture {
            // Width, height, bytes per row, alpha, bits per sample, samples, pixels.
            let side = picture.side() as i32;
            let data = (side, side, side * 4, true, 8i32, 4i32, picture.rgba().to_vec());
            hints.insert("image-data", Value::from(data));
        }
        let body = (
            self.app.name.as_str(),
            replaces,
            self.app.icon.as_str(),
            sheet.title.as_str(),
            sheet.body.as_str(),
            actions,
            hints,
            said.expires,
        );
        self.tell("Notify", &body).await
    }

    fn read(&mut self, message: &Message) -> Option<Report> {
        let header = message.header();
        let sender = header.sender().map(|name| name.to_string());
        match header.message_type() {
            Type::MethodReturn | Type::Error => {
                let pending = self.pending.remove(&header.reply_serial()?)?;
                self.answered(pending, message, sender)
            }
            Type::Signal if sender.as_deref() == Some(BUS) => self.owner_changed(message),
            Type::Signal if sender.is_some() && sender == self.owner => signal(message),
            _ => None,
        }
    }

    fn answered(&mut self, pending: Pending, message: &Message, sender: Option<String>) -> Option<Report> {
        let body = message.body();
        let is_error = message.message_type() == Type::Error;
        if is_error && !matches!(pending, Pending::Close { .. }) {
            let error = message.header().error_name().map(|name| name.to_string());
            tracing::info!(error, "the notification service refused a call");
        }
        match pending {
            Pending::Names => {
                let names: Vec<String> = body.deserialize().unwrap_or_default();
                self.is_activatable = names.iter().any(|name| name == NAME);
                None
            }
            Pending::Information => {
                let (name, _vendor, version, _spec): (String, String, String, String) = body.deserialize().ok()?;
                self.server = Some(format!("{name} {version}"));
                None
            }
            Pending::Capabilities => match body.deserialize::<Vec<String>>() {
                Ok(capabilities) if !is_error => {
                    self.owner = sender;
                    Some(Report::Abilities { abilities: abilities(&capabilities), server: self.server.clone() })
                }
                _ => Some(Report::NoService),
            },
            Pending::Notify { ticket } => {
                let outcome = match body.deserialize::<u32>() {
                    Ok(id) if !is_error => Ok(id),
                    // The bus answers for a service that is gone; the service for itself.
                    _ if sender.as_deref() == Some(BUS) => Err(NotShown::ServiceGone),
                    _ => Err(NotShown::Refused),
                };
                Some(Report::Notified { ticket, outcome })
            }
            Pending::Close { id } => Some(Report::Removed { id }),
        }
    }

    fn owner_changed(&mut self, message: &Message) -> Option<Report> {
        let header = message.header();
        if header.member()?.as_str() != "NameOwnerChanged" {
            return None;
        }
        let (name, _before, now): (String, String, String) = message.body().deserialize().ok()?;
        if name != NAME {
            return None;
        }
        self.owner = Some(now).filter(|now| !now.is_empty());
        self.server = None;
        // What the last owner still says is about banners that are gone.
        self.pending.retain(|_, pending| matches!(pending, Pending::Names));
        Some(match &self.owner {
            Some(_) => Report::ServiceCame,
            None => Report::ServiceLeft { returns: self.is_activatable },
        })
    }
}

fn signal(message: &Message) -> Option<Report> {
    let header = message.header();
    if header.interface()?.as_str() != NAME || header.path()?.as_str() != PATH {
        return None;
    }
    let body = message.body();
    match header.member()?.as_str() {
        "ActionInvoked" => body.deserialize().ok().map(|(id, key)| Report::Pressed { id, key }),
        "NotificationReplied" => body.deserialize().ok().map(|(id, text)| Report::Replied { id, text }),
        "ActivationToken" => body.deserialize().ok().map(|(id, token)| Report::Token { id, token }),
        "NotificationClosed" => {
            let (id, reason) = body.deserialize().ok()?;
            Some(Report::Closed { id, by: close_reason(reason) })
        }
        _ => None,
    }
}
