//! `decide` against `rules.tsv`, for every combination of the switches.

use crate::table::{Dnd, Elsewhere, Focused, Kind, Place, Rule, Switches, rules, told};
use embudo_domain::alerts::*;
use embudo_domain::{ActId, ConversationId, LineId, MessageId};
use uuid::Uuid;

/// A Wednesday, 12:00 UTC: 2026-11-25.
pub const NOON_MS: i64 = 1_795_608_000_000;
const CHAT: ConversationId = ConversationId(Uuid::from_u128(1));
const OTHER_CHAT: ConversationId = ConversationId(Uuid::from_u128(2));
const LINE: LineId = LineId(Uuid::from_u128(3));
const OTHER_LINE: LineId = LineId(Uuid::from_u128(4));
const CLOCK: Clock = Clock { now_ms: NOON_MS, mono_ms: 500_000, zone: Zone::UTC };

fn chat(switches: &Switches) -> Chat {
    Chat {
        conversation_id: CHAT,
        line_id: LINE,
        name: "Maria".into(),
        access: if switches.may_open { Access::Full } else { Access::None },
        blocked: switches.blocked,
        snoozed: switches.snoozed.then_some(SnoozedNow { until_ms: None }),
        reply: ReplyWay::Free,
    }
}

fn event(switches: &Switches) -> AlertEvent {
    let message_id = MessageId(Uuid::from_u128(5));
    match switches.kind {
        Kind::Message => AlertEvent::Message {
            chat: chat(switches),
            message: NewMessage {
                id: message_id,
                inbound_no: (!switches.history).then_some(1),
                kind: "text".into(),
                text: "Hi".into(),
                read: switches.read,
            },
        },
        Kind::SnoozeEnded => AlertEvent::SnoozeEnded { chat: chat(switches), inbound_count: 1 },
        Kind::WindowClosing => AlertEvent::WindowClosing { chat: chat(switches), closes_at_ms: NOON_MS + 3_600_000 },
        Kind::NewLead => AlertEvent::NewLead { chat: chat(switches) },
        Kind::FollowUpDue => AlertEvent::FollowUpsAsking { count: 2, newest_due_ms: NOON_MS },
        Kind::FailedMessage => {
            AlertEvent::FailedMessage { chat: chat(switches), message_id, code: "WINDOW_CLOSED".into() }
        }
        Kind::ReviewItem => {
            AlertEvent::ReviewItem { act_id: ActId(Uuid::from_u128(6)), name: "Maria".into(), code: "BLOCKED".into() }
        }
        Kind::LineDown => {
            AlertEvent::LineDown { line_id: LINE, name: "Sales 1".into(), code: "LOGGED_OUT".into(), repeats: true }
        }
        Kind::LineBack => AlertEvent::LineBack { line_id: LINE, name: "Sales 1".into() },
        Kind::StreamLost => AlertEvent::StreamLost { since_ms: NOON_MS - 70_000 },
        Kind::Backlog => AlertEvent::Backlog { chats: 2, messages: 5 },
        Kind::TestAtStart => AlertEvent::SelfTest { at_start: true },
        Kind::TestOnDemand => AlertEvent::SelfTest { at_start: false },
    }
}

/// Every part that a switch is about, whatever it was.
fn set(settings: &mut AlertSettings, switches: &Switches) {
    for kind in EventKind::ALL {
        if let Some(row) = settings.events.of_mut(kind) {
            (row.banner, row.sound, row.badge) = (switches.banner_on, switches.sound_on, switches.badge_on);
            row.volume = if switches.volume_zero { 0 } else { 80 };
        }
    }
    if !switches.chat_muted {
        settings.muted_chats.clear();
    } else if settings.muted_chats.is_empty() {
        settings.muted_chats.insert(CHAT, Mute { until_ms: Some(NOON_MS + 1) });
    }
    if !switches.line_muted {
        settings.lines.clear();
    } else if settings.lines.is_empty() {
        settings.lines.insert(LINE, LineAlerts { mute: Some(Mute { until_ms: None }), ..LineAlerts::default() });
    }
    settings.muted = switches.muted.then_some(Mute { until_ms: Some(NOON_MS + 1) });
    settings.quiet_hours.on = switches.quiet_hours;
    settings.quiet_hours.days = [Some(QuietSpan { from_minute: 11 * 60, to_minute: 13 * 60 }); 7];
    settings.follow_system_dnd = switches.dnd != Dnd::NotFollowed;
    settings.when_focused = match switches.focused {
        Focused::Nothing => WhenFocused::Nothing,
        Focused::SoftTone => WhenFocused::SoftTone,
        Focused::Always => WhenFocused::Always,
    };
}

