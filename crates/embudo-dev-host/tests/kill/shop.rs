//! One seed: a data folder, its customers, and a seller's program that is started and killed
//! again and again on it.

use crate::book::Book;
use crate::customers::Customers;
use crate::fates::{FATES, Life};
use crate::proxy::{PollFault, Proxy};
use crate::seller::{Lost, Seller, text};
use crate::snapshot::Files;
use crate::ticks::{Dice, Ticks};
use futures_util::FutureExt as _;
use futures_util::future::join_all;
use serde_json::json;
use std::collections::{BTreeMap, HashSet};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard};
use std::time::Duration;

/// Chats in which the seller writes.
pub const WRITTEN: usize = 10;
/// Chats in which only drafts are typed.
const TYPED: std::ops::Range<usize> = WRITTEN..WRITTEN + 2;
/// A chat that is closed and reopened, and whose customer is silent.
pub const CLOSED: usize = TYPED.end;
const CHATS: usize = CLOSED + 1;
/// Messages whose fate one life brings about.
const FATES_PER_LIFE: usize = 6;
/// Seeded moments lie below: most lives that are left alone see fewer things happen.
const TICKS_PER_LIFE: u64 = 300;
const SIXTEEN_MINUTES_MS: i64 = 16 * 60 * 1_000;

/// State → kills that hit a message which had come to it in the life that was killed.
pub type Tally = BTreeMap<String, u32>;

pub struct Shop {
    pub seed: u64,
    pub knows_ids: bool,
    pub customers: Customers,
    pub proxy: Proxy,
    folder: tempfile::TempDir,
    ticks: Ticks,
    book: Mutex<Book>,
    conversations: Vec<String>,
    contact: String,
    next_word: AtomicU64,
    left_unknown: Mutex<HashSet<String>>,
}

