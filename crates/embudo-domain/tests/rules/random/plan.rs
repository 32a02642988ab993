//! The act that a random step means in a world, and a world to begin with.

use super::steps::{CUSTOMERS, Step};
use crate::shop::*;
use embudo_domain::rules::{Effects, Stamp};
use embudo_domain::*;
use uuid::Uuid;

#[allow(clippy::large_enum_variant)]
pub(super) enum Planned {
    Member(Act),
    Hub(HubAct),
}

pub(super) fn words(n: u8) -> String {
    ["hello", "price?", "R$ 100", "", "tomorrow", "ok"][n as usize].to_owned()
}

/// The act that a step means in this world; none if what it speaks of is not there.
pub(super) fn plan(shop: &mut Shop, step: &Step) -> Option<Planned> {
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
        Step::Inbound { customer, provider, age_s, from_us, history, echo, quotes, phone } => {
            let mut message = from(CUSTOMERS[*customer], "hi", &format!("{customer}:{provider}"), now_s - age_s);
            (message.from_us, message.history) = (*from_us, *history);
            message.phone_e164 = phone.map(str::to_owned);
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
                seen: None,
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
                ..ContactPatch::default()
            };
            Member(Act::PatchContact { contact_id: chat(shop, customer)?.contact_id, patch, expect: None })
        }
        Step::Blocked { customer, blocked } => {
            Member(Act::SetBlocked { contact_id: chat(shop, customer)?.contact_id, blocked: *blocked })
        }
        Step::Tagged { customer, tag, on } => {
            Member(Act::TagContact { contact_id: chat(shop, customer)?.contact_id, tag_id: tag_id(*tag), on: *on })
        }
        Step::TaggedMany { customers, tag, on } => {
            let meant = (0..CUSTOMERS.len()).filter(|n| customers & (1 << n) != 0);
            let contact_ids = meant.filter_map(|n| Some(chat(shop, &n)?.contact_id)).collect();
            Member(Act::TagContacts { contact_ids, tag_id: tag_id(*tag), on: *on })
        }
        Step::PutTag { tag, name, keep } => {
            let tag = Tag { id: tag_id(*tag), name: (*name).to_owned(), color: "#112233".to_owned() };
            Member(if *keep { Act::KeepTag { tag } } else { Act::PutTag { tag } })
        }
        Step::NoTag { tag } => Member(Act::DeleteTag { id: tag_id(*tag) }),
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
        Step::Views { views, gone, name, digit, position } => {
            let view = |n: u8| SavedView {
                id: view_id(n),
                member_id: shop.ana.member_id,
                // The first of them is called so, and its neighbours something else.
                name: if n == views.trailing_zeros() as u8 { (*name).to_owned() } else { format!("{name} {n}") },
                position: (*position).to_owned(),
                digit: *digit,
                shows: format!("{{\"n\":{n}}}"),
            };
            let bits = |of: u8| (0..4).filter(move |n| of & (1 << n) != 0);
            Member(Act::ChangeViews { put: bits(*views).map(view).collect(), gone: bits(*gone).map(view_id).collect() })
        }
        Step::Note { customer, id, text, call } => {
            let note_id = NoteId(Uuid::from_u128(0x0e_0000 + u128::from(*id)));
            if *text == 0 {
                return Some(Member(Act::DeleteNote { id: note_id, expect: None }));
            }
            let chat = chat(shop, customer)?;
            let (conversation_id, contact_id) = (Some(chat.id).filter(|_| text % 2 == 0), chat.contact_id);
            let outcome = if *text == 1 { CallOutcome::Busy } else { CallOutcome::Answered };
            let call = call.map(|minutes| Call { direction: Direction::Out, outcome, minutes: Some(minutes) });
            let (by, at_ms) = (shop.ana.member_id, shop.now_ms);
            let text = words(*text);
            let note = Note {
                id: note_id,
                contact_id,
                conversation_id,
                by,
                at_ms,
                edited_at_ms: Some(at_ms),
                edited_by: None,
                text,
                call,
            };
            let read = shop.world.notes().find(|old| old.id == note_id);
            Member(Act::SaveNote { note: Box::new(note), expect: read.cloned().map(Box::new) })
        }
        Step::Wanted { wanted } => Member(Act::SetLineWanted { line_id, wanted: *wanted }),
        Step::Sale(step) => Member(super::sale::plan(shop, step)?),
        Step::People(step) => super::people::plan(shop, step)?,
        Step::Field(step) => super::fields::plan(shop, step)?,
        Step::FollowUp(step) => super::follow_ups::plan(shop, step)?,
        Step::Import(step) => Member(super::imports::plan(shop, step)),
        Step::Named { name } => {
            Member(Act::RenameWorkspace { name: (*name).to_owned(), default_country: "BR".to_owned() })
        }
    })
}

pub(super) fn tag_id(n: u8) -> TagId {
    TagId(Uuid::from_u128(60 + u128::from(n)))
}

/// Never acts, and is given leads.
pub(super) const BIA: MemberId = MemberId(Uuid::from_u128(0xb1a));

fn view_id(n: u8) -> SavedViewId {
    SavedViewId(Uuid::from_u128(70 + u128::from(n)))
}

pub(super) fn busy_shop() -> Shop {
    let mut shop = Shop::with_window(Some(DAY_MS));
    let bia = Row::Member(Member { id: BIA, name: "Bia".to_owned(), role: Role::Seller, active: true });
    shop.world.rows.insert(bia.key(), bia);
    for n in 0..3 {
        shop.act(Act::PutTag { tag: Tag { id: tag_id(n), name: format!("tag {n}"), color: "#112233".to_owned() } });
    }
    shop
}

pub(super) fn run(shop: &mut Shop, planned: &Planned, stamp: Stamp) -> Result<Effects, Refusal> {
    match planned {
        Planned::Member(act) => shop.world.apply(act, shop.ana, stamp),
        Planned::Hub(act) => shop.world.apply_hub(act, stamp),
    }
}
