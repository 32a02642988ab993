//! Properties over random histories: whatever people, channels and clocks do, the invariants
//! of product.md 3.4 hold after every single act.

#![allow(clippy::unwrap_used)]

use crate::shop::*;
use embudo_domain::model::World;
use embudo_domain::rules::{Effects, Job, ON_PURPOSE, PhoneRead, Stamp, phone_key, read_phone};
use embudo_domain::*;
use proptest::prelude::*;
use proptest::sample::select;
use std::collections::BTreeMap;
use uuid::Uuid;

const CUSTOMERS: [&str; 3] = ["maria", "joao", "li"];
const STATUSES: [Delivery; 5] =
    [Delivery::Sent, Delivery::Delivered, Delivery::Read, Delivery::Played, Delivery::Failed];

#[derive(Clone, Debug)]
enum Step {
    Pass(i64),
    /// `provider`: few ids, so that many are redelivered.
    Inbound {
        customer: usize,
        provider: u32,
        age_s: i64,
        from_us: bool,
        history: bool,
        echo: Option<usize>,
        quotes: bool,
    },
    Edited {
        message: usize,
        words: u8,
        age_s: i64,
    },
    Deleted {
        message: usize,
    },
    Reacted {
        message: usize,
        emoji: &'static str,
        from_us: bool,
    },
    Reported {
        message: usize,
        status: Delivery,
        by_key: bool,
        by_provider: bool,
    },
    Started {
        message: usize,
        attempt: u32,
    },
    Ended {
        message: usize,
        attempt: u32,
        outcome: u8,
    },
    EditEnded {
        message: usize,
        words: u8,
        refused: bool,
    },
    Aged {
        message: usize,
    },
    SnoozeDue {
        customer: usize,
    },
    LineChanged {
        state: u8,
    },
    Send {
        customer: usize,
        when: SendWhen,
        words: u8,
    },
    OnMessage {
        message: usize,
        what: u8,
    },
    SetState {
        customer: usize,
        state: u8,
        until_ms: i64,
    },
    Read {
        customer: usize,
        up_to: i64,
    },
    Unread {
        customer: usize,
    },
    NoReply {
        customer: usize,
    },
    Patch {
        customer: usize,
        name: Option<&'static str>,
        phone: Option<&'static str>,
        email: Option<&'static str>,
        saved: Option<bool>,
    },
    Blocked {
        customer: usize,
        blocked: bool,
    },
    Tagged {
        customer: usize,
        tag: u8,
        on: bool,
    },
    Draft {
        customer: usize,
        words: u8,
    },
    Setting {
        key: &'static str,
        value: &'static str,
    },
    QuickReply {
        reply: u8,
        shortcut: &'static str,
    },
    NoQuickReply {
        reply: u8,
    },
    Wanted {
        wanted: bool,
    },
    Named {
        name: &'static str,
    },
}

