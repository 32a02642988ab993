//! Messages of a thread.

use crate::abilities;
use crate::api::{MessageView, Quote, ThreadKey};
use crate::catalogue::Catalogue;
use crate::phone;
use embudo_domain::*;
use embudo_platform::may_open_file;
use embudo_store::{HeldMessage, ThreadRow, WaitingRow};

/// Held messages stand behind everything else, in the order of their clicks and of the parts of a
/// click; the key of each stays while others leave. Still a number that JavaScript keeps exact.
const HELD_SEQ: i64 = 9_000_000_000_000_000;

/// Errors that the same message meets again.
const FINAL_ERRORS: [&str; 6] =
    ["WINDOW_CLOSED", "FILE_TOO_BIG", "TEXT_TOO_LONG", "FILE_MISSING", "EMPTY_MESSAGE", "CANNOT_START"];

pub fn message_view(row: ThreadRow, line: Option<&Line>, catalogue: &Catalogue) -> MessageView {
    let allowed = allowed(&row, line);
    MessageView {
        id: row.id,
        conversation_id: row.conversation_id,
        direction: row.direction,
        author_name: catalogue.author_name(&row.author),
        key: ThreadKey { sort_s: row.key.sort_s, conv_seq: row.key.conv_seq },
        inbound_no: row.inbound_no,
        at_ms: if row.key.sort_s >= SORT_UNSENT_S { row.created_at_ms } else { row.key.sort_s * 1_000 },
        received_at_ms: row.created_at_ms,
        delivery: row.delivery,
        held_until_ms: None,
        attempt: row.attempt,
        waiting_for: waiting_for(row.delivery, line),
        error: row.error,
        quote: row.quoted.map(|quoted| Quote {
            message_id: quoted.id,
            from_us: quoted.direction == Direction::Out,
            author_name: catalogue.author_name(&quoted.author),
            kind: quoted.kind.to_owned(),
            text: quoted.text,
        }),
        reactions: row.reactions,
        edited_at_ms: row.edited_at_ms,
        earlier: row.earlier,
        deleted_at_ms: row.deleted_at_ms,
        wanted_edit: row.wanted_edit,
        change_waiting: row.change_waiting,
        allowed,
        author: row.author,
        body: as_read(row.body, &catalogue.workspace.default_country),
    }
}

/// The numbers of a shared card are stored as they came and read as people write them.
fn as_read(body: Body, default_country: &str) -> Body {
    match body {
        Body::Contact { name, phones } => {
            Body::Contact { name, phones: phones.iter().map(|text| phone::on_card(text, default_country)).collect() }
        }
        body => body,
    }
}

/// What stands in the way of a queued message, as far as its line tells.
fn waiting_for(delivery: Delivery, line: Option<&Line>) -> Option<String> {
    if delivery != Delivery::Queued {
        return None;
    }
    let code = match &line?.state {
        LineState::Connecting => "OFFLINE",
        LineState::Degraded { code } if code == "SLOW_DOWN" => "SLOW_DOWN",
        LineState::Degraded { .. } => "OFFLINE",
        LineState::Disconnected { code } if code == "NETWORK" => "OFFLINE",
        LineState::NeedsAuth { .. } | LineState::Disconnected { .. } | LineState::Removed => "LINE_DOWN",
        LineState::Connected => return None,
    };
    Some(code.to_owned())
}

/// Buttons that do something. The rules have the last word; these are those that they grant.
fn allowed(row: &ThreadRow, line: Option<&Line>) -> Vec<String> {
    let mut allowed = Vec::new();
    if row.deleted_at_ms.is_none() && row.direction == Direction::Out {
        let final_error = row.error.as_ref().is_some_and(|error| FINAL_ERRORS.contains(&error.code.as_str()));
        let has_text = matches!(row.body, Body::Text { .. });
        // Nothing goes by it any more: what could be tried again would be refused.
        let is_gone = line.is_none_or(|line| line.state == LineState::Removed);
        match row.delivery {
            Delivery::Failed | Delivery::Canceled | Delivery::Unknown if is_gone => allowed.push("discard"),
            Delivery::NeedsOk if is_gone => allowed.push("cancel"),
            Delivery::Queued | Delivery::WaitingReply => allowed.push("cancel"),
            Delivery::NeedsOk => allowed.extend(["release", "cancel"]),
            Delivery::Failed => {
                if !final_error {
                    allowed.push("retry");
                }
                allowed.extend(["take_back", "discard"]);
            }
            Delivery::Canceled => allowed.extend(["take_back", "discard"]),
            Delivery::Unknown => allowed.extend(["settle", "discard"]),
            Delivery::Sent | Delivery::Delivered | Delivery::Read | Delivery::Played => {
                let can_edit = !is_gone && line.is_some_and(|line| abilities::of(line.line_type).can_edit);
                if has_text && can_edit && matches!(row.author, Author::Member { .. }) {
                    allowed.push("edit");
                }
            }
            Delivery::Received | Delivery::Sending => {}
        }
    }
    if let Body::Media { file, .. } = &row.body {
        match &file.file {
            FileState::Here { .. } => {
                if may_open_file(file.name.as_deref().unwrap_or_default(), &file.mime) {
                    allowed.push("open");
                }
                allowed.push("save");
            }
            FileState::Failed { remote, .. } if remote.is_empty() => {}
            FileState::Waiting { .. } | FileState::Failed { .. } => allowed.push("fetch"),
        }
    }
    allowed.into_iter().map(str::to_owned).collect()
}

pub fn held_view(held: &HeldMessage, author: &Member, quote: Option<Quote>) -> MessageView {
    MessageView {
        id: held.message_id,
        conversation_id: held.conversation_id,
        direction: Direction::Out,
        author: Author::Member { id: author.id },
        author_name: author.name.clone(),
        body: held.body.clone(),
        key: ThreadKey { sort_s: SORT_UNSENT_S, conv_seq: HELD_SEQ + held.clicked_at_ms + i64::from(held.place) },
        inbound_no: None,
        at_ms: held.clicked_at_ms,
        received_at_ms: held.clicked_at_ms,
        delivery: Delivery::Queued,
        held_until_ms: Some(if held.asks { 0 } else { held.until_ms }),
        attempt: 1,
        error: None,
        waiting_for: None,
        quote,
        reactions: Vec::new(),
        edited_at_ms: None,
        earlier: Vec::new(),
        deleted_at_ms: None,
        wanted_edit: None,
        change_waiting: false,
        allowed: Vec::new(),
    }
}

/// Why something is in the outbox (CMP-14).
pub fn waiting_reason(row: &WaitingRow) -> String {
    let code = match row.message.delivery {
        Delivery::NeedsOk => "NEEDS_OK",
        Delivery::WaitingReply => "WAITING_REPLY",
        Delivery::Failed => "FAILED",
        Delivery::Unknown => "UNKNOWN",
        Delivery::Sending => "UPLOADING",
        _ => match waiting_for(Delivery::Queued, Some(&row.line)) {
            Some(code) => return code,
            None if row.behind_another => "IN_TURN",
            None => "OFFLINE",
        },
    };
    code.to_owned()
}
