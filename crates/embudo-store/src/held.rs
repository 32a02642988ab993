//! Undo send: messages that this device holds back for a few seconds. The act is minted when
//! the hold ends; until then nobody else knows of them.

use crate::act::{self, Applied};
use crate::changed::Changed;
use crate::error::ActError;
use crate::sql::{self, Args};
use crate::tables::get;
use crate::{LocalDraft, Result, Store, StoreError, codec, drafts};
use embudo_domain::rules::{Actor, Stamp};
use embudo_domain::*;
use serde::{Deserialize, Serialize};
use sqlx::SqliteConnection;
use sqlx::sqlite::SqliteRow;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct HeldMessage {
    pub message_id: MessageId,
    pub conversation_id: ConversationId,
    pub body: Body,
    pub reply_to: Option<MessageId>,
    pub clicked_at_ms: i64,
    /// Which part of its click it is: a text and its files leave in the order of the composer.
    #[serde(skip)]
    pub place: u32,
    /// Hub time when the hold ends.
    pub until_ms: i64,
    pub send_whenever: bool,
    pub when: SendWhen,
    /// It was held when the program ended, or the rules refused it: it asks instead of leaving
    /// (CMP-04).
    pub asks: bool,
}

impl HeldMessage {
    pub fn act(&self) -> Act {
        Act::SendMessage {
            message_id: self.message_id,
            conversation_id: self.conversation_id,
            body: self.body.clone(),
            reply_to: self.reply_to,
            clicked_at_ms: self.clicked_at_ms,
            // A person was asked and said yes: its age is no question any more.
            send_whenever: self.send_whenever || self.asks,
            when: self.when,
        }
    }
}

impl Store {
    /// Holds them (in their order) and empties the composer whose draft the first one was, in
    /// one transaction. A message that is held or sent already changes nothing.
    /// [`StoreError::NotFound`] where its conversation is gone: it would ask for ever, and nowhere.
    pub async fn hold(&self, messages: &[HeldMessage]) -> Result<Changed> {
        let mut changed = Changed::default();
        let mut writer = self.write().await?;
        let mut tx = writer.begin().await?;
        for message in messages {
            if drafts::is_taken(&mut tx, message.message_id).await? {
                continue;
            }
            if !drafts::is_there(&mut tx, message.conversation_id).await? {
                return Err(StoreError::NotFound);
            }
            put(&mut tx, message).await?;
            changed.note_message(message.conversation_id, message.message_id);
            changed.conversations.insert(message.conversation_id);
            drafts::clear_sent(
                &mut tx,
                message.conversation_id,
                message.message_id,
                message.clicked_at_ms,
                &mut changed,
            )
            .await?;
        }
        tx.commit().await?;
        Ok(changed)
    }

    /// In the order of their clicks, and of the parts of a click.
    pub async fn held(&self, conversation: Option<ConversationId>) -> Result<Vec<HeldMessage>> {
        let mut conn = self.read().await?;
        let mut args = Args::default();
        let mut sql = "select held, asks, place from held".to_owned();
        if let Some(conversation) = conversation {
            args.id(conversation.0)?;
            sql.push_str(" where conversation_id = ?1");
        }
        sql.push_str(" order by clicked_at_ms, place, message_id");
        sql::rows(&mut conn, sql, args).await?.iter().map(read).collect()
    }

    /// To be called once when the program starts: what was held when it ended asks now.
    pub async fn ask_for_held(&self) -> Result<Vec<HeldMessage>> {
        let mut writer = self.write().await?;
        sql::run(writer.connection()?, "update held set asks = 1 where asks = 0".into(), Args::default()).await?;
        drop(writer);
        self.held(None).await
    }

