//! Chats that WhatsApp exported: opened, tried out, brought in as history (IMP-06).

mod opened;

use super::bring::Progress;
use super::{name_of, piece_error};
use crate::App;
use crate::api::*;
use crate::commands::UnderWay;
use crate::failure;
use crate::files;
use crate::workspace::Workspace;
use chrono::{Local, NaiveDateTime, TimeZone};
use embudo_domain::rules::{MAX_CHAT_CHARS_OF_ACT, MAX_CHAT_MESSAGES_OF_ACT, PhoneRead, read_phone};
use embudo_domain::*;
use embudo_exchange::chat::{Chat, ChatLimits, ChatPack, DayOrder, FileKind, PackError, Said};
use embudo_platform::MediaStore;
use std::collections::HashMap;
use std::fs::File;
use std::io::{Read, Seek};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use uuid::Uuid;

pub use opened::{Chats, open};
use opened::{OpenChat, Pack, seconds_of, shown, unreadable, wall};

/// What an import of a chat is called where it is kept. The file has the customer's name, which is to
/// go when they are erased; an import stays told.
const FILE_NAME: &str = "WhatsApp";

/// What is to become of the export, settled.
struct Plan {
    chat: Chat,
    me: Option<usize>,
    /// To be made, or found by their number.
    person: Option<ImportRow>,
    contact_id: ContactId,
}

fn plan(workspace: &Workspace, open: &OpenChat, options: &ChatOptions) -> Result<Plan, ApiError> {
    let chat = open.read(options.order, wall(workspace))?;
    let me = match &options.me {
        Some(name) => {
            let at = chat.authors.iter().position(|author| author.name == *name);
            Some(at.ok_or_else(|| ApiError::new("BAD_ARGUMENTS").with("detail", "me is nobody in this chat"))?)
        }
        None if chat.authors.len() == 1 => None,
        None => return Err(ApiError::new("CHAT_WHO_AM_I").with("name", open.file_name.clone())),
    };
    let (person, contact_id) = match &options.to {
        ChatTo::Contact { contact_id } => (None, *contact_id),
        ChatTo::New { name, phone } => {
            let country = workspace.catalogue().workspace.default_country.clone();
            let invalid = || failure::refused(&Refusal::PhoneInvalid);
            let Ok(PhoneRead::Number(e164)) = read_phone(phone, &country) else { return Err(invalid()) };
            // The same however often it is asked for.
            let id = ContactId(Uuid::new_v5(&open.id.0, b"contact"));
            let row = ImportRow {
                row: 1,
                contact_id: Some(id),
                name: name.trim().to_owned(),
                phone_e164: Some(e164),
                ..ImportRow::default()
            };
            (Some(row), id)
        }
    };
    Ok(Plan { chat, me, person, contact_id })
}

fn person_act(open: &OpenChat, row: ImportRow) -> Act {
    Act::ImportContacts {
        import_id: open.id,
        part: 0,
        file_name: FILE_NAME.to_owned(),
        rows: vec![row],
        duplicates: Duplicates::Skip,
        defaults: ImportDefaults::default(),
        failed: 0,
    }
}

/// Who the row became: the new one, or who had the number.
fn who(part: &ImportPart) -> Result<ContactId, ApiError> {
    match part.rows.first().map(|row| &row.what) {
        Some(Imported::Made { contact_id, .. } | Imported::Same { contact_id }) => Ok(*contact_id),
        Some(Imported::Changed { before, .. }) => Ok(before.contact.id),
        Some(Imported::Failed { problem, .. }) => Err(piece_error(*problem)),
        None => Err(ApiError::new("IMPORT_NOT_DONE")),
    }
}

/// Messages of one act: as many as it takes.
fn pieces(chat: &Chat) -> Vec<std::ops::Range<usize>> {
    let (mut pieces, mut from, mut chars) = (Vec::new(), 0, 0);
    for (at, message) in chat.messages.iter().enumerate() {
        let more = message.text.chars().count();
        if at - from >= MAX_CHAT_MESSAGES_OF_ACT || (at > from && chars + more > MAX_CHAT_CHARS_OF_ACT) {
            pieces.push(from..at);
            (from, chars) = (at, 0);
        }
        chars += more;
    }
    if from < chat.messages.len() {
        pieces.push(from..chat.messages.len());
    }
    pieces
}

