//! Leads by filter and order, against the words of `embudo_domain::filter` over all rows.

use crate::sale::{CUSTOMERS, happen, shop};
use crate::sale_acts;
use crate::support::*;
use embudo_domain::filter::*;
use embudo_domain::*;
use embudo_protocol::Epoch;
use embudo_store::*;
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use rand::{Rng, SeedableRng};
use std::collections::{BTreeMap, BTreeSet};
use std::future::Future;
use std::pin::pin;
use std::task::{Context, Waker};

const DAY_MS: i64 = 86_400_000;
pub const OTHER_LINE: LineId = LineId(uuid::Uuid::from_u128(22));
pub const TAGS: u128 = 3;
pub const MEMBERS: u128 = 3;

pub fn tag(number: u128) -> TagId {
    TagId(id((31 << 100) | number))
}

pub fn member(number: u128) -> MemberId {
    MemberId(id((32 << 100) | number))
}

pub type Rows = BTreeMap<RowKey, Row>;

macro_rules! all_of {
    ($rows:expr, $entity:ident) => {
        $rows.values().filter_map(|row| match row {
            Row::$entity(row) => Some(row),
            _ => None,
        })
    };
}

fn places<K: Ord, I: Ord>(all: impl Iterator<Item = (K, I)>) -> BTreeMap<I, u32> {
    let mut all: Vec<(K, I)> = all.collect();
    all.sort();
    (0..).zip(all).map(|(place, (_, id))| (id, place)).collect()
}

/// Every lead as the language sees it, from the rows alone.
fn facts_of(rows: &Rows) -> Vec<LeadFacts> {
    let statuses = places(all_of!(rows, LeadStatus).map(|row| ((row.position.clone(), row.id), row.id)));
    let funnels: BTreeMap<FunnelId, String> = all_of!(rows, Funnel).map(|row| (row.id, row.position.clone())).collect();
    let stages = places(all_of!(rows, Stage).map(|row| {
        let funnel = row.funnel_id.and_then(|id| funnels.get(&id).map(|position| (position.clone(), id)));
        ((row.funnel_id.is_some(), funnel, row.position.clone(), row.id), row.id)
    }));
    let sources = places(all_of!(rows, Source).map(|row| ((row.code.is_none(), row.id), row.id)));
    let windows: BTreeMap<LineId, Option<i64>> = all_of!(rows, Line).map(|row| (row.id, row.window_ms)).collect();
    let contacts: BTreeMap<ContactId, &Contact> = all_of!(rows, Contact).map(|row| (row.id, row)).collect();
    let bands = all_of!(rows, SaleSettings).next().map(|row| row.bands.clone()).unwrap_or_default();
    // The last one that begins at the score or below it.
    let from = |band: Band| bands.iter().find(|one| one.band == band).map_or(band.usual_from(), |one| one.from);
    let band_of = |score: u8| Band::ALL.into_iter().rfind(|band| from(*band) <= score);
    let facts = |lead: &Lead| {
        let contact = contacts.get(&lead.contact_id);
        let of_them = all_of!(rows, Conversation).filter(|row| row.contact_id == lead.contact_id);
        let newest = of_them.max_by_key(|row| (row.last_at_ms, row.id));
        let shown = |row: &Contact| match row.display_name.as_str() {
            "" => row.channel_name.clone(),
            name => name.to_owned(),
        };
        LeadFacts {
            id: lead.id,
            number: lead.number,
            contact_id: lead.contact_id,
            name: contact.map(|row| shown(row)).unwrap_or_default(),
            tag_ids: contact.map(|row| row.tag_ids.clone()).unwrap_or_default(),
            status_id: lead.state.status_id,
            category: lead.state.closed.as_ref().map_or(Category::Open, |closed| closed.category),
            stage_id: lead.state.stage_id,
            funnel_id: lead.state.funnel_id,
            stage_since_ms: lead.state.stage_since_ms,
            marker: lead.state.marker,
            score: lead.state.score.map(|score| score.value),
            band: lead.state.score.and_then(|score| band_of(score.value)),
            source_id: lead.source_id,
            responsible_id: lead.state.responsible_id,
            opened_at_ms: lead.opened_at_ms,
            closed_at_ms: lead.state.closed.as_ref().map(|closed| closed.at_ms),
            next_follow_up_ms: all_of!(rows, FollowUp)
                .filter(|row| row.lead_id == lead.id && row.is_open())
                .map(|row| row.due_at_ms)
                .min(),
            chat: newest.map(|row| ChatFacts {
                line_id: row.line_id,
                last_at_ms: row.last_at_ms,
                is_unread: row.unread() > 0 || row.manual_unread,
                has_failed: row.failed_count > 0,
                waits_on_us: row.waiting_since_ms.is_some(),
                window_closes_at_ms: row
                    .last_inbound_s
                    .zip(windows.get(&row.line_id).copied().flatten())
                    .map(|(s, window_ms)| s * 1000 + window_ms),
            }),
            status_place: statuses.get(&lead.state.status_id).copied(),
            stage_place: stages.get(&lead.state.stage_id).copied(),
            source_place: lead.source_id.and_then(|id| sources.get(&id).copied()),
        }
    };
    all_of!(rows, Lead).map(|lead| facts(lead)).collect()
}

