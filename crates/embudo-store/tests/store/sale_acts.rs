//! Whatever people do with leads and their catalogues, at random over what a world has.

use crate::support::*;
use embudo_domain::model::World;
use embudo_domain::*;
use rand::Rng;
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;

fn ids(world: &World, entity: Entity) -> Vec<uuid::Uuid> {
    world.rows.keys().filter(|key| key.entity == entity).map(|key| key.id).collect()
}

/// Any of a kind, or one that is not there.
fn any_of(rng: &mut StdRng, world: &World, entity: Entity) -> uuid::Uuid {
    ids(world, entity).choose(rng).copied().unwrap_or(id(77))
}

/// `number` is new; `customers` are those who may be meant.
pub fn act(rng: &mut StdRng, world: &World, number: u128, customers: u128) -> Act {
    let whose = customer(rng.random_range(1..=customers)).contact;
    let status = LeadStatusId(any_of(rng, world, Entity::LeadStatus));
    match rng.random_range(0..30) {
        26..=29 => crate::field_acts::act(rng, world, whose),
        20..=25 => follow_up(rng, world, number),
        0..=8 => change(rng, world, number),
        9 | 10 => {
            let new = |n: u128| NewLead {
                lead_id: LeadId(id((15 << 100) | (number << 8) | n)),
                contact_id: whose,
                joins: false,
            };
            Act::OpenLeads {
                leads: vec![new(0)],
                status_id: rng.random::<bool>().then_some(status),
                stage: rng.random::<bool>().then(|| stage_to(rng, world, number)),
                source_id: rng.random::<bool>().then(|| SourceId(any_of(rng, world, Entity::Source))),
                again: rng.random(),
                note: String::new(),
            }
        }
        11 | 12 => Act::UndoLeads { event_ids: vec![HistoryId(any_of(rng, world, Entity::History))] },
        13 => {
            let remap = match rng.random_range(0..3) {
                0 => Remap::Status { from: status, to: LeadStatusId(any_of(rng, world, Entity::LeadStatus)) },
                1 => Remap::Source {
                    from: SourceId(any_of(rng, world, Entity::Source)),
                    to: SourceId(any_of(rng, world, Entity::Source)),
                },
                _ => Remap::Reason {
                    from: LostReasonId(any_of(rng, world, Entity::LostReason)),
                    to: LostReasonId(any_of(rng, world, Entity::LostReason)),
                },
            };
            Act::RemapLeads { lead_ids: some_leads(rng, world), remap }
        }
        14 | 15 => put(rng, world, number),
        16 | 17 => delete(rng, world),
        18 => Act::PutSaleSettings {
            settings: SaleSettings {
                contacted_by_itself: rng.random(),
                lost_needs_reason: rng.random(),
                done_ends_with_a_message: rng.random(),
                reopens_lost: rng.random(),
                reopens_won: rng.random(),
                ..SaleSettings::default()
            },
        },
        _ => {
            let auto_lead = AutoLead {
                on: rng.random_range(0..4) > 0,
                status_id: rng.random::<bool>().then_some(status),
                source_id: None,
                responsible_id: rng.random::<bool>().then_some(ACTOR.member_id),
            };
            Act::SetAutoLead { line_id: LINE, auto_lead }
        }
    }
}

fn some_leads(rng: &mut StdRng, world: &World) -> Vec<LeadId> {
    let all = ids(world, Entity::Lead);
    let count = rng.random_range(1..=3);
    all.choose_multiple(rng, count).map(|id| LeadId(*id)).collect()
}

fn stage_to(rng: &mut StdRng, world: &World, number: u128) -> StageTo {
    // Few places: some cards share one.
    let position = rng.random::<bool>().then(|| format!("{}V", number % 7));
    StageTo { stage_id: StageId(any_of(rng, world, Entity::Stage)), position }
}

fn change(rng: &mut StdRng, world: &World, number: u128) -> Act {
    let mut patch = LeadPatch::default();
    match rng.random_range(0..6) {
        0 | 1 => patch.stage = Some(stage_to(rng, world, number)),
        2 | 3 => {
            patch.status = Some(StatusTo {
                status_id: LeadStatusId(any_of(rng, world, Entity::LeadStatus)),
                reason_id: rng.random::<bool>().then(|| LostReasonId(any_of(rng, world, Entity::LostReason))),
            });
        }
        4 => patch.responsible_id = Some(rng.random::<bool>().then_some(ACTOR.member_id)),
        _ => {
            patch.marker = Marker::ALL.choose(rng).copied();
            patch.score = rng.random::<bool>().then(|| rng.random::<bool>().then(|| rng.random_range(0..=100)));
        }
    }
    Act::ChangeLeads { lead_ids: some_leads(rng, world), patch, bulk_id: None }
}

