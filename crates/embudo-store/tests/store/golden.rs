//! Golden scenario 27 (product.md 5), as far as it does not depend on a clock: what a page and a
//! search cost does not grow with what is stored, and pages meet. The milliseconds are the
//! benchmark's.

use crate::lead_speed::{apply, lead};
use crate::speed::changes;
use crate::support::*;
use embudo_domain::filter::*;
use embudo_domain::*;
use embudo_protocol::{Epoch, Versioned};
use embudo_store::*;
use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

const PAGE: u32 = 50;

/// A store in memory whose every step of SQLite's machine is counted: rows read cost steps,
/// whoever asked for them.
struct Counted {
    store: Store,
    steps: Arc<AtomicU64>,
}

impl Counted {
    async fn filled(conversations: u128, messages: u64) -> Self {
        let store = memory().await;
        let all = changes(conversations, messages);
        for (at, piece) in all.chunks(2_000).enumerate() {
            let from = at as u64 * 2_000;
            let to = from + piece.len() as u64;
            let changes =
                (from + 1..).zip(piece).map(|(ver, change)| Versioned { ver, change: change.clone() }).collect();
            let batch = Batch { epoch: Epoch(1), from, to, head: to, changes, last_mid: 0, rejections: Vec::new() };
            store.apply_changes(&batch).await.unwrap();
        }
        Self::of(store).await
    }

    /// So many customers, each with a lead; most are active, spread over the stages.
    async fn selling(leads: u128) -> Self {
        let store = memory().await;
        let mut seed = 5;
        let mut all = changes(leads, 1);
        all.extend(seeded::statuses().into_iter().map(|row| Change::Put(Row::LeadStatus(row))));
        all.extend(seeded::stages().into_iter().map(|row| Change::Put(Row::Stage(row))));
        all.extend((0..leads).map(|at| Change::Put(Row::Lead(Box::new(lead(at, &mut seed))))));
        apply(&store, 0, &all).await;
        store.warm_leads().await.unwrap();
        Self::of(store).await
    }

    /// The steps of the first look at a column, a page of leads and a page of people.
    async fn sale(&self) -> Vec<(String, u64)> {
        let mut work = Vec::new();
        let store = &self.store;
        for order in [CardOrder::Lifted, CardOrder::Manual] {
            for offset in [0, 100] {
                let (steps, cards) = self.steps_of(store.stage_cards(seeded::INTAKE, order, offset, PAGE)).await;
                assert_eq!(cards.len(), PAGE as usize, "a full stretch, or its cost says nothing");
                work.push((format!("cards {order:?} from {offset}"), steps));
            }
        }
        let (steps, counts) = self.steps_of(store.stage_counts(i64::MAX)).await;
        assert!(!counts.stages.is_empty(), "somebody stands on the board");
        work.push(("counts of the board".to_owned(), steps));
        let urgent = LeadFilter { markers: vec![Marker::Urgent], nobodys: true, ..LeadFilter::default() };
        for (name, filter) in [("all", LeadFilter::default()), ("urgent and nobody's", urgent)] {
            for sort in LeadSort::ALL {
                let order = LeadOrder { sort, descending: true };
                let page = async {
                    let list = store.list_leads(&filter, order, 0, PAGE, NOW_MS).await?;
                    store.cards_in_order(&list.ids).await
                };
                let (steps, cards) = self.steps_of(page).await;
                assert_eq!(cards.len(), PAGE as usize, "a full page of {name} by {sort:?}");
                work.push((format!("leads, {name} by {sort:?}"), steps));
            }
        }
        // The first look reads who there is into memory; the leads are there already.
        store.list_contacts(&ContactQuery::default(), 0, 1).await.unwrap();
        let (steps, people) = self.steps_of(store.list_contacts(&ContactQuery::default(), 0, PAGE)).await;
        assert_eq!(people.rows.len(), PAGE as usize, "a full page of the directory");
        work.push(("a page of the directory".to_owned(), steps));
        work
    }

    /// One thread of so many messages.
    async fn thread(messages: i64) -> Self {
        let mut hub = Hub::new();
        let store = memory().await;
        for number in 0..messages {
            hub.receive_text(customer(1), NOW_MS / 1000 - messages + number, "hola");
        }
        hub.deliver(&store).await;
        Self::of(store).await
    }

    async fn of(store: Store) -> Self {
        let steps = Arc::new(AtomicU64::new(0));
        let counter = steps.clone();
        let mut conn = store.raw_reader().await.unwrap();
        let count = move || {
            counter.fetch_add(1, Ordering::Relaxed);
            true
        };
        conn.lock_handle().await.unwrap().set_progress_handler(1, count);
        drop(conn);
        Self { store, steps }
    }

    async fn steps_of<T>(&self, work: impl Future<Output = Result<T>>) -> (u64, T) {
        let before = self.steps.load(Ordering::Relaxed);
        let value = work.await.unwrap();
        (self.steps.load(Ordering::Relaxed) - before, value)
    }

