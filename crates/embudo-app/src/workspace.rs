//! The open workspace: its database, its hub, its files, and the one way in which anything
//! changes: an act, committed, then told.

use crate::alerts::Alerts;
use crate::api::{ApiError, AppEvent, Done, Language};
use crate::catalogue::Catalogue;
use crate::channels_host::Channels;
use crate::erasing::Attaching;
use crate::event_bus::EventBus;
use crate::exchange::{Chats, Imports};
use crate::failure::{self, DiskTrouble};
use crate::files::picture::Preview;
use crate::hub_clock::HubClock;
use crate::hub_side::HubSide;
use crate::undo::UndoStack;
use crate::voice::Voice;
use embudo_domain::rules::Actor;
use embudo_domain::*;
use embudo_platform::{MediaHash, MediaStore, WorkspaceDir};
use embudo_store::{Applied, Changed, Device, Pending, Store, StoreError};
use embudo_sync::{DeviceSync, SyncState, Waker};
use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use tokio::sync::{Notify, Semaphore, watch};

/// New messages named one by one after a change; more than these come from a catch-up.
const MAX_ARRIVALS: usize = 50;
/// "Just now": later than this after the hub received it, a message is news to nobody.
const ARRIVAL_MS: i64 = 2 * 60 * 1_000;
const MAX_ANNOUNCED: usize = 4_096;
/// What the summary of a check says when it found nothing.
const CHECKED_GOOD: &str = "ok";
/// Pictures decoded at once: each may take hundreds of megabytes.
const DECODERS: usize = 2;

pub struct Workspace {
    pub store: Store,
    pub device: Device,
    pub actor: Actor,
    pub dir: WorkspaceDir,
    pub media: Arc<MediaStore>,
    pub hub: HubSide,
    pub channels: Arc<Channels>,
    pub clock: Arc<HubClock>,
    pub bus: EventBus,
    pub undo: UndoStack,
    pub alerts: Arc<Alerts>,
    pub voice: Voice,
    /// Pokes the task that ends holds.
    pub holds: Arc<Notify>,
    /// Pokes the task that looks after what the hub has deleted.
    pub erased: Arc<Notify>,
    /// What was put into a composer or came from a channel and may not be in the database yet.
    pub attaching: Arc<Attaching>,
    /// Held while sample customers are connected, or made to forget.
    pub samples: tokio::sync::Mutex<()>,
    /// Held while a saved view is read, changed and written.
    pub changing_views: tokio::sync::Mutex<()>,
    pub check: Mutex<Option<(String, i64)>>,
    pub previews: Mutex<PreviewCache>,
    pub decoders: Semaphore,
    /// Conversations whose draft was empty when last saved, to tell the list only of changes.
    pub draft_seen: Mutex<HashMap<ConversationId, bool>>,
    catalogue: RwLock<Arc<Catalogue>>,
    /// Told when the hub has answered acts.
    pub queue_moved: Notify,
    pub imports: Imports,
    /// Exported chats that are open.
    pub chats: Chats,
    /// Changes of many leads that are under way, and whether they are to end.
    pub bulks: Mutex<HashMap<uuid::Uuid, bool>>,
    /// Held while it is read again: a slow look must not put older rows over newer ones.
    reloading: tokio::sync::Mutex<()>,
    language: Language,
    waker: Waker,
    pub sync_state: watch::Receiver<SyncState>,
    sync: tokio::sync::Mutex<Option<DeviceSync>>,
    disk: AtomicU8,
    announced: Mutex<Announced>,
}

/// What [`Workspace::new`] is made of.
pub struct Parts {
    pub store: Store,
    pub device: Device,
    pub dir: WorkspaceDir,
    pub media: Arc<MediaStore>,
    pub attaching: Arc<Attaching>,
    pub hub: HubSide,
    pub channels: Arc<Channels>,
    pub clock: Arc<HubClock>,
    pub bus: EventBus,
    pub catalogue: Catalogue,
    pub language: Language,
    pub sync: DeviceSync,
}

