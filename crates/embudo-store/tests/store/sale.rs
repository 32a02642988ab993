//! The sale as the screens read it, against the rules' own world.

use crate::sale_acts;
use crate::support::*;
use embudo_domain::model::World;
use embudo_domain::rules::Lookup;
use embudo_domain::*;
use embudo_protocol::{Epoch, Versioned};
use embudo_store::*;
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use rand::{Rng, SeedableRng};
use std::collections::{BTreeMap, BTreeSet};

pub const CUSTOMERS: u128 = 8;
const DAY_MS: i64 = 86_400_000;

/// A workspace with a few customers, of whom each has written.
pub fn shop() -> Hub {
    let mut hub = Hub::new();
    for number in 1..=CUSTOMERS {
        hub.receive_text(customer(number), NOW_MS / 1000, "hello");
    }
    hub
}

/// Anything that happens at the hub.
pub fn happen(rng: &mut StdRng, hub: &mut Hub, number: u128) {
    hub.now_ms += rng.random_range(1..20_000);
    let from = customer(rng.random_range(1..=CUSTOMERS));
    let conversation = hub.world.conversation(from.conversation).cloned();
    match rng.random_range(0..16) {
        0..=3 => {
            let at_s = hub.now_ms / 1000 - rng.random_range(0..30);
            hub.receive_text(from, at_s, &format!("question {number}"));
        }
        4 => {
            hub.act(&send(number, from, "answer"), ActId(id((14 << 100) | number)));
        }
        5 => {
            let act = Act::SetBlocked { contact_id: from.contact, blocked: rng.random_range(0..3) == 0 };
            hub.act(&act, ActId(id((14 << 100) | number)));
        }
        6 => {
            let name = Some(format!("Name {number}"));
            let patch = ContactPatch { display_name: name, ..ContactPatch::default() };
            let act = Act::PatchContact { contact_id: from.contact, patch, expect: None };
            hub.act(&act, ActId(id((14 << 100) | number)));
        }
        // What no act does today: a chat in another's hands, one that forgets what came, one that
        // goes, and a second one of the same person.
        7 => {
            let other = customer(rng.random_range(1..=CUSTOMERS)).contact;
            if let Some(row) = conversation {
                let identity = hub.world.rows.get(&RowKey { entity: Entity::Identity, id: row.identity_id.0 }).cloned();
                if let Some(Row::Identity(identity)) = identity {
                    hub.put(Row::Identity(Identity { contact_id: other, ..identity }));
                }
                let of_it = |one: &&Conversation| one.identity_id == row.identity_id;
                let all: Vec<Conversation> = hub.world.conversations().filter(of_it).cloned().collect();
                for one in all {
                    hub.put(Row::Conversation(Conversation { contact_id: other, ..one }));
                }
            }
        }
        8 => {
            if let Some(row) = conversation {
                let last_inbound_s = [None, row.last_inbound_s.map(|s| s - 60)].choose(rng).copied().unwrap();
                hub.put(Row::Conversation(Conversation { last_inbound_s, ..row }));
            }
        }
        9 => {
            let messages: Vec<MessageId> =
                hub.world.thread(from.conversation).iter().map(|message| message.id).collect();
            for id in messages {
                hub.delete(RowKey { entity: Entity::Message, id: id.0 });
            }
            hub.delete(RowKey { entity: Entity::Conversation, id: from.conversation.0 });
        }
        10 => {
            if let Some(row) = conversation {
                let second = ConversationId(id((18 << 100) | from.number));
                let last_inbound_s = Some(hub.now_ms / 1000 + rng.random_range(-60..60));
                let last_at_ms = hub.now_ms + rng.random_range(-2..2) * 1000;
                hub.put(Row::Conversation(Conversation { id: second, last_inbound_s, last_at_ms, ..row }));
            }
        }
        _ => {
            let act = sale_acts::act(rng, &hub.world, number, CUSTOMERS);
            hub.act(&act, ActId(id((14 << 100) | number)));
        }
    }
}

fn conversations_of(world: &World, contact: ContactId) -> Vec<&Conversation> {
    world.conversations().filter(|row| row.contact_id == contact).collect()
}

