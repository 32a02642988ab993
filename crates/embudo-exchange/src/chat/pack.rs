//! The archive: which of the texts in it is the chat, and the files by their names. Sizes that an
//! archive tells of itself are its own word, so every reading is bounded.

use super::{Chat, ChatError, ChatLimits, DayOrder, read};
use crate::read::decode_text;
use chrono::NaiveDateTime;
use std::collections::HashMap;
use std::io::{Read, Seek, SeekFrom};
use zip::ZipArchive;

#[derive(Debug, thiserror::Error)]
pub enum PackError {
    #[error("it is no export of a chat")]
    NoChat,
    #[error("larger than {limit_bytes} bytes")]
    TooLarge { limit_bytes: u64 },
    #[error("more than {limit} messages")]
    TooManyMessages { limit: usize },
    #[error("it cannot be read as an archive: {0}")]
    Damaged(String),
    #[error(transparent)]
    Io(#[from] std::io::Error),
}

impl From<ChatError> for PackError {
    fn from(error: ChatError) -> Self {
        match error {
            ChatError::NoChat => Self::NoChat,
            ChatError::TooManyMessages { limit } => Self::TooManyMessages { limit },
        }
    }
}

/// Where a file lies in the archive.
#[derive(Clone, Copy, Debug)]
struct Entry {
    index: usize,
    /// As the archive says; not to be relied on.
    bytes: u64,
}

/// An export, open.
pub struct ChatPack<R> {
    archive: Option<ZipArchive<R>>,
    entries: HashMap<String, Entry>,
    /// The texts that may be the chat, the likeliest first.
    texts: Vec<(String, String)>,
    limits: ChatLimits,
    /// That files may still be.
    left_bytes: u64,
    /// Who the files are called after.
    named: Option<String>,
}

/// What stands before a person's name in the name of a file.
const NAMED: &[&str] = &[
    "whatsapp chat with ",
    "whatsapp chat - ",
    "chat de whatsapp con ",
    "chat de whatsapp - ",
    "conversación de whatsapp con ",
    "conversa do whatsapp com ",
    "conversa do whatsapp - ",
    "conversas do whatsapp com ",
];

fn base(name: &str) -> &str {
    name.rsplit(['/', '\\']).next().unwrap_or(name)
}

/// Who a file of this name tells of.
pub fn named_after(name: &str) -> Option<String> {
    let name = base(name);
    let stem = name.rsplit_once('.').filter(|(_, ending)| ending.len() <= 4).map_or(name, |(stem, _)| stem);
    let before = NAMED.iter().find(|before| stem.to_lowercase().starts_with(**before))?;
    let named: String = stem.chars().skip(before.chars().count()).collect();
    // What a browser adds to a second download.
    let named = match named.rsplit_once(" (") {
        Some((before, copy)) if copy.strip_suffix(')').is_some_and(|copy| copy.parse::<u32>().is_ok()) => before,
        _ => &named,
    };
    let named = super::line::bare(named);
    (!named.is_empty()).then(|| named.to_owned())
}

impl<R: Read + Seek> ChatPack<R> {
    /// `name`: the file's own, of which nothing but the name counts.
    pub fn open(mut file: R, name: &str, limits: ChatLimits) -> Result<Self, PackError> {
        let mut start = [0; 4];
        file.seek(SeekFrom::Start(0))?;
        let read = read_up_to(&mut file, &mut start)?;
        file.seek(SeekFrom::Start(0))?;
        let mut pack = Self {
            archive: None,
            entries: HashMap::new(),
            texts: Vec::new(),
            limits,
            left_bytes: limits.all_files_bytes,
            named: named_after(name),
        };
        if start[..read] != *b"PK\x03\x04" {
            let text = text_of(file, limits)?;
            pack.texts.push((name.to_owned(), text));
            return Ok(pack);
        }
        let mut archive = ZipArchive::new(file).map_err(|error| PackError::Damaged(error.to_string()))?;
        if archive.len() > limits.entries {
            return Err(PackError::TooLarge { limit_bytes: limits.text_bytes });
        }
        let mut texts = Vec::new();
        for index in 0..archive.len() {
            let entry = archive.by_index(index).map_err(|error| PackError::Damaged(error.to_string()))?;
            if !entry.is_file() {
                continue;
            }
            // One whose name is no text is nobody's file.
            let Ok(path) = entry.name() else { continue };
            let (name, bytes) = (base(&path).to_owned(), entry.size());
            if name.to_lowercase().ends_with(".txt") {
                texts.push((likely(&name, pack.named.as_deref()), path.matches('/').count(), index, name.clone()));
            }
            pack.entries.entry(name).or_insert(Entry { index, bytes });
        }
        texts.sort();
        // A text that was sent as a file may lie beside the chat, not hundreds of them.
        let mut chats: Vec<(u8, String, String)> = Vec::new();
        for (likely, _, index, name) in texts.into_iter().take(4) {
            if chats.first().is_some_and(|(best, _, _)| *best < likely) {
                break;
            }
            let entry = archive.by_index(index).map_err(|error| PackError::Damaged(error.to_string()));
            let text = match entry.and_then(|entry| text_of(entry, limits)) {
                Ok(text) => text,
                // One that was sent is not what the chat depends on.
                Err(_) if !chats.is_empty() => continue,
                Err(error) => return Err(error),
            };
            if text.lines().take(200).any(|line| super::line::head(line).is_some()) {
                chats.push((likely, name, text));
            }
        }
        // Of several that are called like a chat, another export was sent as a file: the chat tells of it.
        let is_sent = |at: usize| {
            let mut others = chats.iter().enumerate().filter(|(other, _)| *other != at);
            others.any(|(_, (_, _, text))| text.contains(&chats[at].1))
        };
        let at = (0..chats.len()).find(|at| !is_sent(*at)).unwrap_or(0);
        if at < chats.len() {
            let (_, name, text) = chats.swap_remove(at);
            pack.texts.push((name, text));
        }
        pack.archive = Some(archive);
        if pack.texts.is_empty() {
            return Err(PackError::NoChat);
        }
        Ok(pack)
    }

