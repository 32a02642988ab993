//! Replaying what a batch touches equals replaying everything, and in the end both equal the hub.

use crate::people_acts;
use crate::sale_acts;
use crate::support::*;
use embudo_domain::model::World;
use embudo_domain::*;
use embudo_protocol::{Epoch, Rejection};
use embudo_store::{ActError, Depth, LocalDraft, Store, StoreError};
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use rand::{Rng, SeedableRng};

const CUSTOMERS: u128 = 4;

struct Script {
    rng: StdRng,
    next: u128,
    sent: Vec<MessageId>,
    tags: Vec<TagId>,
    undos: Vec<Act>,
}

impl Script {
    fn number(&mut self) -> u128 {
        self.next += 1;
        self.next
    }

    fn somebody(&mut self) -> Customer {
        customer(self.rng.random_range(1..=CUSTOMERS))
    }

    fn act(&mut self, world: &World) -> Act {
        let to = self.somebody();
        let number = self.number();
        let conversation_id = to.conversation;
        match self.rng.random_range(0..23) {
            0..=3 => {
                self.sent.push(MessageId(id((8 << 100) | number)));
                send(number, to, &format!("answer {number}"))
            }
            4 => Act::MarkRead { conversation_id, up_to: self.rng.random_range(1..20) },
            5 => Act::MarkUnread { conversation_id },
            6 => {
                let to = if self.rng.random() {
                    ConversationState::Open
                } else {
                    ConversationState::Closed { reason: None }
                };
                Act::SetConversationState { conversation_id, to, expect: None, undoes: None, seen: None }
            }
            7 => Act::NoReplyNeeded { conversation_id },
            8 => {
                let phone = self.rng.random::<bool>().then(|| format!("+55319888800{}", self.rng.random_range(10..14)));
                let patch =
                    ContactPatch { display_name: Some(format!("Name {number}")), phone, ..ContactPatch::default() };
                Act::PatchContact { contact_id: to.contact, patch, expect: None }
            }
            9 => {
                let tag_id = match self.tags.choose(&mut self.rng) {
                    Some(tag) => *tag,
                    None => {
                        let tag = TagId(id((11 << 100) | number));
                        self.tags.push(tag);
                        return Act::PutTag {
                            tag: Tag { id: tag, name: format!("tag {number}"), color: "#aabbcc".into() },
                        };
                    }
                };
                Act::TagContact { contact_id: to.contact, tag_id, on: self.rng.random_range(0..3) > 0 }
            }
            10 => {
                let reply = QuickReply {
                    id: QuickReplyId(id((12 << 100) | number)),
                    // Few shortcuts: some are taken.
                    shortcut: format!("s{}", self.rng.random_range(0..4)),
                    title: "t".into(),
                    body: "b".into(),
                    attachments: Vec::new(),
                    updated_at_ms: NOW_MS,
                };
                Act::PutQuickReply { reply, expect: None }
            }
            11 => Act::SetBlocked { contact_id: to.contact, blocked: self.rng.random_range(0..4) == 0 },
            12 => {
                let draft = Draft {
                    conversation_id,
                    member_id: ACTOR.member_id,
                    message_id: MessageId(id((13 << 100) | number)),
                    text: format!("draft {number}"),
                    attachments: Vec::new(),
                    reply_to: None,
                    updated_at_ms: NOW_MS,
                };
                Act::SaveDraft { draft }
            }
            13..=18 => sale_acts::act(&mut self.rng, world, number, CUSTOMERS),
            19 | 20 => people_acts::act(&mut self.rng, world, number).unwrap_or(Act::MarkUnread { conversation_id }),
            22 => {
                // Few of them, few names and few digits: they are in each other's way.
                let view = SavedView {
                    id: SavedViewId(id((15 << 100) | self.rng.random_range(1..5))),
                    member_id: ACTOR.member_id,
                    name: format!("view {}", self.rng.random_range(0..4)),
                    position: String::new(),
                    digit: self.rng.random::<bool>().then(|| self.rng.random_range(1..3)),
                    shows: format!("{{\"n\":{number}}}"),
                };
                let is_gone = self.rng.random_range(0..4) == 0;
                let gone = if is_gone { vec![view.id] } else { Vec::new() };
                Act::ChangeViews { put: if is_gone { Vec::new() } else { vec![view] }, gone }
            }
            // What was done on this device may not have reached the hub yet, or never will.
            21 if !self.undos.is_empty() => self.undos[self.rng.random_range(0..self.undos.len())].clone(),
            _ => match self.sent.choose(&mut self.rng) {
                Some(message_id) => Act::CancelMessage { message_id: *message_id },
                None => Act::MarkUnread { conversation_id },
            },
        }
    }

