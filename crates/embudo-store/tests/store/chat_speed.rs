//! How fast the inbox is by what is said of leads, and the search by who is meant: `cargo test
//! --release -p embudo-store chat_speed -- --ignored --nocapture`.
#![allow(clippy::print_stdout)]

use crate::speed::timed;
use crate::support::*;
use embudo_domain::*;
use embudo_store::*;
use std::time::Instant;

#[tokio::test(flavor = "multi_thread")]
#[ignore = "takes minutes; prints figures"]
async fn chat_speed() {
    let size = |name: &str, usual: u64| std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(usual);
    let (count, messages) = (u128::from(size("CONVERSATIONS", 100_000)), size("MESSAGES", 300_000));
    let folder = tempfile::tempdir().unwrap();
    let location = Location::File(folder.path().join("device.db"));
    let store = Store::open(&OpenOptions { location, key: Key::Raw([1; 32]) }).await.unwrap();
    let mut seed = 5;
    let mut all = crate::speed::changes(count, messages);
    all.extend(seeded::statuses().into_iter().map(|row| Change::Put(Row::LeadStatus(row))));
    all.extend(seeded::stages().into_iter().map(|row| Change::Put(Row::Stage(row))));
    all.extend((0..count).map(|at| Change::Put(Row::Lead(Box::new(crate::lead_speed::lead(at, &mut seed))))));
    crate::lead_speed::apply(&store, 0, &all).await;
    let start = Instant::now();
    store.warm_chats().await.unwrap();
    println!("{count} conversations read in {:.0} ms", start.elapsed().as_secs_f64() * 1000.0);

    let store = &store;
    let filter = InboxFilter::default;
    let view = |order, filter| InboxView { order, filter, ..InboxView::default() };
    let views = [
        ("by marker", view(InboxOrder::Marker, filter())),
        ("status", view(InboxOrder::Newest, InboxFilter { lead_status_ids: vec![seeded::QUALIFIED], ..filter() })),
        (
            "marker, nobody's, waiting",
            view(
                InboxOrder::WaitingLongest,
                InboxFilter {
                    markers: vec![Marker::Urgent],
                    nobodys: true,
                    waiting_on: Some(WaitingOn::Us),
                    ..filter()
                },
            ),
        ),
        (
            "stage, tag, window, by marker",
            view(
                InboxOrder::Marker,
                InboxFilter {
                    stage_ids: vec![seeded::INTAKE],
                    tag_ids: vec![TagId(id(11))],
                    window: Some(WindowFilter::Closed),
                    ..filter()
                },
            ),
        ),
    ];
    for (name, view) in &views {
        println!("-- {name}: {:?}", store.inbox_counts(view, NOW_MS).await.unwrap());
        timed("   first page", 200, |_| async {
            store.inbox_page(view, None, 100, NOW_MS).await.unwrap();
        })
        .await;
        timed("   its counts", 200, |_| async {
            store.inbox_counts(view, NOW_MS).await.unwrap();
        })
        .await;
        timed("   at a row number", 100, |at| async move {
            store.inbox_page_at(view, at as i64 * 100, 100, NOW_MS).await.unwrap();
        })
        .await;
        timed("   20 rows by id", 100, |at| async move {
            let ids: Vec<ConversationId> =
                (0..20).map(|row| customer((at * 20 + row) as u128 % 1_000).conversation).collect();
            store.inbox_rows(view, &ids, NOW_MS).await.unwrap();
        })
        .await;
    }
    for (name, people) in [
        ("status", PeopleTerms { status_ids: vec![seeded::QUALIFIED], ..PeopleTerms::default() }),
        (
            "status, marker",
            PeopleTerms {
                status_ids: vec![seeded::QUALIFIED],
                markers: vec![Marker::Urgent],
                ..PeopleTerms::default()
            },
        ),
        ("tag", PeopleTerms { tag_ids: vec![TagId(id(11))], ..PeopleTerms::default() }),
    ] {
        for text in ["pre", "hola", "precio1234", "hola precio", "zap"] {
            let people = &people;
            timed(&format!("search {text} by {name}"), 100, |_| async move {
                let query =
                    SearchQuery { text: text.into(), limit: 50, people: people.clone(), ..SearchQuery::default() };
                store.search_messages(&query).await.unwrap();
            })
            .await;
        }
    }
}