/// Rows that no act of the generator makes: tags, members, a second line, odd names, missing rows.
fn stir(rng: &mut StdRng, hub: &mut Hub, number: u128) {
    let from = customer(rng.random_range(1..=CUSTOMERS));
    let world = &hub.world;
    match rng.random_range(0..13) {
        12 => {
            let (warm, hot) = (rng.random_range(1..60), rng.random_range(60..=100));
            let bands = [(Band::Cold, 0), (Band::Warm, warm), (Band::Hot, hot)];
            let named = |(band, from)| ScoreBand { band, from, name: String::new(), color: String::new() };
            let bands = bands.map(named).into();
            hub.put(Row::SaleSettings(SaleSettings { bands, ..SaleSettings::default() }));
        }
        9..=11 => crate::contact_index::stir(rng, hub),
        0 | 1 => {
            let Some(row) = world.contact(from.contact).cloned() else { return };
            let tag_ids = (0..TAGS).map(tag).filter(|_| rng.random()).collect();
            // Names that differ by case, accents or their ninth byte, and none at all.
            let names = ["", "José Carlos", "jose carlos", "JOSE CARLA", "Ána", "ana", "Zoë", "\u{301}"];
            let display_name = names.choose(rng).copied().unwrap_or_default().to_owned();
            let channel_name = if rng.random() { row.channel_name.clone() } else { String::new() };
            hub.put(Row::Contact(Contact { tag_ids, display_name, channel_name, ..row }));
        }
        2 | 3 => {
            let Some(lead) = world.leads().collect::<Vec<_>>().choose(rng).copied().cloned() else { return };
            let by = ScoreBy::Manual;
            let state = LeadState {
                responsible_id: rng.random::<bool>().then(|| member(rng.random_range(0..MEMBERS))),
                score: rng.random::<bool>().then(|| Score { value: rng.random_range(0..=100), by }),
                stage_since_ms: hub.now_ms - rng.random_range(0..10) * DAY_MS,
                ..lead.state
            };
            let number = lead.number.filter(|_| rng.random_range(0..4) > 0);
            hub.put(Row::Lead(Box::new(Lead { state, number, ..lead })));
        }
        4 => {
            let Some(line) = world.line(LINE).cloned() else { return };
            let window_ms = [None, Some(3_600_000), Some(DAY_MS), Some(60_000)].choose(rng).copied().flatten();
            let id = if rng.random() { LINE } else { OTHER_LINE };
            hub.put(Row::Line(Line { id, window_ms, ..line }));
        }
        5 => {
            let Some(row) = world.conversation(from.conversation).cloned() else { return };
            let line_id = if rng.random() { LINE } else { OTHER_LINE };
            let failed_count = rng.random_range(0..2);
            hub.put(Row::Conversation(Conversation {
                line_id,
                failed_count,
                manual_unread: rng.random(),
                read_inbound: rng.random_range(0..=row.inbound_count),
                waiting_since_ms: rng.random::<bool>().then_some(row.last_at_ms),
                ..row
            }));
        }
        6 if rng.random_range(0..3) == 0 => {
            hub.delete(RowKey { entity: Entity::Contact, id: from.contact.0 });
        }
        7 if rng.random_range(0..2) == 0 => {
            let Some(lead) = world.leads().collect::<Vec<_>>().choose(rng).map(|lead| lead.id) else { return };
            hub.delete(RowKey { entity: Entity::Lead, id: lead.0 });
        }
        8 => {
            let name = format!("Tag {number}");
            hub.put(Row::Tag(Tag { id: tag(rng.random_range(0..TAGS)), name, color: "#112233".to_owned() }));
        }
        _ => {
            hub.receive_text(from, hub.now_ms / 1000, "again");
        }
    }
}

