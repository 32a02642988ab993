//! What happens to leads by itself, at the hub: a first message opens one, a first answer makes
//! New Contacted, a customer's word ends Done (product.md 3.5, 3.7, ADM-06).

use super::leads::{active, change, event_of, in_intake, newest, next_lead, wants_of_seeds};
use super::thread::Wanted;
use super::*;
use crate::order;
use crate::sale::*;

/// The code of the source that a line's type stands for.
fn source_code(line_type: LineType) -> &'static str {
    match line_type {
        LineType::Simulator => "simulator",
        LineType::TelegramBot => "telegram_bot",
        LineType::WhatsappExport => "import",
    }
}

/// `contact_id`: whose message it is, once known to be there already.
pub(super) fn needs_message(facts: &Facts, line: &Line, contact_id: Option<ContactId>) -> Vec<Need> {
    let mut wanted = Wanted::default();
    wanted.row(Entity::SaleSettings, seeded::SETTINGS);
    wants_of_seeds(&mut wanted, facts);
    let auto = line.auto_lead.clone().unwrap_or_default();
    if let Some(id) = auto.status_id {
        wanted.row(Entity::LeadStatus, id.0);
    }
    if let Some(id) = auto.source_id.or_else(|| seeded::source_of(source_code(line.line_type))) {
        wanted.row(Entity::Source, id.0);
    }
    if let Some(id) = auto.responsible_id {
        wanted.row(Entity::Member, id.0);
    }
    if let Some(contact_id) = contact_id {
        wanted.rows_of(facts, Entity::Lead, Lookup::LeadsOfContact { contact_id });
        follow_ups_alone::wants_they_wrote(&mut wanted, facts, contact_id);
    }
    wanted.done()
}

/// A customer's fresh word of `at_ms` on a line; `contact` as this message leaves them. Gives who looks
/// after them where that is new.
pub(super) fn customer_wrote(
    line: &Line,
    contact: &Contact,
    at_ms: i64,
    facts: &Facts,
    stamp: Stamp,
) -> (Vec<Change>, Option<MemberId>) {
    let settings = facts.sale_settings();
    if let Some(lead) = active(facts, contact.id) {
        let is_over = lead.state.marker == Marker::Done && settings.done_ends_with_a_message;
        let patch = LeadPatch { marker: Some(Marker::None), ..LeadPatch::default() };
        let changed = is_over.then(|| change(&[lead.id], &patch, &ChangedBy::Customer, facts, stamp));
        return (changed.and_then(Result::ok).map(|effects| effects.changes).unwrap_or_default(), None);
    }
    let auto = line.auto_lead.clone().unwrap_or_default();
    let last = newest(facts, contact.id);
    let opens = match last.and_then(|last| last.state.closed.as_ref()).map(|closed| closed.category) {
        Some(Category::Won) => settings.reopens_won,
        Some(Category::Lost | Category::Archived) => settings.reopens_lost,
        Some(Category::Open) | None => true,
    };
    // A workspace that has no statuses yet has no leads.
    if !auto.on || !opens || contact.blocked || facts.lead_status(seeded::NEW).is_none() {
        return (Vec::new(), None);
    }
    let chosen = auto.status_id.and_then(|id| facts.lead_status(id)).filter(|status| !status.category.is_final());
    let status_id = chosen.map_or(seeded::NEW, |status| status.id);
    // Who has looked after somebody goes on doing so.
    let responsible_id = contact.responsible_id.or_else(|| {
        let id = auto.responsible_id?;
        facts.member(id).filter(|member| member.active).map(|member| member.id)
    });
    let source_id = auto.source_id.filter(|id| facts.source(*id).is_some());
    let source_id = source_id.or_else(|| seeded::source_of(source_code(line.line_type)));
    let id = LeadId(stamp.act_id.derived("lead"));
    let state = LeadState {
        // Many may come in one pull: who wrote later stands higher, and of one moment who came later.
        position: order::top_of(at_ms, stamp.lead_no.unwrap_or_default()),
        placed_at_ms: at_ms,
        ..in_intake(status_id, responsible_id, stamp)
    };
    let lead = Lead {
        source_id: source_id.filter(|id| facts.source(*id).is_some()),
        ..next_lead(id, contact.id, last, state, stamp.lead_no, stamp)
    };
    let event = event_of(&lead, HistoryKind::Opened, lead.state.clone(), &ChangedBy::Customer, "", facts, stamp);
    let changes = vec![Change::Put(Row::Lead(Box::new(lead))), Change::Put(Row::History(Box::new(event)))];
    (changes, responsible_id.filter(|_| contact.responsible_id.is_none()))
}

