//! The floor's rows: every column read into memory by its place, nothing decided. The product's
//! answer must be the same row for row; that is looked at outside of the measured time.

use anyhow::{Context as _, Result, ensure};
use embudo_domain::{Body, Direction, LineType};
use embudo_store::{InboxRow, MessageHit, ThreadRow};
use sqlx::sqlite::SqliteRow;
use sqlx::{Row as _, SqliteConnection};
use std::ops::DerefMut;

type Blob = Vec<u8>;

pub struct Inbox {
    id: Blob,
    contact_id: Blob,
    name: Option<String>,
    channel_name: Option<String>,
    saved: Option<bool>,
    line_id: Blob,
    line_type: i64,
    line_name: String,
    color: String,
    line_state: i64,
    state: i64,
    snoozed_until_ms: Option<i64>,
    snoozed_until_reply: Option<bool>,
    snoozed_by: Option<Blob>,
    reason: Option<String>,
    blocked: bool,
    last_at_ms: i64,
    last_inbound_s: Option<i64>,
    waiting_since_ms: Option<i64>,
    unread: i64,
    manual_unread: bool,
    failed: i64,
    window_ms: Option<i64>,
    preview_id: Option<Blob>,
    preview_from_us: Option<bool>,
    preview_kind: Option<String>,
    preview_text: Option<String>,
    preview_delivery: Option<i64>,
    preview_sort_s: Option<i64>,
    preview_conv_seq: Option<i64>,
    tags: Option<Blob>,
    draft: Option<String>,
    held: Option<Blob>,
    held_text: Option<String>,
}

impl Inbox {
    fn read(row: &SqliteRow) -> Result<Self, sqlx::Error> {
        Ok(Self {
            id: row.try_get(0)?,
            contact_id: row.try_get(1)?,
            name: row.try_get(2)?,
            channel_name: row.try_get(3)?,
            saved: row.try_get(4)?,
            line_id: row.try_get(5)?,
            line_type: row.try_get(6)?,
            line_name: row.try_get(7)?,
            color: row.try_get(8)?,
            line_state: row.try_get(9)?,
            state: row.try_get(10)?,
            snoozed_until_ms: row.try_get(11)?,
            snoozed_until_reply: row.try_get(12)?,
            snoozed_by: row.try_get(13)?,
            reason: row.try_get(14)?,
            blocked: row.try_get(15)?,
            last_at_ms: row.try_get(16)?,
            last_inbound_s: row.try_get(17)?,
            waiting_since_ms: row.try_get(18)?,
            unread: row.try_get(19)?,
            manual_unread: row.try_get(20)?,
            failed: row.try_get(21)?,
            window_ms: row.try_get(22)?,
            preview_id: row.try_get(23)?,
            preview_from_us: row.try_get(24)?,
            preview_kind: row.try_get(25)?,
            preview_text: row.try_get(26)?,
            preview_delivery: row.try_get(27)?,
            preview_sort_s: row.try_get(28)?,
            preview_conv_seq: row.try_get(29)?,
            tags: row.try_get(30)?,
            draft: row.try_get(31)?,
            held: row.try_get(32)?,
            held_text: row.try_get(33)?,
        })
    }

    fn is(&self, row: &InboxRow) -> bool {
        let preview = row.preview.as_ref();
        let state = match &row.state {
            embudo_domain::ConversationState::Open => (0, None, None, None, None),
            embudo_domain::ConversationState::Snoozed { until_ms, until_reply, by } => {
                (1, *until_ms, Some(*until_reply), Some(by.bytes().to_vec()), None)
            }
            embudo_domain::ConversationState::Closed { reason } => (2, None, None, None, reason.clone()),
        };
        let floor_state = (
            self.state,
            self.snoozed_until_ms,
            self.snoozed_until_reply.filter(|_| self.state == 1),
            self.snoozed_by.clone(),
            self.reason.clone(),
        );
        let line = (row.line_type == LineType::Simulator, row.line_connected);
        self.id == row.id.bytes()
            && self.contact_id == row.contact_id.bytes()
            && self.name.as_deref().filter(|name| !name.is_empty()).or(self.channel_name.as_deref()) == Some(&*row.name)
            && self.saved == Some(row.saved)
            && self.line_id == row.line_id.bytes()
            && line == (self.line_type == 0, matches!(self.line_state, 1 | 2))
            && (&self.line_name, &self.color) == (&row.line_name, &row.line_color)
            && floor_state == state
            && (self.blocked, self.last_at_ms) == (row.blocked, row.last_at_ms)
            && (self.last_inbound_s, self.waiting_since_ms) == (row.last_inbound_s, row.waiting_since_ms)
            && (self.unread, self.manual_unread, self.failed) == (row.unread, row.manual_unread, row.failed_count)
            && self.window_ms == row.window_closes_at_ms
            && self.preview_id == preview.map(|preview| preview.message_id.bytes().to_vec())
            && self.preview_from_us == preview.map(|preview| preview.from_us)
            && self.preview_kind.as_deref() == preview.map(|preview| preview.kind.as_str())
            && self.preview_text.as_deref() == preview.map(|preview| preview.text.as_str())
            && self.preview_delivery.is_some() == preview.is_some()
            && self.preview_sort_s == preview.map(|preview| preview.sort_s)
            && self.preview_conv_seq == preview.map(|preview| preview.conv_seq)
            && self.tags.as_ref().map_or(0, Vec::len) == row.tag_ids.len() * 16
            && self.draft == row.draft_text
            && self.held.is_some() == row.held.is_some()
            && self.held_text == row.held_text
    }
}

