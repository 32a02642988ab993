//! Whom a change that was not applied was about, and who stood in its way: read when it is shown, so
//! that names and ways out are those of now.

use crate::{Result, Store};
use embudo_domain::*;
use serde::Serialize;
use uuid::Uuid;

/// As they are now, also where they went into somebody else.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ReviewAbout {
    /// Absent where they never came to be: a new contact that was refused.
    pub contact_id: Option<ContactId>,
    pub name: String,
    /// Their newest.
    pub conversation_id: Option<ConversationId>,
    /// Of the lead that was to change.
    pub lead_number: Option<i64>,
    pub has_active_lead: bool,
    pub in_bin: bool,
    /// Whom the change was about beside them.
    pub others: u32,
}

/// What reached the hub before.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ReviewCause {
    pub did: ReviewDid,
    /// Unknown where its event is not here.
    pub by: Option<ChangedBy>,
    pub at_ms: i64,
    /// To whom: of several it need not be the first.
    pub name: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum ReviewDid {
    Closed { status_id: LeadStatusId },
    Opened,
    Binned,
}

/// Of a contact's history, where the opening of a lead is looked for.
const MOST_EVENTS: u32 = 200;

/// What an act names.
#[derive(Default)]
struct Subject {
    contacts: Vec<ContactId>,
    lead: Option<LeadId>,
    /// Where there is no row to ask.
    name: String,
}

impl Subject {
    fn contacts(contacts: Vec<ContactId>) -> Self {
        Self { contacts, ..Self::default() }
    }
}

impl Store {
    pub(super) async fn review_about(
        &self,
        act: &Act,
        conversation_id: Option<ConversationId>,
    ) -> Result<Option<ReviewAbout>> {
        let Subject { contacts, lead, name } = self.subject(act, conversation_id).await?;
        let Some(first) = contacts.first() else { return Ok(None) };
        let others = u32::try_from(contacts.len() - 1).unwrap_or(u32::MAX);
        let lead = match lead {
            Some(id) => self.lead(LeadId(self.became(id.0).await?)).await?,
            None => None,
        };
        let id = self.contact_now(*first).await?;
        let Some(row) = self.contact_rows(&[id]).await?.pop() else {
            let nobody = ReviewAbout {
                contact_id: None,
                name: name.clone(),
                conversation_id: None,
                lead_number: None,
                has_active_lead: false,
                in_bin: false,
                others,
            };
            return Ok((!name.is_empty()).then_some(nobody));
        };
        Ok(Some(ReviewAbout {
            contact_id: Some(id),
            name: shown_name(&row.contact, row.reach.as_ref()),
            conversation_id: row.conversation.map(|(id, _)| id),
            lead_number: lead.and_then(|lead| lead.number),
            has_active_lead: row.lead.as_ref().is_some_and(Lead::is_active),
            in_bin: row.contact.bin.is_some(),
            others,
        }))
    }

    async fn subject(&self, act: &Act, conversation_id: Option<ConversationId>) -> Result<Subject> {
        Ok(match act {
            Act::ChangeLeads { lead_ids, .. } | Act::RemapLeads { lead_ids, .. } => self.of_leads(lead_ids).await?,
            Act::UndoLeads { event_ids } => match event_ids.first() {
                Some(id) => match self.row(key(Entity::History, id.0)).await? {
                    Some(Row::History(event)) => Subject {
                        contacts: vec![event.contact_id; event_ids.len()],
                        lead: Some(event.lead_id),
                        ..Subject::default()
                    },
                    _ => Subject::default(),
                },
                None => Subject::default(),
            },
            Act::OpenLeads { leads, .. } => Subject::contacts(leads.iter().map(|new| new.contact_id).collect()),
            Act::SaveFollowUp { follow_up } => {
                Subject { contacts: vec![follow_up.contact_id], lead: Some(follow_up.lead_id), ..Subject::default() }
            }
            Act::SaveNote { note, .. } | Act::RestoreNote { note, .. } => Subject::contacts(vec![note.contact_id]),
            Act::DeleteNote { expect: Some(note), .. } => Subject::contacts(vec![note.contact_id]),
            Act::MoveFollowUps { ids, .. } | Act::EndFollowUps { ids, .. } => self.of_follow_ups(ids).await?,
            Act::SendFollowUp { id, .. } => self.of_follow_ups(&[*id]).await?,
            Act::PatchContact { contact_id, .. }
            | Act::SetBlocked { contact_id, .. }
            | Act::TagContact { contact_id, .. }
            | Act::StartConversation { contact_id, .. } => Subject::contacts(vec![*contact_id]),
            Act::TagContacts { contact_ids, .. }
            | Act::DeleteContacts { contact_ids, .. }
            | Act::RestoreContacts { contact_ids } => Subject::contacts(contact_ids.clone()),
            Act::SourceContacts { to } => Subject::contacts(to.iter().map(|to| to.contact_id).collect()),
            Act::AssignContacts { to } => Subject::contacts(to.iter().map(|to| to.contact_id).collect()),
            Act::CreateContact { contact } | Act::DiscardContact { contact } => Subject {
                contacts: vec![contact.contact_id],
                name: contact.name.trim().to_owned(),
                ..Subject::default()
            },
            Act::MergeContacts { keep, gone, .. } => {
                Subject::contacts(std::iter::once(*keep).chain(gone.iter().copied()).collect())
            }
            Act::UndoMerge { record_id } => match self.row(key(Entity::Merge, record_id.0)).await? {
                Some(Row::Merge(record)) => Subject::contacts(vec![record.keep]),
                _ => Subject::default(),
            },
            _ => match conversation_id {
                Some(id) => match self.row(key(Entity::Conversation, id.0)).await? {
                    Some(Row::Conversation(chat)) => Subject::contacts(vec![chat.contact_id]),
                    _ => Subject::default(),
                },
                None => Subject::default(),
            },
        })
    }

