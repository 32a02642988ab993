//! A chat that another program exported, as history of a contact, and the way back (IMP-06).
//!
//! It stands in a conversation on a line without a channel: closed, read, with the times that it
//! had. Nobody is told, no lead opens, no window opens, and nothing can be sent there. Only what is
//! not there yet is added: each message has a key that is the same in every export of the chat.

use super::conversations::blank;
use super::thread::{Thread, Wanted};
use super::*;
use crate::import::*;
use crate::message::*;
use std::collections::BTreeSet;

/// Messages of one act.
pub const MAX_CHAT_MESSAGES_OF_ACT: usize = 200;
/// Of all their texts; one may be as long as WhatsApp takes.
pub const MAX_CHAT_CHARS_OF_ACT: usize = 200_000;
/// Why nothing goes by a line of history.
pub const HISTORY: &str = "HISTORY";

/// The account of every line that holds such chats.
const ACCOUNT: &str = "export";
const LINE_COLOR: &str = "#5f6670";

pub(super) struct Bring<'a> {
    pub import_id: ImportId,
    pub part: u32,
    pub file_name: &'a str,
    pub contact_id: ContactId,
    pub line_name: &'a str,
    pub messages: &'a [ImportMessage],
    pub left_out: u32,
}

fn lines_lookup() -> Lookup {
    Lookup::LineByExternal { line_type: LineType::WhatsappExport, external_id: ACCOUNT.to_owned() }
}

fn message_id(conversation_id: ConversationId, key: Uuid) -> MessageId {
    MessageId(Uuid::new_v5(&conversation_id.0, key.as_bytes()))
}

/// Of the contact on lines of history, the first one first. A merge may have brought a second one.
fn conversations(facts: &Facts, contact_id: ContactId) -> Vec<&Conversation> {
    let of_contact = facts.find(&Lookup::ConversationsOfContact { contact_id }).iter();
    let mut found: Vec<&Conversation> = of_contact
        .filter_map(|id| facts.conversation(ConversationId(*id)))
        .filter(|row| facts.line(row.line_id).is_some_and(|line| line.line_type.is_history() && line.history.is_kept()))
        .collect();
    found.sort_by_key(|row| (row.created_at_ms, row.id));
    found
}

pub(super) fn needs(facts: &Facts, bring: &Bring<'_>) -> Vec<Need> {
    let mut wanted = Wanted::default();
    let contact_id = bring.contact_id;
    wanted
        .row(Entity::Import, bring.import_id.0)
        .row(Entity::ImportPart, import_part_pk(bring.import_id, bring.part))
        .row(Entity::Contact, contact_id.0)
        .rows_of(facts, Entity::Line, lines_lookup())
        .rows_of(facts, Entity::Conversation, Lookup::ConversationsOfContact { contact_id });
    for id in facts.find(&Lookup::ConversationsOfContact { contact_id }) {
        if let Some(conversation) = facts.conversation(ConversationId(*id)) {
            wanted.row(Entity::Line, conversation.line_id.0);
        }
    }
    for conversation in conversations(facts, contact_id) {
        for message in bring.messages.iter().take(MAX_CHAT_MESSAGES_OF_ACT) {
            wanted.row(Entity::Message, message_id(conversation.id, message.key).0);
        }
    }
    wanted.done()
}

fn check(messages: &[ImportMessage]) -> Result<(), Refusal> {
    if messages.len() > MAX_CHAT_MESSAGES_OF_ACT {
        return Err(Refusal::TooMany { limit: MAX_CHAT_MESSAGES_OF_ACT as u32 });
    }
    let mut chars = 0;
    for message in messages {
        chars += match &message.body {
            Body::Text { text } => text.chars().count(),
            Body::Media { file, caption, .. } if !matches!(file.file, FileState::Waiting { .. }) => {
                caption.as_ref().map_or(0, |caption| caption.chars().count())
            }
            _ => return Err(Refusal::FileMissing),
        };
    }
    if chars > MAX_CHAT_CHARS_OF_ACT {
        return Err(Refusal::TextTooLong { max_chars: MAX_CHAT_CHARS_OF_ACT as u32 });
    }
    Ok(())
}

