//! Codes of enumerations in columns, and the blobs. The only place that knows them: a code never
//! changes its meaning, a new variant gets a new code.

use crate::{Result, StoreError};
use embudo_domain::*;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

macro_rules! codes {
    ($encode:ident, $decode:ident, $type:ty, $table:literal, { $($variant:pat => $value:expr => $code:literal),+ $(,)? }) => {
        pub(crate) fn $encode(value: &$type) -> i64 {
            match value { $($variant => $code),+ }
        }
        pub(crate) fn $decode(code: i64) -> Result<$type> {
            match code {
                $($code => Ok($value),)+
                other => Err(StoreError::unreadable($table, format!("code {other}"))),
            }
        }
    };
}

codes!(role_code, role, Role, "member.role", {
    Role::Owner => Role::Owner => 0, Role::Admin => Role::Admin => 1, Role::Manager => Role::Manager => 2,
    Role::Seller => Role::Seller => 3, Role::Editor => Role::Editor => 4,
});
codes!(line_type_code, line_type, LineType, "line.line_type", {
    LineType::Simulator => LineType::Simulator => 0, LineType::TelegramBot => LineType::TelegramBot => 1,
    LineType::WhatsappExport => LineType::WhatsappExport => 2,
});
codes!(name_source_code, name_source, NameSource, "contact.name_source", {
    NameSource::User => NameSource::User => 0, NameSource::Channel => NameSource::Channel => 1,
});
codes!(direction_code, direction, Direction, "message.direction", {
    Direction::In => Direction::In => 0, Direction::Out => Direction::Out => 1, Direction::Event => Direction::Event => 2,
});
codes!(delivery_code, delivery, Delivery, "message.delivery", {
    Delivery::Received => Delivery::Received => 0,
    Delivery::Queued => Delivery::Queued => 1,
    Delivery::NeedsOk => Delivery::NeedsOk => 2,
    Delivery::WaitingReply => Delivery::WaitingReply => 3,
    Delivery::Sending => Delivery::Sending => 4,
    Delivery::Sent => Delivery::Sent => 5,
    Delivery::Delivered => Delivery::Delivered => 6,
    Delivery::Read => Delivery::Read => 7,
    Delivery::Played => Delivery::Played => 8,
    Delivery::Failed => Delivery::Failed => 9,
    Delivery::Unknown => Delivery::Unknown => 10,
    Delivery::Canceled => Delivery::Canceled => 11,
});

/// Kinds of bodies, in the order of their codes.
pub(crate) const KINDS: [&str; 13] = [
    "text",
    "image",
    "video",
    "voice",
    "audio",
    "document",
    "sticker",
    "animation",
    "location",
    "contact",
    "poll",
    "event",
    "unsupported",
];

pub(crate) fn kind_code(kind: &str) -> Option<i64> {
    KINDS.iter().position(|name| *name == kind).and_then(|at| i64::try_from(at).ok())
}

/// Bodies of these kinds are files.
pub(crate) const FILE_KINDS: [&str; 7] = ["image", "video", "voice", "audio", "document", "sticker", "animation"];

pub(crate) fn is_file_kind(code: i64) -> bool {
    FILE_KINDS.iter().any(|kind| kind_code(kind) == Some(code))
}

pub(crate) fn kind_name(code: i64) -> Result<&'static str> {
    usize::try_from(code)
        .ok()
        .and_then(|at| KINDS.get(at).copied())
        .ok_or_else(|| StoreError::unreadable("message.kind", format!("code {code}")))
}

pub(crate) const AUTHOR_CUSTOMER: i64 = 0;
pub(crate) const AUTHOR_MEMBER: i64 = 1;
pub(crate) const AUTHOR_PHONE: i64 = 2;
pub(crate) const AUTHOR_BOT: i64 = 3;
pub(crate) const AUTHOR_SYSTEM: i64 = 4;

pub(crate) fn author_code(author: &Author) -> i64 {
    match author {
        Author::Customer => AUTHOR_CUSTOMER,
        Author::Member { .. } => AUTHOR_MEMBER,
        Author::Phone => AUTHOR_PHONE,
        Author::Bot { .. } => AUTHOR_BOT,
        Author::System => AUTHOR_SYSTEM,
    }
}

