//! Two programs where there may be one: on the same data, and on the same account of a channel.

use crate::desk::{Desk, code_of, first_run, has_words, only_conversation, phase, thread, until_received};
use crate::seller::Seller;
use crate::telegram_fake::{TOKEN, TelegramFake};
use crate::ticks::Ticks;
use serde_json::json;
use std::collections::HashSet;

#[tokio::test(flavor = "multi_thread")]
async fn a_second_program_on_the_same_data_is_refused_and_the_first_works_on() {
    let (desk, first) = Desk::open().await;
    let second = desk.start().await;
    assert_eq!(phase(&second).await, "DATA_IN_USE");
    let refused = second
        .try_call("create_workspace", json!({ "language": "en", "workspace_name": "", "my_name": "", "country": "" }));
    assert_eq!(code_of(refused.await), "DATA_IN_USE", "nor does it begin anything there");
    desk.customers.write("Maria", "ainda aí?").await;
    desk.until_received(&first, "ainda aí?").await;
    first.kill().await;
    second.call("retry_start", json!({})).await.unwrap();
    desk.nothing_is_lost(&second).await;
    desk.customers.write("Maria", "e agora?").await;
    desk.until_received(&second, "e agora?").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_programs_on_one_token_are_told_and_no_message_is_lost() {
    let fake = TelegramFake::start().await.unwrap();
    let (ticks, folders) = (Ticks::new(), [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()]);
    let first = Seller::start(folders[0].path(), &ticks).await;
    let second = Seller::start(folders[1].path(), &ticks).await;
    let connect = json!({ "token": TOKEN, "base_url": fake.base_url() });
    first_run(&first).await;
    let line = first.call("connect_telegram", connect.clone()).await.unwrap()["id"].clone();
    fake.customer_writes(7, "one");
    let conversation = only_conversation(&first).await;
    until_received(&first, &conversation, "one").await;

    first_run(&second).await;
    second.call("connect_telegram", connect).await.unwrap();
    // Whoever polls last ends the other's poll: one of the two is told.
    let told = |state: &serde_json::Value| state["code"] == "CONFLICT";
    let both = [&first, &second];
    first
        .until("one of the two is told", async |_| {
            let mut found = None;
            for seller in both {
                let lines = seller.call("list_lines", json!({})).await?;
                found = found.or_else(|| lines.as_array()?.iter().find(|line| told(&line["state"])).map(drop));
            }
            Ok(found)
        })
        .await
        .unwrap();
    has_words("CONFLICT");
    has_words("LINE_CONFLICT");

    let words: Vec<String> = (0..10).map(|number| format!("while there are two, {number}")).collect();
    for words in &words {
        fake.customer_writes(7, words);
    }
    let heard = second.until("everything is with one of them", async |_| {
        let mut heard: HashSet<String> = HashSet::new();
        for seller in both {
            let rows = json!({
                "view": { "scope": "everything", "tab": "all", "order": "newest", "filter": {} }, "limit": 1,
            });
            if let Some(row) = seller.call("list_conversations", rows).await?["rows"].get(0) {
                heard.extend(thread(seller, row["id"].as_str().unwrap()).await);
            }
        }
        Ok(words.iter().all(|words| heard.contains(words)).then_some(()))
    });
    heard.await.unwrap();

    second.kill().await;
    first.call("reconnect_line", json!({ "line_id": line })).await.unwrap();
    fake.customer_writes(7, "alone again");
    until_received(&first, &conversation, "alone again").await;
    let lines = first.call("list_lines", json!({})).await.unwrap();
    assert_eq!(lines[0]["state"]["state"], "connected", "the one that is left goes on");
}
