//! The whole workspace in an open format (docs/export-format.md): one archive with a file of JSON
//! lines for each kind of thing, and the media.

use super::conversation::Files;
use super::target::{Target, chosen, unwritable};
use crate::App;
use crate::api::*;
use crate::commands::UnderWay;
use crate::failure;
use embudo_domain::*;
use embudo_exchange::write::Archive;
use std::io::Write;

const PAGE: u32 = 500;
const VERSION: u32 = 1;

/// The file of a kind of rows. A person's own words that were not sent, their settings and views, and
/// what only an undo needs have none.
fn file_of(entity: Entity) -> Option<&'static str> {
    Some(match entity {
        Entity::Workspace => "workspace",
        Entity::Member => "members",
        Entity::Line => "lines",
        Entity::Tag => "tags",
        Entity::QuickReply => "quick_replies",
        Entity::SaleSettings => "sale_settings",
        Entity::LeadStatus => "lead_statuses",
        Entity::Funnel => "funnels",
        Entity::Stage => "stages",
        Entity::Source => "sources",
        Entity::LostReason => "lost_reasons",
        Entity::Field => "fields",
        Entity::Contact => "contacts",
        Entity::Reach => "reaches",
        Entity::OtherReach => "other_reaches",
        Entity::Alias => "aliases",
        Entity::Identity => "identities",
        Entity::Conversation => "conversations",
        Entity::Message => "messages",
        Entity::Lead => "leads",
        Entity::History => "history",
        Entity::FollowUp => "follow_ups",
        Entity::Note => "notes",
        Entity::Setting | Entity::Draft | Entity::SavedView | Entity::Merge | Entity::Import | Entity::ImportPart => {
            return None;
        }
    })
}

/// Of a whole export, in their order.
pub fn kinds() -> impl Iterator<Item = (Entity, &'static str)> {
    Entity::ALL.into_iter().filter_map(|entity| Some((entity, file_of(entity)?)))
}

pub async fn export(app: &App, args: ExportWorkspace) -> Result<Exported, ApiError> {
    let workspace = app.workspace()?;
    let under_way = UnderWay::begin(&workspace, args.id);
    let path = chosen(app, &args.path)?;
    let shown = path.to_string_lossy().into_owned();
    let (target, file) = Target::begin(path).map_err(|error| unwritable(&error))?;
    let mut archive = Archive::begin(file.try_clone().map_err(|error| unwritable(&error))?);
    let mut total = 0;
    for (entity, _) in kinds() {
        total += workspace.store.count_rows(entity).await.map_err(failure::store)?;
    }
    let total = u32::try_from(total).unwrap_or(u32::MAX);
    let mut done = 0;
    let mut counts = serde_json::Map::new();
    let mut media: Vec<FileRef> = Vec::new();
    for (entity, name) in kinds() {
        archive.begin_entry(&format!("{name}.jsonl"), true).map_err(|error| unwritable(&error))?;
        let (mut after, mut count) = (None, 0_u32);
        loop {
            let rows = workspace.store.rows_after(entity, after, PAGE).await.map_err(failure::store)?;
            let Some(last) = rows.last() else { break };
            after = Some(last.key().id);
            for row in &rows {
                let blank = without_what_is_gone(row);
                let row = blank.as_ref().unwrap_or(row);
                if let (true, Row::Message(message)) = (args.with_files, row)
                    && !message.is_gone()
                    && let Body::Media { file, .. } = &message.body
                    && matches!(file.file, FileState::Here { .. })
                {
                    media.push(FileRef { waveform: Vec::new(), ..file.clone() });
                }
                let mut line =
                    serde_json::to_vec(&inside(row)).map_err(|error| failure::internal("write a row", error))?;
                line.push(b'\n');
                archive.write_all(&line).map_err(|error| unwritable(&error))?;
            }
            count += rows.len() as u32;
            done += rows.len() as u32;
            if under_way.is_canceled() {
                return Err(ApiError::new("CANCELED"));
            }
            workspace.bus.put(AppEvent::BulkProgress { id: args.id, done, total: total.max(done) });
        }
        counts.insert(name.to_owned(), count.into());
    }
    let mut files = Files::new();
    media.sort_by(|one, other| hash_of(one).cmp(hash_of(other)));
    media.dedup_by(|one, other| hash_of(one) == hash_of(other));
    for file in &media {
        // By the name that the messages know it by.
        let named = FileRef { name: Some(hash_of(file).to_owned()), ..file.clone() };
        files.put(&mut archive, &workspace.media, "media", &named, "file")?;
        if under_way.is_canceled() {
            return Err(ApiError::new("CANCELED"));
        }
    }
    let about = serde_json::json!({
        "format": "embudo-workspace",
        "version": VERSION,
        "written_at_ms": workspace.clock.now_ms(),
        "counts": counts,
        "media": files.count,
        "media_missing": files.missing,
    });
    let finish = move || -> std::io::Result<()> {
        archive.begin_entry("manifest.json", true)?;
        archive.write_all(format!("{about:#}\n").as_bytes())?;
        archive.end()?;
        target.finish(&file)
    };
    let finished =
        crate::app::off_thread(finish).await.map_err(|error| failure::internal("write an archive", error))?;
    finished.map_err(|error| unwritable(&error))?;
    Ok(Exported { count: done, files: files.count, files_missing: files.missing, path: shown })
}

fn hash_of(file: &FileRef) -> &str {
    match &file.file {
        FileState::Here { hash, .. } => hash,
        _ => "",
    }
}

/// What was taken out of a conversation goes nowhere: that it was there is told, what it said is not.
fn without_what_is_gone(row: &Row) -> Option<Row> {
    let Row::Message(message) = row else { return None };
    message.is_gone().then(|| {
        let mut message = message.clone();
        message.body = Body::Text { text: String::new() };
        Row::Message(message)
    })
}

/// A row without the name of its kind around it.
fn inside(row: &Row) -> serde_json::Value {
    match serde_json::to_value(row) {
        Ok(serde_json::Value::Object(object)) if object.len() == 1 => {
            object.into_iter().next().map(|(_, value)| value).unwrap_or_default()
        }
        Ok(other) => other,
        Err(_) => serde_json::Value::Null,
    }
}
