//! The judge: what is left after a kill, and what the program shows when it is started again,
//! against what was promised and what the customers have.

use crate::book::{Chat, Place};
use crate::fates::Life;
use crate::seller::{Lost, Seller, text};
use crate::shop::{CLOSED, Shop, Tally, WRITTEN};
use crate::snapshot::{self, Snapshot};
use serde_json::json;
use std::collections::{BTreeSet, HashSet};
use std::sync::Mutex;

impl Shop {
    /// After the kill: sound files, every promise kept, nothing twice at a customer.
    pub async fn examine(&self, tally: &Mutex<Tally>) {
        let snapshot = snapshot::examine(&self.files()).await;
        let received = self.customers.received().await;
        let mut book = self.book();
        for (chat, conversation) in self.conversations().iter().enumerate() {
            let known: Vec<String> = {
                let promise = book.chat(chat);
                promise
                    .sure
                    .places
                    .keys()
                    .chain(promise.maybe.iter().flat_map(|maybe| maybe.places.keys()))
                    .cloned()
                    .collect()
            };
            let place = |id: &String| {
                let minted = snapshot.messages.contains_key(id).then_some(Place::Minted);
                let held = snapshot.held.contains_key(id).then_some(Place::Held);
                assert!(minted.is_none() || held.is_none(), "{id} is held and minted");
                minted.or(held).map(|place| (id.clone(), place))
            };
            let found = Chat {
                draft: snapshot.drafts.get(conversation).cloned().unwrap_or_default(),
                places: known.iter().filter_map(place).collect(),
            };
            book.chat(chat).settle(&format!("the chat with customer {chat}"), found);
        }
        for id in &book.announced {
            assert!(snapshot.messages.contains_key(id), "the app announced a message of a customer and lost it");
        }
        inbound_once(&snapshot, &book.written);
        let mut hit = BTreeSet::new();
        let now: Vec<(String, String)> = snapshot
            .messages
            .iter()
            .filter(|(_, message)| message.from_us)
            .map(|(id, message)| (id.clone(), message.state.to_owned()))
            .chain(snapshot.held.iter().map(|(id, asks)| (id.clone(), if *asks { "asks" } else { "held" }.to_owned())))
            .collect();
        for (id, state) in &now {
            let before = book.last.get(id);
            if before != Some(state) {
                hit.insert(state.clone());
            }
            judge(id, before.map(String::as_str), state, received.contains_key(id));
            if let Some(message) = snapshot.messages.get(id) {
                assert_eq!(Some(&message.text), book.words.get(id), "the words of {id} are the ones that were typed");
            }
        }
        for (id, (_, words)) in &received {
            assert_eq!(Some(words), book.words.get(id), "the customer has the words that were typed");
            assert!(snapshot.messages.contains_key(id), "the customer has “{words}”, and the seller does not know");
        }
        book.last = now.into_iter().collect();
        let mut tally = tally.lock().unwrap();
        for state in hit {
            *tally.entry(state).or_default() += 1;
        }
    }

    /// The app that was just started again shows what the killed one promised.
    pub async fn shows_what_was_promised(&self, seller: &Seller) -> Result<(), Lost> {
        let state = seller.call("get_app_state", json!({})).await?;
        assert_eq!(state["phase"]["phase"], "ready", "it opens after a kill: {state}");
        let chats: Vec<(usize, Chat)> =
            self.book().chats.iter().map(|(chat, promise)| (*chat, promise.sure.clone())).collect();
        let ids: Vec<String> = chats.iter().flat_map(|(_, chat)| chat.places.keys().cloned()).collect();
        let views = seller.messages(&ids).await?;
        let last = self.book().last.clone();
        for (number, chat) in &chats {
            let draft = seller.call("get_draft", json!({ "conversation_id": self.conversation(*number) })).await?;
            assert_eq!(text(&draft["text"]), chat.draft, "the composer of customer {number} after a restart");
            for (id, place) in &chat.places {
                let mut of_id = views.iter().filter(|view| text(&view["id"]) == *id);
                let view = of_id.next().unwrap_or_else(|| panic!("{id} is gone after a restart"));
                assert!(of_id.next().is_none(), "{id} is shown twice");
                assert_eq!(view["body"]["text"], json!(self.book().words[id]), "its words");
                match place {
                    Place::Held => assert_eq!(view["held_until_ms"], 0, "held when the program ended: it asks"),
                    Place::Minted => {
                        assert!(view["held_until_ms"].is_null(), "minted, no longer held");
                        still_stands(id, last.get(id).map(String::as_str), &text(&view["delivery"]), self.knows_ids);
                    }
                }
            }
        }
        self.facts_stand(seller).await
    }