/// Acts that no customer's message and no reading is part of.
fn silent_step() -> impl Strategy<Value = Step> {
    let customer = 0..CUSTOMERS.len();
    let words = 0..6_u8;
    prop_oneof![
        (0..2 * HOUR_MS).prop_map(Step::Pass),
        (any::<usize>(), words.clone(), 0..100_i64).prop_map(|(message, words, age_s)| Step::Edited {
            message,
            words,
            age_s
        }),
        any::<usize>().prop_map(|message| Step::Deleted { message }),
        (any::<usize>(), select(vec!["👍", "🙏", ""]), any::<bool>())
            .prop_map(|(message, emoji, from_us)| Step::Reacted { message, emoji, from_us }),
        (any::<usize>(), select(STATUSES.to_vec()), any::<bool>(), any::<bool>())
            .prop_map(|(message, status, by_key, by_provider)| Step::Reported { message, status, by_key, by_provider }),
        (any::<usize>(), 0..3_u32).prop_map(|(message, attempt)| Step::Started { message, attempt }),
        (any::<usize>(), 0..3_u32, 0..5_u8).prop_map(|(message, attempt, outcome)| Step::Ended {
            message,
            attempt,
            outcome
        }),
        (any::<usize>(), words.clone(), any::<bool>()).prop_map(|(message, words, refused)| Step::EditEnded {
            message,
            words,
            refused
        }),
        any::<usize>().prop_map(|message| Step::Aged { message }),
        customer.clone().prop_map(|customer| Step::SnoozeDue { customer }),
        (0..4_u8).prop_map(|state| Step::LineChanged { state }),
        (any::<usize>(), 0..10_u8).prop_map(|(message, what)| Step::OnMessage { message, what }),
        (customer.clone(), 0..5_u8, 0..DAY_MS).prop_map(|(customer, state, until_ms)| Step::SetState {
            customer,
            state,
            until_ms
        }),
        customer.clone().prop_map(|customer| Step::NoReply { customer }),
        (
            customer.clone(),
            proptest::option::of(select(vec!["Maria", "", "Zoë"])),
            proptest::option::of(select(vec!["(31) 98888-8888", "+55 31 8888-8888", "desk 7", ""])),
            proptest::option::of(select(vec!["a@b.co", "", "slip"])),
            proptest::option::of(any::<bool>()),
        )
            .prop_map(|(customer, name, phone, email, saved)| Step::Patch {
                customer,
                name,
                phone,
                email,
                saved
            }),
        (customer.clone(), any::<bool>()).prop_map(|(customer, blocked)| Step::Blocked { customer, blocked }),
        (customer.clone(), 0..3_u8, any::<bool>()).prop_map(|(customer, tag, on)| Step::Tagged { customer, tag, on }),
        (customer, words).prop_map(|(customer, words)| Step::Draft { customer, words }),
        (select(vec!["a", "b"]), select(vec!["1", "2", "null"])).prop_map(|(key, value)| Step::Setting { key, value }),
        (0..3_u8, select(vec!["hi", "HI", "bye"])).prop_map(|(reply, shortcut)| Step::QuickReply { reply, shortcut }),
        (0..3_u8).prop_map(|reply| Step::NoQuickReply { reply }),
        any::<bool>().prop_map(|wanted| Step::Wanted { wanted }),
        select(vec!["Flores", "Flores & Cia"]).prop_map(|name| Step::Named { name }),
    ]
}

fn talking_step() -> impl Strategy<Value = Step> {
    let customer = 0..CUSTOMERS.len();
    let inbound = (
        customer.clone(),
        0..40_u32,
        select(vec![-100_i64, 0, 0, 0, 1, 30, 5000, 100_000]),
        proptest::bool::weighted(0.2),
        proptest::bool::weighted(0.1),
        proptest::option::weighted(0.3, any::<usize>()),
        any::<bool>(),
    )
        .prop_map(|(customer, provider, age_s, from_us, history, echo, quotes)| Step::Inbound {
            customer,
            provider,
            age_s,
            from_us,
            history,
            echo,
            quotes,
        });
    prop_oneof![
        3 => inbound,
        2 => (customer.clone(), select(vec![SendWhen::Now, SendWhen::Now, SendWhen::TheyReply]), 0..6_u8)
            .prop_map(|(customer, when, words)| Step::Send { customer, when, words }),
        1 => (customer.clone(), 0..8_i64).prop_map(|(customer, up_to)| Step::Read { customer, up_to }),
        1 => customer.prop_map(|customer| Step::Unread { customer }),
    ]
}

fn any_step() -> impl Strategy<Value = Step> {
    prop_oneof![2 => talking_step(), 3 => silent_step()]
}

#[allow(clippy::large_enum_variant)]
enum Planned {
    Member(Act),
    Hub(HubAct),
}

fn words(n: u8) -> String {
    ["hello", "price?", "R$ 100", "", "tomorrow", "ok"][n as usize].to_owned()
}

