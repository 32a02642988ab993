//! The catalogues of the sale: statuses, funnels with their stages, sources, reasons (4.9,
//! FUN-02, FUN-07). What leads point to is changed by id and never orphaned (I18, I23).

use super::thread::Wanted;
use super::*;
use crate::order;
use crate::sale::*;

pub const MAX_LABEL_CHARS: u32 = 40;
pub const MAX_FUNNELS: u32 = 20;
/// Named as those who see one funnel.
pub const MAX_FUNNEL_MEMBERS: u32 = 500;
pub const MAX_STAGES: u32 = 30;
const MAX_CATALOGUE: u32 = 200;
const MAX_STUCK_DAYS: u32 = 365;

/// As names are compared: "facebook " is "Facebook", and "Indicação" is "indicacao".
pub fn folded(name: &str) -> String {
    crate::fold(name).split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What came with the product may go without a name of its own: the screen has a word for it.
fn checked_label(name: &str, code: Option<&String>) -> Result<String, Refusal> {
    let name = name.trim();
    if (name.is_empty() && code.is_none()) || name.chars().count() > MAX_LABEL_CHARS as usize {
        return Err(Refusal::NameInvalid { max_chars: MAX_LABEL_CHARS });
    }
    Ok(name.to_owned())
}

pub(super) fn checked_color(color: &str) -> Result<String, Refusal> {
    let digits = color.strip_prefix('#').unwrap_or_default();
    if digits.len() != 6 || !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Err(Refusal::ColorInvalid);
    }
    Ok(color.to_ascii_lowercase())
}

/// A place that is none is where it was, or the end of the list.
pub(super) fn checked_position(position: &str, old: Option<&String>, last: Option<&str>) -> String {
    match old {
        _ if order::is_place(position) => position.to_owned(),
        Some(old) => old.clone(),
        None => order::between(last, None),
    }
}

fn one(row: Row, inverse: Option<Act>) -> Effects {
    Effects { changes: vec![Change::Put(row)], inverse, ..Effects::default() }
}

fn gone(row: Row, inverse: Act) -> Effects {
    Effects { changes: vec![Change::Delete(row.key())], inverse: Some(inverse), ..Effects::default() }
}

fn is_used(facts: &Facts, id: Uuid) -> bool {
    !facts.find(&Lookup::LeadsUsing { id }).is_empty()
}

/// The product's own code of a row goes with its id: nobody changes it, no other row gets one, and
/// a row that comes back has it again.
fn code_of(id: Uuid) -> Option<String> {
    seeded::code_of(id).map(str::to_owned)
}

// -- statuses ---------------------------------------------------------------------------------

pub(super) fn needs_statuses(facts: &Facts) -> Vec<Need> {
    let mut wanted = Wanted::default();
    wanted.rows_of(facts, Entity::LeadStatus, Lookup::LeadStatuses);
    wanted.done()
}

pub(super) fn needs_status_gone(facts: &Facts, id: LeadStatusId) -> Vec<Need> {
    let mut wanted = Wanted::default();
    wanted.row(Entity::LeadStatus, id.0).find(Lookup::LeadsUsing { id: id.0 });
    wanted.rows_of(facts, Entity::Stage, Lookup::Stages);
    wanted.rows_of(facts, Entity::Line, Lookup::Lines);
    wanted.done()
}

/// A row keeps its number; one that comes back gets its own again if it is still free. A new one is
/// numbered by the hub, which is where leads are counted, too.
fn number_of(old: Option<u32>, given: Option<u32>, all: &[Option<u32>], stamp: Stamp) -> Option<u32> {
    let free = given.filter(|number| !all.contains(&Some(*number)));
    let next = || stamp.lead_no.map(|_| all.iter().flatten().max().map_or(1, |last| last.saturating_add(1)));
    old.or(free).or_else(next)
}

