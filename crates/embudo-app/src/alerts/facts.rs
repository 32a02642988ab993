//! From what a commit changed to what the brain is told.

use super::line;
use crate::ApiError;
use crate::catalogue::Catalogue;
use crate::failure;
use crate::workspace::Workspace;
use embudo_domain::alerts::{
    Access, AlertEvent, Chat, DueFollowUp, Input, NewMessage, ReplyWay, SnoozedNow, UnreadChat,
};
use embudo_domain::*;
use embudo_store::{AgendaPart, Changed, ConversationHead, InboxTab, InboxView, ThreadRow};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// "Just now": what is older was news once, or on another device.
const FRESH_MS: i64 = 2 * 60 * 1_000;
/// So many new messages are told one by one; more are a burst, of which the list is read.
const MAX_ROWS: usize = 300;
/// Changes that were not applied and are told at once; the others with the next.
const MAX_REVIEW: u32 = 200;
/// Failures whose second telling is known.
const MAX_FAILURES: usize = 1_024;
/// Chats that a summary may name or count.
const MAX_CHATS: u32 = 200;
/// So long before its window closes a chat is told of (NOT-05).
const WINDOW_LEAD_MS: i64 = 60 * 60 * 1_000;
/// What could not be read, or is more than a screen of banners, is looked at again.
const LOOK_AGAIN_MS: i64 = 60 * 1_000;

/// What was told before, to tell only what is new.
#[derive(Default)]
pub(super) struct Facts {
    lines: HashMap<LineId, LineState>,
    failures: BTreeMap<MessageId, u32>,
    /// Chats of which something was told.
    told: BTreeSet<ConversationId>,
    /// New leads of which something was told.
    leads: BTreeSet<LeadId>,
    /// When a window comes near next, or closes, by the wall clock.
    look_at_ms: Option<i64>,
}

impl Facts {
    /// In the order in which they are to be told.
    pub async fn of(&mut self, workspace: &Workspace, changed: &Changed) -> Result<Vec<Input>, ApiError> {
        let mut inputs = Vec::new();
        let count: usize = changed.messages.values().map(|ids| ids.len()).sum();
        if Self::is_burst(changed) {
            inputs.push(Input::CatchingUp);
            inputs.push(Input::CaughtUp { unread: unread(workspace).await? });
        } else if count > 0 {
            self.messages(workspace, changed, &mut inputs).await?;
        }
        // Where too much changed to name it, those that may stand on the screen.
        let named = if changed.everything { &self.told } else { &changed.conversations };
        let now_ms = workspace.clock.now_ms();
        let mut near_ms = changed.everything.then_some(now_ms);
        for id in named {
            // Gone with its line's history: nothing of it may stand on the screen.
            let head = workspace.store.conversation_head(*id).await.map_err(failure::store)?;
            let up_to = match &head {
                Some(head) if head.conversation.state.is_closed() || head.conversation.blocked => i64::MAX,
                Some(head) => head.conversation.read_inbound,
                None => i64::MAX,
            };
            inputs.push(Input::Read { conversation_id: *id, up_to });
            let near_at_ms = head.as_ref().and_then(|head| window_near_at_ms(head, now_ms));
            if near_at_ms.is_none_or(|at_ms| now_ms < at_ms) {
                inputs.push(Input::WindowSettled { conversation_id: *id });
            }
            near_ms = near_ms.into_iter().chain(near_at_ms).min();
            if head.is_none_or(|head| head.conversation.failed_count == 0) {
                inputs.push(Input::FailuresSettled { conversation_id: *id });
            }
        }
        if changed.everything || !changed.follow_ups.is_empty() {
            // Another one may be the next that is due.
            near_ms = Some(now_ms);
            self.follow_ups(workspace, changed, &mut inputs).await?;
        }
        self.look_at_ms = self.look_at_ms.into_iter().chain(near_ms).min();
        if !changed.everything && changed.rows.contains_key(&Entity::Lead) {
            self.new_leads(workspace, changed, &mut inputs).await?;
        }
        if changed.review {
            review(workspace, &mut inputs).await?;
        }
        if changed.everything || changed.rows.contains_key(&Entity::Line) {
            self.lines(workspace, &mut inputs);
        }
        Ok(inputs)
    }