    /// The first tells whose they are; of the others the number is enough.
    async fn of_leads(&self, ids: &[LeadId]) -> Result<Subject> {
        let Some(first) = ids.first() else { return Ok(Subject::default()) };
        let lead = self.lead(LeadId(self.became(first.0).await?)).await?;
        Ok(lead.map_or_else(Subject::default, |lead| Subject {
            contacts: vec![lead.contact_id; ids.len()],
            lead: Some(lead.id),
            ..Subject::default()
        }))
    }

    async fn of_follow_ups(&self, ids: &[FollowUpId]) -> Result<Subject> {
        let Some(first) = ids.first() else { return Ok(Subject::default()) };
        Ok(self.follow_up(*first).await?.map_or_else(Subject::default, |row| Subject {
            contacts: vec![row.contact_id; ids.len()],
            lead: Some(row.lead_id),
            ..Subject::default()
        }))
    }

    /// Who did what before, where the refusal says that somebody did.
    pub(super) async fn review_cause(&self, refusal: &Refusal) -> Result<Option<ReviewCause>> {
        Ok(match refusal {
            Refusal::LeadFinal { lead_id, .. } | Refusal::FollowupInactive { lead_id, .. } => {
                let Some(lead) = self.lead(LeadId(self.became(lead_id.0).await?)).await? else { return Ok(None) };
                let Some(closed) = &lead.state.closed else { return Ok(None) };
                let by = match self.row(key(Entity::History, lead.state.made_by.0)).await? {
                    Some(Row::History(event)) => Some(event.by.clone()),
                    _ => None,
                };
                let did = ReviewDid::Closed { status_id: lead.state.status_id };
                Some(ReviewCause { did, by, at_ms: closed.at_ms, name: self.name_of(lead.contact_id).await? })
            }
            Refusal::LeadActive { lead_id } => {
                let Some(lead) = self.lead(LeadId(self.became(lead_id.0).await?)).await? else { return Ok(None) };
                let events = self.history_of_contact(lead.contact_id, None, MOST_EVENTS).await?;
                let opened = |event: &HistoryEvent| event.kind == HistoryKind::Opened && event.lead_id == lead.id;
                let by = events.into_iter().find(opened).map(|event| event.by);
                let name = self.name_of(lead.contact_id).await?;
                Some(ReviewCause { did: ReviewDid::Opened, by, at_ms: lead.opened_at_ms, name })
            }
            Refusal::InBin { contact_id } => match self.row(key(Entity::Contact, contact_id.0)).await? {
                Some(Row::Contact(Contact { bin: Some(bin), .. })) => {
                    let by = Some(ChangedBy::Member { id: bin.by });
                    let name = self.name_of(*contact_id).await?;
                    Some(ReviewCause { did: ReviewDid::Binned, by, at_ms: bin.at_ms, name })
                }
                _ => None,
            },
            _ => None,
        })
    }

    async fn name_of(&self, id: ContactId) -> Result<String> {
        let row = self.contact_rows(&[id]).await?.pop();
        Ok(row.map(|row| shown_name(&row.contact, row.reach.as_ref())).unwrap_or_default())
    }
}

fn key(entity: Entity, id: Uuid) -> RowKey {
    RowKey { entity, id }
}

/// Who has no name yet is known by how they are reached.
fn shown_name(contact: &Contact, reach: Option<&Reach>) -> String {
    let reached = reach.map(|reach| {
        let ways = [reach.phone_e164.as_deref().unwrap_or_default(), &reach.phone_text, &reach.email];
        ways.into_iter().find(|way| !way.is_empty()).unwrap_or_default()
    });
    let names = [contact.display_name.as_str(), &contact.channel_name, reached.unwrap_or_default()];
    names.into_iter().find(|name| !name.is_empty()).unwrap_or_default().to_owned()
}
