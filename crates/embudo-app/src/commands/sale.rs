//! Leads, the board, and the catalogues that leads point to.

use crate::App;
use crate::api::*;
use crate::failure;
use crate::views::preview_view;
use crate::workspace::Workspace;
use embudo_domain::rules::MAX_LEADS_OF_ACT;
use embudo_domain::*;
use embudo_store::{CardRow, ContactRow, HistoryKey};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use uuid::Uuid;

pub(super) const MOST: u32 = 200;

pub(super) async fn get_sale(app: &App, _args: Nothing) -> Result<SaleView, ApiError> {
    let workspace = app.workspace()?;
    let sale = workspace.store.sale_catalogue().await.map_err(failure::store)?;
    let catalogue = workspace.catalogue();
    let stages_of = |id: Option<FunnelId>| sale.stages.iter().filter(move |stage| stage.funnel_id == id).cloned();
    Ok(SaleView {
        funnels: sale
            .funnels
            .iter()
            .filter(|funnel| catalogue.sees_funnel(funnel))
            .map(|funnel| FunnelView { funnel: funnel.clone(), stages: stages_of(Some(funnel.id)).collect() })
            .collect(),
        intake: stages_of(None).next(),
        settings: sale.settings,
        statuses: sale.statuses,
        sources: sale.sources,
        reasons: sale.reasons,
        fields: sale.fields,
        lines: catalogue
            .live_lines()
            .map(|line| LineAutoLead {
                line: crate::catalogue::brief(line),
                auto_lead: line.auto_lead.clone().unwrap_or_default(),
            })
            .collect(),
        members: catalogue.member_views(),
    })
}

pub(super) async fn get_board_counts(app: &App, args: GetBoardCounts) -> Result<BoardCounts, ApiError> {
    let workspace = app.workspace()?;
    let now_ms = workspace.clock.now_ms();
    let counts = workspace.store.stage_counts(now_ms).await.map_err(failure::store)?;
    let stages = match args.filter {
        Some(filter) => workspace.store.stage_counts_of(&filter, now_ms).await.map_err(failure::store)?,
        None => counts.stages,
    };
    Ok(BoardCounts {
        stages: stages.into_iter().map(|count| StageCount { stage_id: count.stage_id, active: count.active }).collect(),
        won: counts.closed.won,
        lost: counts.closed.lost,
        archived: counts.closed.archived,
    })
}

pub(super) async fn list_cards(app: &App, args: ListCards) -> Result<Vec<CardView>, ApiError> {
    let workspace = app.workspace()?;
    let order = match args.order {
        CardOrder::Lifted => embudo_store::CardOrder::Lifted,
        CardOrder::Manual => embudo_store::CardOrder::Manual,
    };
    let limit = args.limit.clamp(1, MOST);
    let (store, stage_id, offset) = (&workspace.store, args.stage_id, args.offset);
    let cards = match args.filter {
        Some(filter) => store.stage_cards_of(&filter, stage_id, order, offset, limit, workspace.clock.now_ms()).await,
        None => store.stage_cards(stage_id, order, offset, limit).await,
    };
    full_views(&workspace, cards.map_err(failure::store)?).await
}

pub(super) async fn get_cards(app: &App, args: LeadIds) -> Result<Vec<CardView>, ApiError> {
    let workspace = app.workspace()?;
    let cards = workspace.store.cards(&args.ids).await.map_err(failure::store)?;
    full_views(&workspace, cards).await
}

/// With the next follow-up of each.
pub(super) async fn full_views(workspace: &Workspace, cards: Vec<CardRow>) -> Result<Vec<CardView>, ApiError> {
    let active = cards.iter().filter(|card| card.lead.is_active());
    let contacts: Vec<ContactId> = active.map(|card| card.lead.contact_id).collect();
    let next = workspace.store.next_follow_ups(&contacts).await.map_err(failure::store)?;
    Ok(views(workspace, cards, next))
}