    /// So much that no message of it is looked at.
    pub fn is_burst(changed: &Changed) -> bool {
        changed.arrived.len() > MAX_ROWS
    }

    async fn messages(
        &mut self,
        workspace: &Workspace,
        changed: &Changed,
        inputs: &mut Vec<Input>,
    ) -> Result<(), ApiError> {
        let ids: Vec<MessageId> = changed.messages.values().flatten().copied().collect();
        let mut rows = workspace.store.thread_rows(&ids).await.map_err(failure::store)?;
        rows.sort_by_key(|row| row.key);
        let now_ms = workspace.clock.now_ms();
        let mut heads: HashMap<ConversationId, Option<ConversationHead>> = HashMap::new();
        for row in rows {
            let is_fresh = now_ms - row.created_at_ms < FRESH_MS;
            let arrived = is_fresh && changed.arrived.contains(&(row.conversation_id, row.id));
            let failed = self.is_new_failure(&row, now_ms);
            let snooze_ended = is_fresh && is_snooze_ended(&row);
            if !arrived && !failed && !snooze_ended {
                continue;
            }
            let head = match heads.entry(row.conversation_id) {
                std::collections::hash_map::Entry::Occupied(entry) => entry.into_mut(),
                std::collections::hash_map::Entry::Vacant(entry) => {
                    let head = workspace.store.conversation_head(row.conversation_id).await.map_err(failure::store)?;
                    entry.insert(head)
                }
            };
            let Some(head) = head else { continue };
            self.told(row.conversation_id);
            let chat = chat_of(head, now_ms);
            inputs.push(Input::Event(match () {
                () if failed => AlertEvent::FailedMessage { chat, message_id: row.id, code: code_of(&row) },
                () if snooze_ended => AlertEvent::SnoozeEnded { chat, inbound_count: head.conversation.inbound_count },
                () => AlertEvent::Message { chat, message: message_of(&row, head) },
            }));
        }
        Ok(())
    }

    fn told(&mut self, id: ConversationId) {
        self.told.insert(id);
        if self.told.len() > MAX_CHATS as usize {
            self.told.pop_first();
        }
    }

    /// When windows are to be looked at.
    pub fn look_at_ms(&self) -> Option<i64> {
        self.look_at_ms
    }

    /// Chats whose window closes within the hour and that nobody was told of. To be told before
    /// [`Facts::plan_look`].
    pub async fn windows(&mut self, workspace: &Workspace, now_ms: i64) -> Result<Vec<Input>, ApiError> {
        // Should anything of it fail.
        self.look_at_ms = Some(now_ms + LOOK_AGAIN_MS);
        let found = workspace.store.closing_windows(now_ms, WINDOW_LEAD_MS, MAX_CHATS).await.map_err(failure::store)?;
        let mut inputs = Vec::new();
        for (id, closes_at_ms) in found {
            let Some(head) = workspace.store.conversation_head(id).await.map_err(failure::store)? else { continue };
            self.told(id);
            let chat = chat_of(&head, now_ms);
            inputs.push(Input::Event(AlertEvent::WindowClosing { chat, closes_at_ms }));
        }
        let due = due_follow_ups(workspace, now_ms).await?;
        if !due.is_empty() {
            inputs.push(Input::Event(AlertEvent::FollowUpsDue { due }));
        }
        let (count, newest_due_ms) = workspace.store.asking_untold(me(workspace)).await.map_err(failure::store)?;
        if let Some(newest_due_ms) = newest_due_ms {
            inputs.push(Input::Event(AlertEvent::FollowUpsAsking { count, newest_due_ms }));
        }
        Ok(inputs)
    }

    /// What was settled of those that may stand on the screen.
    async fn follow_ups(
        &mut self,
        workspace: &Workspace,
        changed: &Changed,
        inputs: &mut Vec<Input>,
    ) -> Result<(), ApiError> {
        let now_ms = workspace.clock.now_ms();
        let ids: Vec<FollowUpId> = changed.follow_ups.keys().copied().collect();
        let rows = workspace.store.follow_ups(&ids).await.map_err(failure::store)?;
        let stands: BTreeSet<FollowUpId> =
            rows.iter().filter(|row| row.is_open() && row.due_at_ms <= now_ms).map(|row| row.id).collect();
        let settled = ids.into_iter().filter(|id| !stands.contains(id));
        inputs.extend(settled.map(|follow_up_id| Input::FollowUpSettled { follow_up_id }));
        let part = [AgendaPart::Asking];
        let counts = workspace.store.agenda_counts(&part, Some(me(workspace))).await.map_err(failure::store)?;
        let count = counts.first().map_or(0, |count| u32::try_from(*count).unwrap_or(u32::MAX));
        inputs.push(Input::AskingNow { count });
        Ok(())
    }

