//! What the hub erases is gone from this computer too: rows, index, files and free space.

mod meanwhile;

use crate::support::*;
use embudo_domain::alerts::{EventKind, LogEntry, Notice, NoticeKind};
use embudo_domain::*;
use embudo_protocol::{Epoch, NumberedAct, Rejection};
use embudo_store::*;
use std::path::Path;

const NOW_S: i64 = NOW_MS / 1000;
/// Found in a file or not: unique, one word for the index, and of no common trigram.
const CANARY: &str = "xylophonq7f3ac01d";

/// As the hub does it once the line's removal has reached it.
fn erase(hub: &mut Hub, of: &[Customer]) {
    remove(hub);
    for customer in of {
        erase_messages(hub, *customer, usize::MAX);
        hub.run(&HubAct::EraseConversation { line_id: LINE, conversation_id: customer.conversation });
    }
    hub.run(&HubAct::LineErased { line_id: LINE });
}

fn remove(hub: &mut Hub) {
    let acts = [NumberedAct {
        mid: hub.last_mid + 1,
        act_id: ActId(id(77)),
        act: Act::RemoveLine { line_id: LINE, erase: true },
        again_at_ms: None,
    }];
    hub.push(&acts);
}

/// At most so many of a chat; gives how many.
fn erase_messages(hub: &mut Hub, of: Customer, limit: usize) -> usize {
    let conversation_id = of.conversation;
    let message_ids: Vec<MessageId> =
        hub.world.thread(conversation_id).iter().map(|message| message.id).take(limit).collect();
    let count = message_ids.len();
    hub.run(&HubAct::EraseMessages { line_id: LINE, conversation_id, message_ids });
    count
}

/// Held back on this device.
fn held_back(message: u128, to: Customer, words: &str) -> HeldMessage {
    HeldMessage {
        message_id: MessageId(id(message)),
        conversation_id: to.conversation,
        body: Body::Text { text: words.to_owned() },
        reply_to: None,
        clicked_at_ms: NOW_MS,
        place: 0,
        until_ms: NOW_MS + 5_000,
        send_whenever: false,
        when: SendWhen::Now,
        asks: false,
    }
}

fn photo(hash: &str) -> Body {
    let file = FileRef {
        file: FileState::Here { hash: hash.to_owned(), remote: None },
        name: None,
        mime: "image/jpeg".to_owned(),
        size_bytes: 3,
        width_px: None,
        height_px: None,
        duration_ms: None,
        waveform: Vec::new(),
    };
    Body::Media { media: MediaKind::Image, file, caption: Some(format!("{CANARY} in a caption")) }
}

fn files_with(folder: &Path, needle: &[u8]) -> Vec<String> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap().map(Result::unwrap) {
        let bytes = std::fs::read(entry.path()).unwrap();
        if bytes.windows(needle.len()).any(|window| window == needle) {
            found.push(entry.file_name().to_string_lossy().into_owned());
        }
    }
    found
}

async fn hits(store: &Store, words: &str) -> usize {
    let query = SearchQuery { text: words.to_owned(), limit: 50, ..SearchQuery::default() };
    store.search_messages(&query).await.unwrap().hits.len()
}