/// The act that a step means in this world; none if what it speaks of is not there.
fn plan(shop: &mut Shop, step: &Step) -> Option<Planned> {
    use Planned::{Hub, Member};
    let line_id = shop.line;
    let messages: Vec<MessageId> =
        shop.world.messages().filter(|m| m.direction != Direction::Event).map(|m| m.id).collect();
    let pick = |n: &usize| messages.get(n % messages.len().max(1)).copied();
    let chat = |shop: &Shop, customer: &usize| shop.chat_of(CUSTOMERS[*customer]).cloned();
    let now_s = shop.now_s();
    Some(match step {
        Step::Pass(ms) => {
            shop.pass(*ms);
            return None;
        }
        Step::Inbound { customer, provider, age_s, from_us, history, echo, quotes } => {
            let mut message = from(CUSTOMERS[*customer], "hi", &format!("{customer}:{provider}"), now_s - age_s);
            (message.from_us, message.history) = (*from_us, *history);
            message.client_key = echo.as_ref().and_then(pick);
            // An echo of a send that is under way, half of them without our key.
            if let (Some(id), true) = (message.client_key, *from_us)
                && shop.message(id).direction == Direction::Out
            {
                let chat = shop.message(id).conversation_id;
                let customer = CUSTOMERS.iter().find(|name| shop.chat_of(name).is_some_and(|row| row.id == chat))?;
                (message.external_id, message.provider_id) = ((*customer).to_owned(), format!("o{id}"));
                message.client_key = message.client_key.filter(|_| *quotes);
            }
            message.reply_to_provider_id = quotes.then(|| format!("{customer}:{}", provider / 2));
            Hub(shop.inbound(message))
        }
        Step::Edited { message, words: n, age_s } => {
            let provider_id = shop.message(pick(message)?).provider_id.clone()?;
            Hub(HubAct::Edited { line_id, provider_id, body: text(&words(*n)), at_s: now_s - age_s })
        }
        Step::Deleted { message } => {
            let provider_id = shop.message(pick(message)?).provider_id.clone()?;
            Hub(HubAct::Deleted { line_id, provider_id, at_s: now_s })
        }
        Step::Reacted { message, emoji, from_us } => {
            let provider_id = shop.message(pick(message)?).provider_id.clone()?;
            Hub(HubAct::Reacted { line_id, provider_id, emoji: (*emoji).to_owned(), from_us: *from_us })
        }
        Step::Reported { message, status, by_key, by_provider } => {
            let id = pick(message)?;
            let provider_id = by_provider.then(|| shop.message(id).provider_id.clone().unwrap_or(format!("o{id}")));
            let error = (*status == Delivery::Failed).then(|| error("WINDOW_CLOSED"));
            Hub(HubAct::Reported {
                line_id,
                provider_id,
                client_key: by_key.then_some(id),
                status: *status,
                at_s: now_s,
                error,
            })
        }
        Step::Started { message, attempt } => {
            let id = pick(message)?;
            Hub(HubAct::SendStarted { message_id: id, attempt: shop.message(id).attempt.saturating_sub(*attempt / 2) })
        }
        Step::Ended { message, attempt, outcome } => {
            let id = pick(message)?;
            let outcome = match outcome {
                0 | 1 => SendOutcome::Sent { provider_id: format!("o{id}"), at_s: now_s - 1 },
                2 => SendOutcome::Failed { error: error("WINDOW_CLOSED") },
                3 => SendOutcome::NotSent,
                _ => SendOutcome::Unknown { detail: None },
            };
            Hub(HubAct::SendEnded {
                message_id: id,
                attempt: shop.message(id).attempt.saturating_sub(*attempt / 2),
                outcome,
            })
        }
        Step::EditEnded { message, words: n, refused } => {
            let error = refused.then(|| error("TOO_LATE"));
            // The rules send no edit without words.
            let text = Some(words(*n)).filter(|text| !text.is_empty())?;
            Hub(HubAct::EditEnded { message_id: pick(message)?, text, error })
        }
        Step::Aged { message } => Hub(HubAct::Aged { message_id: pick(message)? }),
        Step::SnoozeDue { customer } => {
            let chat = chat(shop, customer)?;
            let ConversationState::Snoozed { until_ms: Some(until_ms), .. } = chat.state else { return None };
            Hub(HubAct::SnoozeDue { conversation_id: chat.id, until_ms })
        }
        Step::LineChanged { state } => {
            let code = "NETWORK".to_owned();
            let state = match state {
                0 => LineState::Connecting,
                1 => LineState::Degraded { code },
                2 => LineState::Disconnected { code },
                _ => LineState::Connected,
            };
            Hub(HubAct::LineChanged { line_id, state })
        }
        Step::Send { customer, when, words: n } => {
            chat(shop, customer)?;
            Member(shop.sending(CUSTOMERS[*customer], &words(*n), *when))
        }
        Step::OnMessage { message, what } => {
            let message_id = pick(message)?;
            Member(match what {
                0 => Act::RetryMessage { message_id },
                1 => Act::CancelMessage { message_id },
                2 => Act::ReleaseMessage { message_id },
                3 => Act::DiscardMessage { message_id },
                4 => Act::EditMessage { message_id, text: "edited".to_owned() },
                7 => Act::EditMessage { message_id, text: "edited again".to_owned() },
                8 => Act::RestoreMessage { message_id, to: Delivery::Queued },
                9 => Act::RestoreMessage { message_id, to: Delivery::Failed },
                _ => Act::SettleMessage { message_id, arrived: *what == 5 },
            })
        }
        Step::SetState { customer, state, until_ms } => {
            let (by, until_ms) = (shop.ana.member_id, Some(shop.now_ms + until_ms));
            let to = match state {
                0 => ConversationState::Open,
                1 => ConversationState::Snoozed { until_ms, until_reply: true, by },
                2 => ConversationState::Snoozed { until_ms: None, until_reply: true, by },
                3 => ConversationState::Snoozed { until_ms, until_reply: false, by },
                _ => ConversationState::Closed { reason: Some("Sold".to_owned()) },
            };
            Member(Act::SetConversationState {
                conversation_id: chat(shop, customer)?.id,
                to,
                expect: None,
                undoes: None,
            })
        }
        Step::Read { customer, up_to } => {
            Member(Act::MarkRead { conversation_id: chat(shop, customer)?.id, up_to: *up_to })
        }
        Step::Unread { customer } => Member(Act::MarkUnread { conversation_id: chat(shop, customer)?.id }),
        Step::NoReply { customer } => Member(Act::NoReplyNeeded { conversation_id: chat(shop, customer)?.id }),
        Step::Patch { customer, name, phone, email, saved } => {
            let patch = ContactPatch {
                display_name: name.map(str::to_owned),
                phone: phone.map(str::to_owned),
                email: email.map(str::to_owned),
                about: None,
                saved: *saved,
            };
            Member(Act::PatchContact { contact_id: chat(shop, customer)?.contact_id, patch, expect: None })
        }
        Step::Blocked { customer, blocked } => {
            Member(Act::SetBlocked { contact_id: chat(shop, customer)?.contact_id, blocked: *blocked })
        }
        Step::Tagged { customer, tag, on } => {
            Member(Act::TagContact { contact_id: chat(shop, customer)?.contact_id, tag_id: tag_id(*tag), on: *on })
        }
        Step::Draft { customer, words: n } => {
            let draft = Draft {
                conversation_id: chat(shop, customer)?.id,
                member_id: shop.ana.member_id,
                message_id: MessageId(shop.id()),
                text: words(*n),
                attachments: Vec::new(),
                reply_to: None,
                updated_at_ms: shop.now_ms,
            };
            Member(Act::SaveDraft { draft })
        }
        Step::Setting { key, value } => Member(Act::PutSetting { key: (*key).to_owned(), value: (*value).to_owned() }),
        Step::QuickReply { reply, shortcut } => {
            let reply = QuickReply {
                id: QuickReplyId(Uuid::from_u128(50 + u128::from(*reply))),
                shortcut: (*shortcut).to_owned(),
                title: String::new(),
                body: "body".to_owned(),
                attachments: Vec::new(),
                updated_at_ms: shop.now_ms,
            };
            Member(Act::PutQuickReply { reply, expect: None })
        }
        Step::NoQuickReply { reply } => {
            Member(Act::DeleteQuickReply { id: QuickReplyId(Uuid::from_u128(50 + u128::from(*reply))) })
        }
        Step::Wanted { wanted } => Member(Act::SetLineWanted { line_id, wanted: *wanted }),
        Step::Named { name } => {
            Member(Act::RenameWorkspace { name: (*name).to_owned(), default_country: "BR".to_owned() })
        }
    })
}

