//! Notes about contacts, their calls, and everything that happened with them in one line of time
//! (CON-05).

use super::leads::{UnderWay, count};
use super::left_out;
use super::tags::contacts_meant;
use crate::App;
use crate::api::*;
use crate::catalogue::Catalogue;
use crate::failure;
use crate::workspace::Workspace;
use embudo_domain::rules::MAX_CONTACTS_OF_ACT;
use embudo_domain::{Act, Author, Body, Call, ContactId, Note, NoteId, Refusal};
use embudo_store::{Activity, ActivityKind as StoredKind, ActivityRow, Place};
use uuid::Uuid;

const MOST: u32 = 200;

fn view(note: Note, catalogue: &Catalogue) -> NoteView {
    let name = |id| catalogue.author_name(&Author::Member { id });
    let edited_by_name = note.edited_by.map(name).unwrap_or_default();
    NoteView { by_name: name(note.by), edited_by_name, line: None, note }
}

/// With the lines of their chats, where those are still there.
async fn views(workspace: &Workspace, notes: Vec<Note>) -> Result<Vec<NoteView>, ApiError> {
    let catalogue = workspace.catalogue();
    let mut views: Vec<NoteView> = notes.into_iter().map(|note| view(note, &catalogue)).collect();
    let chats: Vec<_> = views.iter().filter_map(|view| view.note.conversation_id).collect();
    let lines = workspace.store.lines_of(&chats).await.map_err(failure::store)?;
    for view in &mut views {
        let line = view.note.conversation_id.and_then(|id| lines.get(&id));
        view.line = line.map(|id| catalogue.line_brief(*id));
    }
    Ok(views)
}

fn place(place: TimePlace) -> Place {
    Place { at_ms: place.at_ms, id: place.id }
}

pub(super) async fn list_notes(app: &App, args: ListNotes) -> Result<NotePage, ApiError> {
    let workspace = app.workspace()?;
    let contact_id = workspace.store.contact_now(args.contact_id).await.map_err(failure::store)?;
    let limit = args.limit.clamp(1, MOST);
    let before = args.before.map(place);
    let notes = workspace.store.notes_of_contact(contact_id, args.calls, &args.text, before, limit);
    let notes = notes.await.map_err(failure::store)?;
    let (notes_total, calls_total) = workspace.store.note_counts(contact_id).await.map_err(failure::store)?;
    let total = if args.calls { calls_total } else { notes_total };
    Ok(NotePage { notes: views(&workspace, notes).await?, total })
}

/// One that is there for a person's eyes, or none.
pub(super) async fn get_note(app: &App, args: NoteOnly) -> Result<NoteNow, ApiError> {
    let workspace = app.workspace()?;
    let note = workspace.store.note(args.note_id).await.map_err(failure::store)?;
    Ok(NoteNow { note: views(&workspace, note.into_iter().collect()).await?.pop() })
}

/// `expect`: what it said when it was read; what it says by now is not written over.
async fn save(app: &App, new: Note, expect: Option<Note>) -> Result<SavedNote, ApiError> {
    let workspace = app.workspace()?;
    let edited_at_ms = expect.as_ref().map(|_| workspace.clock.now_ms());
    let note_id = new.id;
    let note = Note { edited_at_ms, ..new };
    let act = Act::SaveNote { note: Box::new(note), expect: expect.map(Box::new) };
    let Done { undo } = workspace.act_undoable(act).await?;
    let saved = workspace.store.note(note_id).await.map_err(failure::store)?.ok_or_else(failure::not_found)?;
    let note = views(&workspace, vec![saved]).await?.pop().ok_or_else(failure::not_found)?;
    Ok(SavedNote { note, undo })
}

pub(super) async fn save_note(app: &App, args: SaveNote) -> Result<SavedNote, ApiError> {
    let workspace = app.workspace()?;
    let note = Note {
        id: args.note_id,
        contact_id: args.contact_id,
        conversation_id: args.conversation_id,
        by: workspace.actor.member_id,
        at_ms: workspace.clock.now_ms(),
        edited_at_ms: None,
        edited_by: None,
        text: args.text,
        call: None,
    };
    save(app, note, args.expect).await
}

pub(super) async fn log_call(app: &App, args: LogCall) -> Result<SavedNote, ApiError> {
    /// The screen's clock may be a little ahead.
    const AHEAD_MS: i64 = 5 * 60_000;
    let workspace = app.workspace()?;
    let now = workspace.clock.now();
    if now.is_sure() && args.at_ms > now.ms().saturating_add(AHEAD_MS) {
        return Err(ApiError::new("CALL_IN_FUTURE"));
    }
    let note = Note {
        id: args.note_id,
        contact_id: args.contact_id,
        conversation_id: args.conversation_id,
        by: workspace.actor.member_id,
        at_ms: args.at_ms,
        edited_at_ms: None,
        edited_by: None,
        text: args.text,
        call: Some(Call { direction: args.direction, outcome: args.outcome, minutes: args.minutes }),
    };
    save(app, note, args.expect).await
}

pub(super) async fn delete_note(app: &App, args: DeleteNote) -> Result<Done, ApiError> {
    let workspace = app.workspace()?;
    let id = args.note.id;
    if workspace.store.note(id).await.map_err(failure::store)?.is_none() {
        return Err(failure::refused(&Refusal::NotFound));
    }
    workspace.act_undoable(Act::DeleteNote { id, expect: Some(Box::new(args.note)) }).await
}