fn presence(switches: &Switches) -> Presence {
    let (window, open_chat, reply_box) = match switches.place {
        Place::Closed => (Window::Closed, None, None),
        // What a window behind others shows is under nobody's eyes.
        Place::Behind => (Window::Behind, Some(CHAT), None),
        Place::OnAnotherChat => (Window::Focused, Some(OTHER_CHAT), None),
        Place::OnThisChat => (Window::Focused, Some(CHAT), None),
        Place::BoxOnAnotherChat => (Window::Behind, Some(CHAT), Some(OTHER_CHAT)),
        Place::BoxOnThisChat => (Window::Closed, None, Some(CHAT)),
    };
    let (here, there) = match switches.elsewhere {
        Elsewhere::Nobody => (None, None),
        Elsewhere::Later => (Some(440_000), Some(440_001)),
        Elsewhere::Earlier => (Some(440_001), Some(440_000)),
    };
    Presence {
        window,
        open_chat,
        reply_box,
        system_dnd: switches.dnd != Dnd::Off,
        only_line: switches.other_line.then_some(OTHER_LINE),
        input_mono_ms: here,
        other_device: there.map(|input_mono_ms| OtherDevice { input_mono_ms, open_chat: None }),
        ..Presence::default()
    }
}

pub fn code(reason: Reason) -> &'static str {
    match reason {
        Reason::Done => "done",
        Reason::Silent => "silent",
        Reason::MayNotOpen => "may_not_open",
        Reason::Blocked => "blocked",
        Reason::History => "history",
        Reason::ReadMeanwhile => "read_meanwhile",
        Reason::Snoozed { until_ms: None } => "snoozed",
        Reason::ChatMuted { until_ms: Some(_) } => "chat_muted",
        Reason::LineMuted { until_ms: None } => "line_muted",
        Reason::OtherLine => "other_line",
        Reason::EventOff => "event_off",
        Reason::NotCounted => "not_counted",
        Reason::OnScreen => "on_screen",
        Reason::Muted { until_ms: Some(until_ms) } if until_ms == NOON_MS + 1 => "muted",
        Reason::QuietHours { until_ms } if until_ms == NOON_MS + 3_600_000 => "quiet_hours",
        Reason::SystemDnd => "system_dnd",
        Reason::Focused => "focused",
        Reason::OtherDevice { until_ms, in_this_chat: false } if until_ms == NOON_MS + 10_000 => "other_device",
        Reason::VolumeZero => "volume_zero",
        other => panic!("no rule says {other:?}"),
    }
}

fn check(rules: &[Rule], switches: &Switches, settings: &mut AlertSettings) {
    set(settings, switches);
    let decision = decide(&event(switches), settings, &presence(switches), CLOCK);
    let [banner, sound, badge] = told(rules, switches);
    let Reasons { banner: banner_why, sound: sound_why, badge: badge_why } = decision.reason;
    if (code(banner_why), code(sound_why), code(badge_why)) != (banner, sound, badge) {
        panic!("the table says {banner}, {sound}, {badge} of {switches:?}, the decision {:?}", decision.reason);
    }
    match (banner, decision.banner) {
        ("done", BannerDecision::Show(_)) => {}
        ("other_device", BannerDecision::Wait { until_mono_ms: 510_000 }) => {}
        (_, BannerDecision::No) if banner != "done" && banner != "other_device" => {}
        (_, got) => panic!("{banner} is not {got:?}"),
    }
    assert_eq!(decision.badge, badge == "done", "the badge does what its reason says");
    assert_eq!(decision.sound.is_some(), sound == "done", "the sound does what its reason says");
    if let Some(sound) = decision.sound {
        let soft = sound.tone == ToneChoice::BuiltIn { tone: Tone::Hush };
        assert_eq!(soft, switches.wants_soft_tone(), "the soft tone is for who is at work: {switches:?}");
    }
}

