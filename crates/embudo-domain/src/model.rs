//! The rules over a map of rows: the smallest world in which every act can be run. Tests of the
//! rules use it, and simulations compare a real store with it.
//!
//! Nothing here is fast: look-ups read every row. A row's answer and order are exactly those
//! that [`Lookup`] promises.

use crate::field::*;
use crate::follow_up::*;
use crate::ids::*;
use crate::message::{Author, Body, ConversationEvent, Delivery, Direction, Message};
use crate::note::Note;
use crate::rows::*;
use crate::rules::{self, Actor, Effects, Facts, Job, Lookup, Need, Stamp, phone_key};
use crate::sale::*;
use crate::{Act, HubAct, Refusal};
use std::collections::BTreeMap;
use uuid::Uuid;

#[derive(Clone, Debug, Default, PartialEq)]
pub struct World {
    pub rows: BTreeMap<RowKey, Row>,
    /// Work that was asked for and not done. A `Send` leaves the list when its message no
    /// longer waits; the other kinds leave when the driver takes them.
    pub jobs: Vec<Job>,
}

impl World {
    /// Runs a member's act; nothing changes if it is refused.
    pub fn apply(&mut self, act: &Act, actor: Actor, stamp: Stamp) -> Result<Effects, Refusal> {
        let facts = self.facts(|facts| rules::needs(act, actor, facts));
        let effects = rules::decide(act, actor, &facts, stamp)?;
        self.take(&effects);
        Ok(effects)
    }

    /// Runs an act of the hub or of a channel; a parked one changes nothing.
    pub fn apply_hub(&mut self, act: &HubAct, stamp: Stamp) -> Result<Effects, Refusal> {
        let facts = self.facts(|facts| rules::needs_hub(act, facts));
        let effects = rules::decide_hub(act, &facts, stamp)?;
        self.take(&effects);
        Ok(effects)
    }

    /// Loads what `needs` asks for until nothing is missing.
    pub fn facts(&self, needs: impl Fn(&Facts) -> Vec<Need>) -> Facts {
        let mut facts = Facts::default();
        loop {
            let missing = needs(&facts);
            if missing.is_empty() {
                return facts;
            }
            for need in missing {
                match need {
                    Need::Row(key) => {
                        facts.rows.insert(key, self.rows.get(&key).cloned());
                    }
                    Need::Find(lookup) => {
                        let found = self.find(&lookup);
                        facts.found.insert(lookup, found);
                    }
                }
            }
        }
    }

    /// Writes the effects of an act.
    pub fn take(&mut self, effects: &Effects) {
        for change in &effects.changes {
            match change {
                Change::Put(row) => self.rows.insert(row.key(), row.clone()),
                Change::Delete(key) => self.rows.remove(key),
            };
        }
        let dropped =
            |job: &Job| matches!(job, Job::Send { message_id, .. } if effects.dropped_jobs.contains(message_id));
        self.jobs.retain(|job| !dropped(job));
        for job in &effects.jobs {
            // One job to send per message: asking again replaces.
            if let Job::Send { message_id: again, .. } = job {
                self.jobs.retain(|old| !matches!(old, Job::Send { message_id, .. } if message_id == again));
            }
            if !self.jobs.contains(job) {
                self.jobs.push(job.clone());
            }
        }
        let waits = |id: MessageId| self.message(id).is_some_and(|message| message.delivery.is_waiting());
        let kept: Vec<Job> = self
            .jobs
            .iter()
            .filter(|job| !matches!(job, Job::Send { message_id, .. } if !waits(*message_id)))
            .cloned()
            .collect();
        self.jobs = kept;
    }