pub(super) fn put_status(status: &LeadStatus, facts: &Facts, stamp: Stamp) -> Result<Effects, Refusal> {
    let all: Vec<&LeadStatus> =
        facts.find(&Lookup::LeadStatuses).iter().filter_map(|id| facts.lead_status(LeadStatusId(*id))).collect();
    let old = all.iter().copied().find(|other| other.id == status.id);
    if old.is_some_and(|old| old.category != status.category) {
        return Err(Refusal::CategoryFixed);
    }
    let code = code_of(status.id.0);
    let name = checked_label(&status.name, code.as_ref())?;
    let same = |other: &&&LeadStatus| other.id != status.id && !name.is_empty() && folded(&other.name) == folded(&name);
    if let Some(other) = all.iter().find(same) {
        return Err(Refusal::NameTaken { id: other.id.0, name: other.name.clone() });
    }
    if old.is_none() && all.len() >= MAX_CATALOGUE as usize {
        return Err(Refusal::TooMany { limit: MAX_CATALOGUE });
    }
    let last = all.iter().map(|other| other.position.as_str()).max();
    let numbers: Vec<Option<u32>> = all.iter().map(|other| other.number).collect();
    let new = LeadStatus {
        id: status.id,
        code,
        name,
        color: checked_color(&status.color)?,
        category: status.category,
        position: checked_position(&status.position, old.map(|old| &old.position), last),
        number: number_of(old.and_then(|old| old.number), status.number, &numbers, stamp),
    };
    if old == Some(&new) {
        return Ok(Effects::default());
    }
    let inverse = match old {
        Some(old) => Act::PutLeadStatus { status: old.clone() },
        None => Act::DeleteLeadStatus { id: new.id },
    };
    Ok(one(Row::LeadStatus(new), Some(inverse)))
}

pub(super) fn delete_status(id: LeadStatusId, facts: &Facts) -> Result<Effects, Refusal> {
    let Some(old) = facts.lead_status(id) else { return Ok(Effects::default()) };
    if old.code.is_some() {
        return Err(Refusal::StatusSystem { status_id: id });
    }
    let mut stages = facts.find(&Lookup::Stages).iter().filter_map(|id| facts.stage(StageId(*id)));
    let is_bound = stages.any(|stage| stage.bound_status_id == Some(id));
    let mut lines = facts.find(&Lookup::Lines).iter().filter_map(|id| facts.line(LineId(*id)));
    let begins = lines.any(|line| line.auto_lead.as_ref().is_some_and(|auto| auto.status_id == Some(id)));
    if is_used(facts, id.0) || is_bound || begins {
        return Err(Refusal::StatusInUse { status_id: id });
    }
    Ok(gone(Row::LeadStatus(old.clone()), Act::PutLeadStatus { status: old.clone() }))
}

// -- funnels and stages -----------------------------------------------------------------------

pub(super) fn needs_funnel(facts: &Facts, funnel: &Funnel, stages: &[Stage], gone: &[StageId]) -> Vec<Need> {
    let mut wanted = Wanted::default();
    wanted.row(Entity::Funnel, funnel.id.0);
    wanted.rows_of(facts, Entity::Funnel, Lookup::Funnels);
    wanted.rows_of(facts, Entity::Stage, Lookup::StagesOfFunnel { funnel_id: funnel.id });
    for stage in stages.iter().take(MAX_STAGES as usize + 1) {
        wanted.row(Entity::Stage, stage.id.0);
        if let Some(bound) = stage.bound_status_id {
            wanted.row(Entity::LeadStatus, bound.0);
        }
    }
    for id in gone.iter().take(MAX_STAGES as usize + 1) {
        wanted.row(Entity::Stage, id.0).find(Lookup::LeadsUsing { id: id.0 });
    }
    wanted.done()
}