fn tag_id(n: u8) -> TagId {
    TagId(Uuid::from_u128(60 + u128::from(n)))
}

fn busy_shop() -> Shop {
    let mut shop = Shop::with_window(Some(DAY_MS));
    for n in 0..3 {
        shop.act(Act::PutTag { tag: Tag { id: tag_id(n), name: format!("tag {n}"), color: "#112233".to_owned() } });
    }
    shop
}

fn run(shop: &mut Shop, planned: &Planned, stamp: Stamp) -> Result<Effects, Refusal> {
    match planned {
        Planned::Member(act) => shop.world.apply(act, shop.ana, stamp),
        Planned::Hub(act) => shop.world.apply_hub(act, stamp),
    }
}

fn unread(world: &World) -> BTreeMap<ConversationId, (i64, bool)> {
    world.conversations().map(|chat| (chat.id, (chat.unread(), chat.manual_unread))).collect()
}

/// The rows in which two worlds differ, for a message that can be read.
fn differing(left: &BTreeMap<RowKey, Row>, right: &BTreeMap<RowKey, Row>) -> Vec<String> {
    let keys: std::collections::BTreeSet<&RowKey> = left.keys().chain(right.keys()).collect();
    let pairs = keys.into_iter().map(|key| (left.get(key), right.get(key)));
    pairs.filter(|(left, right)| left != right).map(|(left, right)| format!("{left:?}\n  is not\n{right:?}")).collect()
}