    fn at_the_hub(&mut self, hub: &mut Hub) {
        hub.now_ms += self.rng.random_range(1..5_000);
        match self.rng.random_range(0..4) {
            0 | 1 => {
                let from = self.somebody();
                let at_s = hub.now_ms / 1000 - self.rng.random_range(0..20);
                let number = self.number();
                hub.receive_text(from, at_s, &format!("question {number}"));
            }
            2 => {
                // Another device of the team, as far as this one can tell.
                let act = self.act(&hub.world);
                hub.act(&act, ActId(id((14 << 100) | self.number())));
            }
            _ => {
                let Some(message_id) = self.sent.choose(&mut self.rng).copied() else { return };
                let Some(attempt) = hub.world.message(message_id).map(|message| message.attempt) else { return };
                hub.run(&HubAct::SendStarted { message_id, attempt });
                let outcome = if self.rng.random() {
                    let number = self.number();
                    SendOutcome::Sent { provider_id: format!("o{number}"), at_s: hub.now_ms / 1000 }
                } else {
                    SendOutcome::Failed { error: SendError { code: "X".into(), detail: None } }
                };
                hub.run(&HubAct::SendEnded { message_id, attempt, outcome });
            }
        }
    }
}

async fn deliver_both(hub: &Hub, fast: &Store, slow: &Store, seed: u64) {
    let from = fast.cursor().await.unwrap().map_or(0, |cursor| cursor.seq);
    let batch = hub.batch(from);
    fast.apply_changes(&batch).await.unwrap();
    slow.apply_changes_with_full_replay(&batch).await.unwrap();
    let (left, right) = (rows_of(fast).await, rows_of(slow).await);
    for (key, row) in &left {
        assert_eq!(Some(row), right.get(key), "seed {seed}: a touched replay equals a full one");
    }
    assert_eq!(left.len(), right.len(), "seed {seed}: no row more, no row less");
    let (mut left, mut right) = (fast.base_keys().await.unwrap(), slow.base_keys().await.unwrap());
    left.sort();
    right.sort();
    assert_eq!(left, right, "seed {seed}: the same rows have a base");
    let (left, right) = (fast.review().await.unwrap(), slow.review().await.unwrap());
    for (left, right) in left.iter().zip(&right) {
        assert_eq!(left, right, "seed {seed}: the same acts are refused");
    }
    assert_eq!(left.len(), right.len(), "seed {seed}: no refusal more, no refusal less");
}