/// A funnel with those of its stages that are new, changed or gone; others stay as they are.
/// Leads are moved out of what goes before, by acts of their own (I23).
pub(super) fn put_funnel(
    funnel: &Funnel,
    stages: &[Stage],
    gone: &[StageId],
    facts: &Facts,
) -> Result<Effects, Refusal> {
    let all: Vec<&Funnel> = facts.find(&Lookup::Funnels).iter().filter_map(|id| facts.funnel(FunnelId(*id))).collect();
    let old = all.iter().copied().find(|other| other.id == funnel.id);
    let code = code_of(funnel.id.0);
    let name = checked_label(&funnel.name, code.as_ref())?;
    let same = |other: &&&Funnel| other.id != funnel.id && !name.is_empty() && folded(&other.name) == folded(&name);
    if let Some(other) = all.iter().find(same) {
        return Err(Refusal::NameTaken { id: other.id.0, name: other.name.clone() });
    }
    if old.is_none() && all.len() >= MAX_FUNNELS as usize {
        return Err(Refusal::TooMany { limit: MAX_FUNNELS });
    }
    let last = all.iter().map(|other| other.position.as_str()).max();
    let new = Funnel {
        id: funnel.id,
        code,
        name,
        color: checked_color(&funnel.color)?,
        is_main: old.is_some_and(|old| old.is_main),
        position: checked_position(&funnel.position, old.map(|old| &old.position), last),
        seen_by: match &funnel.seen_by {
            Some(named) => checked_members(named)?,
            None => old.and_then(|old| old.seen_by.clone()),
        },
    };
    let (mut changes, mut back, mut added) = (Vec::new(), Vec::new(), Vec::new());
    if old != Some(&new) {
        changes.push(Change::Put(Row::Funnel(new.clone())));
    }
    for stage in going(&new, gone, facts)? {
        changes.push(Change::Delete(Row::Stage(stage.clone()).key()));
        back.push(stage);
    }
    for stage in checked_stages(&new, stages, gone, facts)? {
        let before = facts.stage(stage.id);
        if before != Some(&stage) {
            match before {
                Some(before) => back.push(before.clone()),
                None => added.push(stage.id),
            }
            changes.push(Change::Put(Row::Stage(stage)));
        }
    }
    if changes.is_empty() {
        return Ok(Effects::default());
    }
    let inverse = match old {
        None => Act::DeleteFunnel { id: new.id },
        Some(old) => Act::PutFunnel { funnel: as_it_was(old), stages: back, gone: added },
    };
    Ok(Effects { changes, inverse: Some(inverse), ..Effects::default() })
}

/// Once each. Whether they are members still is asked where it counts: who leaves and comes back sees
/// what they saw.
fn checked_members(named: &[MemberId]) -> Result<Option<Vec<MemberId>>, Refusal> {
    let mut seen_by = named.to_vec();
    seen_by.sort_unstable();
    seen_by.dedup();
    if seen_by.len() > MAX_FUNNEL_MEMBERS as usize {
        return Err(Refusal::TooMany { limit: MAX_FUNNEL_MEMBERS });
    }
    Ok((!seen_by.is_empty()).then_some(seen_by))
}

/// As an act says it that brings all of it back.
fn as_it_was(funnel: &Funnel) -> Funnel {
    Funnel { seen_by: Some(funnel.seen_by.clone().unwrap_or_default()), ..funnel.clone() }
}

/// Those of the stages to go that are there and this funnel's.
fn going(funnel: &Funnel, gone: &[StageId], facts: &Facts) -> Result<Vec<Stage>, Refusal> {
    let mut going = Vec::new();
    for stage in gone.iter().filter_map(|id| facts.stage(*id)) {
        if stage.funnel_id.is_none() {
            return Err(Refusal::StageIntake);
        }
        if stage.funnel_id != Some(funnel.id) {
            return Err(Refusal::ChangedMeanwhile);
        }
        if is_used(facts, stage.id.0) {
            return Err(Refusal::StageNotEmpty { stage_id: stage.id });
        }
        going.push(stage.clone());
    }
    Ok(going)
}

pub(super) fn needs_star(facts: &Facts) -> Vec<Need> {
    let mut wanted = Wanted::default();
    wanted.rows_of(facts, Entity::Funnel, Lookup::Funnels);
    wanted.done()
}

/// Another takes the place of the main funnel; there is never none (I22).
pub(super) fn star(id: FunnelId, facts: &Facts) -> Result<Effects, Refusal> {
    let all = facts.find(&Lookup::Funnels).iter().filter_map(|id| facts.funnel(FunnelId(*id)));
    let all: Vec<&Funnel> = all.collect();
    let new = all.iter().find(|funnel| funnel.id == id).ok_or(Refusal::NotFound)?;
    if new.is_main {
        return Ok(Effects::default());
    }
    let old = all.iter().filter(|funnel| funnel.is_main);
    let mut changes: Vec<Change> =
        old.clone().map(|old| Change::Put(Row::Funnel(Funnel { is_main: false, ..(*old).clone() }))).collect();
    changes.push(Change::Put(Row::Funnel(Funnel { is_main: true, ..(*new).clone() })));
    let inverse = old.clone().next().map(|old| Act::StarFunnel { id: old.id });
    Ok(Effects { changes, inverse, ..Effects::default() })
}

