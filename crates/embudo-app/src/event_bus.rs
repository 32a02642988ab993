//! Events on their way to the screens. The first one leaves at once; what follows within a
//! moment is merged, so that ten thousand messages in a burst are a few dozen events.
//!
//! Invariant: callers put in only what is committed.

use crate::api::{AppEvent, OpenRequest};
use embudo_domain::alerts::Opens;
use embudo_domain::{ContactId, ConversationId, FollowUpId, LeadId, MessageId};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::{Notify, broadcast};

/// Between two rounds of events.
const REST: Duration = Duration::from_millis(30);
/// More ids than this are "too many to name".
const MAX_IDS: usize = 200;
/// Rounds that a slow listener may be behind before it is told to read everything again.
const CAPACITY: usize = 1_024;

#[derive(Debug, Default)]
struct Waiting {
    state: bool,
    lines: bool,
    sale: bool,
    quick_replies: bool,
    saved_views: bool,
    review: bool,
    notices: bool,
    status: bool,
    /// `Some(empty)`: too many.
    conversations: Option<BTreeSet<ConversationId>>,
    too_many_conversations: bool,
    /// As conversations.
    leads: Option<BTreeSet<LeadId>>,
    too_many_leads: bool,
    /// As conversations.
    follow_ups: Option<BTreeSet<FollowUpId>>,
    too_many_follow_ups: bool,
    leads_of_follow_ups: BTreeSet<LeadId>,
    contacts_of_follow_ups: BTreeSet<ContactId>,
    notes: Named,
    history: Named,
    messages: BTreeMap<ConversationId, BTreeSet<MessageId>>,
    contacts: BTreeSet<ContactId>,
    drafts: BTreeSet<ConversationId>,
    /// In their order, never merged.
    others: Vec<AppEvent>,
}

/// Contacts, named one by one or too many for it.
#[derive(Debug, Default)]
struct Named {
    ids: BTreeSet<ContactId>,
    too_many: bool,
}

impl Named {
    fn extend(&mut self, ids: Vec<ContactId>) {
        self.too_many |= ids.is_empty();
        self.ids.extend(ids);
    }

    /// None: nothing happened.
    fn told(self) -> Option<Vec<ContactId>> {
        let too_many = self.too_many || self.ids.len() > MAX_IDS;
        (too_many || !self.ids.is_empty()).then(|| if too_many { Vec::new() } else { self.ids.into_iter().collect() })
    }
}

#[derive(Clone)]
pub struct EventBus(Arc<Inner>);

struct Inner {
    waiting: Mutex<Waiting>,
    /// A place that was asked for and that no window has gone to yet.
    asked: Mutex<Option<OpenRequest>>,
    filled: Notify,
    out: broadcast::Sender<AppEvent>,
}

impl EventBus {
    /// Needs a tokio runtime: starts the task that sends. It ends with the last bus.
    pub fn start() -> Self {
        let inner = Arc::new(Inner {
            waiting: Mutex::default(),
            asked: Mutex::default(),
            filled: Notify::new(),
            out: broadcast::channel(CAPACITY).0,
        });
        let weak = Arc::downgrade(&inner);
        tokio::spawn(async move {
            loop {
                let Some(inner) = weak.upgrade() else { return };
                let filled = tokio::time::timeout(Duration::from_secs(5), inner.filled.notified()).await.is_ok();
                if filled {
                    inner.flush();
                    drop(inner);
                    tokio::time::sleep(REST).await;
                }
            }
        });
        Self(inner)
    }

    pub fn listen(&self) -> broadcast::Receiver<AppEvent> {
        self.0.out.subscribe()
    }

    /// Kept until a window takes it: the one that is asked for may only be opening.
    pub fn ask_to_open(&self, opens: Opens) {
        self.ask(Some(opens));
    }

    /// A link that leads nowhere, which is said.
    pub fn ask_for_nothing(&self) {
        self.ask(None);
    }