/// A note about each of them, with one undo for all. Who is in the bin is skipped, and named.
pub(super) async fn bulk_note(app: &App, args: BulkNote) -> Result<LeadBulkReport, ApiError> {
    let workspace = app.workspace()?;
    let under_way = UnderWay::begin(&workspace, args.id);
    let contacts = contacts_meant(&workspace, args.target).await?;
    let at_ms = workspace.clock.now_ms();
    let act = |contact_id: &ContactId| {
        let note = Note {
            id: NoteId(Uuid::now_v7()),
            contact_id: *contact_id,
            conversation_id: None,
            by: workspace.actor.member_id,
            at_ms,
            edited_at_ms: None,
            edited_by: None,
            text: args.text.clone(),
            call: None,
        };
        Act::SaveNote { note: Box::new(note), expect: None }
    };
    let total = count(contacts.len());
    let mut report = LeadBulkReport { left: total, ..LeadBulkReport::default() };
    let (mut inverses, mut refused, mut left) = (Vec::new(), None, Vec::new());
    for chunk in contacts.chunks(MAX_CONTACTS_OF_ACT) {
        if under_way.is_canceled() {
            break;
        }
        let answers = match under_way.act_many(chunk.iter().map(act).collect()).await {
            Ok(answers) => answers,
            Err(error) => {
                report.error = Some(error);
                break;
            }
        };
        for (contact_id, answer) in chunk.iter().zip(answers) {
            match answer {
                Ok(applied) => {
                    report.done += 1;
                    inverses.extend(applied.inverse);
                }
                Err(refusal) => {
                    report.skipped += 1;
                    left.push((Some(*contact_id), left_out::why(refusal.clone())));
                    refused.get_or_insert(refusal);
                }
            }
        }
        report.left = total - report.done - report.skipped;
        workspace.bus.put(AppEvent::BulkProgress { id: args.id, done: total - report.left, total });
    }
    report.undo = workspace.undo.push(inverses);
    report.left_out = left_out::told(&workspace, left).await;
    // Of nobody it could be written: why not is heard, and nothing is lost of what was typed.
    match (report.done, report.error.take(), refused) {
        (0, Some(error), _) => Err(error),
        (0, None, Some(refusal)) => Err(failure::refused(&refusal)),
        (_, error, _) => Ok(LeadBulkReport { error, ..report }),
    }
}

fn stored_kind(kind: ActivityKind) -> StoredKind {
    match kind {
        ActivityKind::Conversation => StoredKind::Conversation,
        ActivityKind::Lead => StoredKind::Lead,
        ActivityKind::FollowUp => StoredKind::FollowUp,
        ActivityKind::Note => StoredKind::Note,
        ActivityKind::Call => StoredKind::Call,
        ActivityKind::Merge => StoredKind::Merge,
        ActivityKind::Import => StoredKind::Import,
    }
}

pub(super) async fn list_activity(app: &App, args: ListActivity) -> Result<ActivityPage, ApiError> {
    let workspace = app.workspace()?;
    let kinds: Vec<StoredKind> = match args.kinds.is_empty() {
        true => StoredKind::ALL.to_vec(),
        false => args.kinds.into_iter().map(stored_kind).collect(),
    };
    let limit = args.limit.clamp(1, MOST);
    let rows = workspace.store.activity(args.contact_id, &kinds, args.before.map(place), limit + 1);
    let mut rows = rows.await.map_err(failure::store)?;
    let has_more = rows.len() > limit as usize;
    rows.truncate(limit as usize);
    let mut items = Vec::with_capacity(rows.len());
    for row in rows {
        items.extend(item(&workspace, row).await?);
    }
    Ok(ActivityPage { items, has_more })
}

async fn item(workspace: &Workspace, row: ActivityRow) -> Result<Option<ActivityItem>, ApiError> {
    let catalogue = workspace.catalogue();
    let what = match row.what {
        Activity::Conversation { line_id, message } => {
            let Body::Event { event } = message.body else { return Ok(None) };
            ActivityWhat::Conversation {
                conversation_id: message.conversation_id,
                message_id: message.id,
                line: catalogue.line_brief(line_id),
                event,
                by_name: catalogue.author_name(&message.author),
            }
        }
        Activity::History { event, by_import, undone } => {
            let undone = undone.map(|step| StepUndone { by: step.by, at_ms: step.at_ms });
            ActivityWhat::History { event: *event, by_import, undone }
        }
        Activity::Note(note) => match views(workspace, vec![*note]).await?.pop() {
            Some(note) => ActivityWhat::Note { note },
            None => return Ok(None),
        },
        Activity::Merge { record, undone } => {
            ActivityWhat::Merge { merge: super::people::merge_view(workspace, &record).await?, undone }
        }
        Activity::Import(import) => ActivityWhat::Import {
            by: import.by,
            messages: import.chat.as_ref().map_or(0, |chat| chat.messages),
            file_name: import.file_name,
        },
        Activity::Brought { brought, import } => ActivityWhat::Brought {
            by_name: catalogue.author_name(&Author::Member { id: import.by }),
            file_name: import.file_name,
            made: brought.made,
            undone_at_ms: brought.undone_at_ms,
        },
    };
    Ok(Some(ActivityItem { place: TimePlace { at_ms: row.place.at_ms, id: row.place.id }, what }))
}