pub(super) fn bring(bring: &Bring<'_>, actor: Actor, facts: &Facts, stamp: Stamp) -> Result<Effects, Refusal> {
    check(bring.messages)?;
    let (id, part) = (bring.import_id, bring.part);
    let Some(mut import) = imports::under_way(id, part, bring.file_name, actor, facts, stamp)? else {
        return Ok(Effects::default());
    };
    let contact = facts.contact(bring.contact_id).filter(|contact| !contact.erased).ok_or(Refusal::NotFound)?;
    if contact.bin.is_some() {
        return Err(Refusal::InBin { contact_id: contact.id });
    }
    let here = conversations(facts, contact.id);
    let mut changes = Vec::new();
    let (mut thread, before) = match here.first() {
        Some(first) => {
            let before = ShownBefore {
                preview: first.preview.clone(),
                last_at_ms: first.last_at_ms,
                state: first.state.clone(),
                manual_unread: first.manual_unread,
            };
            let line = facts.line(first.line_id).filter(|line| line.state == LineState::Removed);
            changes.extend(line.map(|line| Change::Put(Row::Line(Line { state: off(), ..line.clone() }))));
            (Thread::load(facts, first.id, stamp)?, Some(before))
        }
        None => (open(bring, contact, &mut changes, facts, stamp), None),
    };
    let conversation_id = thread.conversation.id;
    let first_seq = thread.conversation.head_seq + 1;
    let chat = import.chat.get_or_insert(ImportedChat {
        contact_id: contact.id,
        conversation_id,
        messages: 0,
        files: 0,
        known: 0,
        left_out: 0,
        from_s: 0,
        to_s: 0,
    });
    chat.left_out += bring.left_out;
    let mut seen = BTreeSet::new();
    let mut message_ids = Vec::new();
    for message in bring.messages {
        let is_here = |row: &&Conversation| facts.message(message_id(row.id, message.key)).is_some();
        if !seen.insert(message.key) || here.iter().any(is_here) {
            chat.known += 1;
            continue;
        }
        let row = row(message, &mut thread, stamp);
        let is_first = chat.messages == 0;
        chat.from_s = if is_first { row.sort_s } else { chat.from_s.min(row.sort_s) };
        chat.to_s = if is_first { row.sort_s } else { chat.to_s.max(row.sort_s) };
        chat.messages += 1;
        let has_file =
            |body: &Body| matches!(body, Body::Media { file, .. } if matches!(file.file, FileState::Here { .. }));
        chat.files += u32::from(has_file(&row.body));
        message_ids.push(row.id);
        thread.lift(row.sort_s.saturating_mul(1000));
        thread.put(row);
    }
    let mut part = ImportPart {
        import_id: import.id,
        no: bring.part,
        by: import.by,
        at_ms: stamp.now_ms,
        act_id: stamp.act_id,
        rows: Vec::new(),
        chat: None,
    };
    if !message_ids.is_empty() {
        part.chat = Some(ChatPart { conversation_id, first_seq, message_ids, before });
        changes.extend(thread.into_effects().changes);
    } else {
        // Nobody needs an empty conversation, nor a line for it.
        changes.clear();
    }
    import.parts += 1;
    changes.push(Change::Put(Row::ImportPart(Box::new(part))));
    changes.push(Change::Put(Row::Import(import)));
    let inverse = Act::UndoImport { import_id: bring.import_id, part: bring.part };
    Ok(Effects { changes, inverse: Some(inverse), ..Effects::default() })
}

