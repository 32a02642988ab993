//! Undo send: messages that this device holds back for a few seconds. The act is minted when
//! the hold ends; until then nobody else knows of them.

use crate::act::Applied;
use crate::error::ActError;
use crate::{LocalDraft, Result, Store, StoreError};
use embudo_domain::rules::{Actor, Stamp};
use embudo_domain::*;
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct HeldMessage {
    pub message_id: MessageId,
    pub conversation_id: ConversationId,
    pub body: Body,
    pub reply_to: Option<MessageId>,
    pub clicked_at_ms: i64,
    /// Hub time when the hold ends.
    pub until_ms: i64,
    pub send_whenever: bool,
    pub when: SendWhen,
    /// It was held when the program ended: it asks instead of leaving (CMP-04).
    pub asks: bool,
}

impl Store {
    /// Holds them and empties the composer that they came from, in one transaction. The same
    /// message again changes nothing.
    pub async fn hold(&self, messages: &[HeldMessage], next_draft: MessageId) -> Result<()> {
        let _ = (messages, next_draft);
        Err(StoreError::NotFound)
    }

    /// In the order of their clicks.
    pub async fn held(&self, conversation: Option<ConversationId>) -> Result<Vec<HeldMessage>> {
        let _ = conversation;
        Err(StoreError::NotFound)
    }

    /// Back into the composer, before what was typed meanwhile.
    pub async fn take_back(&self, message: MessageId, now_ms: i64) -> Result<LocalDraft> {
        let _ = (message, now_ms);
        Err(StoreError::NotFound)
    }

    /// Mints the act of a held message; a refusal leaves it held and asking.
    pub async fn mint_held(&self, message: MessageId, actor: Actor, stamp: Stamp) -> std::result::Result<Applied, ActError> {
        let _ = (message, actor, stamp);
        Err(StoreError::NotFound.into())
    }
}
