//! A conversation while a rule changes it: places messages (I7), keeps the preview, the list
//! order and the count of failures in step, and ends as effects.

use super::*;
use crate::message::*;

/// A list of needs that grows only by what is missing.
#[derive(Default)]
pub(super) struct Wanted(Vec<Need>);

impl Wanted {
    pub fn row(&mut self, entity: Entity, id: Uuid) -> &mut Self {
        self.0.push(Need::Row(RowKey { entity, id }));
        self
    }
    pub fn find(&mut self, lookup: Lookup) -> &mut Self {
        self.0.push(Need::Find(lookup));
        self
    }
    /// The rows that a look-up named.
    pub fn rows_of(&mut self, facts: &Facts, entity: Entity, lookup: Lookup) -> &mut Self {
        for id in facts.find(&lookup) {
            self.row(entity, *id);
        }
        self.find(lookup)
    }
    /// What is needed to find the preview again when its own message moves or goes.
    pub fn newest(&mut self, facts: &Facts, conversation_id: ConversationId) -> &mut Self {
        self.row(Entity::Conversation, conversation_id.0);
        self.rows_of(facts, Entity::Message, Lookup::NewestMessages { conversation_id })
    }
    pub fn done(self) -> Vec<Need> {
        self.0
    }
}

pub(super) struct Thread<'a> {
    facts: &'a Facts,
    stamp: Stamp,
    before: Option<&'a Conversation>,
    pub conversation: Conversation,
    /// Newest images of the messages that this act writes, in the order of their first write.
    messages: Vec<Message>,
}

impl<'a> Thread<'a> {
    pub fn load(facts: &'a Facts, id: ConversationId, stamp: Stamp) -> Result<Self, Refusal> {
        let before = facts.conversation(id).ok_or(Refusal::NotFound)?;
        Ok(Self { facts, stamp, before: Some(before), conversation: before.clone(), messages: Vec::new() })
    }

    pub fn new(facts: &'a Facts, conversation: Conversation, stamp: Stamp) -> Self {
        Self { facts, stamp, before: None, conversation, messages: Vec::new() }
    }

    pub fn next_seq(&mut self) -> i64 {
        self.conversation.head_seq += 1;
        self.conversation.head_seq
    }

    /// An event line at this moment. It touches neither preview, order nor unread.
    pub fn event(&mut self, event: ConversationEvent, author: Author) {
        self.event_as(Self::event_id(self.stamp), event, author, self.stamp.now_s());
    }

    /// The id of the line that an act makes.
    pub fn event_id(stamp: Stamp) -> MessageId {
        MessageId(stamp.act_id.derived("event"))
    }

    pub fn event_as(&mut self, id: MessageId, event: ConversationEvent, author: Author, sort_s: i64) {
        let conv_seq = self.next_seq();
        self.messages.push(Message {
            id,
            conversation_id: self.conversation.id,
            direction: Direction::Event,
            author,
            body: Body::Event { event },
            provider_id: None,
            sort_s,
            conv_seq,
            inbound_no: None,
            created_at_ms: self.stamp.now_ms,
            delivery: Delivery::Received,
            attempt: 0,
            error: None,
            timeline: Vec::new(),
            reply_to: None,
            reactions: Vec::new(),
            edited_at_ms: None,
            earlier: Vec::new(),
            wanted_edit: None,
            deleted_at_ms: None,
            send_whenever: false,
        });
    }

    /// Writes a new or changed message.
    pub fn put(&mut self, message: Message) {
        let at = self.messages.iter().position(|written| written.id == message.id);
        let before = at.and_then(|at| self.messages.get(at)).or_else(|| self.facts.message(message.id));
        let was_failed = before.is_some_and(Message::needs_attention);
        self.conversation.failed_count += i64::from(message.needs_attention()) - i64::from(was_failed);
        match at {
            Some(at) => self.messages[at] = message,
            None => self.messages.push(message),
        }
    }