/// The conversation on the line that is there, or on a new one.
fn open<'a>(
    bring: &Bring<'_>,
    contact: &Contact,
    changes: &mut Vec<Change>,
    facts: &'a Facts,
    stamp: Stamp,
) -> Thread<'a> {
    let line = line(bring.line_name, facts, stamp);
    if facts.line(line.id) != Some(&line) {
        changes.push(Change::Put(Row::Line(line.clone())));
    }
    // Of a line that was erased nothing comes under its old name.
    let identity = Identity {
        id: IdentityId(Uuid::new_v5(&line.id.0, contact.id.0.as_bytes())),
        contact_id: contact.id,
        line_type: line.line_type,
        namespace: line.id.to_string(),
        external_id: contact.id.to_string(),
        username: String::new(),
        photo_asked_at_ms: None,
    };
    let id = ConversationId(Uuid::new_v5(&identity.id.0, b"conversation"));
    changes.push(Change::Put(Row::Identity(identity.clone())));
    let mut conversation = blank(id, &identity, line.id, contact.blocked, stamp.now_ms);
    conversation.state = ConversationState::Closed { reason: None };
    Thread::new(facts, conversation, stamp)
}

/// As one that a person disconnected: nothing tries to connect it, and nobody is told.
fn off() -> LineState {
    LineState::Disconnected { code: lines::ON_PURPOSE.to_owned() }
}

/// One for the workspace. One that was removed comes back, unless its history was to go.
fn line(name: &str, facts: &Facts, stamp: Stamp) -> Line {
    let all: Vec<&Line> = facts.find(&lines_lookup()).iter().filter_map(|id| facts.line(LineId(*id))).collect();
    let kept = all.iter().filter(|line| line.history.is_kept());
    if let Some(line) = kept.min_by_key(|line| (line.state == LineState::Removed, line.id)) {
        return Line { state: off(), ..(*line).clone() };
    }
    let id = LineId(Uuid::new_v5(&Uuid::NAMESPACE_OID, format!("embudo:whatsapp-export:{}", all.len()).as_bytes()));
    let name: String = name.trim().chars().take(contacts::MAX_NAME_CHARS as usize).collect();
    Line {
        id,
        line_type: LineType::WhatsappExport,
        display_name: if name.is_empty() { "WhatsApp".to_owned() } else { name },
        external_id: ACCOUNT.to_owned(),
        color: LINE_COLOR.to_owned(),
        state: off(),
        base_url: None,
        created_at_ms: stamp.now_ms,
        window_ms: None,
        history: LineHistory::Kept,
        auto_lead: None,
    }
}

fn row(message: &ImportMessage, thread: &mut Thread<'_>, stamp: Stamp) -> Message {
    let sort_s = stamp.clamp_s(message.at_s);
    let at_ms = sort_s.saturating_mul(1000);
    let id = message_id(thread.conversation.id, message.key);
    let mut row = Message {
        id,
        conversation_id: thread.conversation.id,
        direction: if message.from_us { Direction::Out } else { Direction::In },
        author: if message.from_us { Author::Phone } else { Author::Customer },
        body: message.body.clone(),
        provider_id: Some(id.0.simple().to_string()),
        sort_s,
        conv_seq: thread.next_seq(),
        inbound_no: None,
        created_at_ms: stamp.now_ms,
        delivery: Delivery::Received,
        attempt: 0,
        error: None,
        timeline: Vec::new(),
        reply_to: None,
        reactions: Vec::new(),
        edited_at_ms: message.edited.then_some(at_ms),
        earlier: Vec::new(),
        wanted_edit: None,
        deleted_at_ms: message.deleted.then_some(at_ms),
        send_whenever: false,
    };
    if message.from_us {
        row.attempt = 1;
        row.step(Delivery::Sent, at_ms, None);
    }
    row
}

// -- back -------------------------------------------------------------------------------------

