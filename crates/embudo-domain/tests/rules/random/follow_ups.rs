//! What people and time do to follow-ups, at random.

use super::plan::{Planned, words};
use super::steps::CUSTOMERS;
use crate::shop::*;
use embudo_domain::*;
use proptest::prelude::*;
use proptest::sample::select;
use uuid::Uuid;

#[derive(Clone, Debug)]
pub(super) enum FollowUpStep {
    /// `id`: few, so that many are edited. `chat`: whose conversation a message is planned for.
    Save {
        lead: usize,
        id: u8,
        is_message: bool,
        chat: usize,
        in_ms: i64,
        words: u8,
        cancel: bool,
    },
    /// `leads`: some of them, of which some may be one.
    Plan {
        leads: Vec<usize>,
        in_ms: i64,
    },
    Move {
        ids: Vec<usize>,
        in_ms: i64,
    },
    End {
        ids: Vec<usize>,
        done: bool,
    },
    Send {
        pick: usize,
    },
    Due {
        pick: usize,
    },
    PerhapsSent {
        pick: usize,
    },
}

pub(super) fn follow_up_step() -> impl Strategy<Value = FollowUpStep> {
    let in_ms = || select(vec![-HOUR_MS, -1, 0, 60_000, HOUR_MS, 30 * HOUR_MS]);
    let ids = || proptest::collection::vec(any::<usize>(), 1..3);
    prop_oneof![
        6 => (any::<usize>(), 0..5_u8, any::<bool>(), 0..CUSTOMERS.len(), in_ms(), 0..6_u8, any::<bool>()).prop_map(
            |(lead, id, is_message, chat, in_ms, words, cancel)| FollowUpStep::Save {
                lead, id, is_message, chat, in_ms, words, cancel
            }
        ),
        2 => (proptest::collection::vec(any::<usize>(), 1..4), in_ms())
            .prop_map(|(leads, in_ms)| FollowUpStep::Plan { leads, in_ms }),
        2 => (ids(), in_ms()).prop_map(|(ids, in_ms)| FollowUpStep::Move { ids, in_ms }),
        2 => (ids(), any::<bool>()).prop_map(|(ids, done)| FollowUpStep::End { ids, done }),
        2 => any::<usize>().prop_map(|pick| FollowUpStep::Send { pick }),
        4 => any::<usize>().prop_map(|pick| FollowUpStep::Due { pick }),
        1 => any::<usize>().prop_map(|pick| FollowUpStep::PerhapsSent { pick }),
    ]
}

fn pick(shop: &Shop, n: usize) -> Option<FollowUp> {
    let all: Vec<&FollowUp> = shop.world.follow_ups().collect();
    all.get(n % all.len().max(1)).map(|row| (*row).clone())
}

pub(super) fn plan(shop: &mut Shop, step: &FollowUpStep) -> Option<Planned> {
    use Planned::{Hub, Member};
    let all = |shop: &Shop, ids: &[usize]| -> Option<Vec<FollowUpId>> {
        ids.iter().map(|n| pick(shop, *n).map(|row| row.id)).collect()
    };
    Some(match step {
        FollowUpStep::Save { lead, id, is_message, chat, in_ms, words: n, cancel } => {
            let leads: Vec<LeadId> = shop.world.leads().map(|lead| lead.id).collect();
            let lead_id = *leads.get(lead % leads.len().max(1))?;
            let chat = shop.chat_of(CUSTOMERS[*chat])?;
            let (conversation_id, contact_id) = (chat.id, chat.contact_id);
            let message_id = MessageId(shop.id());
            let message = is_message.then(|| PlannedMessage { conversation_id, message_id, body: text(&words(*n)) });
            Member(Act::SaveFollowUp {
                follow_up: Box::new(FollowUp {
                    id: FollowUpId(Uuid::from_u128(0xf0_0000 + u128::from(*id))),
                    lead_id,
                    contact_id,
                    kind: if *is_message { FollowUpKind::Message } else { FollowUpKind::Task },
                    state: FollowUpState::Scheduled,
                    due_at_ms: shop.now_ms + in_ms,
                    note: words(*n),
                    message,
                    cancel_if_reply: *cancel,
                    nudge_of: None,
                    responsible_id: None,
                    created_by: shop.ana.member_id,
                    created_at_ms: shop.now_ms,
                    ended_at_ms: None,
                }),
            })
        }
        FollowUpStep::Plan { leads, in_ms } => {
            let all: Vec<Lead> = shop.world.leads().cloned().collect();
            let picked = leads.iter().map(|n| all.get(n % all.len().max(1)).cloned()).collect::<Option<Vec<Lead>>>()?;
            let row = |shop: &mut Shop, lead: Lead| FollowUp {
                id: FollowUpId(shop.id()),
                lead_id: lead.id,
                contact_id: lead.contact_id,
                kind: FollowUpKind::Task,
                state: FollowUpState::Scheduled,
                due_at_ms: shop.now_ms + in_ms,
                note: words(1),
                message: None,
                cancel_if_reply: true,
                nudge_of: None,
                responsible_id: None,
                created_by: shop.ana.member_id,
                created_at_ms: shop.now_ms,
                ended_at_ms: None,
            };
            Member(Act::PlanFollowUps { follow_ups: picked.into_iter().map(|lead| row(shop, lead)).collect() })
        }
        FollowUpStep::Move { ids, in_ms } => {
            Member(Act::MoveFollowUps { ids: all(shop, ids)?, due_at_ms: shop.now_ms + in_ms })
        }
        FollowUpStep::End { ids, done } => Member(Act::EndFollowUps { ids: all(shop, ids)?, done: *done }),
        FollowUpStep::Send { pick: n } => {
            Member(Act::SendFollowUp { id: pick(shop, *n)?.id, clicked_at_ms: shop.now_ms })
        }
        FollowUpStep::Due { pick: n } => {
            let row = pick(shop, *n)?;
            Hub(HubAct::FollowUpDue { id: row.id, due_at_ms: row.due_at_ms })
        }
        FollowUpStep::PerhapsSent { pick: n } => Hub(HubAct::FollowUpPerhapsSent { id: pick(shop, *n)?.id }),
    })
}
