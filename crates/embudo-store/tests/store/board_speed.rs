//! How fast the board is: `cargo test -p embudo-store board_speed -- --ignored --nocapture`.
#![allow(clippy::print_stdout)]

use crate::speed::{Times, changes};
use crate::support::*;
use embudo_domain::*;
use embudo_protocol::{Epoch, Versioned};
use embudo_sqlite::{FileKey, Opening};
use embudo_store::*;
use std::path::Path;
use std::time::Instant;

const FUNNELS: u128 = 4;
const STAGES: u128 = 8;
/// Of every five leads one stands in the first stage, so that it is long enough to be scrolled.
const LONG: u128 = 5;

fn stage_of(lead: u128) -> StageId {
    let stage = if lead.is_multiple_of(LONG) { 0 } else { lead % (FUNNELS * STAGES) };
    StageId(id((21 << 100) | stage))
}

fn lead(number: u128) -> Lead {
    let whose = customer(number);
    // Half of them were put where they are after their contact wrote.
    let placed_at_ms = if number.is_multiple_of(2) { NOW_MS } else { NOW_MS - 365 * 86_400_000 };
    Lead {
        id: LeadId(id((22 << 100) | number)),
        number: Some(number as i64),
        contact_id: whose.contact,
        cycle: 1,
        previous_lead_id: None,
        source_id: seeded::source_of("simulator"),
        origin: Origin::Chat,
        opened_at_ms: NOW_MS,
        state: LeadState {
            status_id: seeded::NEW,
            stage_id: stage_of(number),
            funnel_id: Some(seeded::SALES),
            stage_since_ms: NOW_MS,
            position: order::top(placed_at_ms - number as i64),
            placed_at_ms,
            marker: Marker::None,
            score: None,
            responsible_id: Some(ACTOR.member_id),
            fields: Vec::new(),
            closed: None,
            made_by: HistoryId(id((23 << 100) | number)),
        },
        last_event_id: HistoryId(id((23 << 100) | number)),
    }
}

struct Shop {
    store: Store,
    ver: u64,
}

impl Shop {
    async fn open(path: &Path, ver: u64) -> Self {
        let options = OpenOptions { location: Location::File(path.to_path_buf()), key: Key::Raw([1; 32]) };
        Self { store: Store::open(&options).await.unwrap(), ver }
    }

    async fn take(&mut self, piece: &[Change]) -> Changed {
        let (from, to) = (self.ver, self.ver + piece.len() as u64);
        let changes = (from + 1..).zip(piece).map(|(ver, change)| Versioned { ver, change: change.clone() }).collect();
        let batch = Batch { epoch: Epoch(1), from, to, head: to, changes, last_mid: 0, rejections: Vec::new() };
        self.ver = to;
        self.store.apply_changes(&batch).await.unwrap()
    }
}

/// A message of the n-th customer at that second, as the hub tells it.
fn inbound(number: u128, at: i64, row: &Conversation) -> [Change; 2] {
    let at_s = NOW_MS / 1000 + at;
    let message = Message {
        id: MessageId(id((24 << 100) | (at as u128))),
        conversation_id: customer(number).conversation,
        direction: Direction::In,
        author: Author::Customer,
        body: Body::Text { text: "what does it cost?".into() },
        provider_id: Some(format!("in{at}")),
        sort_s: at_s,
        conv_seq: 1_000 + at,
        inbound_no: Some(1_000 + at),
        created_at_ms: at_s * 1000,
        delivery: Delivery::Received,
        attempt: 1,
        error: None,
        timeline: Vec::new(),
        reply_to: None,
        reactions: Vec::new(),
        edited_at_ms: None,
        earlier: Vec::new(),
        wanted_edit: None,
        deleted_at_ms: None,
        send_whenever: false,
    };
    let conversation = Conversation {
        last_inbound_s: Some(at_s),
        last_at_ms: at_s * 1000,
        waiting_since_ms: Some(at_s * 1000),
        inbound_count: row.inbound_count + 1,
        ..row.clone()
    };
    [Change::Put(Row::Message(Box::new(message))), Change::Put(Row::Conversation(conversation))]
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "takes minutes; prints figures"]
async fn board_speed() {
    let size = |name: &str| std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(100_000_u128);
    // Everybody of `PEOPLE` writes; the first `LEADS` of them have one.
    let (people, leads) = (size("PEOPLE"), size("LEADS"));
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("device.db");
    let mut shop = Shop::open(&path, 0).await;
    let rows_of_people = changes(people, 1_000);
    for piece in rows_of_people.chunks(2_000) {
        shop.take(piece).await;
    }
    let start = Instant::now();
    let rows: Vec<Change> = (0..leads).map(|number| Change::Put(Row::Lead(Box::new(lead(number))))).collect();
    for piece in rows.chunks(2_000) {
        shop.take(piece).await;
    }
    println!("{leads} leads in {:.1} s", start.elapsed().as_secs_f64());
    reads(&shop.store, leads).await;
    writes(shop, folder.path(), people, &rows_of_people).await;
}