/// Where a card stands by the words of FUN-08.
fn board_key(world: &World, lead: &Lead) -> String {
    let wrote = conversations_of(world, lead.contact_id).iter().filter_map(|row| row.last_inbound_s).max();
    let wrote_ms = wrote.unwrap_or(0) * 1000;
    if wrote_ms > lead.state.placed_at_ms { order::top(wrote_ms) } else { lead.state.position.clone() }
}

/// What a card shows, from the rows alone.
fn card(world: &World, lead: &Lead) -> CardRow {
    let contact = world.contact(lead.contact_id);
    let newest = conversations_of(world, lead.contact_id).into_iter().max_by_key(|row| (row.last_at_ms, row.id));
    let window_ms = |row: &Conversation| world.line(row.line_id).and_then(|line| line.window_ms);
    CardRow {
        lead: lead.clone(),
        board_key: board_key(world, lead),
        name: contact
            .map(|row| if row.display_name.is_empty() { &row.channel_name } else { &row.display_name })
            .cloned()
            .unwrap_or_default(),
        photo_hash: contact.and_then(|row| row.photo.as_ref()).map(|photo| photo.hash.clone()),
        tag_ids: contact.map(|row| row.tag_ids.clone()).unwrap_or_default(),
        blocked: contact.is_some_and(|row| row.blocked),
        conversation: newest.map(|row| CardConversation {
            id: row.id,
            line_id: row.line_id,
            last_at_ms: row.last_at_ms,
            unread: row.unread(),
            is_unread: row.unread() > 0 || row.manual_unread,
            waiting_since_ms: row.waiting_since_ms,
            failed_count: row.failed_count,
            window_closes_at_ms: row.last_inbound_s.zip(window_ms(row)).map(|(s, window)| s * 1000 + window),
            preview: row.preview.clone(),
        }),
    }
}

/// A closed lead's place says nothing.
fn shown(card: &CardRow) -> CardRow {
    let board_key = if card.lead.is_active() { card.board_key.clone() } else { String::new() };
    CardRow { board_key, ..card.clone() }
}

async fn assert_board(hub: &Hub, store: &Store, why: &str) {
    let world = &hub.world;
    let mut active: BTreeMap<StageId, Vec<CardRow>> = BTreeMap::new();
    for lead in world.leads().filter(|lead| lead.is_active()) {
        active.entry(lead.state.stage_id).or_default().push(card(world, lead));
    }
    let counts = store.stage_counts(hub.now_ms).await.unwrap();
    let counted: BTreeMap<StageId, i64> = counts.stages.iter().map(|row| (row.stage_id, row.active)).collect();
    let wanted: BTreeMap<StageId, i64> = active.iter().map(|(stage, cards)| (*stage, cards.len() as i64)).collect();
    assert_eq!(counted, wanted, "{why}: each column says how many cards it has");
    let closed = |category: Category| {
        let of_it = |closed: &&Closed| closed.category == category && closed.at_ms >= hub.now_ms - 30 * DAY_MS;
        world.leads().filter_map(|lead| lead.state.closed.as_ref()).filter(of_it).count() as i64
    };
    let rail =
        ClosedCounts { won: closed(Category::Won), lost: closed(Category::Lost), archived: closed(Category::Archived) };
    assert_eq!(counts.closed, rail, "{why}: the rail counts what closed");
    for (stage, mut cards) in active {
        for order in [CardOrder::Lifted, CardOrder::Manual] {
            cards.sort_by_key(|card| match order {
                CardOrder::Lifted => (card.board_key.clone(), card.lead.id),
                CardOrder::Manual => (card.lead.state.position.clone(), card.lead.id),
            });
            let mut read = Vec::new();
            for offset in (0..=cards.len()).step_by(3) {
                read.extend(store.stage_cards(stage, order, offset as u32, 3).await.unwrap());
            }
            assert_eq!(read, cards, "{why}: a column in pages, {order:?}");
        }
    }
    let all: Vec<LeadId> = world.leads().map(|lead| lead.id).collect();
    let read: BTreeMap<LeadId, CardRow> =
        store.cards(&all).await.unwrap().iter().map(|card| (card.lead.id, shown(card))).collect();
    let wanted = world.leads().map(|lead| (lead.id, shown(&card(world, lead)))).collect();
    assert_eq!(read, wanted, "{why}: each card by its id");
}

