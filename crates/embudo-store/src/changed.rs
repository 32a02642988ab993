//! What a transaction changed, for the events that follow its commit.

use embudo_domain::{ContactId, ConversationId, Entity, FollowUpId, LeadId, MessageId, RowKey};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// Ids of what is different now; the screens read those rows again.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Changed {
    /// Every changed row, deleted ones too.
    pub rows: BTreeMap<Entity, BTreeSet<Uuid>>,
    /// Conversations whose list row may look different (their own row, their draft, their
    /// contact's name).
    pub conversations: BTreeSet<ConversationId>,
    /// Leads whose card may look different (their own row, their contact's, one of its
    /// conversations); empty when they were too many to name.
    pub leads: BTreeSet<LeadId>,
    pub leads_everything: bool,
    /// Follow-ups, with the lead and the contact that they are for.
    pub follow_ups: BTreeMap<FollowUpId, (LeadId, ContactId)>,
    /// Contacts whose notes or calls changed; before as well, where they went to somebody else.
    pub notes: BTreeSet<ContactId>,
    /// Contacts to whose leads or follow-ups something happened.
    pub history: BTreeSet<ContactId>,
    /// Conversations changed that are not named, and for another reason than a line or a tag.
    pub chats_everything: bool,
    /// Messages by conversation.
    pub messages: BTreeMap<ConversationId, BTreeSet<MessageId>>,
    /// Composers whose draft changed otherwise than by being saved.
    pub drafts: BTreeSet<ConversationId>,
    /// Inbound messages that this device did not have before (not history).
    pub arrived: Vec<(ConversationId, MessageId)>,
    /// The queue of acts is longer or shorter than before.
    pub outbox: bool,
    pub review: bool,
    /// Messages or conversations that the hub deleted: files and free space are to be looked after.
    pub erased: bool,
    /// Too much changed to name it: a resync ended, or a line's colour touches every row.
    pub everything: bool,
}

impl Changed {
    /// Leads that are named one by one; beyond that a board does better to read what it shows.
    pub const LEADS_NAMED: usize = 300;

    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
            && self.conversations.is_empty()
            && self.leads.is_empty()
            && !self.leads_everything
            && !self.outbox
            && !self.review
            && !self.erased
            && !self.everything
    }

    pub fn merge(&mut self, other: Changed) {
        for (entity, ids) in other.rows {
            self.rows.entry(entity).or_default().extend(ids);
        }
        self.conversations.extend(other.conversations);
        self.leads_everything |= other.leads_everything;
        self.chats_everything |= other.chats_everything;
        self.note_leads(other.leads);
        self.follow_ups.extend(other.follow_ups);
        self.notes.extend(other.notes);
        self.history.extend(other.history);
        for (conversation, ids) in other.messages {
            self.messages.entry(conversation).or_default().extend(ids);
        }
        self.drafts.extend(other.drafts);
        self.arrived.extend(other.arrived);
        self.outbox |= other.outbox;
        self.review |= other.review;
        self.erased |= other.erased;
        self.everything |= other.everything;
    }

    pub fn ids(&self, entity: Entity) -> impl Iterator<Item = Uuid> + '_ {
        self.rows.get(&entity).into_iter().flatten().copied()
    }

    pub(crate) fn note_key(&mut self, key: RowKey) {
        self.rows.entry(key.entity).or_default().insert(key.id);
        if key.entity == Entity::Conversation {
            self.conversations.insert(ConversationId(key.id));
        }
        if key.entity == Entity::Lead {
            self.note_leads([LeadId(key.id)]);
        }
        if matches!(key.entity, Entity::Line | Entity::Tag) {
            self.everything = true;
        }
    }

    pub(crate) fn note_leads(&mut self, leads: impl IntoIterator<Item = LeadId>) {
        self.leads.extend(leads);
        if self.leads_everything || self.leads.len() > Self::LEADS_NAMED {
            self.leads_everything = true;
            self.leads.clear();
        }
    }

    pub(crate) fn note_message(&mut self, conversation: ConversationId, message: MessageId) {
        self.rows.entry(Entity::Message).or_default().insert(message.0);
        self.messages.entry(conversation).or_default().insert(message);
    }
}