async fn run(seed: u64, steps: usize) {
    let mut hub = Hub::new();
    let (fast, slow) = (memory().await, memory().await);
    let mut script =
        Script { rng: StdRng::seed_from_u64(seed), next: 0, sent: Vec::new(), tags: Vec::new(), undos: Vec::new() };
    for number in 1..=CUSTOMERS {
        hub.receive_text(customer(number), NOW_MS / 1000, "hello");
    }
    deliver_both(&hub, &fast, &slow, seed).await;
    for _ in 0..steps {
        match script.rng.random_range(0..10) {
            0..=4 => {
                let act = script.act(&hub.world);
                let stamp = stamp((10 << 100) | script.number(), hub.now_ms);
                let (left, right) =
                    (fast.apply_act(&act, ACTOR, stamp).await, slow.apply_act(&act, ACTOR, stamp).await);
                match (left, right) {
                    (Ok(left), Ok(right)) => {
                        assert_eq!(left.inverse, right.inverse, "seed {seed}: the same act, the same undo");
                        script.undos.extend(
                            left.inverse
                                .filter(|undo| matches!(undo, Act::UndoLeads { .. } | Act::RestoreFollowUps { .. })),
                        );
                    }
                    (Err(ActError::Refused(left)), Err(ActError::Refused(right))) => assert_eq!(left, right),
                    (left, right) => panic!("seed {seed}: {left:?} and {right:?} for {act:?}"),
                }
            }
            5 | 6 => script.at_the_hub(&mut hub),
            7 => {
                let some = script.rng.random_range(1..5);
                let acts = fast.pending(hub.last_mid, some).await.unwrap();
                hub.push(&acts);
            }
            _ => {
                deliver_both(&hub, &fast, &slow, seed).await;
                // With what this device did and the hub has not heard of, too.
                let broken = fast.broken_invariants().await.unwrap();
                assert!(broken.is_empty(), "seed {seed}: {broken:?}");
            }
        }
    }
    let acts = fast.pending(hub.last_mid, usize::MAX).await.unwrap();
    hub.push(&acts);
    deliver_both(&hub, &fast, &slow, seed).await;
    assert_eq!(fast.pending_count().await.unwrap(), 0, "seed {seed}: every act was answered");
    assert!(fast.base_keys().await.unwrap().is_empty(), "seed {seed}: without pending acts there are no base rows");
    let rows = rows_of(&fast).await;
    for (key, row) in &hub.world.rows {
        assert_eq!(rows.get(key), Some(row), "seed {seed}: in the end the device has what the hub has");
    }
    assert_eq!(rows.len(), hub.world.rows.len(), "seed {seed}: and nothing else");
    let wrong = fast.check(Depth::Everything).await.unwrap();
    assert!(wrong.is_empty(), "seed {seed}: {wrong:?}");
    let broken = fast.broken_invariants().await.unwrap();
    assert!(broken.is_empty(), "seed {seed}: {broken:?}");
}

#[tokio::test]
async fn replaying_what_is_touched_equals_replaying_everything() {
    let set = |name: &str, usual: u64| std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(usual);
    let (first, seeds) = (set("EMBUDO_FIRST_SEED", 0), set("EMBUDO_SEEDS", 40));
    for seed in first..first + seeds {
        run(seed, 120).await;
    }
}

/// Offline for an hour, a queue of sends, customers writing meanwhile.
#[tokio::test]
async fn a_long_queue_meets_a_long_batch() {
    let mut hub = Hub::new();
    let store = memory().await;
    for number in 1..=50 {
        hub.receive_text(customer(number), NOW_MS / 1000, "hello");
    }
    hub.deliver(&store).await;
    for number in 0..400u128 {
        let act = send(number, customer(number % 50 + 1), "late answer");
        store.apply_act(&act, ACTOR, stamp((10 << 100) | number, NOW_MS)).await.unwrap();
    }
    for number in 1..=50 {
        hub.receive_text(customer(number), NOW_MS / 1000 + 60, "are you there?");
    }
    hub.deliver(&store).await;
    assert_eq!(store.pending_count().await.unwrap(), 400, "nothing was acknowledged yet");
    let waiting = store.waiting(1_000).await.unwrap();
    assert_eq!(waiting.len(), 400, "every message still waits visibly");
    hub.sync(&store).await;
    let rows = rows_of(&store).await;
    assert!(
        hub.world.rows.iter().all(|(key, row)| rows.get(key) == Some(row)),
        "and then the device has what the hub has"
    );
}

