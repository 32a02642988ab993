//! The directory, duplicates and merges as screens read them.

#![allow(clippy::unwrap_used)]

use crate::support::*;
use embudo_domain::directory::{ContactFilter, ContactTab, SameBy};
use embudo_domain::*;
use embudo_store::{ContactQuery, Store};
use std::collections::BTreeSet;
use std::time::{Duration, Instant};

fn person(number: u128, name: &str, phone: &str) -> [Row; 2] {
    let contact_id = ContactId(id((31 << 100) | number));
    [
        Row::Contact(Contact {
            id: contact_id,
            display_name: name.to_owned(),
            name_source: NameSource::User,
            channel_name: String::new(),
            saved: true,
            blocked: false,
            tag_ids: Vec::new(),
            language: None,
            about: String::new(),
            photo: None,
            responsible_id: None,
            source_id: None,
            bin: None,
            fields: Vec::new(),
            brought: Vec::new(),
            erased: false,
            created_at_ms: number as i64,
        }),
        Row::Reach(Reach {
            contact_id,
            phone_e164: (!phone.is_empty()).then(|| phone.to_owned()),
            phone_text: String::new(),
            email: String::new(),
        }),
    ]
}

fn contact_id(number: u128) -> ContactId {
    ContactId(id((31 << 100) | number))
}

async fn act(store: &Store, number: u128, act: Act) {
    store.apply_act(&act, ACTOR, stamp((41 << 100) | number, NOW_MS)).await.unwrap();
}

async fn totals(store: &Store) -> [i64; 4] {
    let tabs = store.list_contacts(&ContactQuery::default(), 0, 50).await.unwrap().tabs;
    [tabs.active, tabs.archived, tabs.all, tabs.bin]
}

async fn names(store: &Store, tab: ContactTab) -> Vec<String> {
    let query = ContactQuery { tab, ..ContactQuery::default() };
    let list = store.list_contacts(&query, 0, 50).await.unwrap();
    assert_eq!(list.total, list.rows.len() as i64, "the total is exact");
    list.rows.into_iter().map(|row| row.contact.display_name).collect()
}

#[tokio::test]
async fn the_directory_has_everybody_under_the_tabs_where_they_belong() {
    let store = memory().await;
    let mut hub = Hub::new();
    hub.receive_text(customer(1), NOW_MS / 1000, "hello");
    for row in person(1, "Ágata", "").into_iter().chain(person(2, "bruno", "+5531988888888")) {
        hub.put(row);
    }
    hub.sync(&store).await;
    let first = hub.world.contact(customer(1).contact).unwrap().display_name.clone();
    assert_eq!(names(&store, ContactTab::All).await, ["Ágata", "bruno", &first], "by name, without accents and case");
    assert_eq!(names(&store, ContactTab::Active).await, std::slice::from_ref(&first), "who writes has a lead");
    assert_eq!(totals(&store).await, [1, 0, 3, 0]);

    let lead = hub.world.leads().next().unwrap().id;
    let status = StatusTo { status_id: seeded::ARCHIVED, reason_id: None };
    let patch = LeadPatch { status: Some(status), ..LeadPatch::default() };
    act(&store, 1, Act::ChangeLeads { lead_ids: vec![lead], patch, bulk_id: None }).await;
    assert_eq!(totals(&store).await, [0, 1, 3, 0], "archived, and still there");

    act(&store, 2, Act::DeleteContacts { contact_ids: vec![contact_id(1)], with_history: false }).await;
    assert_eq!(totals(&store).await, [0, 1, 2, 1]);
    assert_eq!(names(&store, ContactTab::Bin).await, ["Ágata"]);
    act(&store, 3, Act::RestoreContacts { contact_ids: vec![contact_id(1)] }).await;
    assert_eq!(totals(&store).await, [0, 1, 3, 0]);

    let filter = ContactFilter { has_phone: Some(true), ..ContactFilter::default() };
    let query = ContactQuery { filter, ..ContactQuery::default() };
    let list = store.list_contacts(&query, 0, 50).await.unwrap();
    assert_eq!((list.total, list.rows[0].contact.display_name.as_str()), (1, "bruno"));
    let found = store.people_found("agata").await.unwrap();
    let query = ContactQuery { found: Some(found), ..ContactQuery::default() };
    assert_eq!(store.list_contacts(&query, 0, 50).await.unwrap().total, 1, "as a search finds them");
    assert_eq!(store.contact_ids(&query, 10).await.unwrap(), [contact_id(1)]);
}

