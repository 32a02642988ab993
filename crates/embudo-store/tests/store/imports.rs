//! Imports on a device: queued without being run, tried out without being written.

use crate::support::*;
use embudo_domain::*;
use uuid::Uuid;

const FILE: ImportId = ImportId(Uuid::from_u128(0xf11e));

fn bring(part: u32, people: &[(&str, &str)]) -> Act {
    let row = |(at, (name, phone)): (usize, &(&str, &str))| ImportRow {
        row: at as u32 + 1,
        contact_id: Some(ContactId(Uuid::from_u128(0xc0_0000 + u128::from(part) * 1_000 + at as u128))),
        name: (*name).to_owned(),
        phone_e164: Some((*phone).to_owned()),
        ..ImportRow::default()
    };
    Act::ImportContacts {
        import_id: FILE,
        part,
        file_name: "people.csv".to_owned(),
        rows: people.iter().enumerate().map(row).collect(),
        duplicates: Duplicates::Skip,
        defaults: ImportDefaults::default(),
        failed: 0,
    }
}

fn counts(effects: &embudo_domain::rules::Effects) -> (u32, u32) {
    let import = effects.changes.iter().find_map(|change| match change {
        Change::Put(Row::Import(import)) => Some(import.counts),
        _ => None,
    });
    import.map(|counts| (counts.made, counts.same)).unwrap()
}

#[tokio::test]
async fn an_import_waits_for_the_hub_and_changes_nothing_meanwhile() {
    let (mut hub, store) = (Hub::new(), memory().await);
    hub.sync(&store).await;
    let before = rows_of(&store).await;
    let applied = store.apply_act(&bring(0, &[("Ana", "+5531988888888")]), ACTOR, stamp(0xac71, NOW_MS)).await.unwrap();
    assert_eq!(rows_of(&store).await, before, "no row before the hub's answer");
    let pending = store.pending(0, usize::MAX).await.unwrap();
    assert!(pending.iter().any(|act| act.mid == applied.mid), "and it is on its way");
    // What comes meanwhile makes it no act of this device either.
    hub.receive_text(customer(1), hub.now_ms / 1_000, "hi");
    hub.deliver(&store).await;
    assert!(!rows_of(&store).await.keys().any(|key| key.entity == Entity::Import), "a replay does not run it");
    hub.sync(&store).await;
    assert_eq!(rows_of(&store).await, hub.world.rows, "then the device has what the hub has");
    let import = store.imports().await.unwrap().pop().unwrap();
    assert_eq!((import.counts.made, store.import_part_numbers(FILE).await.unwrap()), (1, vec![0]));
}

#[tokio::test]
async fn what_is_tried_out_sees_what_was_tried_out_before_and_writes_nothing() {
    let (mut hub, store) = (Hub::new(), memory().await);
    hub.sync(&store).await;
    let before = rows_of(&store).await;
    let mut dry = store.dry_run(ACTOR);
    let first = dry
        .decide(&bring(0, &[("Ana", "+5531988888888"), ("Bia", "+5531977777777")]), stamp(0xac71, NOW_MS))
        .await
        .unwrap();
    assert_eq!(counts(&first), (2, 0));
    let second = dry
        .decide(&bring(1, &[("Ana", "+553188888888"), ("Cid", "+5531966666666")]), stamp(0xac72, NOW_MS))
        .await
        .unwrap();
    assert_eq!(counts(&second), (3, 1), "without the ninth digit it is the number of a row before");
    assert_eq!(rows_of(&store).await, before, "nothing was written");
}

#[tokio::test]
async fn who_was_merged_into_somebody_is_found_by_their_number_and_address_beside_the_card() {
    let (mut hub, store) = (Hub::new(), memory().await);
    hub.sync(&store).await;
    let new = |id: u128, phone: &str, email: &str| NewContact {
        contact_id: ContactId(Uuid::from_u128(id)),
        name: "Ana".to_owned(),
        phone: phone.to_owned(),
        email: email.to_owned(),
        about: String::new(),
        tag_ids: Vec::new(),
        responsible_id: None,
        source_id: None,
        lead_id: None,
    };
    let (keep, gone) = (new(0xc1, "+5531988888888", "a@x.example"), new(0xc2, "+5531977777777", "Ana@Work.example"));
    let merge = Act::MergeContacts {
        record_id: MergeId(Uuid::from_u128(0x3e)),
        keep: keep.contact_id,
        gone: vec![gone.contact_id],
        fields: MergeFields::default(),
    };
    let acts = [Act::CreateContact { contact: keep }, Act::CreateContact { contact: gone }, merge];
    for (n, act) in acts.iter().enumerate() {
        store.apply_act(act, ACTOR, stamp(0xac00 + n as u128, NOW_MS)).await.unwrap();
    }
    let Act::ImportContacts { import_id, part, file_name, mut rows, duplicates, defaults, failed } =
        bring(0, &[("Ana", "+553177777777"), ("Ana", ""), ("Bia", "+5531966666666")])
    else {
        panic!("an import")
    };
    rows[1] = ImportRow { phone_e164: None, email: "ANA@work.example".to_owned(), ..rows[1].clone() };
    let act = Act::ImportContacts { import_id, part, file_name, rows, duplicates, defaults, failed };
    let effects = store.dry_run(ACTOR).decide(&act, stamp(0xac71, NOW_MS)).await.unwrap();
    assert_eq!(counts(&effects), (1, 2), "both are Ana, and Bia is new");
}