fn put(rng: &mut StdRng, world: &World, number: u128) -> Act {
    let (name, color) = (format!("Name {}", number % 5), "#aabbcc".to_owned());
    let place = format!("{}V", number % 9);
    let new = id((16 << 100) | number);
    let known = |rng: &mut StdRng, entity| if rng.random() { any_of(rng, world, entity) } else { new };
    match rng.random_range(0..4) {
        0 => {
            let id = LeadStatusId(known(rng, Entity::LeadStatus));
            let old = world.rows.get(&RowKey { entity: Entity::LeadStatus, id: id.0 });
            let category = match old {
                Some(Row::LeadStatus(old)) => old.category,
                _ => Category::Open,
            };
            Act::PutLeadStatus {
                status: LeadStatus { id, code: None, name, color, category, position: place, number: None },
            }
        }
        1 => {
            let funnel_id = FunnelId(known(rng, Entity::Funnel));
            let funnel = Funnel {
                id: funnel_id,
                code: None,
                name,
                color: color.clone(),
                is_main: rng.random_range(0..4) == 0,
                position: place.clone(),
                seen_by: None,
            };
            let stage = Stage {
                id: StageId(id((17 << 100) | number)),
                funnel_id: Some(funnel_id),
                code: None,
                name: format!("Stage {number}"),
                color,
                position: place,
                bound_status_id: rng.random::<bool>().then(|| LeadStatusId(any_of(rng, world, Entity::LeadStatus))),
            };
            Act::PutFunnel { funnel, stages: vec![stage], gone: Vec::new() }
        }
        2 => Act::PutSource {
            source: Source { id: SourceId(known(rng, Entity::Source)), code: None, name, number: None },
        },
        _ => {
            let id = LostReasonId(known(rng, Entity::LostReason));
            Act::PutLostReason { reason: LostReason { id, code: None, name, position: place } }
        }
    }
}

fn delete(rng: &mut StdRng, world: &World) -> Act {
    match rng.random_range(0..5) {
        0 => Act::DeleteLeadStatus { id: LeadStatusId(any_of(rng, world, Entity::LeadStatus)) },
        1 => Act::DeleteFunnel { id: FunnelId(any_of(rng, world, Entity::Funnel)) },
        2 => Act::PutFunnel {
            funnel: Funnel {
                id: FunnelId(any_of(rng, world, Entity::Funnel)),
                code: None,
                name: "Renamed".to_owned(),
                color: "#112233".to_owned(),
                is_main: false,
                position: String::new(),
                seen_by: Some(vec![MemberId(id(0xbee))]),
            },
            stages: Vec::new(),
            gone: vec![StageId(any_of(rng, world, Entity::Stage))],
        },
        3 => Act::DeleteSource { id: SourceId(any_of(rng, world, Entity::Source)) },
        _ => Act::DeleteLostReason { id: LostReasonId(any_of(rng, world, Entity::LostReason)) },
    }
}

/// Plans, moves, ends and sends, and what an undo of them would be.
fn follow_up(rng: &mut StdRng, world: &World, number: u128) -> Act {
    let row = |id: uuid::Uuid| world.follow_ups().find(|row| row.id.0 == id).cloned();
    let any = any_of(rng, world, Entity::FollowUp);
    let due_at_ms = NOW_MS + rng.random_range(-3..60) * 3_600_000;
    match rng.random_range(0..9) {
        0..=4 => {
            let lead = world.leads().collect::<Vec<_>>().choose(rng).copied().cloned();
            let (lead_id, contact_id) =
                lead.map_or((LeadId(id(77)), ContactId(id(77))), |lead| (lead.id, lead.contact_id));
            let chat = world.conversations().find(|chat| chat.contact_id == contact_id);
            let message = chat.filter(|_| rng.random()).map(|chat| PlannedMessage {
                conversation_id: chat.id,
                message_id: MessageId(id((21 << 100) | number)),
                body: Body::Text { text: format!("planned {number}") },
            });
            let is_new = rng.random_range(0..3) > 0;
            let follow_up = FollowUp {
                id: FollowUpId(if is_new { id((20 << 100) | number) } else { any }),
                lead_id,
                contact_id,
                kind: if message.is_some() { FollowUpKind::Message } else { FollowUpKind::Task },
                state: FollowUpState::Scheduled,
                due_at_ms,
                note: format!("note {number}"),
                message,
                cancel_if_reply: rng.random(),
                nudge_of: None,
                responsible_id: None,
                created_by: ACTOR.member_id,
                created_at_ms: NOW_MS,
                ended_at_ms: None,
            };
            if rng.random_range(0..5) == 0 {
                let other =
                    FollowUp { id: FollowUpId(id((22 << 100) | number)), lead_id: LeadId(id(77)), ..follow_up.clone() };
                return Act::PlanFollowUps { follow_ups: vec![follow_up, other] };
            }
            Act::SaveFollowUp { follow_up: Box::new(follow_up) }
        }
        5 => Act::MoveFollowUps { ids: vec![FollowUpId(any)], due_at_ms },
        6 => Act::EndFollowUps { ids: vec![FollowUpId(any)], done: rng.random() },
        7 => Act::SendFollowUp { id: FollowUpId(any), clicked_at_ms: NOW_MS },
        _ => {
            let from = row(any).map(Box::new);
            let to = from.clone().map(|row| Box::new(FollowUp { due_at_ms, ..*row }));
            Act::RestoreFollowUps { steps: vec![FollowUpStep { from, to: to.filter(|_| rng.random()), event: None }] }
        }
    }
}
