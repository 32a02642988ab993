//! Settings: the defaults of the product, what older and later versions stored, limits (NOT-03).

use crate::desk::{NOON_MS, chat_id, line_id};
use embudo_domain::alerts::*;
use embudo_domain::{QuickReplyId, ToneId};
use proptest::prelude::*;
use uuid::Uuid;

fn read(rows: &[(&str, &str)]) -> (AlertSettings, Vec<String>) {
    AlertSettings::from_rows(rows.iter().copied())
}

#[test]
fn out_of_the_box_everything_is_heard_seen_and_counted() {
    let settings = AlertSettings::default();
    for kind in EventKind::ALL {
        for way in [Way::Banner, Way::Sound, Way::Badge] {
            // The message that opened a lead tells already.
            let is_on = kind != EventKind::NewLead || way == Way::Badge;
            assert_eq!(settings.events.is_on(kind, way), is_on, "{kind:?} {way:?}");
        }
        let Sound { volume, .. } = settings.sound_of(kind, None);
        assert!(volume >= 50, "{kind:?} is heard");
    }
    assert_eq!(settings.when_focused, WhenFocused::SoftTone, "NOT-14");
    assert_eq!((settings.repeat, settings.preview), (Repeat::Off, Preview::NameAndText));
    assert!(settings.close_to_tray && !settings.tray_explained, "NOT-18");
    assert!(!settings.quiet_hours.on);
    assert_eq!(settings.check(), Ok(()));
}

