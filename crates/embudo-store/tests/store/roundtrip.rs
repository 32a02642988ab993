//! A row comes back exactly as it went in, whatever is in it.

mod catalogue;
mod imports;
mod people;
mod sale;
mod talk;

use crate::support::*;
use catalogue::*;
use embudo_domain::*;
use embudo_protocol::{Epoch, Versioned};
use embudo_store::Batch;
use imports::*;
use people::*;
use proptest::collection::vec;
use proptest::option::of;
use proptest::prelude::*;
use proptest::sample::select;
use sale::*;
use talk::*;

fn text() -> impl Strategy<Value = String> {
    prop_oneof![Just(String::new()), "\\PC{0,40}", "[a-zA-Zçãéñ ']{1,30}", "\\PC*\u{0}\\PC*"]
}

fn uuid() -> impl Strategy<Value = uuid::Uuid> {
    any::<u128>().prop_map(uuid::Uuid::from_u128)
}

fn row() -> impl Strategy<Value = Row> {
    prop_oneof![
        message(),
        conversation(),
        person(),
        catalogue(),
        sale_catalogue(),
        lead(),
        history(),
        follow_up(),
        note(),
        import(),
        import_part()
    ]
}

fn batch(from: u64, rows: &[Row]) -> Batch {
    let changes: Vec<Versioned> =
        (from + 1..).zip(rows).map(|(ver, row)| Versioned { ver, change: Change::Put(row.clone()) }).collect();
    let to = from + rows.len() as u64;
    Batch { epoch: Epoch(1), from, to, head: to, changes, last_mid: 0, rejections: Vec::new() }
}

async fn round_trip(first: Vec<Row>, second: Vec<Row>) {
    let store = memory().await;
    store.apply_changes(&batch(0, &first)).await.unwrap();
    // Rows that were there get new images, too.
    let mut renewed: Vec<Row> = second.clone();
    for (old, new) in first.iter().zip(&second) {
        match (old, new) {
            (Row::Message(old), Row::Message(new)) => {
                renewed.push(Row::Message(Box::new(Message { id: old.id, ..(**new).clone() })));
            }
            (Row::Lead(old), Row::Lead(new)) => {
                renewed.push(Row::Lead(Box::new(Lead { id: old.id, ..(**new).clone() })));
            }
            (Row::Conversation(old), Row::Conversation(new)) => {
                renewed.push(Row::Conversation(Conversation { id: old.id, ..new.clone() }));
            }
            _ => {}
        }
    }
    store.apply_changes(&batch(first.len() as u64, &renewed)).await.unwrap();
    for row in &renewed {
        let newest = renewed.iter().rev().find(|other| other.key() == row.key()).unwrap();
        assert_eq!(store.row(row.key()).await.unwrap().as_ref(), Some(newest), "the newest image is stored exactly");
    }
    for row in first.iter().filter(|row| renewed.iter().all(|other| other.key() != row.key())) {
        let newest = first.iter().rev().find(|other| other.key() == row.key()).unwrap();
        assert_eq!(store.row(row.key()).await.unwrap().as_ref(), Some(newest), "an untouched row stays as it was");
    }
    let wrong = store.check(embudo_store::Depth::Everything).await.unwrap();
    assert!(wrong.is_empty(), "indexes and counters agree with the rows: {wrong:?}");
}

#[test]
fn every_row_comes_back_as_it_went_in() {
    // The strategies nest deeper than a test thread's stack.
    let deep = std::thread::Builder::new().stack_size(64 << 20).spawn(|| {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let config = ProptestConfig { cases: 32, failure_persistence: None, ..ProptestConfig::default() };
        proptest!(config, |(first in vec(row().boxed(), 1..40), second in vec(row().boxed(), 1..10))| {
            runtime.block_on(round_trip(first, second));
        });
    });
    deep.unwrap().join().unwrap();
}

/// An act that waited since before lines had a window and a history.
#[derive(serde::Serialize)]
#[serde(tag = "act", rename_all = "snake_case")]
enum OldAct {
    AddLine { line: OldLine },
    RemoveLine { line_id: LineId },
}

#[derive(serde::Serialize)]
struct OldLine {
    id: LineId,
    #[serde(rename = "type")]
    line_type: LineType,
    display_name: &'static str,
    external_id: &'static str,
    color: &'static str,
    state: LineState,
    created_at_ms: i64,
}

#[test]
fn acts_that_waited_since_before_histories_can_be_read() {
    let read = |act: &OldAct| rmp_serde::from_slice::<Act>(&rmp_serde::to_vec_named(act).unwrap()).unwrap();
    let line_id = LineId(uuid::Uuid::from_u128(1));
    let line = OldLine {
        id: line_id,
        line_type: LineType::TelegramBot,
        display_name: "Shop",
        external_id: "@shop_bot",
        color: "#112233",
        state: LineState::Connecting,
        created_at_ms: 5,
    };
    let Act::AddLine { line } = read(&OldAct::AddLine { line }) else { panic!("a line is added") };
    assert_eq!((line.id, line.window_ms, line.history, line.auto_lead), (line_id, None, LineHistory::Kept, None));
    let removed = read(&OldAct::RemoveLine { line_id });
    assert_eq!(removed, Act::RemoveLine { line_id, erase: false }, "nobody asked to erase anything");
}
