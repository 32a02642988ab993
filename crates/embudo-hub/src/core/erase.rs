//! Erasing the history of removed lines (LIN-11), a little at a time, between other work.
//!
//! Invariants:
//! - what is to be erased is said by the line's row alone (`history: erasing`): whatever is in
//!   memory here is found again after a crash, and what was erased before it is not there any more;
//! - a conversation's row goes after its messages and with those that it alone leads to, so that
//!   nothing is ever left behind that nothing leads to;
//! - what can't be read is erased by what it is found by, so that it keeps nothing else waiting;
//! - erased rows leave tombstones in the log like any deletion: devices follow by their cursor.

use super::HubCore;
use super::input::{CommitResult, Input};
use crate::error::HubError;
use crate::store::Conversations;
use embudo_domain::*;
use std::collections::{BTreeSet, HashMap};
use uuid::Uuid;

/// Rows erased in one transaction.
const ROWS: usize = 500;
/// What a conversation takes along besides its messages, counted generously.
const AROUND: usize = 5;
/// Rows walked over in one step while looking.
const WALK: usize = 2_000;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    /// Looking which conversations the line has; all before this id were looked at.
    Conversations(Uuid),
    /// Looking which of their messages no thread shows.
    Hidden(Uuid),
    Rows,
}

/// One line's history while it is taken away.
#[derive(Debug)]
pub(super) struct Erasing {
    line_id: LineId,
    stage: Stage,
    conversations: BTreeSet<ConversationId>,
    hidden: BTreeSet<(ConversationId, MessageId)>,
    hidden_in: HashMap<MessageId, ConversationId>,
}

impl Erasing {
    fn of(line_id: LineId) -> Self {
        Self {
            line_id,
            stage: Stage::Conversations(Uuid::nil()),
            conversations: BTreeSet::new(),
            hidden: BTreeSet::new(),
            hidden_in: HashMap::new(),
        }
    }

    fn note_hidden(&mut self, conversation_id: ConversationId, message_id: MessageId) {
        if self.conversations.contains(&conversation_id) {
            self.hidden.insert((conversation_id, message_id));
            self.hidden_in.insert(message_id, conversation_id);
        }
    }

    /// A commit is durable. A row that changed while its turn had not come may be hidden now.
    pub fn note(&mut self, change: &Change) {
        match change {
            Change::Put(Row::Message(message)) if !message.is_visible() => {
                self.note_hidden(message.conversation_id, message.id);
            }
            Change::Delete(RowKey { entity: Entity::Message, id }) => {
                if let Some(conversation_id) = self.hidden_in.remove(&MessageId(*id)) {
                    self.hidden.remove(&(conversation_id, MessageId(*id)));
                }
            }
            Change::Delete(RowKey { entity: Entity::Conversation, id }) => {
                self.conversations.remove(&ConversationId(*id));
            }
            _ => {}
        }
    }

    fn hidden_of(&self, conversation_id: ConversationId) -> impl Iterator<Item = MessageId> + '_ {
        let first = (conversation_id, MessageId(Uuid::nil()));
        self.hidden.range(first..).take_while(move |(of, _)| *of == conversation_id).map(|(_, id)| *id)
    }
}

impl HubCore {
    /// Some line's history is to be taken away, and nobody has to be heard before.
    pub fn wants_erasing(&self) -> bool {
        !self.is_recalling() && self.line_to_erase().is_some()
    }

    fn line_to_erase(&self) -> Option<LineId> {
        self.lines.values().find(|line| line.history == LineHistory::Erasing).map(|line| line.id)
    }

    /// One step: what it found is in memory, what it returns is to be committed. Call it again
    /// while [`HubCore::wants_erasing`].
    async fn next_to_erase(&mut self) -> Result<Vec<Input>, HubError> {
        let ws = self.ws()?;
        let Some(line_id) = self.line_to_erase().filter(|_| !self.is_recalling()) else {
            self.erasing = None;
            return Ok(Vec::new());
        };
        let known = self.erasing.take().filter(|erasing| erasing.line_id == line_id);
        let mut erasing = known.unwrap_or_else(|| Erasing::of(line_id));
        let inputs = self.step_of(ws, &mut erasing).await?;
        self.erasing = Some(erasing);
        Ok(inputs)
    }

    async fn step_of(&mut self, ws: i64, erasing: &mut Erasing) -> Result<Vec<Input>, HubError> {
        match erasing.stage {
            Stage::Conversations(after) => {
                let Conversations { page, unplaced } =
                    self.store.conversations_of_line(ws, erasing.line_id, after, WALK).await?;
                // Never a reason to wait: what nobody can place, nobody can place later either.
                for conversation_id in unplaced {
                    tracing::error!(%conversation_id, "a conversation can't be read, nor on which line it was: it stays");
                }
                erasing.conversations.extend(page.found);
                erasing.stage = match page.next {
                    Some(next) => Stage::Conversations(next),
                    None if erasing.conversations.is_empty() => Stage::Rows,
                    None => Stage::Hidden(Uuid::nil()),
                };
                Ok(Vec::new())
            }
            Stage::Hidden(after) => {
                let page = self.store.hidden_messages(ws, after, WALK).await?;
                for (conversation_id, message_id) in page.found {
                    erasing.note_hidden(conversation_id, message_id);
                }
                erasing.stage = page.next.map_or(Stage::Rows, Stage::Hidden);
                Ok(Vec::new())
            }
            Stage::Rows => self.rows_of(ws, erasing).await,
        }
    }

    async fn rows_of(&mut self, ws: i64, erasing: &Erasing) -> Result<Vec<Input>, HubError> {
        let line_id = erasing.line_id;
        let mut inputs = Vec::new();
        let mut room = ROWS;
        for conversation_id in erasing.conversations.iter().copied() {
            let mut message_ids: Vec<MessageId> = erasing.hidden_of(conversation_id).take(room).collect();
            message_ids.extend(self.store.shown_messages(ws, conversation_id, room - message_ids.len()).await?);
            // In a step of its own: whatever becomes of a step, no message is left without it.
            inputs.push(Input::Hub(if message_ids.is_empty() {
                room -= AROUND;
                HubAct::EraseConversation { line_id, conversation_id }
            } else {
                room -= message_ids.len();
                HubAct::EraseMessages { line_id, conversation_id, message_ids }
            }));
            if room <= AROUND {
                break;
            }
        }
        if inputs.is_empty() {
            inputs.push(Input::Hub(HubAct::LineErased { line_id }));
        }
        Ok(inputs)
    }

    /// One step of erasing, written as a whole or not at all.
    pub async fn erase_some(&mut self, now_ms: i64) -> Result<CommitResult, HubError> {
        let inputs = self.next_to_erase().await?;
        if inputs.is_empty() {
            return Ok(CommitResult::default());
        }
        self.commit_batch(inputs, now_ms).await
    }

    /// Words of what was erased may still stand in free space of the file.
    pub fn wants_scrub(&self) -> bool {
        self.workspace.is_some_and(|book| book.scrub_wanted) && self.line_to_erase().is_none()
    }

    /// Leaves no trace of what was erased; nothing else happens meanwhile.
    pub async fn scrub(&mut self) -> Result<(), HubError> {
        let ws = self.ws()?;
        self.store.scrub(ws).await?;
        if let Some(book) = &mut self.workspace {
            book.scrub_wanted = false;
        }
        Ok(())
    }
}