fn checked_stages(funnel: &Funnel, stages: &[Stage], gone: &[StageId], facts: &Facts) -> Result<Vec<Stage>, Refusal> {
    let mut there: Vec<Stage> = facts
        .find(&Lookup::StagesOfFunnel { funnel_id: funnel.id })
        .iter()
        .filter_map(|id| facts.stage(StageId(*id)).cloned())
        .filter(|stage| !gone.contains(&stage.id))
        .collect();
    let mut checked = Vec::new();
    for stage in stages.iter().filter(|stage| !gone.contains(&stage.id)).take(MAX_STAGES as usize + 1) {
        let old = facts.stage(stage.id);
        // Intake and the columns of other funnels are not this one's to change.
        if old.is_some_and(|old| old.funnel_id != Some(funnel.id)) {
            return Err(Refusal::ChangedMeanwhile);
        }
        let code = code_of(stage.id.0);
        let name = checked_label(&stage.name, code.as_ref())?;
        let bound = stage.bound_status_id;
        if let Some(id) = bound {
            let status = facts.lead_status(id).ok_or(Refusal::NotFound)?;
            if status.category.is_final() {
                return Err(Refusal::StatusFinal);
            }
        }
        let last = there.iter().map(|other| other.position.clone()).max();
        let new = Stage {
            id: stage.id,
            funnel_id: Some(funnel.id),
            code,
            name,
            color: checked_color(&stage.color)?,
            position: checked_position(&stage.position, old.map(|old| &old.position), last.as_deref()),
            bound_status_id: bound,
        };
        there.retain(|other| other.id != new.id);
        let taken = |other: &&Stage| !new.name.is_empty() && folded(&other.name) == folded(&new.name);
        if let Some(other) = there.iter().find(taken) {
            return Err(Refusal::NameTaken { id: other.id.0, name: other.name.clone() });
        }
        there.push(new.clone());
        checked.push(new);
    }
    if there.len() > MAX_STAGES as usize {
        return Err(Refusal::TooMany { limit: MAX_STAGES });
    }
    Ok(checked)
}

pub(super) fn needs_funnel_gone(facts: &Facts, id: FunnelId) -> Vec<Need> {
    let mut wanted = Wanted::default();
    let stages = Lookup::StagesOfFunnel { funnel_id: id };
    wanted.row(Entity::Funnel, id.0);
    for stage in facts.find(&stages) {
        wanted.find(Lookup::LeadsUsing { id: *stage });
    }
    wanted.rows_of(facts, Entity::Stage, stages);
    wanted.done()
}

/// With its empty columns. Leads are moved before, by acts of their own (I23).
pub(super) fn delete_funnel(id: FunnelId, facts: &Facts) -> Result<Effects, Refusal> {
    let Some(old) = facts.funnel(id) else { return Ok(Effects::default()) };
    if old.is_main {
        return Err(Refusal::FunnelMain { funnel_id: id });
    }
    let found = facts.find(&Lookup::StagesOfFunnel { funnel_id: id });
    let stages: Vec<Stage> = found.iter().filter_map(|id| facts.stage(StageId(*id)).cloned()).collect();
    if let Some(used) = stages.iter().find(|stage| is_used(facts, stage.id.0)) {
        return Err(Refusal::StageNotEmpty { stage_id: used.id });
    }
    let mut changes: Vec<Change> = stages.iter().map(|row| Change::Delete(Row::Stage(row.clone()).key())).collect();
    changes.push(Change::Delete(Row::Funnel(old.clone()).key()));
    let inverse = Act::PutFunnel { funnel: old.clone(), stages, gone: Vec::new() };
    Ok(Effects { changes, inverse: Some(inverse), ..Effects::default() })
}

// -- sources and reasons ----------------------------------------------------------------------

pub(super) fn needs_sources(facts: &Facts) -> Vec<Need> {
    let mut wanted = Wanted::default();
    wanted.rows_of(facts, Entity::Source, Lookup::Sources);
    wanted.done()
}

