//! What was not applied: each with the person's own words, whom it was about and what came before it.

mod about;
pub(crate) mod came_back;
mod typed;

pub use about::{ReviewAbout, ReviewCause, ReviewDid};
pub use typed::ReviewTyped;

use crate::bugs::{DeviceBug, planted};
use crate::changed::Changed;
use crate::outbox::PendingAct;
use crate::sql::{self, Args};
use crate::tables::{get, get_id, get_maybe_id};
use crate::{LocalDraft, Result, Store, StoreError, codec, drafts};
use embudo_domain::*;
use serde::Serialize;
use sqlx::SqliteConnection;
use sqlx::sqlite::SqliteRow;
use std::collections::BTreeSet;

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ReviewRow {
    pub act_id: ActId,
    pub act: Act,
    pub refusal: Refusal,
    pub conversation_id: Option<ConversationId>,
    /// Their own words, if it was a message or an edit.
    pub text: Option<String>,
    /// The text stands in the composer again.
    pub restored: bool,
    /// The hub has not answered yet: this device's rules refuse it after what came meanwhile.
    pub provisional: bool,
    pub at_ms: i64,
    /// Absent where it was about nobody, or they are gone.
    pub about: Option<ReviewAbout>,
    pub cause: Option<ReviewCause>,
    /// What it was to fill into custom fields.
    pub typed: Vec<ReviewTyped>,
}

const COLUMNS: &str = "act_id, act, refusal, conversation_id, text, restored, provisional, at_ms";

impl Store {
    /// Those of which no row of the list of notices tells; the hub has answered for good. Oldest first.
    pub async fn unnoted_review(&self, limit: u32) -> Result<Vec<ReviewRow>> {
        let mut args = Args::default();
        args.add(i64::from(limit))?;
        let sql = format!(
            "select {COLUMNS} from review r where not provisional \
             and not exists (select 1 from notice n where n.kind = 'review_item' and n.thing = r.act_id \
                 and n.ended_at_ms is null) order by at_ms, act_id limit ?1"
        );
        let rows = sql::rows(&mut *self.read().await?, sql, args).await?;
        self.told(&rows).await
    }

    pub async fn review_ids(&self) -> Result<BTreeSet<ActId>> {
        let rows = sql::rows_of(&mut *self.read().await?, "select act_id from review", Args::default()).await?;
        rows.iter().map(|row| Ok(ActId(get_id(row, 0, "review")?))).collect()
    }

    /// Newest first.
    pub async fn review(&self) -> Result<Vec<ReviewRow>> {
        let sql = format!("select {COLUMNS} from review order by at_ms desc, act_id desc");
        let rows = sql::rows(&mut *self.read().await?, sql, Args::default()).await?;
        self.told(&rows).await
    }

    async fn told(&self, rows: &[SqliteRow]) -> Result<Vec<ReviewRow>> {
        let mut told = Vec::with_capacity(rows.len());
        for row in rows {
            let row = read(row)?;
            let about = self.review_about(&row.act, row.conversation_id).await?;
            let cause = self.review_cause(&row.refusal).await?;
            let typed = self.review_typed(&row.act).await?;
            told.push(ReviewRow { about, cause, typed, ..row });
        }
        Ok(told)
    }

    pub async fn dismiss_review(&self, act: ActId) -> Result<()> {
        let mut writer = self.write().await?;
        let mut args = Args::default();
        args.id(act.0)?;
        sql::run(writer.connection()?, "delete from review where act_id = ?1".into(), args).await?;
        Ok(())
    }
}

fn read(row: &SqliteRow) -> Result<ReviewRow> {
    Ok(ReviewRow {
        act_id: ActId(get_id(row, 0, "review")?),
        act: codec::unpack("review.act", get(row, 1)?)?,
        refusal: serde_json::from_str(get(row, 2)?).map_err(|error| StoreError::unreadable("review.refusal", error))?,
        conversation_id: get_maybe_id(row, 3, "review")?.map(ConversationId),
        text: get(row, 4)?,
        restored: get(row, 5)?,
        provisional: get(row, 6)?,
        at_ms: get(row, 7)?,
        about: None,
        cause: None,
        typed: Vec::new(),
    })
}