pub(crate) fn author(code: i64, id: Option<&[u8]>, bot: Option<String>) -> Result<Author> {
    Ok(match code {
        AUTHOR_CUSTOMER => Author::Customer,
        AUTHOR_MEMBER => Author::Member { id: MemberId(uuid("message.author_id", id.unwrap_or_default())?) },
        AUTHOR_PHONE => Author::Phone,
        AUTHOR_BOT => Author::Bot { name: bot.unwrap_or_default() },
        AUTHOR_SYSTEM => Author::System,
        other => return Err(StoreError::unreadable("message.author", format!("code {other}"))),
    })
}

/// `(state, code)` of a line.
pub(crate) fn line_state_code(state: &LineState) -> (i64, &str) {
    match state {
        LineState::Connecting => (0, ""),
        LineState::Connected => (1, ""),
        LineState::Degraded { code } => (2, code),
        LineState::NeedsAuth { code } => (3, code),
        LineState::Disconnected { code } => (4, code),
        LineState::Removed => (5, ""),
    }
}

pub(crate) fn line_state(state: i64, code: String) -> Result<LineState> {
    Ok(match state {
        0 => LineState::Connecting,
        1 => LineState::Connected,
        2 => LineState::Degraded { code },
        3 => LineState::NeedsAuth { code },
        4 => LineState::Disconnected { code },
        5 => LineState::Removed,
        other => return Err(StoreError::unreadable("line.state", format!("code {other}"))),
    })
}

pub(crate) fn line_history_code(history: LineHistory) -> i64 {
    match history {
        LineHistory::Kept => 0,
        LineHistory::Erasing => 1,
        LineHistory::Erased => 2,
    }
}

pub(crate) fn line_history(code: i64) -> Result<LineHistory> {
    Ok(match code {
        0 => LineHistory::Kept,
        1 => LineHistory::Erasing,
        2 => LineHistory::Erased,
        other => return Err(StoreError::unreadable("line.history", format!("code {other}"))),
    })
}

codes!(score_by_code, score_by, ScoreBy, "lead.score_by", {
    ScoreBy::Ai => ScoreBy::Ai => 0, ScoreBy::Manual => ScoreBy::Manual => 1,
});

/// An enumeration whose codes the rules' crate has.
pub(crate) fn coded<T>(column: &'static str, of: impl Fn(i64) -> Option<T>, code: i64) -> Result<T> {
    of(code).ok_or_else(|| StoreError::unreadable(column, format!("code {code}")))
}

pub(crate) fn uuid(table: &'static str, bytes: &[u8]) -> Result<Uuid> {
    Uuid::from_slice(bytes).map_err(|error| StoreError::unreadable(table, error))
}

// -- blobs --------------------------------------------------------------------------------------

/// MessagePack with field names.
pub(crate) fn pack<T: Serialize>(value: &T) -> Result<Vec<u8>> {
    rmp_serde::to_vec_named(value).map_err(|error| StoreError::unreadable("pack", error))
}

pub(crate) fn unpack<T: for<'de> Deserialize<'de>>(table: &'static str, bytes: &[u8]) -> Result<T> {
    rmp_serde::from_slice(bytes).map_err(|error| StoreError::unreadable(table, error))
}

/// Null for an empty list.
pub(crate) fn pack_list<T: Serialize>(list: &[T]) -> Result<Option<Vec<u8>>> {
    if list.is_empty() { Ok(None) } else { pack(&list).map(Some) }
}

pub(crate) fn unpack_list<T: for<'de> Deserialize<'de>>(table: &'static str, bytes: Option<&[u8]>) -> Result<Vec<T>> {
    bytes.map_or_else(|| Ok(Vec::new()), |bytes| unpack(table, bytes))
}

pub(crate) fn maybe_pack<T: Serialize>(value: Option<&T>) -> Result<Option<Vec<u8>>> {
    value.map(pack).transpose()
}

pub(crate) fn maybe_unpack<T: for<'de> Deserialize<'de>>(
    table: &'static str,
    bytes: Option<&[u8]>,
) -> Result<Option<T>> {
    bytes.map(|bytes| unpack(table, bytes)).transpose()
}

/// A delivery time line without field names: the first byte is the version, then MessagePack of
/// `[[attempt, delivery code, at_ms, error or nil], …]`. It is a fifth of the named form, and
/// half of all messages have one.
pub(crate) fn pack_timeline(marks: &[DeliveryMark]) -> Result<Option<Vec<u8>>> {
    if marks.is_empty() {
        return Ok(None);
    }
    type Mark<'a> = (u32, i64, i64, Option<(&'a str, Option<&'a str>)>);
    let short: Vec<Mark<'_>> = marks
        .iter()
        .map(|mark| {
            let error = mark.error.as_ref().map(|error| (error.code.as_str(), error.detail.as_deref()));
            (mark.attempt, delivery_code(&mark.status), mark.at_ms, error)
        })
        .collect();
    pack_short(&short).map(Some)
}