    pub fn find(&self, lookup: &Lookup) -> Vec<Uuid> {
        match lookup {
            Lookup::IdentityByExternal { line_type, namespace, external_id } => self.ids(|row| {
                matches!(row, Row::Identity(row) if row.line_type == *line_type && row.namespace == *namespace && row.external_id == *external_id)
            }),
            Lookup::IdentitiesOfContact { contact_id } => {
                self.ids(|row| matches!(row, Row::Identity(row) if row.contact_id == *contact_id))
            }
            Lookup::ConversationOf { identity_id, line_id } => {
                self.ids(|row| matches!(row, Row::Conversation(row) if row.identity_id == *identity_id && row.line_id == *line_id))
            }
            Lookup::ConversationsOfContact { contact_id } => {
                self.ids(|row| matches!(row, Row::Conversation(row) if row.contact_id == *contact_id))
            }
            Lookup::MessageByProvider { line_id, provider_id } => self.ids(|row| match row {
                Row::Message(row) if row.provider_id.as_ref() == Some(provider_id) => {
                    self.conversation(row.conversation_id).is_some_and(|conversation| conversation.line_id == *line_id)
                }
                _ => false,
            }),
            Lookup::ContactByPhone { e164 } => {
                let key = phone_key(e164);
                self.ids(|row| matches!(row, Row::Reach(row) if row.phone_e164.as_deref().map(phone_key).as_ref() == Some(&key)))
            }
            Lookup::OtherByPhone { e164 } => {
                let key = phone_key(e164);
                self.ids(|row| matches!(row, Row::OtherReach(row) if row.e164().map(phone_key).as_ref() == Some(&key)))
            }
            Lookup::OtherByEmail { email } => self.ids(|row| {
                matches!(row, Row::OtherReach(row) if row.kind == crate::ReachKind::Email && row.value.to_lowercase() == *email)
            }),
            Lookup::OthersOfContact { contact_id } => {
                self.ids(|row| matches!(row, Row::OtherReach(row) if row.contact_id == *contact_id))
            }
            Lookup::MergesOfContact { contact_id } => {
                self.ids(|row| matches!(row, Row::Merge(row) if row.keep == *contact_id))
            }
            Lookup::AliasesOfContact { contact_id } => {
                self.ids(|row| matches!(row, Row::Alias(row) if row.contact_id == *contact_id))
            }
            Lookup::ContactsOfSource { source_id } => {
                self.ids(|row| matches!(row, Row::Contact(row) if row.source_id == Some(*source_id)))
            }
            Lookup::Unsent { conversation_id } => {
                self.ids(|row| matches!(row, Row::Message(row) if row.conversation_id == *conversation_id && row.delivery.is_waiting()))
            }
            Lookup::ContactByEmail { email } => {
                self.ids(|row| matches!(row, Row::Reach(row) if row.email.to_lowercase() == *email))
            }
            Lookup::ContactByPhoneText { text } => self.ids(|row| {
                matches!(row, Row::Reach(row) if row.phone_e164.is_none() && rules::folded(&row.phone_text) == *text)
            }),
            Lookup::LineByExternal { line_type, external_id } => {
                self.ids(|row| matches!(row, Row::Line(row) if row.line_type == *line_type && row.external_id == *external_id))
            }
            Lookup::Tags => self.ids(|row| matches!(row, Row::Tag(_))),
            Lookup::ContactsTagged { tag_id } => {
                let tagged = self.ids(|row| matches!(row, Row::Contact(row) if row.tag_ids.contains(tag_id)));
                tagged.into_iter().take(1).collect()
            }
            Lookup::Lines => self.ids(|row| matches!(row, Row::Line(_))),
            Lookup::QuickReplyByShortcut { shortcut } => {
                self.ids(|row| matches!(row, Row::QuickReply(row) if row.shortcut.to_lowercase() == *shortcut))
            }
            Lookup::NewestMessages { conversation_id } => {
                let newest = self.thread(*conversation_id).into_iter().rev().filter(|message| message.is_visible());
                newest.take(3).map(|message| message.id.0).collect()
            }
            Lookup::WaitingForReply { conversation_id } => {
                let waits = |message: &&Message| message.delivery == Delivery::WaitingReply && message.deleted_at_ms.is_none();
                self.thread(*conversation_id).into_iter().filter(waits).map(|message| message.id.0).collect()
            }
            Lookup::LeadsOfContact { contact_id } => {
                self.ids(|row| matches!(row, Row::Lead(row) if row.contact_id == *contact_id))
            }
            Lookup::HistoryOfContact { contact_id } => {
                self.ids(|row| matches!(row, Row::History(row) if row.contact_id == *contact_id))
            }
            Lookup::FollowUpsOfContact { contact_id } => {
                self.ids(|row| matches!(row, Row::FollowUp(row) if row.contact_id == *contact_id))
            }
            Lookup::NotesOfContact { contact_id } => {
                self.ids(|row| matches!(row, Row::Note(row) if row.contact_id == *contact_id))
            }
            Lookup::OpenFollowUps { lead_id } => {
                self.ids(|row| matches!(row, Row::FollowUp(row) if row.lead_id == *lead_id && row.is_open()))
            }
            Lookup::LeadsUsing { id } => {
                let using = self.ids(|row| matches!(row, Row::Lead(row) if row.uses().any(|used| used == *id)));
                using.into_iter().take(1).collect()
            }
            Lookup::LeadStatuses => self.ids(|row| matches!(row, Row::LeadStatus(_))),
            Lookup::Funnels => self.ids(|row| matches!(row, Row::Funnel(_))),
            Lookup::Stages => self.ids(|row| matches!(row, Row::Stage(_))),
            Lookup::StagesOfFunnel { funnel_id } => {
                self.ids(|row| matches!(row, Row::Stage(row) if row.funnel_id == Some(*funnel_id)))
            }
            Lookup::Sources => self.ids(|row| matches!(row, Row::Source(_))),
            Lookup::Fields => self.ids(|row| matches!(row, Row::Field(_))),
            Lookup::ContactsFilled { id } => {
                let filled = self.ids(|row| matches!(row, Row::Contact(row) if uses_of(&row.fields).any(|used| used == *id)));
                filled.into_iter().take(1).collect()
            }
            Lookup::Filled { of: FieldOf::Contact, field_id } => {
                self.ids(|row| matches!(row, Row::Contact(row) if value_of(&row.fields, *field_id).is_some()))
            }
            Lookup::Filled { of: FieldOf::Lead, field_id } => {
                self.ids(|row| matches!(row, Row::Lead(row) if value_of(&row.state.fields, *field_id).is_some()))
            }
            Lookup::LostReasons => self.ids(|row| matches!(row, Row::LostReason(_))),
            Lookup::ViewsOfMember { member_id } => {
                self.ids(|row| matches!(row, Row::SavedView(row) if row.member_id == *member_id))
            }
            Lookup::Members => self.ids(|row| matches!(row, Row::Member(_))),
            Lookup::Workspace => self.ids(|row| matches!(row, Row::Workspace(_))),
        }
    }