pub(super) fn put_source(source: &Source, facts: &Facts, stamp: Stamp) -> Result<Effects, Refusal> {
    let all: Vec<&Source> = facts.find(&Lookup::Sources).iter().filter_map(|id| facts.source(SourceId(*id))).collect();
    let old = all.iter().copied().find(|other| other.id == source.id);
    let code = code_of(source.id.0);
    let name = checked_label(&source.name, code.as_ref())?;
    let same = |other: &&&Source| other.id != source.id && !name.is_empty() && folded(&other.name) == folded(&name);
    if let Some(other) = all.iter().find(same) {
        return Err(Refusal::NameTaken { id: other.id.0, name: other.name.clone() });
    }
    if old.is_none() && all.len() >= MAX_CATALOGUE as usize {
        return Err(Refusal::TooMany { limit: MAX_CATALOGUE });
    }
    let numbers: Vec<Option<u32>> = all.iter().map(|other| other.number).collect();
    let number = number_of(old.and_then(|old| old.number), source.number, &numbers, stamp);
    let new = Source { id: source.id, code, name, number };
    if old == Some(&new) {
        return Ok(Effects::default());
    }
    let inverse = match old {
        Some(old) => Act::PutSource { source: old.clone() },
        None => Act::DeleteSource { id: new.id },
    };
    Ok(one(Row::Source(new), Some(inverse)))
}

pub(super) fn needs_source_gone(facts: &Facts, id: SourceId) -> Vec<Need> {
    let mut wanted = Wanted::default();
    wanted.row(Entity::Source, id.0).find(Lookup::LeadsUsing { id: id.0 });
    wanted.find(Lookup::ContactsOfSource { source_id: id });
    wanted.rows_of(facts, Entity::Line, Lookup::Lines);
    wanted.done()
}

pub(super) fn delete_source(id: SourceId, facts: &Facts) -> Result<Effects, Refusal> {
    let Some(old) = facts.source(id) else { return Ok(Effects::default()) };
    if old.code.is_some() {
        return Err(Refusal::SourceSystem { source_id: id });
    }
    let lines = facts.find(&Lookup::Lines).iter().filter_map(|id| facts.line(LineId(*id)));
    let sets_it = |line: &Line| line.auto_lead.as_ref().is_some_and(|auto| auto.source_id == Some(id));
    let has_contacts = !facts.find(&Lookup::ContactsOfSource { source_id: id }).is_empty();
    if is_used(facts, id.0) || has_contacts || lines.into_iter().any(sets_it) {
        return Err(Refusal::SourceInUse { source_id: id });
    }
    Ok(gone(Row::Source(old.clone()), Act::PutSource { source: old.clone() }))
}

pub(super) fn needs_reasons(facts: &Facts) -> Vec<Need> {
    let mut wanted = Wanted::default();
    wanted.rows_of(facts, Entity::LostReason, Lookup::LostReasons);
    wanted.done()
}

pub(super) fn put_reason(reason: &LostReason, facts: &Facts) -> Result<Effects, Refusal> {
    let all: Vec<&LostReason> =
        facts.find(&Lookup::LostReasons).iter().filter_map(|id| facts.lost_reason(LostReasonId(*id))).collect();
    let old = all.iter().copied().find(|other| other.id == reason.id);
    let code = code_of(reason.id.0);
    let name = checked_label(&reason.name, code.as_ref())?;
    let same = |other: &&&LostReason| other.id != reason.id && !name.is_empty() && folded(&other.name) == folded(&name);
    if let Some(other) = all.iter().find(same) {
        return Err(Refusal::NameTaken { id: other.id.0, name: other.name.clone() });
    }
    if old.is_none() && all.len() >= MAX_CATALOGUE as usize {
        return Err(Refusal::TooMany { limit: MAX_CATALOGUE });
    }
    let last = all.iter().map(|other| other.position.as_str()).max();
    let new = LostReason {
        id: reason.id,
        code,
        name,
        position: checked_position(&reason.position, old.map(|old| &old.position), last),
    };
    if old == Some(&new) {
        return Ok(Effects::default());
    }
    let inverse = match old {
        Some(old) => Act::PutLostReason { reason: old.clone() },
        None => Act::DeleteLostReason { id: new.id },
    };
    Ok(one(Row::LostReason(new), Some(inverse)))
}

pub(super) fn needs_reason_gone(id: LostReasonId) -> Vec<Need> {
    let mut wanted = Wanted::default();
    wanted.row(Entity::LostReason, id.0).find(Lookup::LeadsUsing { id: id.0 });
    wanted.done()
}

pub(super) fn delete_reason(id: LostReasonId, facts: &Facts) -> Result<Effects, Refusal> {
    let Some(old) = facts.lost_reason(id) else { return Ok(Effects::default()) };
    if is_used(facts, id.0) {
        return Err(Refusal::ReasonInUse { reason_id: id });
    }
    Ok(gone(Row::LostReason(old.clone()), Act::PutLostReason { reason: old.clone() }))
}