#[tokio::test]
async fn one_number_in_two_spellings_is_a_group_until_it_is_merged_and_after_the_undo_again() {
    let store = memory().await;
    let mut hub = Hub::new();
    for row in [
        person(1, "Maria Silva", "+5531988888888"),
        person(2, "Maria S.", "+553188888888"),
        person(3, "Silva Maria", "+5491123456789"),
    ]
    .concat()
    {
        hub.put(row);
    }
    hub.sync(&store).await;
    let groups = store.duplicate_groups(SameBy::Phone).await.unwrap();
    assert_eq!(groups.len(), 1);
    assert_eq!(groups[0].ids, [contact_id(1), contact_id(2)], "the same number without the 9");
    let by_name = store.duplicate_groups(SameBy::Name).await.unwrap();
    assert_eq!(by_name[0].ids, [contact_id(1), contact_id(3)], "the same words, a suggestion");
    let same = store.same_as(&["+553188888888".to_owned()], &[], "", Some(contact_id(2)), 5).await.unwrap();
    assert_eq!(same, [(contact_id(1), SameBy::Phone)], "as it is typed");

    let record_id = MergeId(id(9_001));
    let merge = Act::MergeContacts {
        record_id,
        keep: contact_id(3),
        gone: vec![contact_id(1), contact_id(2)],
        fields: MergeFields::default(),
    };
    act(&store, 1, merge).await;
    assert!(store.duplicate_groups(SameBy::Phone).await.unwrap().is_empty());
    let found: BTreeSet<ContactId> = store.people_found("31 8888-8888").await.unwrap().into_iter().collect();
    assert_eq!(found, BTreeSet::from([contact_id(3)]), "found by a number that stands beside the card");
    assert_eq!(store.contact_now(contact_id(1)).await.unwrap(), contact_id(3));
    assert_eq!(store.contact_panel(contact_id(1)).await.unwrap().unwrap().contact.id, contact_id(3));
    assert_eq!(store.merges_of(contact_id(3)).await.unwrap().len(), 1);

    act(&store, 2, Act::UndoMerge { record_id }).await;
    let groups = store.duplicate_groups(SameBy::Phone).await.unwrap();
    assert_eq!(groups[0].ids, [contact_id(1), contact_id(2)], "as it was");
    assert!(store.merges_of(contact_id(3)).await.unwrap()[0].undone.is_some(), "history tells of both");
}

#[tokio::test]
async fn the_directory_is_narrowed_by_any_or_all_tags_and_its_numbers_and_whom_it_means_follow() {
    let store = memory().await;
    let mut hub = Hub::new();
    let [vip, cash] = [1, 2].map(|n| TagId(id(7_000 + n)));
    for (n, tag_ids) in [(1, vec![vip]), (2, vec![vip, cash]), (3, vec![cash]), (4, Vec::new())] {
        for mut row in person(n, &format!("Person {n}"), "") {
            if let Row::Contact(contact) = &mut row {
                contact.tag_ids.clone_from(&tag_ids);
            }
            hub.put(row);
        }
    }
    hub.sync(&store).await;
    act(&store, 1, Act::DeleteContacts { contact_ids: vec![contact_id(3)], with_history: false }).await;
    for (tag_ids, all_tags, meant, in_bin) in [
        (vec![vip], false, vec![1, 2], 0),
        (vec![vip, cash], false, vec![1, 2], 1),
        (vec![vip, cash], true, vec![2], 0),
        (vec![cash], true, vec![2], 1),
        (Vec::new(), true, vec![1, 2, 4], 1),
    ] {
        let filter = ContactFilter { tag_ids, all_tags, ..ContactFilter::default() };
        let query = ContactQuery { filter, ..ContactQuery::default() };
        let list = store.list_contacts(&query, 0, 50).await.unwrap();
        let shown: Vec<ContactId> = list.rows.iter().map(|row| row.contact.id).collect();
        let meant: Vec<ContactId> = meant.into_iter().map(contact_id).collect();
        assert_eq!(shown, meant, "{query:?}");
        assert_eq!((list.total, list.tabs.bin), (count_of(&meant), in_bin), "{query:?}");
        assert_eq!(store.contact_ids(&query, 50).await.unwrap(), meant, "whom a deed to all that match means");
    }
}

fn count_of(ids: &[ContactId]) -> i64 {
    i64::try_from(ids.len()).unwrap()
}

/// Generous: a debug build on a busy machine.
#[tokio::test]
#[ignore = "fills 20,000 contacts, which takes minutes on a busy machine, and times them"]
async fn twenty_thousand_contacts_are_listed_and_compared_in_the_time_of_a_look() {
    const CONTACTS: u128 = 20_000;
    const IN_TIME: Duration = Duration::from_secs(5);
    let store = memory().await;
    let mut hub = Hub::new();
    hub.sync(&store).await;
    for piece in 0..CONTACTS / 5_000 {
        for n in piece * 5_000..(piece + 1) * 5_000 {
            // Every thousandth has the number of the one before it.
            let phone = format!("+55319{:08}", 70_000_000 + if n % 1_000 == 1 { n - 1 } else { n });
            for row in person(n, &format!("Person {n}"), &phone) {
                hub.put(row);
            }
        }
        hub.deliver(&store).await;
    }
    let begun = Instant::now();
    let list = store.list_contacts(&ContactQuery::default(), 10_000, 100).await.unwrap();
    assert!(begun.elapsed() < IN_TIME, "a page took {:?}", begun.elapsed());
    assert_eq!((list.total, list.rows.len()), (CONTACTS as i64, 100));
    let begun = Instant::now();
    let groups = store.duplicate_groups(SameBy::Phone).await.unwrap();
    assert!(begun.elapsed() < IN_TIME, "the groups took {:?}", begun.elapsed());
    assert_eq!(groups.len(), 20);
}
