//! One box over people, leads, tags and messages. What a person may not see is not in this
//! device's database (I21), so nothing here asks for rights.

use crate::App;
use crate::api::*;
use crate::failure;
use crate::nearest::nearest;
use crate::phone;
use crate::seeded_words;
use crate::workspace::Workspace;
use embudo_domain::filter::{LeadFilter, LeadSort, TimeRange};
use embudo_domain::rules::folded;
use embudo_domain::*;
use embudo_store::{
    ContactHit as FoundContact, InboxFilter as StoreFilter, InboxScope as StoreScope, InboxView as StoreView,
    LeadOrder, NamedOf, ParsedSearch, PeopleTerms, SearchQuery, parse_search,
};
use std::collections::HashSet;

const PEOPLE: u32 = 8;
const LEADS: u32 = 8;
const TAGS: usize = 4;
const NOTES: u32 = 8;
const DAY_MS: i64 = 86_400_000;

pub(super) async fn search(app: &App, args: Search) -> Result<SearchPage, ApiError> {
    let workspace = app.workspace()?;
    let catalogue = workspace.catalogue();
    let parsed = parse_search(&args.text);
    let Meant { people, line_ids, not_found } = meant(&workspace, &parsed).await?;
    let utc_offset_minutes = chrono::Local::now().offset().local_minus_utc() / 60;
    let query = SearchQuery {
        text: args.text.clone(),
        line_id: args.line_id,
        conversation_id: args.conversation_id,
        after: args.after,
        limit: args.limit.clamp(1, 100),
        people: people.clone(),
        utc_offset_minutes,
    };
    let found = workspace.store.search_messages(&query).await.map_err(failure::store)?;
    let mut page = SearchPage {
        contacts: Vec::new(),
        leads: Vec::new(),
        leads_total: 0,
        tags: Vec::new(),
        notes: Vec::new(),
        messages: Vec::new(),
        next: found.next,
        not_understood: found.not_understood,
        not_found,
    };
    if args.after.is_none() && args.conversation_id.is_none() {
        let contacts = contacts(&workspace, &parsed, &people, &args).await?;
        let filter = leads_meant(&workspace, &parsed, &people, &line_ids, &args, &contacts, utc_offset_minutes).await?;
        if let Some(filter) = filter {
            let order = LeadOrder { sort: LeadSort::LastActivity, descending: true };
            let (store, now_ms) = (&workspace.store, workspace.clock.now_ms());
            let list = store.list_leads(&filter, order, 0, LEADS, now_ms).await.map_err(failure::store)?;
            let cards = store.cards_in_order(&list.ids).await.map_err(failure::store)?;
            (page.leads, page.leads_total) = (super::sale::full_views(&workspace, cards).await?, list.total);
        }
        page.tags = tags(&workspace, &parsed);
        page.notes = notes(&workspace, &parsed, &people, &line_ids, &args).await?;
        page.contacts = contacts
            .into_iter()
            .map(|hit| ContactHit {
                contact_id: hit.contact_id,
                conversation_id: hit.conversation_id,
                name: hit.name,
                detail: if hit.detail.starts_with('+') { phone::display(&hit.detail) } else { hit.detail },
                line: hit.line_id.map(|id| catalogue.line_brief(id)),
                photo: hit.photo,
            })
            .collect();
    }
    page.messages = found
        .hits
        .into_iter()
        .map(|hit| MessageHit {
            message_id: hit.message_id,
            conversation_id: hit.conversation_id,
            name: hit.name,
            from_us: hit.direction == Direction::Out,
            at_ms: hit.at_ms,
            line: catalogue.line_brief(hit.line_id),
            snippet: hit.snippet.into_iter().map(|part| SnippetPart { text: part.text, hit: part.hit }).collect(),
        })
        .collect();
    Ok(page)
}

/// By their words alone: who is meant by a tag or a lead is asked of people.
async fn notes(
    workspace: &Workspace,
    parsed: &ParsedSearch,
    people: &PeopleTerms,
    line_ids: &[LineId],
    args: &Search,
) -> Result<Vec<NoteHit>, ApiError> {
    if !people.is_empty() {
        return Ok(Vec::new());
    }
    let lines = lines_meant(parsed, line_ids, args);
    let hits = workspace.store.search_notes(&args.text, lines.as_deref(), NOTES).await.map_err(failure::store)?;
    let chats: Vec<ConversationId> = hits.iter().filter_map(|hit| hit.conversation_id).collect();
    let lines = workspace.store.lines_of(&chats).await.map_err(failure::store)?;
    Ok(hits
        .into_iter()
        .map(|hit| NoteHit {
            note_id: hit.note_id,
            contact_id: hit.contact_id,
            conversation_id: hit.conversation_id.filter(|id| lines.contains_key(id)),
            name: hit.name,
            photo: hit.photo,
            is_call: hit.is_call,
            at_ms: hit.at_ms,
            snippet: hit.snippet.into_iter().map(|part| SnippetPart { text: part.text, hit: part.hit }).collect(),
        })
        .collect())
}