const CHAT: ImportId = ImportId(Uuid::from_u128(0xc4a7));

fn chat(part: u32, to: Customer, minutes: std::ops::Range<i64>) -> Act {
    let said = |minute: i64| ImportMessage {
        key: Uuid::from_u128(0xca11_0000 + minute as u128),
        at_s: NOW_MS / 1_000 - 86_400 + minute * 60,
        from_us: minute % 2 == 1,
        body: Body::Text { text: format!("at {minute}") },
        edited: false,
        deleted: minute == 3,
    };
    Act::ImportChat {
        import_id: CHAT,
        part,
        file_name: "chat.zip".to_owned(),
        contact_id: to.contact,
        line_name: "History".to_owned(),
        messages: minutes.map(said).collect(),
        left_out: 0,
    }
}

#[tokio::test]
async fn a_chat_is_on_every_device_as_the_hub_has_it_and_goes_as_it_came() {
    let (mut hub, store, other) = (Hub::new(), memory().await, memory().await);
    hub.receive_text(customer(1), hub.now_ms / 1_000, "hi");
    hub.sync(&store).await;
    let before = rows_of(&store).await;
    let mut dry = store.dry_run(ACTOR);
    for (part, minutes, messages) in [(0, 0..5, 5), (1, 3..8, 8)] {
        let effects = dry.decide(&chat(part, customer(1), minutes), stamp(0xac71, NOW_MS)).await.unwrap();
        let told = effects.changes.iter().find_map(|change| match change {
            Change::Put(Row::Import(import)) => import.chat.clone(),
            _ => None,
        });
        assert_eq!(told.unwrap().messages, messages, "the second part sees what the first would have added");
    }
    for (act, part, minutes) in [(0xac81, 0, 0..5), (0xac82, 1, 3..8)] {
        store.apply_act(&chat(part, customer(1), minutes), ACTOR, stamp(act, NOW_MS)).await.unwrap();
    }
    assert_eq!(rows_of(&store).await, before, "no row before the hub's answer");
    hub.sync(&store).await;
    hub.deliver(&other).await;
    for device in [&store, &other] {
        assert_eq!(rows_of(device).await, hub.world.rows);
    }
    assert_eq!(hub.world.faults(), Vec::<String>::new());
    let import = store.imports().await.unwrap().pop().unwrap();
    let told = import.chat.unwrap();
    assert_eq!((told.messages, told.known, import.parts), (8, 2, 2));
    for (act, part) in [(0xac91, 1), (0xac92, 0)] {
        let undo = Act::UndoImport { import_id: CHAT, part };
        store.apply_act(&undo, ACTOR, stamp(act, NOW_MS)).await.unwrap();
    }
    hub.sync(&store).await;
    hub.deliver(&other).await;
    let told = |entity| matches!(entity, Entity::Import | Entity::ImportPart | Entity::Line);
    for device in [&store, &other] {
        let mut rows = rows_of(device).await;
        assert_eq!(rows, hub.world.rows);
        rows.retain(|key, _| !told(key.entity));
        let mut before = before.clone();
        before.retain(|key, _| !told(key.entity));
        assert_eq!(rows, before, "nothing of it is left but that it was there");
    }
}

#[tokio::test]
async fn a_file_of_a_chat_is_wanted_while_the_chat_waits_for_the_hub() {
    let (mut hub, store) = (Hub::new(), memory().await);
    hub.receive_text(customer(1), hub.now_ms / 1_000, "hi");
    hub.sync(&store).await;
    let file = FileRef {
        file: FileState::Here { hash: "ab".repeat(32), remote: None },
        name: Some("list.pdf".to_owned()),
        mime: "application/pdf".to_owned(),
        size_bytes: 9,
        width_px: None,
        height_px: None,
        duration_ms: None,
        waveform: Vec::new(),
    };
    let body = Body::Media { media: MediaKind::Document, file, caption: None };
    let Act::ImportChat { import_id, part, file_name, contact_id, line_name, mut messages, left_out } =
        chat(0, customer(1), 0..2)
    else {
        panic!("no chat")
    };
    messages[0].body = body.clone();
    let act = Act::ImportChat { import_id, part, file_name, contact_id, line_name, messages, left_out };
    store.apply_act(&act, ACTOR, stamp(0xaca1, NOW_MS)).await.unwrap();
    assert_eq!(store.files_to_send().await.unwrap(), std::slice::from_ref(&body), "no row names it yet");
    hub.sync(&store).await;
    assert_eq!(store.files_to_send().await.unwrap(), [], "then its message does");
}