impl Workspace {
    pub fn new(parts: Parts) -> Self {
        let actor = Actor { member_id: parts.device.member_id, role: parts.catalogue.me.role };
        Self {
            store: parts.store,
            device: parts.device,
            actor,
            dir: parts.dir,
            media: parts.media,
            hub: parts.hub,
            channels: parts.channels,
            clock: parts.clock,
            voice: Voice::new(parts.bus.clone()),
            bus: parts.bus,
            undo: UndoStack::default(),
            alerts: Arc::default(),
            holds: Arc::default(),
            erased: Arc::default(),
            attaching: parts.attaching,
            samples: tokio::sync::Mutex::default(),
            changing_views: tokio::sync::Mutex::default(),
            check: Mutex::default(),
            previews: Mutex::default(),
            decoders: Semaphore::new(DECODERS),
            draft_seen: Mutex::default(),
            queue_moved: Notify::new(),
            imports: Imports::default(),
            chats: Chats::default(),
            bulks: Mutex::default(),
            catalogue: RwLock::new(Arc::new(parts.catalogue)),
            reloading: tokio::sync::Mutex::default(),
            language: parts.language,
            waker: parts.sync.waker(),
            sync_state: parts.sync.state.clone(),
            sync: tokio::sync::Mutex::new(Some(parts.sync)),
            disk: AtomicU8::new(0),
            announced: Mutex::default(),
        }
    }

