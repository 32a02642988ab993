//! Where a message puts a card: at the message's moment, whatever the pull that brought it (FUN-08).

#![allow(clippy::unwrap_used)]

use crate::shop::*;
use embudo_domain::*;
use proptest::prelude::*;
use std::cmp::Reverse;

/// As devices sort a column with replies on top (ADR 0090): where the card was put, or what its
/// contact wrote after that.
fn board(shop: &Shop) -> Vec<String> {
    let mut cards: Vec<(String, LeadId, String)> = shop
        .world
        .leads()
        .map(|lead| {
            let wrote = shop.world.conversations().filter(|chat| chat.contact_id == lead.contact_id);
            let wrote_ms = wrote.filter_map(|chat| chat.last_inbound_s).max().unwrap_or_default() * 1_000;
            let is_lifted = wrote_ms > lead.state.placed_at_ms;
            let place = if is_lifted { order::top(wrote_ms) } else { lead.state.position.clone() };
            let name = shop.world.contact(lead.contact_id).unwrap().display_name.clone();
            (place, lead.id, name.split(' ').next().unwrap().to_owned())
        })
        .collect();
    cards.sort();
    cards.into_iter().map(|(_, _, name)| name).collect()
}

fn wrote(shop: &mut Shop, customer: &str, ms_ago: i64) {
    let provider_id = format!("p{}", shop.id());
    let at_s = (shop.now_ms - ms_ago).div_euclid(1_000);
    shop.arrives(from(customer, "hi", &provider_id, at_s));
}

#[test]
fn five_who_wrote_at_different_times_and_come_in_one_pull_stand_as_they_wrote() {
    let mut shop = Shop::open();
    for (customer, minutes_ago) in [("bruno", 30), ("edu", 1), ("ana", 50), ("duda", 5), ("caio", 20)] {
        wrote(&mut shop, customer, minutes_ago * 60_000);
    }
    assert_eq!(board(&shop), ["edu", "duda", "caio", "bruno", "ana"], "who wrote last stands on top");
}

#[test]
fn a_backlog_does_not_stand_above_who_wrote_since() {
    let mut shop = Shop::open();
    wrote(&mut shop, "maria", 0);
    shop.pass(HOUR_MS);
    wrote(&mut shop, "joao", 2 * HOUR_MS);
    assert_eq!(board(&shop), ["maria", "joao"], "it came later and was written before");
    wrote(&mut shop, "joao", 0);
    assert_eq!(board(&shop), ["joao", "maria"], "his next word lifts him");
}

#[test]
fn a_clock_that_is_ahead_puts_nobody_above_what_people_do_now() {
    let mut shop = Shop::open();
    shop.pass(400);
    wrote(&mut shop, "maria", -3_600_000);
    let lead = shop.world.leads().next().unwrap().clone();
    assert_eq!(lead.state.placed_at_ms, NOON_S * 1_000, "no moment of the message is later than now");
    wrote(&mut shop, "joao", 60_000);
    wrote(&mut shop, "joao", -3_600_000);
    // A moment later somebody drags both where they want them.
    shop.pass(100);
    let to_the_end = |lead: &Lead, position: &str| Act::ChangeLeads {
        lead_ids: vec![lead.id],
        patch: LeadPatch {
            stage: Some(StageTo { stage_id: seeded::INTAKE, position: Some(position.to_owned()) }),
            ..LeadPatch::default()
        },
        bulk_id: None,
    };
    let joao = shop.world.leads().find(|other| other.id != lead.id).unwrap().clone();
    for act in [to_the_end(&joao, "x"), to_the_end(&lead, "y")] {
        shop.act(act);
    }
    assert_eq!(board(&shop), ["joao", "maria"], "where a card was dropped it stays until they write again");
}

/// Somebody whom a person adds without a lead.
fn contact(shop: &mut Shop, name: &str) -> ContactId {
    let id = ContactId(shop.id());
    shop.act(Act::ImportContacts {
        import_id: ImportId(id.0),
        part: 0,
        file_name: "one.csv".to_owned(),
        rows: vec![row(id, name)],
        duplicates: Duplicates::Skip,
        defaults: ImportDefaults::default(),
        failed: 0,
    });
    id
}

fn row(id: ContactId, name: &str) -> ImportRow {
    ImportRow {
        contact_id: Some(id),
        lead_id: Some(LeadId(id.0)),
        name: name.to_owned(),
        email: format!("{name}@x.example"),
        ..ImportRow::default()
    }
}

fn open_leads(ids: &[ContactId]) -> Act {
    let new = |id: &ContactId| NewLead { lead_id: LeadId(id.0), contact_id: *id, joins: false };
    let leads = ids.iter().map(new).collect();
    Act::OpenLeads { leads, status_id: None, stage: None, source_id: None, again: false, note: String::new() }
}

fn own_places(shop: &Shop) -> usize {
    shop.world.leads().map(|lead| &lead.state.position).collect::<std::collections::BTreeSet<_>>().len()
}