// -- what is used is kept ---------------------------------------------------------------------

pub(super) fn needs_kept(facts: &Facts, row: &SaleRow) -> Vec<Need> {
    match row {
        SaleRow::Status { .. } => needs_statuses(facts),
        SaleRow::Stage { funnel, stage } => needs_funnel(facts, funnel, std::slice::from_ref(stage), &[]),
        SaleRow::Source { .. } => needs_sources(facts),
        SaleRow::Reason { .. } => needs_reasons(facts),
        SaleRow::Field { .. } => fields::needs_kept(facts),
    }
}

/// Back as who uses it knew it, if it is not there any more; what is newer about it stays. A stage
/// brings its funnel along, and does without a status that is gone.
pub(super) fn keep(row: &SaleRow, facts: &Facts, stamp: Stamp) -> Result<Effects, Refusal> {
    match row {
        SaleRow::Status { status } if facts.lead_status(status.id).is_none() => put_status(status, facts, stamp),
        SaleRow::Source { source } if facts.source(source.id).is_none() => put_source(source, facts, stamp),
        SaleRow::Reason { reason } if facts.lost_reason(reason.id).is_none() => put_reason(reason, facts),
        SaleRow::Stage { funnel, stage } if facts.stage(stage.id).is_none() => {
            let bound = stage.bound_status_id.and_then(|id| facts.lead_status(id));
            let bound_status_id = bound.filter(|status| !status.category.is_final()).map(|status| status.id);
            let stage = Stage { bound_status_id, ..stage.clone() };
            put_funnel(facts.funnel(funnel.id).unwrap_or(funnel), &[stage], &[], facts)
        }
        SaleRow::Field { field, options } => fields::keep(field, options, facts),
        _ => Ok(Effects::default()),
    }
}

// -- settings and what the product brings along -----------------------------------------------

pub(super) fn needs_settings() -> Vec<Need> {
    let mut wanted = Wanted::default();
    wanted.row(Entity::SaleSettings, seeded::SETTINGS);
    wanted.done()
}

pub(super) fn put_settings(settings: &SaleSettings, facts: &Facts, stamp: Stamp) -> Result<Effects, Refusal> {
    let old = facts.sale_settings();
    let is_currency = |code: &String| code.len() == 3 && code.bytes().all(|byte| byte.is_ascii_uppercase());
    if !settings.currency.as_ref().is_none_or(is_currency) {
        return Err(Refusal::CurrencyInvalid);
    }
    let settings = SaleSettings {
        markers: checked_markers(&settings.markers)?,
        bands: bands::checked(&settings.bands)?,
        closes_quiet: quiet::checked(settings.closes_quiet, old.closes_quiet, stamp),
        suggests_stuck_days: settings.suggests_stuck_days.map(|days| days.clamp(1, MAX_STUCK_DAYS)),
        ..settings.clone()
    };
    if old == settings {
        return Ok(Effects::default());
    }
    Ok(one(Row::SaleSettings(settings), Some(Act::PutSaleSettings { settings: old })))
}

/// In the order of the codes, each once, and none that says nothing.
fn checked_markers(looks: &[MarkerLook]) -> Result<Vec<MarkerLook>, Refusal> {
    /// An emoji of several parts has a few.
    const MAX_SIGN_CHARS: usize = 8;
    let mut checked: Vec<MarkerLook> = Vec::new();
    for marker in Marker::ALL {
        let Some(look) = looks.iter().rfind(|look| look.marker == marker) else { continue };
        let (name, sign) = (look.name.split_whitespace().collect::<Vec<_>>().join(" "), look.sign.trim().to_owned());
        if name.chars().count() > MAX_LABEL_CHARS as usize {
            return Err(Refusal::NameInvalid { max_chars: MAX_LABEL_CHARS });
        }
        // Letters are names; a sign stands alone on a card.
        if sign.chars().count() > MAX_SIGN_CHARS || sign.chars().any(|c| c.is_control() || c.is_alphabetic()) {
            return Err(Refusal::SignInvalid);
        }
        let same = |other: &&MarkerLook| !name.is_empty() && folded(&other.name) == folded(&name);
        if let Some(other) = checked.iter().find(same) {
            return Err(Refusal::NameTaken { id: seeded::SETTINGS, name: other.name.clone() });
        }
        if !(name.is_empty() && sign.is_empty()) {
            checked.push(MarkerLook { marker, name, sign });
        }
    }
    Ok(checked)
}