    /// As of the newest change.
    pub fn catalogue(&self) -> Arc<Catalogue> {
        self.catalogue.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Applies one act; durable and told when it returns.
    pub async fn act(&self, act: Act) -> Result<Applied, ApiError> {
        let kept = crate::kept::rows_used(&self.store, std::slice::from_ref(&act)).await.map_err(failure::store)?;
        let applied = if kept.is_empty() {
            let applied = self.store.apply_act(&act, self.actor, self.clock.stamp()).await;
            applied.map_err(|error| self.noted_act(error))?
        } else {
            let acts = kept.into_iter().chain([act]);
            let acts: Vec<Pending> = acts.map(|act| Pending { act, stamp: self.clock.stamp() }).collect();
            let mut outcomes = self.store.apply_acts(&acts, self.actor).await.map_err(|error| self.noted(error))?;
            match outcomes.pop() {
                Some(Ok(applied)) => applied,
                Some(Err(refusal)) => return Err(failure::refused(&refusal)),
                None => return Err(failure::internal("an act", "it was not answered")),
            }
        };
        self.after_act(applied.changed.clone()).await;
        Ok(applied)
    }

    /// An act that the person may take back.
    pub async fn act_undoable(&self, act: Act) -> Result<Done, ApiError> {
        let applied = self.act(act).await?;
        Ok(Done { undo: self.undo.push(applied.inverse.into_iter().collect()) })
    }

    /// Many acts in one commit. A refused one does not stop the others.
    pub async fn act_many(&self, acts: Vec<Act>) -> Result<Vec<Result<Applied, Refusal>>, ApiError> {
        let outcomes = self.act_many_unsent(acts).await?;
        self.send_acts();
        Ok(outcomes)
    }

    /// As `act_many`, for one of several commits: [`Workspace::send_acts`] follows the last of them.
    pub async fn act_many_unsent(&self, acts: Vec<Act>) -> Result<Vec<Result<Applied, Refusal>>, ApiError> {
        let kept = crate::kept::rows_used(&self.store, &acts).await.map_err(failure::store)?;
        let first = kept.len();
        let acts = kept.into_iter().chain(acts);
        let pending: Vec<Pending> = acts.map(|act| Pending { act, stamp: self.clock.stamp() }).collect();
        let mut outcomes = self.store.apply_acts(&pending, self.actor).await.map_err(|error| self.noted(error))?;
        outcomes.drain(..first);
        let mut changed = Changed::default();
        for applied in outcomes.iter().flatten() {
            changed.merge(applied.changed.clone());
        }
        self.set_disk(None);
        self.tell(changed).await;
        Ok(outcomes)
    }

    /// All of these in one commit, or none of them: then the first refusal is the answer.
    pub async fn act_together(&self, acts: Vec<Act>) -> Result<Vec<Applied>, ApiError> {
        let kept = crate::kept::rows_used(&self.store, &acts).await.map_err(failure::store)?;
        let pending: Vec<Pending> =
            kept.into_iter().chain(acts).map(|act| Pending { act, stamp: self.clock.stamp() }).collect();
        let applied = self.store.apply_together(&pending, self.actor).await.map_err(|error| self.noted_act(error))?;
        let mut changed = Changed::default();
        for one in &applied {
            changed.merge(one.changed.clone());
        }
        self.after_act(changed).await;
        Ok(applied)
    }

    pub async fn after_act(&self, changed: Changed) {
        self.set_disk(None);
        self.send_acts();
        self.tell(changed).await;
    }

    /// What waits in the queue goes to the hub now.
    pub fn send_acts(&self) {
        self.waker.wake();
    }

    /// An error of a write, with the state of the disk remembered for the status bar.
    pub fn noted(&self, error: StoreError) -> ApiError {
        if let Some(trouble) = failure::disk_trouble(&error) {
            self.set_disk(Some(trouble));
        }
        failure::store(error)
    }

    pub fn noted_act(&self, error: embudo_store::ActError) -> ApiError {
        match error {
            embudo_store::ActError::Store(error) => self.noted(error),
            refused => failure::act(refused),
        }
    }

    /// What a check of the database found; nothing is what it should find.
    pub fn note_check(&self, found: &[String]) {
        let summary = if found.is_empty() { CHECKED_GOOD.to_owned() } else { found.join("; ") };
        *self.check.lock().unwrap_or_else(PoisonError::into_inner) = Some((summary, self.clock.now_ms()));
        self.bus.put(AppEvent::StatusChanged);
    }

    pub fn is_damaged(&self) -> bool {
        let check = self.check.lock().unwrap_or_else(PoisonError::into_inner);
        check.as_ref().is_some_and(|(summary, _)| summary != CHECKED_GOOD)
    }

    pub fn disk(&self) -> Option<DiskTrouble> {
        match self.disk.load(Ordering::Relaxed) {
            1 => Some(DiskTrouble::Full),
            2 => Some(DiskTrouble::ReadOnly),
            _ => None,
        }
    }

    pub fn set_disk(&self, trouble: Option<DiskTrouble>) {
        let code = match trouble {
            None => 0,
            Some(DiskTrouble::Full) => 1,
            Some(DiskTrouble::ReadOnly) => 2,
        };
        if self.disk.swap(code, Ordering::Relaxed) != code {
            self.bus.put(AppEvent::StatusChanged);
        }
    }

    /// Says what a commit changed. Only after the commit.
    pub async fn tell(&self, changed: Changed) {
        if Catalogue::touched_by(&changed) {
            self.reload_catalogue().await;
            self.bus.put(AppEvent::StateChanged);
        }
        let touches = |entity: Entity| changed.everything || changed.rows.contains_key(&entity);
        if touches(Entity::Line) {
            self.bus.put(AppEvent::LinesChanged);
        }
        if changed.erased || touches(Entity::Line) {
            self.erased.notify_one();
        }
        const CATALOGUES: [Entity; 7] = [
            Entity::SaleSettings,
            Entity::LeadStatus,
            Entity::Funnel,
            Entity::Stage,
            Entity::Source,
            Entity::LostReason,
            Entity::Field,
        ];
        // The lines say what their first messages open.
        if touches(Entity::Line) || CATALOGUES.into_iter().any(touches) {
            self.bus.put(AppEvent::SaleChanged);
        }
        if changed.everything || changed.leads_everything {
            self.bus.put(AppEvent::LeadsChanged { ids: Vec::new() });
        } else if !changed.leads.is_empty() {
            self.bus.put(AppEvent::LeadsChanged { ids: changed.leads.iter().copied().collect() });
        }
        if changed.everything {
            let (ids, lead_ids, contact_ids) = (Vec::new(), Vec::new(), Vec::new());
            self.bus.put(AppEvent::FollowUpsChanged { ids, lead_ids, contact_ids });
        } else if !changed.follow_ups.is_empty() {
            self.bus.put(AppEvent::FollowUpsChanged {
                ids: changed.follow_ups.keys().copied().collect(),
                lead_ids: changed.follow_ups.values().map(|(lead, _)| *lead).collect(),
                contact_ids: changed.follow_ups.values().map(|(_, contact)| *contact).collect(),
            });
        }
        if changed.everything {
            self.bus.put(AppEvent::NotesChanged { contact_ids: Vec::new() });
            self.bus.put(AppEvent::HistoryChanged { contact_ids: Vec::new() });
        } else {
            if !changed.notes.is_empty() {
                self.bus.put(AppEvent::NotesChanged { contact_ids: changed.notes.iter().copied().collect() });
            }
            if !changed.history.is_empty() {
                self.bus.put(AppEvent::HistoryChanged { contact_ids: changed.history.iter().copied().collect() });
            }
        }
        if touches(Entity::QuickReply) {
            self.bus.put(AppEvent::QuickRepliesChanged);
        }
        if touches(Entity::SavedView) {
            self.bus.put(AppEvent::SavedViewsChanged);
        }
        if changed.review {
            self.bus.put(AppEvent::ReviewChanged);
        }
        if changed.everything {
            self.bus.put(AppEvent::ConversationsChanged { ids: Vec::new() });
        } else if !changed.conversations.is_empty() {
            self.bus.put(AppEvent::ConversationsChanged { ids: changed.conversations.iter().copied().collect() });
        }
        let contacts: HashSet<_> =
            changed.ids(Entity::Contact).chain(changed.ids(Entity::Reach)).map(ContactId).collect();
        if !contacts.is_empty() {
            self.bus.put(AppEvent::ContactChanged { ids: contacts.into_iter().collect() });
        }
        for (conversation_id, ids) in &changed.messages {
            self.bus.put(AppEvent::MessagesChanged {
                conversation_id: *conversation_id,
                ids: ids.iter().copied().collect(),
            });
        }
        for conversation_id in &changed.drafts {
            self.bus.put(AppEvent::DraftChanged { conversation_id: *conversation_id });
        }
        if changed.outbox {
            self.queue_moved.notify_waiters();
        }
        if changed.outbox || changed.review || !changed.messages.is_empty() || touches(Entity::Line) {
            self.bus.put(AppEvent::StatusChanged);
        }
        self.tell_arrivals(&changed).await;
        self.alerts.changed(&changed);
    }

    async fn reload_catalogue(&self) {
        let _alone = self.reloading.lock().await;
        match Catalogue::load(&self.store, self.device.member_id, self.language).await {
            Ok(Some(catalogue)) => {
                *self.catalogue.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(catalogue)
            }
            Ok(None) => tracing::error!("the workspace or its owner is gone from the database"),
            Err(error) => tracing::error!(%error, "lines, tags and settings could not be read again"),
        }
    }

    /// Each message of a customer once, and only what came just now.
    async fn tell_arrivals(&self, changed: &Changed) {
        let count: usize = changed.messages.values().map(|ids| ids.len()).sum();
        if count == 0 || count > MAX_ARRIVALS {
            return;
        }
        let fresh: Vec<MessageId> = {
            let announced = self.announced.lock().unwrap_or_else(PoisonError::into_inner);
            changed.messages.values().flatten().filter(|id| !announced.ids.contains(*id)).copied().collect()
        };
        if fresh.is_empty() {
            return;
        }
        let rows = match self.store.thread_rows(&fresh).await {
            Ok(rows) => rows,
            Err(error) => return tracing::warn!(%error, "arrived messages could not be read"),
        };
        let now_ms = self.clock.now_ms();
        for row in rows {
            let is_news =
                row.direction == Direction::In && row.inbound_no.is_some() && (now_ms - row.created_at_ms) < ARRIVAL_MS;
            if !is_news || !self.announced.lock().unwrap_or_else(PoisonError::into_inner).add(row.id) {
                continue;
            }
            match self.store.conversation_head(row.conversation_id).await {
                Ok(Some(head)) if !head.conversation.blocked => self.bus.put(AppEvent::MessageArrived {
                    conversation_id: row.conversation_id,
                    message_id: row.id,
                    name: head.contact.display_name,
                }),
                Ok(_) => {}
                Err(error) => tracing::warn!(%error, "the sender of an arrived message could not be read"),
            }
        }
    }

    pub async fn head(&self, id: ConversationId) -> Result<embudo_store::ConversationHead, ApiError> {
        self.store.conversation_head(id).await.map_err(failure::store)?.ok_or_else(failure::not_found)
    }

    pub async fn message(&self, id: MessageId) -> Result<Message, ApiError> {
        let key = RowKey { entity: Entity::Message, id: id.0 };
        match self.store.row(key).await.map_err(failure::store)? {
            Some(Row::Message(message)) => Ok(*message),
            _ => Err(failure::not_found()),
        }
    }

    /// Ends sync and hub in this order; what is committed stays, what is not goes on next time.
    pub async fn stop(&self) {
        self.alerts.stop();
        if let Some(sync) = self.sync.lock().await.take() {
            sync.stop().await;
        }
        self.hub.stop().await;
        if let Err(error) = self.store.clone().close().await {
            tracing::warn!(%error, "the database was not closed cleanly");
        }
        self.forget_opened_files().await;
    }

    /// Plain copies for other programs live for one run.
    pub async fn forget_opened_files(&self) {
        let opened = opened_files(&self.dir);
        // A program that still holds one open keeps it on Windows; the next start removes it.
        if let Err(error) = tokio::fs::remove_dir_all(&opened).await
            && error.kind() != std::io::ErrorKind::NotFound
        {
            tracing::warn!(%error, "files that were opened could not be removed");
        }
    }
}

/// Where files lie in plain while another program shows them.
pub fn opened_files(place: &WorkspaceDir) -> std::path::PathBuf {
    place.root().join("opened")
}

#[derive(Debug, Default)]
struct Announced {
    ids: HashSet<MessageId>,
    order: VecDeque<MessageId>,
}

impl Announced {
    fn add(&mut self, id: MessageId) -> bool {
        if !self.ids.insert(id) {
            return false;
        }
        self.order.push_back(id);
        if self.order.len() > MAX_ANNOUNCED
            && let Some(oldest) = self.order.pop_front()
        {
            self.ids.remove(&oldest);
        }
        true
    }
}

/// The previews shown last, so that scrolling back decodes nothing.
#[derive(Default)]
pub struct PreviewCache {
    entries: VecDeque<(MediaHash, Arc<Preview>)>,
    bytes: usize,
}

impl PreviewCache {
    const MAX_BYTES: usize = 24 * 1024 * 1024;

    pub fn get(&mut self, hash: &MediaHash) -> Option<Arc<Preview>> {
        let at = self.entries.iter().position(|(known, _)| known == hash)?;
        let entry = self.entries.remove(at)?;
        self.entries.push_back(entry.clone());
        Some(entry.1)
    }

    pub fn put(&mut self, hash: MediaHash, preview: Arc<Preview>) {
        if self.get(&hash).is_some() {
            return;
        }
        self.bytes += preview.bytes.len();
        self.entries.push_back((hash, preview));
        while self.bytes > Self::MAX_BYTES
            && let Some((_, oldest)) = self.entries.pop_front()
        {
            self.bytes -= oldest.bytes.len();
        }
    }
}