#[tokio::test]
async fn no_byte_of_an_erased_conversation_is_left_in_the_devices_files() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("device.db");
    let options = OpenOptions { location: Location::File(path.clone()), key: Key::None };
    let store = Store::open(&options).await.unwrap();
    let mut hub = Hub::new();
    let everybody: Vec<Customer> = (1..=20).map(customer).collect();
    for (at, from) in everybody.iter().enumerate() {
        for number in 0..20 {
            hub.receive_text(*from, NOW_S + number, &format!("word{at} {number} and some more"));
        }
    }
    let them = everybody[0];
    hub.receive_text(them, NOW_S + 30, &format!("{CANARY} {}", "and a long story ".repeat(500)));
    hub.receive(them, NOW_S + 31, photo("aa11"));
    hub.sync(&store).await;
    // Ours, in all the places that an act passes through.
    let name =
        ContactPatch { display_name: Some(CANARY.to_owned()), about: Some(CANARY.to_owned()), ..Default::default() };
    for act in [
        send(1, them, &format!("{CANARY}, said we")),
        Act::PatchContact { contact_id: them.contact, patch: name, expect: None },
        Act::SaveDraft {
            draft: Draft {
                conversation_id: them.conversation,
                member_id: ACTOR.member_id,
                message_id: MessageId(id(500)),
                text: CANARY.to_owned(),
                attachments: Vec::new(),
                reply_to: None,
                updated_at_ms: NOW_MS,
            },
        },
    ] {
        store.apply_act(&act, ACTOR, stamp(u128::from(hub.last_mid) + 900, NOW_MS)).await.unwrap();
        hub.sync(&store).await;
    }
    let draft = LocalDraft {
        conversation_id: them.conversation,
        message_id: MessageId(id(501)),
        text: format!("{CANARY} half typed"),
        attachments: Vec::new(),
        reply_to: None,
        updated_at_ms: NOW_MS,
    };
    store.save_draft(&draft).await.unwrap();
    // What this device alone says of them: in the list of notifications and in the log of alerts.
    let ours = MessageId(id((8 << 100) | 1));
    let snooze_ended = Notice {
        kind: NoticeKind::SnoozeEnded,
        conversation_id: Some(them.conversation),
        message_id: None,
        line_id: None,
        follow_up_id: None,
        act_id: None,
        code: CANARY.to_owned(),
        closes_at_ms: None,
        at_ms: NOW_MS,
    };
    let failed = Notice { kind: NoticeKind::FailedMessage, message_id: Some(ours), ..snooze_ended.clone() };
    for notice in [&snooze_ended, &failed] {
        assert!(store.put_notice(notice, false).await.unwrap());
    }
    let heard = LogEntry {
        at_ms: NOW_MS,
        event: EventKind::Message,
        conversation_id: Some(them.conversation),
        message_id: None,
        line_id: None,
        banner: None,
        sound: None,
        badge: None,
    };
    store.note_alert(&heard).await.unwrap();
    let their_id = them.conversation.to_string();
    assert!(!files_with(folder.path(), their_id.as_bytes()).is_empty(), "the log names them");
    std::fs::copy(&path, folder.path().join("device.db.before-20261123014500")).unwrap();
    assert!(!files_with(folder.path(), CANARY.as_bytes()).is_empty(), "it is there");
    assert!(hits(&store, CANARY).await >= 3, "and found");
    let reply = QuickReply {
        id: QuickReplyId(id(600)),
        shortcut: "stays".to_owned(),
        title: "Stays".to_owned(),
        body: "what has nothing to do with it".to_owned(),
        attachments: Vec::new(),
        updated_at_ms: NOW_MS,
    };
    hub.put(Row::QuickReply(reply));

    erase(&mut hub, &everybody);
    let changed = hub.deliver(&store).await;
    assert!(changed.erased, "whoever looks after files and free space is told");
    assert_eq!(hits(&store, CANARY).await, 0, "no longer found");
    assert_eq!(store.loose_files().await.unwrap(), ["aa11"], "its file is noted");
    assert!(store.wants_scrub().await.unwrap());
    assert!(!files_with(folder.path(), CANARY.as_bytes()).is_empty(), "deleting alone is not enough");
    store.scrub().await.unwrap();
    assert_eq!(files_with(folder.path(), CANARY.as_bytes()), Vec::<String>::new(), "nor in any byte");
    assert_eq!(files_with(folder.path(), their_id.as_bytes()), Vec::<String>::new(), "nor when they wrote");
    let notices = store.notices(&NoticeFilter::default(), None, 10).await.unwrap();
    assert_eq!(notices, [], "nor what became of an answer to them");
    for notice in [&snooze_ended, &failed] {
        assert!(!store.put_notice(notice, false).await.unwrap(), "and nothing is noted afterwards");
    }
    store.note_alert(&heard).await.unwrap();
    assert_eq!(store.alert_log(None, None, 10).await.unwrap(), [], "nor in the log of alerts");
    assert!(!store.wants_scrub().await.unwrap());
    assert_eq!(store.check(Depth::Everything).await.unwrap(), Vec::<String>::new(), "all is well with the rest");
    assert_eq!(rows_of(&store).await, hub.world.rows, "which is what the hub has");

    // Readers that were open before read on, and so does the search.
    let again = customer(90);
    hub.put(Row::Line(Line {
        history: LineHistory::Kept,
        state: LineState::Connected,
        ..hub.world.line(LINE).unwrap().clone()
    }));
    hub.receive_text(again, NOW_S + 99, "unrelated");
    hub.deliver(&store).await;
    assert_eq!(hits(&store, "unrelated").await, 1);
    store.forget_loose_files(&["aa11".to_owned()]).await.unwrap();
    assert_eq!(store.loose_files().await.unwrap(), Vec::<String>::new());
    store.close().await.unwrap();
    let again = Store::open(&options).await.unwrap();
    assert_eq!(rows_of(&again).await, hub.world.rows);
}

