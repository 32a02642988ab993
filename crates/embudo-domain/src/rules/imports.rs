//! Contacts out of a file (IMP-01 to IMP-04); the way back is in [`undo`].
//!
//! One act brings at most 200 rows and is decided row after row: a row sees what those before it
//! made, so that a person who stands in the file twice is one person. What each row did stands in
//! the part's own row, which makes a repeated act harmless and an undo exact.

mod own_fields;
mod people;
mod undo;

use super::contacts::{check_email, check_name, checked_about};
use super::leads::{event_id_of, event_of, in_intake, leads_of, next_lead, wants_of_seeds};
use super::thread::Wanted;
use super::*;
use crate::field::FieldTo;
use crate::import::*;
use crate::order;
use crate::sale::*;
use std::collections::{BTreeMap, BTreeSet, HashMap};

use own_fields::Read;
use people::{Asked, People, brought_back, keys_of_row, mark_of, text_key};
pub(super) use undo::{forgotten, needs_forgotten, needs_undo, undo};

/// Rows of one act.
pub const MAX_ROWS_OF_ACT: usize = 200;
/// What stands in place of a number.
pub const MAX_PHONE_CHARS: usize = 60;

pub(super) struct Bring<'a> {
    pub import_id: ImportId,
    pub part: u32,
    pub file_name: &'a str,
    pub rows: &'a [ImportRow],
    pub duplicates: Duplicates,
    pub defaults: &'a ImportDefaults,
    /// Rows of this piece of the file that were left out before.
    pub failed: u32,
}

pub(super) fn needs(facts: &Facts, bring: &Bring<'_>) -> Vec<Need> {
    let mut wanted = Wanted::default();
    let part = import_part_pk(bring.import_id, bring.part);
    wanted.row(Entity::Import, bring.import_id.0).row(Entity::ImportPart, part);
    if facts.row(Entity::ImportPart, part).is_some() {
        return wanted.done();
    }
    let defaults = bring.defaults;
    for id in &defaults.tag_ids {
        wanted.row(Entity::Tag, id.0);
    }
    if defaults.open_leads {
        wants_of_seeds(&mut wanted, facts);
    }
    wants_of_catalogues(&mut wanted, defaults.status_id, defaults.source_id, defaults.responsible_id);
    own_fields::wants(&mut wanted, bring.rows);
    for row in bring.rows.iter().take(MAX_ROWS_OF_ACT) {
        for id in &row.tag_ids {
            wanted.row(Entity::Tag, id.0);
        }
        wants_of_catalogues(&mut wanted, row.status_id, row.source_id, row.responsible_id);
        if let Some(id) = row.contact_id {
            wanted.row(Entity::Contact, id.0).row(Entity::Reach, id.0);
        }
        if let Some(id) = row.lead_id {
            wanted.row(Entity::Lead, id.0);
        }
        for asked in keys_of_row(row) {
            for id in asked.wants(&mut wanted, facts) {
                let Some(contact) = facts.contact(id) else { continue };
                if let Some(member) = contact.responsible_id {
                    wanted.row(Entity::Member, member.0);
                }
                let contact_id = contact.id;
                wanted.rows_of(facts, Entity::Lead, Lookup::LeadsOfContact { contact_id });
                if contact.bin.is_some() {
                    wanted.rows_of(facts, Entity::Conversation, Lookup::ConversationsOfContact { contact_id });
                }
            }
        }
    }
    wanted.done()
}

fn wants_of_catalogues(
    wanted: &mut Wanted,
    status_id: Option<LeadStatusId>,
    source_id: Option<SourceId>,
    responsible_id: Option<MemberId>,
) {
    if let Some(id) = status_id {
        wanted.row(Entity::LeadStatus, id.0);
    }
    if let Some(id) = source_id {
        wanted.row(Entity::Source, id.0);
    }
    if let Some(id) = responsible_id {
        wanted.row(Entity::Member, id.0);
    }
}