pub struct Message {
    id: Blob,
    conversation_id: Blob,
    sort_s: i64,
    conv_seq: i64,
    inbound_no: Option<i64>,
    direction: i64,
    kind: i64,
    delivery: i64,
    attempt: i64,
    created_at_ms: i64,
    author: i64,
    author_id: Option<Blob>,
    provider_id: Option<String>,
    reply_to: Option<Blob>,
    text: Option<String>,
    body: Option<Blob>,
    extra: Option<Blob>,
    edited_at_ms: Option<i64>,
    deleted_at_ms: Option<i64>,
    quoted_direction: Option<i64>,
    quoted_author: Option<i64>,
    quoted_author_id: Option<Blob>,
    quoted_kind: Option<i64>,
    quoted_text: Option<String>,
    quoted_extra: Option<Blob>,
    waiting: bool,
}

impl Message {
    fn read(row: &SqliteRow) -> Result<Self, sqlx::Error> {
        Ok(Self {
            id: row.try_get(0)?,
            conversation_id: row.try_get(1)?,
            sort_s: row.try_get(2)?,
            conv_seq: row.try_get(3)?,
            inbound_no: row.try_get(4)?,
            direction: row.try_get(5)?,
            kind: row.try_get(6)?,
            delivery: row.try_get(7)?,
            attempt: row.try_get(8)?,
            created_at_ms: row.try_get(9)?,
            author: row.try_get(10)?,
            author_id: row.try_get(11)?,
            provider_id: row.try_get(12)?,
            reply_to: row.try_get(13)?,
            text: row.try_get(14)?,
            body: row.try_get(15)?,
            extra: row.try_get(16)?,
            edited_at_ms: row.try_get(17)?,
            deleted_at_ms: row.try_get(18)?,
            quoted_direction: row.try_get(19)?,
            quoted_author: row.try_get(20)?,
            quoted_author_id: row.try_get(21)?,
            quoted_kind: row.try_get(22)?,
            quoted_text: row.try_get(23)?,
            quoted_extra: row.try_get(24)?,
            waiting: row.try_get(25)?,
        })
    }

    fn is(&self, row: &ThreadRow) -> bool {
        let text = match &row.body {
            Body::Text { text } => Some(text.clone()),
            other => other.searchable(),
        };
        let direction = match row.direction {
            Direction::In => 0,
            Direction::Out => 1,
            Direction::Event => 2,
        };
        let has_extra = row.error.is_some() || !row.reactions.is_empty() || !row.earlier.is_empty();
        let quoted = row.quoted.as_ref();
        self.id == row.id.bytes()
            && self.conversation_id == row.conversation_id.bytes()
            && (self.sort_s, self.conv_seq) == (row.key.sort_s, row.key.conv_seq)
            && (self.inbound_no, self.direction) == (row.inbound_no, direction)
            && (self.kind == 0) == matches!(row.body, Body::Text { .. })
            && self.body.is_none() == matches!(row.body, Body::Text { .. })
            && (self.delivery == 0) == (row.delivery == embudo_domain::Delivery::Received)
            && (self.attempt, self.created_at_ms) == (i64::from(row.attempt), row.created_at_ms)
            && (self.author == 1) == self.author_id.is_some()
            && self.provider_id == row.provider_id
            && self.reply_to == row.reply_to.map(|id| id.bytes().to_vec())
            && self.text == text
            && self.extra.is_some() == has_extra
            && (self.edited_at_ms, self.deleted_at_ms) == (row.edited_at_ms, row.deleted_at_ms)
            && self.quoted_direction.is_some() == quoted.is_some()
            && self.quoted_author.is_some() == quoted.is_some()
            && self.quoted_kind.is_some() == quoted.is_some()
            && (self.quoted_author == Some(1)) == self.quoted_author_id.is_some()
            && self.quoted_text.as_deref().unwrap_or_default() == quoted.map_or("", |quoted| &quoted.text)
            && (self.quoted_extra.is_none() || quoted.is_some())
            && self.waiting == row.change_waiting
    }
}

