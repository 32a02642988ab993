//! What may happen next, at random.

use super::fields::{FieldStep, field_step};
use super::follow_ups::{FollowUpStep, follow_up_step};
use super::imports::{ImportStep, import_step};
use super::people::{PeopleStep, people_step};
use super::sale::{SaleStep, sale_step};
use crate::shop::*;
use embudo_domain::*;
use proptest::prelude::*;
use proptest::sample::select;

pub(super) const CUSTOMERS: [&str; 3] = ["maria", "joao", "li"];
/// Two of them are one number.
pub(super) const PHONES: [&str; 3] = ["+5531988888888", "+553188888888", "+5491123456789"];
const STATUSES: [Delivery; 5] =
    [Delivery::Sent, Delivery::Delivered, Delivery::Read, Delivery::Played, Delivery::Failed];

#[derive(Clone, Debug)]
pub(super) enum Step {
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
        phone: Option<&'static str>,
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
    /// `customers`: one bit each.
    TaggedMany {
        customers: u8,
        tag: u8,
        on: bool,
    },
    PutTag {
        tag: u8,
        name: &'static str,
        keep: bool,
    },
    NoTag {
        tag: u8,
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
    /// Of `views` and `gone` one bit each: two may be put, and two go, at once.
    Views {
        views: u8,
        gone: u8,
        name: &'static str,
        digit: Option<u8>,
        position: &'static str,
    },
    /// `id`: few, so that many are changed. `text` 0: it is deleted.
    Note {
        customer: usize,
        id: u8,
        text: u8,
        call: Option<u16>,
    },
    Wanted {
        wanted: bool,
    },
    Named {
        name: &'static str,
    },
    Sale(SaleStep),
    People(PeopleStep),
    Field(FieldStep),
    FollowUp(FollowUpStep),
    Import(ImportStep),
}

/// Acts that no customer's message and no reading is part of.
pub(super) fn silent_step() -> impl Strategy<Value = Step> {
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
        (0..8_u8, 0..3_u8, any::<bool>()).prop_map(|(customers, tag, on)| Step::TaggedMany { customers, tag, on }),
        (0..4_u8, select(vec!["tag 1", "VÍP", "vip ", ""]), any::<bool>()).prop_map(|(tag, name, keep)| Step::PutTag {
            tag,
            name,
            keep
        }),
        (0..4_u8).prop_map(|tag| Step::NoTag { tag }),
        (customer, words).prop_map(|(customer, words)| Step::Draft { customer, words }),
        (select(vec!["a", "b"]), select(vec!["1", "2", "null"])).prop_map(|(key, value)| Step::Setting { key, value }),
        (0..3_u8, select(vec!["hi", "HI", "bye"])).prop_map(|(reply, shortcut)| Step::QuickReply { reply, shortcut }),
        (0..3_u8).prop_map(|reply| Step::NoQuickReply { reply }),
        (
            0..16_u8,
            select(vec![0, 0, 1, 2, 5]),
            select(vec!["Hot", "HÓT", "Late", ""]),
            select(vec![None, Some(1), Some(2), Some(9), Some(10)]),
            select(vec!["V", "a", "slip"])
        )
            .prop_map(|(views, gone, name, digit, position)| Step::Views {
                views,
                gone,
                name,
                digit,
                position
            }),
        (0..CUSTOMERS.len(), 0..4_u8, 0..6_u8, proptest::option::of(0..1_500_u16))
            .prop_map(|(customer, id, text, call)| Step::Note { customer, id, text, call }),
        any::<bool>().prop_map(|wanted| Step::Wanted { wanted }),
        select(vec!["Flores", "Flores & Cia"]).prop_map(|name| Step::Named { name }),
    ]
}

pub(super) fn talking_step() -> impl Strategy<Value = Step> {
    let customer = 0..CUSTOMERS.len();
    let inbound = (
        customer.clone(),
        0..40_u32,
        select(vec![-100_i64, 0, 0, 0, 1, 30, 5000, 100_000]),
        proptest::bool::weighted(0.2),
        proptest::bool::weighted(0.1),
        proptest::option::weighted(0.3, any::<usize>()),
        any::<bool>(),
        proptest::option::weighted(0.2, select(PHONES.to_vec())),
    )
        .prop_map(|(customer, provider, age_s, from_us, history, echo, quotes, phone)| Step::Inbound {
            phone,
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

pub(super) fn any_step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => talking_step(),
        6 => silent_step(),
        4 => sale_step().prop_map(Step::Sale),
        3 => people_step().prop_map(Step::People),
        3 => field_step().prop_map(Step::Field),
        4 => follow_up_step().prop_map(Step::FollowUp),
        1 => import_step().prop_map(Step::Import),
    ]
}