/// Every combination that can make a difference to this kind of event.
fn every(kind: Kind, mut see: impl FnMut(&Switches)) {
    let about_chat = kind.is_chat();
    let about_message = kind == Kind::Message;
    let both: &[bool] = &[false, true];
    let of = |asked: bool| if asked { both } else { &both[..1] };
    let base = Switches::plain(kind);
    for (&blocked, &history, &read) in product(of(about_chat), of(about_message), of(about_message)) {
        for (&snoozed, &chat_muted, &line_muted) in product(of(about_chat), of(about_chat), of(about_chat)) {
            for (&no_access, &other_line, &volume_zero) in product(of(about_chat), of(about_chat), both) {
                let about = Switches {
                    blocked,
                    history,
                    read,
                    snoozed,
                    chat_muted,
                    line_muted,
                    may_open: !no_access,
                    other_line,
                    volume_zero,
                    ..base
                };
                every_place(about, &mut see);
            }
        }
    }
}

fn every_place(base: Switches, see: &mut impl FnMut(&Switches)) {
    let both = [false, true];
    let switches = both.iter().flat_map(|muted| product(&both, &both, &both).map(move |ways| (muted, ways)));
    for (&muted, (&banner_on, &sound_on, &badge_on)) in switches {
        let places = [
            Place::Closed,
            Place::Behind,
            Place::OnAnotherChat,
            Place::OnThisChat,
            Place::BoxOnAnotherChat,
            Place::BoxOnThisChat,
        ];
        for (&place, &quiet_hours, &dnd) in product(&places, &both, &[Dnd::Off, Dnd::Followed, Dnd::NotFollowed]) {
            let choices = [Focused::Nothing, Focused::SoftTone, Focused::Always];
            let others = [Elsewhere::Nobody, Elsewhere::Later, Elsewhere::Earlier];
            for (&focused, &elsewhere, ()) in product(&choices, &others, &[()]).map(|(a, b, _)| (a, b, ())) {
                see(&Switches {
                    muted,
                    banner_on,
                    sound_on,
                    badge_on,
                    place,
                    quiet_hours,
                    dnd,
                    focused,
                    elsewhere,
                    ..base
                });
            }
        }
    }
}

fn product<'a, A, B, C>(
    first: &'a [A],
    second: &'a [B],
    third: &'a [C],
) -> impl Iterator<Item = (&'a A, &'a B, &'a C)> {
    first.iter().flat_map(move |a| second.iter().flat_map(move |b| third.iter().map(move |c| (a, b, c))))
}

#[test]
fn every_combination_of_the_switches_does_what_the_table_says() {
    let rules = rules();
    let mut seen = 0_u32;
    let mut settings = AlertSettings::default();
    for kind in Kind::ALL {
        every(kind, |switches| {
            check(&rules, switches, &mut settings);
            seen += 1;
        });
    }
    assert!(seen > 1_600_000, "every combination is many: {seen}");
}