#[tokio::test]
async fn a_board_over_random_days_is_what_its_rows_say() {
    let (mut closed, mut again) = (0, 0);
    for seed in 0..24 {
        let mut rng = StdRng::seed_from_u64(seed);
        let (mut hub, store) = (shop(), memory().await);
        for step in 0..160_u128 {
            happen(&mut rng, &mut hub, 1_000 + step);
            if rng.random_range(0..4) == 0 {
                hub.deliver(&store).await;
                assert_board(&hub, &store, &format!("seed {seed}, step {step}")).await;
                let wrong = store.check(Depth::Everything).await.unwrap();
                assert!(wrong.is_empty(), "seed {seed}, step {step}: {wrong:?}");
                let broken = store.broken_invariants().await.unwrap();
                assert!(broken.is_empty(), "seed {seed}, step {step}: {broken:?}");
            }
        }
        closed += hub.world.leads().filter(|lead| !lead.is_active()).count();
        again += hub.world.leads().filter(|lead| lead.cycle > 1).count();
    }
    assert!(closed > 12 && again > 12, "{closed} closed and {again} came back, or the days were dull");
}

async fn all_cards(store: &Store) -> BTreeMap<LeadId, CardRow> {
    let rows = store.all_rows(Entity::Lead).await.unwrap();
    let ids: Vec<LeadId> = rows.iter().map(|(row, _)| LeadId(row.key().id)).collect();
    store.cards(&ids).await.unwrap().iter().map(|card| (card.lead.id, shown(card))).collect()
}

#[tokio::test]
async fn no_card_changes_without_being_named() {
    for seed in 0..12 {
        let mut rng = StdRng::seed_from_u64(100 + seed);
        let (mut hub, store) = (shop(), memory().await);
        hub.deliver(&store).await;
        let mut before = all_cards(&store).await;
        let mut named = 0;
        for step in 0..120_u128 {
            let changed = if rng.random_range(0..3) == 0 {
                let act = sale_acts::act(&mut rng, &hub.world, 5_000 + step, CUSTOMERS);
                match store.apply_act(&act, ACTOR, stamp((19 << 100) | step, hub.now_ms)).await {
                    Ok(applied) => applied.changed,
                    Err(ActError::Refused(_)) => continue,
                    Err(error) => panic!("seed {seed}, step {step}: {error}"),
                }
            } else {
                happen(&mut rng, &mut hub, 1_000 + step);
                hub.sync(&store).await
            };
            let now = all_cards(&store).await;
            let ids: BTreeSet<LeadId> = before.keys().chain(now.keys()).copied().collect();
            for id in ids.into_iter().filter(|id| before.get(id) != now.get(id)) {
                named += 1;
                let is_told = changed.leads.contains(&id) || changed.leads_everything || changed.everything;
                assert!(
                    is_told,
                    "seed {seed}, step {step}: {:?} became {:?}, and nobody was told",
                    before.get(&id),
                    now.get(&id)
                );
            }
            before = now;
        }
        assert!(named > 60, "seed {seed}: cards did change");
    }
}

#[tokio::test]
async fn look_ups_of_the_sale_are_answered_as_the_model_answers_them() {
    for seed in 0..12 {
        let mut rng = StdRng::seed_from_u64(200 + seed);
        let (mut hub, store) = (shop(), memory().await);
        for step in 0..200 {
            happen(&mut rng, &mut hub, 1_000 + step);
        }
        hub.deliver(&store).await;
        let mut all = vec![
            Lookup::LeadStatuses,
            Lookup::Funnels,
            Lookup::Stages,
            Lookup::Sources,
            Lookup::LostReasons,
            Lookup::LeadsUsing { id: id(404) },
            Lookup::LeadsOfContact { contact_id: ContactId(id(404)) },
            Lookup::StagesOfFunnel { funnel_id: FunnelId(id(404)) },
        ];
        for key in hub.world.rows.keys() {
            match key.entity {
                Entity::LeadStatus | Entity::Stage | Entity::Source | Entity::LostReason => {
                    all.push(Lookup::LeadsUsing { id: key.id });
                }
                Entity::Funnel => all.push(Lookup::StagesOfFunnel { funnel_id: FunnelId(key.id) }),
                Entity::Contact => all.push(Lookup::LeadsOfContact { contact_id: ContactId(key.id) }),
                _ => {}
            }
        }
        let mut used = 0;
        for lookup in &all {
            let wanted = hub.world.find(lookup);
            used += usize::from(matches!(lookup, Lookup::LeadsUsing { .. }) && !wanted.is_empty());
            assert_eq!(store.look_up(lookup).await.unwrap(), wanted, "seed {seed}: {lookup:?}");
        }
        assert!(used >= 5, "seed {seed}: some rows are in use");
    }
}