    fn ids(&self, wanted: impl Fn(&Row) -> bool) -> Vec<Uuid> {
        self.rows.iter().filter(|(_, row)| wanted(row)).map(|(key, _)| key.id).collect()
    }

    /// Every message and event line of a conversation in the order of its thread (I7).
    pub fn thread(&self, conversation_id: ConversationId) -> Vec<&Message> {
        let mut thread: Vec<&Message> =
            self.messages().filter(|message| message.conversation_id == conversation_id).collect();
        thread.sort_by_key(|message| (message.sort_s, message.conv_seq));
        thread
    }

    pub fn messages(&self) -> impl Iterator<Item = &Message> {
        self.rows.values().filter_map(|row| match row {
            Row::Message(row) => Some(&**row),
            _ => None,
        })
    }

    pub fn conversations(&self) -> impl Iterator<Item = &Conversation> {
        self.rows.values().filter_map(|row| match row {
            Row::Conversation(row) => Some(row),
            _ => None,
        })
    }

    pub fn message(&self, id: MessageId) -> Option<&Message> {
        match self.rows.get(&RowKey { entity: Entity::Message, id: id.0 }) {
            Some(Row::Message(row)) => Some(row),
            _ => None,
        }
    }

    pub fn conversation(&self, id: ConversationId) -> Option<&Conversation> {
        match self.rows.get(&RowKey { entity: Entity::Conversation, id: id.0 }) {
            Some(Row::Conversation(row)) => Some(row),
            _ => None,
        }
    }

