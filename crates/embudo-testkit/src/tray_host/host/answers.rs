//! What the bus answers to what the tray asked of an icon.

use tokio::sync::oneshot;
use zbus::message::{Message, Type};
use zbus::zvariant::{Structure, Value};

use super::super::call::Call;
use super::super::menu::{self, MenuItem};
use super::super::{Item, strict};
use super::{INVALID, NOBODY, Pending, Tray, UNKNOWN_METHOD};

/// What the bus answers in the place of somebody who has left.
const GONE: [&str; 3] = [
    "org.freedesktop.DBus.Error.NoReply",
    "org.freedesktop.DBus.Error.ServiceUnknown",
    "org.freedesktop.DBus.Error.NameHasNoOwner",
];

impl Tray {
    pub(super) async fn answered(&mut self, pending: Pending, message: &Message) -> zbus::Result<()> {
        let refusal = refusal(message);
        match pending {
            Pending::Owner { registration, service } => {
                let header = registration.header();
                let sender = header.sender().map(|name| name.to_string()).unwrap_or_default();
                if refusal.is_some() || message.body().deserialize::<String>().ok().as_ref() != Some(&sender) {
                    self.breach(format!("registers {service}, which is not its own"));
                    return self.connection.reply_error(&header, INVALID, &"not your name").await;
                }
                self.welcome(&header, sender, service, "/StatusNotifierItem".into()).await
            }
            Pending::Properties { icon } => match refusal {
                Some((name, _)) if GONE.contains(&name.as_str()) => Ok(()),
                Some((name, why)) => {
                    self.breach(format!("an icon that says nothing of itself: {name}: {why}"));
                    Ok(())
                }
                None => self.read_properties(icon, message).await,
            },
            Pending::Layout { icon, is_announced, done } => {
                match refusal {
                    Some((name, _)) if GONE.contains(&name.as_str()) => {}
                    Some((name, why)) => self.breach(format!("a menu that is not told: {name}: {why}")),
                    None => self.read_layout(icon, is_announced, done, message),
                }
                Ok(())
            }
            Pending::LayoutOfNobody => {
                if refusal.is_none() {
                    self.breach("it tells a layout below an entry that does not exist");
                }
                Ok(())
            }
            Pending::Ask { icon, member, done } => self.read_answer(icon, member, refusal, message, done).await,
        }
    }

    async fn read_properties(&mut self, icon: u32, message: &Message) -> zbus::Result<()> {
        let Some(known) = self.known.get_mut(&icon) else { return Ok(()) };
        let properties: strict::Properties = message.body().deserialize()?;
        let (item, menu_path, wrong) = strict::read(&properties);
        let menu = known.item.menu.take();
        known.item = Item { menu, ..item };
        let is_another_menu = known.menu_path != menu_path;
        known.menu_path = menu_path.clone();
        if menu_path.is_none() {
            known.item.menu = None;
            known.is_read = true;
        }
        self.breaches(wrong);
        self.publish();
        if menu_path.is_some() && is_another_menu {
            self.send(icon, Call::layout(NOBODY), Pending::LayoutOfNobody).await?;
            let pending = Pending::Layout { icon, is_announced: true, done: None };
            self.send(icon, Call::layout(0), pending).await?;
        }
        Ok(())
    }

    fn read_layout(
        &mut self,
        icon: u32,
        is_announced: bool,
        done: Option<oneshot::Sender<Vec<MenuItem>>>,
        message: &Message,
    ) {
        let Some(known) = self.known.get_mut(&icon) else { return };
        let body = message.body();
        let told = body.deserialize::<Structure<'_>>();
        let (menu, mut wrong) = match told.as_ref().map(Structure::fields) {
            Ok([Value::U32(_), root]) => menu::read(root),
            _ => (Vec::new(), vec!["not the answer of GetLayout".to_owned()]),
        };
        if let Some(done) = done {
            let _ = done.send(menu.clone());
        }
        if is_announced {
            known.item.menu = Some(menu);
        } else if known.item.menu.as_ref() != Some(&menu) {
            known.unannounced = Some(menu);
        }
        known.is_read = true;
        wrong.dedup();
        self.breaches(wrong);
        self.publish();
    }

    async fn read_answer(
        &mut self,
        icon: u32,
        member: &'static str,
        refusal: Option<(String, String)>,
        message: &Message,
        done: oneshot::Sender<bool>,
    ) -> zbus::Result<()> {
        let known = self.known.get(&icon);
        let mut outcome = Ok(());
        let is_done = match &refusal {
            // It took it and ended.
            Some((name, _)) if GONE.contains(&name.as_str()) => true,
            Some((name, _)) if name == UNKNOWN_METHOD && !matches!(member, "Event" | "AboutToShow") => {
                if member == "Activate" && known.is_some_and(|known| !known.item.is_menu) {
                    self.breach("a click does nothing, and it does not say that it is a menu");
                }
                false
            }
            Some((name, why)) => {
                self.breach(format!("{member} is refused: {name}: {why}"));
                false
            }
            None => {
                // "Whether this AboutToShow event should result in the menu being updated."
                if member == "AboutToShow" && message.body().deserialize::<bool>()? {
                    let pending = Pending::Layout { icon, is_announced: true, done: None };
                    outcome = self.send(icon, Call::layout(0), pending).await;
                }
                true
            }
        };
        let _ = done.send(is_done);
        outcome
    }
}

/// The error's name and what it says.
fn refusal(message: &Message) -> Option<(String, String)> {
    let header = message.header();
    (header.message_type() == Type::Error).then(|| {
        let name = header.error_name().map(|name| name.to_string()).unwrap_or_default();
        (name, message.body().deserialize::<String>().unwrap_or_default())
    })
}