/// Of every message, the same in every export of the chat (ADR 0108).
fn keys(chat: &Chat, me: Option<usize>) -> Vec<Uuid> {
    let mut alike: HashMap<String, u32> = HashMap::new();
    let key = |message: &embudo_exchange::chat::ChatMessage| {
        let what = match &message.said {
            Said::Text => format!("text\n{}", message.text),
            // One export has the file, another one says that it was left out.
            Said::File { .. } | Said::LeftOut { .. } => "file".to_owned(),
            Said::Deleted => "deleted".to_owned(),
        };
        let minute = message.at.format("%Y-%m-%dT%H:%M");
        let name = format!("{minute}\n{}\n{what}", Some(message.author) == me);
        let nth = alike.entry(name.clone()).and_modify(|nth| *nth += 1).or_default();
        Uuid::new_v5(&Uuid::NAMESPACE_OID, format!("{name}\n{nth}").as_bytes())
    };
    chat.messages.iter().map(key).collect()
}

/// Why a file is not here.
pub const NOT_IN_EXPORT: &str = "NOT_IN_EXPORT";

/// What a file is that nobody has, by its name.
fn kind_of(name: &str) -> MediaKind {
    let ending = name.rsplit_once('.').map(|(_, ending)| ending.to_lowercase());
    match ending.as_deref() {
        Some("jpg" | "jpeg" | "png" | "heic" | "heif") => MediaKind::Image,
        Some("mp4" | "3gp" | "mov" | "m4v" | "mkv" | "avi" | "webm") => MediaKind::Video,
        Some("gif") => MediaKind::Animation,
        Some("opus") => MediaKind::Voice,
        Some("m4a" | "mp3" | "aac" | "amr" | "ogg" | "oga" | "wav" | "flac") => MediaKind::Audio,
        Some("webp") => MediaKind::Sticker,
        _ => MediaKind::Document,
    }
}

/// By what the phone says of it.
fn kind_said(kind: FileKind) -> MediaKind {
    match kind {
        FileKind::Image => MediaKind::Image,
        FileKind::Video => MediaKind::Video,
        FileKind::Audio => MediaKind::Audio,
        FileKind::Sticker => MediaKind::Sticker,
        FileKind::Animation => MediaKind::Animation,
        FileKind::Document => MediaKind::Document,
    }
}

fn missing(media: MediaKind, name: Option<String>, caption: Option<String>) -> Body {
    let file = FileState::Failed { remote: String::new(), code: NOT_IN_EXPORT.to_owned() };
    let mime = "application/octet-stream".to_owned();
    let (width_px, height_px, duration_ms, waveform) = (None, None, None, Vec::new());
    let file = FileRef { file, name, mime, size_bytes: 0, width_px, height_px, duration_ms, waveform };
    Body::Media { media, file, caption }
}

/// Where the bytes of files go. Without one it is only tried out.
type Into<'a> = Option<(&'a MediaStore, &'a mut Vec<String>)>;

fn body(message: &embudo_exchange::chat::ChatMessage, pack: &mut Pack, into: Into<'_>) -> Result<Body, ApiError> {
    let caption = Some(message.text.clone()).filter(|text| !text.is_empty());
    let name = match &message.said {
        Said::Text => return Ok(Body::Text { text: message.text.clone() }),
        Said::Deleted => return Ok(Body::Text { text: String::new() }),
        // Androids don't say what it was.
        Said::LeftOut { kind } => return Ok(missing(kind.map_or(MediaKind::Document, kind_said), None, caption)),
        Said::File { name } => name.clone(),
    };
    let Some((media, noted)) = into else { return Ok(missing(kind_of(&name), Some(name), caption)) };
    let max_bytes = ChatLimits::default().file_bytes;
    let Some(bytes) = pack.file(&name).map_err(|error| unreadable(error, &name))? else {
        return Ok(missing(kind_of(&name), Some(name), caption));
    };
    let hash = media.put_bytes(&bytes, max_bytes).map_err(failure::media)?;
    let limits =
        files::Limits { file_bytes: max_bytes, photo_bytes: max_bytes, video_bytes: max_bytes, audio_bytes: max_bytes };
    let attachment = files::take_stored(media, &hash.to_string(), &name, limits, OverLimit::Document)?;
    noted.push(attachment.hash.clone());
    Ok(files::to_body(&attachment, caption))
}