#[test]
fn every_rule_of_the_table_has_the_word_for_some_combination() {
    let rules = rules();
    // A rule that never speaks first is either wrong or not needed.
    let mut spoke = vec![false; rules.len()];
    for kind in Kind::ALL {
        for index in 0..rules.len() {
            if spoke[index] {
                continue;
            }
            let without: Vec<&Rule> = rules.iter().enumerate().filter(|(at, _)| *at != index).map(|(_, r)| r).collect();
            let mut needed = false;
            let mut look = |switches: &Switches| {
                needed = needed || told(&rules, switches) != told_of(&without, switches);
            };
            every_place(single(&rules[index], kind), &mut look);
            spoke[index] = needed;
        }
    }
    let idle: Vec<&Rule> = rules.iter().zip(&spoke).filter(|(_, spoke)| !**spoke).map(|(rule, _)| rule).collect();
    assert!(idle.is_empty(), "rules that change nothing: {idle:?}");
}

/// The switches with all that this rule is about turned on.
fn single(rule: &Rule, kind: Kind) -> Switches {
    let mut switches = Switches::plain(kind);
    match rule.row {
        "NOT-06" => switches.may_open = false,
        "CON-08" => switches.blocked = true,
        "THR-15" => switches.history = true,
        "INB-09" => switches.snoozed = true,
        "INB-13" => switches.other_line = true,
        "NOT-03" => switches.volume_zero = true,
        "NOT-07" => switches.read = true,
        "NOT-12" if rule.when == "the chat is muted" => switches.chat_muted = true,
        "NOT-12" if rule.when == "the line is muted" => switches.line_muted = true,
        _ => {}
    }
    switches
}

fn told_of(rules: &[&Rule], switches: &Switches) -> [&'static str; 3] {
    crate::table::told_by(rules.iter().copied(), switches)
}

#[test]
fn the_matrix_offers_only_what_has_a_source_and_a_meaning() {
    let offered = |kind: EventKind| [Way::Banner, Way::Sound, Way::Badge].map(|way| kind.has_switch(way));
    assert_eq!(offered(EventKind::Message), [true, true, true]);
    assert_eq!(offered(EventKind::FailedMessage), [true, true, false], "the badge counts unread chats");
    assert_eq!(offered(EventKind::SelfTest), [false, false, false], "a test that is off tests nothing");
    let keys: Vec<&str> = EventKind::ALL.iter().map(|kind| kind.key()).collect();
    let with_source = [
        "message",
        "snooze_ended",
        "window_closing",
        "new_lead",
        "follow_up_due",
        "failed_message",
        "review_item",
        "line_down",
        "line_back",
        "stream_lost",
        "self_test",
    ];
    assert_eq!(keys, with_source, "mentions and assignments come with their sources");
}

#[test]
fn a_lines_tone_and_volume_are_those_of_its_messages() {
    let own = ToneChoice::BuiltIn { tone: Tone::Bird };
    let mut settings = AlertSettings::default();
    settings.lines.insert(LINE, LineAlerts { tone: Some(own), volume: Some(30), mute: None });
    let sound = |kind| {
        let switches = Switches::plain(kind);
        decide(&event(&switches), &settings, &presence(&switches), CLOCK).sound.unwrap()
    };
    assert_eq!(sound(Kind::Message), Sound { tone: own, volume: 30 });
    let down = Sound { tone: ToneChoice::BuiltIn { tone: Tone::Fall }, volume: 80 };
    assert_eq!(sound(Kind::LineDown), down, "a lost line says so in its own tone");
    assert_eq!(sound(Kind::FailedMessage), down, "a failure too");
    let closing = Sound { tone: ToneChoice::BuiltIn { tone: Tone::Drop }, volume: 80 };
    assert_eq!(sound(Kind::WindowClosing), closing, "what must not be missed is told apart from a message");
}

/// The word of the table, without looking at what comes with it.
pub fn short_code(reason: Reason) -> &'static str {
    match reason {
        Reason::Muted { .. } => "muted",
        Reason::QuietHours { .. } => "quiet_hours",
        Reason::ChatMuted { .. } => "chat_muted",
        Reason::OtherDevice { .. } => "other_device",
        Reason::CatchingUp => "catching_up",
        Reason::InSummary => "in_summary",
        Reason::TooSoon { .. } => "too_soon",
        other => code(other),
    }
}
