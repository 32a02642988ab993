//! What a person is typing: on disk before the view forgets it, on this device only until an
//! act carries it to the hub.

use crate::changed::Changed;
use crate::sql::{self, Args};
use crate::tables::{get, get_id, get_maybe_id};
use crate::{Result, Store, StoreError, codec};
use embudo_domain::*;
use serde::{Deserialize, Serialize};
use sqlx::SqliteConnection;
use sqlx::sqlite::SqliteRow;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LocalDraft {
    pub conversation_id: ConversationId,
    /// The id of the message that it will become.
    pub message_id: MessageId,
    pub text: String,
    pub attachments: Vec<Body>,
    pub reply_to: Option<MessageId>,
    pub updated_at_ms: i64,
}

impl LocalDraft {
    pub fn is_empty(&self) -> bool {
        self.text.is_empty() && self.attachments.is_empty()
    }
}

impl Store {
    /// Durable when it returns. An empty draft is kept as "nothing typed", so that an older one
    /// from the hub does not come back. False: its message was sent or is held already, so this
    /// is a late keystroke of an empty composer and nothing is stored. [`StoreError::NotFound`]
    /// where its conversation is gone: what is erased leaves no words behind.
    pub async fn save_draft(&self, draft: &LocalDraft) -> Result<bool> {
        let mut writer = self.write().await?;
        let mut tx = writer.begin().await?;
        if !is_there(&mut tx, draft.conversation_id).await? {
            return Err(StoreError::NotFound);
        }
        let taken = is_taken(&mut tx, draft.message_id).await?;
        if !taken {
            put(&mut tx, draft).await?;
        }
        tx.commit().await?;
        Ok(!taken)
    }

    /// As typed here, else as another device left it; none when nothing is typed.
    pub async fn draft(&self, conversation: ConversationId) -> Result<Option<LocalDraft>> {
        load(&mut *self.read().await?, conversation).await
    }
}

pub(crate) async fn is_there(conn: &mut SqliteConnection, conversation: ConversationId) -> Result<bool> {
    let mut args = Args::default();
    args.id(conversation.0)?;
    Ok(sql::maybe_row(conn, "select 1 from conversation where id = ?1".into(), args).await?.is_some())
}

/// Has a message with this id been sent or held?
pub(crate) async fn is_taken(conn: &mut SqliteConnection, message: MessageId) -> Result<bool> {
    let mut args = Args::default();
    args.id(message.0)?;
    let sql = "select 1 where exists (select 1 from message where id = ?1) or exists (select 1 from held where message_id = ?1)";
    Ok(sql::maybe_row(conn, sql.into(), args).await?.is_some())
}

pub(crate) async fn put(conn: &mut SqliteConnection, draft: &LocalDraft) -> Result<()> {
    let mut args = Args::default();
    args.id(draft.conversation_id.0)?;
    args.id(draft.message_id.0)?;
    args.add(draft.text.as_str())?;
    args.add(codec::pack_list(&draft.attachments)?)?;
    args.maybe_id(draft.reply_to.map(|id| id.0))?;
    args.add(draft.updated_at_ms)?;
    let sql = "insert into local_draft (conversation_id, message_id, text, attachments, reply_to, updated_at_ms) \
               values (?1, ?2, ?3, ?4, ?5, ?6) on conflict (conversation_id) do update set message_id = excluded.message_id, \
               text = excluded.text, attachments = excluded.attachments, reply_to = excluded.reply_to, \
               updated_at_ms = excluded.updated_at_ms";
    sql::run(conn, sql.into(), args).await?;
    Ok(())
}

pub(crate) async fn load(conn: &mut SqliteConnection, conversation: ConversationId) -> Result<Option<LocalDraft>> {
    const COLUMNS: &str = "conversation_id, message_id, text, attachments, reply_to, updated_at_ms";
    for table in ["local_draft", "draft"] {
        let mut args = Args::default();
        args.id(conversation.0)?;
        if let Some(row) =
            sql::maybe_row(conn, format!("select {COLUMNS} from {table} where conversation_id = ?1"), args).await?
        {
            let draft = read(&row)?;
            return Ok((!draft.is_empty()).then_some(draft));
        }
    }
    Ok(None)
}

fn read(row: &SqliteRow) -> Result<LocalDraft> {
    Ok(LocalDraft {
        conversation_id: ConversationId(get_id(row, 0, "local_draft")?),
        message_id: MessageId(get_id(row, 1, "local_draft")?),
        text: get(row, 2)?,
        attachments: codec::unpack_list("local_draft.attachments", get(row, 3)?)?,
        reply_to: get_maybe_id(row, 4, "local_draft")?.map(MessageId),
        updated_at_ms: get(row, 5)?,
    })
}

/// True: it stands in the composer now. A draft is never overwritten.
pub(crate) async fn put_if_empty(
    conn: &mut SqliteConnection,
    draft: &LocalDraft,
    changed: &mut Changed,
) -> Result<bool> {
    if draft.is_empty() || load(conn, draft.conversation_id).await?.is_some() {
        return Ok(false);
    }
    put(conn, draft).await?;
    changed.conversations.insert(draft.conversation_id);
    changed.drafts.insert(draft.conversation_id);
    Ok(true)
}

/// Its text has become this message: the composer is empty from the same transaction on.
pub(crate) async fn clear_sent(
    conn: &mut SqliteConnection,
    conversation: ConversationId,
    message: MessageId,
    now_ms: i64,
    changed: &mut Changed,
) -> Result<()> {
    let mut args = Args::default();
    args.id(conversation.0)?;
    args.id(message.0)?;
    args.add(now_ms)?;
    let sql = "update local_draft set text = '', attachments = null, reply_to = null, updated_at_ms = max(updated_at_ms, ?3) \
               where conversation_id = ?1 and message_id = ?2 and (text <> '' or attachments is not null)";
    if sql::run(conn, sql.into(), args).await? > 0 {
        changed.conversations.insert(conversation);
        changed.drafts.insert(conversation);
    }
    Ok(())
}

/// A caption belongs into the text box, the file beside it.
pub(crate) fn split_caption(body: Body) -> (String, Vec<Body>) {
    match body {
        Body::Text { text } => (text, Vec::new()),
        Body::Media { media, file, caption } => {
            (caption.unwrap_or_default(), vec![Body::Media { media, file, caption: None }])
        }
        other => (String::new(), vec![other]),
    }
}