/// A line, and so many customers with a lead and a chat each, as the hub's first batch brings them.
async fn filled(count: u128) -> (Store, Hub) {
    let (mut hub, store) = (Hub::new(), memory().await);
    for number in 1..=count {
        hub.receive_text(customer(number), NOW_MS / 1000, "hello");
    }
    hub.deliver(&store).await;
    (store, hub)
}

fn write_again(hub: &Hub, from: u64, count: u128) -> Batch {
    let rows = (1..=count).map(|number| {
        let row = hub.world.conversation(customer(number).conversation).unwrap();
        Row::Conversation(Conversation { last_at_ms: row.last_at_ms + 1, ..row.clone() })
    });
    let changes: Vec<Versioned> =
        (from + 1..).zip(rows).map(|(ver, row)| Versioned { ver, change: Change::Put(row) }).collect();
    let to = from + changes.len() as u64;
    Batch { epoch: Epoch(7), from, to, head: to, changes, last_mid: 0, rejections: Vec::new() }
}

#[tokio::test]
async fn a_burst_names_no_cards_one_by_one() {
    let most = Changed::LEADS_NAMED as u128;
    let (store, hub) = filled(most + 1).await;
    let few = store.apply_changes(&write_again(&hub, hub.seq, most)).await.unwrap();
    assert_eq!((few.leads.len(), few.leads_everything), (Changed::LEADS_NAMED, false), "each card is named");
    let many = store.apply_changes(&write_again(&hub, hub.seq + most as u64, most + 1)).await.unwrap();
    assert_eq!((many.leads.len(), many.leads_everything), (0, true), "too many to name");
    assert!(!many.everything, "the chats are still named");
    // Told together, two times few are many.
    let mut both = few.clone();
    both.merge(few.clone());
    assert!(!both.leads_everything, "the same ones twice are no more");
    both.merge(Changed { leads: [LeadId(id(1))].into(), ..Changed::default() });
    assert_eq!((both.leads.len(), both.leads_everything), (0, true));
    both.merge(few);
    assert!(both.leads.is_empty(), "and what comes after is not named either");
}

#[tokio::test]
async fn the_newest_word_puts_a_card_on_top_and_a_hand_puts_it_back() {
    let (mut hub, store) = (Hub::new(), memory().await);
    let (ana, bia) = (customer(1), customer(2));
    hub.receive_text(ana, NOW_MS / 1000, "hello");
    hub.now_ms += 60_000;
    hub.receive_text(bia, hub.now_ms / 1000, "hello");
    hub.deliver(&store).await;
    let order = async |order| -> Vec<ContactId> {
        let cards = store.stage_cards(seeded::INTAKE, order, 0, 10).await.unwrap();
        cards.iter().map(|card| card.lead.contact_id).collect()
    };
    assert_eq!(order(CardOrder::Lifted).await, [bia.contact, ana.contact], "who came last stands on top");
    hub.now_ms += 60_000;
    hub.receive_text(ana, hub.now_ms / 1000, "are you there?");
    hub.deliver(&store).await;
    assert_eq!(order(CardOrder::Lifted).await, [ana.contact, bia.contact], "a message lifts the card");
    assert_eq!(order(CardOrder::Manual).await, [bia.contact, ana.contact], "but not in the order of hands");

    let card = &store.leads_of_contact(ana.contact).await.unwrap()[0];
    let below = order::between(Some(&store.leads_of_contact(bia.contact).await.unwrap()[0].state.position), None);
    let stage = Some(StageTo { stage_id: seeded::INTAKE, position: Some(below) });
    let act =
        Act::ChangeLeads { lead_ids: vec![card.id], patch: LeadPatch { stage, ..LeadPatch::default() }, bulk_id: None };
    store.apply_act(&act, ACTOR, stamp(50, hub.now_ms + 1)).await.unwrap();
    assert_eq!(order(CardOrder::Lifted).await, [bia.contact, ana.contact], "dropped below, it stays below");
}