    /// Opened by a customer's message just now.
    async fn new_leads(
        &mut self,
        workspace: &Workspace,
        changed: &Changed,
        inputs: &mut Vec<Input>,
    ) -> Result<(), ApiError> {
        // The message that opened one is told, and explained, by itself.
        let is_wanted = workspace.catalogue().alerts.events.new_lead;
        if !is_wanted.banner && !is_wanted.sound {
            return Ok(());
        }
        let now_ms = workspace.clock.now_ms();
        let ids: Vec<LeadId> =
            changed.ids(Entity::Lead).map(LeadId).filter(|id| !self.leads.contains(id)).take(MAX_ROWS).collect();
        for card in workspace.store.cards(&ids).await.map_err(failure::store)? {
            let lead = &card.lead;
            let is_new = lead.is_active() && lead.origin == Origin::Chat && now_ms - lead.opened_at_ms < FRESH_MS;
            let Some(conversation) = card.conversation.as_ref().filter(|_| is_new) else { continue };
            let Some(head) = workspace.store.conversation_head(conversation.id).await.map_err(failure::store)? else {
                continue;
            };
            self.leads.insert(lead.id);
            if self.leads.len() > MAX_FAILURES {
                self.leads.pop_first();
            }
            inputs.push(Input::Event(AlertEvent::NewLead { chat: chat_of(&head, now_ms) }));
        }
        Ok(())
    }

    /// After what [`Facts::windows`] found at this moment: when there is something to find again.
    pub async fn plan_look(&mut self, workspace: &Workspace, now_ms: i64, found: usize) -> Result<(), ApiError> {
        if found < MAX_CHATS as usize {
            let next_ms = workspace.store.next_window_ms(now_ms, WINDOW_LEAD_MS).await.map_err(failure::store)?;
            let due_ms = workspace.store.next_task_ms(me(workspace), now_ms).await.map_err(failure::store)?;
            self.look_at_ms = next_ms.into_iter().chain(due_ms).min();
        }
        Ok(())
    }

    fn is_new_failure(&mut self, row: &ThreadRow, now_ms: i64) -> bool {
        let is_failed = row.direction == Direction::Out
            && row.deleted_at_ms.is_none()
            && matches!(row.delivery, Delivery::Failed | Delivery::Unknown);
        if !is_failed {
            self.failures.remove(&row.id);
            return false;
        }
        // It stands where its attempt ended.
        let ended_ms = row.key.sort_s.saturating_mul(1_000);
        if now_ms - ended_ms > FRESH_MS || self.failures.get(&row.id) == Some(&row.attempt) {
            return false;
        }
        self.failures.insert(row.id, row.attempt);
        if self.failures.len() > MAX_FAILURES {
            self.failures.pop_first();
        }
        true
    }

    /// A line that needs a person is told, also at the first look: nothing arrives by it. That one
    /// came back is news only to who knew that it was away.
    fn lines(&mut self, workspace: &Workspace, inputs: &mut Vec<Input>) {
        let catalogue = workspace.catalogue();
        let now = catalogue.lines.iter().map(|line| (line.id, line.state.clone())).collect();
        let before = std::mem::replace(&mut self.lines, now);
        for line in &catalogue.lines {
            let was = before.get(&line.id);
            if was == Some(&line.state) {
                continue;
            }
            let (line_id, name) = (line.id, line.display_name.clone());
            match (&line.state, trouble(&line.state)) {
                (LineState::Removed, _) => inputs.push(Input::LineRemoved { line_id }),
                (_, Some(code)) => {
                    let code = code.to_owned();
                    inputs.push(Input::Event(AlertEvent::LineDown { line_id, name, code, repeats: true }));
                }
                (LineState::Disconnected { .. }, None) => {
                    inputs.push(Input::LinesAcknowledged { line_id: Some(line_id) });
                }
                _ if was.and_then(trouble).is_some() => {
                    inputs.push(Input::Event(AlertEvent::LineBack { line_id, name }));
                }
                _ => {}
            }
        }
        // The hub is in this program: what can be lost is the way from it to every channel.
        inputs.push(if is_cut_off(&catalogue) {
            Input::StreamLost { since_ms: workspace.clock.now_ms() }
        } else {
            Input::StreamBack
        });
    }
}

