//! A seller with one customer, something received, something typed.

use crate::customers::Customers;
use crate::seller::{No, Seller, text};
use crate::snapshot::Files;
use crate::ticks::Ticks;
use serde_json::{Value, json};
use std::path::Path;
use tempfile::TempDir;

pub const DRAFT: &str = "half a sentence";

pub struct Desk {
    pub folder: TempDir,
    pub customers: Customers,
    pub ticks: Ticks,
    pub conversation: String,
}

impl Desk {
    /// Everything is in place; the program runs.
    pub async fn open() -> (Self, Seller) {
        let folder = tempfile::tempdir().unwrap();
        let ticks = Ticks::new();
        let seller = Seller::start(folder.path(), &ticks).await;
        Self::set_up(folder, ticks, seller).await
    }

    pub async fn set_up(folder: TempDir, ticks: Ticks, seller: Seller) -> (Self, Seller) {
        let customers = Customers::start(folder.path(), 1, false).await;
        first_run(&seller).await;
        seller.call("connect_simulator", json!({ "base_url": customers.url })).await.unwrap();
        customers.write("Maria", "oi").await;
        let conversation = only_conversation(&seller).await;
        let desk = Self { folder, customers, ticks, conversation };
        desk.type_draft(&seller, DRAFT).await.unwrap();
        (desk, seller)
    }

    pub async fn start(&self) -> Seller {
        Seller::start(self.folder.path(), &self.ticks).await
    }

    pub fn files(&self) -> Files {
        Files::of(self.folder.path())
    }

    pub async fn type_draft(&self, seller: &Seller, words: &str) -> Result<Value, No> {
        let draft = seller.call("get_draft", json!({ "conversation_id": self.conversation })).await.unwrap();
        let args = json!({
            "conversation_id": self.conversation, "message_id": draft["message_id"], "text": words,
            "attachments": [], "reply_to": null, "settle": false,
        });
        seller.try_call("save_draft", args).await
    }

    /// The words of the thread, oldest first.
    pub async fn thread(&self, seller: &Seller) -> Vec<String> {
        thread(seller, &self.conversation).await
    }

    pub async fn until_received(&self, seller: &Seller, words: &str) {
        until_received(seller, &self.conversation, words).await;
    }

    /// What was there is there.
    pub async fn nothing_is_lost(&self, seller: &Seller) {
        assert_eq!(phase(seller).await, "ready", "with its files put right it opens");
        assert_eq!(self.thread(seller).await.first().map(String::as_str), Some("oi"), "what was received");
        let draft = seller.call("get_draft", json!({ "conversation_id": self.conversation })).await.unwrap();
        assert_eq!(text(&draft["text"]), DRAFT, "what was typed");
    }
}

pub async fn first_run(seller: &Seller) {
    let workspace = json!({ "language": "en", "workspace_name": "Shop", "my_name": "Ana", "country": "BR" });
    seller.call("create_workspace", workspace).await.unwrap();
}

pub async fn only_conversation(seller: &Seller) -> String {
    let view = json!({
        "view": { "scope": "everything", "tab": "all", "order": "newest", "filter": {} }, "limit": 1,
    });
    seller
        .until("a customer has a row", async |seller| {
            let page = seller.call("list_conversations", view.clone()).await?;
            Ok(page["rows"].get(0).map(|row| text(&row["id"])))
        })
        .await
        .unwrap()
}

pub async fn thread(seller: &Seller, conversation: &str) -> Vec<String> {
    let at = json!({ "conversation_id": conversation, "at": { "at": "newest" }, "limit": 200, "with_events": false });
    let page = seller.call("list_messages", at).await.unwrap();
    page["messages"].as_array().unwrap().iter().map(|message| text(&message["body"]["text"])).collect()
}

pub async fn until_received(seller: &Seller, conversation: &str, words: &str) {
    seller
        .until(&format!("“{words}” arrives"), async |seller| {
            Ok(thread(seller, conversation).await.iter().any(|text| text == words).then_some(()))
        })
        .await
        .unwrap();
}

/// `ready`, or the code of what is in the way, which has words in every language.
pub async fn phase(seller: &Seller) -> String {
    let state = seller.call("get_app_state", json!({})).await.unwrap();
    let phase = &state["phase"];
    match phase["code"].as_str() {
        Some(code) => {
            has_words(code);
            code.to_owned()
        }
        None => text(&phase["phase"]),
    }
}

/// The code of a refusal, which has words in every language.
pub fn code_of(answer: Result<Value, No>) -> String {
    match answer {
        Ok(done) => format!("done: {done}"),
        Err(No::Lost) => "the process is gone".to_owned(),
        Err(No::Refused(error)) => {
            let code = text(&error["code"]);
            has_words(&code);
            code
        }
    }
}

pub fn has_words(code: &str) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../ui/src/messages");
    for language in ["en", "es", "pt"] {
        let file = std::fs::read(folder.join(format!("{language}.json"))).unwrap();
        let catalogue: Value = serde_json::from_slice(&file).unwrap();
        let key = format!("error_{}", code.to_lowercase());
        assert!(catalogue[&key].as_str().is_some_and(|words| !words.is_empty()), "{key} has no words in {language}");
    }
}