    pub fn contact(&self, id: ContactId) -> Option<&Contact> {
        match self.rows.get(&RowKey { entity: Entity::Contact, id: id.0 }) {
            Some(Row::Contact(row)) => Some(row),
            _ => None,
        }
    }

    pub fn reach(&self, id: ContactId) -> Option<&Reach> {
        match self.rows.get(&RowKey { entity: Entity::Reach, id: id.0 }) {
            Some(Row::Reach(row)) => Some(row),
            _ => None,
        }
    }

    pub fn line(&self, id: LineId) -> Option<&Line> {
        match self.rows.get(&RowKey { entity: Entity::Line, id: id.0 }) {
            Some(Row::Line(row)) => Some(row),
            _ => None,
        }
    }

    pub fn draft(&self, conversation: ConversationId, member: MemberId) -> Option<&Draft> {
        match self.rows.get(&RowKey { entity: Entity::Draft, id: draft_pk(conversation, member) }) {
            Some(Row::Draft(row)) => Some(row),
            _ => None,
        }
    }

    /// What is wrong with the rows by I5–I7 and by the sums that conversations keep; empty when
    /// nothing is. A store that was fed by the same acts must pass it too.
    pub fn faults(&self) -> Vec<String> {
        let mut faults = Vec::new();
        let mut threads = BTreeMap::new();
        let mut provider_ids = BTreeMap::new();
        for conversation in self.conversations() {
            let id = conversation.id;
            if let Some(other) = threads.insert((conversation.identity_id, conversation.line_id), id) {
                faults.push(format!("I5: {id} and {other} are of one identity and line"));
            }
            let thread = self.thread(id);
            for message in &thread {
                if let Some(provider_id) = &message.provider_id
                    && let Some(other) = provider_ids.insert((conversation.line_id, provider_id.clone()), message.id)
                {
                    faults.push(format!("I6: {} and {other} have one provider id", message.id));
                }
            }
            self.thread_faults(conversation, &thread, &mut faults);
        }
        faults.extend(self.people_faults());
        faults.extend(self.sale_faults());
        faults.extend(self.tag_faults());
        faults.extend(self.view_faults());
        faults.extend(self.note_faults());
        faults.extend(self.field_faults());
        faults
    }

    /// Definitions, and I18 of what is filled in.
    fn field_faults(&self) -> Vec<String> {
        let mut faults = Vec::new();
        let (mut names, mut counts) = (BTreeMap::new(), BTreeMap::new());
        for row in self.rows.values() {
            let (id, of, filled) = match row {
                Row::Field(field) => {
                    if let Some(other) = names.insert((field.of, rules::folded(&field.name)), field.id) {
                        faults.push(format!("{} and {other} are fields of one name", field.id));
                    }
                    *counts.entry(field.of).or_insert(0) += 1;
                    continue;
                }
                Row::Contact(row) => (row.id.0, FieldOf::Contact, &row.fields),
                Row::Lead(row) => (row.id.0, FieldOf::Lead, &row.state.fields),
                _ => continue,
            };
            if !filled.is_sorted_by(|one, other| one.field_id < other.field_id) {
                faults.push(format!("{id} has its fields in another order than others"));
            }
            for Filled { field_id, value } in filled {
                match self.rows.get(&RowKey { entity: Entity::Field, id: field_id.0 }) {
                    Some(Row::Field(field)) if (field.of, field.kind) == (of, value.kind()) => {
                        let is_there = |option: &FieldOptionId| field.options.iter().any(|other| other.id == *option);
                        if !value.options().iter().all(is_there) {
                            faults.push(format!("I18: {id} has an option of {field_id} that is not there"));
                        }
                    }
                    other => faults.push(format!("I18: {id} has {value:?} in {other:?}")),
                }
            }
            let contact_id = match row {
                Row::Contact(row) => Some(row.id),
                Row::Lead(row) => Some(row.contact_id),
                _ => None,
            };
            let is_nobody = contact_id.and_then(|id| self.contact(id)).is_some_and(|contact| contact.erased);
            if !filled.is_empty() && is_nobody {
                faults.push(format!("{id} is nobody and has {filled:?}"));
            }
        }
        let too_many = counts.into_iter().filter(|(_, count)| *count > MAX_FIELDS);
        faults.extend(too_many.map(|(of, count)| format!("{count} fields of {of:?}")));
        faults
    }

