//! The customers: the simulated provider as a process of its own, which is never killed. Its
//! ledger is the truth about what reached whom.

use crate::seller::{first_line, http_client, program, text};
use serde_json::{Value, json};
use std::collections::{HashMap, HashSet};
use std::path::Path;
use tokio::process::Child;

pub struct Customers {
    _process: Child,
    http: reqwest::Client,
    pub url: String,
}

impl Customers {
    /// `knows_ids`: a channel that drops a second send of our id, and can be asked about it.
    pub async fn start(folder: &Path, seed: u64, knows_ids: bool) -> Self {
        let mut process = program()
            .args(["simulator", "--port", "0", "--nobody", "--seed", &seed.to_string(), "--ledger"])
            .arg(folder.join("ledger.db"))
            .spawn()
            .unwrap();
        let told = first_line(&mut process).await.expect("the simulator starts");
        let http = http_client();
        let customers = Self { _process: process, http, url: text(&told["url"]) };
        // Receipts come when the test reports them. Updates come doubled, shuffled and in bits.
        let rules = json!({
            "client_ids": knows_ids, "receipts": false, "tells_time": true, "customers_answer": false,
            "duplicate_percent": 20, "reorder_percent": 20, "batch_limit": 4,
        });
        customers.control(json!({ "do": "set_rules", "rules": rules })).await;
        customers
    }

    pub async fn control(&self, what: Value) -> Value {
        let answer = self.http.post(format!("{}/control", self.url)).json(&what).send().await.unwrap();
        assert!(answer.status().is_success(), "the simulator refused {what}");
        answer.json().await.unwrap()
    }

    pub async fn write(&self, external_id: &str, words: &str) {
        let body = json!({ "kind": "text", "text": words });
        self.control(json!({ "do": "inject", "messages": [{ "external_id": external_id, "body": body }] })).await;
    }

    /// The channel's proof that a message arrived, by the provider's id, or by ours where the
    /// provider's never reached us.
    pub async fn report(&self, provider_id: Option<&str>, client_key: Option<&str>, status: &str) {
        let report = json!({ "do": "report", "provider_id": provider_id, "client_key": client_key, "status": status });
        self.control(report).await;
    }

    /// The words of every message that a customer wrote.
    pub async fn written(&self) -> HashSet<String> {
        let all = self.control(json!({ "do": "sent_to_us" })).await;
        let texts = all.as_array().unwrap().iter().map(|sent| text(&sent["update"]["body"]["text"]));
        texts.filter(|words| !words.is_empty()).collect()
    }

    /// Message id → (provider's id, words), for everything that arrived. Panics when anything
    /// arrived twice.
    pub async fn received(&self) -> HashMap<String, (String, String)> {
        let mut found = HashMap::new();
        for delivery in self.control(json!({ "do": "deliveries" })).await.as_array().unwrap() {
            let (key, words) = (text(&delivery["client_key"]), text(&delivery["body"]["text"]));
            let before = found.insert(key, (text(&delivery["provider_id"]), words.clone()));
            assert!(before.is_none(), "the customer has “{words}” twice");
        }
        found
    }
}