pub(super) fn views(
    workspace: &Workspace,
    cards: Vec<CardRow>,
    mut next: HashMap<ContactId, NextFollowUp>,
) -> Vec<CardView> {
    let catalogue = workspace.catalogue();
    let view = |card: CardRow| CardView {
        next_follow_up: next.remove(&card.lead.contact_id).filter(|_| card.lead.is_active()),
        tags: catalogue.tag_views(&card.tag_ids),
        lead: card.lead,
        board_key: card.board_key,
        name: card.name,
        photo: card.photo_hash,
        blocked: card.blocked,
        conversation: card.conversation.map(|row| CardConversation {
            id: row.id,
            line: catalogue.line_brief(row.line_id),
            last_at_ms: row.last_at_ms,
            unread: row.unread,
            is_unread: row.is_unread,
            waiting_since_ms: row.waiting_since_ms,
            failed_count: row.failed_count,
            window_closes_at_ms: row.window_closes_at_ms,
            preview: row.preview.as_ref().map(preview_view),
        }),
    };
    cards.into_iter().map(view).collect()
}

pub(super) async fn list_leads_of_contact(app: &App, args: ContactOnly) -> Result<Vec<Lead>, ApiError> {
    app.workspace()?.store.leads_of_contact(args.contact_id).await.map_err(failure::store)
}

pub(super) async fn list_history(app: &App, args: ListHistory) -> Result<HistoryPage, ApiError> {
    let workspace = app.workspace()?;
    let before = args.before.map(|place| HistoryKey { at_ms: place.at_ms, id: place.id });
    let limit = args.limit.clamp(1, MOST);
    let events = workspace.store.history_of_contact(args.contact_id, before, limit).await.map_err(failure::store)?;
    let leads = workspace.store.leads_of_contact(args.contact_id).await.map_err(failure::store)?;
    let stands = |event: &&HistoryEvent| {
        event.before.is_some() && leads.iter().any(|lead| lead.id == event.lead_id && lead.state == event.after)
    };
    let undoable = events.iter().filter(stands).map(|event| event.id).collect();
    Ok(HistoryPage { events, undoable })
}

pub(super) async fn undo_history(app: &App, args: UndoHistory) -> Result<LeadsReport, ApiError> {
    let workspace = app.workspace()?;
    run(&workspace, args.event_ids, |event_ids| Act::UndoLeads { event_ids }).await
}

pub(super) async fn change_leads(app: &App, args: ChangeLeads) -> Result<LeadsReport, ApiError> {
    let workspace = app.workspace()?;
    let bulk_id = (args.lead_ids.len() > MAX_LEADS_OF_ACT).then(|| ActId(Uuid::now_v7()));
    let patch = args.patch;
    run(&workspace, args.lead_ids, |lead_ids| Act::ChangeLeads { lead_ids, patch: patch.clone(), bulk_id }).await
}

pub(super) async fn open_leads(app: &App, args: OpenLeads) -> Result<LeadsReport, ApiError> {
    let workspace = app.workspace()?;
    let OpenLeads { contact_ids, again, stage, status_id, source_id, note } = args;
    let rows = workspace.store.contact_rows(&contact_ids).await.map_err(failure::store)?;
    let has_one = |row: &&ContactRow| row.lead.as_ref().is_some_and(Lead::is_active);
    let active: BTreeSet<ContactId> = rows.iter().filter(has_one).map(|row| row.contact.id).collect();
    let new = |contact_id: ContactId| {
        let lead_id = LeadId(Uuid::now_v7());
        NewLead { lead_id, contact_id, joins: !active.contains(&contact_id) }
    };
    run(&workspace, contact_ids, |contacts| Act::OpenLeads {
        leads: contacts.into_iter().map(new).collect(),
        status_id,
        stage: stage.clone(),
        source_id,
        again,
        note: note.clone(),
    })
    .await
}

/// At most 200 each and about as many in each: none of many stands alone in its act, where a
/// refusal would be an error.
fn even_chunks<T>(all: &[T]) -> std::slice::Chunks<'_, T> {
    let acts = all.len().div_ceil(MAX_LEADS_OF_ACT).max(1);
    all.chunks(all.len().div_ceil(acts).max(1))
}

