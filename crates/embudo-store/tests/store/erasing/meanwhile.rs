//! What else happens on a device while a line is erased: an end of the program between any two
//! pieces, reading, writing, and what can't be read any more.

use super::*;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, Connection};
use tempfile::TempDir;

/// Not sealed, so that a test finds what is left in it.
async fn on_disk() -> (TempDir, OpenOptions, Store) {
    let folder = tempfile::tempdir().unwrap();
    let options = OpenOptions { location: Location::File(folder.path().join("device.db")), key: Key::None };
    let store = Store::open(&options).await.unwrap();
    (folder, options, store)
}

fn other_program(folder: &TempDir) -> SqliteConnectOptions {
    SqliteConnectOptions::new().filename(folder.path().join("device.db"))
}

#[tokio::test]
async fn an_end_of_the_program_between_any_two_pieces_leaves_whole_chats_and_forgets_nothing() {
    let (folder, options, mut store) = on_disk().await;
    let mut hub = Hub::new();
    let everybody: Vec<Customer> = (1..=3).map(customer).collect();
    for from in &everybody {
        for number in 0..20 {
            hub.receive_text(*from, NOW_S + number, &format!("{CANARY} {number}"));
        }
        hub.receive(*from, NOW_S + 31, photo(&format!("aa{}", from.number)));
    }
    hub.sync(&store).await;
    store.hold(&[held_back(300, everybody[2], CANARY)]).await.unwrap();
    remove(&mut hub);
    let mut pieces = 0;
    for from in &everybody {
        // The device hears of every second piece only, and starts again after each.
        while erase_messages(&mut hub, *from, 4) > 0 {
            if pieces % 2 == 0 {
                hub.deliver(&store).await;
                drop(store);
                store = Store::open(&options).await.unwrap();
                assert!(store.wants_scrub().await.unwrap(), "what was begun is known");
            }
            pieces += 1;
            for from in &everybody {
                let page = store.thread_page(from.conversation, ThreadAt::Newest, 50, true).await.unwrap();
                let head = store.conversation_head(from.conversation).await.unwrap();
                assert!(head.is_some() || page.rows.is_empty(), "no message without its chat");
            }
            let query = SearchQuery { text: CANARY.to_owned(), limit: 100, ..SearchQuery::default() };
            for hit in store.search_messages(&query).await.unwrap().hits {
                let rows = store.thread_rows(&[hit.message_id]).await.unwrap();
                assert_eq!(rows.len(), 1, "what is found can be opened");
            }
        }
        hub.run(&HubAct::EraseConversation { line_id: LINE, conversation_id: from.conversation });
    }
    assert!(pieces > 12, "{pieces}");
    hub.run(&HubAct::LineErased { line_id: LINE });
    hub.deliver(&store).await;
    drop(store);
    let store = Store::open(&options).await.unwrap();
    assert_eq!(rows_of(&store).await, hub.world.rows);
    let mut loose = store.loose_files().await.unwrap();
    loose.sort();
    assert_eq!(loose, ["aa1", "aa2", "aa3"], "the files of all pieces");
    let review = store.review().await.unwrap();
    assert_eq!(review.len(), 1, "words that had not left");
    store.dismiss_review(review[0].act_id).await.unwrap();
    store.scrub().await.unwrap();
    assert_eq!(files_with(folder.path(), CANARY.as_bytes()), Vec::<String>::new());
}