pub(super) fn needs_auto_lead(line_id: LineId, auto_lead: &AutoLead) -> Vec<Need> {
    let mut wanted = Wanted::default();
    wanted.row(Entity::Line, line_id.0);
    if let Some(id) = auto_lead.status_id {
        wanted.row(Entity::LeadStatus, id.0);
    }
    if let Some(id) = auto_lead.source_id {
        wanted.row(Entity::Source, id.0);
    }
    if let Some(id) = auto_lead.responsible_id {
        wanted.row(Entity::Member, id.0);
    }
    wanted.done()
}

pub(super) fn set_auto_lead(line_id: LineId, auto: &AutoLead, facts: &Facts) -> Result<Effects, Refusal> {
    let old = facts.line(line_id).filter(|line| line.history.is_kept()).ok_or(Refusal::NotFound)?;
    if let Some(id) = auto.status_id {
        let status = facts.lead_status(id).ok_or(Refusal::NotFound)?;
        if status.category.is_final() {
            return Err(Refusal::StatusFinal);
        }
    }
    if let Some(id) = auto.source_id {
        facts.source(id).ok_or(Refusal::NotFound)?;
    }
    if let Some(id) = auto.responsible_id {
        facts.member(id).filter(|member| member.active).ok_or(Refusal::NotFound)?;
    }
    let auto_lead = Some(auto.clone()).filter(|auto| *auto != AutoLead::default());
    if old.auto_lead == auto_lead {
        return Ok(Effects::default());
    }
    let inverse = Act::SetAutoLead { line_id, auto_lead: old.auto_lead.clone().unwrap_or_default() };
    Ok(one(Row::Line(Line { auto_lead, ..old.clone() }), Some(inverse)))
}

pub(super) fn needs_set_up(facts: &Facts) -> Vec<Need> {
    let mut wanted = Wanted::default();
    wanted.row(Entity::SaleSettings, seeded::SETTINGS);
    wanted.rows_of(facts, Entity::LeadStatus, Lookup::LeadStatuses);
    wanted.rows_of(facts, Entity::Source, Lookup::Sources);
    wanted.done()
}

/// Once in the life of a workspace: what was deleted later does not come back. Rows that an earlier
/// version made have no number yet, and get one in their order.
pub(super) fn set_up(facts: &Facts) -> Result<Effects, Refusal> {
    if facts.row(Entity::SaleSettings, seeded::SETTINGS).is_some() {
        return Ok(Effects { changes: numbered(facts), ..Effects::default() });
    }
    let rows = seeded::statuses().into_iter().map(Row::LeadStatus);
    let rows = rows.chain([Row::Funnel(seeded::funnel())]).chain(seeded::stages().into_iter().map(Row::Stage));
    let rows = rows.chain(seeded::sources().into_iter().map(Row::Source));
    let rows = rows.chain(seeded::lost_reasons().into_iter().map(Row::LostReason));
    let rows = rows.chain([Row::SaleSettings(SaleSettings::default())]);
    Ok(Effects { changes: rows.map(Change::Put).collect(), ..Effects::default() })
}

fn numbered(facts: &Facts) -> Vec<Change> {
    let found = facts.find(&Lookup::LeadStatuses).iter();
    let mut statuses: Vec<LeadStatus> = found.filter_map(|id| facts.lead_status(LeadStatusId(*id))).cloned().collect();
    statuses.sort_by(|one, other| (&one.position, one.id).cmp(&(&other.position, other.id)));
    let found = facts.find(&Lookup::Sources).iter();
    let mut sources: Vec<Source> = found.filter_map(|id| facts.source(SourceId(*id))).cloned().collect();
    sources.sort_by_key(|source| source.id);
    let mut changes = Vec::new();
    let mut next = statuses.iter().filter_map(|row| row.number).max().unwrap_or(0);
    for row in statuses.into_iter().filter(|row| row.number.is_none()) {
        next = next.saturating_add(1);
        changes.push(Change::Put(Row::LeadStatus(LeadStatus { number: Some(next), ..row })));
    }
    next = sources.iter().filter_map(|row| row.number).max().unwrap_or(0);
    for row in sources.into_iter().filter(|row| row.number.is_none()) {
        next = next.saturating_add(1);
        changes.push(Change::Put(Row::Source(Source { number: Some(next), ..row })));
    }
    changes
}
