//! Two people close, move and take back one lead without a network.

use super::*;

/// By a rule and by the API comes with them; the table's own refusal is in the flows of the leads page.
#[tokio::test]
async fn golden_14_a_converted_lead_is_moved_by_nobody() {
    let mut shop = Shop::open().await;
    let maria = shop.ana.lead().await;
    let stage_id = seeded::stages()[3].id;
    let moves = |lead_ids: Vec<LeadId>, bulk_id| Act::ChangeLeads {
        lead_ids,
        patch: LeadPatch { stage: Some(StageTo { stage_id, position: None }), ..LeadPatch::default() },
        bulk_id,
    };
    // Bia has no network while she moves what Ana closes.
    shop.bia.acts(moves(vec![maria.id], None), NOON_MS + MINUTE_MS).await;
    assert_eq!(shop.bia.lead().await.state.stage_id, stage_id, "there, as far as she knows");
    shop.ana.acts(to_status(&maria, seeded::CONVERTED), NOON_MS + 2 * MINUTE_MS).await;
    shop.now_ms += 3 * MINUTE_MS;
    shop.speaks(0).await;
    let closed = shop.ana.lead().await;
    let refusal = Refusal::LeadFinal { lead_id: maria.id, status_id: seeded::CONVERTED };

    let stamp = |n| Stamp { now_ms: NOON_MS + HOUR_MS, time_is_sure: true, lead_no: None, act_id: ActId(id(n)) };
    let alone = shop.ana.store.apply_act(&moves(vec![maria.id], None), ME, stamp(40)).await;
    assert!(matches!(alone, Err(ActError::Refused(why)) if why == refusal), "from the table it says why");

    shop.writes("joao", "p2").await;
    shop.speaks(0).await;
    let joao = shop.ana.leads().await.into_iter().find(|lead| lead.id != maria.id).unwrap();
    let both = moves(vec![maria.id, joao.id], Some(ActId(id(42))));
    let applied = shop.ana.store.apply_act(&both, ME, stamp(41)).await.unwrap();
    assert_eq!(applied.changed.ids(Entity::Lead).collect::<Vec<_>>(), [joao.id.0], "in bulk it is left out");
    shop.speaks(0).await;
    assert!(shop.ana.store.review().await.unwrap().is_empty(), "which is no reason to ask anybody");

    shop.speaks(1).await;
    let review = shop.bia.store.review().await.unwrap();
    assert_eq!(review.iter().map(|row| &row.refusal).collect::<Vec<_>>(), [&refusal], "hers comes back to her");
    shop.meet().await;
    for seat in [&shop.ana, &shop.bia] {
        let leads = seat.leads().await;
        assert!(leads.contains(&closed), "as Ana closed it");
        assert!(leads.iter().any(|lead| lead.id == joao.id && lead.state.stage_id == stage_id));
    }
}

#[tokio::test]
async fn golden_15_two_outcomes_offline_cancel_follow_ups_once() {
    let mut shop = Shop::open().await;
    let lead = shop.ana.lead().await;
    shop.ana.acts(to_status(&lead, seeded::CONVERTED), NOON_MS + 2 * MINUTE_MS).await;
    shop.bia.acts(to_status(&lead, seeded::LOST), NOON_MS + 5 * MINUTE_MS).await;
    let canceled = FollowUpState::Canceled { why: CancelWhy::LeadClosed };
    for seat in [&shop.ana, &shop.bia] {
        assert!(seat.follow_ups().await.iter().all(|row| row.state == canceled), "each on its own at once");
    }
    shop.now_ms += 10 * MINUTE_MS;
    shop.speaks(1).await;
    shop.speaks(0).await;
    shop.speaks(1).await;
    shop.same_everywhere().await;
    assert_eq!(shop.ana.lead().await.state.status_id, seeded::LOST, "the first to reach the hub");
    let rows = shop.ana.follow_ups().await;
    assert!(rows.iter().all(|row| row.state == canceled && row.ended_at_ms == Some(shop.now_ms)));
    assert_eq!((shop.ana.closings().await, shop.bia.closings().await), (1, 1), "canceled once");
    let review = shop.ana.store.review().await.unwrap();
    let refused: Vec<&Refusal> = review.iter().map(|row| &row.refusal).collect();
    assert_eq!(refused, [&Refusal::LeadFinal { lead_id: lead.id, status_id: seeded::LOST }]);
    let about = review[0].about.as_ref().unwrap();
    assert_eq!((&*about.name, about.contact_id, about.lead_number), ("maria", Some(lead.contact_id), Some(1)));
    assert!(about.conversation_id.is_some() && !about.has_active_lead, "to the chat, or to a new lead");
    let cause = review[0].cause.as_ref().unwrap();
    assert_eq!(cause.did, ReviewDid::Closed { status_id: seeded::LOST });
    let by = ChangedBy::Member { id: ME.member_id };
    assert_eq!((cause.at_ms, cause.by.as_ref()), (shop.now_ms, Some(&by)), "who was first, and when the hub had it");
    // Nothing of it goes out at its time.
    shop.hub.run_due(NOON_MS + 2 * HOUR_MS).await.unwrap();
    shop.meet().await;
    assert!(shop.ana.follow_ups().await.iter().all(|row| row.state == canceled));
}