#[tokio::test]
async fn writing_the_file_anew_that_ends_halfway_is_done_again() {
    let (folder, options, store) = on_disk().await;
    let mut hub = Hub::new();
    let them = customer(1);
    hub.receive_text(them, NOW_S, CANARY);
    hub.sync(&store).await;
    let copy = folder.path().join("device.db.before-20261123014500");
    std::fs::copy(folder.path().join("device.db-wal"), folder.path().join("device.db.before-20261123014501")).unwrap();
    // A copy that can't be taken away, as where another program holds it.
    std::fs::create_dir(&copy).unwrap();
    erase(&mut hub, &[them]);
    hub.deliver(&store).await;
    assert!(store.scrub().await.is_err(), "a copy stayed");
    assert!(store.wants_scrub().await.unwrap(), "so it is not over");
    drop(store);
    let store = Store::open(&options).await.unwrap();
    assert!(store.wants_scrub().await.unwrap(), "nor after an end of the program");
    std::fs::remove_dir(&copy).unwrap();
    store.scrub().await.unwrap();
    assert!(!store.wants_scrub().await.unwrap());
    assert_eq!(files_with(folder.path(), CANARY.as_bytes()), Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn reading_goes_on_while_the_file_is_written_anew_and_only_delays_its_end() {
    let (folder, _, store) = on_disk().await;
    let mut hub = Hub::new();
    let (goes, stays) = (customer(1), customer(2));
    let other = Line { id: LineId(id(70)), external_id: "sim2".to_owned(), ..hub.world.line(LINE).unwrap().clone() };
    hub.receive_text(goes, NOW_S, CANARY);
    hub.receive_text(stays, NOW_S, "unrelated");
    hub.put(Row::Line(other.clone()));
    hub.put(Row::Conversation(Conversation {
        line_id: other.id,
        ..hub.world.conversation(stays.conversation).unwrap().clone()
    }));
    hub.sync(&store).await;
    erase(&mut hub, &[goes]);
    hub.deliver(&store).await;
    // Somebody in the middle of a page.
    let mut reader = other_program(&folder).connect().await.unwrap();
    let mut page = reader.begin().await.unwrap();
    sqlx::query("select count(*) from message").fetch_one(&mut *page).await.unwrap();
    let scrub = store.scrub();
    tokio::pin!(scrub);
    for _ in 0..20 {
        let read = async {
            let page = store.thread_page(stays.conversation, ThreadAt::Newest, 10, false).await.unwrap();
            (page.rows.len(), hits(&store, "unrelated").await)
        };
        tokio::select! {
            done = &mut scrub => panic!("a reader still needs the log: {done:?}"),
            found = read => assert_eq!(found, (1, 1), "what stays can be read all the while"),
        }
    }
    page.rollback().await.unwrap();
    reader.close().await.unwrap();
    scrub.await.unwrap();
    assert_eq!(files_with(folder.path(), CANARY.as_bytes()), Vec::<String>::new());
}

#[tokio::test]
async fn traces_are_not_called_gone_while_a_reader_keeps_the_log() {
    let (folder, _, store) = on_disk().await;
    let mut hub = Hub::new();
    let them = customer(1);
    hub.receive_text(them, NOW_S, CANARY);
    hub.sync(&store).await;
    erase(&mut hub, &[them]);
    hub.deliver(&store).await;
    let mut reader = other_program(&folder).connect().await.unwrap();
    let mut page = reader.begin().await.unwrap();
    sqlx::query("select count(*) from message").fetch_one(&mut *page).await.unwrap();
    let scrubbed = store.scrub().await;
    assert!(matches!(scrubbed, Err(StoreError::Busy)), "the reader still needs what is in the log: {scrubbed:?}");
    assert!(store.wants_scrub().await.unwrap(), "so it is tried again");
    assert_ne!(files_with(folder.path(), CANARY.as_bytes()), Vec::<String>::new());
    page.rollback().await.unwrap();
    reader.close().await.unwrap();
    store.scrub().await.unwrap();
    assert!(!store.wants_scrub().await.unwrap());
    assert_eq!(files_with(folder.path(), CANARY.as_bytes()), Vec::<String>::new());
}

#[tokio::test]
async fn a_name_that_an_older_version_left_in_the_index_of_names_goes_too() {
    /// Three letters of it, as the index keeps names.
    const PIECE: &[u8] = b"q7f";
    let (folder, _, store) = on_disk().await;
    let mut hub = Hub::new();
    let them = customer(1);
    hub.receive_text(them, NOW_S, "hi");
    hub.sync(&store).await;
    let mut older = other_program(&folder).connect().await.unwrap();
    let forgets = "insert into contact_fts (contact_fts, rank) values ('secure-delete', ?1)";
    sqlx::query(forgets).bind(0).execute(&mut older).await.unwrap();
    for (number, name) in [(1, CANARY), (2, "Maria")] {
        let patch = ContactPatch { display_name: Some(name.to_owned()), ..ContactPatch::default() };
        let act = Act::PatchContact { contact_id: them.contact, patch, expect: None };
        store.apply_act(&act, ACTOR, stamp(number, NOW_MS)).await.unwrap();
        hub.sync(&store).await;
    }
    sqlx::query(forgets).bind(1).execute(&mut older).await.unwrap();
    older.close().await.unwrap();
    erase(&mut hub, &[them]);
    hub.deliver(&store).await;
    store.scrub().await.unwrap();
    assert_eq!(files_with(folder.path(), PIECE), Vec::<String>::new());
}

#[tokio::test]
async fn what_is_written_when_its_chat_is_gone_already_is_told_and_not_kept() {
    let (folder, _, store) = on_disk().await;
    let mut hub = Hub::new();
    let them = customer(1);
    hub.receive_text(them, NOW_S, "hi");
    hub.sync(&store).await;
    erase(&mut hub, &[them]);
    hub.deliver(&store).await;
    // The thread is still on the screen, and its composer saves and sends what stands in it.
    let draft = LocalDraft {
        conversation_id: them.conversation,
        message_id: MessageId(id(501)),
        text: CANARY.to_owned(),
        attachments: Vec::new(),
        reply_to: None,
        updated_at_ms: NOW_MS,
    };
    assert!(matches!(store.save_draft(&draft).await, Err(StoreError::NotFound)));
    let held = store.hold(&[held_back(300, them, CANARY)]).await;
    assert!(matches!(held, Err(StoreError::NotFound)), "it would ask for ever, and nowhere: {held:?}");
    assert_eq!(store.held(None).await.unwrap(), []);
    let sent = store.apply_act(&send(1, them, CANARY), ACTOR, stamp(1, NOW_MS)).await;
    assert!(matches!(sent, Err(ActError::Refused(Refusal::NotFound))), "{sent:?}");
    store.scrub().await.unwrap();
    assert_eq!(files_with(folder.path(), CANARY.as_bytes()), Vec::<String>::new());
}

#[tokio::test]
async fn what_cannot_be_read_here_goes_like_the_rest() {
    let (folder, _, store) = on_disk().await;
    let mut hub = Hub::new();
    let (maria, joao) = (customer(1), customer(2));
    hub.receive(maria, NOW_S, photo("aa11"));
    hub.receive(joao, NOW_S, photo("bb22"));
    hub.sync(&store).await;
    store.hold(&[held_back(300, maria, "damaged"), held_back(301, joao, "held back")]).await.unwrap();
    let mut conn = other_program(&folder).connect().await.unwrap();
    for (sql, of) in [
        ("update message set body = x'c1ff' where conversation_id = ?1 and body is not null", maria.conversation.0),
        ("update held set held = x'c1ff' where conversation_id = ?1", maria.conversation.0),
    ] {
        let done = sqlx::query(sql).bind(of.as_bytes().to_vec()).execute(&mut conn).await.unwrap();
        assert!(done.rows_affected() >= 1, "{sql}");
    }
    conn.close().await.unwrap();
    erase(&mut hub, &[maria, joao]);
    hub.deliver(&store).await;
    assert_eq!(rows_of(&store).await, hub.world.rows, "the device follows");
    assert_eq!(store.loose_files().await.unwrap(), ["bb22"], "the other one is found in the store of files itself");
    assert_eq!(store.held(None).await.unwrap(), []);
    let words: Vec<_> = store.review().await.unwrap().into_iter().map(|row| row.text).collect();
    assert_eq!(words, [Some("held back".to_owned())], "words that can be read are kept");
}
