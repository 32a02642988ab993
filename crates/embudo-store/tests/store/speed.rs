//! How fast it is, for the person who changes it: `cargo test -p embudo-store speed -- --ignored
//! --nocapture`. The figures that count come from `cargo xtask bench`.
#![allow(clippy::print_stdout)]

use crate::support::*;
use embudo_domain::*;
use embudo_protocol::{Epoch, Versioned};
use embudo_store::*;
use std::time::Instant;

const HOUR_MS: i64 = 3_600_000;
const WORDS: [&str; 24] = [
    "hola", "precio", "envío", "quanto", "custa", "pedido", "order", "blue", "size", "please", "obrigado", "gracias",
    "mañana", "tomorrow", "amanhã", "pix", "card", "tarjeta", "delivery", "street", "number", "camisa", "zapato",
    "thanks",
];

pub fn number(seed: &mut u64) -> u64 {
    *seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    *seed >> 33
}

fn words(seed: &mut u64) -> String {
    let count = 6 + number(seed) % 10;
    let word = |seed: &mut u64| match number(seed) % 4 {
        0 => format!("{}{}", WORDS[(number(seed) % 24) as usize], number(seed) % 2_000),
        _ => WORDS[(number(seed) % 24) as usize].to_owned(),
    };
    (0..count).map(|_| word(seed)).collect::<Vec<_>>().join(" ")
}

pub fn changes(conversations: u128, messages: u64) -> Vec<Change> {
    let mut seed = 1;
    let mut all = vec![Change::Put(Row::Line(Line {
        id: LINE,
        line_type: LineType::Simulator,
        display_name: "Sales 1".into(),
        external_id: "sim".into(),
        color: "#112233".into(),
        state: LineState::Connected,
        base_url: None,
        created_at_ms: NOW_MS,
        window_ms: Some(24 * HOUR_MS),
        history: LineHistory::Kept,
        auto_lead: None,
    }))];
    let start_s = NOW_MS / 1000 - 365 * 86_400;
    let step_s = 365.0 * 86_400.0 / messages as f64;
    for at in 0..messages {
        let of = customer(u128::from(number(&mut seed)) % conversations);
        let ours = number(&mut seed).is_multiple_of(2);
        let sort_s = start_s + (at as f64 * step_s) as i64;
        all.push(Change::Put(Row::Message(Box::new(Message {
            id: MessageId(uuid::Uuid::from_u128((u128::from(at) << 70) | u128::from(number(&mut seed)))),
            conversation_id: of.conversation,
            direction: if ours { Direction::Out } else { Direction::In },
            author: if ours { Author::Member { id: ACTOR.member_id } } else { Author::Customer },
            body: Body::Text { text: words(&mut seed) },
            provider_id: Some(format!("p{at}")),
            sort_s,
            conv_seq: at as i64,
            inbound_no: (!ours).then_some(at as i64),
            created_at_ms: sort_s * 1000,
            delivery: if ours { Delivery::Read } else { Delivery::Received },
            attempt: 1,
            error: None,
            timeline: if ours {
                let mark = |status| DeliveryMark { attempt: 1, status, at_ms: sort_s * 1000, error: None };
                [Delivery::Queued, Delivery::Sending, Delivery::Sent, Delivery::Delivered, Delivery::Read]
                    .map(mark)
                    .to_vec()
            } else {
                Vec::new()
            },
            reply_to: None,
            reactions: Vec::new(),
            edited_at_ms: None,
            earlier: Vec::new(),
            wanted_edit: None,
            deleted_at_ms: None,
            send_whenever: false,
        }))));
    }
    for at in 0..conversations {
        let of = customer(at);
        let last = NOW_MS - (number(&mut seed) % (90 * 24)) as i64 * HOUR_MS / 4;
        all.push(Change::Put(Row::Contact(Contact {
            id: of.contact,
            display_name: format!("{} {at}", WORDS[(at % 24) as usize]),
            name_source: NameSource::User,
            channel_name: String::new(),
            saved: true,
            blocked: false,
            tag_ids: if at % 10 == 0 { vec![TagId(id(11))] } else { Vec::new() },
            language: None,
            about: String::new(),
            photo: None,
            responsible_id: None,
            source_id: None,
            bin: None,
            fields: Vec::new(),
            brought: Vec::new(),
            erased: false,
            created_at_ms: NOW_MS,
        })));
        all.push(Change::Put(Row::Conversation(Conversation {
            id: of.conversation,
            contact_id: of.contact,
            identity_id: of.identity,
            line_id: LINE,
            state: if at % 5 == 0 { ConversationState::Closed { reason: None } } else { ConversationState::Open },
            blocked: false,
            last_inbound_s: Some(last / 1000),
            last_at_ms: last,
            waiting_since_ms: (at % 3 == 0).then_some(last),
            pending_answers: Vec::new(),
            closes_at_ms: None,
            head_seq: 100,
            inbound_count: 10,
            read_inbound: 10 - (at % 4 / 3) as i64,
            manual_unread: false,
            failed_count: 0,
            preview: Some(Preview {
                message_id: MessageId(id(at)),
                from_us: false,
                kind: "text".into(),
                text: words(&mut seed),
                delivery: Delivery::Received,
                sort_s: last / 1000,
                conv_seq: 1,
            }),
            created_at_ms: NOW_MS,
        })));
    }
    all
}

pub struct Times(pub Vec<f64>);

impl Times {
    pub fn line(mut self, name: &str) {
        self.0.sort_by(f64::total_cmp);
        let at = |share: f64| self.0[((self.0.len() - 1) as f64 * share) as usize];
        println!("{name:34} p50 {:8.3} ms   p95 {:8.3} ms   p99 {:8.3} ms", at(0.5), at(0.95), at(0.99));
    }
}