/// The hub's answer: final. The words of a message go back to its composer if that is empty.
pub(crate) async fn refused_by_hub(
    conn: &mut SqliteConnection,
    pending: &PendingAct,
    refusal: &Refusal,
    changed: &mut Changed,
) -> Result<()> {
    typed::note(conn, &pending.act, refusal, pending.stamp.now_ms).await?;
    if !is_worth_a_word(&pending.act) || planted(DeviceBug::WordsDropped) {
        return withdraw(conn, pending.stamp.act_id, changed).await;
    }
    let restored = match returned_draft(pending) {
        // Without its conversation there is no composer.
        Some(draft) if drafts::is_there(conn, draft.conversation_id).await? => {
            drafts::put_if_empty(conn, &draft, changed).await?
        }
        _ => false,
    };
    put(conn, pending, refusal, restored, false, changed).await
}

/// This device's rules refuse it now; it stays queued, because the hub has the last word. Until
/// then its words are here.
pub(crate) async fn refused_here(
    conn: &mut SqliteConnection,
    pending: &PendingAct,
    refusal: &Refusal,
    changed: &mut Changed,
) -> Result<()> {
    typed::note(conn, &pending.act, refusal, pending.stamp.now_ms).await?;
    if is_worth_a_word(&pending.act) { put(conn, pending, refusal, false, true, changed).await } else { Ok(()) }
}

/// The act happened after all.
pub(crate) async fn withdraw(conn: &mut SqliteConnection, act: ActId, changed: &mut Changed) -> Result<()> {
    let mut args = Args::default();
    args.id(act.0)?;
    changed.review |= sql::run(conn, "delete from review where act_id = ?1".into(), args).await? > 0;
    Ok(())
}

/// Reading marks, drafts and settings follow the next act of their kind; nobody misses one.
fn is_worth_a_word(act: &Act) -> bool {
    !matches!(
        act,
        Act::MarkRead { .. }
            | Act::MarkUnread { .. }
            | Act::RestoreRead { .. }
            | Act::RestoreWaiting { .. }
            | Act::SaveDraft { .. }
            | Act::DeleteDraft { .. }
            | Act::PutSetting { .. }
            // What it was kept for says why.
            | Act::KeepSaleRow { .. }
            // Their own report says what was not done.
            | Act::ImportContacts { .. }
            | Act::ImportChat { .. }
            | Act::UndoImport { .. }
    )
}

/// Words that nobody ever minted an act for and that have no other place any more.
pub(crate) async fn keep(
    conn: &mut SqliteConnection,
    act_id: ActId,
    act: &Act,
    refusal: &Refusal,
    at_ms: i64,
    changed: &mut Changed,
) -> Result<()> {
    insert(conn, (act_id, act, at_ms), refusal, false, false, changed).await
}

async fn put(
    conn: &mut SqliteConnection,
    pending: &PendingAct,
    refusal: &Refusal,
    restored: bool,
    provisional: bool,
    changed: &mut Changed,
) -> Result<()> {
    let what = (pending.stamp.act_id, &pending.act, pending.stamp.now_ms);
    insert(conn, what, refusal, restored, provisional, changed).await
}

async fn insert(
    conn: &mut SqliteConnection,
    (act_id, act, at_ms): (ActId, &Act, i64),
    refusal: &Refusal,
    restored: bool,
    provisional: bool,
    changed: &mut Changed,
) -> Result<()> {
    changed.review = true;
    let mut args = Args::default();
    args.id(act_id.0)?;
    args.add(codec::pack(act)?)?;
    args.add(serde_json::to_string(refusal).map_err(|error| StoreError::unreadable("review.refusal", error))?)?;
    args.maybe_id(conversation_of(conn, act).await?.map(|id| id.0))?;
    args.add(words_of(act))?;
    args.add(restored)?;
    args.add(provisional)?;
    args.add(at_ms)?;
    let sql = "insert into review (act_id, act, refusal, conversation_id, text, restored, provisional, at_ms) \
               values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) \
               on conflict (act_id) do update set refusal = excluded.refusal, restored = excluded.restored, \
               provisional = excluded.provisional, conversation_id = coalesce(excluded.conversation_id, conversation_id)";
    sql::run(conn, sql.into(), args).await?;
    Ok(())
}