fn messages(
    plan: &Plan,
    keys: &[Uuid],
    piece: std::ops::Range<usize>,
    pack: &mut Pack,
    mut into: Into<'_>,
) -> Result<Vec<ImportMessage>, ApiError> {
    piece
        .map(|at| {
            let message = &plan.chat.messages[at];
            let into = into.as_mut().map(|(media, noted)| (*media, &mut **noted));
            Ok(ImportMessage {
                key: keys[at],
                at_s: seconds_of(message.at),
                from_us: Some(message.author) == plan.me,
                body: body(message, pack, into)?,
                edited: message.edited,
                deleted: message.said == Said::Deleted,
            })
        })
        .collect()
}

fn left_out(chat: &Chat) -> u32 {
    chat.notices + chat.unreadable
}

fn chat_act(
    open: &OpenChat,
    part: u32,
    contact_id: ContactId,
    line_name: &str,
    messages: Vec<ImportMessage>,
    left_out: u32,
) -> Act {
    Act::ImportChat {
        import_id: open.id,
        part,
        file_name: FILE_NAME.to_owned(),
        contact_id,
        line_name: line_name.to_owned(),
        messages,
        left_out,
    }
}

/// Decides every message without bringing any.
pub async fn preview(app: &App, args: ChatWith) -> Result<ChatPreview, ApiError> {
    let workspace = app.workspace()?;
    let open = workspace.chats.get(args.id)?;
    let mut plan = plan(&workspace, &open, &args.options)?;
    let under_way = UnderWay::begin(&workspace, args.id.0);
    let mut dry = workspace.store.dry_run(workspace.actor);
    let mut made = false;
    let mut part = 0;
    if let Some(row) = plan.person.take() {
        let effects = dry.decide(&person_act(&open, row), workspace.clock.stamp()).await.map_err(failure::act)?;
        let done = effects.changes.iter().find_map(|change| match change {
            Change::Put(Row::ImportPart(part)) => Some(part),
            _ => None,
        });
        let done = done.ok_or_else(|| ApiError::new("IMPORT_NOT_DONE"))?;
        made = matches!(done.rows.first().map(|row| &row.what), Some(Imported::Made { .. }));
        plan.contact_id = who(done)?;
        part = 1;
    }
    let keys = keys(&plan.chat, plan.me);
    let total = plan.chat.messages.len() as u32;
    let mut told = None;
    for piece in pieces(&plan.chat) {
        if under_way.is_canceled() {
            return Err(ApiError::new("CANCELED"));
        }
        let done = piece.end as u32;
        let messages = open.with_pack(|pack| messages(&plan, &keys, piece, pack, None))?;
        let act = chat_act(&open, part, plan.contact_id, "", messages, 0);
        let effects = dry.decide(&act, workspace.clock.stamp()).await.map_err(failure::act)?;
        for change in effects.changes {
            if let Change::Put(Row::Import(import)) = change {
                told = import.chat;
            }
        }
        part += 1;
        workspace.bus.put(AppEvent::BulkProgress { id: args.id.0, done, total });
    }
    let told = told.ok_or_else(|| ApiError::new("CHAT_EMPTY").with("name", open.file_name.clone()))?;
    let of_file = |message: &&embudo_exchange::chat::ChatMessage| match &message.said {
        Said::File { .. } | Said::LeftOut { .. } => true,
        Said::Text | Said::Deleted => false,
    };
    let files = plan.chat.messages.iter().filter(of_file).count() as u32;
    let here = open.with_pack(|pack| {
        let is_here = |said: &Said| matches!(said, Said::File { name } if pack.has(name));
        plan.chat.messages.iter().filter(|message| is_here(&message.said)).count() as u32
    });
    let contact_id = (!made).then_some(plan.contact_id);
    let known = match contact_id {
        Some(id) => workspace.store.contacts_by_id(&[id]).await.map_err(failure::store)?.pop(),
        None => None,
    };
    Ok(ChatPreview {
        name: match &known {
            Some(contact) => called(&workspace, contact).await?,
            None => String::new(),
        },
        in_bin: known.is_some_and(|contact| contact.bin.is_some()),
        contact_id,
        messages: told.messages,
        known: told.known,
        files: here,
        files_missing: files.saturating_sub(here),
        notices: plan.chat.notices,
        unreadable: plan.chat.unreadable,
        cut: plan.chat.cut,
        from_ms: shown(plan.chat.messages.iter().map(|message| message.at).min()),
        to_ms: shown(plan.chat.messages.iter().map(|message| message.at).max()),
    })
}