#[tokio::test]
async fn golden_16_undo_of_a_close_gives_follow_ups_back_exactly_on_both_devices() {
    let mut shop = Shop::open().await;
    let (lead, before) = (shop.ana.lead().await, shop.ana.follow_ups().await);
    let undo = shop.ana.acts(to_status(&lead, seeded::CONVERTED), NOON_MS + MINUTE_MS).await.unwrap();
    shop.now_ms += MINUTE_MS;
    shop.meet().await;
    assert!(shop.bia.follow_ups().await.iter().all(|row| !row.is_open()), "closed there, too");
    shop.now_ms += 8_000;
    shop.ana.acts(undo, shop.now_ms).await;
    assert_eq!(shop.ana.follow_ups().await, before, "at once, before the hub has answered");
    shop.meet().await;
    shop.same_everywhere().await;
    assert_eq!(shop.bia.follow_ups().await, before);
    let after = shop.bia.lead().await;
    assert_eq!(after.state, lead.state, "status, stage and position as before");
    // And the planned message goes at its time after all.
    shop.hub.run_due(NOON_MS + HOUR_MS).await.unwrap();
    shop.now_ms = NOON_MS + HOUR_MS;
    shop.meet().await;
    let sent = FollowUpState::Sent { message_id: MessageId(id(30)) };
    assert!(shop.bia.follow_ups().await.iter().any(|row| row.state == sent));
}

#[tokio::test]
async fn two_leads_opened_offline_for_one_contact_become_the_one_that_reached_the_hub_first() {
    let mut shop = Shop::open().await;
    let old = shop.ana.lead().await;
    shop.ana.acts(to_status(&old, seeded::ARCHIVED), NOON_MS).await;
    shop.meet().await;
    let opens = |n: u128, note: &str| Act::OpenLeads {
        leads: vec![NewLead { lead_id: LeadId(id(n)), contact_id: old.contact_id, joins: true }],
        status_id: None,
        stage: None,
        source_id: None,
        again: false,
        note: note.to_owned(),
    };
    let (first, second) = (LeadId(id(90)), LeadId(id(91)));
    // Both have no network. Bia works on with hers.
    shop.bia.acts(opens(91, "asked in the shop"), NOON_MS + MINUTE_MS).await;
    let marked = |lead: LeadId, marker| Act::ChangeLeads {
        lead_ids: vec![lead],
        patch: LeadPatch { marker: Some(marker), ..LeadPatch::default() },
        bulk_id: None,
    };
    shop.bia.acts(marked(second, Marker::Urgent), NOON_MS + MINUTE_MS).await;
    let task = FollowUp {
        id: FollowUpId(id(92)),
        lead_id: second,
        contact_id: old.contact_id,
        kind: FollowUpKind::Task,
        state: FollowUpState::Scheduled,
        due_at_ms: NOON_MS + 2 * HOUR_MS,
        note: "call".to_owned(),
        message: None,
        cancel_if_reply: false,
        nudge_of: None,
        responsible_id: None,
        created_by: ME.member_id,
        created_at_ms: NOON_MS,
        ended_at_ms: None,
    };
    shop.bia.acts(Act::SaveFollowUp { follow_up: Box::new(task) }, NOON_MS + MINUTE_MS).await;
    assert!(shop.bia.leads().await.iter().any(|lead| lead.id == second), "there, as far as she knows");
    shop.ana.acts(opens(90, ""), NOON_MS + 2 * MINUTE_MS).await;
    shop.now_ms += 3 * MINUTE_MS;
    shop.speaks(0).await;
    shop.speaks(1).await;
    shop.meet().await;
    // What she does from memory reaches the one that stayed.
    shop.bia.acts(marked(second, Marker::Important), NOON_MS + 4 * MINUTE_MS).await;
    shop.meet().await;
    for seat in [&shop.ana, &shop.bia] {
        let active: Vec<Lead> = seat.leads().await.into_iter().filter(Lead::is_active).collect();
        let [lead] = &active[..] else { panic!("one active lead (I11), not {active:?}") };
        assert_eq!((lead.id, lead.number, lead.cycle), (first, Some(2), 2), "the first to reach the hub stays");
        assert_eq!(lead.state.marker, Marker::Important, "acts on the other go to it");
        let task = seat.follow_ups().await.into_iter().find(|row| row.id == FollowUpId(id(92))).unwrap();
        assert_eq!((task.lead_id, task.is_open()), (first, true), "and what was planned for it");
        let rows = seat.store.all_rows(Entity::History).await.unwrap().into_iter();
        let mut told: Vec<(HistoryKind, String)> = rows
            .filter_map(|(row, _)| match row {
                Row::History(event) if event.lead_id == first => Some((event.kind, event.note.clone())),
                Row::History(event) if event.lead_id == second => panic!("of what is not there: {event:?}"),
                _ => None,
            })
            .collect();
        told.sort_by_key(|(kind, _)| *kind as u8);
        let kinds: Vec<HistoryKind> = told.iter().map(|(kind, _)| *kind).collect();
        use HistoryKind::{Changed, FollowUpMade, Joined, Opened};
        assert_eq!(kinds, [Opened, Changed, Changed, FollowUpMade, Joined], "its events show in the one that stayed");
        assert_eq!(told[4].1, "asked in the shop", "with what was noted");
        assert!(seat.store.review().await.unwrap().is_empty(), "nobody has anything to look at");
        assert!(seat.store.broken_invariants().await.unwrap().is_empty());
    }
    assert_eq!(shop.ana.leads().await.len(), 2, "no number was used up, and no card is there twice");
}
