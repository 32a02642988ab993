//! One conversation as an archive: a page that any browser shows (or the messages as data), and
//! its files in a folder beside it.

use super::target::{Target, chosen, unwritable};
use crate::App;
use crate::api::*;
use crate::commands::UnderWay;
use crate::failure;
use crate::phone;
use crate::workspace::Workspace;
use embudo_domain::*;
use embudo_exchange::write::{Archive, html};
use embudo_platform::{MediaHash, MediaStore, safe_file_name};
use std::collections::{BTreeMap, HashSet};
use std::fs::File;
use std::io::Write;

const PAGE: u32 = 500;

/// Files of an archive, each under a name of its own.
pub struct Files {
    names: HashSet<String>,
    pub count: u32,
    pub missing: u32,
}

impl Files {
    pub fn new() -> Self {
        Self { names: HashSet::new(), count: 0, missing: 0 }
    }

    /// Puts a file in, where it is here, and says under which name.
    pub fn put(
        &mut self,
        archive: &mut Archive<File>,
        media: &MediaStore,
        folder: &str,
        file: &FileRef,
        fallback: &str,
    ) -> Result<Option<String>, ApiError> {
        let FileState::Here { hash, .. } = &file.file else {
            self.missing += 1;
            return Ok(None);
        };
        let opened = hash.parse::<MediaHash>().ok().and_then(|hash| media.open_file(&hash).ok());
        let Some(mut opened) = opened else {
            self.missing += 1;
            return Ok(None);
        };
        let name = self.name(file.name.as_deref().filter(|name| !name.trim().is_empty()).unwrap_or(fallback));
        let path = format!("{folder}/{name}");
        archive.begin_entry(&path, false).map_err(|error| unwritable(&error))?;
        match opened.copy_to(&mut *archive) {
            Ok(_) => self.count += 1,
            Err(embudo_platform::MediaError::Disk(error)) => return Err(failure::disk(error)),
            // It stands in the archive as far as it could be read, and is counted.
            Err(_) => self.missing += 1,
        }
        Ok(Some(path))
    }

    fn name(&mut self, wanted: &str) -> String {
        let safe = safe_file_name(wanted);
        let (stem, end) = match safe.rsplit_once('.') {
            Some((stem, end)) if !stem.is_empty() => (stem.to_owned(), format!(".{end}")),
            _ => (safe.clone(), String::new()),
        };
        let mut name = safe;
        let mut no = 2;
        while !self.names.insert(fold(&name)) {
            name = format!("{stem} ({no}){end}");
            no += 1;
        }
        name
    }
}

struct Said<'a> {
    words: &'a BTreeMap<String, String>,
    contact: String,
    workspace: &'a Workspace,
}

impl Said<'_> {
    fn word(&self, key: &str) -> &str {
        self.words.get(key).map_or("", String::as_str)
    }

    fn who(&self, message: &Message) -> String {
        match message.direction {
            Direction::In => self.contact.clone(),
            _ => {
                let name = self.workspace.catalogue().author_name(&message.author);
                if name.is_empty() { self.word("us").to_owned() } else { name }
            }
        }
    }

    /// What is no text, in words.
    fn kind(&self, body: &Body) -> String {
        let kind = body.kind_name();
        let word = self.word(kind);
        if word.is_empty() { kind.to_owned() } else { word.to_owned() }
    }
}

fn sent_at_ms(message: &Message) -> i64 {
    if message.sort_s == SORT_UNSENT_S { message.created_at_ms } else { message.sort_s.saturating_mul(1_000) }
}

fn moment(at_ms: i64, format: &str) -> String {
    let at = chrono::DateTime::from_timestamp_millis(at_ms);
    at.map(|at| at.with_timezone(&chrono::Local).format(format).to_string()).unwrap_or_default()
}