pub fn some<T: Clone + Ord>(rng: &mut StdRng, all: impl Iterator<Item = T>, other: T) -> Vec<T> {
    let all: BTreeSet<T> = all.chain([other]).collect();
    let all: Vec<T> = all.into_iter().collect();
    let count = rng.random_range(1..=3);
    all.choose_multiple(rng, count).cloned().collect()
}

fn range(rng: &mut StdRng, now_ms: i64) -> TimeRange {
    let mut end = |often: u32| (rng.random_range(0..4) < often).then(|| now_ms - rng.random_range(0..2_000_000));
    TimeRange { since_ms: end(3), until_ms: end(2) }
}

/// A few terms over what there is.
pub fn random_filter(rng: &mut StdRng, facts: &[LeadFacts], now_ms: i64) -> LeadFilter {
    let mut filter = LeadFilter::default();
    for _ in 0..rng.random_range(0..=3) {
        match rng.random_range(0..23) {
            0 | 1 => filter.tab = *[LeadTab::Active, LeadTab::Inactive].choose(rng).unwrap(),
            2 => filter.status_ids = some(rng, facts.iter().map(|lead| lead.status_id), LeadStatusId(id(404))),
            3 => filter.categories = some(rng, Category::ALL.into_iter(), Category::Won),
            4 => filter.funnel_ids = some(rng, facts.iter().filter_map(|lead| lead.funnel_id), FunnelId(id(404))),
            5 => filter.stage_ids = some(rng, facts.iter().map(|lead| lead.stage_id), StageId(id(404))),
            6 => filter.markers = some(rng, Marker::ALL.into_iter(), Marker::None),
            7 => filter.source_ids = some(rng, facts.iter().filter_map(|lead| lead.source_id), SourceId(id(404))),
            8 => filter.responsible_ids = some(rng, (0..MEMBERS).map(member), ACTOR.member_id),
            9 => filter.nobodys = true,
            10 => filter.line_ids = some(rng, [LINE, OTHER_LINE].into_iter(), LineId(id(404))),
            11 => {
                filter.tag_ids = some(rng, (0..TAGS).map(tag), TagId(id(404)));
                filter.all_tags = rng.random();
            }
            12 => {
                let (one, other) = (rng.random_range(0..=100), rng.random_range(0..=100));
                filter.score = Some(match rng.random_range(0..4) {
                    0 => ScoreIs::Without,
                    1 | 2 => ScoreIs::Band { band: Band::ALL.choose(rng).copied().unwrap_or(Band::Hot) },
                    _ => ScoreIs::Between { min: one.min(other), max: one.max(other) },
                });
            }
            13 => filter.opened = Some(range(rng, now_ms)),
            14 => filter.closed = Some(range(rng, now_ms)),
            15 => filter.last_activity = Some(range(rng, now_ms)),
            16 => filter.has_unread = true,
            17 => match rng.random_range(0..3) {
                0 => filter.has_failed = true,
                1 => filter.waits_on = Some(WaitsOn::Us),
                _ => filter.waits_on = Some(WaitsOn::Customer),
            },
            18 => filter.window = [WindowIs::Open, WindowIs::ClosingSoon, WindowIs::Closed].choose(rng).copied(),
            21 | 22 => {
                let day_end_ms = now_ms + rng.random_range(0..3) * DAY_MS;
                let all =
                    [FollowUpIs::Overdue, FollowUpIs::Today { day_end_ms }, FollowUpIs::Planned, FollowUpIs::None];
                filter.follow_up = all.choose(rng).copied();
            }
            19 => filter.stale_days = Some(rng.random_range(0..10)),
            _ => match rng.random_range(0..2) {
                0 => filter.number = Some(rng.random_range(1..20)),
                _ => {
                    let them = facts.iter().map(|lead| lead.contact_id);
                    filter.contact_ids = Some(some(rng, them, ContactId(id(404))).into_iter().skip(1).collect());
                }
            },
        }
    }
    filter
}

