//! Twenty-four hours with two thousand messages, played by the second: what was told is
//! reconciled with what was written. None under my eyes, none twice, none missing.

#![allow(clippy::unwrap_used)]

use crate::desk::{Desk, NOON_MS, chat_id};
use crate::rules::short_code;
use crate::table::{Dnd, Elsewhere, Focused, Kind, Place, Rule, Switches, rules, told};
use embudo_domain::MessageId;
use embudo_domain::alerts::*;
use std::collections::{BTreeMap, BTreeSet};

const CHATS: u32 = 60;
const MESSAGES: usize = 2_000;
const DAY_MS: i64 = 24 * 3_600_000;

/// The same numbers for the same seed.
struct Dice(u64);

impl Dice {
    fn below(&mut self, sides: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % sides
    }

    fn once_in(&mut self, sides: u64) -> bool {
        self.below(sides) == 0
    }
}

struct Day {
    desk: Desk,
    dice: Dice,
    rules: Vec<Rule>,
    /// When each message was written, by whom.
    written: BTreeMap<MessageId, u32>,
    /// Told, unread and not swiped away.
    standing: BTreeSet<(u32, MessageId)>,
    logged: usize,
    catching_up: bool,
    met: BTreeMap<&'static str, u32>,
}

impl Day {
    fn new(seed: u64) -> Self {
        let mut desk = Desk::default();
        // Midnight, and quiet from 22:30 to 06:30.
        desk.clock.now_ms = NOON_MS - 12 * 3_600_000;
        desk.settings.quiet_hours =
            QuietHours { on: true, days: [Some(QuietSpan { from_minute: 22 * 60 + 30, to_minute: 6 * 60 + 30 }); 7] };
        Self {
            desk,
            dice: Dice(seed),
            rules: rules(),
            written: BTreeMap::new(),
            standing: BTreeSet::new(),
            logged: 0,
            catching_up: false,
            met: BTreeMap::new(),
        }
    }

    fn any_chat(&mut self) -> u32 {
        // A few write most.
        let spread = 1 + self.dice.below(u64::from(CHATS));
        self.dice.below(spread) as u32
    }

    /// What the table asks about, read from this day and not from the product.
    fn switches(&self, number: u32, read: bool) -> Switches {
        let (desk, chat) = (&self.desk, chat_id(number));
        let minute = (desk.clock.now_ms - (NOON_MS - 12 * 3_600_000)).rem_euclid(DAY_MS) / 60_000;
        let elsewhere = match (desk.presence.input_mono_ms, desk.presence.other_device) {
            (here, Some(other)) if desk.clock.mono_ms - other.input_mono_ms <= 60_000 => {
                if here.is_none_or(|here| here < other.input_mono_ms) { Elsewhere::Later } else { Elsewhere::Earlier }
            }
            _ => Elsewhere::Nobody,
        };
        let mute = desk.settings.muted_chats.get(&chat);
        Switches {
            read,
            chat_muted: mute.is_some_and(|mute| mute.until_ms.is_none_or(|until| until > desk.clock.now_ms)),
            place: match (desk.presence.window, desk.presence.open_chat) {
                (Window::Closed, _) => Place::Closed,
                (Window::Behind, _) => Place::Behind,
                (Window::Focused, open) if open == Some(chat) => Place::OnThisChat,
                (Window::Focused, _) => Place::OnAnotherChat,
            },
            quiet_hours: !(6 * 60 + 30..22 * 60 + 30).contains(&minute),
            dnd: if desk.presence.system_dnd { Dnd::Followed } else { Dnd::Off },
            focused: match desk.settings.when_focused {
                WhenFocused::Nothing => Focused::Nothing,
                WhenFocused::SoftTone => Focused::SoftTone,
                WhenFocused::Always => Focused::Always,
            },
            elsewhere,
            ..Switches::plain(Kind::Message)
        }
    }

    fn message(&mut self, number: u32, read: bool) {
        let switches = self.switches(number, read);
        let [banner, sound, badge] = told(&self.rules, &switches);
        *self.met.entry(banner).or_default() += 1;
        let (chat, mut message) = (self.desk.chat(number), self.desk.message(number));
        message.read = read;
        let id = message.id;
        self.written.insert(id, number);
        self.desk.step(Input::Event(AlertEvent::Message { chat, message }));

        let first = self.desk.told_of(id)[0].clone();
        let (got_banner, got_sound) = (first.banner.unwrap(), first.sound.unwrap());
        let wanted: &[&str] = match banner {
            "done" | "other_device" if self.catching_up => &["catching_up"],
            "done" => &["done", "in_summary"],
            said => &[said],
        };
        assert!(wanted.contains(&short_code(got_banner)), "{banner} is not {got_banner:?}: {switches:?}");
        let wanted: &[&str] = match sound {
            "done" if self.catching_up => &["catching_up"],
            "done" => &["done", "too_soon"],
            said => &[said],
        };
        assert!(wanted.contains(&short_code(got_sound)), "{sound} is not {got_sound:?}: {switches:?}");
        assert_eq!(short_code(first.badge.unwrap()), badge);
        if read || switches.place == Place::OnThisChat {
            self.reads(number);
        }
        self.look();
    }