    /// Lifts the chat to `at_ms`; never lowers it.
    pub fn lift(&mut self, at_ms: i64) {
        self.conversation.last_at_ms = self.conversation.last_at_ms.max(at_ms);
    }

    /// Our answer went out elsewhere: read to the end, nobody waits, whatever still waits to leave.
    pub fn answered(&mut self) {
        self.read_to_the_end();
        self.conversation.waiting_since_ms = None;
        self.conversation.pending_answers.clear();
    }

    /// Our answer is written: nobody waits, unless it never goes out.
    pub fn answer_pending(&mut self, message_id: MessageId) {
        let since_ms = self.conversation.waiting_since_ms.take();
        let pending = &mut self.conversation.pending_answers;
        if let Some(same) = pending.iter_mut().find(|pending| pending.message_id == message_id) {
            same.since_ms = earlier(same.since_ms, since_ms);
        } else if since_ms.is_some() || !pending.is_empty() {
            pending.push(PendingAnswer { message_id, since_ms });
        }
    }

    /// An old answer goes once more. It answers nothing that they wrote after it.
    pub fn answer_again(&mut self, message: &Message) {
        if self.nothing_came_after(message) {
            self.answer_pending(message.id);
        }
    }

    /// It went out: they wait no more for it, nor for what was written before it. `was_lost`: it
    /// had been given up, and arrived all the same.
    pub fn answer_out(&mut self, message: &Message, was_lost: bool) {
        let pending = &mut self.conversation.pending_answers;
        if let Some(at) = pending.iter().position(|pending| pending.message_id == message.id) {
            pending.drain(..=at);
        } else if was_lost && self.nothing_came_after(message) {
            self.conversation.waiting_since_ms = None;
        }
    }

    /// It will never go out: what it was to answer is for the next one to answer, or waits again.
    pub fn answer_lost(&mut self, message_id: MessageId) {
        let pending = &mut self.conversation.pending_answers;
        let Some(at) = pending.iter().position(|pending| pending.message_id == message_id) else { return };
        let lost = pending.remove(at);
        match pending.get_mut(at) {
            Some(next) => next.since_ms = earlier(next.since_ms, lost.since_ms),
            None => {
                let since_ms = &mut self.conversation.waiting_since_ms;
                *since_ms = earlier(*since_ms, lost.since_ms);
            }
        }
    }

    fn nothing_came_after(&self, message: &Message) -> bool {
        let written_s = message.created_at_ms.div_euclid(1000);
        self.conversation.last_inbound_s.is_none_or(|last_s| last_s <= written_s)
    }

    pub fn read_to_the_end(&mut self) {
        self.conversation.read_inbound = self.conversation.inbound_count;
        self.conversation.manual_unread = false;
        quiet::taken_up(&mut self.conversation, self.stamp);
    }

    /// Opens a closed or snoozed conversation, with its event line.
    pub fn reopen(&mut self, author: Author, sort_s: i64) {
        let event = match self.conversation.state {
            ConversationState::Open => return,
            ConversationState::Snoozed { .. } => ConversationEvent::SnoozeEnded,
            ConversationState::Closed { .. } => ConversationEvent::Reopened,
        };
        // Somebody has taken it up again: it does not close by itself until they write.
        if self.conversation.state.is_closed() {
            self.conversation.closes_at_ms = None;
        }
        self.conversation.state = ConversationState::Open;
        quiet::stands_open(&mut self.conversation, self.stamp);
        self.event_as(Self::event_id(self.stamp), event, author, sort_s);
    }