fn words_of(act: &Act) -> Option<String> {
    match act {
        Act::SendMessage { body, .. } => body.searchable(),
        Act::EditMessage { text, .. } => Some(text.clone()),
        Act::SaveFollowUp { follow_up } => planned_words(follow_up),
        Act::SaveNote { note, .. } => lines_of(&[&note.text]),
        // The same for all of them.
        Act::PlanFollowUps { follow_ups } => follow_ups.first().and_then(planned_words),
        Act::ChangeLeads { patch: LeadPatch { note, .. }, .. } | Act::OpenLeads { note, .. } => lines_of(&[note]),
        Act::PatchContact { patch, .. } => {
            let typed = [&patch.display_name, &patch.phone, &patch.email, &patch.about];
            let typed = typed.into_iter().map(|field| field.as_deref().unwrap_or_default());
            lines_of(&typed.collect::<Vec<_>>())
        }
        Act::CreateContact { contact } => {
            lines_of(&[&contact.name, &contact.phone, &contact.email, &contact.about].map(String::as_str))
        }
        _ => None,
    }
}

fn planned_words(follow_up: &FollowUp) -> Option<String> {
    let planned = follow_up.message.as_ref().and_then(|message| message.body.searchable());
    planned.or_else(|| Some(follow_up.note.clone()).filter(|note| !note.is_empty()))
}

/// What was typed, one under the other.
fn lines_of(typed: &[impl AsRef<str>]) -> Option<String> {
    let lines: Vec<&str> = typed.iter().map(|field| field.as_ref().trim()).filter(|field| !field.is_empty()).collect();
    (!lines.is_empty()).then(|| lines.join("\n"))
}

async fn conversation_of(conn: &mut SqliteConnection, act: &Act) -> Result<Option<ConversationId>> {
    let message_id = match act {
        Act::SendMessage { conversation_id, .. }
        | Act::SetConversationState { conversation_id, .. }
        | Act::NoReplyNeeded { conversation_id }
        | Act::StartConversation { conversation_id, .. } => return Ok(Some(*conversation_id)),
        Act::RetryMessage { message_id }
        | Act::CancelMessage { message_id }
        | Act::ReleaseMessage { message_id }
        | Act::DiscardMessage { message_id }
        | Act::RestoreMessage { message_id, .. }
        | Act::SettleMessage { message_id, .. }
        | Act::EditMessage { message_id, .. } => *message_id,
        _ => return Ok(None),
    };
    let rows = sql::select_by_ids(conn, "select conversation_id from message", "id", &[message_id.0]).await?;
    rows.first().map(|row| get_id(row, 0, "message").map(ConversationId)).transpose()
}

/// What the composer gets back. A fresh message id: the old one has been answered for.
fn returned_draft(pending: &PendingAct) -> Option<LocalDraft> {
    let Act::SendMessage { conversation_id, body, reply_to, .. } = &pending.act else { return None };
    let (text, attachments) = match body {
        Body::Text { text } => (text.clone(), Vec::new()),
        Body::Media { .. } => drafts::split_caption(body.clone()),
        other => (String::new(), vec![other.clone()]),
    };
    Some(LocalDraft {
        conversation_id: *conversation_id,
        message_id: MessageId(pending.stamp.act_id.derived("returned draft")),
        text,
        attachments,
        reply_to: *reply_to,
        updated_at_ms: pending.stamp.now_ms,
    })
}