    fn reads(&mut self, number: u32) {
        self.look();
        self.desk.reads(number);
        self.standing.retain(|(chat, _)| *chat != number);
        self.look();
    }

    /// Takes in what was logged and checks what can always be checked.
    fn look(&mut self) {
        for entry in &self.desk.log[self.logged..] {
            if let (Some(id), Some(banner)) = (entry.message_id, entry.banner)
                && banner.is_done()
            {
                let new = self.standing.insert((self.written[&id], id));
                assert!(new, "{id} is told twice");
            }
        }
        self.logged = self.desk.log.len();
        if self.desk.presence.window == Window::Focused
            && let Some(open) = self.desk.presence.open_chat
        {
            assert!(!self.desk.on_screen.contains_key(&Tag::Chat(open)), "a banner for what is under my eyes");
        }
    }

    fn pass(&mut self, ms: i64) {
        self.desk.pass(ms);
        self.look();
    }

    fn focus(&mut self, window: Window, open: Option<u32>) {
        self.look();
        self.desk.presence.window = window;
        self.desk.presence.open_chat = open.map(chat_id);
        self.desk.presence.input_mono_ms = Some(self.desk.clock.mono_ms);
        self.desk.step(Input::Tick);
        if let (Window::Focused, Some(number)) = (window, open) {
            self.standing.retain(|(chat, _)| *chat != number);
            self.reads(number);
        }
        self.look();
    }

    fn person(&mut self) {
        match self.dice.below(16) {
            0..4 => {
                let open = self.any_chat();
                self.focus(Window::Focused, Some(open));
            }
            4 => self.focus(Window::Focused, None),
            5..8 => self.focus(Window::Behind, None),
            8 => self.focus(Window::Closed, None),
            // Reads on the phone, with it in the hand.
            9..11 => {
                let mono_ms = self.desk.clock.mono_ms;
                self.desk.presence.other_device = Some(OtherDevice { input_mono_ms: mono_ms, open_chat: None });
                let number = self.any_chat();
                self.reads(number);
            }
            11 => {
                let number = self.any_chat();
                let clock = self.desk.clock;
                self.desk.settings.muted_chats.insert(chat_id(number), MuteFor::OneHour.mute(clock));
            }
            12 => self.desk.presence.system_dnd = self.dice.once_in(3),
            13 => {
                let choices = [WhenFocused::Nothing, WhenFocused::SoftTone, WhenFocused::Always];
                self.desk.settings.when_focused = choices[self.dice.below(3) as usize];
            }
            14 => self.desk.presence.sharing_screen = self.dice.once_in(2),
            _ => self.swipe(),
        }
        self.desk.step(Input::Tick);
        self.look();
    }

    /// Swipes a banner away, where it is plain which messages it stood for.
    fn swipe(&mut self) {
        let tags: Vec<Tag> = self.desk.on_screen.keys().copied().collect();
        let Some(tag) = tags.get(self.dice.below(tags.len().max(1) as u64) as usize).copied() else { return };
        let summary_stands = tags.contains(&Tag::Summary);
        match tag {
            Tag::Summary if tags.len() == 1 => self.standing.clear(),
            Tag::Chat(id) if !summary_stands => self.standing.retain(|(number, _)| chat_id(*number) != id),
            _ => return,
        }
        self.desk.on_screen.remove(&tag);
        self.desk.step(Input::BannerClosed { tag, by: ClosedBy::Person });
    }

    /// Sleeps, and is told afterwards what came in that time.
    fn sleep(&mut self, messages: usize) {
        let ms = 60_000 * (10 + self.dice.below(80) as i64);
        self.desk.sleep(ms);
        self.desk.step(Input::CatchingUp);
        self.catching_up = true;
        self.look();
        for _ in 0..messages {
            let number = self.any_chat();
            let read = self.dice.once_in(8);
            self.message(number, read);
            if self.dice.once_in(10) {
                let other = self.any_chat();
                self.reads(other);
            }
            let gap_ms = self.dice.below(40) as i64;
            self.pass(gap_ms);
        }
        let now_ms = self.desk.clock.now_ms;
        let muted = |number: u32| {
            let mute = self.desk.settings.muted_chats.get(&chat_id(number));
            mute.is_some_and(|mute| mute.until_ms.is_some_and(|until| until > now_ms))
        };
        let unread = self.desk.unread_chats((0..CHATS).filter(|number| !muted(*number)));
        let chats: Vec<u32> = (0..CHATS).filter(|number| !muted(*number)).collect();
        let sounds = self.desk.sounds.len();
        let is_any = !unread.is_empty();
        self.desk.step(Input::CaughtUp { unread });
        self.catching_up = false;
        assert!(self.desk.sounds.len() - sounds <= 1, "one sound at most for all of it");
        self.standing.clear();
        let shown = is_any && self.desk.last().banner.is_done();
        if shown {
            for (id, number) in &self.written {
                let told = self.desk.log.iter().find(|entry| entry.message_id == Some(*id));
                let unread = self.is_unread(*id, *number);
                if told.is_some() && unread && chats.contains(number) {
                    self.standing.insert((*number, *id));
                }
            }
            self.clear_open_chat();
        }
        self.logged = self.desk.log.len();
        self.look();
    }

