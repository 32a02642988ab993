//! The directory against the words of `embudo_domain::directory` over all rows; asked along with
//! the questions of `lead_index`.

use crate::lead_index::{MEMBERS, Rows, TAGS, member, some, tag};
use crate::sale::CUSTOMERS;
use crate::support::*;
use embudo_domain::directory::{ContactFilter, ContactSort, ContactTab};
use embudo_domain::filter::TimeRange;
use embudo_domain::*;
use embudo_store::*;
use rand::Rng;
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;

const TABS: [ContactTab; 4] = [ContactTab::All, ContactTab::Active, ContactTab::Archived, ContactTab::Bin];

/// What the directory looks at and no act of the generator makes.
pub fn stir(rng: &mut StdRng, hub: &mut Hub) {
    let from = customer(rng.random_range(1..=CUSTOMERS));
    let Some(row) = hub.world.contact(from.contact).cloned() else { return };
    match rng.random_range(0..6) {
        0 => {
            let text = |rng: &mut StdRng, text: &str| if rng.random() { text.to_owned() } else { String::new() };
            hub.put(Row::Reach(Reach {
                contact_id: row.id,
                phone_e164: rng.random::<bool>().then(|| format!("+55319{:08}", from.number)),
                phone_text: text(rng, "ask her"),
                email: text(rng, "her@example.com"),
            }));
        }
        1 => hub.delete(RowKey { entity: Entity::Reach, id: row.id.0 }),
        2 => {
            let source_id = rng.random::<bool>().then(|| seeded::source_of("simulator").unwrap());
            let responsible_id = rng.random::<bool>().then(|| member(rng.random_range(0..MEMBERS)));
            let created_at_ms = NOW_MS + rng.random_range(0..3);
            hub.put(Row::Contact(Contact { source_id, responsible_id, created_at_ms, ..row }));
        }
        3 => {
            let at_ms = hub.now_ms + rng.random_range(0..3);
            let bin = Bin { at_ms, by: ACTOR.member_id, with_history: false, closed: Vec::new(), lead_event: None };
            let bin = rng.random::<bool>().then(|| Box::new(bin));
            hub.put(Row::Contact(Contact { bin, erased: rng.random_range(0..4) == 0, ..row }));
        }
        4 => {
            // As a merge does it: a chat and a lead go to somebody else.
            let to = customer(rng.random_range(1..=CUSTOMERS)).contact;
            if let Some(chat) = hub.world.conversation(from.conversation).cloned() {
                hub.put(Row::Conversation(Conversation { contact_id: to, ..chat }));
            }
            let lead = hub.world.leads().find(|lead| lead.contact_id == from.contact).cloned();
            if let Some(lead) = lead {
                hub.put(Row::Lead(Box::new(Lead { contact_id: to, ..lead })));
            }
        }
        _ => hub.delete(RowKey { entity: Entity::Conversation, id: from.conversation.0 }),
    }
}

/// Somebody as the directory sees them, from the rows alone.
struct Seen<'a> {
    contact: &'a Contact,
    has_phone: bool,
    has_email: bool,
    lead: Option<&'a Lead>,
    last_talk_ms: Option<i64>,
}

fn seen(rows: &Rows) -> Vec<Seen<'_>> {
    let all = rows.values().filter_map(|row| match row {
        Row::Contact(contact) if !contact.erased => Some(contact),
        _ => None,
    });
    all.map(|contact| {
        let reach = rows.values().find_map(|row| match row {
            Row::Reach(reach) if reach.contact_id == contact.id => Some(reach),
            _ => None,
        });
        let leads = rows.values().filter_map(|row| match row {
            Row::Lead(lead) if lead.contact_id == contact.id => Some(&**lead),
            _ => None,
        });
        let talks = rows.values().filter_map(|row| match row {
            Row::Conversation(chat) if chat.contact_id == contact.id => Some(chat.last_at_ms),
            _ => None,
        });
        Seen {
            contact,
            has_phone: reach.is_some_and(|reach| reach.phone_e164.is_some() || !reach.phone_text.is_empty()),
            has_email: reach.is_some_and(|reach| !reach.email.is_empty()),
            lead: leads.max_by_key(|lead| (lead.state.closed.is_none(), lead.cycle, lead.id)),
            last_talk_ms: talks.max(),
        }
    })
    .collect()
}

fn is_in_tab(one: &Seen, tab: ContactTab) -> bool {
    let closed = one.lead.map(|lead| lead.state.closed.as_ref().map(|closed| closed.category));
    match (tab, one.contact.bin.is_some()) {
        (ContactTab::Bin, is_in_bin) => is_in_bin,
        (_, true) => false,
        (ContactTab::All, false) => true,
        (ContactTab::Active, false) => closed == Some(None),
        (ContactTab::Archived, false) => closed == Some(Some(Category::Archived)),
    }
}