    /// Back into the composer, before what was typed meanwhile; [`StoreError::NotFound`] when it
    /// left already.
    pub async fn take_back(&self, message: MessageId, fresh: MessageId, now_ms: i64) -> Result<(LocalDraft, Changed)> {
        let mut writer = self.write().await?;
        let mut tx = writer.begin().await?;
        let held = load(&mut tx, message).await?.ok_or(StoreError::NotFound)?;
        remove(&mut tx, message).await?;
        let typed = drafts::load(&mut tx, held.conversation_id).await?;
        let draft = joined(held, typed, fresh, now_ms);
        drafts::put(&mut tx, &draft).await?;
        tx.commit().await?;
        let mut changed = Changed::default();
        changed.note_message(draft.conversation_id, message);
        changed.conversations.insert(draft.conversation_id);
        changed.drafts.insert(draft.conversation_id);
        Ok((draft, changed))
    }

    /// Mints the act of a held message; a refusal leaves it held and asking.
    pub async fn mint_held(&self, message: MessageId, actor: Actor, stamp: Stamp) -> Result<Applied, ActError> {
        let mut writer = self.write().await?;
        let mut tx = writer.begin().await?;
        let held = load(&mut tx, message).await?.ok_or(StoreError::NotFound)?;
        let answer = act::apply(&mut tx, &held.act(), actor, stamp).await;
        match &answer {
            Ok(_) => remove(&mut tx, message).await?,
            Err(ActError::Refused(_)) => {
                let mut args = Args::default();
                args.id(message.0)?;
                sql::run(&mut tx, "update held set asks = 1 where message_id = ?1".into(), args).await?;
            }
            Err(ActError::Store(_)) => return answer,
        }
        let _told = self.in_memory().tell(answer.iter().map(|applied| &applied.changed));
        tx.commit().await?;
        answer
    }
}

async fn put(conn: &mut SqliteConnection, message: &HeldMessage) -> Result<()> {
    let mut args = Args::default();
    args.id(message.message_id.0)?;
    args.id(message.conversation_id.0)?;
    args.add(codec::pack(message)?)?;
    args.add(preview_text(&message.body))?;
    args.add(message.clicked_at_ms)?;
    args.add(message.until_ms)?;
    args.add(message.asks)?;
    args.add(message.place)?;
    let sql = "insert or ignore into held (message_id, conversation_id, held, text, clicked_at_ms, until_ms, asks, place) \
               values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
    sql::run(conn, sql.into(), args).await?;
    Ok(())
}

async fn load(conn: &mut SqliteConnection, message: MessageId) -> Result<Option<HeldMessage>> {
    let mut args = Args::default();
    args.id(message.0)?;
    let row = sql::maybe_row(conn, "select held, asks, place from held where message_id = ?1".into(), args).await?;
    row.as_ref().map(read).transpose()
}

async fn remove(conn: &mut SqliteConnection, message: MessageId) -> Result<()> {
    let mut args = Args::default();
    args.id(message.0)?;
    sql::run(conn, "delete from held where message_id = ?1".into(), args).await?;
    Ok(())
}

pub(crate) fn read(row: &SqliteRow) -> Result<HeldMessage> {
    let held: HeldMessage = codec::unpack("held.held", get(row, 0)?)?;
    Ok(HeldMessage { asks: get(row, 1)?, place: get(row, 2)?, ..held })
}

fn joined(held: HeldMessage, typed: Option<LocalDraft>, fresh: MessageId, now_ms: i64) -> LocalDraft {
    let (mut text, mut attachments) = drafts::split_caption(held.body);
    let mut reply_to = held.reply_to;
    // The id that was held is free again unless somebody typed on: then that draft keeps its own.
    let mut message_id = held.message_id;
    if let Some(typed) = typed {
        if !typed.text.is_empty() {
            text = if text.is_empty() { typed.text } else { format!("{text}\n{}", typed.text) };
        }
        attachments.extend(typed.attachments);
        reply_to = reply_to.or(typed.reply_to);
        message_id = fresh;
    }
    LocalDraft { conversation_id: held.conversation_id, message_id, text, attachments, reply_to, updated_at_ms: now_ms }
}