/// People by the words, by a tag, or by both. Where leads are asked for they answer instead.
async fn contacts(
    workspace: &Workspace,
    parsed: &ParsedSearch,
    people: &PeopleTerms,
    args: &Search,
) -> Result<Vec<FoundContact>, ApiError> {
    /// So many of the words are looked at for those with a tag.
    const CANDIDATES: u32 = 200;
    let (store, words) = (&workspace.store, parsed.words());
    let has_words = !words.trim().is_empty();
    let mut hits = match () {
        () if people.is_of_lead() => Vec::new(),
        () if people.tag_ids.is_empty() => store.search_contacts(&args.text, PEOPLE).await.map_err(failure::store)?,
        () if has_words => {
            let mut tagged = HashSet::new();
            for id in &people.tag_ids {
                tagged.extend(store.contacts_tagged(*id).await.map_err(failure::store)?);
            }
            let mut hits = store.search_contacts(&args.text, CANDIDATES).await.map_err(failure::store)?;
            hits.retain(|hit| tagged.contains(&hit.contact_id));
            hits
        }
        () => {
            let filter = StoreFilter { tag_ids: people.tag_ids.clone(), ..StoreFilter::default() };
            let view = StoreView { scope: StoreScope::Everything, filter, ..StoreView::default() };
            let page = store.inbox_page(&view, None, PEOPLE * 2, workspace.clock.now_ms()).await;
            let mut seen = HashSet::new();
            let ids = page.map_err(failure::store)?.rows.into_iter().map(|row| row.contact_id);
            let ids: Vec<ContactId> = ids.filter(|id| seen.insert(*id)).collect();
            store.contacts_shown(&ids).await.map_err(failure::store)?
        }
    };
    hits.retain(|hit| args.line_id.is_none() || hit.line_id == args.line_id);
    hits.truncate(PEOPLE as usize);
    Ok(hits)
}

/// The leads of a number, of the named terms, or of the people who were found.
async fn leads_meant(
    workspace: &Workspace,
    parsed: &ParsedSearch,
    people: &PeopleTerms,
    line_ids: &[LineId],
    args: &Search,
    contacts: &[FoundContact],
    utc_offset_minutes: i32,
) -> Result<Option<LeadFilter>, ApiError> {
    let mut filter = LeadFilter { line_ids: args.line_id.into_iter().collect(), ..LeadFilter::default() };
    if let Some(number) = parsed.number() {
        filter.number = Some(number);
        return Ok(Some(filter));
    }
    if !people.is_of_lead() {
        filter.contact_ids = Some(contacts.iter().map(|hit| hit.contact_id).collect());
        return Ok((!contacts.is_empty()).then_some(filter));
    }
    let words = parsed.words();
    if !words.trim().is_empty() {
        filter.contact_ids = Some(workspace.store.people_found(&words).await.map_err(failure::store)?);
    }
    filter.status_ids = people.status_ids.clone();
    filter.stage_ids = people.stage_ids.clone();
    filter.markers = people.markers.clone();
    filter.source_ids = people.source_ids.clone();
    filter.tag_ids = people.tag_ids.clone();
    if let Some(lines) = lines_meant(parsed, line_ids, args) {
        if lines.is_empty() {
            return Ok(None);
        }
        filter.line_ids = lines;
    }
    if parsed.before_day.is_some() || parsed.after_day.is_some() {
        let starts_ms = |day: i64| day * DAY_MS - i64::from(utc_offset_minutes) * 60_000;
        let (since_ms, until_ms) = (parsed.after_day.map(starts_ms), parsed.before_day.map(starts_ms));
        filter.last_activity = Some(TimeRange { since_ms, until_ms });
    }
    Ok(Some(filter))
}

/// The named lines, within the one that the list is about; absent: none is meant.
fn lines_meant(parsed: &ParsedSearch, named: &[LineId], args: &Search) -> Option<Vec<LineId>> {
    if parsed.lines.is_empty() {
        return args.line_id.map(|id| vec![id]);
    }
    Some(named.iter().copied().filter(|id| args.line_id.is_none_or(|one| one == *id)).collect())
}