    pub fn read(&self, chosen: Option<DayOrder>, now: NaiveDateTime) -> Result<Chat, PackError> {
        let (_, text) = self.texts.first().ok_or(PackError::NoChat)?;
        Ok(read(text, chosen, now, self.limits)?)
    }

    /// Who the chat is with, as its file or the archive is called.
    pub fn named(&self) -> Option<String> {
        let inner = self.texts.first().and_then(|(name, _)| named_after(name));
        inner.or_else(|| self.named.clone())
    }

    /// As far as the archive tells, before it is read.
    pub fn has(&self, name: &str) -> bool {
        self.entries.get(name).is_some_and(|entry| entry.bytes > 0 && entry.bytes <= self.limits.file_bytes)
    }

    /// The bytes of a file, at most as many as a file may have; `None`: it is not there,
    /// it is larger, or it cannot be read.
    pub fn file(&mut self, name: &str) -> Result<Option<Vec<u8>>, PackError> {
        let (Some(archive), Some(entry)) = (self.archive.as_mut(), self.entries.get(name)) else { return Ok(None) };
        let damaged = |error: zip::result::ZipError| PackError::Damaged(error.to_string());
        let file = archive.by_index(entry.index).map_err(damaged)?;
        let mut bytes = Vec::new();
        let limit_bytes = self.limits.file_bytes.min(self.left_bytes);
        if file.take(limit_bytes.saturating_add(1)).read_to_end(&mut bytes).is_err() {
            // One broken file is not the end of the chat.
            return Ok(None);
        }
        if bytes.is_empty() || bytes.len() as u64 > limit_bytes {
            return Ok(None);
        }
        self.left_bytes -= bytes.len() as u64;
        Ok(Some(bytes))
    }
}

/// Less is likelier. An Android archive may hold a `_chat.txt` that somebody sent, and another
/// person's chat; an iPhone's puts a number before the name of all that was sent.
fn likely(name: &str, archive: Option<&str>) -> u8 {
    match (named_after(name), archive) {
        (Some(named), Some(archive)) if super::is_called(&named, archive) => 0,
        (Some(_), _) => 1,
        _ if name == "_chat.txt" => 2,
        _ => 3,
    }
}

fn text_of(file: impl Read, limits: ChatLimits) -> Result<String, PackError> {
    let mut bytes = Vec::new();
    file.take(limits.text_bytes.saturating_add(1)).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > limits.text_bytes {
        return Err(PackError::TooLarge { limit_bytes: limits.text_bytes });
    }
    Ok(decode_text(&bytes))
}

fn read_up_to(file: &mut impl Read, into: &mut [u8]) -> std::io::Result<usize> {
    let mut at = 0;
    while at < into.len() {
        match file.read(&mut into[at..])? {
            0 => break,
            more => at += more,
        }
    }
    Ok(at)
}