/// The import that a part belongs to, new with its first; `None` where the part is there already.
pub(super) fn under_way(
    id: ImportId,
    part: u32,
    file_name: &str,
    actor: Actor,
    facts: &Facts,
    stamp: Stamp,
) -> Result<Option<Import>, Refusal> {
    if facts.row(Entity::ImportPart, import_part_pk(id, part)).is_some() {
        return Ok(None);
    }
    match facts.row(Entity::Import, id.0) {
        Some(Row::Import(import)) if import.by != actor.member_id => Err(Refusal::NotAllowed),
        // A late part of what was taken back.
        Some(Row::Import(import)) if import.undone.is_some() => Err(Refusal::ChangedMeanwhile),
        Some(Row::Import(import)) => Ok(Some(import.clone())),
        _ => Ok(Some(Import {
            id,
            file_name: file_name.chars().take(200).collect(),
            by: actor.member_id,
            at_ms: stamp.now_ms,
            counts: ImportCounts::default(),
            parts: 0,
            undone: None,
            chat: None,
        })),
    }
}

pub(super) fn bring(bring: &Bring<'_>, actor: Actor, facts: &Facts, stamp: Stamp) -> Result<Effects, Refusal> {
    if bring.rows.len() > MAX_ROWS_OF_ACT {
        return Err(Refusal::TooMany { limit: MAX_ROWS_OF_ACT as u32 });
    }
    let (id, part) = (bring.import_id, bring.part);
    let Some(mut import) = under_way(id, part, bring.file_name, actor, facts, stamp)? else {
        return Ok(Effects::default());
    };
    let mut people = People::new(facts);
    let mut next = NextLead { number: stamp.lead_no, place: String::new() };
    let mut rows = Vec::with_capacity(bring.rows.len());
    for (at, row) in bring.rows.iter().enumerate() {
        let read = Read::of(row, facts);
        // The board has the file's order, whenever each part of it is decided.
        let nth = i64::from(bring.part) * MAX_ROWS_OF_ACT as i64 + at as i64;
        next.place = order::nth_of(import.at_ms, bring.import_id.0, nth);
        let what = match one(row, &read.fields, bring, &mut people, &mut next, actor, stamp) {
            Ok(what) => what,
            Err(Wrong { problem, others }) => Imported::Failed { problem, others },
        };
        let check_phone = row.phone_e164.is_none()
            && !row.phone_text.trim().is_empty()
            && matches!(what, Imported::Made { .. } | Imported::Changed { .. });
        // Of who is skipped nothing was to be taken.
        let is_left = bring.duplicates == Duplicates::Skip && matches!(what, Imported::Same { .. });
        let check_fields = if is_left { Vec::new() } else { read.unread };
        rows.push(ImportedRow { row: row.row, what, check_phone, check_fields });
    }
    count(&mut import.counts, &rows, bring.failed);
    import.parts += 1;
    let part = ImportPart {
        import_id: import.id,
        no: bring.part,
        by: import.by,
        at_ms: stamp.now_ms,
        act_id: stamp.act_id,
        rows,
        chat: None,
    };
    let mut changes: Vec<Change> = people.changes.into_values().collect();
    changes.push(Change::Put(Row::ImportPart(Box::new(part))));
    changes.push(Change::Put(Row::Import(import)));
    let inverse = Act::UndoImport { import_id: bring.import_id, part: bring.part };
    Ok(Effects { changes, inverse: Some(inverse), ..Effects::default() })
}

fn count(counts: &mut ImportCounts, rows: &[ImportedRow], failed: u32) {
    counts.rows += rows.len() as u32 + failed;
    counts.failed += failed;
    for row in rows {
        counts.check_phone += u32::from(row.check_phone);
        let is_failed = matches!(row.what, Imported::Failed { .. });
        counts.check_fields += u32::from(!row.check_fields.is_empty() && !is_failed);
        match &row.what {
            Imported::Made { lead_id, .. } => {
                counts.made += 1;
                counts.leads += u32::from(lead_id.is_some());
            }
            Imported::Changed { lead_id, .. } => {
                counts.changed += 1;
                counts.leads += u32::from(lead_id.is_some());
            }
            Imported::Same { .. } => counts.same += 1,
            Imported::Failed { .. } => counts.failed += 1,
        }
    }
}