    /// The steps of everything that a person does all day, by name.
    async fn day(&self) -> Vec<(String, u64)> {
        let mut day = Vec::new();
        let store = &self.store;
        let filter = InboxFilter::default;
        let view = |filter| InboxView { filter, ..InboxView::default() };
        let views = [
            ("newest", InboxView::default()),
            ("everything", InboxView { scope: InboxScope::Everything, ..InboxView::default() }),
            ("unread", InboxView { tab: InboxTab::Unread, ..InboxView::default() }),
            ("waiting on us", view(InboxFilter { waiting_on: Some(WaitingOn::Us), ..filter() })),
            (
                "by tag",
                InboxView {
                    scope: InboxScope::Everything,
                    ..view(InboxFilter { tag_ids: vec![TagId(id(11))], ..filter() })
                },
            ),
            ("waiting longest", InboxView { order: InboxOrder::WaitingLongest, ..InboxView::default() }),
            (
                "waiting longest of everything",
                InboxView { scope: InboxScope::Everything, order: InboxOrder::WaitingLongest, ..InboxView::default() },
            ),
        ];
        for (name, view) in &views {
            let (steps, page) = self.steps_of(store.inbox_page(view, None, PAGE, NOW_MS)).await;
            assert_eq!(page.rows.len(), PAGE as usize, "a full page of {name}, or its cost says nothing");
            day.push((format!("inbox {name}"), steps));
            let (steps, page) = self.steps_of(store.inbox_page(view, page.next, PAGE, NOW_MS)).await;
            assert_eq!(page.rows.len(), PAGE as usize, "and a full one after it");
            day.push((format!("inbox {name}, the next page"), steps));
            // A dragged scroll bar; its price is the rows before it, and these are as many here.
            let (steps, page) = self.steps_of(store.inbox_page_at(view, 60, PAGE, NOW_MS)).await;
            assert_eq!(page.rows.len(), PAGE as usize, "and a full one at a row number");
            day.push((format!("inbox {name}, at a row number"), steps));
        }
        for text in ["hol", "hola"] {
            let query = SearchQuery { text: text.into(), limit: PAGE, ..SearchQuery::default() };
            let (steps, hits) = self.steps_of(store.search_messages(&query)).await;
            assert_eq!(hits.hits.len(), PAGE as usize, "{text} has more hits than a page");
            day.push((format!("search {text}"), steps));
        }
        day
    }
}

#[tokio::test]
async fn golden_27_many_times_the_data_is_not_more_work_for_a_page_a_thread_or_a_search() {
    let small = Counted::filled(1_100, 22_000).await.day().await;
    let large = Counted::filled(8_000, 80_000).await.day().await;
    for ((name, few), (_, many)) in small.iter().zip(&large) {
        assert!(*few > 100, "{name}: nothing was counted");
        // Which rows happen to be on the page differs a little; how many are read does not. The words
        // of a long beginning are looked up in every part of the word index, of which seven times
        // the data have twice as many.
        let more = if name == "search hola" { few + few / 2 } else { few / 5 };
        assert!(*many < few + more, "{name}: {few} steps with a seventh of the data, {many} with all of it");
    }
    let mut pages = Vec::new();
    for messages in [300, 3_000] {
        let counted = Counted::thread(messages).await;
        let conversation = customer(1).conversation;
        let newest = counted.store.thread_page(conversation, ThreadAt::Newest, PAGE, true);
        let (steps, page) = counted.steps_of(newest).await;
        assert_eq!(page.rows.len(), PAGE as usize, "a full page of the thread");
        let before = counted.store.thread_page(conversation, ThreadAt::Before { key: page.rows[0].key }, PAGE, true);
        pages.push((steps, counted.steps_of(before).await.0));
    }
    assert!(pages[0].0 > 100, "nothing was counted");
    assert_eq!(pages[0], pages[1], "a page of a thread reads its own rows, however long the thread is");
}

#[tokio::test]
async fn golden_27_twenty_thousand_leads_are_not_more_work_for_the_board_and_its_pages() {
    let small = Counted::selling(3_000).await.sale().await;
    let large = Counted::selling(20_000).await.sale().await;
    for ((name, few), (_, many)) in small.iter().zip(&large) {
        assert!(*few > 100, "{name}: nothing was counted");
        // Other people are on the page, of whom some have a tag or a draft more.
        assert!(*many < few + few / 5, "{name}: {few} steps with 3,000 leads, {many} with 20,000");
    }
}

#[tokio::test]
async fn golden_27_pages_of_the_inbox_and_of_a_long_thread_meet_without_gap() {
    let Counted { store, .. } = Counted::filled(900, 4_000).await;
    let view = InboxView { scope: InboxScope::Everything, ..InboxView::default() };
    let mut seen: Vec<(i64, ConversationId)> = Vec::new();
    let mut after = None;
    loop {
        let page = store.inbox_page(&view, after, PAGE, NOW_MS).await.unwrap();
        seen.extend(page.rows.iter().map(|row| (row.last_at_ms, row.id)));
        assert!(seen.len() <= 900, "the pages come to an end");
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    assert!(seen.windows(2).all(|pair| pair[0].0 >= pair[1].0), "newest first across all pages");
    let ids: BTreeSet<ConversationId> = seen.iter().map(|(_, id)| *id).collect();
    assert_eq!((seen.len(), ids.len()), (900, 900), "each conversation on exactly one page");

    // All messages of one second: only the hub's number tells them apart.
    let mut hub = Hub::new();
    let long = memory().await;
    let wrote: Vec<MessageId> =
        (0..1_700).map(|n| hub.receive_text(customer(1), NOW_MS / 1000 - 60 + n / 100, &format!("m{n}"))).collect();
    hub.deliver(&long).await;
    let conversation = customer(1).conversation;
    let mut page = long.thread_page(conversation, ThreadAt::Newest, PAGE, false).await.unwrap();
    let mut thread: Vec<MessageId> = page.rows.iter().map(|row| row.id).collect();
    while page.has_before {
        page = long.thread_page(conversation, ThreadAt::Before { key: page.rows[0].key }, PAGE, false).await.unwrap();
        thread.splice(0..0, page.rows.iter().map(|row| row.id));
    }
    assert!(thread == wrote, "upwards to the first, each once, in order");
}
