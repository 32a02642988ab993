//! What is planned about the leads of the data. A closed lead has only what ended (I13).

use super::plan::NOW_MS;
use super::rows::OWNER;
use embudo_domain::*;
use rand::Rng;
use rand_chacha::ChaCha8Rng;
use uuid::Uuid;

const DAY_MS: i64 = 86_400_000;
/// Somebody else of the team.
const OTHER: MemberId = MemberId(Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0004));

/// So many of one lead; without any nothing random is drawn, so that the other data stay the same.
pub fn of(lead: &Lead, conversation_id: ConversationId, many: u32, random: &mut ChaCha8Rng) -> Vec<FollowUp> {
    (0..many).map(|no| one(lead, conversation_id, no, random)).collect()
}

fn one(lead: &Lead, conversation_id: ConversationId, no: u32, random: &mut ChaCha8Rng) -> FollowUp {
    let id = Uuid::new_v5(&lead.id.0, format!("follow-up {no}").as_bytes());
    let is_message = random.random_range(0..10) < 3;
    // The first of an active lead is open; so half of them are, less what is closed.
    let is_open = lead.is_active() && no.is_multiple_of(2);
    let days = match random.random_range(0..100) {
        // A person who is behind, and whose today and tomorrow are full.
        0..=19 => -random.random_range(0.0..30.0),
        20..=24 => random.random_range(0.0..0.5),
        25..=29 => random.random_range(0.5..1.5),
        _ => random.random_range(1.5..200.0),
    };
    let due_at_ms =
        if is_open { NOW_MS + (days * DAY_MS as f64) as i64 } else { NOW_MS - random.random_range(1..400 * DAY_MS) };
    let (state, ended_at_ms) = match (is_open, random.random_range(0..4)) {
        // Nothing is left to the hub that it would have had to do: it was off then.
        (true, _) if is_message && due_at_ms <= NOW_MS => (FollowUpState::Asking, None),
        (true, _) => (FollowUpState::Scheduled, None),
        (false, 0) => (FollowUpState::Canceled { why: CancelWhy::Reply }, Some(due_at_ms)),
        (false, _) => (FollowUpState::Done, Some(due_at_ms)),
    };
    let message = is_message.then(|| PlannedMessage {
        conversation_id,
        message_id: MessageId(Uuid::new_v5(&id, b"message")),
        body: Body::Text { text: "¿Pudiste ver la cotización? Te la guardo hasta el viernes.".to_owned() },
    });
    FollowUp {
        id: FollowUpId(id),
        lead_id: lead.id,
        contact_id: lead.contact_id,
        kind: if is_message { FollowUpKind::Message } else { FollowUpKind::Task },
        state,
        due_at_ms,
        note: if is_message { String::new() } else { "Llamar por la cotización".to_owned() },
        message,
        cancel_if_reply: is_message,
        nudge_of: None,
        responsible_id: Some(if random.random_range(0..2) == 0 { OWNER } else { OTHER }),
        created_by: OWNER,
        created_at_ms: due_at_ms.min(NOW_MS) - DAY_MS,
        ended_at_ms,
    }
}