/// Tags by their names, to search by.
fn tags(workspace: &Workspace, parsed: &ParsedSearch) -> Vec<TagView> {
    let words = folded(&parsed.words());
    if words.chars().count() < 2 || !parsed.named.is_empty() {
        return Vec::new();
    }
    let catalogue = workspace.catalogue();
    let found = catalogue.all_tags().into_iter().filter(|tag| folded(&tag.name).contains(&words));
    found.take(TAGS).map(|tag| TagView { id: tag.id, name: tag.name.clone(), color: tag.color.clone() }).collect()
}

struct Meant {
    people: PeopleTerms,
    line_ids: Vec<LineId>,
    not_found: Vec<NameNotFound>,
}

/// What the names mean here, and those that mean nothing. By name in any of the product's
/// languages or by code; while it is typed by its beginning.
async fn meant(workspace: &Workspace, parsed: &ParsedSearch) -> Result<Meant, ApiError> {
    let mut meant = Meant { people: PeopleTerms::default(), line_ids: Vec::new(), not_found: Vec::new() };
    if parsed.named.is_empty() && parsed.lines.is_empty() {
        return Ok(meant);
    }
    let sale = workspace.store.sale_catalogue().await.map_err(failure::store)?;
    let catalogue = workspace.catalogue();
    let seeded = |code: &Option<String>, name: &str| seeded_words::names(code.as_ref(), name);
    for term in parsed.lines.iter().chain(&parsed.named) {
        let (people, wanted) = (&mut meant.people, folded(&term.name));
        let (field, found) = match term.of {
            NamedOf::Line => {
                let rows = catalogue.lines.iter().map(|line| (line.id, vec![line.display_name.clone()]));
                (SearchField::Line, take(&mut meant.line_ids, &wanted, rows.collect()))
            }
            NamedOf::Status => {
                let rows = sale.statuses.iter().map(|row| (row.id, seeded(&row.code, &row.name)));
                (SearchField::Status, take(&mut people.status_ids, &wanted, rows.collect()))
            }
            NamedOf::Stage => {
                let rows = sale.stages.iter().map(|row| (row.id, seeded(&row.code, &row.name)));
                (SearchField::Stage, take(&mut people.stage_ids, &wanted, rows.collect()))
            }
            NamedOf::Source => {
                let rows = sale.sources.iter().map(|row| (row.id, seeded(&row.code, &row.name)));
                (SearchField::Source, take(&mut people.source_ids, &wanted, rows.collect()))
            }
            NamedOf::Tag => {
                let rows = catalogue.all_tags().into_iter().map(|tag| (tag.id, vec![tag.name.clone()]));
                (SearchField::Tag, take(&mut people.tag_ids, &wanted, rows.collect()))
            }
            NamedOf::Marker => {
                let rows = Marker::ALL.into_iter().map(|marker| (marker, seeded_words::marker(&sale.settings, marker)));
                (SearchField::Marker, take(&mut people.markers, &wanted, rows.collect()))
            }
        };
        if let Err(nearest) = found {
            let (name, raw) = (term.name.clone(), term.raw.clone());
            meant.not_found.push(NameNotFound { field, name, raw, nearest });
        }
    }
    Ok(meant)
}

/// `Err`: nothing is called so, and what may have been meant.
fn take<T>(into: &mut Vec<T>, wanted: &str, rows: Vec<(T, Vec<String>)>) -> Result<(), Option<String>> {
    let is = |names: &[String], so: &dyn Fn(&str) -> bool| names.iter().any(|name| so(&folded(name)));
    let exact = rows.iter().any(|(_, names)| is(names, &|name| name == wanted));
    let meant = |names: &[String]| match exact {
        true => is(names, &|name| name == wanted),
        false => !wanted.is_empty() && is(names, &|name| name.starts_with(wanted)),
    };
    if !rows.iter().any(|(_, names)| meant(names)) {
        let names: Vec<String> = rows.into_iter().flat_map(|(_, names)| names).collect();
        let keys: Vec<String> = names.iter().map(|name| folded(name)).collect();
        return Err(nearest(wanted, keys.iter().map(String::as_str)).map(|at| names[at].clone()));
    }
    into.extend(rows.into_iter().filter(|(_, names)| meant(names)).map(|(row, _)| row));
    Ok(())
}