pub async fn timed<F: Future<Output = ()>>(name: &str, times: usize, mut work: impl FnMut(usize) -> F) {
    let mut all = Vec::with_capacity(times);
    for at in 0..times {
        let start = Instant::now();
        work(at).await;
        all.push(start.elapsed().as_secs_f64() * 1000.0);
    }
    Times(all).line(name);
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "takes minutes; prints figures"]
async fn speed() {
    let size = |name: &str, usual: u64| std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(usual);
    let (conversations, messages) = (size("CONVERSATIONS", 100_000), size("MESSAGES", 300_000));
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("device.db");
    let key = Key::Raw([1; 32]);
    let store = Store::open(&OpenOptions { location: Location::File(path.clone()), key }).await.unwrap();
    let all = changes(u128::from(conversations), messages);
    let (start, rows) = (Instant::now(), all.len());
    for (at, piece) in all.chunks(2_000).enumerate() {
        let from = at as u64 * 2_000;
        let to = from + piece.len() as u64;
        let changes = (from + 1..).zip(piece).map(|(ver, change)| Versioned { ver, change: change.clone() }).collect();
        store
            .apply_changes(&Batch { epoch: Epoch(1), from, to, head: to, changes, last_mid: 0, rejections: Vec::new() })
            .await
            .unwrap();
    }
    println!(
        "{rows} rows in {:.1} s, {:.0} rows/s",
        start.elapsed().as_secs_f64(),
        rows as f64 / start.elapsed().as_secs_f64()
    );
    println!(
        "{} bytes, {:.0} per message",
        std::fs::metadata(&path).unwrap().len(),
        std::fs::metadata(&path).unwrap().len() as f64 / messages as f64
    );
    let store = &store;
    let view = |order, filter| InboxView { order, filter, ..InboxView::default() };
    let filter = InboxFilter::default;
    let views = [
        ("inbox newest", InboxView::default()),
        ("unread", InboxView { tab: InboxTab::Unread, ..InboxView::default() }),
        ("waiting on us", view(InboxOrder::Newest, InboxFilter { waiting_on: Some(WaitingOn::Us), ..filter() })),
        ("by tag", view(InboxOrder::Newest, InboxFilter { tag_ids: vec![TagId(id(11))], ..filter() })),
        (
            "closing < 4 h",
            view(InboxOrder::Newest, InboxFilter { window: Some(WindowFilter::ClosingSoon), ..filter() }),
        ),
        ("order window closing", view(InboxOrder::WindowClosing, filter())),
        ("draft", view(InboxOrder::Newest, InboxFilter { has_draft: true, ..filter() })),
    ];
    for (name, view) in &views {
        timed(name, 300, |_| async {
            store.inbox_page(view, None, 50, NOW_MS).await.unwrap();
        })
        .await;
        timed("   its counts", 50, |_| async {
            store.inbox_counts(view, NOW_MS).await.unwrap();
        })
        .await;
    }
    timed("inbox at random depth", 500, |at| async move {
        let key = InboxKey { sort: NOW_MS - at as i64 * 3 * HOUR_MS, id: customer(at as u128).conversation };
        store.inbox_page(&InboxView::default(), Some(key), 50, NOW_MS).await.unwrap();
    })
    .await;
    timed("inbox at row number", 50, |at| async move {
        store.inbox_page_at(&InboxView::default(), at as i64 * 1_000, 50, NOW_MS).await.unwrap();
    })
    .await;
    floor(store).await;
    timed("thread newest 50", 500, |at| async move {
        let conversation = customer(at as u128 * 17 % 1000).conversation;
        store.thread_page(conversation, ThreadAt::Newest, 50, true).await.unwrap();
    })
    .await;
    for text in ["pre", "hola", "precio1234", "hola precio", "zap"] {
        timed(&format!("search {text}"), 200, |_| async move {
            let query = SearchQuery { text: text.into(), limit: 50, ..SearchQuery::default() };
            store.search_messages(&query).await.unwrap();
        })
        .await;
    }
    timed("search contacts", 200, |at| async move {
        store.search_contacts(&format!("{} 4{}", WORDS[at % 24], at), 8).await.unwrap();
    })
    .await;
    timed("one act", 100, |at| async move {
        let act = Act::MarkUnread { conversation_id: customer(at as u128).conversation };
        store.apply_act(&act, ACTOR, stamp((10 << 100) | at as u128, NOW_MS)).await.unwrap();
    })
    .await;
    timed("save draft", 100, |at| async move {
        let draft = LocalDraft {
            conversation_id: customer(at as u128).conversation,
            message_id: MessageId(id((13 << 100) | at as u128)),
            text: "typing".into(),
            attachments: Vec::new(),
            reply_to: None,
            updated_at_ms: NOW_MS,
        };
        store.save_draft(&draft).await.unwrap();
    })
    .await;
}

/// The page's own statement, read by position and thrown away.
async fn floor(store: &Store) {
    use sqlx::Row as _;
    let sql = inbox_sql::page_sql(&InboxView::default(), false);
    let mut conn = store.raw_reader().await.unwrap();
    let mut all = Vec::new();
    for _ in 0..500 {
        let start = Instant::now();
        let rows = sqlx::query(sqlx::AssertSqlSafe(sql.clone())).bind(51i64).fetch_all(&mut *conn).await.unwrap();
        let mut sum = 0usize;
        for row in &rows {
            sum += row.get::<Vec<u8>, _>(0).len() + row.get::<Option<String>, _>(2).map_or(0, |text| text.len());
        }
        assert!(sum > 0);
        all.push(start.elapsed().as_secs_f64() * 1000.0);
    }
    Times(all).line("   the bare statement");
}