pub(super) fn needs_contacted(facts: &Facts, contact_id: ContactId) -> Vec<Need> {
    let mut wanted = Wanted::default();
    wanted.row(Entity::SaleSettings, seeded::SETTINGS);
    wanted.rows_of(facts, Entity::Lead, Lookup::LeadsOfContact { contact_id });
    let Some(lead) = active(facts, contact_id) else { return wanted.done() };
    if moves_on(lead, facts) {
        wanted.rows_of(facts, Entity::Funnel, Lookup::Funnels);
        if let Some(funnel_id) = main_funnel(facts) {
            wanted.rows_of(facts, Entity::Stage, Lookup::StagesOfFunnel { funnel_id });
        }
    }
    let mut needs = wanted.done();
    if let Some(patch) = answered(lead, facts) {
        needs.extend(leads::needs_change(facts, &[lead.id], &patch));
    }
    needs
}

fn moves_on(lead: &Lead, facts: &Facts) -> bool {
    lead.state.stage_id == seeded::INTAKE && facts.sale_settings().moves_on_with_an_answer
}

fn main_funnel(facts: &Facts) -> Option<FunnelId> {
    let mut funnels = facts.find(&Lookup::Funnels).iter().filter_map(|id| facts.funnel(FunnelId(*id)));
    funnels.find(|funnel| funnel.is_main).map(|funnel| funnel.id)
}

/// What a person's answer makes of a lead; nothing where it is as it should be. New becomes Contacted,
/// and out of Intake it goes to the stage of the main funnel that says what it is, else to the first,
/// which then says what it becomes (R2).
fn answered(lead: &Lead, facts: &Facts) -> Option<LeadPatch> {
    let becomes = lead.state.status_id == seeded::NEW && facts.sale_settings().contacted_by_itself;
    let status_id = if becomes { seeded::CONTACTED } else { lead.state.status_id };
    let status = becomes.then_some(StatusTo { status_id, reason_id: None });
    let Some(funnel_id) = main_funnel(facts).filter(|_| moves_on(lead, facts)) else {
        return becomes.then(|| LeadPatch { status, ..LeadPatch::default() });
    };
    let found = facts.find(&Lookup::StagesOfFunnel { funnel_id });
    let mut stages: Vec<&Stage> = found.iter().filter_map(|id| facts.stage(StageId(*id))).collect();
    stages.sort_by(|one, other| (&one.position, one.id).cmp(&(&other.position, other.id)));
    let bound = stages.iter().find(|stage| stage.bound_status_id == Some(status_id));
    let to = bound.or(stages.first())?;
    let stage = Some(StageTo { stage_id: to.id, position: None });
    let status = status.filter(|_| to.bound_status_id.is_none_or(|id| id == status_id));
    Some(LeadPatch { status, stage, ..LeadPatch::default() })
}

/// A person's message is on its way to the customer.
pub(super) fn contacted(contact_id: ContactId, facts: &Facts, stamp: Stamp) -> Vec<Change> {
    let Some(lead) = active(facts, contact_id) else { return Vec::new() };
    let Some(patch) = answered(lead, facts) else { return Vec::new() };
    // Nobody is there to hear a refusal: the lead stays as it is.
    let changed = change(&[lead.id], &patch, &ChangedBy::Automation, facts, stamp);
    changed.map(|effects| effects.changes).unwrap_or_default()
}
