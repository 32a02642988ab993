//! A conversation as WhatsApp exports it: a text, alone or in an archive with its files beside it.
//!
//! The text has no format that anybody wrote down. It differs by phone and by language, its times
//! are the phone's own without a zone, and whether the day or the month comes first must be found
//! out of the whole of it. Names in the archive are only names: nothing is ever written by them.

mod body;
mod line;
mod pack;
#[cfg(test)]
mod tests;

pub use pack::{ChatPack, PackError, named_after};

use chrono::{Days, NaiveDate, NaiveDateTime};
use line::{Head, Shape};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// What is read of an export at most.
#[derive(Clone, Copy, Debug)]
pub struct ChatLimits {
    /// Of the text, unpacked.
    pub text_bytes: u64,
    pub messages: usize,
    /// Of one message; what is longer is cut, and counted.
    pub message_chars: usize,
    /// Things in the archive.
    pub entries: usize,
    /// Of one file, unpacked.
    pub file_bytes: u64,
    /// Of all files that are taken out of one archive.
    pub all_files_bytes: u64,
}

impl Default for ChatLimits {
    fn default() -> Self {
        Self {
            text_bytes: 64 * 1024 * 1024,
            messages: 200_000,
            message_chars: 65_536,
            entries: 50_000,
            file_bytes: 100 * 1024 * 1024,
            all_files_bytes: 16 * 1024 * 1024 * 1024,
        }
    }
}

