//! 13: what is typed stays with its chat and survives a kill.

use super::inbox::Dice;
use super::stage::{Stage, cloud};
use embudo_domain::ConversationId;
use serde_json::{Value, json};

const STEPS: u64 = 600;

/// A chat as the seller's hands know it.
struct Chat {
    id: ConversationId,
    /// Every character typed here is one of these, and no other chat has any of them.
    alphabet: Vec<char>,
    typed: String,
    /// What the last save said that it kept.
    kept: String,
}

impl Chat {
    fn save(&self, stage: &Stage, settle: bool) -> Value {
        let (message_id, _) = stage.draft(self.id);
        json!({ "conversation_id": self.id, "message_id": message_id, "text": self.typed, "attachments": [],
            "reply_to": null, "settle": settle })
    }

    /// Is all of it from this chat?
    fn is_own(&self, text: &str) -> bool {
        text.chars().all(|letter| self.alphabet.contains(&letter))
    }
}

#[test]
fn golden_13_random_switching_typing_and_kills_leak_no_character_and_lose_no_saved_one() {
    let mut stage = Stage::open(cloud());
    let alphabets = ["abcdefg", "hijklmn", "opqrstu", "ÀÁÂÃÄÅÆ", "🐙🐘🐊🐳🦜"];
    let mut chats: Vec<Chat> = alphabets
        .iter()
        .enumerate()
        .map(|(n, letters)| Chat {
            id: stage.customer_writes(&format!("Customer {n}"), "oi"),
            alphabet: letters.chars().collect(),
            typed: String::new(),
            kept: String::new(),
        })
        .collect();
    let mut dice = Dice(13);
    let (mut here, mut kills, mut sent) = (0, 0, 0);
    for step in 0..STEPS {
        let chat = &mut chats[here];
        match dice.below(40) {
            // A keystroke, and the save that follows within the second.
            0..=27 => {
                if dice.below(6) == 0 {
                    chat.typed.pop();
                } else {
                    let letter = chat.alphabet[dice.below(chat.alphabet.len() as u64) as usize];
                    chat.typed.push(letter);
                }
                stage.call("save_draft", chat.save(&stage, false));
                chat.kept.clone_from(&chat.typed);
            }
            // Another chat: what was left settles at the hub.
            28..=35 => {
                stage.call("save_draft", chat.save(&stage, true));
                chat.kept.clone_from(&chat.typed);
                here = dice.below(chats.len() as u64) as usize;
                let there = &chats[here];
                assert_eq!(stage.draft(there.id).1, there.kept, "step {step}: the composer shows its own chat's words");
            }
            36..=37 if !chat.typed.is_empty() => {
                stage.send(chat.id, &chat.typed).unwrap();
                (chat.typed, chat.kept) = (String::new(), String::new());
                sent += 1;
            }
            38 => {
                // One keystroke later the process is gone, perhaps in the middle of its save.
                let letter = chat.alphabet[dice.below(chat.alphabet.len() as u64) as usize];
                chat.typed.push(letter);
                stage.call_and_look_away("save_draft", chat.save(&stage, dice.below(2) == 0));
                stage.crash();
                stage.begin();
                kills += 1;
                let found = stage.draft(chat.id).1;
                assert!(
                    found == chat.kept || found == chat.typed,
                    "step {step}: at most the keystroke under way is lost: {found:?} of {:?}",
                    chat.typed
                );
                (chat.typed, chat.kept) = (found.clone(), found);
                for chat in &chats {
                    assert_eq!(stage.draft(chat.id).1, chat.kept, "step {step}: what was saved elsewhere is all there");
                }
            }
            _ => {}
        }
    }
    assert!(kills >= 5 && sent >= 5, "the walk kills ({kills}) and sends ({sent}) often enough to mean something");
    stage.until("what was sent has left", |stage| stage.call("get_status", json!({}))["waiting"] == 0);
    for chat in &chats {
        let (_, draft) = stage.draft(chat.id);
        assert!(chat.is_own(&draft), "another chat's letters in the draft {draft:?}");
        for message in stage.thread(chat.id).iter().filter(|message| message["direction"] == "out") {
            let text = message["body"]["text"].as_str().unwrap();
            assert!(chat.is_own(text), "another chat's letters in the message {text:?}");
        }
    }
}