#[tokio::test]
async fn no_byte_of_who_left_the_bin_for_good_is_left_although_their_history_stays() {
    let folder = tempfile::tempdir().unwrap();
    let options = OpenOptions { location: Location::File(folder.path().join("device.db")), key: Key::None };
    let store = Store::open(&options).await.unwrap();
    let mut hub = Hub::new();
    for number in 1..=20 {
        hub.receive_text(customer(number), NOW_S, "what was said stays");
    }
    hub.sync(&store).await;
    let (them, contact_ids) = (customer(1), vec![customer(1).contact]);
    // A canary each, so that a missing one is told by its name.
    let [name, about, address, first] = ["name", "about", "address", "first"].map(|word| format!("{CANARY}{word}"));
    let patch = |display_name: &str, about: &str| ContactPatch {
        display_name: Some(display_name.to_owned()),
        about: Some(about.to_owned()),
        email: Some(format!("{address}@example.com")),
        ..ContactPatch::default()
    };
    for patch in [patch(&first, &first), patch(&name, &about)] {
        let act = Act::PatchContact { contact_id: them.contact, patch, expect: None };
        store.apply_act(&act, ACTOR, stamp(u128::from(hub.last_mid) + 900, NOW_MS)).await.unwrap();
        hub.sync(&store).await;
    }
    let delete = Act::DeleteContacts { contact_ids, with_history: false };
    store.apply_act(&delete, ACTOR, stamp(990, NOW_MS)).await.unwrap();
    hub.sync(&store).await;
    assert!(!store.wants_scrub().await.unwrap(), "the bin gives back");
    assert!(!files_with(folder.path(), name.as_bytes()).is_empty(), "it is there");

    hub.now_ms += KEPT_FOR_MS;
    hub.run(&HubAct::EraseContact { contact_id: them.contact, message_ids: Vec::new() });
    let changed = hub.deliver(&store).await;
    assert!(changed.erased, "whoever looks after files and free space is told");
    assert!(store.wants_scrub().await.unwrap(), "also after a start");
    store.scrub().await.unwrap();
    for canary in [&name, &about, &address, &first] {
        assert_eq!(files_with(folder.path(), canary.as_bytes()), Vec::<String>::new(), "{canary}");
    }
    let page = store.thread_page(them.conversation, ThreadAt::Newest, 10, false).await.unwrap();
    assert_eq!(page.rows.len(), 1, "their history stays");
    // Nobody becomes nobody once more.
    hub.deliver(&store).await;
    assert!(!store.wants_scrub().await.unwrap());
}

