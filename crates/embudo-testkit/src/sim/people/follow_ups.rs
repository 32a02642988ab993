//! What the seller plans, moves, ends and sends.

use super::{Choice, Intent, Screen};
use crate::sim::rng::Dice;
use embudo_domain::*;

pub fn choose(screen: &Screen<'_>, dice: &mut Dice, now_ms: i64, serial: &mut u64) -> Option<Choice> {
    let other = |act| Some(Choice { act, intent: Intent::Other });
    // Often one that is open, now and then one that is over, to see it refused.
    let open: Vec<&FollowUp> = screen.follow_ups.iter().filter(|row| row.is_open()).collect();
    let any = |dice: &mut Dice| if dice.one_in(8) { dice.pick(screen.follow_ups) } else { dice.pick(&open).copied() };
    let due_at_ms = now_ms + dice.between(1_000, 7_200_000);
    match dice.below(9) {
        0..=4 => plan(screen, dice, now_ms, due_at_ms, serial),
        5 => other(Act::MoveFollowUps { ids: vec![any(dice)?.id], due_at_ms }),
        6 => other(Act::EndFollowUps { ids: vec![any(dice)?.id], done: dice.one_in(2) }),
        7 => other(Act::SendFollowUp { id: any(dice)?.id, clicked_at_ms: now_ms }),
        _ => {
            // Taken back as an undo would, of which only some still fit.
            let row = any(dice)?;
            let earlier = FollowUp { due_at_ms, ..row.clone() };
            let step = FollowUpStep { from: Some(Box::new(row.clone())), to: Some(Box::new(earlier)), event: None };
            other(Act::RestoreFollowUps { steps: vec![step] })
        }
    }
}

fn plan(screen: &Screen<'_>, dice: &mut Dice, now_ms: i64, due_at_ms: i64, serial: &mut u64) -> Option<Choice> {
    let lead = dice.pick(screen.leads)?;
    let changed = screen.follow_ups.iter().find(|row| row.lead_id == lead.id && dice.one_in(3));
    let id = changed.map_or_else(|| FollowUpId(dice.id(now_ms)), |row| row.id);
    let mut chats = screen.conversations.iter().filter(|chat| chat.contact_id == lead.contact_id);
    let chat = chats.next().filter(|_| !dice.one_in(3));
    *serial += 1;
    let text = format!("planned {serial}");
    let message_id = changed.and_then(|row| row.message.as_ref()).map(|message| message.message_id);
    let message_id = message_id.unwrap_or_else(|| MessageId(dice.id(now_ms)));
    let message = chat.map(|chat| PlannedMessage {
        conversation_id: chat.id,
        message_id,
        body: Body::Text { text: text.clone() },
    });
    let intent = if message.is_some() { Intent::Plan { message_id } } else { Intent::Other };
    let follow_up = FollowUp {
        id,
        lead_id: lead.id,
        contact_id: lead.contact_id,
        kind: if message.is_some() { FollowUpKind::Message } else { FollowUpKind::Task },
        state: FollowUpState::Scheduled,
        due_at_ms,
        note: text,
        message,
        cancel_if_reply: dice.one_in(2),
        nudge_of: None,
        responsible_id: None,
        created_by: screen.member_id,
        created_at_ms: now_ms,
        ended_at_ms: None,
    };
    // As one of many, whose others can't.
    if changed.is_none() && dice.one_in(4) {
        let other = FollowUp { id: FollowUpId(dice.id(now_ms)), lead_id: LeadId(dice.id(now_ms)), ..follow_up.clone() };
        return Some(Choice { act: Act::PlanFollowUps { follow_ups: vec![follow_up, other] }, intent });
    }
    Some(Choice { act: Act::SaveFollowUp { follow_up: Box::new(follow_up) }, intent })
}
