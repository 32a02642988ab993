//! The seller brings chats in that were exported elsewhere, and takes them back.

use super::{Choice, Intent, Screen};
use crate::sim::rng::Dice;
use embudo_domain::*;
use uuid::Uuid;

/// Minutes in which something was said; few, so that exports of one chat overlap.
const MINUTES: i64 = 24;
/// Long before the simulation begins.
const SAID_S: i64 = 1_760_000_000;

/// What was said in a minute: the same in every export, whoever brings it.
pub fn said(minute: i64) -> ImportMessage {
    ImportMessage {
        key: Uuid::from_u128(0x5a1d_0000 + minute.unsigned_abs() as u128),
        at_s: SAID_S + minute * 60,
        from_us: minute % 3 == 1,
        body: Body::Text { text: format!("said {minute}") },
        edited: minute % 7 == 0,
        deleted: minute % 11 == 10,
    }
}

/// What a message of a conversation of history must have been.
pub fn what_was(message: &Message) -> Option<ImportMessage> {
    let of_minute =
        |minute: &i64| message.id.0 == Uuid::new_v5(&message.conversation_id.0, said(*minute).key.as_bytes());
    (0..MINUTES).find(of_minute).map(said)
}

pub fn choose(screen: &Screen<'_>, dice: &mut Dice, now_ms: i64) -> Option<Choice> {
    let other = |act| Some(Choice { act, intent: Intent::Other });
    // The next part of one that is under way, the same part twice, or one that goes back.
    let import = dice.pick(screen.imports);
    let part = |dice: &mut Dice, import: &Import| dice.below(u64::from(import.parts) + 1) as u32;
    if let Some(import) = import.filter(|_| dice.one_in(4)) {
        return other(Act::UndoImport { import_id: import.id, part: part(dice, import) });
    }
    let (import_id, part) = match import.filter(|_| dice.one_in(2)) {
        Some(import) => (import.id, part(dice, import)),
        None => (ImportId(dice.id(now_ms)), 0),
    };
    let from = dice.between(0, MINUTES);
    other(Act::ImportChat {
        import_id,
        part,
        file_name: "chat.zip".to_owned(),
        contact_id: dice.pick(screen.contacts)?.id,
        line_name: "History".to_owned(),
        messages: (from..MINUTES.min(from + 6)).map(said).collect(),
        left_out: 0,
    })
}
