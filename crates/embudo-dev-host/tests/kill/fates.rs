//! How a message comes to each state of product.md 3.9, by commands of the app, deeds of the
//! customer and what the proxy does to it. Every command is noted in the book before and after.

use crate::book::{Chat, Place};
use crate::proxy::Way;
use crate::seller::{Lost, Seller, text};
use crate::shop::Shop;
use serde_json::json;

/// Where a message is brought before the kill.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    Held,
    Queued,
    Behind,
    Sending,
    Sent,
    Delivered,
    Read,
    Failed,
    Unknown,
    WaitingReply,
    Canceled,
}

pub const FATES: [Fate; 11] = [
    Fate::Held,
    Fate::Queued,
    Fate::Behind,
    Fate::Sending,
    Fate::Sent,
    Fate::Delivered,
    Fate::Read,
    Fate::Failed,
    Fate::Unknown,
    Fate::WaitingReply,
    Fate::Canceled,
];

/// A life of the seller's program, with the numbers that its seed gave it.
pub struct Life<'a> {
    pub shop: &'a Shop,
    pub seller: &'a Seller,
    pub step: u64,
}

impl Life<'_> {
    /// `dice`: the seed's choice among variants.
    pub async fn bring(&self, chat: usize, fate: Fate, dice: u64) -> Result<(), Lost> {
        let odd = dice % 2 == 1;
        match fate {
            Fate::Held => {
                let id = self.type_and_send(chat, Way::Pass, false).await?;
                if dice.is_multiple_of(4) {
                    self.undo(chat, &id).await?;
                    self.type_and_send(chat, Way::Pass, false).await?;
                }
            }
            Fate::Queued => {
                let id = self.type_and_send(chat, Way::Closed, false).await?;
                self.release_held(chat, &id).await?;
                self.until_seen(&id).await?;
                self.seller.until_state(&id, &["queued"]).await?;
            }
            Fate::Behind => {
                let first = self.type_and_send(chat, Way::RequestHeld, false).await?;
                self.release_held(chat, &first).await?;
                let second = self.type_and_send(chat, Way::Pass, false).await?;
                self.release_held(chat, &second).await?;
                self.seller.until_state(&first, &["sending"]).await?;
                self.seller.until_state(&second, &["queued"]).await?;
            }
            Fate::Sending => {
                let way = if odd { Way::RequestHeld } else { Way::AnswerHeld };
                let id = self.type_and_send(chat, way, false).await?;
                self.release_held(chat, &id).await?;
                self.until_seen(&id).await?;
                self.seller.until_state(&id, &["sending"]).await?;
            }
            Fate::Sent => drop(self.sent(chat).await?),
            Fate::Delivered => {
                let id = self.sent(chat).await?;
                self.report(&id, "delivered").await?;
            }
            Fate::Read => {
                let id = self.sent(chat).await?;
                if odd {
                    self.report(&id, "delivered").await?;
                }
                self.report(&id, "read").await?;
            }
            Fate::Failed => {
                let id = self.type_and_send(chat, Way::Refused, false).await?;
                self.release_held(chat, &id).await?;
                self.seller.until_state(&id, &["failed"]).await?;
            }
            Fate::Unknown => {
                let way = if odd { Way::RequestLost } else { Way::AnswerLost };
                let id = self.type_and_send(chat, way, false).await?;
                self.release_held(chat, &id).await?;
                self.until_seen(&id).await?;
                if self.shop.knows_ids {
                    // Asked, the channel tells; where it never had it, it goes again.
                    self.shop.proxy.set(&id, Way::Pass);
                    self.seller.until_state(&id, &["sent"]).await?;
                } else {
                    self.seller.until_state(&id, &["unknown"]).await?;
                }
            }
            Fate::WaitingReply => {
                let id = self.type_and_send(chat, Way::Pass, true).await?;
                self.release_held(chat, &id).await?;
                self.seller.until_state(&id, &["waiting_reply"]).await?;
            }
            Fate::Canceled => {
                let id = self.type_and_send(chat, Way::Pass, true).await?;
                self.release_held(chat, &id).await?;
                self.seller.until_state(&id, &["waiting_reply"]).await?;
                self.seller.call("cancel_message", json!({ "message_id": id })).await?;
                self.seller.until_state(&id, &["canceled"]).await?;
            }
        }
        Ok(())
    }

    async fn sent(&self, chat: usize) -> Result<String, Lost> {
        let id = self.type_and_send(chat, Way::Pass, false).await?;
        self.release_held(chat, &id).await?;
        self.seller.until_state(&id, &["sent"]).await?;
        Ok(id)
    }

    async fn until_seen(&self, id: &str) -> Result<(), Lost> {
        self.seller
            .until(&format!("{id} comes by at the proxy"), async |_| Ok((self.shop.proxy.seen(id) > 0).then_some(())))
            .await
    }

    async fn report(&self, id: &str, status: &str) -> Result<(), Lost> {
        let received = self.shop.customers.received().await;
        let (provider_id, _) = received.get(id).expect("what was sent is with the customer");
        self.shop.customers.report(Some(provider_id), None, status).await;
        self.seller.until_state(id, &[status]).await?;
        Ok(())
    }

    /// Keystrokes, a pause, the rest, Enter: the message is held. Returns its id.
    pub async fn type_and_send(&self, chat: usize, way: Way, when_they_reply: bool) -> Result<String, Lost> {
        let conversation = self.shop.conversation(chat);
        let draft = self.seller.call("get_draft", json!({ "conversation_id": conversation })).await?;
        let id = text(&draft["message_id"]);
        self.shop.proxy.set(&id, way);
        let words = self.shop.words(&format!("to customer {chat} in life {}", self.step));
        self.shop.book().words.insert(id.clone(), words.clone());
        for typed in [&words[..words.len() / 2], &words] {
            self.save_draft(chat, &id, typed, typed.len() == words.len()).await?;
        }
        if when_they_reply {
            self.shop.book().waiting.insert(chat);
        }
        self.shop.book().intend(chat, |chat| {
            chat.draft.clear();
            chat.places.insert(id.clone(), Place::Held);
        });
        let args = json!({
            "conversation_id": conversation, "message_id": id, "text": words, "when_they_reply": when_they_reply,
        });
        self.seller.call("send_message", args).await?;
        self.shop.book().chat(chat).returned();
        Ok(id)
    }

    pub async fn save_draft(&self, chat: usize, id: &str, typed: &str, settle: bool) -> Result<(), Lost> {
        self.shop.book().intend(chat, |chat| chat.draft = typed.to_owned());
        let args = json!({
            "conversation_id": self.shop.conversation(chat), "message_id": id, "text": typed,
            "attachments": [], "reply_to": null, "settle": settle,
        });
        self.seller.call("save_draft", args).await?;
        self.shop.book().chat(chat).returned();
        Ok(())
    }

    pub async fn release_held(&self, chat: usize, id: &str) -> Result<(), Lost> {
        self.shop.book().intend(chat, |chat| {
            chat.places.insert(id.to_owned(), Place::Minted);
        });
        self.seller.call("send_held_now", json!({ "message_id": id })).await?;
        self.shop.book().chat(chat).returned();
        Ok(())
    }

    /// Back into an empty composer.
    async fn undo(&self, chat: usize, id: &str) -> Result<(), Lost> {
        let words = self.shop.book().words[id].clone();
        self.shop.book().intend(chat, |chat| {
            chat.places.remove(id);
            chat.draft = words;
        });
        self.seller.call("undo_send", json!({ "message_id": id })).await?;
        self.shop.book().chat(chat).returned();
        Ok(())
    }

    /// Answers what a chat asks after earlier lives, and lets what waits there leave.
    pub async fn clear_desk(&self, chat: usize, mut dice: u64) -> Result<(), Lost> {
        let Chat { draft, places } = self.shop.book().chat(chat).sure.clone();
        let mut draft_is_empty = draft.is_empty();
        for (id, place) in &places {
            dice = dice.rotate_right(3);
            let odd = dice % 2 == 1;
            if *place == Place::Held {
                if odd && draft_is_empty {
                    self.undo(chat, id).await?;
                    draft_is_empty = false;
                    continue;
                }
                self.shop.proxy.set(id, Way::Pass);
                self.release_held(chat, id).await?;
            }
            self.answer(chat, id, odd).await?;
        }
        Ok(())
    }

    async fn answer(&self, chat: usize, id: &str, odd: bool) -> Result<(), Lost> {
        let asking = ["needs_ok", "waiting_reply", "unknown"];
        let done = ["sent", "delivered", "read", "failed", "canceled"];
        let known = self.shop.book().last.get(id).cloned().unwrap_or_default();
        if done.contains(&known.as_str()) || (known == "unknown" && self.shop.is_left_unknown(id)) {
            return Ok(());
        }
        self.shop.proxy.set(id, Way::Pass);
        let both: Vec<&str> = asking.iter().chain(&done).copied().collect();
        let state = self.seller.until_state(id, &both).await?;
        let args = json!({ "message_id": id });
        match (state.as_str(), odd) {
            ("needs_ok", true) => drop(self.seller.call("release_message", args).await?),
            ("needs_ok", false) => drop(self.seller.call("cancel_message", args).await?),
            ("waiting_reply", true) => {
                self.customer_writes(chat).await;
                self.seller.until_state(id, &done).await?;
                self.shop.book().waiting.remove(&chat);
            }
            ("waiting_reply", false) => {
                self.seller.call("cancel_message", args).await?;
                self.shop.book().waiting.remove(&chat);
            }
            ("unknown", odd) => return self.settle(id, odd).await,
            _ => return Ok(()),
        }
        self.seller.until_state(id, &done).await?;
        Ok(())
    }

    /// "We can't tell": the channel's proof or a person's eyes, never a guess.
    async fn settle(&self, id: &str, odd: bool) -> Result<(), Lost> {
        let is_there = self.shop.customers.received().await.contains_key(id);
        match (is_there, odd) {
            (true, true) => {
                self.shop.customers.report(None, Some(id), "delivered").await;
                self.seller.until_state(id, &["delivered"]).await?;
            }
            (true, false) => {
                self.seller.call("settle_message", json!({ "message_id": id, "arrived": true })).await?;
                self.seller.until_state(id, &["sent"]).await?;
            }
            (false, true) => {
                self.seller.call("settle_message", json!({ "message_id": id, "arrived": false })).await?;
                self.seller.until_state(id, &["sent"]).await?;
            }
            (false, false) => self.shop.leave_unknown(id),
        }
        Ok(())
    }

    pub async fn customer_writes(&self, chat: usize) {
        let words = self.shop.words(&format!("from customer {chat} in life {}", self.step));
        self.shop.book().written.insert(words.clone());
        self.shop.customers.write(&self.shop.customer(chat), &words).await;
    }
}