pub async fn export(app: &App, args: ExportConversation) -> Result<Exported, ApiError> {
    let workspace = app.workspace()?;
    let head = workspace.head(args.conversation_id).await?;
    let under_way = UnderWay::begin(&workspace, args.id);
    let path = chosen(app, &args.path)?;
    let shown = path.to_string_lossy().into_owned();
    let contact = match head.contact.display_name.is_empty() {
        true => head.contact.channel_name.clone(),
        false => head.contact.display_name.clone(),
    };
    let said = Said { words: &args.words, contact, workspace: &workspace };
    let (target, file) = Target::begin(path).map_err(|error| unwritable(&error))?;
    let mut archive = Archive::begin(file.try_clone().map_err(|error| unwritable(&error))?);
    // Files go in as their messages are met; the page that speaks of them is one more entry, and an
    // archive is written one entry after the other: its text is kept beside it meanwhile.
    let mut page = tempfile_beside(&target)?;
    let reach = workspace.store.reaches(&[head.contact.id]).await.map_err(failure::store)?.remove(&head.contact.id);
    begin_page(&mut page, &args, &said, reach.as_ref())?;
    let (mut files, mut count, mut after) = (Files::new(), 0, None);
    loop {
        let messages = workspace.store.messages_after(args.conversation_id, after, PAGE).await;
        let messages = messages.map_err(failure::store)?;
        let Some(last) = messages.last() else { break };
        after = Some((last.sort_s, last.conv_seq));
        for message in messages.iter().filter(|message| message.direction != Direction::Event) {
            let file = match &message.body {
                Body::Media { file, .. } if !message.is_gone() => {
                    let kind = said.kind(&message.body);
                    files.put(&mut archive, &workspace.media, "files", file, &kind)?
                }
                _ => None,
            };
            write_message(&mut page, &args, &said, message, file, count)?;
            count += 1;
        }
        if under_way.is_canceled() {
            return Err(ApiError::new("CANCELED"));
        }
        workspace.bus.put(AppEvent::BulkProgress { id: args.id, done: count, total: count });
    }
    let end = match args.format {
        ConversationFormat::Html => html::END,
        ConversationFormat::Json => "\n]\n}\n",
    };
    let name = match args.format {
        ConversationFormat::Html => "conversation.html",
        ConversationFormat::Json => "conversation.json",
    };
    let finish = move || -> std::io::Result<()> {
        use std::io::Seek;
        page.write_all(end.as_bytes())?;
        page.rewind()?;
        archive.begin_entry(name, true)?;
        std::io::copy(&mut page, &mut archive)?;
        archive.end()?;
        target.finish(&file)
    };
    let done = crate::app::off_thread(finish).await.map_err(|error| failure::internal("write an archive", error))?;
    done.map_err(|error| unwritable(&error))?;
    Ok(Exported { count, files: files.count, files_missing: files.missing, path: shown })
}

/// A file without a name, gone with the program: a conversation of years is not kept in memory.
fn tempfile_beside(target: &Target) -> Result<File, ApiError> {
    target.scratch().map_err(|error| unwritable(&error))
}

fn begin_page(
    page: &mut File,
    args: &ExportConversation,
    said: &Said<'_>,
    reach: Option<&Reach>,
) -> Result<(), ApiError> {
    let number = reach.map(|reach| reach.phone_e164.as_deref().map_or(reach.phone_text.clone(), phone::display));
    let text = match args.format {
        ConversationFormat::Html => html::begin(&said.contact, &number.unwrap_or_default()),
        ConversationFormat::Json => {
            let about = serde_json::json!({ "name": said.contact, "phone": number });
            format!("{{\n\"format\": \"embudo-conversation\", \"version\": 1,\n\"contact\": {about},\n\"messages\": [")
        }
    };
    page.write_all(text.as_bytes()).map_err(|error| unwritable(&error))
}

fn write_message(
    page: &mut File,
    args: &ExportConversation,
    said: &Said<'_>,
    message: &Message,
    file: Option<String>,
    no: u32,
) -> Result<(), ApiError> {
    let at_ms = sent_at_ms(message);
    let gone = message.is_gone();
    let text = match args.format {
        ConversationFormat::Html => {
            let (text, what) = if gone {
                (String::new(), said.word("deleted").to_owned())
            } else {
                match &message.body {
                    Body::Text { text } => (text.clone(), String::new()),
                    Body::Media { caption, .. } => (caption.clone().unwrap_or_default(), said.kind(&message.body)),
                    other => (other.searchable().unwrap_or_default(), said.kind(other)),
                }
            };
            html::message(&html::Shown {
                is_ours: message.direction == Direction::Out,
                who: &said.who(message),
                day: &moment(at_ms, "%Y-%m-%d"),
                at: &moment(at_ms, "%Y-%m-%d %H:%M"),
                text: &text,
                what: &what,
                file: file.as_deref(),
                is_picture: matches!(
                    &message.body,
                    Body::Media { media: MediaKind::Image | MediaKind::Sticker | MediaKind::Animation, .. }
                ),
            })
        }
        ConversationFormat::Json => {
            let row = serde_json::json!({
                "id": message.id,
                "at": chrono::DateTime::from_timestamp_millis(at_ms).map(|at| at.to_rfc3339()),
                "direction": message.direction,
                "author": said.who(message),
                "delivery": message.delivery,
                "deleted": gone,
                "body": if gone { serde_json::Value::Null } else { serde_json::to_value(&message.body).unwrap_or_default() },
                "file": file,
                "reactions": message.reactions,
            });
            format!("{}{row}", if no == 0 { "\n" } else { ",\n" })
        }
    };
    page.write_all(text.as_bytes()).map_err(|error| unwritable(&error))
}