fn me(workspace: &Workspace) -> MemberId {
    workspace.actor.member_id
}

/// Tasks of mine whose time came and of which nobody told.
async fn due_follow_ups(workspace: &Workspace, now_ms: i64) -> Result<Vec<DueFollowUp>, ApiError> {
    let rows = workspace.store.due_untold(me(workspace), now_ms, MAX_CHATS).await.map_err(failure::store)?;
    let leads: Vec<LeadId> = rows.iter().map(|row| row.lead_id).collect();
    let cards = workspace.store.cards(&leads).await.map_err(failure::store)?;
    let due = |row: FollowUp| {
        let card = cards.iter().find(|card| card.lead.id == row.lead_id);
        DueFollowUp {
            id: row.id,
            due_at_ms: row.due_at_ms,
            conversation_id: card.and_then(|card| card.conversation.as_ref()).map(|chat| chat.id),
            name: card.map(|card| card.name.clone()).unwrap_or_default(),
            note: row.note,
        }
    };
    Ok(rows.into_iter().map(due).collect())
}

/// The newest conversation of whom it is about.
pub(super) async fn chat_of_follow_up(
    workspace: &Workspace,
    id: FollowUpId,
) -> Result<Option<ConversationId>, ApiError> {
    let Some(row) = workspace.store.follow_up(id).await.map_err(failure::store)? else { return Ok(None) };
    let cards = workspace.store.cards(&[row.lead_id]).await.map_err(failure::store)?;
    Ok(cards.into_iter().next().and_then(|card| card.conversation).map(|chat| chat.id))
}

/// What was not applied and nobody was told of, and what is settled.
async fn review(workspace: &Workspace, inputs: &mut Vec<Input>) -> Result<(), ApiError> {
    let store = &workspace.store;
    inputs.push(Input::ReviewNow { open: store.review_ids().await.map_err(failure::store)? });
    for row in store.unnoted_review(MAX_REVIEW).await.map_err(failure::store)? {
        let name = row.about.map(|about| about.name).unwrap_or_default();
        inputs.push(Input::Event(AlertEvent::ReviewItem { act_id: row.act_id, name, code: row.refusal.code() }));
    }
    Ok(())
}

/// When the last hour of its window begins or began; `None`: nobody waits for an answer in it, or it
/// can be answered at any time, or by a template only.
fn window_near_at_ms(head: &ConversationHead, now_ms: i64) -> Option<i64> {
    let conversation = &head.conversation;
    let waits = conversation.state == ConversationState::Open
        && !conversation.blocked
        && conversation.waiting_since_ms.is_some();
    let closes_at_ms = head.window_closes_at_ms.filter(|closes_at_ms| waits && now_ms < *closes_at_ms)?;
    Some(closes_at_ms - WINDOW_LEAD_MS)
}

/// Why a message of ours did not arrive for sure.
pub(super) fn code_of(row: &ThreadRow) -> String {
    row.error.as_ref().map_or_else(|| "UNKNOWN".to_owned(), |error| error.code.clone())
}

pub(super) fn is_cut_off(catalogue: &Catalogue) -> bool {
    let mut present = catalogue.live_lines().peekable();
    present.peek().is_some() && present.all(|line| has_no_network(&line.state))
}

/// Why nothing arrives by this line until a person does something; a network that is away comes
/// back by itself, and what was switched off on purpose is no trouble.
pub(super) fn trouble(state: &LineState) -> Option<&str> {
    match state {
        LineState::NeedsAuth { code } => Some(code),
        LineState::Disconnected { code } if code != "ON_PURPOSE" && code != "NETWORK" => Some(code),
        // Another program answers with the same token.
        LineState::Degraded { code } if code == "CONFLICT" || code == "WEBHOOK" => Some(code),
        _ => None,
    }
}

fn has_no_network(state: &LineState) -> bool {
    matches!(state, LineState::Degraded { code } | LineState::Disconnected { code } if code == "NETWORK")
}