#[tokio::test]
async fn what_a_line_would_take_along_is_counted_exactly() {
    let store = memory().await;
    let mut hub = Hub::new();
    let (maria, joao, rosa) = (customer(1), customer(2), customer(3));
    for (from, times) in [(maria, 3), (joao, 2), (rosa, 1)] {
        for number in 0..times {
            hub.receive_text(from, NOW_S + number, "hi");
        }
    }
    let patch = ContactPatch { saved: Some(true), ..ContactPatch::default() };
    hub.sync(&store).await;
    store
        .apply_act(&Act::PatchContact { contact_id: rosa.contact, patch, expect: None }, ACTOR, stamp(2, NOW_MS))
        .await
        .unwrap();
    hub.sync(&store).await;
    // João writes on another line as well.
    let other = Line { id: LineId(id(70)), external_id: "sim2".to_owned(), ..hub.world.line(LINE).unwrap().clone() };
    let elsewhere = Conversation {
        id: ConversationId(id(71)),
        line_id: other.id,
        ..hub.world.conversation(joao.conversation).unwrap().clone()
    };
    hub.put(Row::Line(other));
    hub.put(Row::Conversation(elsewhere));
    hub.deliver(&store).await;
    let content = store.line_content(LINE).await.unwrap();
    // Maria alone is known from here alone and saved by nobody. Event lines are no messages.
    let wanted = LineContent { conversations: 3, messages: 6, contacts_going: 1, contacts_staying: 2 };
    assert_eq!(content, wanted);
    assert_eq!(store.left_to_erase(LINE).await.unwrap(), 9, "with the three lines that say since when");
    erase(&mut hub, &[maria, joao, rosa]);
    hub.deliver(&store).await;
    let people = store.all_rows(Entity::Contact).await.unwrap().len();
    assert_eq!(people, 2, "as it was said before");
    assert_eq!(store.line_content(LINE).await.unwrap(), LineContent::default());
    assert_eq!(store.left_to_erase(LINE).await.unwrap(), 0);
}

#[tokio::test]
async fn words_that_had_not_left_are_in_the_review_list_when_their_conversation_is_erased() {
    let store = memory().await;
    let mut hub = Hub::new();
    let them = customer(1);
    hub.receive_text(them, NOW_S, "hi");
    hub.sync(&store).await;
    // Pending at the device while the hub erases; another one is still held back.
    let pending = send(1, them, "sent while it was erased");
    store.apply_act(&pending, ACTOR, stamp(1, NOW_MS)).await.unwrap();
    store.hold(&[held_back(300, them, "held back")]).await.unwrap();
    let acts = store.pending(0, 10).await.unwrap();
    let conversation_id = them.conversation;
    let line = hub.world.line(LINE).unwrap().clone();
    hub.put(Row::Line(Line { history: LineHistory::Erasing, state: LineState::Removed, ..line }));
    erase_messages(&mut hub, them, usize::MAX);
    hub.run(&HubAct::EraseConversation { line_id: LINE, conversation_id });
    hub.push(&acts);
    hub.deliver(&store).await;
    let mut words: Vec<(String, bool)> =
        store.review().await.unwrap().into_iter().map(|row| (row.text.unwrap(), row.restored)).collect();
    words.sort();
    let kept = [("held back".to_owned(), false), ("sent while it was erased".to_owned(), false)];
    assert_eq!(words, kept, "both are kept, and no composer is promised that is not there");
    assert_eq!(store.held(None).await.unwrap(), [], "nothing asks for ever");
    assert_eq!(store.draft(conversation_id).await.unwrap(), None);
    assert_eq!(store.pending_count().await.unwrap(), 0);
    assert!(store.base_keys().await.unwrap().is_empty());
    assert_eq!(rows_of(&store).await, hub.world.rows, "the device equals the hub");
}

#[tokio::test]
async fn refused_words_that_stood_in_a_composer_stay_in_the_review_list_when_it_goes() {
    let store = memory().await;
    let mut hub = Hub::new();
    let them = customer(1);
    hub.receive_text(them, NOW_S, "hi");
    hub.sync(&store).await;
    store.apply_act(&send(1, them, "my answer"), ACTOR, stamp(1, NOW_MS)).await.unwrap();
    let mut batch = hub.batch(hub.seq);
    batch.last_mid = 1;
    batch.rejections = vec![Rejection { mid: 1, refusal: Refusal::Blocked }];
    store.apply_changes(&batch).await.unwrap();
    hub.last_mid = 1;
    assert!(store.review().await.unwrap()[0].restored, "they stand in the composer again");
    erase(&mut hub, &[them]);
    let changed = hub.deliver(&store).await;
    let review = store.review().await.unwrap();
    assert_eq!(review[0].text.as_deref(), Some("my answer"), "their own words are kept");
    assert!(!review[0].restored, "no composer is promised that is not there");
    assert!(changed.review, "and the open list is read again");
}