#[test]
fn the_leads_of_a_file_stand_in_its_order_however_many_acts_it_takes() {
    let mut shop = Shop::open();
    wrote(&mut shop, "before", 0);
    let names = ["zoe", "ana", "max", "bia", "leo"];
    for (part, names) in names.chunks(2).enumerate() {
        let rows = names.iter().map(|name| row(ContactId(shop.id()), name)).collect();
        shop.act(Act::ImportContacts {
            import_id: ImportId(uuid::Uuid::from_u128(7)),
            part: part as u32,
            file_name: "people.csv".to_owned(),
            rows,
            duplicates: Duplicates::Skip,
            defaults: ImportDefaults { open_leads: true, ..ImportDefaults::default() },
            failed: 0,
        });
        shop.pass(300);
    }
    assert_eq!(board(&shop), ["zoe", "ana", "max", "bia", "leo", "before"], "and above what was there");
    assert_eq!(own_places(&shop), 6, "none has another's place");
    shop.pass(1_000);
    wrote(&mut shop, "after", 0);
    assert_eq!(board(&shop)[0], "after", "who comes then comes on top");
}

#[test]
fn leads_that_are_opened_or_moved_together_stand_as_they_were_selected() {
    let mut shop = Shop::open();
    let names = ["ana", "bia", "cid", "dan", "eva"];
    let mut ids: Vec<ContactId> = names.map(|name| contact(&mut shop, name)).to_vec();
    ids.rotate_left(1);
    let selected = ["bia", "cid", "dan", "eva", "ana"];
    // Acts of one moment, as a device that was away brings them: the last chunk first. The ids of acts
    // begin with the time that they were made at.
    let (moment, actor) = (shop.stamp(), shop.ana);
    let made = |n: u32| rules::Stamp { act_id: ActId(uuid::Uuid::from_u128(u128::from(n) << 64)), ..moment };
    for (n, chunk) in (1..).zip(ids.rchunks(2)) {
        let stamp = rules::Stamp { lead_no: moment.lead_no.map(|no| no + 2 * i64::from(n)), ..made(n) };
        shop.world.apply(&open_leads(chunk), actor, stamp).unwrap();
    }
    assert_eq!(board(&shop), selected);
    assert_eq!(own_places(&shop), 5, "none has another's place");
    shop.pass(1_000);
    let stage = shop.world.leads().next().unwrap().state.stage_id;
    let other = shop
        .world
        .rows
        .values()
        .find_map(|row| match row {
            Row::Stage(other) if other.id != stage => Some(other.id),
            _ => None,
        })
        .unwrap();
    let to = LeadPatch { stage: Some(StageTo { stage_id: other, position: None }), ..LeadPatch::default() };
    let moment = shop.stamp();
    let made = |n: u32| rules::Stamp { act_id: ActId(uuid::Uuid::from_u128(u128::from(n) << 64)), ..moment };
    for (n, chunk) in (3..).zip(ids.rchunks(2)) {
        let lead_ids: Vec<LeadId> = chunk.iter().map(|id| LeadId(id.0)).collect();
        let act = Act::ChangeLeads { lead_ids, patch: to.clone(), bulk_id: None };
        shop.world.apply(&act, actor, made(n)).unwrap();
    }
    assert_eq!(board(&shop), selected, "not by their ids");
    assert_eq!(own_places(&shop), 5);
}

proptest! {
    /// Whoever is selected, in whatever order.
    #[test]
    fn leads_that_one_act_opens_stand_in_its_order(order in Just((0..12_usize).collect::<Vec<_>>()).prop_shuffle()) {
        let mut shop = Shop::open();
        let names: Vec<String> = order.iter().map(|at| format!("c{at}")).collect();
        let mut ids: Vec<(usize, ContactId)> = Vec::new();
        for at in 0..order.len() {
            ids.push((at, contact(&mut shop, &format!("c{at}"))));
        }
        let ids: Vec<ContactId> = order.iter().map(|at| ids[*at].1).collect();
        shop.act(open_leads(&ids));
        prop_assert_eq!(board(&shop), names);
        prop_assert_eq!(own_places(&shop), order.len());
    }

    /// Pulls of any size, each at its own moment, of messages out of order and of one second.
    #[test]
    fn new_leads_stand_by_the_moment_of_their_message_and_then_as_they_came(
        pulls in proptest::collection::vec((0..120_000_i64, proptest::collection::vec(-5_i64..20, 1..8)), 1..6)
    ) {
        let mut shop = Shop::open();
        let mut expected = Vec::new();
        for (passed_ms, messages) in pulls {
            shop.pass(passed_ms);
            for ago_s in messages {
                let name = format!("c{}", expected.len());
                wrote(&mut shop, &name, ago_s * 1_000);
                let moment_s = (shop.now_ms - ago_s * 1_000).div_euclid(1_000).min(shop.now_s());
                expected.push((Reverse((moment_s, expected.len())), name));
            }
        }
        expected.sort();
        let expected: Vec<String> = expected.into_iter().map(|(_, name)| name).collect();
        prop_assert_eq!(board(&shop), expected);
    }
}
