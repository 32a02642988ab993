//! What the hub alone does for leads: it counts them, it opens them with a customer's message, and
//! it knows what they point to.

use crate::world::*;
use embudo_domain::*;
use embudo_protocol::{HubFrame, NumberedAct};

async fn leads(world: &mut World) -> Vec<Lead> {
    let mut leads: Vec<Lead> = world
        .all()
        .await
        .into_iter()
        .filter_map(|row| match row {
            Row::Lead(row) => Some(*row),
            _ => None,
        })
        .collect();
    leads.sort_by_key(|lead| lead.number);
    leads
}

fn own_status(n: u128) -> LeadStatus {
    LeadStatus {
        id: LeadStatusId(id(n)),
        code: None,
        name: format!("Status {n}"),
        color: "#336699".to_owned(),
        category: Category::Open,
        position: String::new(),
        number: None,
    }
}

fn to_status(lead_ids: Vec<LeadId>, status_id: LeadStatusId) -> Act {
    let status = Some(StatusTo { status_id, reason_id: None });
    Act::ChangeLeads { lead_ids, patch: LeadPatch { status, ..LeadPatch::default() }, bulk_id: None }
}

#[tokio::test]
async fn leads_are_counted_without_a_gap_and_never_twice_also_within_a_batch_and_after_a_crash() {
    let mut world = World::new().await;
    let updates = ["ana", "bea", "caio"].iter().enumerate();
    let updates = updates.map(|(n, person)| update(person, &format!("p{n}"), "oi", world.now_ms)).collect();
    let result = world.core.ingest(world.line, polled(updates), world.now_ms).await.unwrap();
    world.confirm(&result).await;
    let mut world = world.crash().await;
    world.hears("dora", "oi").await;
    let numbers: Vec<Option<i64>> = leads(&mut world).await.iter().map(|lead| lead.number).collect();
    assert_eq!(numbers, [Some(1), Some(2), Some(3), Some(4)]);
    // The newest goes, and its number with it.
    let conversation = world.hears("eva", "oi").await;
    let eva = leads(&mut world).await.pop().unwrap();
    world.act(to_status(vec![eva.id], seeded::CONVERTED)).await;
    let new = NewLead { lead_id: LeadId(id(700)), contact_id: conversation.contact_id, joins: false };
    let open = |new| Act::OpenLeads {
        leads: vec![new],
        status_id: None,
        stage: None,
        source_id: None,
        again: false,
        note: String::new(),
    };
    world.act(open(new)).await;
    let opened = leads(&mut world).await.pop().unwrap();
    assert_eq!((opened.id, opened.number, opened.cycle), (new.lead_id, Some(6), 2));
    world.act(Act::UndoLeads { event_ids: vec![opened.last_event_id] }).await;
    world.act(open(NewLead { lead_id: LeadId(id(701)), ..new })).await;
    assert_eq!(leads(&mut world).await.pop().unwrap().number, Some(7), "no number names two leads");
}

#[tokio::test]
async fn two_first_messages_of_one_person_in_one_batch_open_one_lead() {
    let mut world = World::new().await;
    let updates = (0..3).map(|n| update("ana", &format!("p{n}"), "oi", world.now_ms)).collect();
    let result = world.core.ingest(world.line, polled(updates), world.now_ms).await.unwrap();
    world.confirm(&result).await;
    assert_eq!(leads(&mut world).await.len(), 1, "I11");
}

#[tokio::test]
async fn what_a_lead_points_to_is_in_use_until_it_points_elsewhere() {
    let mut world = World::new().await;
    let own = own_status(800);
    world.act(Act::PutLeadStatus { status: own.clone() }).await;
    for person in ["ana", "bea"] {
        world.hears(person, "oi").await;
    }
    let ids: Vec<LeadId> = leads(&mut world).await.iter().map(|lead| lead.id).collect();
    world.act(to_status(ids.clone(), own.id)).await;
    let mut world = world.crash().await;
    let in_use = Refusal::StatusInUse { status_id: own.id };
    assert_eq!(world.try_act(Act::DeleteLeadStatus { id: own.id }).await.err(), Some(in_use.clone()));
    world.act(to_status(vec![ids[0]], seeded::QUALIFIED)).await;
    assert_eq!(
        world.try_act(Act::DeleteLeadStatus { id: own.id }).await.err(),
        Some(in_use.clone()),
        "one of them still does"
    );
    world.act(to_status(vec![ids[1]], seeded::QUALIFIED)).await;
    world.act(Act::DeleteLeadStatus { id: own.id }).await;
    let left = world.all().await.into_iter().any(|row| matches!(row, Row::LeadStatus(row) if row.id == own.id));
    assert!(!left);
}

#[tokio::test]
async fn acts_of_one_batch_see_what_those_before_them_point_to() {
    let mut world = World::new().await;
    let own = own_status(800);
    world.hears("ana", "oi").await;
    let lead = leads(&mut world).await[0].clone();
    let acts = vec![
        Act::PutLeadStatus { status: own.clone() },
        to_status(vec![lead.id], own.id),
        Act::DeleteLeadStatus { id: own.id },
        to_status(vec![lead.id], seeded::NEW),
        Act::DeleteLeadStatus { id: own.id },
    ];
    let numbered: Vec<NumberedAct> = acts.into_iter().map(|act| world.numbered(act)).collect();
    let third = numbered[2].mid;
    let result = world.core.push(world.device, numbered, world.now_ms).await.unwrap();
    let refused = result.frames.iter().flat_map(|(_, frame)| match frame {
        HubFrame::Changes { rejections, .. } => rejections.clone(),
        _ => Vec::new(),
    });
    let refused: Vec<(u64, Refusal)> = refused.map(|rejection| (rejection.mid, rejection.refusal)).collect();
    assert_eq!(refused, [(third, Refusal::StatusInUse { status_id: own.id })], "the fifth meets no user any more");
}
