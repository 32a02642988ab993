//! 6, 12: what comes in, and what never changes "unread".

use super::stage::{HOUR_MS, SECOND_MS, Stage, cloud};
use embudo_app::AppEvent;
use embudo_domain::ConversationId;
use serde_json::json;

#[test]
fn golden_06_a_webhook_replayed_ten_times_and_shuffled_is_one_bubble_in_order_told_once() {
    let stage = Stage::open(cloud());
    stage.tell_again(10);
    let id = stage.customer_writes("Maria", "m0");
    for n in 1..6 {
        stage.pass(SECOND_MS);
        stage.customer_writes("Maria", &format!("m{n}"));
    }
    // Six in one breath: they come in one batch, sixty tellings in a muddle.
    let breath = ["m6", "m7", "m8", "m9", "m10", "m11"].map(|text| ("Bia", text));
    stage.pass(SECOND_MS);
    stage.write(&breath);
    // The channel tells whole seconds: only another second is surely later.
    stage.pass(SECOND_MS);
    let other = stage.customer_writes("Bia", "the last");
    let texts = |id: ConversationId| -> Vec<String> {
        stage.thread(id).iter().map(|message| message["body"]["text"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(texts(id), ["m0", "m1", "m2", "m3", "m4", "m5"], "one bubble each, in the channel's order");
    let mut of_one_second = texts(other);
    assert_eq!(of_one_second.pop().as_deref(), Some("the last"), "a later one stands below");
    of_one_second.sort_by_key(|text| text[1..].parse::<u32>().unwrap());
    assert_eq!(of_one_second, breath.map(|(_, text)| text), "written in one second: each once, none missing");
    let unread = |id| stage.chat(id)["unread"].clone();
    assert_eq!((unread(id), unread(other)), (json!(6), json!(7)), "each counted once");
    let mut arrived: Vec<_> = stage
        .told()
        .into_iter()
        .filter_map(|event| match event {
            AppEvent::MessageArrived { message_id, .. } => Some(message_id),
            _ => None,
        })
        .collect();
    let told = arrived.len();
    arrived.sort();
    arrived.dedup();
    assert_eq!(told, arrived.len(), "no message is announced twice");
}

/// A step of a person that is no reading.
const STEPS: u64 = 400;

#[test]
fn golden_12_nothing_but_messages_and_reading_changes_unread() {
    let stage = Stage::open(cloud());
    let mut chats: Vec<(ConversationId, i64)> = Vec::new();
    for (n, who) in ["Maria", "Bia", "João", "Zoé"].into_iter().enumerate() {
        let id = stage.customer_writes(who, "primeira");
        for more in 0..n {
            stage.customer_writes(who, &format!("mais {more}"));
        }
        chats.push((id, n as i64 + 1));
    }
    let mut dice = Dice(12);
    let unread = |id: ConversationId| stage.chat(id)["unread"].as_i64().unwrap();
    for step in 0..STEPS {
        let (id, expected) = chats[dice.below(chats.len() as u64) as usize];
        let contact_id = stage.chat(id)["contact_id"].clone();
        let on = json!({ "conversation_id": id });
        let what = dice.below(9);
        // Some are refused (already closed, nothing waits): a refusal changes nothing either.
        let _ = match what {
            0 => stage.try_call("close_conversation", json!({ "conversation_id": id, "reason": null })),
            1 => stage.try_call("reopen_conversation", on),
            2 => stage.try_call(
                "snooze_conversation",
                json!({ "conversation_id": id, "until_ms": stage.now_ms() + HOUR_MS, "until_reply": dice.below(2) == 0 }),
            ),
            3 => stage.try_call("mark_no_reply_needed", on),
            4 => {
                let patch = json!({ "display_name": format!("Nome {step}"), "saved": true });
                stage.try_call("update_contact", json!({ "contact_id": contact_id, "patch": patch }))
            }
            5 => {
                let blocked = dice.below(2) == 0;
                stage.try_call("block_contact", json!({ "contact_id": contact_id, "blocked": blocked }))
            }
            6 => {
                let (message_id, _) = stage.draft(id);
                let draft = json!({ "conversation_id": id, "message_id": message_id, "text": format!("rascunho {step}"),
                    "attachments": [], "reply_to": null, "settle": dice.below(2) == 0 });
                stage.try_call("save_draft", draft)
            }
            7 => {
                let all = chats.iter().map(|(id, _)| json!(id)).collect::<Vec<_>>();
                let action = json!({ "do": "close", "reason": null });
                stage.try_call("bulk_conversations", json!({ "target": { "on": "ids", "ids": all }, "action": action }))
            }
            _ => {
                stage.pass(20 * 60 * SECOND_MS);
                stage.try_call("get_status", json!({}))
            }
        };
        assert_eq!(unread(id), expected, "step {step}, act {what}");
    }
    // At the hub too, not only while acts are on their way.
    stage.until("every act reached the hub", |stage| stage.call("get_status", json!({}))["unsynced"] == 0);
    for (id, expected) in chats {
        assert_eq!(unread(id), expected, "and the same once the hub has said so");
    }
}

/// xorshift: the same steps every time.
pub(super) struct Dice(pub u64);

impl Dice {
    pub fn below(&mut self, bound: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % bound
    }
}