    /// The newest visible message, out of what was written, what the row knows and what the
    /// look-up brought. Exact as long as the look-up was asked whenever the preview's own
    /// message moves or goes.
    fn newest(&self) -> Option<Preview> {
        let written = |id: MessageId| self.messages.iter().any(|message| message.id == id);
        let kept = self.conversation.preview.iter().filter(|preview| !written(preview.message_id)).cloned();
        let mine = self.messages.iter().filter(|message| message.is_visible()).map(preview_of);
        let lookup = Lookup::NewestMessages { conversation_id: self.conversation.id };
        let stored = self.facts.find(&lookup).iter().filter_map(|id| self.facts.message(MessageId(*id)));
        let stored = stored.filter(|message| message.is_visible() && !written(message.id)).map(preview_of);
        kept.chain(mine).chain(stored).max_by_key(|preview| (preview.sort_s, preview.conv_seq))
    }

    pub fn into_effects(mut self) -> Effects {
        self.conversation.preview = self.newest();
        let mut changes = Vec::with_capacity(1 + self.messages.len());
        if self.before != Some(&self.conversation) {
            changes.push(Change::Put(Row::Conversation(self.conversation)));
        }
        for message in self.messages {
            if self.facts.message(message.id) != Some(&message) {
                changes.push(Change::Put(Row::Message(Box::new(message))));
            }
        }
        Effects { changes, ..Effects::default() }
    }
}

fn earlier(one: Option<i64>, other: Option<i64>) -> Option<i64> {
    one.into_iter().chain(other).min()
}

fn preview_of(message: &Message) -> Preview {
    Preview {
        message_id: message.id,
        from_us: message.direction == Direction::Out,
        kind: message.body.kind_name().to_owned(),
        text: preview_text(&message.body),
        delivery: message.delivery,
        sort_s: message.sort_s,
        conv_seq: message.conv_seq,
    }
}

impl Stamp {
    /// Hub time in whole seconds, the unit of the order of messages.
    pub fn now_s(&self) -> i64 {
        self.now_ms.div_euclid(1000)
    }

    /// Provider time, clamped only above: hub time and two seconds (I7).
    pub(crate) fn clamp_s(&self, at_s: i64) -> i64 {
        at_s.min(self.now_s() + 2)
    }

    /// When a customer wrote, never later than it is: what people do from now on comes after it,
    /// however far ahead the channel's clock is.
    pub(crate) fn heard_s(&self, at_s: i64) -> i64 {
        at_s.min(self.now_s())
    }
}

impl Message {
    /// Ours that failed or that nobody can tell of, and that nobody has dealt with.
    pub fn needs_attention(&self) -> bool {
        self.direction == Direction::Out
            && self.deleted_at_ms.is_none()
            && matches!(self.delivery, Delivery::Failed | Delivery::Unknown)
    }

    /// Counts for the preview: neither an event line nor taken away.
    pub fn is_visible(&self) -> bool {
        self.direction != Direction::Event && self.deleted_at_ms.is_none()
    }

    /// Taken out of the thread by a person; a message that was deleted at the channel stays as
    /// "deleted".
    pub fn is_discarded(&self) -> bool {
        self.direction == Direction::Out
            && self.deleted_at_ms.is_some()
            && matches!(self.delivery, Delivery::Failed | Delivery::Unknown | Delivery::Canceled)
    }

    /// Not in the thread any more: discarded, or the event line of what was undone.
    pub fn is_gone(&self) -> bool {
        self.is_discarded() || (self.direction == Direction::Event && self.deleted_at_ms.is_some())
    }

    /// When this attempt began to wait, for the age check (OFF-05): the click, the retry or the
    /// release. Going back to the queue within an attempt does not make it younger.
    pub fn queued_at_ms(&self) -> i64 {
        self.timeline
            .iter()
            .find(|mark| mark.attempt == self.attempt && mark.status == Delivery::Queued)
            .map_or(self.created_at_ms, |mark| mark.at_ms)
    }

    /// The next step of delivery, with its mark in the time line.
    pub(crate) fn step(&mut self, status: Delivery, at_ms: i64, error: Option<SendError>) {
        self.delivery = status;
        self.error = error.clone();
        self.timeline.push(DeliveryMark { attempt: self.attempt, status, at_ms, error });
    }
}