#[tokio::test]
async fn an_acknowledgement_comes_with_its_effect() {
    let mut hub = Hub::new();
    let store = memory().await;
    let maria = customer(1);
    hub.receive_text(maria, NOW_MS / 1000, "hello");
    hub.deliver(&store).await;
    let applied = store.apply_act(&send(1, maria, "hi"), ACTOR, stamp(100, NOW_MS)).await.unwrap();
    assert_eq!(applied.mid, 1, "numbers begin with 1");
    assert!(!store.base_keys().await.unwrap().is_empty(), "the hub's images are kept aside");
    let changed = hub.sync(&store).await;
    assert!(changed.outbox, "the queue is shorter");
    assert_eq!(store.pending_count().await.unwrap(), 0);
    let again = store.apply_changes(&hub.batch(0)).await.unwrap();
    assert!(again.arrived.is_empty() && again.drafts.is_empty(), "the same batch again brings nothing new: {again:?}");
    let next = store.apply_act(&send(2, maria, "one more"), ACTOR, stamp(101, NOW_MS)).await.unwrap();
    assert_eq!(next.mid, 2, "a number is never used twice");
}

#[tokio::test]
async fn the_same_act_twice_is_one_act() {
    let mut hub = Hub::new();
    let store = memory().await;
    let maria = customer(1);
    hub.receive_text(maria, NOW_MS / 1000, "hello");
    hub.deliver(&store).await;
    let first = store.apply_act(&send(1, maria, "hi"), ACTOR, stamp(100, NOW_MS)).await.unwrap();
    let second = store.apply_act(&send(1, maria, "hi"), ACTOR, stamp(100, NOW_MS)).await.unwrap();
    assert_eq!((second.mid, second.changed.is_empty()), (first.mid, true), "it answers with the first one's number");
    assert_eq!(store.pending_count().await.unwrap(), 1);
}

#[tokio::test]
async fn a_refused_message_returns_to_an_empty_composer_only() {
    for typed in [None, Some("something else")] {
        let mut hub = Hub::new();
        let store = memory().await;
        let maria = customer(1);
        hub.receive_text(maria, NOW_MS / 1000, "hello");
        hub.deliver(&store).await;
        store.apply_act(&send(1, maria, "my answer"), ACTOR, stamp(100, NOW_MS)).await.unwrap();
        if let Some(text) = typed {
            let draft = LocalDraft {
                conversation_id: maria.conversation,
                message_id: MessageId(id(77)),
                text: text.into(),
                attachments: Vec::new(),
                reply_to: None,
                updated_at_ms: NOW_MS,
            };
            store.save_draft(&draft).await.unwrap();
        }
        let mut batch = hub.batch(hub.seq);
        batch.last_mid = 1;
        batch.rejections = vec![Rejection { mid: 1, refusal: Refusal::Blocked }];
        let changed = store.apply_changes(&batch).await.unwrap();
        assert!(changed.review, "the Review list changed");
        let review = store.review().await.unwrap();
        assert_eq!(review.len(), 1);
        assert_eq!(review[0].text.as_deref(), Some("my answer"), "the words are in the Review item in any case");
        assert_eq!(review[0].refusal, Refusal::Blocked);
        assert_eq!(review[0].restored, typed.is_none(), "a draft is never overwritten");
        let draft = store.draft(maria.conversation).await.unwrap().unwrap();
        assert_eq!(draft.text, typed.unwrap_or("my answer"));
        let thread = store.thread_page(maria.conversation, embudo_store::ThreadAt::Newest, 50, true).await.unwrap();
        assert!(thread.rows.iter().all(|row| row.direction != Direction::Out), "the bubble is gone");
        store.dismiss_review(review[0].act_id).await.unwrap();
        assert!(store.review().await.unwrap().is_empty());
    }
}

