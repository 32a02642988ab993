//! What the rules look rows up by. An [`Entry`] is derived from a row's image alone (and the
//! line of its conversation), so the columns never say anything else than the body; a
//! [`Question`] is a look-up in the same terms, so that a row which a batch changed but has not
//! written yet answers it exactly like one on disk.

use embudo_domain::rules::{self, Lookup, phone_key};
use embudo_domain::*;
use uuid::Uuid;

/// "Send when they reply" gives up after so long (CMP-08).
pub(crate) const WAITING_REPLY_LIFE_MS: i64 = 7 * 24 * 60 * 60 * 1_000;

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Entry {
    pub key: Option<Uuid>,
    pub owner: Option<Uuid>,
    /// `(sort_s, conv_seq)` of a message that the thread shows.
    pub place: Option<(i64, i64)>,
    pub due_at_ms: Option<i64>,
    /// Rows of catalogues that a lead points to; tags and fields of a contact.
    pub uses: Vec<Uuid>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Question {
    Key {
        entity: Entity,
        key: Uuid,
    },
    Owner {
        entity: Entity,
        owner: Uuid,
    },
    All {
        entity: Entity,
    },
    Newest {
        conversation_id: ConversationId,
    },
    Waiting {
        conversation_id: ConversationId,
    },
    /// Messages that are still to leave.
    Unsent {
        conversation_id: ConversationId,
    },
    /// At most one answer: a lead, or a contact with its tags.
    Uses {
        entity: Entity,
        target: Uuid,
    },
    /// All of those.
    EveryUse {
        entity: Entity,
        target: Uuid,
    },
}

impl Question {
    /// What kind of rows answer it.
    pub fn entity(&self) -> Entity {
        match self {
            Question::Key { entity, .. } | Question::Owner { entity, .. } | Question::All { entity } => *entity,
            Question::Newest { .. } | Question::Waiting { .. } | Question::Unsent { .. } => Entity::Message,
            Question::Uses { entity, .. } | Question::EveryUse { entity, .. } => *entity,
        }
    }
}

/// Messages that [`Lookup::NewestMessages`] answers with.
pub(crate) const NEWEST: usize = 3;

fn hashed(parts: &[&str]) -> Uuid {
    // Length first, so that ("a", "bc") is not ("ab", "c").
    let mut name = Vec::new();
    for part in parts {
        name.extend_from_slice(&(part.len() as u32).to_le_bytes());
        name.extend_from_slice(part.as_bytes());
    }
    Uuid::new_v5(&Uuid::NAMESPACE_OID, &name)
}

fn line_type_name(line_type: LineType) -> &'static str {
    match line_type {
        LineType::Simulator => "simulator",
        LineType::TelegramBot => "telegram_bot",
        LineType::WhatsappExport => "whatsapp_export",
    }
}

pub(crate) fn provider_key(line_id: LineId, provider_id: &str) -> Uuid {
    Uuid::new_v5(&line_id.0, provider_id.as_bytes())
}

pub(crate) fn conversation_key(identity_id: IdentityId, line_id: LineId) -> Uuid {
    Uuid::new_v5(&line_id.0, identity_id.0.as_bytes())
}