#[test]
fn an_older_versions_value_keeps_the_defaults_of_what_it_did_not_know() {
    let (settings, unread) = read(&[("alerts.event.line_down", r#"{"banner":false}"#)]);
    let row = settings.events.line_down;
    assert!(!row.banner && row.sound, "what was chosen, and what was not");
    assert_eq!(row.tone, ToneChoice::BuiltIn { tone: Tone::Fall }, "the tone of this event, not of any");
    assert!(unread.is_empty());
}

#[test]
fn settings_from_before_an_event_was_there_tell_of_it_as_the_product_came() {
    // Every row that a version without it could have written, at its loudest and its most silent.
    let silent = r#"{"banner":false,"sound":false,"badge":false,"tone":{"from":"built_in","tone":"hush"},"volume":0}"#;
    let before = ["message", "snooze_ended", "failed_message", "line_down", "line_back", "stream_lost"];
    let keys = before.map(|kind| format!("alerts.event.{kind}"));
    let rows: Vec<(&str, &str)> = keys.iter().map(|key| (key.as_str(), silent)).collect();
    let (settings, unread) = read(&rows);
    assert!(unread.is_empty(), "{unread:?}");
    assert!(before.iter().all(|kind| {
        let kind = EventKind::ALL.into_iter().find(|known| known.key() == *kind).unwrap();
        !settings.events.is_on(kind, Way::Banner)
    }));
    for (row, tone) in [(settings.events.window_closing, Tone::Drop), (settings.events.review_item, Tone::Fall)] {
        assert!(row.banner && row.sound, "nobody switched off what they did not know");
        assert_eq!((row.tone, row.volume), (ToneChoice::BuiltIn { tone }, 80));
    }
    assert_eq!(settings.rows_since(&AlertSettings::default()).len(), before.len(), "and nothing of it is written");
}

#[test]
fn a_later_versions_value_spoils_nothing_but_itself() {
    let (settings, unread) = read(&[
        ("alerts.event.message", r#"{"tone":{"from":"theremin"},"volume":40,"glow":true}"#),
        ("alerts.preview", r#""hologram""#),
        ("alerts.repeat", r#""minute""#),
        ("alerts.event.mention", r#"{"sound":false}"#),
        ("alerts.quiet_hours", r#"{"on":true,"days":"all"}"#),
        ("alerts.line.nonsense", "{}"),
        ("alerts.when_focused", "{{{"),
        ("theme", r#""dark""#),
    ]);
    assert_eq!(settings.events.message.volume, 40, "the field that reads");
    assert_eq!(settings.events.message.tone, ToneChoice::BuiltIn { tone: Tone::Chime }, "beside one that does not");
    assert_eq!((settings.preview, settings.repeat), (Preview::NameAndText, Repeat::Minute));
    assert!(settings.quiet_hours.on);
    let wanted =
        ["alerts.event.message", "alerts.preview", "alerts.quiet_hours", "alerts.line.nonsense", "alerts.when_focused"];
    assert_eq!(unread, wanted, "each is named once; another's keys are none of ours");
}

#[test]
fn what_is_stored_is_what_changed() {
    let before = AlertSettings::default();
    let mut now = before.clone();
    assert_eq!(now.rows_since(&before), [], "nothing");
    now.events.message.sound = false;
    now.muted_chats.insert(chat_id(1), Mute { until_ms: Some(5) });
    let rows = now.rows_since(&before);
    let keys: Vec<&str> = rows.iter().map(|(key, _)| key.as_str()).collect();
    assert_eq!(keys, ["alerts.event.message".to_owned(), format!("alerts.chat.{}", chat_id(1))]);
    let mut later = now.clone();
    later.muted_chats.clear();
    assert_eq!(later.rows_since(&now), [(format!("alerts.chat.{}", chat_id(1)), "null".to_owned())], "unmuted");
}

fn any_settings() -> impl Strategy<Value = AlertSettings> {
    let tone = prop_oneof![
        (0..8_usize).prop_map(|at| ToneChoice::BuiltIn { tone: Tone::ALL[at] }),
        (0..3_u128).prop_map(|id| ToneChoice::Own { id: ToneId(Uuid::from_u128(id)) }),
    ];
    let row = (any::<[bool; 3]>(), tone.clone(), 0..=100_u8)
        .prop_map(|([banner, sound, badge], tone, volume)| EventAlerts { banner, sound, badge, tone, volume });
    let mute = proptest::option::of(proptest::option::of(0..9_i64).prop_map(|until_ms| Mute { until_ms }));
    let line = (proptest::option::of(tone), proptest::option::of(0..=100_u8), mute.clone())
        .prop_map(|(tone, volume, mute)| LineAlerts { tone, volume, mute });
    let lines = proptest::collection::btree_map((0..4_u32).prop_map(line_id), line, 0..4);
    let chats = proptest::collection::btree_map((0..4_u32).prop_map(chat_id), mute, 0..4);
    let span = proptest::option::of((0..1_440_u16, 0..=1_440_u16))
        .prop_map(|span| span.map(|(from_minute, to_minute)| QuietSpan { from_minute, to_minute }));
    let quiet = (any::<bool>(), proptest::array::uniform7(span)).prop_map(|(on, days)| QuietHours { on, days });
    let tones = proptest::collection::vec(0..3_u128, 0..3).prop_map(|ids| {
        ids.into_iter().map(|id| OwnTone { id: ToneId(Uuid::from_u128(id)), name: "Bell".into() }).collect::<Vec<_>>()
    });
    let choices = (any::<[bool; 5]>(), 0..3_usize, 0..3_usize, 0..4_usize);
    (proptest::array::uniform8(row), lines, chats, quiet, tones, choices).prop_map(
        |(rows, lines, chats, quiet_hours, own_tones, ([dnd, hide, tray, told, muted], focused, preview, repeat))| {
            let [message, snooze_ended, window_closing, failed_message, review_item, line_down, line_back, stream_lost] = rows;
            let (new_lead, follow_up_due) = (line_back, snooze_ended);
            AlertSettings {
                events: Events {
                    message,
                    snooze_ended,
                    window_closing,
                    new_lead,
                    follow_up_due,
                    failed_message,
                    review_item,
                    line_down,
                    line_back,
                    stream_lost,
                },
                lines: lines.into_iter().filter(|(_, line)| *line != LineAlerts::default()).collect(),
                muted_chats: chats.into_iter().filter_map(|(id, mute)| Some((id, mute?))).collect(),
                muted: muted.then_some(Mute { until_ms: Some(1_700_000_000_000) }),
                quiet_hours,
                follow_system_dnd: dnd,
                hide_text_while_sharing: hide,
                when_focused: [WhenFocused::Nothing, WhenFocused::SoftTone, WhenFocused::Always][focused],
                preview: [Preview::NameAndText, Preview::Name, Preview::Nothing][preview],
                repeat: [Repeat::Off, Repeat::HalfMinute, Repeat::Minute, Repeat::FiveMinutes][repeat],
                own_tones,
                quick_answers: vec![QuickReplyId(Uuid::from_u128(7))],
                close_to_tray: tray,
                tray_explained: told,
            }
        },
    )
}

proptest! {
    #[test]
    fn rows_bring_back_what_was_chosen(before in any_settings(), now in any_settings()) {
        let first = before.rows_since(&AlertSettings::default());
        let second = now.rows_since(&before);
        // A row of a key takes the place of the earlier one, as in the store.
        let rows: std::collections::BTreeMap<_, _> = first.into_iter().chain(second).collect();
        let rows = rows.iter().map(|(key, value)| (key.as_str(), value.as_str()));
        let (mut back, unread) = AlertSettings::from_rows(rows);
        prop_assert!(unread.is_empty(), "{unread:?}");
        back.lines.retain(|_, line| *line != LineAlerts::default());
        prop_assert_eq!(back, now);
    }

    #[test]
    fn whatever_was_stored_reads_as_something(key in "(event|line|chat)\\.[a-z_]{0,9}|[a-z_]{0,16}", json in "\\PC{0,30}|[\\[\\]{}\":,0-9a-z]{0,30}") {
        let key = format!("alerts.{key}");
        let (settings, _) = AlertSettings::from_rows([(key.as_str(), json.as_str())]);
        prop_assert_eq!(settings.muted_chats.len(), 0);
    }
}

#[test]
fn limits_are_told_one_by_one() {
    let check = |change: &dyn Fn(&mut AlertSettings)| {
        let mut settings = AlertSettings::default();
        change(&mut settings);
        settings.check()
    };
    let own = |id| OwnTone { id: ToneId(Uuid::from_u128(id)), name: "Bell".into() };
    assert_eq!(check(&|s| s.events.line_back.volume = 100), Ok(()));
    assert_eq!(check(&|s| s.events.line_back.volume = 101), Err(SettingsError::Volume(101)));
    let loud = LineAlerts { volume: Some(255), ..LineAlerts::default() };
    assert_eq!(check(&|s| s.lines.extend([(line_id(1), loud)])), Err(SettingsError::Volume(255)));
    let unknown = ToneChoice::Own { id: ToneId(Uuid::from_u128(1)) };
    assert_eq!(check(&|s| s.events.message.tone = unknown), Err(SettingsError::UnknownTone));
    let known = |s: &mut AlertSettings| {
        s.events.message.tone = unknown;
        s.own_tones.push(own(1));
    };
    assert_eq!(check(&known), Ok(()));
    assert_eq!(check(&|s| s.own_tones = (0..21).map(own).collect()), Err(SettingsError::TooManyTones));
    assert_eq!(check(&|s| s.own_tones = vec![OwnTone { name: " ".into(), ..own(1) }]), Err(SettingsError::ToneName));
    let answer = |id| QuickReplyId(Uuid::from_u128(id));
    assert_eq!(check(&|s| s.quick_answers = vec![answer(1), answer(2)]), Ok(()));
    assert_eq!(check(&|s| s.quick_answers = vec![answer(1), answer(1)]), Err(SettingsError::QuickAnswers));
    assert_eq!(check(&|s| s.quick_answers = (0..3).map(answer).collect()), Err(SettingsError::QuickAnswers));
    let quiet = |from_minute, to_minute| {
        check(&move |s: &mut AlertSettings| s.quiet_hours.days[6] = Some(QuietSpan { from_minute, to_minute }))
    };
    assert_eq!(quiet(22 * 60, 7 * 60), Ok(()), "over midnight");
    assert_eq!(quiet(0, 1_440), Ok(()), "all day");
    assert_eq!(quiet(600, 600), Err(SettingsError::QuietEmpty(6)));
    assert_eq!(quiet(1_440, 60), Err(SettingsError::QuietMinute(6)));
    assert_eq!(quiet(0, 1_441), Err(SettingsError::QuietMinute(6)));
    let mutes = |s: &mut AlertSettings| {
        s.muted_chats = (0..5_001).map(|id| (chat_id(id), Mute { until_ms: None })).collect();
    };
    assert_eq!(check(&mutes), Err(SettingsError::TooManyMutes));
}

#[test]
fn an_own_tone_is_a_short_small_sound_whatever_its_name_says() {
    let wav = b"RIFF\x24\0\0\0WAVEfmt ";
    let check = |head: &[u8], size, ms| check_own_tone("Doorbell", head, size, ms);
    assert_eq!(check(wav, 2 * 1024 * 1024, 10_000), Ok(SoundFormat::Wav), "up to the limits");
    assert_eq!(check(b"OggS\0\x02", 1, 1), Ok(SoundFormat::Ogg));
    assert_eq!(check(b"ID3\x04", 1, 1), Ok(SoundFormat::Mp3));
    assert_eq!(check(&[0xff, 0xfb, 0x90, 0x64], 1, 1), Ok(SoundFormat::Mp3), "without a tag");
    assert_eq!(check(wav, 2 * 1024 * 1024 + 1, 10_000), Err(SettingsError::SoundTooBig));
    assert_eq!(check(wav, 1_000, 10_001), Err(SettingsError::SoundLength));
    assert_eq!(check(wav, 1_000, 0), Err(SettingsError::SoundLength));
    for head in [b"\x89PNG\r\n\x1a\n".as_slice(), b"<html>", b"", b"RIFF\x24\0\0\0AVI ", &[0xff, 0xd8, 0xff, 0xe0]] {
        assert_eq!(check(head, 1_000, 1_000), Err(SettingsError::NotASound), "{head:?}");
    }
    assert_eq!(check_own_tone(&"x".repeat(61), wav, 1, 1), Err(SettingsError::ToneName));
}

#[test]
fn a_mute_ends_by_itself() {
    let clock = Clock { now_ms: NOON_MS, mono_ms: 0, zone: Zone::UTC };
    let hour_ms = 3_600_000;
    let until = |mute: MuteFor| mute.mute(clock).until_ms;
    assert_eq!(until(MuteFor::OneHour), Some(NOON_MS + hour_ms));
    assert_eq!(until(MuteFor::EightHours), Some(NOON_MS + 8 * hour_ms));
    assert_eq!(until(MuteFor::Tomorrow), Some(NOON_MS + 20 * hour_ms), "08:00, as a snooze until tomorrow");
    assert_eq!(until(MuteFor::Always), None);
    let mute = Mute { until_ms: Some(NOON_MS) };
    assert!(mute.holds(NOON_MS - 1) && !mute.holds(NOON_MS), "at its time it is over");
    assert!(Mute { until_ms: None }.holds(i64::MAX));
}

#[test]
fn errors_have_codes_of_their_own_for_the_catalogue() {
    let all = [
        SettingsError::Volume(101),
        SettingsError::QuietMinute(0),
        SettingsError::QuietEmpty(0),
        SettingsError::UnknownTone,
        SettingsError::ToneName,
        SettingsError::TooManyTones,
        SettingsError::QuickAnswers,
        SettingsError::TooManyMutes,
        SettingsError::NotASound,
        SettingsError::SoundTooBig,
        SettingsError::SoundLength,
    ];
    let codes: std::collections::BTreeSet<&str> = all.iter().map(|error| error.code()).collect();
    assert_eq!(codes.len(), all.len());
}

#[test]
fn the_eight_tones_have_names_in_every_language() {
    for language in 0..3 {
        let names: std::collections::BTreeSet<&str> = Tone::ALL.iter().map(|tone| tone.names()[language]).collect();
        assert_eq!(names.len(), 8, "no two are called alike");
    }
}

#[test]
fn without_a_tone_of_ones_own_each_event_sounds_as_it_came_and_a_line_as_every_message() {
    let own = |number| ToneChoice::Own { id: ToneId(Uuid::from_u128(number)) };
    let tone = |number| OwnTone { id: ToneId(Uuid::from_u128(number)), name: format!("Bell {number}") };
    let (line, other) = (line_id(5), line_id(6));
    let mut settings = AlertSettings { own_tones: vec![tone(1), tone(2), tone(3)], ..AlertSettings::default() };
    settings.events.message.tone = own(1);
    settings.events.message.volume = 33;
    settings.events.line_down.tone = own(2);
    settings.lines.insert(line, LineAlerts { tone: Some(own(1)), volume: Some(50), mute: None });
    settings.lines.insert(other, LineAlerts { tone: Some(own(2)), ..LineAlerts::default() });
    let ids = |numbers: &[u128]| numbers.iter().map(|number| ToneId(Uuid::from_u128(*number))).collect();
    assert_eq!(settings.own_tones_in_use(), ids(&[1, 2]), "the third is in the list alone");

    let without = settings.without_own_tone(ToneId(Uuid::from_u128(1)));
    assert_eq!(without.check(), Ok(()), "nothing asks for what is gone");
    assert_eq!(without.own_tones, [tone(2), tone(3)]);
    assert_eq!(without.events.message.tone, ToneChoice::BuiltIn { tone: Tone::Chime });
    assert_eq!(without.events.message.volume, 33, "as loud as before");
    assert_eq!(without.lines[&line], LineAlerts { tone: None, volume: Some(50), mute: None });
    assert_eq!((without.events.line_down.tone, without.lines[&other].tone), (own(2), Some(own(2))), "the rest stays");
}

#[test]
fn a_tone_is_named_by_what_can_be_read_of_its_file_and_by_no_name_twice() {
    let id = |number| ToneId(Uuid::from_u128(number));
    let named = |wanted: &str, others: &[OwnTone]| OwnTone::named(id(1), wanted, others).map(|tone| tone.name);
    assert_eq!(named("  door\u{202e}\nbell ", &[]).as_deref(), Some("door bell"));
    assert_eq!(named("\u{200b} \u{202e}", &[]), None);
    let long = named(&"ñ".repeat(80), &[]).unwrap();
    assert_eq!(long.chars().count(), 60, "cut, and says so: {long}");
    assert!(long.ends_with('…'));
    let marks = named(&"e\u{301}\u{302}".repeat(60), &[]).unwrap();
    assert!(marks.chars().count() <= 60, "signs that stand on others count as the check counts them");
    let others = [("Bell", 2), ("Bell 2", 3)].map(|(name, number)| OwnTone { id: id(number), name: name.into() });
    assert_eq!(named("Bell", &others).as_deref(), Some("Bell 3"));
    let own = [OwnTone { id: id(1), name: "Bell".into() }];
    assert_eq!(named("Bell", &own).as_deref(), Some("Bell"), "its own name is not taken");
}