#[tokio::test]
async fn a_refused_message_does_not_hide_a_draft_that_is_on_its_way() {
    let mut hub = Hub::new();
    let store = memory().await;
    let maria = customer(1);
    hub.receive_text(maria, NOW_MS / 1000, "hello");
    hub.deliver(&store).await;
    store.apply_act(&send(1, maria, "my answer"), ACTOR, stamp(100, NOW_MS)).await.unwrap();
    let draft = Draft {
        conversation_id: maria.conversation,
        member_id: ACTOR.member_id,
        message_id: MessageId(id(77)),
        text: "the next one".into(),
        attachments: Vec::new(),
        reply_to: None,
        updated_at_ms: NOW_MS,
    };
    store.apply_act(&Act::SaveDraft { draft }, ACTOR, stamp(101, NOW_MS)).await.unwrap();
    let mut batch = hub.batch(hub.seq);
    batch.last_mid = 1;
    batch.rejections = vec![Rejection { mid: 1, refusal: Refusal::Blocked }];
    store.apply_changes_with_full_replay(&batch).await.unwrap();
    assert_eq!(store.draft(maria.conversation).await.unwrap().unwrap().text, "the next one");
    assert!(!store.review().await.unwrap()[0].restored, "the refused words stay in the Review list");
}

#[tokio::test]
async fn what_this_device_refuses_meanwhile_waits_for_the_hub_in_the_review_list() {
    let mut hub = Hub::new();
    let store = memory().await;
    let maria = customer(1);
    hub.receive_text(maria, NOW_MS / 1000, "hello");
    hub.deliver(&store).await;
    store.apply_act(&send(1, maria, "my answer"), ACTOR, stamp(100, NOW_MS)).await.unwrap();
    let mut conversation = hub.world.conversation(maria.conversation).unwrap().clone();
    conversation.blocked = true;
    let open = hub.world.conversation(maria.conversation).unwrap().clone();
    hub.put(Row::Conversation(conversation));
    hub.deliver(&store).await;
    let review = store.review().await.unwrap();
    assert_eq!(review.len(), 1, "the words are kept");
    assert!(review[0].provisional, "the hub has not answered");
    assert_eq!(store.pending(0, 10).await.unwrap().len(), 1, "it is still pushed: the hub decides");
    hub.put(Row::Conversation(open));
    hub.deliver(&store).await;
    assert!(store.review().await.unwrap().is_empty(), "allowed again, the message is back in the thread");
    let thread = store.thread_page(maria.conversation, embudo_store::ThreadAt::Newest, 50, true).await.unwrap();
    assert_eq!(thread.rows.iter().filter(|row| row.direction == Direction::Out).count(), 1);
}

#[tokio::test]
async fn batches_follow_the_cursor() {
    let mut hub = Hub::new();
    let store = memory().await;
    hub.receive_text(customer(1), NOW_MS / 1000, "hello");
    let mut late = hub.batch(0);
    late.from = 1;
    assert!(
        matches!(store.apply_changes(&late).await, Err(StoreError::Gap { at: None, from: 1 })),
        "the first batch starts at 0"
    );
    hub.deliver(&store).await;
    let mut gap = hub.batch(hub.seq);
    (gap.from, gap.to) = (hub.seq + 5, hub.seq + 6);
    assert!(matches!(store.apply_changes(&gap).await, Err(StoreError::Gap { .. })), "nothing may be skipped");
    let mut foreign = hub.batch(hub.seq);
    foreign.epoch = Epoch(99);
    assert!(matches!(store.apply_changes(&foreign).await, Err(StoreError::WrongEpoch)), "another life of the hub");
}