/// `line_id`: the line of a message's conversation; other rows do not need it.
pub(crate) fn entry(row: &Row, line_id: Option<LineId>) -> Entry {
    match row {
        Row::Identity(row) => Entry {
            key: Some(hashed(&[line_type_name(row.line_type), &row.namespace, &row.external_id])),
            owner: Some(row.contact_id.0),
            ..Entry::default()
        },
        Row::OtherReach(row) => {
            let key = match row.kind {
                ReachKind::Phone => row.e164().map(hashed_phone),
                ReachKind::Email => Some(hashed_email(&row.value.to_lowercase())),
            };
            Entry { key, owner: Some(row.contact_id.0), ..Entry::default() }
        }
        Row::Merge(row) => Entry {
            owner: Some(row.keep.0),
            due_at_ms: Some(row.at_ms.saturating_add(KEPT_FOR_MS)),
            ..Entry::default()
        },
        Row::Contact(row) => Entry {
            owner: row.source_id.map(|id| id.0),
            due_at_ms: row.bin.as_ref().map(|bin| bin.ends_at_ms()),
            uses: row.tag_ids.iter().map(|id| id.0).chain(uses_of(&row.fields)).collect(),
            ..Entry::default()
        },
        Row::Reach(row) => Entry {
            key: match &row.phone_e164 {
                Some(e164) => Some(hashed_phone(e164)),
                None if row.phone_text.is_empty() => None,
                None => Some(hashed_words(&rules::folded(&row.phone_text))),
            },
            owner: (!row.email.is_empty()).then(|| hashed_email(&row.email.to_lowercase())),
            ..Entry::default()
        },
        // What it would take to undo it is not kept for ever.
        Row::ImportPart(row) => Entry { due_at_ms: Some(row.at_ms.saturating_add(IMPORT_LIFE_MS)), ..Entry::default() },
        Row::Line(row) => {
            Entry { key: Some(hashed(&[line_type_name(row.line_type), &row.external_id])), ..Entry::default() }
        }
        Row::QuickReply(row) => Entry { key: Some(hashed(&[&row.shortcut.to_lowercase()])), ..Entry::default() },
        Row::Conversation(row) => Entry {
            key: Some(conversation_key(row.identity_id, row.line_id)),
            owner: Some(row.contact_id.0),
            place: None,
            due_at_ms: match row.state {
                ConversationState::Snoozed { until_ms, .. } => until_ms,
                ConversationState::Open => row.closes_at_ms,
                ConversationState::Closed { .. } => None,
            },
            uses: Vec::new(),
        },
        Row::Message(row) => Entry {
            key: row.provider_id.as_deref().zip(line_id).map(|(provider_id, line)| provider_key(line, provider_id)),
            owner: (row.delivery == Delivery::WaitingReply).then_some(row.conversation_id.0),
            place: row.is_visible().then_some((row.sort_s, row.conv_seq)),
            due_at_ms: (row.delivery == Delivery::WaitingReply)
                .then(|| row.created_at_ms.saturating_add(WAITING_REPLY_LIFE_MS)),
            uses: Vec::new(),
        },
        Row::Lead(row) => {
            let mut uses: Vec<Uuid> = row.uses().collect();
            uses.sort_unstable();
            uses.dedup();
            Entry { owner: Some(row.contact_id.0), uses, ..Entry::default() }
        }
        Row::History(row) => Entry { owner: Some(row.contact_id.0), ..Entry::default() },
        Row::FollowUp(row) => Entry {
            key: row.is_open().then_some(row.lead_id.0),
            owner: Some(row.contact_id.0),
            due_at_ms: row.fires_at_ms(),
            ..Entry::default()
        },
        Row::Note(row) => Entry { owner: Some(row.contact_id.0), ..Entry::default() },
        Row::Alias(row) => Entry { owner: Some(row.contact_id.0), ..Entry::default() },
        Row::SavedView(row) => Entry { owner: Some(row.member_id.0), ..Entry::default() },
        Row::Stage(row) => Entry { owner: row.funnel_id.map(|id| id.0), ..Entry::default() },
        Row::Workspace(_)
        | Row::Member(_)
        | Row::Tag(_)
        | Row::Setting(_)
        | Row::Draft(_)
        | Row::SaleSettings(_)
        | Row::LeadStatus(_)
        | Row::Funnel(_)
        | Row::Source(_)
        | Row::LostReason(_)
        | Row::Field(_)
        | Row::Import(_) => Entry::default(),
    }
}

fn hashed_email(email: &str) -> Uuid {
    hashed(&["email", email])
}

fn hashed_words(text: &str) -> Uuid {
    hashed(&["words", text])
}

fn hashed_phone(e164: &str) -> Uuid {
    hashed(&["phone", &phone_key(e164)])
}