/// The rows without what every act leaves behind: event lines, their numbers, the time line.
fn without_history(world: &World) -> BTreeMap<RowKey, Row> {
    let rows =
        world.rows.iter().filter(|(_, row)| !matches!(row, Row::Message(row) if row.direction == Direction::Event));
    rows.map(|(key, row)| {
        let mut row = row.clone();
        match &mut row {
            Row::Conversation(row) => {
                row.head_seq = 0;
                // Which of ours is to answer them is told by their order, which an undo changes.
                let owed = row.pending_answers.drain(..).filter_map(|pending| pending.since_ms);
                row.waiting_since_ms = owed.chain(row.waiting_since_ms).min();
            }
            Row::Message(row) => {
                row.timeline.clear();
                row.attempt = 0;
                // To take a correction back is one more, to the words that stand there.
                let stands = |wanted: &WantedEdit| row.body == text(&wanted.text);
                row.wanted_edit = row.wanted_edit.take().filter(|wanted| wanted.error.is_some() || !stands(wanted));
            }
            // A line that is wanted again has to connect again.
            Row::Line(row) if row.state != (LineState::Disconnected { code: ON_PURPOSE.to_owned() }) => {
                row.state = LineState::Connected
            }
            _ => {}
        }
        (*key, row)
    })
    .collect()
}

/// I8 as the time line tells it: within an attempt the rank rises; it falls only to wait again.
fn delivery_faults(message: &Message) -> Vec<String> {
    let mut faults = Vec::new();
    for pair in message.timeline.windows(2) {
        let (from, to) = (&pair[0], &pair[1]);
        let waits_again = matches!(
            (from.status, to.status),
            (Delivery::Sending | Delivery::Unknown | Delivery::NeedsOk | Delivery::WaitingReply, Delivery::Queued)
                | (Delivery::Queued, Delivery::NeedsOk)
        );
        let edit_refused = from.status == to.status && to.error.is_some();
        if to.attempt == from.attempt && !waits_again && !edit_refused && to.status.rank() <= from.status.rank() {
            faults.push(format!("{} went from {:?} back to {:?}", message.id, from.status, to.status));
        }
        let undone = from.status == Delivery::Canceled
            && matches!(to.status, Delivery::NeedsOk | Delivery::WaitingReply | Delivery::Queued);
        let next = to.attempt == from.attempt + 1 && (undone || to.status == Delivery::Queued);
        if to.attempt != from.attempt && !next {
            faults
                .push(format!("{} jumped from attempt {} to {} {:?}", message.id, from.attempt, to.attempt, to.status));
        }
    }
    if message.direction == Direction::Out && message.timeline.last().map(|mark| mark.status) != Some(message.delivery)
    {
        faults.push(format!("{} is {:?}, its time line ends otherwise", message.id, message.delivery));
    }
    faults
}

