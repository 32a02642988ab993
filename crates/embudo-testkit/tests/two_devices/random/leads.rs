//! What people do to leads and to what is planned with them.

use super::own::field_to;
use super::run::Ids;
use super::screen::{Screen, any_of_them, pick, place};
use crate::{HOUR_MS, ME};
use embudo_domain::*;
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use uuid::Uuid;

#[derive(Clone, Debug)]
pub enum LeadDeed {
    Status {
        leads: Vec<usize>,
        status: usize,
        reason: Option<usize>,
        note: &'static str,
    },
    Move {
        leads: Vec<usize>,
        stage: usize,
        between: Option<usize>,
    },
    Mark {
        leads: Vec<usize>,
        marker: usize,
    },
    Rate {
        leads: Vec<usize>,
        score: Option<u8>,
    },
    Hand {
        leads: Vec<usize>,
        to_me: bool,
    },
    Fill {
        leads: Vec<usize>,
        field: u8,
        value: Option<u8>,
    },
    /// Status, stage and marker at once.
    Sort {
        lead: usize,
        status: usize,
        stage: usize,
        marker: usize,
    },
    Open {
        contacts: Vec<usize>,
        again: bool,
        joins: bool,
        status: Option<usize>,
        stage: Option<usize>,
    },
    /// `id`: few, so that the other device's are changed as well.
    Plan {
        lead: usize,
        id: u8,
        is_message: bool,
        in_h: i64,
        words: u8,
    },
    PlanMany {
        leads: Vec<usize>,
        in_h: i64,
    },
    Postpone {
        ids: Vec<usize>,
        in_h: i64,
    },
    End {
        ids: Vec<usize>,
        done: bool,
    },
}

pub fn lead_deed() -> impl Strategy<Value = LeadDeed> {
    let leads = || prop_oneof![3 => vec(any_of_them(), 1), 1 => vec(any_of_them(), 2..4)];
    let n = any_of_them;
    let in_h = || 1..30_i64;
    prop_oneof![
        5 => (leads(), n(), option::weighted(0.8, n()), prop_oneof![Just(""), Just("called")])
            .prop_map(|(leads, status, reason, note)| LeadDeed::Status { leads, status, reason, note }),
        5 => (leads(), n(), option::of(n()))
            .prop_map(|(leads, stage, between)| LeadDeed::Move { leads, stage, between }),
        1 => (leads(), n()).prop_map(|(leads, marker)| LeadDeed::Mark { leads, marker }),
        1 => (leads(), option::weighted(0.8, 0..=100_u8)).prop_map(|(leads, score)| LeadDeed::Rate { leads, score }),
        2 => (leads(), any::<bool>()).prop_map(|(leads, to_me)| LeadDeed::Hand { leads, to_me }),
        2 => (leads(), 0..4_u8, option::weighted(0.8, 0..8_u8))
            .prop_map(|(leads, field, value)| LeadDeed::Fill { leads, field, value }),
        1 => (n(), n(), n(), n())
            .prop_map(|(lead, status, stage, marker)| LeadDeed::Sort { lead, status, stage, marker }),
        4 => (vec(n(), 1..3), any::<bool>(), proptest::bool::weighted(0.7), option::of(n()), option::of(n()))
            .prop_map(|(contacts, again, joins, status, stage)| LeadDeed::Open { contacts, again, joins, status, stage }),
        4 => (n(), 0..5_u8, proptest::bool::weighted(0.3), in_h(), 0..3_u8)
            .prop_map(|(lead, id, is_message, in_h, words)| LeadDeed::Plan { lead, id, is_message, in_h, words }),
        1 => (vec(n(), 2..4), in_h()).prop_map(|(leads, in_h)| LeadDeed::PlanMany { leads, in_h }),
        1 => (vec(n(), 1..3), in_h()).prop_map(|(ids, in_h)| LeadDeed::Postpone { ids, in_h }),
        2 => (vec(n(), 1..3), any::<bool>()).prop_map(|(ids, done)| LeadDeed::End { ids, done }),
    ]
}

fn change(lead_ids: Vec<LeadId>, patch: LeadPatch) -> Vec<Act> {
    vec![Act::ChangeLeads { lead_ids, patch, bulk_id: None }]
}

