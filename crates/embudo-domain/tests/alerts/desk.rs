//! A desktop that takes every command at its word, and the person before it.

use embudo_domain::alerts::*;
use embudo_domain::{ConversationId, LineId, MessageId};
use std::collections::BTreeMap;
use uuid::Uuid;

/// A Wednesday, 12:00 UTC: 2026-11-25.
pub const NOON_MS: i64 = 1_795_608_000_000;

pub fn chat_id(number: u32) -> ConversationId {
    ConversationId(Uuid::from_u128(0xc000_0000 + u128::from(number)))
}

pub fn line_id(number: u32) -> LineId {
    LineId(Uuid::from_u128(0x1000_0000 + u128::from(number)))
}

pub fn message_id(number: u32) -> MessageId {
    MessageId(Uuid::from_u128(0x5000_0000 + u128::from(number)))
}

pub struct Desk {
    pub state: AlertState,
    pub settings: AlertSettings,
    pub presence: Presence,
    pub abilities: Abilities,
    pub clock: Clock,
    pub on_screen: BTreeMap<Tag, Banner>,
    /// What came onto the screen as new.
    pub popped: Vec<Banner>,
    pub toasts: Vec<Banner>,
    pub sounds: Vec<(i64, Sound)>,
    pub log: Vec<LogEntry>,
    pub badge: Option<u32>,
    pub wake_at_ms: Option<i64>,
    pub next_message: u32,
    /// Inbound messages of each chat, and how many are read.
    pub counts: BTreeMap<ConversationId, (i64, i64)>,
}

impl Default for Desk {
    fn default() -> Self {
        Self {
            state: AlertState::default(),
            settings: AlertSettings::default(),
            presence: Presence::default(),
            abilities: Abilities::ALL,
            clock: Clock { now_ms: NOON_MS, mono_ms: 0, zone: Zone::UTC },
            on_screen: BTreeMap::new(),
            popped: Vec::new(),
            toasts: Vec::new(),
            sounds: Vec::new(),
            log: Vec::new(),
            badge: None,
            wake_at_ms: None,
            next_message: 0,
            counts: BTreeMap::new(),
        }
    }
}

impl Desk {
    pub fn step(&mut self, input: Input) {
        let context = Context {
            settings: &self.settings,
            presence: &self.presence,
            abilities: &self.abilities,
            clock: self.clock,
        };
        let now_ms = self.clock.mono_ms;
        for command in self.state.step(input, context) {
            match command {
                AlertCommand::Show(banner) => {
                    assert!(self.abilities.banner, "nothing is shown where nothing can be: {banner:?}");
                    self.popped.push(banner.clone());
                    let before = self.on_screen.insert(banner.tag, banner);
                    assert!(before.is_none(), "a second banner of one tag: {before:?}");
                }
                AlertCommand::Replace { banner, again } => {
                    assert!(self.abilities.replace, "this desktop cannot replace");
                    if again {
                        self.popped.push(banner.clone());
                    }
                    let tag = banner.tag;
                    assert!(self.on_screen.insert(tag, banner).is_some(), "{tag:?} is not there to be replaced");
                }
                AlertCommand::Remove(tag) => {
                    assert!(self.abilities.remove, "this desktop cannot remove");
                    assert!(self.on_screen.remove(&tag).is_some(), "{tag:?} is not there to be removed");
                }
                AlertCommand::Toast(banner) => self.toasts.push(banner),
                AlertCommand::PlaySound(sound) => self.sounds.push((now_ms, sound)),
                AlertCommand::SetBadge(count) => self.badge = Some(count),
                AlertCommand::Log(entry) => self.log.push(entry),
                AlertCommand::WakeAt(at_ms) => {
                    assert!(at_ms > now_ms, "a wake in the past would never end");
                    self.wake_at_ms = Some(at_ms);
                }
            }
        }
    }

    /// Time goes by, and the alarm clock rings.
    pub fn pass(&mut self, ms: i64) {
        let end_ms = self.clock.mono_ms + ms;
        while let Some(at_ms) = self.wake_at_ms.filter(|at_ms| *at_ms <= end_ms) {
            self.wake_at_ms = None;
            self.set_time(at_ms);
            self.step(Input::Tick);
        }
        self.set_time(end_ms);
    }

    /// Time goes by and nothing runs: the machine sleeps.
    pub fn sleep(&mut self, ms: i64) {
        self.set_time(self.clock.mono_ms + ms);
    }

    fn set_time(&mut self, mono_ms: i64) {
        self.clock.now_ms += mono_ms - self.clock.mono_ms;
        self.clock.mono_ms = mono_ms;
    }

    pub fn chat(&self, number: u32) -> Chat {
        Chat {
            conversation_id: chat_id(number),
            line_id: line_id(1),
            name: format!("Customer {number}"),
            access: Access::Full,
            blocked: false,
            snoozed: None,
            reply: ReplyWay::Free,
        }
    }

    /// The next message of a chat; its text is its own number.
    pub fn message(&mut self, number: u32) -> NewMessage {
        self.next_message += 1;
        let (count, _) = self.counts.entry(chat_id(number)).or_default();
        *count += 1;
        NewMessage {
            id: message_id(self.next_message),
            inbound_no: Some(*count),
            kind: "text".into(),
            text: format!("m{}", self.next_message),
            read: false,
        }
    }

    pub fn writes(&mut self, number: u32) -> MessageId {
        let chat = self.chat(number);
        self.writes_in(chat, number)
    }

    pub fn writes_in(&mut self, chat: Chat, number: u32) -> MessageId {
        let message = self.message(number);
        let id = message.id;
        self.step(Input::Event(AlertEvent::Message { chat, message }));
        id
    }

    pub fn reads(&mut self, number: u32) {
        let count = self.counts.get(&chat_id(number)).map_or(0, |(count, _)| *count);
        self.reads_up_to(number, count);
    }

    pub fn reads_up_to(&mut self, number: u32, up_to: i64) {
        if let Some((_, read)) = self.counts.get_mut(&chat_id(number)) {
            *read = (*read).max(up_to);
        }
        self.step(Input::Read { conversation_id: chat_id(number), up_to });
    }

    pub fn unread(&self, number: u32) -> i64 {
        self.counts.get(&chat_id(number)).map_or(0, |(count, read)| count - read)
    }

    /// What the list would say is unread, of these chats.
    pub fn unread_chats(&self, numbers: impl IntoIterator<Item = u32>) -> Vec<UnreadChat> {
        let unread = numbers.into_iter().filter(|number| self.unread(*number) > 0);
        unread
            .map(|number| UnreadChat {
                conversation_id: chat_id(number),
                name: format!("Customer {number}"),
                unread: self.unread(number) as u32,
                inbound_count: self.counts[&chat_id(number)].0,
            })
            .collect()
    }

    pub fn banner(&self, number: u32) -> Option<&Banner> {
        self.on_screen.get(&Tag::Chat(chat_id(number)))
    }

    /// What the log says of a message, oldest first.
    pub fn told_of(&self, id: MessageId) -> Vec<&LogEntry> {
        self.log.iter().filter(|entry| entry.message_id == Some(id)).collect()
    }

    pub fn last(&self) -> Reasons {
        let entry = self.log.last().expect("something was logged");
        let of = |part: Option<Reason>| part.expect("an event has all three reasons");
        Reasons { banner: of(entry.banner), sound: of(entry.sound), badge: of(entry.badge) }
    }

    pub fn focus_on(&mut self, number: u32) {
        self.presence.window = Window::Focused;
        self.presence.open_chat = Some(chat_id(number));
        self.step(Input::Tick);
    }
}