fn is_e164(text: &str) -> bool {
    let digits = text.strip_prefix('+').unwrap_or_default();
    (7..=15).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit()) && !digits.starts_with('0')
}

/// What a row says once it is checked.
struct Said {
    name: String,
    phone_e164: Option<String>,
    phone_text: String,
    email: String,
    about: String,
    tag_ids: BTreeSet<TagId>,
    status_id: LeadStatusId,
    source_id: Option<SourceId>,
    responsible_id: Option<MemberId>,
}

/// Why a row is left out: at least one thing.
struct Wrong {
    problem: RowProblem,
    others: Vec<RowProblem>,
}

impl From<RowProblem> for Wrong {
    fn from(problem: RowProblem) -> Self {
        Self { problem, others: Vec::new() }
    }
}

/// All that is wrong with a row is told at once, so that nobody mends it one cell at a time.
fn checked(row: &ImportRow, defaults: &ImportDefaults, facts: &Facts) -> Result<Said, Wrong> {
    let mut wrong: Vec<RowProblem> = Vec::new();
    let mut tell = |problem: RowProblem| {
        if !wrong.contains(&problem) {
            wrong.push(problem);
        }
    };
    // A number that is none is words, whatever the device took it for.
    let (phone_e164, phone_text) = match &row.phone_e164 {
        Some(e164) if is_e164(e164) => (Some(e164.clone()), String::new()),
        Some(other) => (None, other.trim().to_owned()),
        None => (None, row.phone_text.trim().to_owned()),
    };
    let has_phone = phone_e164.is_some() || !text_key(&phone_text).is_empty();
    if phone_text.chars().count() > MAX_PHONE_CHARS {
        tell(RowProblem::PhoneTooLong);
    }
    let email = check_email(&row.email).unwrap_or_else(|_| {
        tell(RowProblem::EmailInvalid);
        String::new()
    });
    // Where an address is tried, it is what is to be mended.
    if !has_phone && row.email.trim().is_empty() {
        tell(RowProblem::NoKey);
    }
    let name = row.name.split_whitespace().collect::<Vec<_>>().join(" ");
    if !check_name(&name) {
        tell(RowProblem::NameTooLong);
    }
    let about = checked_about(&row.about).unwrap_or_else(|_| {
        tell(RowProblem::AboutTooLong);
        String::new()
    });
    let tag_ids: BTreeSet<TagId> = row.tag_ids.iter().chain(&defaults.tag_ids).copied().collect();
    if tag_ids.iter().any(|id| facts.row(Entity::Tag, id.0).is_none()) {
        tell(RowProblem::UnknownTag);
    }
    let status_id = row.status_id.or(defaults.status_id).unwrap_or(seeded::NEW);
    if row.status_id.or(defaults.status_id).is_some() {
        match facts.lead_status(status_id) {
            None => tell(RowProblem::UnknownStatus),
            Some(status) if status.category.is_final() => tell(RowProblem::StatusFinal),
            Some(_) => {}
        }
    }
    let source_id = row.source_id.or(defaults.source_id);
    if source_id.is_some_and(|id| facts.source(id).is_none()) {
        tell(RowProblem::UnknownSource);
    }
    let responsible_id = row.responsible_id.or(defaults.responsible_id);
    if responsible_id.is_some_and(|id| facts.member(id).is_none_or(|member| !member.active)) {
        tell(RowProblem::UnknownResponsible);
    }
    row.wrong.iter().copied().for_each(tell);
    if let [problem, others @ ..] = wrong.as_slice() {
        return Err(Wrong { problem: *problem, others: others.to_vec() });
    }
    Ok(Said { name, phone_e164, phone_text, email, about, tag_ids, status_id, source_id, responsible_id })
}