/// One question after another; gives how many leads the answers named.
async fn assert_answers(rng: &mut StdRng, hub: &Hub, store: &Store, why: &str) -> usize {
    let facts = facts_of(&rows_of(store).await);
    let now_ms = hub.now_ms;
    let mut named = 0;
    for _ in 0..8 {
        let filter = random_filter(rng, &facts, now_ms);
        let order = LeadOrder { sort: *LeadSort::ALL.choose(rng).unwrap(), descending: rng.random() };
        let why = format!("{why}: {filter:?} by {order:?}");
        let mut meant: Vec<&LeadFacts> = facts.iter().filter(|lead| matches(&filter, lead, now_ms)).collect();
        meant.sort_by(|one, other| compare(order.sort, order.descending, one, other));
        let ids: Vec<LeadId> = meant.iter().map(|lead| lead.id).collect();
        named += ids.len();
        let everywhere = LeadFilter { tab: LeadTab::All, ..filter.clone() };
        let of_tabs: Vec<&LeadFacts> = facts.iter().filter(|lead| matches(&everywhere, lead, now_ms)).collect();
        let active = of_tabs.iter().filter(|lead| lead.is_active()).count() as i64;
        let all = of_tabs.len() as i64;
        let tabs = TabCounts { active, inactive: all - active, all };
        let (offset, limit) = (rng.random_range(0..=ids.len() + 1), rng.random_range(0..=ids.len() + 1));
        let page: Vec<LeadId> = ids.iter().skip(offset).take(limit).copied().collect();
        let list = store.list_leads(&filter, order, offset as u32, limit as u32, now_ms).await.unwrap();
        assert_eq!(list, LeadList { ids: page, total: ids.len() as i64, tabs }, "{why}, {limit} from {offset} on");
        assert_eq!(store.count_leads(&filter, now_ms).await.unwrap(), tabs, "{why}");
        let mut lowest: Vec<LeadId> = ids.clone();
        lowest.sort();
        lowest.truncate(limit);
        assert_eq!(store.lead_ids(&filter, limit as u32, now_ms).await.unwrap(), lowest, "{why}");
        assert_board(store, &filter, &meant, now_ms, &why).await;
    }
    named
}

/// The columns of the board with a filter: the cards that the whole column has, less those that
/// are not meant.
async fn assert_board(store: &Store, filter: &LeadFilter, meant: &[&LeadFacts], now_ms: i64, why: &str) {
    let active: BTreeSet<LeadId> = meant.iter().filter(|lead| lead.is_active()).map(|lead| lead.id).collect();
    let mut counted = BTreeMap::new();
    for count in store.stage_counts_of(filter, now_ms).await.unwrap() {
        counted.insert(count.stage_id, count.active);
    }
    let mut wanted = BTreeMap::new();
    for stage in store.stage_counts(now_ms).await.unwrap().stages {
        for order in [CardOrder::Lifted, CardOrder::Manual] {
            let mut column = store.stage_cards(stage.stage_id, order, 0, 200).await.unwrap();
            column.retain(|card| active.contains(&card.lead.id));
            let cards = store.stage_cards_of(filter, stage.stage_id, order, 1, 3, now_ms).await.unwrap();
            let page: Vec<CardRow> = column.iter().skip(1).take(3).cloned().collect();
            assert_eq!(cards, page, "{why}: {order:?}");
            if !column.is_empty() {
                wanted.insert(stage.stage_id, column.len() as i64);
            }
        }
    }
    assert_eq!(counted, wanted, "{why}: counts of the columns");
}