    pub fn notes(&self) -> impl Iterator<Item = &Note> {
        self.rows.values().filter_map(|row| match row {
            Row::Note(row) => Some(&**row),
            _ => None,
        })
    }

    /// What is written about somebody goes and comes with them.
    fn note_faults(&self) -> Vec<String> {
        let lost = self.notes().filter(|note| self.contact(note.contact_id).is_none());
        lost.map(|note| format!("note {} is about nobody", note.id)).collect()
    }

    /// Of one person's saved views.
    fn view_faults(&self) -> Vec<String> {
        let mut faults = Vec::new();
        let (mut names, mut digits, mut counts) = (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
        for row in self.rows.values() {
            let Row::SavedView(view) = row else { continue };
            if let Some(other) = names.insert((view.member_id, rules::folded(&view.name)), view.id) {
                faults.push(format!("{} and {other} are views of one name", view.id));
            }
            if let Some(digit) = view.digit
                && let Some(other) = digits.insert((view.member_id, digit), view.id)
            {
                faults.push(format!("{} and {other} are both opened by {digit}", view.id));
            }
            *counts.entry(view.member_id).or_insert(0) += 1;
        }
        let too_many = counts.into_iter().filter(|(_, count)| *count > rules::MAX_VIEWS);
        faults.extend(too_many.map(|(member, count)| format!("{member} has {count} views")));
        faults
    }

    /// I18 of tags, and that no two are called the same.
    fn tag_faults(&self) -> Vec<String> {
        let mut faults = Vec::new();
        let mut names = BTreeMap::new();
        for row in self.rows.values() {
            match row {
                Row::Tag(tag) => {
                    if let Some(other) = names.insert(rules::folded(&tag.name), tag.id) {
                        faults.push(format!("{} and {other} are tags of one name", tag.id));
                    }
                }
                Row::Contact(contact) => {
                    let gone = contact.tag_ids.iter().find(|id| !self.has(Entity::Tag, id.0));
                    faults.extend(gone.map(|id| format!("I18: {} has the tag {id}, which is not there", contact.id)));
                    if !contact.tag_ids.is_sorted() {
                        faults.push(format!("{} has its tags in another order than others", contact.id));
                    }
                }
                _ => {}
            }
        }
        faults
    }

    /// What is wrong by I1 and by what merges and the bin promise.
    pub fn people_faults(&self) -> Vec<String> {
        let mut faults = Vec::new();
        let mut accounts = BTreeMap::new();
        for row in self.rows.values() {
            let owner = match row {
                Row::Identity(row) => {
                    let account = (row.line_type as u8, row.namespace.clone(), row.external_id.clone());
                    if let Some(other) = accounts.insert(account, row.id) {
                        faults.push(format!("I1: {} and {other} are one account", row.id));
                    }
                    row.contact_id
                }
                Row::Conversation(row) => {
                    let identity = self.rows.get(&RowKey { entity: Entity::Identity, id: row.identity_id.0 });
                    if !matches!(identity, Some(Row::Identity(of)) if of.contact_id == row.contact_id) {
                        faults.push(format!("I1: {} is of another contact than its identity", row.id));
                    }
                    if self.contact(row.contact_id).is_some_and(|contact| contact.blocked != row.blocked) {
                        faults.push(format!("{} is not blocked as its contact is", row.id));
                    }
                    row.contact_id
                }
                Row::Lead(row) => row.contact_id,
                Row::History(row) => row.contact_id,
                Row::Reach(row) => row.contact_id,
                Row::OtherReach(row) => row.contact_id,
                Row::Alias(row) => {
                    if self.has(Entity::Contact, row.id) || self.has(Entity::Lead, row.id) {
                        faults.push(format!("{} is there and an alias", row.id));
                    }
                    continue;
                }
                _ => continue,
            };
            if self.contact(owner).is_none() {
                faults.push(format!("{:?} is of nobody", row.key()));
            }
        }
        for lead in self.leads().filter(|lead| lead.is_active()) {
            if self.contact(lead.contact_id).is_some_and(|contact| contact.bin.is_some()) {
                faults.push(format!("{} is an active lead of somebody in the bin", lead.id));
            }
            if self.contact(lead.contact_id).is_some_and(|contact| contact.erased) {
                faults.push(format!("{} is an active lead of nobody", lead.id));
            }
        }
        faults
    }

    pub fn leads(&self) -> impl Iterator<Item = &Lead> {
        self.rows.values().filter_map(|row| match row {
            Row::Lead(row) => Some(&**row),
            _ => None,
        })
    }

    pub fn history(&self) -> impl Iterator<Item = &HistoryEvent> {
        self.rows.values().filter_map(|row| match row {
            Row::History(row) => Some(&**row),
            _ => None,
        })
    }

    pub fn stages(&self) -> impl Iterator<Item = &Stage> {
        self.rows.values().filter_map(|row| match row {
            Row::Stage(row) => Some(row),
            _ => None,
        })
    }

    pub fn follow_ups(&self) -> impl Iterator<Item = &FollowUp> {
        self.rows.values().filter_map(|row| match row {
            Row::FollowUp(row) => Some(&**row),
            _ => None,
        })
    }

    /// What is wrong by I13 and I15, and by what a planned message promises.
    fn follow_up_faults(&self) -> Vec<String> {
        let mut faults = Vec::new();
        let leads: BTreeMap<LeadId, &Lead> = self.leads().map(|lead| (lead.id, lead)).collect();
        let mut open: BTreeMap<LeadId, usize> = BTreeMap::new();
        let mut planned = BTreeMap::new();
        for row in self.follow_ups() {
            let id = row.id;
            let Some(lead) = leads.get(&row.lead_id) else {
                faults.push(format!("{id} is a follow-up of no lead"));
                continue;
            };
            if row.contact_id != lead.contact_id {
                faults.push(format!("{id} is a follow-up of another contact than its lead"));
            }
            if row.is_open() != row.ended_at_ms.is_none() {
                faults.push(format!("{id} is {:?} and ended at {:?}", row.state, row.ended_at_ms));
            }
            if row.is_open() {
                *open.entry(row.lead_id).or_default() += 1;
                if !lead.is_active() {
                    faults.push(format!("I15: {id} is open, its lead {} is closed", lead.id));
                }
                if (row.kind == FollowUpKind::Message) != row.message.is_some() {
                    faults.push(format!("{id} is a {:?} with {:?}", row.kind, row.message));
                }
            }
            let Some(message) = &row.message else { continue };
            if let Some(other) = planned.insert(message.message_id, id) {
                faults.push(format!("{id} and {other} become one message"));
            }
            let went = self.message(message.message_id).is_some();
            let is_sent = row.state == FollowUpState::Sent { message_id: message.message_id };
            let line = self.conversation(message.conversation_id).and_then(|chat| self.line(chat.line_id));
            let is_kept = line.is_some_and(|line| line.history.is_kept());
            if went && !is_sent {
                faults.push(format!("{id} is {:?}, and its message went", row.state));
            }
            if is_sent && !went && is_kept {
                faults.push(format!("{id} is sent, and its message is not there"));
            }
        }
        for (lead, count) in open {
            if count > MAX_FOLLOW_UPS {
                faults.push(format!("{lead} has {count} open follow-ups"));
            }
        }
        faults
    }

    fn has(&self, entity: Entity, id: Uuid) -> bool {
        self.rows.contains_key(&RowKey { entity, id })
    }

    fn stage(&self, id: StageId) -> Option<&Stage> {
        match self.rows.get(&RowKey { entity: Entity::Stage, id: id.0 }) {
            Some(Row::Stage(row)) => Some(row),
            _ => None,
        }
    }

    fn status(&self, id: LeadStatusId) -> Option<&LeadStatus> {
        match self.rows.get(&RowKey { entity: Entity::LeadStatus, id: id.0 }) {
            Some(Row::LeadStatus(row)) => Some(row),
            _ => None,
        }
    }

    /// What is wrong by I11–I19, I22 and I24.
    pub fn sale_faults(&self) -> Vec<String> {
        let mut faults = Vec::new();
        let mut active = BTreeMap::new();
        let mut numbers = BTreeMap::new();
        for lead in self.leads() {
            let (id, state) = (lead.id, &lead.state);
            if lead.is_active()
                && let Some(other) = active.insert(lead.contact_id, id)
            {
                faults.push(format!("I11: {id} and {other} are active leads of one contact"));
            }
            if let Some(other) = lead.number.and_then(|number| numbers.insert(number, id)) {
                faults.push(format!("{id} and {other} have one number"));
            }
            match self.stage(state.stage_id) {
                None => faults.push(format!("I12: {id} stands in no stage")),
                Some(stage) if stage.funnel_id != state.funnel_id => {
                    faults.push(format!("I12: {id} stands in a stage of another funnel"));
                }
                Some(_) => {}
            }
            let category = self.status(state.status_id).map(|status| status.category);
            match (category, &state.closed) {
                (None, _) => faults.push(format!("I18: {id} has no status")),
                (Some(Category::Open), None) => {}
                (Some(category), Some(closed)) if category == closed.category && category.is_final() => {}
                (Some(category), closed) => faults.push(format!("I14: {id} is {category:?} and closed as {closed:?}")),
            }
            if state
                .closed
                .as_ref()
                .is_some_and(|closed| (closed.reason_id.is_some()) && closed.category != Category::Lost)
            {
                faults.push(format!("I14: {id} has a reason and is not lost"));
            }
            if state.score.is_some_and(|score| score.value > 100) {
                faults.push(format!("I16: {id} has a score of {:?}", state.score));
            }
            let known = lead.source_id.is_none_or(|source| self.has(Entity::Source, source.0));
            let reason = state.closed.as_ref().and_then(|closed| closed.reason_id);
            if !known || reason.is_some_and(|reason| !self.has(Entity::LostReason, reason.0)) {
                faults.push(format!("I18: {id} points to what is not there"));
            }
            let responsible = self.contact(lead.contact_id).and_then(|contact| contact.responsible_id);
            if lead.is_active() && responsible != state.responsible_id {
                faults.push(format!("I19: {id} has another responsible than its contact"));
            }
            if !crate::order::is_place(&state.position) {
                faults.push(format!("I24: {id} stands at {:?}", state.position));
            }
            if !self.has(Entity::History, lead.last_event_id.0) {
                faults.push(format!("{id} has no history"));
            }
        }
        faults.extend(self.follow_up_faults());
        faults.extend(self.catalogue_faults());
        faults
    }

    fn catalogue_faults(&self) -> Vec<String> {
        if !self.has(Entity::SaleSettings, seeded::SETTINGS) {
            return Vec::new();
        }
        let mut faults = Vec::new();
        let main = |row: &&Row| matches!(row, Row::Funnel(funnel) if funnel.is_main);
        let intake = |row: &&Row| matches!(row, Row::Stage(stage) if stage.funnel_id.is_none());
        for (what, count) in [
            ("main funnels", self.rows.values().filter(main).count()),
            ("Intakes", self.rows.values().filter(intake).count()),
        ] {
            if count != 1 {
                faults.push(format!("I22: {count} {what}"));
            }
        }
        for category in Category::ALL {
            let of_it = |row: &Row| matches!(row, Row::LeadStatus(status) if status.category == category);
            if !self.rows.values().any(of_it) {
                faults.push(format!("I17: no status is {category:?}"));
            }
        }
        for row in self.rows.values() {
            if let Row::Stage(Stage { id, bound_status_id: Some(bound), .. }) = row
                && self.status(*bound).is_none_or(|status| status.category.is_final())
            {
                faults.push(format!("R1: stage {id} is bound to what is no open status"));
            }
        }
        faults
    }

    fn thread_faults(&self, conversation: &Conversation, thread: &[&Message], faults: &mut Vec<String>) {
        let id = conversation.id;
        let mut seqs: Vec<i64> = thread.iter().map(|message| message.conv_seq).collect();
        seqs.sort_unstable();
        if seqs != (1..=conversation.head_seq).collect::<Vec<i64>>() {
            faults.push(format!("I7: {id} has sequence {seqs:?} up to {}", conversation.head_seq));
        }
        let mut numbers: Vec<i64> = thread.iter().filter_map(|message| message.inbound_no).collect();
        numbers.sort_unstable();
        if numbers != (1..=conversation.inbound_count).collect::<Vec<i64>>() {
            faults.push(format!("I9: {id} counts {} inbound and has {numbers:?}", conversation.inbound_count));
        }
        if !(0..=conversation.inbound_count).contains(&conversation.read_inbound) {
            faults.push(format!(
                "I9: {id} is read up to {} of {}",
                conversation.read_inbound, conversation.inbound_count
            ));
        }
        let newest = thread.iter().rev().find(|message| message.is_visible());
        let shown = conversation.preview.as_ref();
        let matches = match (newest, shown) {
            (Some(newest), Some(shown)) => {
                shown.message_id == newest.id
                    && (shown.sort_s, shown.conv_seq) == (newest.sort_s, newest.conv_seq)
                    && shown.delivery == newest.delivery
                    && shown.text == preview_text(&newest.body)
                    && shown.from_us == (newest.direction == Direction::Out)
            }
            (newest, shown) => newest.is_none() && shown.is_none(),
        };
        if !matches {
            faults.push(format!("{id} previews {shown:?}, newest is {newest:?}"));
        }
        let failed = thread.iter().filter(|message| message.needs_attention()).count() as i64;
        if failed != conversation.failed_count {
            faults.push(format!("{id} counts {} failures of {failed}", conversation.failed_count));
        }
        faults.extend(waiting_fault(conversation, thread));
    }
}

/// Does somebody wait who was answered, or nobody although nothing answers? Read from the
/// messages alone, where they tell; what may be either way passes.
pub fn waiting_fault(conversation: &Conversation, thread: &[&Message]) -> Option<String> {
    let id = conversation.id;
    let waits = conversation.waiting_since_ms.is_some();
    let Some(newest) = thread.iter().filter(|message| message.inbound_no.is_some()).map(|row| row.conv_seq).max()
    else {
        return waits.then(|| format!("{id} waits for an answer to nothing"));
    };
    let had = |message: &Message, wanted: &[Delivery]| {
        let mut marks = message.timeline.iter().filter(|mark| mark.attempt == message.attempt);
        marks.any(|mark| wanted.contains(&mark.status))
    };
    let was_out = |message: &Message| had(message, &[Delivery::Sent, Delivery::Delivered, Delivery::Read]);
    // One that had gone out answered, even if it is told later that it failed.
    let lost = |message: &Message| {
        let given_up = message.is_discarded() || message.delivery == Delivery::Failed;
        message.delivery == Delivery::Canceled || (given_up && !was_out(message))
    };
    let came_back = |message: &Message| message.attempt > 1 || had(message, &[Delivery::Failed, Delivery::Unknown]);
    let ours = || thread.iter().filter(|message| message.direction == Direction::Out);
    let said_no_need = thread.iter().any(|message| {
        let no_need = matches!(&message.body, Body::Event { event: ConversationEvent::NoReplyNeeded });
        no_need && message.conv_seq > newest
    });
    if !waits {
        let mut answers = ours().filter(|message| !lost(message) && message.delivery != Delivery::WaitingReply);
        let answered = answers.any(|message| message.conv_seq > newest || came_back(message));
        return (!answered && !said_no_need).then(|| format!("{id}: nobody waits, and nothing of ours answers them"));
    }
    // What a phone wrote may be older than what it follows.
    if said_no_need || ours().any(|message| message.author == Author::Phone) {
        return None;
    }
    let out = |message: &&Message| {
        message.delivery.is_out()
            && message.conv_seq > newest
            && !came_back(message)
            && !had(message, &[Delivery::WaitingReply])
    };
    ours().find(|message| out(message)).map(|message| format!("{id} waits, and {} answered", message.id))
}