/// In acts of at most 200, one undo for all. One thing alone that is refused is an error with its
/// reason; of many the refused ones are counted.
async fn run<T: Clone>(
    workspace: &Workspace,
    all: Vec<T>,
    act: impl Fn(Vec<T>) -> Act,
) -> Result<LeadsReport, ApiError> {
    let total = all.len();
    let (mut done, mut inverses) = (0, Vec::new());
    // What comes later stands higher: the last first, so that a board has the order of the selection.
    for chunk in even_chunks(&all).rev() {
        let applied = workspace.act(act(chunk.to_vec())).await?;
        done += applied.changed.ids(Entity::Lead).count();
        inverses.extend(applied.inverse);
    }
    Ok(LeadsReport {
        done: u32::try_from(done).unwrap_or(u32::MAX),
        skipped: u32::try_from(total.saturating_sub(done)).unwrap_or(u32::MAX),
        undo: workspace.undo.push(inverses),
    })
}

pub(super) async fn list_use_counts(app: &App, _args: Nothing) -> Result<Vec<UseCount>, ApiError> {
    let workspace = app.workspace()?;
    let mut uses: BTreeMap<Uuid, (i64, i64)> = BTreeMap::new();
    for (id, leads) in workspace.store.lead_use_counts().await.map_err(failure::store)? {
        uses.entry(id).or_default().0 += leads;
    }
    for (id, contacts) in workspace.store.contact_use_counts().await.map_err(failure::store)? {
        uses.entry(id.0).or_default().1 += contacts;
    }
    for (id, of, count) in workspace.store.field_use_counts().await.map_err(failure::store)? {
        let (leads, contacts) = uses.entry(id).or_default();
        *match of {
            FieldOf::Contact => contacts,
            FieldOf::Lead => leads,
        } += count;
    }
    Ok(uses.into_iter().map(|(id, (leads, contacts))| UseCount { id: id.to_string(), leads, contacts }).collect())
}

pub(super) async fn save_lead_status(app: &App, args: SaveLeadStatus) -> Result<Done, ApiError> {
    let workspace = app.workspace()?;
    let (id, name) = (args.status.id, args.status.name.clone());
    let sale = workspace.store.sale_catalogue().await.map_err(failure::store)?;
    let others = sale.statuses.iter().filter(|row| row.id != id);
    not_taken(&name, others.map(|row| (row.code.as_ref(), row.name.as_str())))?;
    workspace.act_undoable(Act::PutLeadStatus { status: args.status }).await
}

/// A name that somebody reads on a row of the product is taken for everybody; the rules know no words.
fn not_taken<'a>(name: &str, others: impl Iterator<Item = (Option<&'a String>, &'a str)>) -> Result<(), ApiError> {
    match crate::seeded_words::taken(name, others) {
        Some(word) if !name.trim().is_empty() => Err(ApiError::new("NAME_TAKEN").with("name", word)),
        _ => Ok(()),
    }
}

pub(super) async fn delete_lead_status(app: &App, args: DeleteLeadStatus) -> Result<Done, ApiError> {
    let workspace = app.workspace()?;
    let mut acts = Vec::new();
    if let Some(to) = args.move_to {
        acts = remaps(&workspace, args.id.0, Remap::Status { from: args.id, to }).await?;
        acts.extend(freed_of_status(&workspace, args.id, to).await?);
    }
    acts.push(Act::DeleteLeadStatus { id: args.id });
    all_or_none(&workspace, acts).await
}

/// Leads, closed ones too, point to another row.
async fn remaps(workspace: &Workspace, id: Uuid, remap: Remap) -> Result<Vec<Act>, ApiError> {
    let leads = workspace.store.leads_using(id).await.map_err(failure::store)?;
    let ids: Vec<LeadId> = leads.into_iter().map(|lead| lead.id).collect();
    Ok(ids.chunks(MAX_LEADS_OF_ACT).map(|chunk| Act::RemapLeads { lead_ids: chunk.to_vec(), remap }).collect())
}