/// Tells imports of chats by who the chat is with now.
pub async fn name(workspace: &Workspace, imports: &mut [Import]) -> Result<(), ApiError> {
    for import in imports {
        let Some(chat) = &import.chat else { continue };
        let id = workspace.store.contact_now(chat.contact_id).await.map_err(failure::store)?;
        let name = match workspace.store.contacts_by_id(&[id]).await.map_err(failure::store)?.pop() {
            Some(contact) => called(workspace, &contact).await?,
            None => String::new(),
        };
        import.file_name = if name.is_empty() { FILE_NAME.to_owned() } else { format!("{FILE_NAME} · {name}") };
    }
    Ok(())
}

/// Their name; without one their number.
async fn called(workspace: &Workspace, contact: &Contact) -> Result<String, ApiError> {
    if !contact.display_name.is_empty() {
        return Ok(contact.display_name.clone());
    }
    let reaches = workspace.store.reaches(&[contact.id]).await.map_err(failure::store)?;
    let e164 = reaches.get(&contact.id).and_then(|reach| reach.phone_e164.as_deref());
    Ok(e164.map(crate::phone::display).unwrap_or_default())
}

/// Never many ahead of the hub, and what is told in the end is what the database says.
pub async fn run(app: &App, args: RunChat) -> Result<ChatReport, ApiError> {
    let workspace = app.workspace()?;
    let open = workspace.chats.get(args.with.id)?;
    let mut plan = plan(&workspace, &open, &args.with.options)?;
    let under_way = UnderWay::begin(&workspace, open.id.0);
    let total = plan.chat.messages.len() as u32;
    let mut progress = Progress { total, ..Progress::default() };
    let mut part = 0;
    if let Some(row) = plan.person.take() {
        let applied = push(&workspace, person_act(&open, row)).await?;
        progress.pushed.push((applied, 0, 0));
        progress.wait(&workspace, open.id, 0, || false).await?;
        let done = workspace.store.import_part(open.id, 0).await.map_err(failure::store)?;
        plan.contact_id = who(&done.ok_or_else(|| ApiError::new("IMPORT_NOT_DONE"))?)?;
        part = 1;
    }
    let plan = Arc::new(plan);
    let keys = Arc::new(keys(&plan.chat, plan.me));
    let mut error = None;
    let mut left_out = left_out(&plan.chat);
    for piece in pieces(&plan.chat) {
        if under_way.is_canceled() {
            break;
        }
        let size = piece.len() as u32;
        let pushed = match take(&workspace, &open, &plan, &keys, piece).await {
            Ok(messages) => {
                let left_out = std::mem::take(&mut left_out);
                push(&workspace, chat_act(&open, part, plan.contact_id, &args.line_name, messages, left_out)).await
            }
            Err(failed) => Err(failed),
        };
        match pushed {
            Ok(applied) => progress.pushed.push((applied, part, size)),
            Err(failed) => {
                error = Some(failed);
                break;
            }
        }
        part += 1;
        progress.wait(&workspace, open.id, super::bring::AHEAD, || under_way.is_canceled()).await?;
    }
    progress.wait(&workspace, open.id, 0, || false).await?;
    let import = workspace.store.import(open.id).await.map_err(failure::store)?;
    let Some(import) = import else { return Err(error.unwrap_or_else(|| ApiError::new("IMPORT_NOT_DONE"))) };
    let done = import.chat.as_ref().map_or(0, |chat| chat.messages + chat.known);
    Ok(ChatReport { left: total.saturating_sub(done), import, error })
}