/// What the next lead that is opened gets.
struct NextLead {
    number: Option<i64>,
    place: String,
}

fn one(
    row: &ImportRow,
    fields: &[FieldTo],
    bring: &Bring<'_>,
    people: &mut People<'_>,
    next: &mut NextLead,
    actor: Actor,
    stamp: Stamp,
) -> Result<Imported, Wrong> {
    let said = checked(row, bring.defaults, people.facts)?;
    let normal = ImportRow {
        name: said.name.clone(),
        phone_e164: said.phone_e164.clone(),
        phone_text: said.phone_text.clone(),
        ..row.clone()
    };
    let before = people.who(&normal);
    let stays = before.is_some() && bring.duplicates == Duplicates::Skip;
    let Some(id) = before.as_ref().map(|card| card.contact.id).or(row.contact_id) else {
        return Err(RowProblem::NoKey.into());
    };
    let mut after = match &before {
        // Who is brought in is here again, though nothing else of them changes.
        Some(before) if stays => {
            Card { contact: Contact { bin: None, ..before.contact.clone() }, reach: before.reach.clone() }
        }
        Some(before) => merged(before, &said, bring.duplicates, people),
        None => {
            // Its id is taken: somebody's hand-made act, not a file.
            if people.card(id).is_some() {
                return Err(RowProblem::NoKey.into());
            }
            made(id, &said, stamp)
        }
    };
    if !stays {
        // Who is new has nothing in them yet.
        own_fields::fill(&mut after.contact.fields, fields, bring.duplicates == Duplicates::Overwrite);
    }
    let had = before.as_ref().map_or(0, |before| before.contact.tag_ids.len());
    if after.contact.tag_ids.len() > MAX_TAGS_OF_CONTACT.max(had) {
        return Err(RowProblem::TooManyTags.into());
    }
    let mut lead_id = None;
    if bring.defaults.open_leads && !stays && !after.contact.blocked && !people.has_lead(id) {
        lead_id = row.lead_id.filter(|lead| people.facts.lead(*lead).is_none());
    }
    let is_same = before.as_ref() == Some(&after) && lead_id.is_none();
    if !is_same {
        people::note_brought(&mut after.contact, bring.import_id, before.is_none(), stamp);
    }
    let mark = before.as_ref().map_or_else(|| mark_of(&after), |before| people.mark_since(before, &after, lead_id));
    if before.as_ref() != Some(&after) {
        people.put(after.clone());
    }
    if let Some(lead_id) = lead_id {
        open_lead(lead_id, &after.contact, &said, people, next, actor, stamp);
    }
    Ok(match before {
        None => Imported::Made { contact_id: id, mark, lead_id },
        Some(_) if is_same => Imported::Same { contact_id: id },
        Some(before) => Imported::Changed { before: Box::new(before), mark, lead_id },
    })
}

fn made(id: ContactId, said: &Said, stamp: Stamp) -> Card {
    let contact = Contact {
        id,
        display_name: said.name.clone(),
        // Without a name the channel's is taken once they write.
        name_source: if said.name.is_empty() { NameSource::Channel } else { NameSource::User },
        channel_name: String::new(),
        saved: true,
        blocked: false,
        tag_ids: said.tag_ids.iter().copied().collect(),
        language: None,
        about: said.about.clone(),
        photo: None,
        responsible_id: said.responsible_id,
        source_id: None,
        fields: Vec::new(),
        brought: Vec::new(),
        bin: None,
        erased: false,
        created_at_ms: stamp.now_ms,
    };
    let reach = Reach {
        contact_id: id,
        phone_e164: said.phone_e164.clone(),
        phone_text: said.phone_text.clone(),
        email: said.email.clone(),
    };
    Card { contact, reach: Some(reach) }
}