    fn ask(&self, opens: Option<Opens>) {
        *self.0.asked.lock().unwrap_or_else(PoisonError::into_inner) = Some(OpenRequest { opens });
        self.put(AppEvent::OpenRequested { opens });
    }

    pub fn take_asked(&self) -> Option<OpenRequest> {
        self.0.asked.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    pub fn put(&self, event: AppEvent) {
        let mut waiting = self.0.lock();
        match event {
            AppEvent::StateChanged => waiting.state = true,
            AppEvent::LinesChanged => waiting.lines = true,
            AppEvent::SaleChanged => waiting.sale = true,
            AppEvent::LeadsChanged { ids } => {
                waiting.too_many_leads |= ids.is_empty();
                waiting.leads.get_or_insert_default().extend(ids);
            }
            AppEvent::FollowUpsChanged { ids, lead_ids, contact_ids } => {
                waiting.too_many_follow_ups |= ids.is_empty();
                waiting.follow_ups.get_or_insert_default().extend(ids);
                waiting.leads_of_follow_ups.extend(lead_ids);
                waiting.contacts_of_follow_ups.extend(contact_ids);
            }
            AppEvent::NotesChanged { contact_ids } => waiting.notes.extend(contact_ids),
            AppEvent::HistoryChanged { contact_ids } => waiting.history.extend(contact_ids),
            AppEvent::QuickRepliesChanged => waiting.quick_replies = true,
            AppEvent::SavedViewsChanged => waiting.saved_views = true,
            AppEvent::ReviewChanged => waiting.review = true,
            AppEvent::NoticesChanged => waiting.notices = true,
            AppEvent::StatusChanged => waiting.status = true,
            AppEvent::ConversationsChanged { ids } => {
                waiting.too_many_conversations |= ids.is_empty();
                waiting.conversations.get_or_insert_default().extend(ids);
            }
            AppEvent::MessagesChanged { conversation_id, ids } => {
                waiting.messages.entry(conversation_id).or_default().extend(ids);
            }
            AppEvent::ContactChanged { ids } => waiting.contacts.extend(ids),
            AppEvent::DraftChanged { conversation_id } => {
                waiting.drafts.insert(conversation_id);
            }
            other => waiting.others.push(other),
        }
        drop(waiting);
        self.0.filled.notify_one();
    }
}

impl Inner {
    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn flush(&self) {
        let waiting = std::mem::take(&mut *self.lock());
        for event in waiting.into_events() {
            // Nobody listens: nobody missed anything.
            let _ = self.out.send(event);
        }
    }
}

impl Waiting {
    fn into_events(self) -> Vec<AppEvent> {
        let mut events = Vec::new();
        events.extend(self.state.then_some(AppEvent::StateChanged));
        events.extend(self.lines.then_some(AppEvent::LinesChanged));
        events.extend(self.sale.then_some(AppEvent::SaleChanged));
        if let Some(ids) = self.leads {
            let too_many = self.too_many_leads || ids.len() > MAX_IDS;
            let ids = if too_many { Vec::new() } else { ids.into_iter().collect() };
            events.push(AppEvent::LeadsChanged { ids });
        }
        if let Some(ids) = self.follow_ups {
            let (leads, contacts) = (self.leads_of_follow_ups, self.contacts_of_follow_ups);
            let most = ids.len().max(leads.len()).max(contacts.len());
            let too_many = self.too_many_follow_ups || most > MAX_IDS;
            events.push(if too_many {
                AppEvent::FollowUpsChanged { ids: Vec::new(), lead_ids: Vec::new(), contact_ids: Vec::new() }
            } else {
                AppEvent::FollowUpsChanged {
                    ids: ids.into_iter().collect(),
                    lead_ids: leads.into_iter().collect(),
                    contact_ids: contacts.into_iter().collect(),
                }
            });
        }
        events.extend(self.notes.told().map(|contact_ids| AppEvent::NotesChanged { contact_ids }));
        events.extend(self.history.told().map(|contact_ids| AppEvent::HistoryChanged { contact_ids }));
        if let Some(ids) = self.conversations {
            let too_many = self.too_many_conversations || ids.len() > MAX_IDS;
            let ids = if too_many { Vec::new() } else { ids.into_iter().collect() };
            events.push(AppEvent::ConversationsChanged { ids });
        }
        for (conversation_id, ids) in self.messages {
            let ids = if ids.len() > MAX_IDS { Vec::new() } else { ids.into_iter().collect() };
            events.push(AppEvent::MessagesChanged { conversation_id, ids });
        }
        if !self.contacts.is_empty() {
            events.push(AppEvent::ContactChanged { ids: self.contacts.into_iter().collect() });
        }
        events.extend(self.drafts.into_iter().map(|conversation_id| AppEvent::DraftChanged { conversation_id }));
        events.extend(self.quick_replies.then_some(AppEvent::QuickRepliesChanged));
        events.extend(self.saved_views.then_some(AppEvent::SavedViewsChanged));
        events.extend(self.review.then_some(AppEvent::ReviewChanged));
        events.extend(self.notices.then_some(AppEvent::NoticesChanged));
        events.extend(self.status.then_some(AppEvent::StatusChanged));
        events.extend(self.others);
        events
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use uuid::Uuid;

    fn id(n: u128) -> ConversationId {
        ConversationId(Uuid::from_u128(n))
    }

    #[tokio::test]
    async fn changes_that_come_together_leave_together() {
        let bus = EventBus::start();
        let mut events = bus.listen();
        for n in 0..3 {
            bus.put(AppEvent::ConversationsChanged { ids: vec![id(n), id(0)] });
            bus.put(AppEvent::LeadsChanged { ids: vec![LeadId(Uuid::from_u128(n)), LeadId(Uuid::from_u128(0))] });
            bus.put(AppEvent::StatusChanged);
        }
        assert_eq!(
            events.recv().await.unwrap(),
            AppEvent::LeadsChanged { ids: (0..3).map(|n| LeadId(Uuid::from_u128(n))).collect() },
            "a burst of messages is not a burst of cards"
        );
        assert_eq!(
            events.recv().await.unwrap(),
            AppEvent::ConversationsChanged { ids: vec![id(0), id(1), id(2)] },
            "merged, each id once"
        );
        assert_eq!(events.recv().await.unwrap(), AppEvent::StatusChanged, "said once");
        bus.put(AppEvent::LinesChanged);
        assert_eq!(events.recv().await.unwrap(), AppEvent::LinesChanged, "nothing came in between");
    }

    #[tokio::test]
    async fn too_many_ids_are_not_named() {
        let bus = EventBus::start();
        let mut events = bus.listen();
        bus.put(AppEvent::ConversationsChanged { ids: (0..=MAX_IDS as u128).map(id).collect() });
        assert_eq!(
            events.recv().await.unwrap(),
            AppEvent::ConversationsChanged { ids: vec![] },
            "empty means: read the list again"
        );
        let contact = |n: u128| ContactId(Uuid::from_u128(n));
        bus.put(AppEvent::NotesChanged { contact_ids: vec![contact(1)] });
        bus.put(AppEvent::HistoryChanged { contact_ids: vec![contact(1)] });
        bus.put(AppEvent::HistoryChanged { contact_ids: Vec::new() });
        bus.put(AppEvent::NotesChanged { contact_ids: vec![contact(2), contact(1)] });
        let told = events.recv().await.unwrap();
        assert_eq!(told, AppEvent::NotesChanged { contact_ids: vec![contact(1), contact(2)] }, "each once");
        let told = events.recv().await.unwrap();
        assert_eq!(told, AppEvent::HistoryChanged { contact_ids: vec![] }, "with too many it is too many");
    }
}