pub(crate) fn question(lookup: &Lookup) -> Question {
    match lookup {
        Lookup::IdentityByExternal { line_type, namespace, external_id } => Question::Key {
            entity: Entity::Identity,
            key: hashed(&[line_type_name(*line_type), namespace, external_id]),
        },
        Lookup::IdentitiesOfContact { contact_id } => Question::Owner { entity: Entity::Identity, owner: contact_id.0 },
        Lookup::ConversationOf { identity_id, line_id } => {
            Question::Key { entity: Entity::Conversation, key: conversation_key(*identity_id, *line_id) }
        }
        Lookup::ConversationsOfContact { contact_id } => {
            Question::Owner { entity: Entity::Conversation, owner: contact_id.0 }
        }
        Lookup::MessageByProvider { line_id, provider_id } => {
            Question::Key { entity: Entity::Message, key: provider_key(*line_id, provider_id) }
        }
        Lookup::ContactByPhone { e164 } => Question::Key { entity: Entity::Reach, key: hashed_phone(e164) },
        Lookup::OtherByPhone { e164 } => Question::Key { entity: Entity::OtherReach, key: hashed_phone(e164) },
        Lookup::OtherByEmail { email } => Question::Key { entity: Entity::OtherReach, key: hashed_email(email) },
        Lookup::OthersOfContact { contact_id } => Question::Owner { entity: Entity::OtherReach, owner: contact_id.0 },
        Lookup::MergesOfContact { contact_id } => Question::Owner { entity: Entity::Merge, owner: contact_id.0 },
        Lookup::AliasesOfContact { contact_id } => Question::Owner { entity: Entity::Alias, owner: contact_id.0 },
        Lookup::ContactsOfSource { source_id } => Question::Owner { entity: Entity::Contact, owner: source_id.0 },
        Lookup::Unsent { conversation_id } => Question::Unsent { conversation_id: *conversation_id },
        Lookup::ContactByEmail { email } => Question::Owner { entity: Entity::Reach, owner: hashed_email(email) },
        Lookup::ContactByPhoneText { text } => Question::Key { entity: Entity::Reach, key: hashed_words(text) },
        Lookup::LineByExternal { line_type, external_id } => {
            Question::Key { entity: Entity::Line, key: hashed(&[line_type_name(*line_type), external_id]) }
        }
        Lookup::Tags => Question::All { entity: Entity::Tag },
        Lookup::ContactsTagged { tag_id } => Question::Uses { entity: Entity::Contact, target: tag_id.0 },
        Lookup::Lines => Question::All { entity: Entity::Line },
        Lookup::ViewsOfMember { member_id } => Question::Owner { entity: Entity::SavedView, owner: member_id.0 },
        Lookup::Members => Question::All { entity: Entity::Member },
        Lookup::Workspace => Question::All { entity: Entity::Workspace },
        Lookup::QuickReplyByShortcut { shortcut } => {
            Question::Key { entity: Entity::QuickReply, key: hashed(&[&shortcut.to_lowercase()]) }
        }
        Lookup::NewestMessages { conversation_id } => Question::Newest { conversation_id: *conversation_id },
        Lookup::WaitingForReply { conversation_id } => Question::Waiting { conversation_id: *conversation_id },
        Lookup::LeadsOfContact { contact_id } => Question::Owner { entity: Entity::Lead, owner: contact_id.0 },
        Lookup::HistoryOfContact { contact_id } => Question::Owner { entity: Entity::History, owner: contact_id.0 },
        Lookup::FollowUpsOfContact { contact_id } => Question::Owner { entity: Entity::FollowUp, owner: contact_id.0 },
        Lookup::NotesOfContact { contact_id } => Question::Owner { entity: Entity::Note, owner: contact_id.0 },
        Lookup::OpenFollowUps { lead_id } => Question::Key { entity: Entity::FollowUp, key: lead_id.0 },
        Lookup::LeadsUsing { id } => Question::Uses { entity: Entity::Lead, target: *id },
        Lookup::LeadStatuses => Question::All { entity: Entity::LeadStatus },
        Lookup::Funnels => Question::All { entity: Entity::Funnel },
        Lookup::Stages => Question::All { entity: Entity::Stage },
        Lookup::StagesOfFunnel { funnel_id } => Question::Owner { entity: Entity::Stage, owner: funnel_id.0 },
        Lookup::Sources => Question::All { entity: Entity::Source },
        Lookup::LostReasons => Question::All { entity: Entity::LostReason },
        Lookup::Fields => Question::All { entity: Entity::Field },
        Lookup::ContactsFilled { id } => Question::Uses { entity: Entity::Contact, target: *id },
        Lookup::Filled { of, field_id } => {
            let entity = match of {
                FieldOf::Contact => Entity::Contact,
                FieldOf::Lead => Entity::Lead,
            };
            Question::EveryUse { entity, target: field_id.0 }
        }
    }
}

/// Does this row belong into the answer?
pub(crate) fn answers(question: &Question, row: &Row, entry: &Entry) -> bool {
    let entity = row.key().entity;
    match question {
        Question::Key { entity: wanted, key } => entity == *wanted && entry.key == Some(*key),
        Question::Owner { entity: wanted, owner } => entity == *wanted && entry.owner == Some(*owner),
        Question::All { entity: wanted } => entity == *wanted,
        Question::Uses { entity: wanted, target } | Question::EveryUse { entity: wanted, target } => {
            entity == *wanted && entry.uses.contains(target)
        }
        Question::Newest { conversation_id } => {
            matches!(row, Row::Message(message) if message.conversation_id == *conversation_id) && entry.place.is_some()
        }
        Question::Unsent { conversation_id } => matches!(
            row,
            Row::Message(message) if message.conversation_id == *conversation_id && message.delivery.is_waiting()
        ),
        Question::Waiting { conversation_id } => matches!(
            row,
            Row::Message(message)
                if message.conversation_id == *conversation_id && message.delivery == Delivery::WaitingReply
        ),
    }
}

pub(crate) fn scope_bytes(scope: Scope) -> Vec<u8> {
    let (kind, id) = match scope {
        Scope::Workspace => return vec![0],
        Scope::Contact(id) => (1, id.0),
        Scope::Number(id) => (2, id.0),
        Scope::Conversation(id) => (3, id.0),
        Scope::Member(id) => (4, id.0),
    };
    let mut bytes = Vec::with_capacity(17);
    bytes.push(kind);
    bytes.extend_from_slice(id.as_bytes());
    bytes
}

/// The conversation whose scope this is.
pub(crate) fn conversation_of(scope: &[u8]) -> Option<ConversationId> {
    match scope.split_first() {
        Some((3, id)) => Uuid::from_slice(id).ok().map(ConversationId),
        _ => None,
    }
}

/// The member whose own this scope is.
pub(crate) fn private_to(scope: &[u8]) -> Option<MemberId> {
    match scope.split_first() {
        Some((4, id)) => Uuid::from_slice(id).ok().map(MemberId),
        _ => None,
    }
}