#[tokio::test]
async fn whatever_is_asked_of_random_leads_is_answered_as_the_words_say() {
    let (mut named, mut named_chats, mut named_contacts) = (0, 0, 0);
    for seed in 0..8 {
        let mut rng = StdRng::seed_from_u64(seed);
        let (mut hub, store) = (shop(), memory().await);
        hub.deliver(&store).await;
        for step in 0..120_u128 {
            match rng.random_range(0..10) {
                0..=3 => happen(&mut rng, &mut hub, 1_000 + step),
                4..=6 => stir(&mut rng, &mut hub, step),
                // This device's own acts: they wait, and what the hub sends is put below them.
                7 | 8 => {
                    let act = sale_acts::act(&mut rng, &hub.world, 5_000 + step, CUSTOMERS);
                    match store.apply_act(&act, ACTOR, stamp((19 << 100) | step, hub.now_ms)).await {
                        Ok(_) | Err(ActError::Refused(_)) => {}
                        Err(error) => panic!("seed {seed}, step {step}: {error}"),
                    }
                }
                _ if rng.random_range(0..4) == 0 => resync(&mut rng, &mut hub, &store, step).await,
                _ if rng.random() => {
                    hub.deliver(&store).await;
                }
                _ => {
                    hub.sync(&store).await;
                }
            }
            if rng.random_range(0..3) == 0 {
                let why = format!("seed {seed}, step {step}");
                named += assert_answers(&mut rng, &hub, &store, &why).await;
                named_chats += crate::chat_index::assert_chats(&mut rng, &hub, &store, &why).await;
                named_contacts += crate::contact_index::assert_contacts(&mut rng, &hub, &store, &why).await;
            }
        }
    }
    assert!(named > 2_000, "{named}: the questions meant somebody");
    assert!(named_chats > 1_000, "{named_chats}: and so did those of the inbox");
    assert!(named_contacts > 1_000, "{named_contacts}: and those of the directory");
}

/// A snapshot in which some leads, people and chats are missing.
async fn resync(rng: &mut StdRng, hub: &mut Hub, store: &Store, step: u128) {
    for key in hub.world.rows.keys().copied().collect::<Vec<_>>() {
        let may_go = matches!(key.entity, Entity::Lead | Entity::Contact | Entity::Conversation | Entity::FollowUp);
        if may_go && rng.random_range(0..8) == 0 {
            hub.delete(key);
        }
    }
    hub.epoch = Epoch(100 + step as u64);
    store.begin_resync(hub.epoch, hub.seq, hub.last_mid).await.unwrap();
    let mut batch = hub.batch(0);
    // A snapshot has no deletions: what is not in it is gone.
    batch.changes.retain(|versioned| matches!(versioned.change, Change::Put(_)));
    store.apply_changes(&batch).await.unwrap();
}

async fn on_disk(count: u128) -> (tempfile::TempDir, Store, Vec<LeadId>) {
    let mut hub = Hub::new();
    for number in 1..=count {
        hub.receive_text(customer(number), NOW_MS / 1000, "hello");
    }
    let folder = tempfile::tempdir().unwrap();
    let location = Location::File(folder.path().join("device.db"));
    let store = Store::open(&OpenOptions { location, key: Key::None }).await.unwrap();
    hub.deliver(&store).await;
    let ids = hub.world.leads().map(|lead| lead.id).collect();
    (folder, store, ids)
}