/// Stages that are bound to the status, and lines that begin with it, get the other one.
async fn freed_of_status(workspace: &Workspace, id: LeadStatusId, to: LeadStatusId) -> Result<Vec<Act>, ApiError> {
    let sale = workspace.store.sale_catalogue().await.map_err(failure::store)?;
    let mut acts = Vec::new();
    for funnel in sale.funnels {
        let bound = sale.stages.iter().filter(|stage| stage.funnel_id == Some(funnel.id));
        let bound = bound.filter(|stage| stage.bound_status_id == Some(id));
        let stages: Vec<Stage> = bound.map(|stage| Stage { bound_status_id: Some(to), ..stage.clone() }).collect();
        if !stages.is_empty() {
            acts.push(Act::PutFunnel { funnel, stages, gone: Vec::new() });
        }
    }
    for line in workspace.catalogue().present_lines() {
        if let Some(auto) = line.auto_lead.as_ref().filter(|auto| auto.status_id == Some(id)) {
            let auto_lead = AutoLead { status_id: Some(to), ..auto.clone() };
            acts.push(Act::SetAutoLead { line_id: line.id, auto_lead });
        }
    }
    Ok(acts)
}

/// What belongs together, in one commit: whatever ends the program, all of it or nothing is done. When
/// one is refused nothing is, and that refusal is the answer.
pub(super) async fn all_or_none(workspace: &Workspace, acts: Vec<Act>) -> Result<Done, ApiError> {
    let applied = workspace.act_together(acts).await?;
    Ok(Done { undo: workspace.undo.push(applied.into_iter().filter_map(|one| one.inverse).collect()) })
}

pub(super) async fn save_funnel(app: &App, args: SaveFunnel) -> Result<Done, ApiError> {
    let workspace = app.workspace()?;
    let mut acts = Vec::new();
    let mut stages_first = args.stages.clone();
    for gone in args.gone.iter().filter(|gone| gone.move_to.is_some()) {
        // Leads may go to a stage that this very dialog makes: it comes first.
        if !stages_first.is_empty() {
            let stages = std::mem::take(&mut stages_first);
            acts.push(Act::PutFunnel { funnel: args.funnel.clone(), stages, gone: Vec::new() });
        }
        acts.extend(moves(&workspace, gone.id, gone.move_to).await?);
    }
    acts.push(Act::PutFunnel {
        funnel: args.funnel,
        stages: stages_first,
        gone: args.gone.iter().map(|gone| gone.id).collect(),
    });
    all_or_none(&workspace, acts).await
}

/// The active leads of a stage to the top of another, and the closed ones that ended there.
async fn moves(workspace: &Workspace, from: StageId, to: Option<StageId>) -> Result<Vec<Act>, ApiError> {
    let Some(to) = to else { return Ok(Vec::new()) };
    let leads = workspace.store.leads_using(from.0).await.map_err(failure::store)?;
    let ids = |active: bool| -> Vec<LeadId> {
        leads.iter().filter(|lead| lead.is_active == active).map(|lead| lead.id).collect()
    };
    // Nobody is asked for what the other stage wants to know: this one goes.
    let stage = Some(StageTo { stage_id: to, position: None });
    let patch = LeadPatch { stage, unasked: true, ..LeadPatch::default() };
    let moved = ids(true);
    let moved = moved.chunks(MAX_LEADS_OF_ACT).map(|chunk| Act::ChangeLeads {
        lead_ids: chunk.to_vec(),
        patch: patch.clone(),
        bulk_id: None,
    });
    let remap = Remap::Stage { from, to };
    let closed = ids(false);
    let closed = closed.chunks(MAX_LEADS_OF_ACT).map(|chunk| Act::RemapLeads { lead_ids: chunk.to_vec(), remap });
    Ok(moved.chain(closed).collect())
}

pub(super) async fn star_funnel(app: &App, args: FunnelOnly) -> Result<Done, ApiError> {
    app.workspace()?.act_undoable(Act::StarFunnel { id: args.id }).await
}