async fn reads(store: &Store, leads: u128) {
    let stage = stage_of(0);
    let deep = (leads / LONG).saturating_sub(1_000) as u32;
    for order in [CardOrder::Lifted, CardOrder::Manual] {
        for offset in [0, deep] {
            let mut times = Vec::new();
            for _ in 0..200 {
                let start = Instant::now();
                let cards = store.stage_cards(stage, order, offset, 60).await.unwrap();
                times.push(start.elapsed().as_secs_f64() * 1000.0);
                assert_eq!(cards.len(), 60, "a full stretch, or its cost says nothing");
            }
            Times(times).line(&format!("60 cards {order:?} from {offset}"));
        }
    }
    let mut times = Vec::new();
    for _ in 0..200 {
        let start = Instant::now();
        assert!(!store.stage_counts(NOW_MS).await.unwrap().stages.is_empty());
        times.push(start.elapsed().as_secs_f64() * 1000.0);
    }
    Times(times).line("counts of the board");
    let mut times = Vec::new();
    for at in 0..200 {
        let start = Instant::now();
        let cards = store.cards(&[lead(at * 97 % leads).id]).await.unwrap();
        times.push(start.elapsed().as_secs_f64() * 1000.0);
        assert_eq!(cards.len(), 1);
    }
    Times(times).line("one card by id");
}

/// The same messages into two copies, of which one has none of the sale's triggers; they take turns.
async fn writes(shop: Shop, folder: &Path, people: u128, rows: &[Change]) {
    let ver = shop.ver;
    shop.store.close().await.unwrap();
    let (with, without) = (folder.join("device.db"), folder.join("without.db"));
    std::fs::copy(&with, &without).unwrap();
    let mut bare = Opening::file(&without).sealed(FileKey::new([1; 32])).connect().await.unwrap();
    for trigger in ["insert", "update", "less", "delete"] {
        let sql = sqlx::AssertSqlSafe(format!("drop trigger conversation_lifts_{trigger}"));
        sqlx::query(sql).execute(&mut *bare).await.unwrap();
    }
    bare.close().await.unwrap();
    let mut shops = [Shop::open(&with, ver).await, Shop::open(&without, ver).await];
    let rows: Vec<&Conversation> = rows
        .iter()
        .filter_map(|change| match change {
            Change::Put(Row::Conversation(row)) => Some(row),
            _ => None,
        })
        .collect();
    let names = ["with the triggers", "without them"];
    let mut times = [Vec::new(), Vec::new()];
    for at in 0..1_000_usize {
        let number = (at as u128 * 7_919) % people;
        for which in [at % 2, 1 - at % 2] {
            let message = inbound(number, at as i64, rows[number as usize]);
            let start = Instant::now();
            shops[which].take(&message).await;
            times[which].push(start.elapsed().as_secs_f64() * 1000.0);
        }
    }
    for (name, times) in names.into_iter().zip(times) {
        Times(times).line(&format!("one message {name}"));
    }
    let mut rates = [Vec::new(), Vec::new()];
    for burst in 0..6_usize {
        for which in [burst % 2, 1 - burst % 2] {
            let messages: Vec<Change> = (0..10_000)
                .flat_map(|at| {
                    let at = 10_000 + burst * 10_000 + at;
                    let number = (at as u128 * 7_919) % people;
                    inbound(number, at as i64, rows[number as usize])
                })
                .collect();
            let start = Instant::now();
            for piece in messages.chunks(200) {
                shops[which].take(piece).await;
            }
            rates[which].push(10_000.0 / start.elapsed().as_secs_f64());
        }
    }
    for (name, mut rates) in names.into_iter().zip(rates) {
        rates.sort_by(f64::total_cmp);
        println!("a burst of 10,000 {name}: {:.0} messages/s, median of 6", (rates[2] + rates[3]) / 2.0);
    }
    let top = shops[0].store.stage_cards(stage_of(0), CardOrder::Lifted, 0, 1).await.unwrap();
    assert!(top[0].board_key < order::top(NOW_MS), "the triggers did put somebody on top");
}