#[tokio::test]
async fn a_new_epoch_replaces_everything_but_the_pending_acts() {
    let mut old = Hub::new();
    let store = memory().await;
    for number in 1..=3 {
        old.receive_text(customer(number), NOW_MS / 1000, "hello");
    }
    old.deliver(&store).await;
    for number in 0..3 {
        store.apply_act(&send(number, customer(1), "seen"), ACTOR, stamp(100 + number, NOW_MS)).await.unwrap();
    }
    old.sync(&store).await;
    store.apply_act(&send(10, customer(1), "waits"), ACTOR, stamp(200, NOW_MS)).await.unwrap();
    store.apply_act(&send(11, customer(2), "waits too"), ACTOR, stamp(201, NOW_MS)).await.unwrap();
    // Restored from a copy that knows customers 1 and 2 and one act of this device.
    let mut hub = Hub::new();
    hub.epoch = Epoch(8);
    hub.last_mid = 1;
    for number in 1..=2 {
        hub.receive_text(customer(number), NOW_MS / 1000, "hello");
    }
    store.begin_resync(hub.epoch, hub.seq, hub.last_mid).await.unwrap();
    let changed = hub.deliver(&store).await;
    assert!(changed.everything, "every screen reads again");
    let pending = store.pending(0, 10).await.unwrap();
    assert_eq!(pending.iter().map(|act| act.mid).collect::<Vec<_>>(), [2, 3], "numbered on from what the hub knows");
    assert!(
        store.row(RowKey { entity: Entity::Contact, id: customer(3).contact.0 }).await.unwrap().is_none(),
        "not in the snapshot"
    );
    let thread = store.thread_page(customer(1).conversation, embudo_store::ThreadAt::Newest, 50, false).await.unwrap();
    let texts: Vec<_> = thread.rows.iter().map(|row| row.body.searchable().unwrap()).collect();
    assert_eq!(texts, ["hello", "waits"], "what the hub lost is gone, what waits is there");
    hub.sync(&store).await;
    let rows = rows_of(&store).await;
    assert!(hub.world.rows.iter().all(|(key, row)| rows.get(key) == Some(row)), "equal in the end");
    assert_eq!(rows.len(), hub.world.rows.len());
    assert!(store.check(Depth::Everything).await.unwrap().is_empty());
}

#[tokio::test]
async fn bulk_acts_are_one_commit_and_a_refusal_stops_nobody() {
    let mut hub = Hub::new();
    let store = memory().await;
    for number in 1..=3 {
        hub.receive_text(customer(number), NOW_MS / 1000, "hello");
    }
    hub.deliver(&store).await;
    let close = |number: u128| embudo_store::Pending {
        act: Act::SetConversationState {
            conversation_id: customer(number).conversation,
            to: ConversationState::Closed { reason: None },
            expect: None,
            undoes: None,
            seen: None,
        },
        stamp: stamp(300 + number, NOW_MS),
    };
    let answers = store.apply_acts(&[close(1), close(9), close(3)], ACTOR).await.unwrap();
    let done: Vec<bool> = answers.iter().map(Result::is_ok).collect();
    assert_eq!(done, [true, false, true], "customer 9 does not exist");
    let mids: Vec<u64> = answers.iter().flatten().map(|applied| applied.mid).collect();
    assert_eq!(mids, [1, 2], "a refused act takes no number");
    assert!(answers[0].as_ref().unwrap().inverse.is_some(), "closing can be undone");
}

#[tokio::test]
async fn snapshots_that_began_and_never_ended_leave_all_there_is_to_tell_a_restored_hub() {
    let mut hub = Hub::new();
    let store = memory().await;
    hub.receive_text(customer(1), NOW_MS / 1000, "hi");
    hub.deliver(&store).await;
    let known = store.known_after(0).await.unwrap();
    assert!(known.len() >= 5, "a message, its conversation, its contact: {known:?}");
    let mine = Act::MarkUnread { conversation_id: customer(1).conversation };
    store.apply_act(&mine, ACTOR, stamp(1, NOW_MS)).await.unwrap();
    for epoch in [20, 21, 22] {
        store.begin_resync(Epoch(epoch), hub.seq, 0).await.unwrap();
        let again = store.known_after(0).await.unwrap();
        assert_eq!(sorted(again), sorted(known.clone()), "the hub's own images, not what this person did since");
    }
    assert!(store.known_after(hub.seq).await.unwrap().is_empty(), "nothing lies beyond what it has");
}

fn sorted(mut rows: Vec<Row>) -> Vec<Row> {
    rows.sort_by_key(Row::key);
    rows
}