/// Which of the three numbers of a date is which.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum DayOrder {
    DayFirst,
    MonthFirst,
    YearFirst,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Said {
    Text,
    /// A file that the export has, by its name; the text is its caption.
    File {
        name: String,
    },
    /// A file that was left out when the chat was exported; iPhones name its kind.
    LeftOut {
        kind: Option<FileKind>,
    },
    /// Taken back by who wrote it.
    Deleted,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileKind {
    Image,
    Video,
    Audio,
    Sticker,
    Animation,
    Document,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChatMessage {
    /// As the phone's clock showed it.
    pub at: NaiveDateTime,
    /// Into [`Chat::authors`].
    pub author: usize,
    pub said: Said,
    pub text: String,
    pub edited: bool,
    /// Where it begins, from 1.
    pub line: u32,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Author {
    pub name: String,
    pub messages: u32,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chat {
    /// In the order in which they first wrote.
    pub authors: Vec<Author>,
    pub messages: Vec<ChatMessage>,
    pub order: DayOrder,
    /// Nothing in the file speaks for the other order as much as for this one.
    pub order_is_sure: bool,
    /// Lines that WhatsApp wrote of itself: encryption, calls, changed numbers.
    pub notices: u32,
    /// Lines that belong to no message, or whose date is none.
    pub unreadable: u32,
    /// Messages that were too long.
    pub cut: u32,
    /// It says that it is a group, or more than two write in it; then it is read no further.
    pub is_group: bool,
}

#[derive(Debug, thiserror::Error)]
pub enum ChatError {
    #[error("it is no export of a chat")]
    NoChat,
    #[error("more than {limit} messages")]
    TooManyMessages { limit: usize },
}

const MAX_AUTHORS: usize = 2;

/// `now` is the phone's time as far as this computer can tell: nothing was written after it.
pub fn read(text: &str, chosen: Option<DayOrder>, now: NaiveDateTime, limits: ChatLimits) -> Result<Chat, ChatError> {
    let blocks = blocks(text, limits)?;
    let (order, order_is_sure) = order_of(&blocks.list, chosen, now);
    let mut chat = Chat {
        authors: Vec::new(),
        messages: Vec::new(),
        order,
        order_is_sure,
        notices: 0,
        unreadable: blocks.stray,
        cut: 0,
        is_group: false,
    };
    for block in blocks.list {
        chat.take(block, blocks.shape, limits);
        // A group is nothing to read on in, and may have any number of authors.
        if chat.authors.len() > MAX_AUTHORS {
            chat.is_group = true;
            break;
        }
    }
    if chat.messages.is_empty() && chat.notices == 0 {
        return Err(ChatError::NoChat);
    }
    Ok(chat)
}

/// A line with a date, and those without one that follow it.
struct Block<'a> {
    head: Head<'a>,
    more: Vec<&'a str>,
    line: u32,
}

struct Blocks<'a> {
    shape: Shape,
    list: Vec<Block<'a>>,
    /// Lines before the first date.
    stray: u32,
}

fn blocks(text: &str, limits: ChatLimits) -> Result<Blocks<'_>, ChatError> {
    let mut shape = None;
    let mut list: Vec<Block<'_>> = Vec::new();
    let mut stray = 0;
    for (at, raw) in text.split('\n').enumerate() {
        let raw = raw.strip_suffix('\r').unwrap_or(raw);
        // A line that looks otherwise than the first one is somebody's words, quoted from elsewhere.
        let head = line::head(raw).filter(|head| shape.is_none_or(|shape: Shape| shape == head.shape));
        match (head, list.last_mut()) {
            (Some(head), _) => {
                shape = Some(head.shape);
                if list.len() >= limits.messages {
                    return Err(ChatError::TooManyMessages { limit: limits.messages });
                }
                list.push(Block { head, more: Vec::new(), line: u32::try_from(at + 1).unwrap_or(u32::MAX) });
            }
            (None, Some(block)) => block.more.push(raw),
            (None, None) => stray += u32::from(!line::bare(raw).is_empty()),
        }
    }
    // The file ends with the end of its last line.
    if let Some(block) = list.last_mut() {
        while block.more.last().is_some_and(|line| line.is_empty()) {
            block.more.pop();
        }
    }
    let shape = shape.ok_or(ChatError::NoChat)?;
    Ok(Blocks { shape, list, stray })
}

fn order_of(blocks: &[Block<'_>], chosen: Option<DayOrder>, now: NaiveDateTime) -> (DayOrder, bool) {
    if blocks.iter().any(|block| block.head.shape.year_first) {
        return (DayOrder::YearFirst, true);
    }
    if let Some(order) = chosen.filter(|order| *order != DayOrder::YearFirst) {
        return (order, true);
    }
    let day = faults(blocks, DayOrder::DayFirst, now);
    let month = faults(blocks, DayOrder::MonthFirst, now);
    // Nobody writes 12.31.2023.
    let has_dots = blocks.iter().any(|block| block.head.shape.separator == '.');
    let same = blocks.iter().all(|block| block.head.numbers[0] == block.head.numbers[1]);
    match day.cmp(&month) {
        std::cmp::Ordering::Less => (DayOrder::DayFirst, true),
        std::cmp::Ordering::Greater => (DayOrder::MonthFirst, true),
        std::cmp::Ordering::Equal => (DayOrder::DayFirst, has_dots || same),
    }
}

/// What speaks against this order: dates that are none, then days after today, then days that go
/// back.
fn faults(blocks: &[Block<'_>], order: DayOrder, now: NaiveDateTime) -> (u32, u32, u32) {
    // A phone may be a zone ahead of this computer.
    let latest = now.date().checked_add_days(Days::new(1)).unwrap_or(NaiveDate::MAX);
    let (mut none, mut ahead, mut back) = (0, 0, 0);
    let mut last: Option<NaiveDate> = None;
    for block in blocks {
        let Some(date) = block.head.date(order) else {
            none += 1;
            continue;
        };
        ahead += u32::from(date > latest);
        back += u32::from(last.is_some_and(|last| date < last));
        last = Some(date);
    }
    (none, ahead, back)
}

impl Chat {
    fn take(&mut self, block: Block<'_>, shape: Shape, limits: ChatLimits) {
        let Some(at) = block.head.at(self.order) else {
            self.unreadable += 1 + u32::try_from(block.more.len()).unwrap_or(u32::MAX);
            return;
        };
        let Some((author, first)) = block.head.author() else {
            self.is_group |= body::tells_of_a_group(block.head.rest);
            self.notices += 1;
            return;
        };
        let mut text = first.to_owned();
        for more in &block.more {
            text.push('\n');
            text.push_str(more);
        }
        let Some(mut body) = body::read(&text, shape.brackets) else {
            self.is_group |= body::tells_of_a_group(&text);
            self.notices += 1;
            return;
        };
        if let Some((end, _)) = body.text.char_indices().nth(limits.message_chars) {
            body.text.truncate(end);
            self.cut += 1;
        }
        let author = self.author(author);
        let body::Body { said, text, edited } = body;
        self.messages.push(ChatMessage { at, author, said, text, edited, line: block.line });
    }

    fn author(&mut self, name: &str) -> usize {
        let at = self.authors.iter().position(|author| author.name == name).unwrap_or_else(|| {
            self.authors.push(Author { name: name.to_owned(), messages: 0 });
            self.authors.len() - 1
        });
        self.authors[at].messages += 1;
        at
    }

    /// The one who is not called as the file is: the customer is who a chat is named after.
    pub fn me(&self, named: Option<&str>) -> Option<usize> {
        let named = named?;
        let customer = self.authors.iter().position(|author| is_called(&author.name, named));
        match (customer, self.authors.len()) {
            (Some(customer), 2) => Some(1 - customer),
            // The customer never answered.
            (None, 1) => Some(0),
            _ => None,
        }
    }
}

/// Two names of one person; a number may be written in groups.
pub fn is_called(one: &str, other: &str) -> bool {
    let words = |name: &str| name.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
    let digits = |name: &str| name.chars().filter(char::is_ascii_digit).collect::<String>();
    let is_number = |name: &str| {
        let known = |c: char| c.is_ascii_digit() || c.is_whitespace() || "+-().".contains(c) || line::is_mark(c);
        digits(name).len() >= 7 && name.chars().all(known)
    };
    let (one, other) = (line::bare(one), line::bare(other));
    words(one) == words(other) || (is_number(one) && is_number(other) && digits(one) == digits(other))
}