pub(super) async fn delete_funnel(app: &App, args: DeleteFunnel) -> Result<Done, ApiError> {
    let workspace = app.workspace()?;
    let mut acts = Vec::new();
    if args.move_to.is_some() {
        let sale = workspace.store.sale_catalogue().await.map_err(failure::store)?;
        for stage in sale.stages.iter().filter(|stage| stage.funnel_id == Some(args.id)) {
            acts.extend(moves(&workspace, stage.id, args.move_to).await?);
        }
    }
    acts.push(Act::DeleteFunnel { id: args.id });
    all_or_none(&workspace, acts).await
}

pub(super) async fn save_source(app: &App, args: SaveSource) -> Result<Done, ApiError> {
    let workspace = app.workspace()?;
    let (id, name) = (args.source.id, args.source.name.clone());
    let sale = workspace.store.sale_catalogue().await.map_err(failure::store)?;
    let others = sale.sources.iter().filter(|row| row.id != id);
    not_taken(&name, others.map(|row| (row.code.as_ref(), row.name.as_str())))?;
    workspace.act_undoable(Act::PutSource { source: args.source }).await
}

pub(super) async fn delete_source(app: &App, args: DeleteSource) -> Result<Done, ApiError> {
    let workspace = app.workspace()?;
    let mut acts = Vec::new();
    if let Some(to) = args.move_to {
        acts = remaps(&workspace, args.id.0, Remap::Source { from: args.id, to }).await?;
        let contacts = workspace.store.contacts_of_source(args.id).await.map_err(failure::store)?;
        for chunk in contacts.chunks(MOST as usize) {
            let from = Some(Some(args.id));
            let to = chunk.iter().map(|id| Sourced { contact_id: *id, source_id: Some(to), from }).collect();
            acts.push(Act::SourceContacts { to });
        }
        for line in workspace.catalogue().present_lines() {
            if let Some(auto) = line.auto_lead.as_ref().filter(|auto| auto.source_id == Some(args.id)) {
                let auto_lead = AutoLead { source_id: Some(to), ..auto.clone() };
                acts.push(Act::SetAutoLead { line_id: line.id, auto_lead });
            }
        }
    }
    acts.push(Act::DeleteSource { id: args.id });
    all_or_none(&workspace, acts).await
}

pub(super) async fn save_lost_reason(app: &App, args: SaveLostReason) -> Result<Done, ApiError> {
    let workspace = app.workspace()?;
    let (id, name) = (args.reason.id, args.reason.name.clone());
    let sale = workspace.store.sale_catalogue().await.map_err(failure::store)?;
    let others = sale.reasons.iter().filter(|row| row.id != id);
    not_taken(&name, others.map(|row| (row.code.as_ref(), row.name.as_str())))?;
    workspace.act_undoable(Act::PutLostReason { reason: args.reason }).await
}

pub(super) async fn delete_lost_reason(app: &App, args: DeleteLostReason) -> Result<Done, ApiError> {
    let workspace = app.workspace()?;
    let mut acts = Vec::new();
    if let Some(to) = args.move_to {
        acts = remaps(&workspace, args.id.0, Remap::Reason { from: args.id, to }).await?;
    }
    acts.push(Act::DeleteLostReason { id: args.id });
    all_or_none(&workspace, acts).await
}

pub(super) async fn save_sale_settings(app: &App, args: SaveSaleSettings) -> Result<Done, ApiError> {
    app.workspace()?.act_undoable(Act::PutSaleSettings { settings: args.settings }).await
}

pub(super) async fn set_auto_lead(app: &App, args: SetAutoLead) -> Result<Done, ApiError> {
    app.workspace()?.act_undoable(Act::SetAutoLead { line_id: args.line_id, auto_lead: args.auto_lead }).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn acts_of_many_are_at_most_two_hundred_each_and_none_is_of_one_alone() {
        for total in 0..=10_000 {
            let all: Vec<usize> = (0..total).collect();
            let sizes: Vec<usize> = even_chunks(&all).map(<[usize]>::len).collect();
            assert_eq!(sizes.iter().sum::<usize>(), total, "each once");
            assert!(sizes.iter().all(|size| *size <= MAX_LEADS_OF_ACT), "{total}: {sizes:?}");
            assert!(total == 1 || !sizes.contains(&1), "{total}: {sizes:?}");
        }
    }
}