fn merged(before: &Card, said: &Said, duplicates: Duplicates, people: &People<'_>) -> Card {
    let over = duplicates == Duplicates::Overwrite;
    let mut contact = before.contact.clone();
    let none = Reach { contact_id: contact.id, phone_e164: None, phone_text: String::new(), email: String::new() };
    let mut reach = before.reach.clone().unwrap_or(none);
    if !said.name.is_empty() && (over || contact.display_name.is_empty()) {
        contact.display_name = said.name.clone();
        contact.name_source = NameSource::User;
    }
    if !said.about.is_empty() && (over || contact.about.is_empty()) {
        contact.about = said.about.clone();
    }
    let tags: BTreeSet<TagId> = contact.tag_ids.iter().chain(&said.tag_ids).copied().collect();
    if tags.len() > contact.tag_ids.len() {
        contact.tag_ids = tags.into_iter().collect();
    }
    // While a lead is active its responsible is the contact's, and leads are changed by their own
    // acts (I19).
    if let Some(id) = said.responsible_id
        && (over || contact.responsible_id.is_none())
        && !people.has_active_lead(contact.id)
    {
        contact.responsible_id = Some(id);
    }
    contact.saved = true;
    // As when they write: their lead and conversations stay closed.
    contact.bin = None;
    let has_phone = reach.phone_e164.is_some();
    // A number of theirs that is beside the card does not push the card's own away.
    let over_number = |e164: &String| over && !people.is_beside(&Asked::phone(e164), contact.id);
    let takes_number = said.phone_e164.as_ref().is_some_and(|e164| !has_phone || over_number(e164));
    if takes_number && !people.is_others(&said.phone_e164, contact.id) {
        // Two spellings of one number are one number: the one that is here stays.
        let same = |e164: &String| said.phone_e164.as_deref().map(phone_key) == Some(phone_key(e164));
        if !reach.phone_e164.as_ref().is_some_and(same) {
            reach.phone_e164 = said.phone_e164.clone();
        }
        reach.phone_text = String::new();
    } else if !said.phone_text.is_empty() && !has_phone && (over || reach.phone_text.is_empty()) {
        reach.phone_text = said.phone_text.clone();
    }
    let same_email = reach.email.to_lowercase() == said.email.to_lowercase();
    let over_email = over && !people.is_beside(&Asked::email(&said.email), contact.id);
    if !said.email.is_empty() && !same_email && (over_email || reach.email.is_empty()) {
        reach.email = said.email.clone();
    }
    let is_none = reach.phone_e164.is_none() && reach.phone_text.is_empty() && reach.email.is_empty();
    Card { contact, reach: Some(reach).filter(|_| !is_none) }
}

impl People<'_> {
    /// A number that somebody else has by now is not given to a second one (I3).
    fn is_others(&self, e164: &Option<String>, own: ContactId) -> bool {
        let asked = e164.as_deref().map(Asked::phone);
        asked.is_some_and(|asked| self.holders(&asked).any(|card| card.contact.id != own))
    }
}

fn open_lead(
    id: LeadId,
    contact: &Contact,
    said: &Said,
    people: &mut People<'_>,
    next: &mut NextLead,
    actor: Actor,
    stamp: Stamp,
) {
    let state = LeadState { position: next.place.clone(), ..in_intake(said.status_id, contact.responsible_id, stamp) };
    let lead = Lead {
        source_id: said.source_id.or_else(|| seeded::source_of("import")),
        origin: Origin::Import,
        ..next_lead(id, contact.id, None, state, next.number, stamp)
    };
    next.number = next.number.map(|number| number + 1);
    let by = ChangedBy::Member { id: actor.member_id };
    let event = event_of(&lead, HistoryKind::Opened, lead.state.clone(), &by, "", people.facts, stamp);
    people.opened.insert(contact.id);
    for row in [Row::Lead(Box::new(lead)), Row::History(Box::new(event))] {
        people.changes.insert(row.key(), Change::Put(row));
    }
}

// -- back -------------------------------------------------------------------------------------