pub struct Hit {
    local_id: i64,
    id: Blob,
    conversation_id: Blob,
    contact_id: Blob,
    name: Option<String>,
    line_id: Blob,
    direction: i64,
    kind: i64,
    sort_s: i64,
    created_at_ms: i64,
    snippet: Option<String>,
}

impl Hit {
    fn read(row: &SqliteRow) -> Result<Self, sqlx::Error> {
        Ok(Self {
            local_id: row.try_get(0)?,
            id: row.try_get(1)?,
            conversation_id: row.try_get(2)?,
            contact_id: row.try_get(3)?,
            name: row.try_get(4)?,
            line_id: row.try_get(5)?,
            direction: row.try_get(6)?,
            kind: row.try_get(7)?,
            sort_s: row.try_get(8)?,
            created_at_ms: row.try_get(9)?,
            snippet: row.try_get(10)?,
        })
    }

    fn is(&self, hit: &MessageHit) -> bool {
        let snippet: String = hit.snippet.iter().map(|part| part.text.as_str()).collect();
        let plain: String =
            self.snippet.iter().flat_map(|text| text.chars()).filter(|c| !matches!(c, '\u{1}' | '\u{2}')).collect();
        self.local_id > 0
            && self.id == hit.message_id.bytes()
            && self.conversation_id == hit.conversation_id.bytes()
            && self.contact_id == hit.contact_id.bytes()
            && self.name.as_deref() == Some(&*hit.name)
            && self.line_id == hit.line_id.bytes()
            && (self.direction == 0) == (hit.direction == Direction::In)
            && (self.kind == 0) == (hit.kind == "text")
            && (self.sort_s * 1000 == hit.at_ms || self.created_at_ms == hit.at_ms)
            // Of a long text FTS5 shows where most of what it was asked for stands: asked for several
            // words instead of their common beginning, it may show another piece of the same text.
            && (plain == snippet || hit.snippet.iter().any(|part| part.hit))
    }
}

pub async fn inbox(
    conn: &mut impl DerefMut<Target = SqliteConnection>,
    sql: &'static str,
    binds: &[i64],
) -> Result<Vec<Inbox>> {
    let mut query = sqlx::query(sql);
    for bind in binds {
        query = query.bind(*bind);
    }
    let rows = query.fetch_all(&mut **conn).await?;
    rows.iter().map(|row| Inbox::read(row).context("a floor row")).collect()
}

pub async fn thread(conn: &mut impl DerefMut<Target = SqliteConnection>, id: [u8; 16]) -> Result<Vec<Message>> {
    let rows = sqlx::query(super::THREAD).bind(id.to_vec()).fetch_all(&mut **conn).await?;
    rows.iter().map(|row| Message::read(row).context("a floor row")).collect()
}

pub async fn search(conn: &mut impl DerefMut<Target = SqliteConnection>, matching: &str) -> Result<Vec<Hit>> {
    let rows = sqlx::query(super::SEARCH).bind(matching).fetch_all(&mut **conn).await?;
    rows.iter().map(|row| Hit::read(row).context("a floor row")).collect()
}

pub fn same_inbox(floor: &[Inbox], product: &[InboxRow]) -> Result<()> {
    let equal = floor.len() == product.len() && floor.iter().zip(product).all(|(floor, row)| floor.is(row));
    ensure!(equal, "the inbox page and its floor differ: {} and {} rows", product.len(), floor.len());
    Ok(())
}

/// The thread's page is oldest first.
pub fn same_thread(floor: &[Message], product: &[ThreadRow]) -> Result<()> {
    let equal = floor.len() == product.len() && floor.iter().rev().zip(product).all(|(floor, row)| floor.is(row));
    ensure!(equal, "the thread and its floor differ: {} and {} rows", product.len(), floor.len());
    Ok(())
}

pub fn same_hits(floor: &[Hit], product: &[MessageHit]) -> Result<()> {
    let equal = floor.len() == product.len() && floor.iter().zip(product).all(|(floor, hit)| floor.is(hit));
    ensure!(equal, "the hits and their floor differ: {} and {} rows", product.len(), floor.len());
    Ok(())
}