    fn clear_open_chat(&mut self) {
        if self.desk.presence.window == Window::Focused {
            let open = self.desk.presence.open_chat;
            self.standing.retain(|(number, _)| Some(chat_id(*number)) != open);
        }
    }

    /// Messages of a chat are read oldest first.
    fn is_unread(&self, id: MessageId, number: u32) -> bool {
        let of_chat = self.written.iter().filter(|(_, chat)| **chat == number).map(|(id, _)| *id);
        let unread = self.desk.unread(number) as usize;
        of_chat.rev().take(unread).any(|one| one == id)
    }

    fn reconcile(&mut self) {
        // Numbers of a summary may be two seconds old.
        self.pass(2_100);
        let shown: u32 = self.desk.on_screen.values().map(|banner| banner.messages).sum();
        assert_eq!(shown as usize, self.standing.len(), "what stands on the screen is what was told and is unread");
        let unread = (0..CHATS).filter(|number| self.desk.unread(*number) > 0).count() as u32;
        self.desk.step(Input::Badge(unread));
        assert_eq!(self.desk.badge, Some(unread));
    }

    fn run(mut self) -> Self {
        let start_ms = self.desk.clock.mono_ms;
        while self.written.len() < MESSAGES {
            if self.dice.once_in(120) {
                let messages = 10 + self.dice.below(40) as usize;
                self.sleep(messages.min(MESSAGES - self.written.len()));
            } else {
                let number = self.any_chat();
                self.message(number, false);
            }
            if self.dice.once_in(3) {
                self.person();
            }
            if self.dice.once_in(9) {
                self.reconcile();
            }
            // Mostly in bursts, now and then an hour without a word.
            let gap_ms = match self.dice.below(10) {
                0..4 => self.dice.below(3_000),
                4..8 => self.dice.below(45_000),
                _ => self.dice.below(200_000),
            };
            let left = DAY_MS - (self.desk.clock.mono_ms - start_ms);
            self.pass((gap_ms as i64).min(left.max(0)));
        }
        // Nobody comes any more; what waits is told.
        self.desk.presence = Presence::default();
        self.pass(20_000);
        self.reconcile();
        self
    }
}

#[test]
fn a_day_of_two_thousand_messages_is_told_once_each_and_none_is_missing() {
    let mut met: BTreeMap<&str, u32> = BTreeMap::new();
    for seed in 1..=6 {
        let day = Day::new(seed * 7_919).run();
        assert_eq!(day.written.len(), MESSAGES);

        let mut of: BTreeMap<MessageId, Vec<&LogEntry>> = BTreeMap::new();
        for entry in day.desk.log.iter().filter(|entry| entry.message_id.is_some()) {
            of.entry(entry.message_id.unwrap()).or_default().push(entry);
        }
        for id in day.written.keys() {
            let entries = of.get(id).map(Vec::as_slice).unwrap_or_default();
            let firsts = entries.iter().filter(|entry| entry.badge.is_some()).count();
            assert_eq!(firsts, 1, "seed {seed}: {id} is in the log once, with what became of it");
            let waited = matches!(entries[0].banner, Some(Reason::OtherDevice { .. }));
            assert_eq!(entries.len(), 1 + usize::from(waited), "seed {seed}: and a wait has one end: {entries:?}");
        }

        // Every text is a message's own, so that a banner tells which one brought it up.
        let mut came_up: BTreeMap<&str, u32> = BTreeMap::new();
        for popped in &day.desk.popped {
            if let What::Messages { text, .. } = &popped.what
                && !text.is_empty()
            {
                *came_up.entry(text).or_default() += 1;
            }
        }
        let twice: Vec<_> = came_up.iter().filter(|(_, times)| **times > 1).collect();
        assert!(twice.is_empty(), "seed {seed}: came up twice: {twice:?}");

        let sounds = &day.desk.sounds;
        let close = sounds.windows(2).filter(|pair| pair[1].0 - pair[0].0 < 3_000).count();
        assert_eq!(close, 0, "seed {seed}: two sounds within 3 s");
        day.met.iter().for_each(|(word, times)| *met.entry(word).or_default() += times);
    }
    for word in ["done", "on_screen", "focused", "quiet_hours", "chat_muted", "other_device", "read_meanwhile"] {
        assert!(met.get(word).is_some_and(|times| *times > 50), "the days saw enough of {word}: {met:?}");
    }
}