#[tokio::test]
async fn the_picture_of_who_goes_is_noted_like_their_files() {
    let store = memory().await;
    let mut hub = Hub::new();
    let (maria, joao) = (customer(1), customer(2));
    for (from, hash) in [(maria, "aa11"), (joao, "bb22")] {
        hub.receive_text(from, NOW_S, "hi");
        let contact_id = hub.world.conversation(from.conversation).unwrap().contact_id;
        hub.run(&HubAct::PhotoFetched { contact_id, hash: Some(hash.to_owned()) });
    }
    let saved = hub.world.conversation(joao.conversation).unwrap().contact_id;
    let contact = Contact { saved: true, ..hub.world.contact(saved).unwrap().clone() };
    hub.put(Row::Contact(contact));
    hub.sync(&store).await;
    erase(&mut hub, &[maria, joao]);
    hub.deliver(&store).await;
    assert_eq!(store.loose_files().await.unwrap(), ["aa11"], "who was saved stays, with their picture");
}

#[tokio::test]
async fn a_snapshot_of_the_same_hub_keeps_pending_acts_as_new_ones_and_drops_what_is_gone() {
    let store = memory().await;
    let mut hub = Hub::new();
    let (maria, joao) = (customer(1), customer(2));
    hub.receive_text(maria, NOW_S, "hi");
    hub.receive_text(joao, NOW_S, "hello");
    hub.sync(&store).await;
    let answer = send(1, maria, "an answer that waits");
    store.apply_act(&answer, ACTOR, stamp(1, NOW_MS)).await.unwrap();
    // Away for long: the hub deleted João's conversation and does not remember it any more.
    let conversation_id = joao.conversation;
    let line = hub.world.line(LINE).unwrap().clone();
    hub.put(Row::Line(Line { history: LineHistory::Erasing, ..line.clone() }));
    erase_messages(&mut hub, joao, usize::MAX);
    hub.run(&HubAct::EraseConversation { line_id: LINE, conversation_id });
    hub.put(Row::Line(line));
    let epoch = hub.epoch;
    store.begin_resync(epoch, hub.seq, hub.last_mid).await.unwrap();
    let pending = store.pending(0, 10).await.unwrap();
    assert_eq!(
        pending.iter().map(|act| (act.mid, act.again_at_ms)).collect::<Vec<_>>(),
        [(1, None)],
        "the same number, and nobody can have run it: it leaves like any other"
    );
    let mut batch = hub.batch(0);
    batch.changes.retain(|change| matches!(change.change, Change::Put(_)));
    store.apply_changes(&batch).await.unwrap();
    assert_eq!(hits(&store, "hello").await, 0, "what the snapshot does not bring is gone");
    assert!(store.wants_scrub().await.unwrap(), "and leaves no trace either");
    assert_eq!(hits(&store, "an answer that waits").await, 1, "what is pending stands");
    hub.sync(&store).await;
    assert_eq!(rows_of(&store).await, hub.world.rows);
    // Another life of the hub may have run what is pending now.
    store.apply_act(&send(2, maria, "another"), ACTOR, stamp(2, NOW_MS)).await.unwrap();
    let offered = async |store: &Store| store.pending(0, 10).await.unwrap()[0].again_at_ms.is_some();
    assert!(!offered(&store).await);
    store.begin_resync(epoch, hub.seq - 1, 1).await.unwrap();
    assert!(offered(&store).await, "a head before the cursor: an older copy of the same hub");
    store.begin_resync(Epoch(8), hub.seq, 1).await.unwrap();
    assert!(offered(&store).await, "another epoch");
}