type ShortMark = (u32, i64, i64, Option<(String, Option<String>)>);

pub(crate) fn unpack_timeline(bytes: Option<&[u8]>) -> Result<Vec<DeliveryMark>> {
    let Some(bytes) = bytes else { return Ok(Vec::new()) };
    let short: Vec<ShortMark> = unpack_short("message.timeline", bytes)?;
    short
        .into_iter()
        .map(|(attempt, status, at_ms, error)| {
            Ok(DeliveryMark {
                attempt,
                status: delivery(status)?,
                at_ms,
                error: error.map(|(code, detail)| SendError { code, detail }),
            })
        })
        .collect()
}

/// What few messages have.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Extra {
    pub error: Option<SendError>,
    pub reactions: Vec<Reaction>,
    pub earlier: Vec<String>,
    pub bot: Option<String>,
    pub send_whenever: bool,
    pub wanted_edit: Option<WantedEdit>,
}

type ShortError = (String, Option<String>);
type ShortExtra = (Option<ShortError>, Vec<(String, bool)>, Vec<String>, Option<String>, bool);
/// The same, and a correction that waits or was refused: of those there are hardly any.
type LongExtra = (ShortExtra, Option<(String, Option<ShortError>)>);

pub(crate) fn pack_extra(message: &Message) -> Result<Option<Vec<u8>>> {
    let bot = match &message.author {
        Author::Bot { name } => Some(name.clone()),
        _ => None,
    };
    if message.error.is_none()
        && message.reactions.is_empty()
        && message.earlier.is_empty()
        && bot.is_none()
        && !message.send_whenever
        && message.wanted_edit.is_none()
    {
        return Ok(None);
    }
    let short_error = |error: &SendError| (error.code.clone(), error.detail.clone());
    let short: ShortExtra = (
        message.error.as_ref().map(short_error),
        message.reactions.iter().map(|reaction| (reaction.emoji.clone(), reaction.from_me)).collect(),
        message.earlier.clone(),
        bot,
        message.send_whenever,
    );
    if let Some(wanted) = &message.wanted_edit {
        let long: LongExtra = (short, Some((wanted.text.clone(), wanted.error.as_ref().map(short_error))));
        return pack_version(LONG_VERSION, &long).map(Some);
    }
    pack_short(&short).map(Some)
}

pub(crate) fn unpack_extra(bytes: Option<&[u8]>) -> Result<Extra> {
    let Some(bytes) = bytes else { return Ok(Extra::default()) };
    let long_error = |(code, detail): ShortError| SendError { code, detail };
    let (short, wanted): LongExtra = match bytes.split_first() {
        Some((&LONG_VERSION, rest)) => unpack("message.extra", rest)?,
        _ => (unpack_short("message.extra", bytes)?, None),
    };
    let (error, reactions, earlier, bot, send_whenever) = short;
    Ok(Extra {
        error: error.map(long_error),
        reactions: reactions.into_iter().map(|(emoji, from_me)| Reaction { emoji, from_me }).collect(),
        earlier,
        bot,
        send_whenever,
        wanted_edit: wanted.map(|(text, error)| WantedEdit { text, error: error.map(long_error) }),
    })
}

const SHORT_VERSION: u8 = 1;
const LONG_VERSION: u8 = 2;

fn pack_short<T: Serialize>(value: &T) -> Result<Vec<u8>> {
    pack_version(SHORT_VERSION, value)
}

fn pack_version<T: Serialize>(version: u8, value: &T) -> Result<Vec<u8>> {
    let mut bytes = vec![version];
    rmp_serde::encode::write(&mut bytes, value).map_err(|error| StoreError::unreadable("pack", error))?;
    Ok(bytes)
}

fn unpack_short<T: for<'de> Deserialize<'de>>(table: &'static str, bytes: &[u8]) -> Result<T> {
    match bytes.split_first() {
        Some((&SHORT_VERSION, rest)) => unpack(table, rest),
        Some((version, _)) => Err(StoreError::unreadable(table, format!("version {version}"))),
        None => Err(StoreError::unreadable(table, "empty")),
    }
}