/// Puts the files of a piece into the media store.
async fn take(
    workspace: &Workspace,
    open: &Arc<OpenChat>,
    plan: &Arc<Plan>,
    keys: &Arc<Vec<Uuid>>,
    piece: std::ops::Range<usize>,
) -> Result<Vec<ImportMessage>, ApiError> {
    let (media, open, plan, keys) = (workspace.media.clone(), open.clone(), plan.clone(), keys.clone());
    let _attaching = workspace.attaching.begin().await;
    let take = move || {
        let mut noted = Vec::new();
        let read = open.with_pack(|pack| messages(&plan, &keys, piece, pack, Some((&media, &mut noted))));
        (read, noted)
    };
    let (read, noted) = crate::app::off_thread(take).await.map_err(|error| failure::internal("read a chat", error))?;
    for hash in noted {
        workspace.attaching.note(&hash);
    }
    if let Err(error) = &read
        && error.code == "DISK_FULL"
    {
        workspace.set_disk(Some(failure::DiskTrouble::Full));
    }
    read
}

async fn push(workspace: &Workspace, act: Act) -> Result<u64, ApiError> {
    match workspace.act_many(vec![act]).await?.pop() {
        Some(Ok(applied)) => Ok(applied.mid),
        Some(Err(refusal)) => Err(failure::refused(&refusal)),
        None => Err(ApiError::new("IMPORT_NOT_DONE")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chat(text: &str) -> Chat {
        let now = NaiveDateTime::parse_from_str("2026-11-28 12:00", "%Y-%m-%d %H:%M").unwrap();
        embudo_exchange::chat::read(text, None, now, ChatLimits::default()).unwrap()
    }

    #[test]
    fn a_message_has_one_key_in_every_export() {
        let android = chat(
            "31/12/23, 21:15 - Ana: hola\n31/12/23, 21:15 - Yo: hola\n31/12/23, 21:15 - Ana: hola\n\
             31/12/23, 21:16 - Ana: IMG-1.jpg (archivo adjunto)\n",
        );
        let ios = chat(
            "[31/12/23 21:15:03] Ana: hola\n[31/12/23 21:15:20] Yo: hola\n[31/12/23 21:15:41] Ana: hola\n\
             [31/12/23 21:16:00] Ana: \u{200e}imagen omitida\n[31/12/23 21:17:00] Ana: y?\n",
        );
        let (short, long) = (keys(&android, Some(1)), keys(&ios, Some(1)));
        assert_eq!(short[..], long[..4], "with or without seconds and files");
        let all: std::collections::HashSet<&Uuid> = long.iter().collect();
        assert_eq!(all.len(), 5, "the same words in the same minute are told apart");
        assert_ne!(keys(&android, Some(0))[0], short[0], "who wrote it is part of it");
    }

    #[test]
    fn a_piece_is_never_more_than_an_act_takes() {
        let line = |words: &str| format!("31/12/23, 21:15 - Ana: {words}\n");
        let many = chat(&line("x").repeat(450));
        assert_eq!(pieces(&many), [0..200, 200..400, 400..450]);
        let long = chat(&line(&"ñ".repeat(60_000)).repeat(4));
        assert_eq!(pieces(&long), [0..3, 3..4], "by characters, not by bytes");
    }
}