fn is_meant(one: &Seen, query: &ContactQuery) -> bool {
    let (filter, contact) = (&query.filter, one.contact);
    let has = |tag: &TagId| contact.tag_ids.contains(tag);
    let tags = match filter.all_tags {
        true => filter.tag_ids.iter().all(has),
        false => filter.tag_ids.is_empty() || filter.tag_ids.iter().any(has),
    };
    let source = contact.source_id.or_else(|| one.lead.and_then(|lead| lead.source_id));
    let speaks_of_responsible = filter.nobodys || !filter.responsible_ids.is_empty();
    let responsible = match contact.responsible_id {
        None => filter.nobodys,
        Some(id) => filter.responsible_ids.contains(&id),
    };
    let talk = |range: &TimeRange| one.last_talk_ms.is_some_and(|at_ms| range.holds(at_ms));
    tags && query.found.as_ref().is_none_or(|found| found.contains(&contact.id))
        && (filter.source_ids.is_empty() || source.is_some_and(|id| filter.source_ids.contains(&id)))
        && (filter.status_ids.is_empty()
            || one.lead.is_some_and(|lead| filter.status_ids.contains(&lead.state.status_id)))
        && (!speaks_of_responsible || responsible)
        && filter.has_phone.is_none_or(|wanted| wanted == one.has_phone)
        && filter.has_email.is_none_or(|wanted| wanted == one.has_email)
        && filter.last_talk.as_ref().is_none_or(talk)
}

fn random_query(rng: &mut StdRng, all: &[Seen], now_ms: i64) -> ContactQuery {
    let mut filter = ContactFilter::default();
    let leads: Vec<&Lead> = all.iter().filter_map(|one| one.lead).collect();
    for _ in 0..rng.random_range(0..=2) {
        match rng.random_range(0..8) {
            0 => {
                filter.tag_ids = some(rng, (0..TAGS).map(tag), TagId(id(404)));
                filter.all_tags = rng.random();
            }
            1 => filter.source_ids = some(rng, leads.iter().filter_map(|lead| lead.source_id), SourceId(id(404))),
            2 => filter.status_ids = some(rng, leads.iter().map(|lead| lead.state.status_id), LeadStatusId(id(404))),
            3 => filter.responsible_ids = some(rng, (0..MEMBERS).map(member), ACTOR.member_id),
            4 => filter.nobodys = true,
            5 => filter.has_phone = Some(rng.random()),
            6 => filter.has_email = Some(rng.random()),
            _ => {
                let since_ms = rng.random::<bool>().then(|| now_ms - rng.random_range(0..2_000_000));
                filter.last_talk = Some(TimeRange { since_ms, until_ms: None });
            }
        }
    }
    let found =
        (rng.random_range(0..4) == 0).then(|| some(rng, all.iter().map(|one| one.contact.id), ContactId(id(404))));
    ContactQuery {
        filter,
        found,
        tab: *TABS.choose(rng).unwrap(),
        sort: *[ContactSort::Name, ContactSort::LastTalk, ContactSort::Created].choose(rng).unwrap(),
        descending: rng.random(),
    }
}

fn shown(one: &Seen) -> String {
    let contact = one.contact;
    fold(if contact.display_name.is_empty() { &contact.channel_name } else { &contact.display_name })
}

fn in_order(all: &mut [&Seen], query: &ContactQuery) {
    all.sort_by(|one, other| {
        let ids = one.contact.id.cmp(&other.contact.id);
        let at_ms = |one: &Seen| one.contact.bin.as_ref().map(|bin| bin.at_ms);
        if query.tab == ContactTab::Bin && query.sort == ContactSort::Name && query.descending {
            return at_ms(other).cmp(&at_ms(one)).then(ids);
        }
        let upwards = match query.sort {
            ContactSort::Name => shown(one).cmp(&shown(other)),
            ContactSort::Created => one.contact.created_at_ms.cmp(&other.contact.created_at_ms),
            ContactSort::LastTalk => one.last_talk_ms.unwrap_or_default().cmp(&other.last_talk_ms.unwrap_or_default()),
        };
        if query.descending { upwards.then(ids).reverse() } else { upwards.then(ids) }
    });
}

/// A few questions; gives how many contacts the answers named.
pub async fn assert_contacts(rng: &mut StdRng, hub: &Hub, store: &Store, why: &str) -> usize {
    let rows = rows_of(store).await;
    let all = seen(&rows);
    let mut named = 0;
    for _ in 0..6 {
        let query = random_query(rng, &all, hub.now_ms);
        let why = format!("{why}: {query:?}");
        let of_tab = |tab| all.iter().filter(move |one| is_in_tab(one, tab));
        let count = |tab| of_tab(tab).filter(|one| is_meant(one, &query)).count() as i64;
        let mut wanted: Vec<&Seen> = of_tab(query.tab).filter(|one| is_meant(one, &query)).collect();
        in_order(&mut wanted, &query);
        let ids: Vec<ContactId> = wanted.iter().map(|one| one.contact.id).collect();
        named += ids.len();
        let (offset, limit) = (rng.random_range(0..=ids.len() + 1), rng.random_range(0..=ids.len() + 1));
        let list = store.list_contacts(&query, offset as u32, limit as u32).await.unwrap();
        let tabs = ContactTabCounts {
            active: count(ContactTab::Active),
            archived: count(ContactTab::Archived),
            all: count(ContactTab::All),
            bin: count(ContactTab::Bin),
        };
        assert_eq!((list.tabs, list.total), (tabs, ids.len() as i64), "{why}: a recount says the same");
        let page: Vec<ContactId> = list.rows.iter().map(|row| row.contact.id).collect();
        let wanted: Vec<ContactId> = ids.iter().skip(offset).take(limit).copied().collect();
        assert_eq!(page, wanted, "{why}, {limit} from {offset} on");
        let first: Vec<ContactId> = ids.iter().take(limit).copied().collect();
        assert_eq!(store.contact_ids_in_order(&query, limit as u32).await.unwrap(), first, "{why}");
        let mut lowest = ids.clone();
        lowest.sort();
        lowest.truncate(limit);
        assert_eq!(store.contact_ids(&query, limit as u32).await.unwrap(), lowest, "{why}");
    }
    named
}