pub async fn acts(deed: &LeadDeed, screen: &Screen<'_>, ids: &mut Ids) -> Option<Vec<Act>> {
    Some(match deed {
        LeadDeed::Status { leads, status, reason, note } => {
            let lead_ids = screen.lead_ids(leads).await?;
            let status = Some(status_to(screen, *status, *reason).await?);
            change(lead_ids, LeadPatch { status, note: (*note).to_owned(), ..LeadPatch::default() })
        }
        LeadDeed::Move { leads, stage, between } => {
            let lead_ids = screen.lead_ids(leads).await?;
            let stage = Some(stage_to(screen, *stage, *between).await?);
            change(lead_ids, LeadPatch { stage, ..LeadPatch::default() })
        }
        LeadDeed::Mark { leads, marker } => {
            let marker = pick(&Marker::ALL, *marker).copied();
            change(screen.lead_ids(leads).await?, LeadPatch { marker, ..LeadPatch::default() })
        }
        LeadDeed::Rate { leads, score } => {
            change(screen.lead_ids(leads).await?, LeadPatch { score: Some(*score), ..LeadPatch::default() })
        }
        LeadDeed::Hand { leads, to_me } => {
            let responsible_id = Some(to_me.then_some(ME.member_id));
            change(screen.lead_ids(leads).await?, LeadPatch { responsible_id, ..LeadPatch::default() })
        }
        LeadDeed::Fill { leads, field, value } => {
            let fields = vec![field_to(*field, *value)];
            change(screen.lead_ids(leads).await?, LeadPatch { fields, ..LeadPatch::default() })
        }
        LeadDeed::Sort { lead, status, stage, marker } => {
            let patch = LeadPatch {
                status: Some(status_to(screen, *status, Some(*marker)).await?),
                stage: Some(stage_to(screen, *stage, None).await?),
                marker: pick(&Marker::ALL, *marker).copied(),
                ..LeadPatch::default()
            };
            change(screen.lead_ids(&[*lead]).await?, patch)
        }
        LeadDeed::Open { contacts, again, joins, status, stage } => {
            let contact_ids = screen.contact_ids(contacts).await?.into_iter();
            let leads =
                contact_ids.map(|contact_id| NewLead { lead_id: LeadId(ids.next()), contact_id, joins: *joins });
            let leads = leads.collect();
            let stage = match stage {
                Some(stage) => stage_to(screen, *stage, None).await,
                None => None,
            };
            let status = match status {
                Some(status) => status_to(screen, *status, None).await,
                None => None,
            };
            let status_id = status.map(|to| to.status_id);
            vec![Act::OpenLeads { leads, status_id, stage, source_id: None, again: *again, note: String::new() }]
        }
        LeadDeed::Plan { lead, id, is_message, in_h, words } => {
            let lead = pick(&screen.leads().await, *lead)?.clone();
            let id = FollowUpId(Uuid::from_u128(0xf0_0000 + u128::from(*id)));
            let mut row = task(screen, &lead, id, *in_h, *words);
            if *is_message {
                let chats = screen.conversations().await;
                let chat = chats.iter().find(|chat| chat.contact_id == lead.contact_id)?;
                row.kind = FollowUpKind::Message;
                row.message = Some(PlannedMessage {
                    conversation_id: chat.id,
                    message_id: MessageId(ids.next()),
                    body: Body::Text { text: format!("Ainda quer? {words}") },
                });
            }
            vec![Act::SaveFollowUp { follow_up: Box::new(row) }]
        }
        LeadDeed::PlanMany { leads, in_h } => {
            let all = screen.leads().await;
            let leads = leads.iter().map(|n| pick(&all, *n)).collect::<Option<Vec<&Lead>>>()?.into_iter();
            let rows = leads.map(|lead| task(screen, lead, FollowUpId(ids.next()), *in_h, 0));
            vec![Act::PlanFollowUps { follow_ups: rows.collect() }]
        }
        LeadDeed::Postpone { ids: picks, in_h } => {
            let due_at_ms = screen.now_ms + in_h * HOUR_MS;
            vec![Act::MoveFollowUps { ids: follow_up_ids(screen, picks).await?, due_at_ms }]
        }
        LeadDeed::End { ids: picks, done } => {
            vec![Act::EndFollowUps { ids: follow_up_ids(screen, picks).await?, done: *done }]
        }
    })
}

async fn follow_up_ids(screen: &Screen<'_>, picks: &[usize]) -> Option<Vec<FollowUpId>> {
    let mut all = screen.follow_ups().await;
    all.sort_by_key(|row| !row.is_open());
    // Mostly one that is still to be done.
    let open = all.iter().filter(|row| row.is_open()).count();
    let all = &all[..(open + 1).min(all.len())];
    picks.iter().map(|n| pick(all, *n).map(|row| row.id)).collect()
}

fn task(screen: &Screen<'_>, lead: &Lead, id: FollowUpId, in_h: i64, words: u8) -> FollowUp {
    FollowUp {
        id,
        lead_id: lead.id,
        contact_id: lead.contact_id,
        kind: FollowUpKind::Task,
        state: FollowUpState::Scheduled,
        due_at_ms: screen.now_ms + in_h * HOUR_MS,
        note: format!("call {words}"),
        message: None,
        cancel_if_reply: words == 0,
        nudge_of: None,
        responsible_id: None,
        created_by: ME.member_id,
        created_at_ms: screen.now_ms,
        ended_at_ms: None,
    }
}

async fn status_to(screen: &Screen<'_>, status: usize, reason: Option<usize>) -> Option<StatusTo> {
    let status = pick(&screen.statuses().await, status)?.clone();
    let reasons = screen.reasons().await;
    let reason = reason.filter(|_| status.category == Category::Lost).and_then(|n| pick(&reasons, n));
    Some(StatusTo { status_id: status.id, reason_id: reason.map(|reason| reason.id) })
}

/// On top, or between two cards that stand there.
async fn stage_to(screen: &Screen<'_>, stage: usize, between: Option<usize>) -> Option<StageTo> {
    let stage_id = pick(&screen.stages().await, stage)?.id;
    let position = match between {
        Some(at) => {
            let leads = screen.leads().await;
            let cards = leads.iter().filter(|lead| lead.state.stage_id == stage_id);
            Some(place(cards.map(|lead| &lead.state.position), at))
        }
        None => None,
    };
    Some(StageTo { stage_id, position })
}