fn is_snooze_ended(row: &ThreadRow) -> bool {
    // One that a customer's message ended is told by the message.
    row.author == Author::System && row.body == Body::Event { event: ConversationEvent::SnoozeEnded }
}

pub(super) fn chat_of(head: &ConversationHead, now_ms: i64) -> Chat {
    let conversation = &head.conversation;
    let snoozed = match conversation.state {
        ConversationState::Snoozed { until_ms, until_reply: false, .. } => Some(SnoozedNow { until_ms }),
        _ => None,
    };
    let reply = match head.window_closes_at_ms {
        _ if head.line.state == LineState::Removed || head.line.line_type.is_history() => ReplyWay::No,
        Some(closes_at_ms) if closes_at_ms <= now_ms => ReplyWay::TemplateOnly,
        _ => ReplyWay::Free,
    };
    Chat {
        conversation_id: conversation.id,
        line_id: conversation.line_id,
        name: head.contact.display_name.clone(),
        access: Access::Full,
        blocked: conversation.blocked,
        snoozed,
        reply,
    }
}

/// What is sent now waits for its line.
pub(super) fn is_away(head: &ConversationHead) -> bool {
    match &head.line.state {
        LineState::Connected => false,
        state @ LineState::Degraded { .. } => has_no_network(state),
        _ => true,
    }
}

fn message_of(row: &ThreadRow, head: &ConversationHead) -> NewMessage {
    NewMessage {
        id: row.id,
        inbound_no: row.inbound_no,
        kind: row.body.kind_name().to_owned(),
        text: preview_text(&row.body),
        read: row.inbound_no.is_some_and(|no| no <= head.conversation.read_inbound)
            || head.conversation.state.is_closed(),
    }
}

/// Chats with something unread that counts, newest first; with "focus line" those of the one line.
pub(super) async fn unread(workspace: &Workspace) -> Result<Vec<UnreadChat>, ApiError> {
    let now_ms = workspace.clock.now_ms();
    let mut view = InboxView { tab: InboxTab::Unread, ..InboxView::default() };
    view.filter.line_ids = line::heeded(workspace, workspace.alerts.last_presence()).only_line.into_iter().collect();
    let page = workspace.store.inbox_page(&view, None, MAX_CHATS, now_ms).await.map_err(failure::store)?;
    let settings = &workspace.catalogue().alerts;
    let mut chats = Vec::new();
    for row in page.rows {
        let is_muted =
            settings.chat_mute(row.id, now_ms).is_some() || settings.line_mute(row.line_id, now_ms).is_some();
        if is_muted {
            continue;
        }
        let head = workspace.store.conversation_head(row.id).await.map_err(failure::store)?;
        chats.push(UnreadChat {
            conversation_id: row.id,
            name: row.name,
            unread: u32::try_from(row.unread.max(1)).unwrap_or(u32::MAX),
            inbound_count: head.map_or(i64::MAX, |head| head.conversation.inbound_count),
        });
    }
    Ok(chats)
}

/// Unread and open, without those that are muted (NOT-10): what the list shows under "Unread".
pub(crate) async fn badge(workspace: &Workspace) -> Result<u32, ApiError> {
    let now_ms = workspace.clock.now_ms();
    let view = InboxView { tab: InboxTab::Unread, ..InboxView::default() };
    let counts = workspace.store.inbox_counts(&view, now_ms).await.map_err(failure::store)?;
    let settings = &workspace.catalogue().alerts;
    let mut muted = 0;
    let chats: Vec<ConversationId> =
        settings.muted_chats.keys().copied().filter(|id| settings.chat_mute(*id, now_ms).is_some()).collect();
    let lines: Vec<LineId> =
        settings.lines.keys().copied().filter(|id| settings.line_mute(*id, now_ms).is_some()).collect();
    for row in workspace.store.inbox_rows(&view, &chats, now_ms).await.map_err(failure::store)? {
        if row.in_view && !lines.contains(&row.row.line_id) {
            muted += 1;
        }
    }
    if !lines.is_empty() {
        let mut of_lines = view.clone();
        of_lines.filter.line_ids = lines;
        muted += workspace.store.inbox_counts(&of_lines, now_ms).await.map_err(failure::store)?.unread;
    }
    Ok(u32::try_from((counts.badge - muted).max(0)).unwrap_or(u32::MAX))
}