impl Shop {
    /// The first run: a workspace, the line through the proxy, and a word of every customer.
    pub async fn open(seed: u64) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let ticks = Ticks::new();
        // Every fourth channel recognises a repeated id, as a linked device does.
        let knows_ids = seed % 4 == 3;
        let customers = Customers::start(folder.path(), seed, knows_ids).await;
        let proxy = Proxy::start(&customers.url, &ticks).await;
        let mut shop = Self {
            seed,
            knows_ids,
            customers,
            proxy,
            folder,
            ticks,
            book: Mutex::default(),
            conversations: Vec::new(),
            contact: String::new(),
            next_word: AtomicU64::new(0),
            left_unknown: Mutex::default(),
        };
        let seller = Seller::start(shop.folder.path(), &shop.ticks).await;
        shop.first_run(&seller).await.expect("nobody kills the first run");
        seller.kill().await;
        shop
    }

    async fn first_run(&mut self, seller: &Seller) -> Result<(), Lost> {
        let workspace = json!({ "language": "en", "workspace_name": "Shop", "my_name": "Ana", "country": "BR" });
        seller.call("create_workspace", workspace).await?;
        // Longer than any life: holds end when the seller says so, or with the program.
        seller.call("update_settings", json!({ "undo_send_s": 30 })).await?;
        seller.call("connect_simulator", json!({ "base_url": self.proxy.url })).await?;
        for chat in 0..CHATS {
            let words = self.words(&format!("hello from customer {chat}"));
            self.customers.write(&self.customer(chat), &words).await;
            self.book().written.insert(words);
        }
        let view = json!({
            "view": { "scope": "everything", "tab": "all", "order": "newest", "filter": {} }, "limit": 200,
        });
        let rows = seller
            .until("every customer has a row", async |seller| {
                let page = seller.call("list_conversations", view.clone()).await?;
                let rows = page["rows"].as_array().cloned().unwrap_or_default();
                Ok((rows.len() == CHATS).then_some(rows))
            })
            .await?;
        for chat in 0..CHATS {
            let row = rows.iter().find(|row| text(&row["name"]) == self.customer(chat)).expect("its customer's name");
            self.conversations.push(text(&row["id"]));
            if chat == CLOSED {
                self.contact = text(&row["contact_id"]);
            }
        }
        Ok(())
    }

    pub fn book(&self) -> MutexGuard<'_, Book> {
        self.book.lock().unwrap()
    }

    pub fn conversation(&self, chat: usize) -> &str {
        &self.conversations[chat]
    }

    pub fn conversations(&self) -> &[String] {
        &self.conversations
    }

    /// The customer whose chat is closed and reopened.
    pub fn contact(&self) -> &str {
        &self.contact
    }

    pub fn customer(&self, chat: usize) -> String {
        format!("customer-{chat:02}")
    }

    pub fn files(&self) -> Files {
        Files::of(self.folder.path())
    }

    pub fn ticks(&self) -> &Ticks {
        &self.ticks
    }

    pub async fn start(&self) -> Seller {
        Seller::start(self.folder.path(), &self.ticks).await
    }

    /// Never said before in this shop.
    pub fn words(&self, about: &str) -> String {
        format!("{about}, number {}", self.next_word.fetch_add(1, Ordering::Relaxed))
    }

    pub fn leave_unknown(&self, id: &str) {
        self.left_unknown.lock().unwrap().insert(id.to_owned());
    }

    pub fn is_left_unknown(&self, id: &str) -> bool {
        self.left_unknown.lock().unwrap().contains(id)
    }

    /// Starts the program, checks what it shows against what was promised, lets it work, kills
    /// it at the seeded moment, and examines what is left.
    pub async fn live(&self, step: u64, tally: &Mutex<Tally>) {
        let mut dice = Dice::new(self.seed << 32 | step);
        // What waited in the queue is a quarter of an hour old for the next life.
        let aged = self.book().last.values().any(|state| state == "queued");
        if aged {
            self.customers.control(json!({ "do": "advance", "ms": SIXTEEN_MINUTES_MS })).await;
        }
        let late = Duration::from_millis(dice.below(40));
        self.proxy.let_go();
        self.proxy.spoil_polls(match dice.below(6) {
            0 => vec![PollFault::Late(late), PollFault::Lost],
            1 | 2 => vec![PollFault::Late(late); 4],
            _ => Vec::new(),
        });
        let seller = self.start().await;
        self.shows_what_was_promised(&seller).await.expect("nobody kills it yet");
        let born = self.ticks.count();
        let moment = if dice.one_in(2) { None } else { Some(born + 1 + dice.below(TICKS_PER_LIFE)) };
        {
            let playing = self.play(&seller, step, &mut dice);
            tokio::pin!(playing);
            tokio::select! {
                biased;
                () = self.ticks.reached(moment.unwrap_or(u64::MAX)) => {}
                ended = &mut playing => ended.expect("nobody but this test kills it"),
            }
        }
        let announced = seller.kill().await;
        self.book().announced.extend(announced);
        self.examine(tally).await;
    }

    async fn play(&self, seller: &Seller, step: u64, dice: &mut Dice) -> Result<(), Lost> {
        let life = Life { shop: self, seller, step };
        if self.book().last.values().any(|state| state == "queued") {
            self.time_is_known(&life).await?;
            self.queued_asks(seller).await?;
        }
        let first = dice.below(WRITTEN as u64) as usize;
        let mut deeds = Vec::new();
        for place in 0..FATES_PER_LIFE {
            let chat = (first + place) % WRITTEN;
            // All fates in turn, so that none depends on luck.
            let fate = FATES[(step as usize * FATES_PER_LIFE + place) % FATES.len()];
            let (desk, variant) = (dice.roll(), dice.roll());
            let life = &life;
            deeds.push(
                async move {
                    life.clear_desk(chat, desk).await?;
                    life.bring(chat, fate, variant).await
                }
                .boxed_local(),
            );
        }
        // The others are written to by their customers meanwhile.
        let talkers: Vec<usize> = (FATES_PER_LIFE..WRITTEN).map(|place| (first + place) % WRITTEN).collect();
        deeds.push(self.talk(&life, talkers, dice.below(4) + 3).boxed_local());
        deeds.push(self.type_drafts(&life).boxed_local());
        deeds.push(self.keep_facts(seller, step).boxed_local());
        join_all(deeds).await.into_iter().collect()
    }

    /// The channel told the time, and the app shows it. A hold that begins before and ends after
    /// would be over at once. The app believes a new time when it has heard it twice: customers
    /// write so that it does.
    async fn time_is_known(&self, life: &Life<'_>) -> Result<(), Lost> {
        let state = self.customers.control(json!({ "do": "state" })).await;
        let provider_ms = state["now_ms"].as_i64().unwrap();
        life.seller
            .until("the app knows what time it is", async |seller| {
                let status = seller.call("get_status", json!({})).await?;
                let now_ms = status["now_ms"].as_i64().unwrap();
                if now_ms + SIXTEEN_MINUTES_MS / 2 > provider_ms {
                    return Ok(Some(()));
                }
                life.customer_writes(TYPED.start).await;
                Ok(None)
            })
            .await
    }

    /// What waited for more than a quarter of an hour asks before it leaves, the first of each
    /// chat; what is behind it waits on.
    async fn queued_asks(&self, seller: &Seller) -> Result<(), Lost> {
        let chats: Vec<Vec<String>> = {
            let book = self.book();
            let ids = book.chats.values().map(|promise| promise.sure.places.keys().cloned().collect());
            ids.filter(|ids: &Vec<String>| {
                ids.iter().any(|id| book.last.get(id).is_some_and(|state| state == "queued"))
            })
            .collect()
        };
        for ids in chats {
            seller
                .until("what is too old asks, or has left", async |seller| {
                    let views = seller.messages(&ids).await?;
                    let is = |state: &str| {
                        views.iter().any(|view| view["held_until_ms"].is_null() && view["delivery"] == state)
                    };
                    Ok((is("needs_ok") || !(is("queued") || is("sending"))).then_some(()))
                })
                .await?;
        }
        Ok(())
    }

    async fn talk(&self, life: &Life<'_>, chats: Vec<usize>, messages: u64) -> Result<(), Lost> {
        for number in 0..messages as usize {
            let chat = chats[number % chats.len()];
            if !self.book().waiting.contains(&chat) {
                life.customer_writes(chat).await;
            }
        }
        Ok(())
    }

    async fn type_drafts(&self, life: &Life<'_>) -> Result<(), Lost> {
        let mut typed = TYPED.map(|chat| (chat, self.words(&format!("a draft for {chat}")))).collect::<Vec<_>>();
        for letters in [3, 9, 14, usize::MAX] {
            // Letter by letter in two chats in turn: none may stray.
            for (chat, words) in &mut typed {
                let draft =
                    life.seller.call("get_draft", json!({ "conversation_id": self.conversation(*chat) })).await?;
                let part = &words[..letters.min(words.len())];
                life.save_draft(*chat, &text(&draft["message_id"]), part, letters == usize::MAX).await?;
            }
        }
        Ok(())
    }

    /// Close, reopen, what is said about a contact, a quick reply.
    async fn keep_facts(&self, seller: &Seller, step: u64) -> Result<(), Lost> {
        let conversation = json!({ "conversation_id": self.conversation(CLOSED) });
        let about = self.words("about");
        self.note("about", &about, async {
            let patch = json!({ "contact_id": self.contact, "patch": { "about": about, "saved": true } });
            seller.call("update_contact", patch).await
        })
        .await?;
        if step.is_multiple_of(2) {
            self.note("state", "closed", seller.call("close_conversation", conversation)).await?;
        } else {
            self.note("state", "open", seller.call("reopen_conversation", conversation)).await?;
        }
        let shortcut = format!("r{step}");
        let words = self.words("quick");
        let reply = json!({ "id": null, "shortcut": shortcut, "title": shortcut, "body": words });
        self.note(&format!("reply {shortcut}"), &words, seller.call("save_quick_reply", reply)).await
    }

    async fn note(
        &self,
        name: &str,
        value: &str,
        command: impl Future<Output = Result<serde_json::Value, Lost>>,
    ) -> Result<(), Lost> {
        self.book().intend_fact(name, value);
        command.await?;
        self.book().fact_returned(name);
        Ok(())
    }
}
