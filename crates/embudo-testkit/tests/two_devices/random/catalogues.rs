//! What people do to what leads and contacts point to: put, called otherwise, put into another order,
//! and deleted with another one in its place, in the acts of which the app's dialogs are made.

use super::own::*;
use super::screen::{Screen, any_of_them, pick, place};
use embudo_domain::*;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;
use uuid::Uuid;

/// `id`s are few, so that both devices make the same row; `to`: what takes the place of one that goes.
#[derive(Clone, Debug)]
pub enum CatalogueDeed {
    PutStatus { id: u8, name: &'static str, category: usize },
    ChangeStatus { status: usize, change: Change },
    DeleteStatus { status: usize, to: Option<usize> },
    PutFunnel { id: u8, name: &'static str, stages: u8, bound: Option<usize> },
    ChangeFunnel { funnel: usize, change: Change },
    ChangeStage { stage: usize, change: Change, bound: Option<usize> },
    DeleteStage { stage: usize, to: Option<usize> },
    Star { funnel: usize },
    DeleteFunnel { funnel: usize, to: Option<usize> },
    PutSource { id: u8, name: &'static str },
    DeleteSource { source: usize, to: Option<usize> },
    PutReason { id: u8, name: &'static str },
    ChangeReason { reason: usize, change: Change },
    DeleteReason { reason: usize, to: Option<usize> },
    PutTag { id: u8, name: &'static str },
    MergeTags { from: usize, into: usize },
    DeleteTag { tag: usize },
    PutField { id: u8, name: &'static str, options: u8, required_at: Option<usize> },
    DeleteOption { id: u8, option: u8, to: Option<u8> },
    DeleteField { id: u8 },
    Begin { on: bool, status: Option<usize>, source: Option<usize> },
}

#[derive(Clone, Debug)]
pub enum Change {
    Name(&'static str),
    Place(usize),
}

fn names() -> impl Strategy<Value = &'static str> {
    select(vec!["Vitrine", "vitrine ", "Indicação", "Feira", "Site"])
}

fn change() -> impl Strategy<Value = Change> {
    prop_oneof![names().prop_map(Change::Name), any_of_them().prop_map(Change::Place)]
}

pub fn catalogue_deed() -> impl Strategy<Value = CatalogueDeed> {
    use CatalogueDeed::*;
    let n = any_of_them;
    let to = || option::weighted(0.8, any_of_them());
    let id = || 0..3_u8;
    prop_oneof![
        3 => (id(), names(), select(vec![0, 0, 0, 1, 2, 3]))
            .prop_map(|(id, name, category)| PutStatus { id, name, category }),
        1 => (n(), change()).prop_map(|(status, change)| ChangeStatus { status, change }),
        3 => (n(), to()).prop_map(|(status, to)| DeleteStatus { status, to }),
        2 => (0..2_u8, names(), 1..4_u8, option::of(n()))
            .prop_map(|(id, name, stages, bound)| PutFunnel { id, name, stages, bound }),
        1 => (n(), change()).prop_map(|(funnel, change)| ChangeFunnel { funnel, change }),
        1 => (n(), change(), option::of(n()))
            .prop_map(|(stage, change, bound)| ChangeStage { stage, change, bound }),
        4 => (n(), to()).prop_map(|(stage, to)| DeleteStage { stage, to }),
        1 => n().prop_map(|funnel| Star { funnel }),
        2 => (n(), to()).prop_map(|(funnel, to)| DeleteFunnel { funnel, to }),
        2 => (id(), names()).prop_map(|(id, name)| PutSource { id, name }),
        2 => (n(), to()).prop_map(|(source, to)| DeleteSource { source, to }),
        1 => (id(), names()).prop_map(|(id, name)| PutReason { id, name }),
        1 => (n(), change()).prop_map(|(reason, change)| ChangeReason { reason, change }),
        2 => (n(), to()).prop_map(|(reason, to)| DeleteReason { reason, to }),
        2 => (id(), names()).prop_map(|(id, name)| PutTag { id, name }),
        2 => (n(), n()).prop_map(|(from, into)| MergeTags { from, into }),
        2 => n().prop_map(|tag| DeleteTag { tag }),
        4 => (0..4_u8, names(), 1..8_u8, option::weighted(0.2, n()))
            .prop_map(|(id, name, options, required_at)| PutField { id, name, options, required_at }),
        2 => (0..4_u8, 0..3_u8, option::weighted(0.8, 0..3_u8))
            .prop_map(|(id, option, to)| DeleteOption { id, option, to }),
        2 => (0..4_u8).prop_map(|id| DeleteField { id }),
        1 => (any::<bool>(), option::of(n()), option::of(n()))
            .prop_map(|(on, status, source)| Begin { on, status, source }),
    ]
}

pub async fn acts(deed: &CatalogueDeed, screen: &Screen<'_>) -> Option<Vec<Act>> {
    use CatalogueDeed::*;
    match deed {
        PutStatus { .. } | ChangeStatus { .. } | DeleteStatus { .. } => statuses(deed, screen).await,
        PutFunnel { .. } | ChangeFunnel { .. } | ChangeStage { .. } | Star { .. } => funnels(deed, screen).await,
        DeleteStage { .. } | DeleteFunnel { .. } => funnels_gone(deed, screen).await,
        PutSource { .. } | DeleteSource { .. } | Begin { .. } => sources(deed, screen).await,
        PutReason { .. } | ChangeReason { .. } | DeleteReason { .. } => reasons(deed, screen).await,
        PutTag { .. } | MergeTags { .. } | DeleteTag { .. } => tags(deed, screen).await,
        PutField { .. } | DeleteOption { .. } | DeleteField { .. } => fields(deed, screen).await,
    }
}

async fn users(screen: &Screen<'_>, id: Uuid) -> Vec<embudo_store::LeadUse> {
    screen.seat.store.leads_using(id).await.unwrap()
}

async fn remapped(screen: &Screen<'_>, id: Uuid, remap: Remap) -> Option<Act> {
    let lead_ids: Vec<LeadId> = users(screen, id).await.into_iter().map(|lead| lead.id).collect();
    (!lead_ids.is_empty()).then_some(Act::RemapLeads { lead_ids, remap })
}

async fn statuses(deed: &CatalogueDeed, screen: &Screen<'_>) -> Option<Vec<Act>> {
    let all = screen.statuses().await;
    Some(match deed {
        CatalogueDeed::PutStatus { id, name, category } => {
            vec![put_status(*id, name, Category::ALL[*category])]
        }
        CatalogueDeed::ChangeStatus { status, change } => {
            let mut status = pick(&all, *status)?.clone();
            match change {
                Change::Name(name) => status.name = (*name).to_owned(),
                Change::Place(at) => status.position = place(all.iter().map(|row| &row.position), *at),
            }
            vec![Act::PutLeadStatus { status }]
        }
        CatalogueDeed::DeleteStatus { status, to } => {
            let own: Vec<&LeadStatus> = all.iter().filter(|row| row.code.is_none()).collect();
            let from = *pick(&own, *status)?;
            let alike: Vec<&LeadStatus> =
                all.iter().filter(|row| row.category == from.category && row.id != from.id).collect();
            let mut acts = Vec::new();
            if let Some(to) = to.and_then(|n| pick(&alike, n)) {
                let remap = Remap::Status { from: from.id, to: to.id };
                acts.extend(remapped(screen, from.id.0, remap).await);
                acts.extend(freed(screen, from.id, to.id).await);
            }
            acts.push(Act::DeleteLeadStatus { id: from.id });
            acts
        }
        _ => return None,
    })
}

/// Stages that are bound to the status, and lines that begin with it, get the other one.
async fn freed(screen: &Screen<'_>, id: LeadStatusId, to: LeadStatusId) -> Vec<Act> {
    let stages = screen.stages().await;
    let mut acts = Vec::new();
    for funnel in screen.funnels().await {
        let bound = stages.iter().filter(|row| row.funnel_id == Some(funnel.id) && row.bound_status_id == Some(id));
        let stages: Vec<Stage> = bound.map(|row| Stage { bound_status_id: Some(to), ..row.clone() }).collect();
        if !stages.is_empty() {
            acts.push(Act::PutFunnel { funnel, stages, gone: Vec::new() });
        }
    }
    for line in screen.lines().await {
        if let Some(auto) = line.auto_lead.filter(|auto| auto.status_id == Some(id)) {
            acts.push(Act::SetAutoLead { line_id: line.id, auto_lead: AutoLead { status_id: Some(to), ..auto } });
        }
    }
    acts
}

async fn funnels(deed: &CatalogueDeed, screen: &Screen<'_>) -> Option<Vec<Act>> {
    let (all, stages) = (screen.funnels().await, screen.stages().await);
    let statuses = screen.statuses().await;
    let open: Vec<&LeadStatus> = statuses.iter().filter(|row| !row.category.is_final()).collect();
    let bound_to = |n: &Option<usize>| n.and_then(|n| pick(&open, n)).map(|row| row.id);
    Some(match deed {
        CatalogueDeed::PutFunnel { id, name, stages, bound } => {
            vec![put_funnel(*id, name, *stages, bound_to(bound))]
        }
        CatalogueDeed::ChangeFunnel { funnel, change } => {
            let mut funnel = pick(&all, *funnel)?.clone();
            match change {
                Change::Name(name) => funnel.name = (*name).to_owned(),
                Change::Place(at) => funnel.position = place(all.iter().map(|row| &row.position), *at),
            }
            vec![Act::PutFunnel { funnel, stages: Vec::new(), gone: Vec::new() }]
        }
        CatalogueDeed::ChangeStage { stage, change, bound } => {
            let mut stage = pick(&stages, *stage)?.clone();
            let funnel = all.iter().find(|row| Some(row.id) == stage.funnel_id)?.clone();
            match change {
                Change::Name(name) => stage.name = (*name).to_owned(),
                Change::Place(at) => {
                    let beside = stages.iter().filter(|row| row.funnel_id == stage.funnel_id);
                    stage.position = place(beside.map(|row| &row.position), *at);
                }
            }
            stage.bound_status_id = bound_to(bound);
            vec![Act::PutFunnel { funnel, stages: vec![stage], gone: Vec::new() }]
        }
        CatalogueDeed::Star { funnel } => vec![Act::StarFunnel { id: pick(&all, *funnel)?.id }],
        _ => return None,
    })
}

/// The active leads of a stage to the top of another, and the closed ones that ended there.
async fn moved(screen: &Screen<'_>, from: StageId, to: StageId) -> Vec<Act> {
    let (active, closed): (Vec<_>, Vec<_>) = users(screen, from.0).await.into_iter().partition(|lead| lead.is_active);
    let ids = |leads: Vec<embudo_store::LeadUse>| leads.into_iter().map(|lead| lead.id).collect::<Vec<LeadId>>();
    let (active, closed) = (ids(active), ids(closed));
    let stage = Some(StageTo { stage_id: to, position: None });
    let patch = LeadPatch { stage, unasked: true, ..LeadPatch::default() };
    let moves = (!active.is_empty()).then_some(Act::ChangeLeads { lead_ids: active, patch, bulk_id: None });
    let remap = Remap::Stage { from, to };
    let remaps = (!closed.is_empty()).then_some(Act::RemapLeads { lead_ids: closed, remap });
    moves.into_iter().chain(remaps).collect()
}

async fn funnels_gone(deed: &CatalogueDeed, screen: &Screen<'_>) -> Option<Vec<Act>> {
    let (all, stages) = (screen.funnels().await, screen.stages().await);
    let mut acts = Vec::new();
    match deed {
        CatalogueDeed::DeleteStage { stage, to } => {
            let inner: Vec<&Stage> = stages.iter().filter(|row| row.funnel_id.is_some()).collect();
            let from = *pick(&inner, *stage)?;
            let others: Vec<&Stage> = stages.iter().filter(|row| row.id != from.id).collect();
            if let Some(to) = to.and_then(|n| pick(&others, n)) {
                acts.extend(moved(screen, from.id, to.id).await);
            }
            let funnel = all.iter().find(|row| Some(row.id) == from.funnel_id)?.clone();
            acts.push(Act::PutFunnel { funnel, stages: Vec::new(), gone: vec![from.id] });
        }
        CatalogueDeed::DeleteFunnel { funnel, to } => {
            let others: Vec<&Funnel> = all.iter().filter(|row| !row.is_main).collect();
            let funnel_id = pick(&others, *funnel)?.id;
            let outside: Vec<&Stage> = stages.iter().filter(|row| row.funnel_id != Some(funnel_id)).collect();
            if let Some(to) = to.and_then(|n| pick(&outside, n)) {
                for stage in stages.iter().filter(|row| row.funnel_id == Some(funnel_id)) {
                    acts.extend(moved(screen, stage.id, to.id).await);
                }
            }
            acts.push(Act::DeleteFunnel { id: funnel_id });
        }
        _ => return None,
    }
    Some(acts)
}

async fn sources(deed: &CatalogueDeed, screen: &Screen<'_>) -> Option<Vec<Act>> {
    let all = screen.sources().await;
    let lines = screen.lines().await;
    Some(match deed {
        CatalogueDeed::PutSource { id, name } => {
            vec![put_source(*id, name)]
        }
        CatalogueDeed::DeleteSource { source, to } => {
            let own: Vec<&Source> = all.iter().filter(|row| row.code.is_none()).collect();
            let from = pick(&own, *source)?.id;
            let others: Vec<&Source> = all.iter().filter(|row| row.id != from).collect();
            let mut acts = Vec::new();
            if let Some(to) = to.and_then(|n| pick(&others, n)) {
                acts.extend(remapped(screen, from.0, Remap::Source { from, to: to.id }).await);
                let contacts = screen.seat.store.contacts_of_source(from).await.unwrap().into_iter();
                let sourced =
                    contacts.map(|contact_id| Sourced { contact_id, source_id: Some(to.id), from: Some(Some(from)) });
                acts.push(Act::SourceContacts { to: sourced.collect() });
                for line in lines {
                    if let Some(auto) = line.auto_lead.filter(|auto| auto.source_id == Some(from)) {
                        let auto_lead = AutoLead { source_id: Some(to.id), ..auto };
                        acts.push(Act::SetAutoLead { line_id: line.id, auto_lead });
                    }
                }
            }
            acts.push(Act::DeleteSource { id: from });
            acts
        }
        CatalogueDeed::Begin { on, status, source } => {
            let statuses = screen.statuses().await;
            let status_id = status.and_then(|n| pick(&statuses, n)).map(|row| row.id);
            let source_id = source.and_then(|n| pick(&all, n)).map(|row| row.id);
            let auto_lead = AutoLead { on: *on, status_id, source_id, responsible_id: None };
            vec![Act::SetAutoLead { line_id: lines.first()?.id, auto_lead }]
        }
        _ => return None,
    })
}

async fn reasons(deed: &CatalogueDeed, screen: &Screen<'_>) -> Option<Vec<Act>> {
    let all = screen.reasons().await;
    Some(match deed {
        CatalogueDeed::PutReason { id, name } => {
            vec![put_reason(*id, name)]
        }
        CatalogueDeed::ChangeReason { reason, change } => {
            let mut reason = pick(&all, *reason)?.clone();
            match change {
                Change::Name(name) => reason.name = (*name).to_owned(),
                Change::Place(at) => reason.position = place(all.iter().map(|row| &row.position), *at),
            }
            vec![Act::PutLostReason { reason }]
        }
        CatalogueDeed::DeleteReason { reason, to } => {
            let from = pick(&all, *reason)?.id;
            let others: Vec<&LostReason> = all.iter().filter(|row| row.id != from).collect();
            let mut acts = Vec::new();
            if let Some(to) = to.and_then(|n| pick(&others, n)) {
                acts.extend(remapped(screen, from.0, Remap::Reason { from, to: to.id }).await);
            }
            acts.push(Act::DeleteLostReason { id: from });
            acts
        }
        _ => return None,
    })
}

async fn tags(deed: &CatalogueDeed, screen: &Screen<'_>) -> Option<Vec<Act>> {
    let all = screen.tags().await;
    let tagged = async |id: TagId| screen.seat.store.contacts_tagged(id).await.unwrap();
    Some(match deed {
        CatalogueDeed::PutTag { id, name } => {
            vec![put_tag(*id, name)]
        }
        CatalogueDeed::MergeTags { from, into } => {
            let (from, into) = (pick(&all, *from)?.id, pick(&all, *into)?.clone());
            if from == into.id {
                return None;
            }
            let contact_ids = tagged(from).await;
            let into_id = into.id;
            vec![
                Act::KeepTag { tag: into },
                Act::TagContacts { contact_ids: contact_ids.clone(), tag_id: from, on: false },
                Act::TagContacts { contact_ids, tag_id: into_id, on: true },
                Act::DeleteTag { id: from },
            ]
        }
        CatalogueDeed::DeleteTag { tag } => {
            let tag_id = pick(&all, *tag)?.id;
            let off = Act::TagContacts { contact_ids: tagged(tag_id).await, tag_id, on: false };
            vec![off, Act::DeleteTag { id: tag_id }]
        }
        _ => return None,
    })
}

async fn fields(deed: &CatalogueDeed, screen: &Screen<'_>) -> Option<Vec<Act>> {
    let all = screen.fields().await;
    let holders =
        async |id: FieldId, of: FieldOf, target: Uuid| screen.seat.store.filled_with(id, of, target).await.unwrap();
    Some(match deed {
        CatalogueDeed::PutField { id, name, options, required_at } => {
            let stages = screen.stages().await;
            let required_at = required_at.and_then(|n| pick(&stages, n)).map(|row| row.id);
            vec![put_field(*id, name, *options, required_at)]
        }
        CatalogueDeed::DeleteOption { id, option, to } => {
            let field = all.iter().find(|row| row.id == field_id(*id))?.clone();
            let gone = option_id(*id, *option);
            let mut acts = Vec::new();
            if let Some(to) = to.map(|n| option_id(*id, n)).filter(|to| *to != gone) {
                let rows = holders(field.id, field.of, gone.0).await.into_iter();
                let rows = rows.map(|(id, from)| Refill { id, to: Some(instead(&from, gone, to)), from: Some(from) });
                acts.push(Act::RefillField { field_id: field.id, rows: rows.collect() });
            }
            let options = field.options.iter().filter(|option| option.id != gone).cloned().collect();
            acts.push(Act::PutField { field: CustomField { options, ..field }, gone: vec![gone] });
            acts
        }
        CatalogueDeed::DeleteField { id } => {
            let field = all.iter().find(|row| row.id == field_id(*id))?;
            let holders = holders(field.id, field.of, field.id.0).await;
            let seen = seen_in(field.id, holders.iter().map(|(id, value)| (*id, value)).collect());
            vec![Act::DeleteField { id: field.id, seen: (!holders.is_empty()).then_some(seen) }]
        }
        _ => return None,
    })
}

fn instead(value: &FieldValue, from: FieldOptionId, to: FieldOptionId) -> FieldValue {
    let other = |id: &FieldOptionId| if *id == from { to } else { *id };
    match value {
        FieldValue::MultiList { option_ids } => {
            let mut option_ids: Vec<FieldOptionId> = option_ids.iter().map(other).collect();
            option_ids.sort_unstable();
            option_ids.dedup();
            FieldValue::MultiList { option_ids }
        }
        _ => FieldValue::List { option_id: to },
    }
}
