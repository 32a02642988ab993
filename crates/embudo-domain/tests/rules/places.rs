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

proptest! {
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