#[tokio::test]
async fn history_comes_newest_first_and_its_pages_meet() {
    let (mut hub, store) = (Hub::new(), memory().await);
    let ana = customer(1);
    hub.receive_text(ana, NOW_MS / 1000, "hello");
    hub.receive_text(customer(2), NOW_MS / 1000, "hello");
    let lead = hub.world.leads().find(|lead| lead.contact_id == ana.contact).unwrap().id;
    for number in 0..25_u128 {
        // Some in the same millisecond.
        hub.now_ms += i64::from(number % 3 == 0);
        let marker = Some(Marker::ALL[1 + (number % 2) as usize]);
        let patch = LeadPatch { marker, note: format!("note {number}"), ..LeadPatch::default() };
        let act = Act::ChangeLeads { lead_ids: vec![lead], patch, bulk_id: None };
        hub.act(&act, ActId(id((14 << 100) | number)));
    }
    let archive = StatusTo { status_id: seeded::ARCHIVED, reason_id: None };
    let patch = LeadPatch { status: Some(archive), ..LeadPatch::default() };
    hub.act(&Act::ChangeLeads { lead_ids: vec![lead], patch, bulk_id: None }, ActId(id(14 << 101)));
    hub.now_ms += 60_000;
    hub.receive_text(ana, hub.now_ms / 1000, "again");
    hub.deliver(&store).await;

    let mut read: Vec<HistoryEvent> = Vec::new();
    loop {
        let page = store.history_of_contact(ana.contact, read.last().map(HistoryKey::of), 7).await.unwrap();
        if page.is_empty() {
            break;
        }
        read.extend(page);
    }
    let mut wanted: Vec<HistoryEvent> = hub
        .world
        .rows
        .values()
        .filter_map(|row| match row {
            Row::History(event) if event.contact_id == ana.contact => Some((**event).clone()),
            _ => None,
        })
        .collect();
    wanted.sort_by_key(|event| std::cmp::Reverse((event.at_ms, event.id)));
    assert_eq!(wanted.len(), 28, "opened, 25 changes, archived, opened again");
    assert_eq!(read, wanted, "every event once, of both cycles, and nobody else's");

    let cycles: Vec<u32> = store.leads_of_contact(ana.contact).await.unwrap().iter().map(|lead| lead.cycle).collect();
    assert_eq!(cycles, [2, 1], "the newest first");
    let first = store.lead(lead).await.unwrap().unwrap();
    assert_eq!((first.cycle, first.is_active()), (1, false));
    assert_eq!(store.lead(LeadId(id(404))).await.unwrap(), None);
}

#[tokio::test]
async fn the_catalogue_comes_whole_and_in_its_order() {
    let empty = memory().await;
    let nothing = empty.sale_catalogue().await.unwrap();
    assert_eq!((nothing.settings, nothing.stages.len()), (SaleSettings::default(), 0), "before the hub was heard");

    let (mut hub, store) = (Hub::new(), memory().await);
    let between = LeadStatus {
        id: LeadStatusId(id(5)),
        code: None,
        name: "Hot".into(),
        color: "#aa0000".into(),
        category: Category::Open,
        position: "AZ".into(),
        number: None,
    };
    hub.act(&Act::PutLeadStatus { status: between.clone() }, ActId(id(1)));
    let own = Source { id: SourceId(id(6)), code: None, name: "Fair".into(), number: None };
    hub.act(&Act::PutSource { source: own.clone() }, ActId(id(2)));
    let settings = SaleSettings { reopens_won: true, ..SaleSettings::default() };
    hub.act(&Act::PutSaleSettings { settings: settings.clone() }, ActId(id(3)));
    hub.deliver(&store).await;
    let read = store.sale_catalogue().await.unwrap();
    let mut statuses = seeded::statuses();
    // The hub gives each the number after the last.
    statuses.insert(1, LeadStatus { number: Some(9), ..between });
    let own = Source { number: Some(5), ..own };
    let mut sources = seeded::sources();
    sources.push(own);
    assert_eq!(read.settings, settings);
    assert_eq!(read.statuses, statuses, "a new one stands where it was put");
    assert_eq!(read.funnels, [seeded::funnel()]);
    let mut stages = seeded::stages();
    stages.sort_by(|one, other| (&one.position, one.id).cmp(&(&other.position, other.id)));
    assert_eq!(read.stages, stages);
    assert_eq!(read.sources, sources, "those of the product first");
    assert_eq!(read.reasons, seeded::lost_reasons());
}
