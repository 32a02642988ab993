//! Linux: whoever shows notifications is asked, and followed by the signals of the bus. Its own
//! connection: banners never wait behind it.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use futures_util::StreamExt as _;
use tokio::sync::watch;
use zbus::message::{Message, Type};
use zbus::zvariant::{OwnedValue, Value};
use zbus::{Connection, MessageStream, connection};

use crate::quiet::{
    DCONF, DND, NO_SUCH_PROPERTY, NOTIFYD, QuietState, Setting, SystemQuiet, WATCHED, Way, XFCONF, XFCONF_PATH,
    is_about, way_of,
};

const NAME: &str = "org.freedesktop.Notifications";
const PATH: &str = "/org/freedesktop/Notifications";
const BUS: &str = "org.freedesktop.DBus";
const BUS_PATH: &str = "/org/freedesktop/DBus";
const PROPERTIES: &str = "org.freedesktop.DBus.Properties";
/// A bus that listens says hello at once.
const CONNECT: Duration = Duration::from_secs(3);
/// For a program that reads one value.
const READ: Duration = Duration::from_secs(5);

type Tell = watch::Sender<Option<QuietState>>;

pub(crate) fn quiet() -> SystemQuiet {
    quiet_at(None, "gsettings".into())
}

/// On the session's bus, or on the one at `address`.
pub(crate) fn quiet_at(address: Option<String>, gsettings: PathBuf) -> SystemQuiet {
    let (tell, told) = watch::channel(None);
    tokio::spawn(async move {
        if let Err(error) = follow(address.as_deref(), &gsettings, &tell).await {
            tracing::info!(error, "the desktop cannot say whether it wants quiet");
        }
        say(&tell, None);
    });
    SystemQuiet::told(told)
}

fn say(tell: &Tell, dnd: Option<bool>) {
    // Another program's share is nobody's to know here: the portal's sessions are private.
    let state = Some(QuietState { dnd, sharing: None });
    tell.send_if_modified(|told| std::mem::replace(told, state) != state);
}

/// What a message changes.
enum Heard {
    Nothing,
    /// Somebody else shows notifications now, or nobody.
    Owner(Option<String>),
    Switch,
}

/// Until nobody listens any more, or the bus ends.
async fn follow(address: Option<&str>, gsettings: &Path, tell: &Tell) -> Result<(), String> {
    let connect = async {
        let builder = match address {
            Some(address) => connection::Builder::address(address)?,
            None => connection::Builder::session()?,
        };
        let connection = builder.build().await?;
        let messages = MessageStream::from(&connection);
        for rule in rules() {
            connection.call_method(Some(BUS), BUS_PATH, Some(BUS), "AddMatch", &rule).await?;
        }
        // Its unique name: asking that one starts nobody.
        let owner = connection.call_method(Some(BUS), BUS_PATH, Some(BUS), "GetNameOwner", &NAME).await;
        zbus::Result::Ok((connection, messages, owner.ok().and_then(|owner| owner.body().deserialize().ok())))
    };
    let connected = tokio::time::timeout(CONNECT, connect).await.map_err(|_| "the bus does not answer")?;
    let (connection, mut messages, mut owner) = connected.map_err(|error| error.to_string())?;
    loop {
        let asking = ask(&connection, owner.clone(), gsettings);
        tokio::pin!(asking);
        let mut is_answered = false;
        // Whoever does not answer is not waited for: what comes after it is heard all the same.
        loop {
            let message = tokio::select! {
                () = tell.closed() => return Ok(()),
                dnd = &mut asking, if !is_answered => {
                    is_answered = true;
                    say(tell, dnd);
                    continue;
                }
                message = messages.next() => message.ok_or("it was closed")?.map_err(|error| error.to_string())?,
            };
            match heard(&message) {
                Heard::Nothing => {}
                Heard::Owner(now) => {
                    owner = now;
                    say(tell, None);
                    break;
                }
                Heard::Switch => break,
            }
        }
    }
}

fn rules() -> Vec<String> {
    let mut rules = vec![
        format!("type='signal',sender='{BUS}',member='NameOwnerChanged',arg0='{NAME}'"),
        format!("type='signal',sender='{NAME}',interface='{PROPERTIES}',path='{PATH}'"),
        format!("type='signal',interface='{XFCONF}',path='{XFCONF_PATH}',arg0='{NOTIFYD}'"),
    ];
    // It names the key, or a folder of several that were written at once.
    rules.extend(WATCHED.map(|Setting { path, .. }| format!("type='signal',interface='{DCONF}',arg0path='{path}'")));
    rules
}

fn heard(message: &Message) -> Heard {
    let header = message.header();
    if header.message_type() != Type::Signal {
        return Heard::Nothing;
    }
    let body = message.body();
    match header.member().map(|member| member.as_str()) {
        Some("NameOwnerChanged") => match body.deserialize::<(String, String, String)>() {
            Ok((name, _, now)) if name == NAME => Heard::Owner(Some(now).filter(|now| !now.is_empty())),
            _ => Heard::Nothing,
        },
        Some("PropertiesChanged") => {
            type Changed<'a> = (String, std::collections::HashMap<String, Value<'a>>, Vec<String>);
            match body.deserialize::<Changed<'_>>() {
                Ok((_, changed, gone)) if is_about(changed.keys().chain(&gone).map(String::as_str)) => Heard::Switch,
                _ => Heard::Nothing,
            }
        }
        Some("PropertyChanged" | "PropertyRemoved" | "Notify") => Heard::Switch,
        _ => Heard::Nothing,
    }
}

/// `None`: nobody is there, or it does not tell.
async fn ask(connection: &Connection, owner: Option<String>, gsettings: &Path) -> Option<bool> {
    let owner = owner?;
    let reply = connection.call_method(Some(&*owner), PATH, Some(NAME), "GetServerInformation", &()).await.ok()?;
    let (server, ..): (String, String, String, String) = reply.body().deserialize().ok()?;
    match way_of(&server) {
        Way::Property { interface, name } => {
            let asked = (interface, name);
            is_on(connection.call_method(Some(&*owner), PATH, Some(PROPERTIES), "Get", &asked).await.ok()?)
        }
        Way::Xfconf => {
            let asked = (NOTIFYD, DND);
            match connection.call_method(Some(XFCONF), XFCONF_PATH, Some(XFCONF), "GetProperty", &asked).await {
                Ok(reply) => is_on(reply),
                Err(zbus::Error::MethodError(name, ..)) if name == NO_SUCH_PROPERTY => Some(false),
                Err(_) => None,
            }
        }
        Way::Setting(Setting { schema, key, .. }) => {
            let mut read = tokio::process::Command::new(gsettings);
            read.args(["get", schema, key]).stdin(Stdio::null()).stderr(Stdio::null()).kill_on_drop(true);
            let output = tokio::time::timeout(READ, read.output()).await.ok()?.ok()?;
            match output.stdout.trim_ascii() {
                b"true" => Some(false),
                b"false" => Some(true),
                _ => None,
            }
        }
    }
}

fn is_on(reply: Message) -> Option<bool> {
    reply.body().deserialize::<OwnedValue>().ok()?.downcast_ref::<bool>().ok()
}
