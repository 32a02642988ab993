//! What people do to leads and to what leads point to, at random.

use super::plan::{BIA, Planned};
use super::steps::CUSTOMERS;
use crate::shop::*;
use embudo_domain::model::World;
use embudo_domain::*;
use proptest::prelude::*;
use proptest::sample::select;
use uuid::Uuid;

#[derive(Clone, Debug)]
pub(super) enum SaleStep {
    Change { leads: Vec<usize>, field: u8, pick: usize, reason: Option<usize>, note: &'static str },
    Open { customers: Vec<usize>, again: bool, stage: Option<usize>, status: Option<usize> },
    Undo { events: Vec<usize> },
    Remap { what: u8, from: usize, to: usize },
    PutStatus { id: u8, name: &'static str, category: usize },
    DeleteStatus { pick: usize },
    PutFunnel { id: u8, name: &'static str, stages: u8, bound: Option<usize>, gone: Option<usize> },
    Star { pick: usize },
    DeleteFunnel { pick: usize },
    PutSource { id: u8, name: &'static str },
    DeleteSource { pick: usize },
    PutReason { id: u8, name: &'static str },
    DeleteReason { pick: usize },
    Keep { what: u8, id: u8, name: &'static str },
    Settings { bits: u8 },
    AutoLead { on: bool, status: Option<usize>, source: Option<usize> },
}

pub(super) fn sale_step() -> impl Strategy<Value = SaleStep> {
    let names = || select(vec!["Vitrine", "vitrine ", "Indicação", "Feira", ""]);
    let option = || proptest::option::of(any::<usize>());
    prop_oneof![
        8 => (proptest::collection::vec(any::<usize>(), 1..4), 0..7_u8, any::<usize>(), option(), select(vec!["", "", "called"]))
            .prop_map(|(leads, field, pick, reason, note)| SaleStep::Change { leads, field, pick, reason, note }),
        3 => (proptest::collection::vec(0..CUSTOMERS.len(), 1..3), any::<bool>(), option(), option())
            .prop_map(|(customers, again, stage, status)| SaleStep::Open { customers, again, stage, status }),
        3 => proptest::collection::vec(any::<usize>(), 1..3).prop_map(|events| SaleStep::Undo { events }),
        1 => (0..4_u8, any::<usize>(), any::<usize>()).prop_map(|(what, from, to)| SaleStep::Remap { what, from, to }),
        1 => (0..3_u8, names(), 0..4_usize).prop_map(|(id, name, category)| SaleStep::PutStatus { id, name, category }),
        1 => any::<usize>().prop_map(|pick| SaleStep::DeleteStatus { pick }),
        2 => (0..3_u8, names(), 0..4_u8, option(), option())
            .prop_map(|(id, name, stages, bound, gone)| SaleStep::PutFunnel { id, name, stages, bound, gone }),
        1 => any::<usize>().prop_map(|pick| SaleStep::Star { pick }),
        1 => any::<usize>().prop_map(|pick| SaleStep::DeleteFunnel { pick }),
        1 => (0..3_u8, names()).prop_map(|(id, name)| SaleStep::PutSource { id, name }),
        1 => any::<usize>().prop_map(|pick| SaleStep::DeleteSource { pick }),
        1 => (0..3_u8, names()).prop_map(|(id, name)| SaleStep::PutReason { id, name }),
        1 => any::<usize>().prop_map(|pick| SaleStep::DeleteReason { pick }),
        2 => (0..4_u8, 0..3_u8, names()).prop_map(|(what, id, name)| SaleStep::Keep { what, id, name }),
        1 => (0..=u8::MAX).prop_map(|bits| SaleStep::Settings { bits }),
        1 => (any::<bool>(), option(), option())
            .prop_map(|(on, status, source)| SaleStep::AutoLead { on, status, source }),
    ]
}

/// The ids of all rows of a kind, in their order.
fn ids(shop: &Shop, entity: Entity) -> Vec<Uuid> {
    shop.world.rows.keys().filter(|key| key.entity == entity).map(|key| key.id).collect()
}

pub(super) fn pick(shop: &Shop, entity: Entity, n: usize) -> Option<Uuid> {
    let ids = ids(shop, entity);
    ids.get(n % ids.len().max(1)).copied()
}

fn own(entity: u128, id: u8) -> Uuid {
    Uuid::from_u128(0x5a1e_0000 + entity * 0x100 + u128::from(id))
}

fn position(n: usize) -> Option<String> {
    ["V", "Vq", "zz", "not a place", ""].get(n % 6).map(|place| (*place).to_owned())
}

pub(super) fn plan(shop: &mut Shop, step: &SaleStep) -> Option<Act> {
    let color = "#aa3366".to_owned();
    let status = |shop: &Shop, n: usize| pick(shop, Entity::LeadStatus, n).map(LeadStatusId);
    Some(match step {
        SaleStep::Change { leads, field, pick: n, reason, note } => {
            let lead_ids: Option<Vec<LeadId>> =
                leads.iter().map(|lead| pick(shop, Entity::Lead, *lead).map(LeadId)).collect();
            let reason_id = reason.and_then(|n| pick(shop, Entity::LostReason, n)).map(LostReasonId);
            let stage = || Some(StageTo { stage_id: StageId(pick(shop, Entity::Stage, *n)?), position: position(*n) });
            let to_status = || Some(StatusTo { status_id: status(shop, *n)?, reason_id });
            let mut patch = LeadPatch { note: (*note).to_owned(), ..LeadPatch::default() };
            match field {
                0 | 1 => patch.status = to_status(),
                2 | 3 => patch.stage = stage(),
                4 => patch.marker = Some(Marker::ALL[n % 6]),
                5 => patch.score = Some(u8::try_from(n % 130).ok().filter(|score| *score > 10)),
                _ => {
                    patch.responsible_id = Some([None, Some(shop.ana.member_id), Some(BIA)][n % 3]);
                    (patch.status, patch.stage) = (to_status(), stage());
                }
            }
            Act::ChangeLeads { lead_ids: lead_ids?, patch, bulk_id: None }
        }
        SaleStep::Open { customers, again, stage, status: n } => {
            let contacts: Vec<ContactId> =
                customers.iter().filter_map(|n| Some(shop.chat_of(CUSTOMERS[*n])?.contact_id)).collect();
            let leads =
                contacts.into_iter().map(|contact_id| NewLead { lead_id: LeadId(shop.id()), contact_id, joins: false });
            Act::OpenLeads {
                leads: leads.collect(),
                status_id: n.and_then(|n| status(shop, n)),
                stage: stage.and_then(|n| {
                    Some(StageTo { stage_id: StageId(pick(shop, Entity::Stage, n)?), position: position(n) })
                }),
                source_id: None,
                again: *again,
                note: String::new(),
            }
        }
        SaleStep::Undo { events } => {
            let event_ids: Option<Vec<HistoryId>> =
                events.iter().map(|n| pick(shop, Entity::History, *n).map(HistoryId)).collect();
            Act::UndoLeads { event_ids: event_ids? }
        }
        SaleStep::Remap { what, from, to } => {
            let remap = match what {
                0 => Remap::Status { from: status(shop, *from)?, to: status(shop, *to)? },
                1 => Remap::Source {
                    from: SourceId(pick(shop, Entity::Source, *from)?),
                    to: SourceId(pick(shop, Entity::Source, *to)?),
                },
                2 => Remap::Stage {
                    from: StageId(pick(shop, Entity::Stage, *from)?),
                    to: StageId(pick(shop, Entity::Stage, *to)?),
                },
                _ => Remap::Reason {
                    from: LostReasonId(pick(shop, Entity::LostReason, *from)?),
                    to: LostReasonId(pick(shop, Entity::LostReason, *to)?),
                },
            };
            Act::RemapLeads { lead_ids: ids(shop, Entity::Lead).into_iter().map(LeadId).collect(), remap }
        }
        SaleStep::PutStatus { id, name, category } => Act::PutLeadStatus {
            status: LeadStatus {
                id: LeadStatusId(own(1, *id)),
                code: Some("new".to_owned()),
                name: (*name).to_owned(),
                color,
                category: Category::ALL[*category],
                position: String::new(),
                number: None,
            },
        },
        SaleStep::DeleteStatus { pick: n } => Act::DeleteLeadStatus { id: status(shop, *n)? },
        SaleStep::PutFunnel { id, name, stages, bound, gone } => {
            let funnel_id = FunnelId(own(2, *id));
            let stages = (0..*stages).map(|n| Stage {
                id: StageId(own(3, *id * 10 + n)),
                funnel_id: None,
                code: None,
                name: format!("{name} {n}"),
                color: color.clone(),
                position: String::new(),
                bound_status_id: bound.and_then(|bound| status(shop, bound)),
            });
            Act::PutFunnel {
                stages: stages.collect(),
                gone: gone.and_then(|n| pick(shop, Entity::Stage, n)).map(StageId).into_iter().collect(),
                funnel: Funnel {
                    id: funnel_id,
                    code: None,
                    name: (*name).to_owned(),
                    color,
                    is_main: false,
                    position: String::new(),
                    seen_by: None,
                },
            }
        }
        SaleStep::Star { pick: n } => Act::StarFunnel { id: FunnelId(pick(shop, Entity::Funnel, *n)?) },
        SaleStep::DeleteFunnel { pick: n } => Act::DeleteFunnel { id: FunnelId(pick(shop, Entity::Funnel, *n)?) },
        SaleStep::PutSource { id, name } => Act::PutSource {
            source: Source { id: SourceId(own(4, *id)), code: None, name: (*name).to_owned(), number: None },
        },
        SaleStep::DeleteSource { pick: n } => Act::DeleteSource { id: SourceId(pick(shop, Entity::Source, *n)?) },
        SaleStep::PutReason { id, name } => Act::PutLostReason {
            reason: LostReason {
                id: LostReasonId(own(5, *id)),
                code: None,
                name: (*name).to_owned(),
                position: String::new(),
            },
        },
        SaleStep::DeleteReason { pick: n } => {
            Act::DeleteLostReason { id: LostReasonId(pick(shop, Entity::LostReason, *n)?) }
        }
        SaleStep::Keep { what, id, name } => {
            let inside = match what {
                0 => SaleStep::PutStatus { id: *id, name, category: 0 },
                1 => SaleStep::PutFunnel { id: *id, name, stages: 1, bound: Some(usize::from(*id)), gone: None },
                2 => SaleStep::PutSource { id: *id, name },
                _ => SaleStep::PutReason { id: *id, name },
            };
            let row = match plan(shop, &inside)? {
                Act::PutLeadStatus { status } => SaleRow::Status { status },
                Act::PutFunnel { funnel, mut stages, .. } => SaleRow::Stage { funnel, stage: stages.pop()? },
                Act::PutSource { source } => SaleRow::Source { source },
                Act::PutLostReason { reason } => SaleRow::Reason { reason },
                _ => return None,
            };
            Act::KeepSaleRow { row: Box::new(row) }
        }
        SaleStep::Settings { bits } => Act::PutSaleSettings {
            settings: SaleSettings {
                contacted_by_itself: bits & 1 == 0,
                lost_needs_reason: bits & 2 == 0,
                done_ends_with_a_message: bits & 4 == 0,
                reopens_lost: bits & 8 == 0,
                reopens_won: bits & 16 != 0,
                moves_on_with_an_answer: bits & 64 != 0,
                suggests_stuck_days: (bits & 128 != 0).then_some(7),
                currency: (bits & 2 != 0).then(|| "BRL".to_owned()),
                markers: (bits & 32 != 0)
                    .then(|| MarkerLook { marker: Marker::Urgent, name: "Now".to_owned(), sign: "🚒".to_owned() })
                    .into_iter()
                    .collect(),
                closes_quiet: None,
                bands: (bits & 32 != 0)
                    .then(|| ScoreBand { band: Band::Hot, from: 80, name: String::new(), color: String::new() })
                    .into_iter()
                    .collect(),
            },
        },
        SaleStep::AutoLead { on, status: n, source } => Act::SetAutoLead {
            line_id: shop.line,
            auto_lead: AutoLead {
                on: *on,
                status_id: n.and_then(|n| status(shop, n)),
                source_id: source.and_then(|n| pick(shop, Entity::Source, n)).map(SourceId),
                responsible_id: on.then_some(shop.ana.member_id),
            },
        },
    })
}

/// What one act did to leads that it may not do (I13, R2, R3, R6).
pub(super) fn unlawful_changes(planned: &Planned, before: &World, after: &World) -> Vec<String> {
    // What it pointed to is gone: it points to what that became.
    let remaps = matches!(
        planned,
        Planned::Member(
            Act::RemapLeads { .. }
                | Act::DeleteLeadStatus { .. }
                | Act::DeleteFunnel { .. }
                | Act::PutFunnel { .. }
                | Act::DeleteField { .. }
                | Act::PutField { .. }
        )
    );
    // Who says both says what they mean.
    let says_both = matches!(planned, Planned::Member(Act::ChangeLeads { patch, .. }) if patch.status.is_some() && patch.stage.is_some());
    let is_new = |event: &&HistoryEvent| !before.rows.contains_key(&RowKey { entity: Entity::History, id: event.id.0 });
    let told: Vec<&HistoryEvent> = after.history().filter(is_new).collect();
    let mut faults = Vec::new();
    for lead in before.leads() {
        let Some(now) = after.leads().find(|now| now.id == lead.id) else { continue };
        let (was, is) = (&lead.state, &now.state);
        let of_it = || told.iter().filter(|event| event.lead_id == lead.id);
        let taken_back = of_it().any(|event| event.kind == HistoryKind::Undone && event.undoes == Some(was.made_by));
        if was.closed.is_some() && was != is && !taken_back && !remaps {
            faults.push(format!("I13: {} was closed, and {was:?} became {is:?}", lead.id));
        }
        if of_it().filter(|event| event.kind == HistoryKind::Changed).count() > 1 {
            faults.push(format!("R6: {} changed twice", lead.id));
        }
        let changes_itself = of_it().any(|event| event.kind == HistoryKind::Changed) && !remaps && !says_both;
        let bound = after.stages().find(|stage| stage.id == is.stage_id).and_then(|stage| stage.bound_status_id);
        if changes_itself
            && is.closed.is_none()
            && was.stage_id != is.stage_id
            && bound.is_some_and(|id| id != is.status_id)
        {
            faults.push(format!("R2: {} came into a stage of {bound:?} with {:?}", lead.id, is.status_id));
        }
    }
    faults
}