    async fn facts_stand(&self, seller: &Seller) -> Result<(), Lost> {
        let names: Vec<String> = self.book().facts.keys().cloned().collect();
        if names.is_empty() {
            return Ok(());
        }
        let conversation =
            seller.call("get_conversation", json!({ "conversation_id": self.conversation(CLOSED) })).await?;
        let contact = seller.call("get_contact", json!({ "contact_id": self.contact() })).await?;
        let replies = seller.call("list_quick_replies", json!({ "query": "", "limit": 5_000 })).await?;
        for name in names {
            let found = match name.as_str() {
                "state" => text(&conversation["state"]["state"]),
                "about" => text(&contact["about"]),
                reply => {
                    let shortcut = reply.trim_start_matches("reply ");
                    let mut all = replies.as_array().into_iter().flatten();
                    all.find(|reply| reply["shortcut"] == shortcut)
                        .map(|reply| text(&reply["body"]))
                        .unwrap_or_default()
                }
            };
            let mut book = self.book();
            let promise = book.facts.entry(name.clone()).or_default();
            if name == "state" && promise.sure.is_empty() {
                promise.sure = "open".to_owned();
            }
            promise.settle(&name, found);
        }
        let check = seller.call("check_database", json!({})).await?;
        assert_eq!(check["check"], "ok", "the app's own check");
        Ok(())
    }

    /// With every fault gone, all comes to its end: nothing waits, nobody misses anything.
    pub async fn settle(&self) {
        self.proxy.let_go();
        self.proxy.spoil_polls([]);
        let seller = self.start().await;
        let ended = self.settle_with(&seller).await;
        ended.expect("nobody kills it");
        seller.kill().await;
        let snapshot = snapshot::examine(&self.files()).await;
        let received = self.customers.received().await;
        let there: HashSet<&String> = received.keys().collect();
        for (id, message) in snapshot.messages.iter().filter(|(_, message)| message.from_us) {
            match message.state {
                "sent" | "delivered" | "read" => assert!(there.contains(id), "{id} is {} and not there", message.state),
                "failed" | "canceled" | "needs_ok" | "waiting_reply" => {
                    assert!(!there.contains(id), "{id} is {} and there", message.state);
                }
                "unknown" => {}
                other => panic!("{id} is still {other}"),
            }
        }
        let shown: HashSet<&String> =
            snapshot.messages.values().filter(|message| !message.from_us).map(|message| &message.text).collect();
        for words in &self.customers.written().await {
            assert!(shown.contains(words), "“{words}” of a customer is missing");
        }
    }

    async fn settle_with(&self, seller: &Seller) -> Result<(), Lost> {
        self.shows_what_was_promised(seller).await?;
        let life = Life { shop: self, seller, step: u64::MAX };
        for chat in 0..WRITTEN {
            life.clear_desk(chat, self.seed).await?;
        }
        let wanted = self.customers.written().await.len();
        seller
            .until("every message of a customer arrives", async |seller| {
                let mut found = 0;
                for conversation in self.conversations() {
                    let at = json!({ "conversation_id": conversation, "at": { "at": "newest" }, "limit": 200, "with_events": false });
                    let page = seller.call("list_messages", at).await?;
                    let all = page["messages"].as_array().cloned().unwrap_or_default();
                    assert_eq!(page["has_before"], false, "the test reads whole threads");
                    found += all.iter().filter(|message| message["direction"] == "in").count();
                }
                Ok((found >= wanted).then_some(()))
            })
            .await
    }
}

fn inbound_once(snapshot: &Snapshot, written: &HashSet<String>) {
    let mut seen = HashSet::new();
    for message in snapshot.messages.values().filter(|message| !message.from_us) {
        assert!(written.contains(&message.text), "“{}” was never written", message.text);
        assert!(seen.insert((&message.conversation, &message.text)), "“{}” stands there twice", message.text);
    }
}

/// One message in the killed database, against the customer's truth.
fn judge(id: &str, before: Option<&str>, state: &str, is_there: bool) {
    match state {
        "sent" | "delivered" | "read" => assert!(is_there, "{id} is {state} and the customer does not have it"),
        "held" | "asks" | "needs_ok" | "failed" | "canceled" => {
            assert!(!is_there, "{id} is {state} and the customer has it");
        }
        _ => {}
    }
    if let Some("sent" | "delivered" | "read") = before {
        assert!(
            matches!(state, "sent" | "delivered" | "read"),
            "{id} was {} and is {state}",
            before.unwrap_or_default()
        );
    }
}

/// What a kill may not change: proof of arrival and final words stay, and nothing of which bytes
/// may have left is queued again, unless the channel drops repetitions.
fn still_stands(id: &str, before: Option<&str>, after: &str, knows_ids: bool) {
    let may = match before {
        Some("sent" | "delivered" | "read") => &["sent", "delivered", "read"][..],
        Some("failed") => &["failed"],
        Some("canceled") => &["canceled"],
        Some("needs_ok") => &["needs_ok", "queued", "sending", "sent"],
        Some("unknown") if !knows_ids => &["unknown", "sent", "delivered"],
        _ => return,
    };
    assert!(may.contains(&after), "{id} was {before:?} when it was killed and is {after} now");
}