/// Every message that is to leave has one job; nothing that left or ended has any.
fn job_faults(shop: &Shop) -> Vec<String> {
    let mut faults = Vec::new();
    for message in shop.world.messages() {
        let jobs = shop
            .world
            .jobs
            .iter()
            .filter(|job| matches!(job, Job::Send { message_id, .. } if *message_id == message.id))
            .count();
        let expected = match message.delivery {
            Delivery::Queued => 1..=1,
            // Blocks its conversation until a person speaks; the worker holds the other.
            Delivery::NeedsOk | Delivery::Sending => 0..=1,
            _ => 0..=0,
        };
        if !expected.contains(&jobs) {
            faults.push(format!("{} is {:?} and has {jobs} jobs", message.id, message.delivery));
        }
    }
    faults
}

/// `PROPTEST_CASES` asks for more than the usual 256.
fn config() -> ProptestConfig {
    ProptestConfig { failure_persistence: None, ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn every_history_keeps_the_invariants(steps in proptest::collection::vec(any_step(), 1..80)) {
        let mut shop = busy_shop();
        for step in &steps {
            let Some(planned) = plan(&mut shop, step) else { continue };
            let stamp = shop.stamp();
            let before = shop.world.clone();
            let outcome = run(&mut shop, &planned, stamp);
            let harmless = match &outcome { Err(_) => true, Ok(effects) => effects.parked };
            prop_assert!(!harmless || shop.world == before, "{step:?} was refused or parked and changed something");
            let mut faults = shop.world.faults();
            faults.extend(shop.world.messages().flat_map(delivery_faults));
            faults.extend(job_faults(&shop));
            prop_assert!(faults.is_empty(), "after {step:?}: {faults:#?}");
        }
    }

    #[test]
    fn the_same_act_twice_is_the_same_act_once(steps in proptest::collection::vec(any_step(), 1..60)) {
        let mut shop = busy_shop();
        for step in &steps {
            let Some(planned) = plan(&mut shop, step) else { continue };
            let stamp = shop.stamp();
            drop(run(&mut shop, &planned, stamp));
            let once = shop.world.clone();
            drop(run(&mut shop, &planned, stamp));
            prop_assert!(shop.world == once, "{step:?} a second time changed {:#?}", differing(&shop.world.rows, &once.rows));
        }
    }

    #[test]
    fn undo_restores_every_row_exactly(steps in proptest::collection::vec(any_step(), 1..60)) {
        let mut shop = busy_shop();
        for step in &steps {
            let Some(planned) = plan(&mut shop, step) else { continue };
            let stamp = shop.stamp();
            let before = without_history(&shop.world);
            let Ok(Effects { inverse: Some(inverse), .. }) = run(&mut shop, &planned, stamp) else { continue };
            let after = without_history(&shop.world);
            let mut undone = shop.clone();
            let undo = undone.try_act(inverse.clone());
            prop_assert!(undo.is_ok(), "undo of {step:?} was refused: {undo:?}");
            let left = differing(&without_history(&undone.world), &before);
            prop_assert!(left.is_empty(), "{step:?} and its undo {inverse:?} do not leave the rows as they were: {left:#?}");
            let Ok(Effects { inverse: Some(redo), .. }) = undo else { continue };
            undone.act(redo);
            let left = differing(&without_history(&undone.world), &after);
            prop_assert!(left.is_empty(), "redo does not do {step:?} again: {left:#?}");
        }
    }

    #[test]
    fn unread_changes_only_by_messages_and_by_reading(steps in proptest::collection::vec(any_step(), 1..80)) {
        let mut shop = busy_shop();
        for step in &steps {
            let Some(planned) = plan(&mut shop, step) else { continue };
            let stamp = shop.stamp();
            let before = unread(&shop.world);
            drop(run(&mut shop, &planned, stamp));
            for (id, (now, by_hand)) in unread(&shop.world) {
                let (was, was_by_hand) = before.get(&id).copied().unwrap_or((0, false));
                let lawful = match step {
                    Step::Inbound { from_us: false, history: false, .. } => (was..=was + 1).contains(&now) && by_hand == was_by_hand,
                    Step::Inbound { history: true, .. } => now == was && by_hand == was_by_hand,
                    Step::Inbound { .. } | Step::Send { .. } => (now, by_hand) == (was, was_by_hand) || (now, by_hand) == (0, false),
                    Step::Read { .. } => now <= was && (by_hand == was_by_hand || !by_hand),
                    Step::Unread { .. } => now == was,
                    _ => (now, by_hand) == (was, was_by_hand),
                };
                prop_assert!(lawful, "{step:?} took unread from {was} {was_by_hand} to {now} {by_hand} (I9)");
            }
        }
    }

    #[test]
    fn any_typing_reads_as_some_number_or_is_kept(
        typed in prop_oneof!["\\PC{0,70}", "[+0-9 ()./x-]{0,24}", "\\+(55|54|52|34|1|49)[0-9]{6,11}"],
        country in select(vec!["BR", "AR", "MX", "US", "ES", "", "zz", "é"]),
    ) {
        match read_phone(&typed, country) {
            Ok(PhoneRead::Number(e164)) => {
                prop_assert!(e164.starts_with('+') && e164[1..].bytes().all(|byte| byte.is_ascii_digit()), "{e164} is E.164");
                let again = read_phone(&e164, country);
                prop_assert_eq!(again, Ok(PhoneRead::Number(e164.clone())), "a number read again is itself, or undo would change it");
                prop_assert_eq!(phone_key(&phone_key(&e164)), phone_key(&e164), "and a key is its own key");
            }
            Ok(PhoneRead::Text(kept)) => prop_assert_eq!(kept, typed.trim(), "what is no number is kept as typed"),
            Ok(PhoneRead::Empty) => prop_assert!(typed.trim().is_empty(), "only nothing is nothing"),
            Err(refusal) => {
                let digits = typed.chars().any(|c| c.is_ascii_digit());
                prop_assert!(refusal == Refusal::PhoneInvalid && (!digits || typed.trim().chars().count() > 60), "{typed:?} has digits");
            }
        }
    }

    #[test]
    fn the_thread_does_not_tell_the_order_of_delivery(
        times in proptest::collection::vec(0..40_i64, 1..30),
        seed in any::<u64>(),
    ) {
        let messages: Vec<InboundMessage> = times.iter().enumerate()
            .map(|(n, at)| from("maria", &format!("m{n}"), &format!("p{n}"), NOON_S + at * 1000 + n as i64))
            .collect();
        let mut shuffled = messages.clone();
        shuffled.sort_by_key(|message| message.provider_id.bytes().fold(seed, |hash, byte| hash.wrapping_mul(0x100_0000_01b3) ^ u64::from(byte)));
        let read = |messages: &[InboundMessage]| {
            let mut shop = Shop::open();
            shop.pass(100_000_000);
            for message in messages {
                shop.arrives(message.clone());
            }
            let texts: Vec<String> = shop.thread("maria").into_iter().filter(|line| !line.starts_with('[')).collect();
            let chat = shop.chat("maria").clone();
            (texts, chat.unread(), chat.last_inbound_s, chat.waiting_since_ms, chat.preview.map(|preview| preview.text))
        };
        prop_assert_eq!(read(&messages), read(&shuffled), "only provider time decides (I7)");
    }
}

/// A shop in which every customer wrote, one chat is read, one is marked by hand.
fn shop_with_unread() -> Shop {
    let mut shop = busy_shop();
    for (n, customer) in CUSTOMERS.iter().enumerate() {
        for _ in 0..=n {
            shop.writes(customer, "hi");
        }
    }
    let conversation_id = shop.conversation_id("maria");
    shop.act(Act::MarkRead { conversation_id, up_to: 1 });
    shop.act(Act::MarkUnread { conversation_id });
    shop
}

#[test]
fn golden_12_ten_thousand_acts_that_are_no_message_leave_unread_as_it_was() {
    use proptest::strategy::ValueTree;
    use proptest::test_runner::TestRunner;
    let mut runner = TestRunner::deterministic();
    let (mut ran, mut took_effect) = (0, 0);
    while ran < 10_000 {
        let mut shop = shop_with_unread();
        let before = unread(&shop.world);
        for _ in 0..250 {
            let step = silent_step().new_tree(&mut runner).unwrap().current();
            let Some(planned) = plan(&mut shop, &step) else { continue };
            let stamp = shop.stamp();
            ran += 1;
            if run(&mut shop, &planned, stamp).is_ok_and(|effects| !effects.changes.is_empty()) {
                took_effect += 1;
            }
            assert_eq!(unread(&shop.world), before, "{step:?} is no message and no reading (I9)");
        }
    }
    assert!(took_effect >= 3_000, "enough of them did something: {took_effect} of {ran}");
}