fn mark(lead_ids: &[LeadId], marker: Marker) -> Act {
    let patch = LeadPatch { marker: Some(marker), ..LeadPatch::default() };
    Act::ChangeLeads { lead_ids: lead_ids.to_vec(), patch, bulk_id: None }
}

fn marked(marker: Marker) -> LeadFilter {
    LeadFilter { markers: vec![marker], ..LeadFilter::default() }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn no_answer_is_of_half_a_commit_and_none_is_older_than_what_was_written_before() {
    const LEADS: u128 = 40;
    let (_folder, store, ids) = on_disk(LEADS).await;
    let is_over = std::sync::Arc::new(std::sync::atomic::AtomicBool::new(false));
    let mut readers = Vec::new();
    for _ in 0..2 {
        let (store, is_over) = (store.clone(), is_over.clone());
        readers.push(tokio::spawn(async move {
            let mut answers = 0;
            while !is_over.load(std::sync::atomic::Ordering::Relaxed) {
                let count = store.count_leads(&marked(Marker::Urgent), NOW_MS).await.unwrap().all;
                assert!(count == 0 || count == LEADS as i64, "{count}: one commit changes all of them");
                answers += 1;
                tokio::task::yield_now().await;
            }
            answers
        }));
    }
    for round in 0..40_u128 {
        let (marker, wanted) = if round % 2 == 0 { (Marker::Urgent, LEADS as i64) } else { (Marker::Stuck, 0) };
        store.apply_act(&mark(&ids, marker), ACTOR, stamp((19 << 100) | round, NOW_MS)).await.unwrap();
        let count = store.count_leads(&marked(Marker::Urgent), NOW_MS).await.unwrap().all;
        assert_eq!(count, wanted, "round {round}: what was written is in the next answer");
    }
    is_over.store(true, std::sync::atomic::Ordering::Relaxed);
    for reader in readers {
        assert!(reader.await.unwrap() > 0);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_question_that_is_given_up_leaves_nothing_unread() {
    let (_folder, store, ids) = on_disk(30).await;
    let mut given_up = 0;
    for polls in (0..300_u128).step_by(10) {
        let number = polls / 10;
        let marker = if number % 2 == 0 { Marker::Urgent } else { Marker::Stuck };
        store.apply_act(&mark(&ids, marker), ACTOR, stamp((19 << 100) | number, NOW_MS)).await.unwrap();
        {
            let filter = marked(marker);
            let mut question = pin!(store.count_leads(&filter, NOW_MS));
            let mut is_pending = true;
            for _ in 0..polls {
                is_pending = question.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending();
                if !is_pending {
                    break;
                }
                tokio::task::yield_now().await;
            }
            given_up += usize::from(is_pending);
        }
        assert_eq!(store.count_leads(&marked(marker), NOW_MS).await.unwrap().all, 30, "given up after {polls} looks");
    }
    assert!(given_up > 0, "{given_up}: some were given up in the middle");
}

#[tokio::test]
async fn a_filter_is_kept_as_text_and_an_unknown_word_in_it_is_refused() {
    let filter = LeadFilter {
        tab: LeadTab::Active,
        markers: vec![Marker::Urgent],
        score: Some(ScoreIs::Between { min: 40, max: 90 }),
        opened: Some(TimeRange { since_ms: Some(5), until_ms: None }),
        waits_on: Some(WaitsOn::Us),
        ..LeadFilter::default()
    };
    let text = serde_json::to_string(&filter).unwrap();
    let wanted = r#"{"tab":"active","markers":["urgent"],"score":{"is":"between","min":40,"max":90},"opened":{"since_ms":5},"waits_on":"us"}"#;
    assert_eq!(text, wanted, "only what it says");
    assert_eq!(serde_json::from_str::<LeadFilter>(&text).unwrap(), filter);
    assert_eq!(serde_json::from_str::<LeadFilter>("{}").unwrap(), LeadFilter::default(), "nothing narrows nothing");
    // A newer program's word must not be taken for no word at all: more would be meant than was said.
    assert!(serde_json::from_str::<LeadFilter>(r#"{"colour":"red"}"#).is_err());
}