pub(super) fn wants_undo(wanted: &mut Wanted, facts: &Facts, part: &ChatPart) {
    wanted.row(Entity::Conversation, part.conversation_id.0);
    for id in &part.message_ids {
        wanted.row(Entity::Message, id.0);
    }
    let Some(conversation) = facts.conversation(part.conversation_id) else { return };
    wanted.row(Entity::Contact, conversation.contact_id.0).row(Entity::Identity, conversation.identity_id.0);
    if part.before.is_none() {
        erase::wants_known(wanted, facts, conversation.contact_id);
        wanted.find(Lookup::Members);
        for member in facts.find(&Lookup::Members) {
            wanted.row(Entity::Draft, draft_pk(part.conversation_id, MemberId(*member)));
        }
    }
}

/// Takes its messages out of the conversation, if nobody touched it. What came after them, a later
/// export for one, goes first: until then it is refused, and can be asked for again.
pub(super) fn undo(part: &ChatPart, undone: &mut ImportUndone, facts: &Facts) -> Result<Vec<Change>, Refusal> {
    let count = part.message_ids.len() as u32;
    // Erased since, with everything in it.
    let Some(conversation) = facts.conversation(part.conversation_id) else { return Ok(Vec::new()) };
    if let Some(why) = touched(part, conversation, facts) {
        undone.messages_kept += count;
        undone.kept_because = Some(why);
        return Ok(Vec::new());
    }
    if conversation.head_seq + 1 != part.first_seq + part.message_ids.len() as i64 {
        return Err(Refusal::ChangedMeanwhile);
    }
    undone.messages += count;
    let delete = |entity: Entity, id: Uuid| Change::Delete(RowKey { entity, id });
    let mut changes: Vec<Change> = part.message_ids.iter().map(|id| delete(Entity::Message, id.0)).collect();
    let Some(before) = &part.before else {
        let members = facts.find(&Lookup::Members).iter().map(|id| MemberId(*id));
        let drafts = members.filter_map(|member| facts.draft(part.conversation_id, member));
        changes.extend(drafts.map(|draft| Change::Delete(Row::Draft(draft.clone()).key())));
        changes.push(delete(Entity::Conversation, conversation.id.0));
        if facts.identity(conversation.identity_id).is_some() {
            changes.push(delete(Entity::Identity, conversation.identity_id.0));
        }
        // Their own chat was erased since: who was kept for this one alone goes with it.
        let mut alone = erase::alone_with(conversation.id, conversation.contact_id, facts);
        alone.retain(|key| changes.iter().all(|change| change.key() != *key));
        changes.extend(alone.into_iter().map(Change::Delete));
        return Ok(changes);
    };
    // Nothing else changed in it, so it shows again what it showed.
    changes.push(Change::Put(Row::Conversation(Conversation {
        head_seq: part.first_seq - 1,
        preview: before.preview.clone(),
        last_at_ms: before.last_at_ms,
        ..conversation.clone()
    })));
    Ok(changes)
}

/// What somebody did to it since.
fn touched(part: &ChatPart, conversation: &Conversation, facts: &Facts) -> Option<ChatKept> {
    let (state, manual_unread) = match &part.before {
        Some(before) => (before.state.clone(), before.manual_unread),
        None => (ConversationState::Closed { reason: None }, false),
    };
    match facts.contact(conversation.contact_id) {
        Some(contact) if contact.bin.is_some() => return Some(ChatKept::InBin),
        Some(contact) if !contact.erased => {}
        _ => return Some(ChatKept::Changed),
    }
    if conversation.state != state {
        return Some(match conversation.state {
            ConversationState::Open => ChatKept::Reopened,
            ConversationState::Snoozed { .. } => ChatKept::Snoozed,
            ConversationState::Closed { .. } => ChatKept::Changed,
        });
    }
    if conversation.manual_unread != manual_unread {
        return Some(if manual_unread { ChatKept::Changed } else { ChatKept::MarkedUnread });
    }
    let is_whole = part.message_ids.iter().all(|id| facts.message(*id).is_some());
    (!is_whole).then_some(ChatKept::Changed)
}
