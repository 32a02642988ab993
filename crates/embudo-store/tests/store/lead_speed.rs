//! How fast the leads page is: `cargo test --release -p embudo-store lead_speed -- --ignored --nocapture`.
#![allow(clippy::print_stdout)]

use crate::speed::timed;
use crate::support::*;
use embudo_domain::filter::*;
use embudo_domain::*;
use embudo_protocol::{Epoch, Versioned};
use embudo_store::*;
use std::time::Instant;

const DAY_MS: i64 = 86_400_000;

pub fn lead(at: u128, seed: &mut u64) -> Lead {
    let mut below = |end: u64| crate::speed::number(seed) % end;
    let status = &seeded::statuses()[below(8) as usize];
    let stage = &seeded::stages()[below(6) as usize];
    let opened_at_ms = NOW_MS - below(360) as i64 * DAY_MS - below(86_400_000) as i64;
    let closed = status.category.is_final().then(|| Closed {
        at_ms: opened_at_ms + below(30) as i64 * DAY_MS,
        category: status.category,
        reason_id: None,
        from_status_id: seeded::NEW,
    });
    let event = HistoryId(id((41 << 100) | at));
    Lead {
        id: LeadId(id((40 << 100) | (at.reverse_bits() >> 40 << 40) | at)),
        number: Some(at as i64 + 1),
        contact_id: customer(at).contact,
        cycle: 1,
        previous_lead_id: None,
        source_id: seeded::source_of("telegram_bot"),
        origin: Origin::Chat,
        opened_at_ms,
        state: LeadState {
            status_id: status.id,
            stage_id: stage.id,
            funnel_id: stage.funnel_id,
            stage_since_ms: opened_at_ms + below(20) as i64 * DAY_MS,
            position: order::top(opened_at_ms),
            placed_at_ms: opened_at_ms,
            marker: Marker::ALL[below(6) as usize],
            score: (below(3) > 0).then(|| Score { value: below(101) as u8, by: ScoreBy::Manual }),
            responsible_id: (below(4) > 0).then(|| MemberId(id(50 + u128::from(below(10))))),
            fields: Vec::new(),
            closed,
            made_by: event,
        },
        last_event_id: event,
    }
}

pub async fn apply(store: &Store, from: u64, all: &[Change]) {
    for (at, piece) in all.chunks(2_000).enumerate() {
        let from = from + at as u64 * 2_000;
        let to = from + piece.len() as u64;
        let changes = (from + 1..).zip(piece).map(|(ver, change)| Versioned { ver, change: change.clone() }).collect();
        let batch = Batch { epoch: Epoch(1), from, to, head: to, changes, last_mid: 0, rejections: Vec::new() };
        store.apply_changes(&batch).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "takes a minute; prints figures"]
async fn lead_speed() {
    let count: u128 = std::env::var("LEADS").ok().and_then(|text| text.parse().ok()).unwrap_or(100_000);
    let folder = tempfile::tempdir().unwrap();
    let location = Location::File(folder.path().join("device.db"));
    let store = Store::open(&OpenOptions { location, key: Key::Raw([1; 32]) }).await.unwrap();
    let mut seed = 5;
    let mut all = crate::speed::changes(count, 1);
    all.extend(seeded::statuses().into_iter().map(|row| Change::Put(Row::LeadStatus(row))));
    all.extend(seeded::stages().into_iter().map(|row| Change::Put(Row::Stage(row))));
    all.extend((0..count).map(|at| Change::Put(Row::Lead(Box::new(lead(at, &mut seed))))));
    apply(&store, 0, &all).await;
    let start = Instant::now();
    store.warm_leads().await.unwrap();
    println!("{count} leads read in {:.0} ms", start.elapsed().as_secs_f64() * 1000.0);
    let start = Instant::now();
    store.warm_leads().await.unwrap();
    println!("asked again {:.3} ms", start.elapsed().as_secs_f64() * 1000.0);

    let store = &store;
    let filter = LeadFilter::default;
    let range = |days: i64| Some(TimeRange { since_ms: Some(NOW_MS - days * DAY_MS), until_ms: None });
    let filters = [
        ("everything", filter()),
        ("active", LeadFilter { tab: LeadTab::Active, ..filter() }),
        ("marker, responsible", LeadFilter { markers: vec![Marker::Urgent, Marker::Stuck], nobodys: true, ..filter() }),
        ("tag, window", LeadFilter { tag_ids: vec![TagId(id(11))], window: Some(WindowIs::Closed), ..filter() }),
        (
            "score, opened",
            LeadFilter { score: Some(ScoreIs::Between { min: 20, max: 80 }), opened: range(90), ..filter() },
        ),
        ("waits, stale", LeadFilter { waits_on: Some(WaitsOn::Us), stale_days: Some(3), ..filter() }),
        (
            "10,000 people, unread",
            LeadFilter {
                contact_ids: Some((0..10_000).map(|at| customer(at * 7).contact).collect()),
                has_unread: true,
                ..filter()
            },
        ),
    ];
    for (name, filter) in &filters {
        println!("-- {name}: {:?}", store.count_leads(filter, NOW_MS).await.unwrap());
        timed("   count", 200, |_| async {
            store.count_leads(filter, NOW_MS).await.unwrap();
        })
        .await;
        timed("   counts of columns", 200, |_| async {
            store.stage_counts_of(filter, NOW_MS).await.unwrap();
        })
        .await;
        for sort in LeadSort::ALL {
            timed(&format!("   100 by {sort:?}"), 100, |at| async move {
                let order = LeadOrder { sort, descending: at % 2 == 0 };
                let list = store.list_leads(filter, order, (at % 10) as u32 * 100, 100, NOW_MS).await.unwrap();
                store.cards_in_order(&list.ids).await.unwrap();
            })
            .await;
        }
    }
    let by_name = LeadOrder { sort: LeadSort::Name, descending: false };
    timed("the last page by name, ids only", 100, |_| async {
        store.list_leads(&LeadFilter::default(), by_name, count as u32 - 100, 100, NOW_MS).await.unwrap();
    })
    .await;
    timed("50 cards of a column, filtered", 100, |_| async {
        let order = CardOrder::Lifted;
        store.stage_cards_of(&filters[2].1, seeded::INTAKE, order, 0, 50, NOW_MS).await.unwrap();
    })
    .await;
    // What a change costs: the act, and the first question after it.
    let (mut acts, mut questions) = (Vec::new(), Vec::new());
    let active = LeadFilter { tab: LeadTab::Active, ..LeadFilter::default() };
    for (at, id) in (0..).zip(store.lead_ids(&active, 200, NOW_MS).await.unwrap()) {
        let lead_ids = vec![id];
        let patch = LeadPatch { score: Some(Some(at as u8 % 100)), ..LeadPatch::default() };
        let act = Act::ChangeLeads { lead_ids, patch, bulk_id: None };
        let start = Instant::now();
        store.apply_act(&act, ACTOR, stamp((10 << 100) | at, NOW_MS)).await.unwrap();
        acts.push(start.elapsed().as_secs_f64() * 1000.0);
        let start = Instant::now();
        store.count_leads(&filters[2].1, NOW_MS).await.unwrap();
        questions.push(start.elapsed().as_secs_f64() * 1000.0);
    }
    crate::speed::Times(acts).line("one act");
    crate::speed::Times(questions).line("the count after it");
}
