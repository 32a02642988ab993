//! The board, the contact's leads and their history, and what they point to.
//!
//! A column is read by number, not by key: its place on the screen is a number of rows, and an
//! index of a column is walked at millions of rows a second.

use crate::sql::{self, Args};
use crate::tables::{self, CARD_COLUMNS, LEAD_COLUMNS, get, get_id, get_maybe_id, preview_from, tags_from};
use crate::{Result, Store};
use embudo_domain::*;
use serde::{Deserialize, Serialize};
use sqlx::SqliteConnection;
use sqlx::sqlite::SqliteRow;
use std::collections::{BTreeSet, HashSet};
use uuid::Uuid;

/// Everything that leads point to, in the order in which it is shown.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SaleCatalogue {
    pub settings: SaleSettings,
    pub statuses: Vec<LeadStatus>,
    pub funnels: Vec<Funnel>,
    /// Of every funnel, with Intake.
    pub stages: Vec<Stage>,
    /// What the product brought along first, then by age.
    pub sources: Vec<Source>,
    pub reasons: Vec<LostReason>,
    /// Of contacts, then of leads.
    pub fields: Vec<CustomField>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CardOrder {
    /// Where cards were put; one whose contact wrote since stands on top (FUN-08).
    #[default]
    Lifted,
    /// Where they were put.
    Manual,
}

/// What a card shows. `lead.state` has its stage, how long it has been there, and its `position`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct CardRow {
    pub lead: Lead,
    /// Its place under [`CardOrder::Lifted`]; of equal ones the lower id comes first. Says nothing
    /// of a closed lead.
    pub board_key: String,
    /// The contact's name; the channel's name for it where no person saved one.
    pub name: String,
    pub photo_hash: Option<String>,
    pub tag_ids: Vec<TagId>,
    pub blocked: bool,
    /// The contact's newest one.
    pub conversation: Option<CardConversation>,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct CardConversation {
    pub id: ConversationId,
    pub line_id: LineId,
    pub last_at_ms: i64,
    pub unread: i64,
    /// Has unread messages, or a person marked it so.
    pub is_unread: bool,
    pub waiting_since_ms: Option<i64>,
    pub failed_count: i64,
    pub window_closes_at_ms: Option<i64>,
    pub preview: Option<Preview>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct StageCounts {
    /// Stages with at least one active lead.
    pub stages: Vec<StageCount>,
    /// Of the last 30 days.
    pub closed: ClosedCounts,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct StageCount {
    pub stage_id: StageId,
    pub active: i64,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct ClosedCounts {
    pub won: i64,
    pub lost: i64,
    pub archived: i64,
}

/// An event's place in the history of its contact.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HistoryKey {
    pub at_ms: i64,
    pub id: HistoryId,
}

impl HistoryKey {
    pub fn of(event: &HistoryEvent) -> Self {
        Self { at_ms: event.at_ms, id: event.id }
    }
}

/// How far back the rail of outcomes counts.
const RAIL_MS: i64 = 30 * 86_400_000;
/// Cards of one call.
pub(crate) const MOST: u32 = 200;

/// Of several conversations the one where something happened last.
const CARD_JOINS: &str = "left join contact k on k.id = l.contact_id \
     left join conversation c on c.contact_id = l.contact_id and not exists (select 1 from conversation o \
         where o.contact_id = l.contact_id and (o.last_at_ms, o.id) > (c.last_at_ms, c.id))";
const SHOWN: &str = "l.board_key, k.display_name, k.channel_name, k.photo_hash, k.tag_ids, k.blocked, \
     c.id, c.line_id, c.last_at_ms, max(c.inbound_count - c.read_inbound, 0), c.is_unread, c.waiting_since_ms, c.failed_count, \
     c.window_closes_at_ms, c.preview_id, c.preview_from_us, c.preview_kind, c.preview_text, c.preview_delivery, \
     c.preview_sort_s, c.preview_conv_seq";

/// Which cards stand in a stretch of a column; the index alone says it.
pub fn stretch_sql(order: CardOrder) -> String {
    let (index, place) = match order {
        CardOrder::Lifted => ("lead_lifted", "board_key"),
        CardOrder::Manual => ("lead_placed", "position"),
    };
    format!(
        "select local_id from lead indexed by {index} where stage_id = ?1 and closed_at_ms is null \
         order by {place}, id limit ?2 offset ?3"
    )
}

pub fn stage_cards_sql(order: CardOrder) -> String {
    let stretch = stretch_sql(order);
    format!(
        "select {CARD_COLUMNS}, {SHOWN} from ({stretch}) p cross join lead l on l.local_id = p.local_id {CARD_JOINS}"
    )
}

fn cards_sql() -> String {
    format!("select {CARD_COLUMNS}, {SHOWN} from lead l {CARD_JOINS}")
}

/// By the index of what closed.
pub const CLOSED_SINCE: &str = "select category, count(*) from lead indexed by lead_closed \
     where closed_at_ms is not null and category in (1, 2, 3) and closed_at_ms >= ?1 group by category";
/// 1: won.
const IS_WON: &str = "category = 1 and contact_id";
pub const STAGE_COUNTS: &str = "select stage_id, total from lead_count where total > 0 order by stage_id";
pub const HISTORY_OF_CONTACT: &str = "select body from history where contact_id = ?1 and (at_ms, id) < (?2, ?3) \
     order by at_ms desc, id desc limit ?4";

impl Store {
    /// All catalogues as they stand at one moment.
    pub async fn sale_catalogue(&self) -> Result<SaleCatalogue> {
        let mut reader = self.read().await?;
        let mut snapshot = sqlx::Connection::begin(&mut *reader).await?;
        let conn = &mut *snapshot;
        macro_rules! all {
            ($entity:ident, $order:literal) => {
                super::lines::all(conn, Entity::$entity, $order, |row| match row {
                    Row::$entity(row) => Some(row),
                    _ => None,
                })
                .await?
            };
        }
        Ok(SaleCatalogue {
            settings: all!(SaleSettings, "").pop().unwrap_or_default(),
            statuses: all!(LeadStatus, "order by position, id"),
            funnels: all!(Funnel, "order by position, id"),
            stages: all!(Stage, "order by position, id"),
            sources: all!(Source, "order by code is null, id"),
            reasons: all!(LostReason, "order by position, id"),
            fields: all!(Field, "order by of, position, id"),
        })
    }

    pub async fn lead(&self, id: LeadId) -> Result<Option<Lead>> {
        Ok(match self.row(RowKey { entity: Entity::Lead, id: id.0 }).await? {
            Some(Row::Lead(lead)) => Some(*lead),
            _ => None,
        })
    }

    /// Every cycle, the newest first.
    pub async fn leads_of_contact(&self, contact_id: ContactId) -> Result<Vec<Lead>> {
        let mut args = Args::default();
        args.id(contact_id.0)?;
        let sql = format!("{} where contact_id = ?1 order by cycle desc, id desc", tables::SELECT_LEAD);
        let rows = sql::rows(&mut *self.read().await?, sql, args).await?;
        rows.iter().map(|row| tables::lead_from(row, 0)).collect()
    }

    /// Those of them who have bought: of any cycle, whatever came after (product.md 3.5).
    pub async fn customers(&self, contacts: &[ContactId]) -> Result<HashSet<ContactId>> {
        let ids: Vec<Uuid> = contacts.iter().map(|id| id.0).collect::<BTreeSet<_>>().into_iter().collect();
        let mut reader = self.read().await?;
        let rows = sql::select_by_ids(&mut reader, "select contact_id from lead", IS_WON, &ids).await?;
        rows.iter().map(|row| get_id(row, 0, "lead").map(ContactId)).collect()
    }

    /// What happened to the leads of a contact, the newest first; `before` is the last of the page
    /// before.
    pub async fn history_of_contact(
        &self,
        contact_id: ContactId,
        before: Option<HistoryKey>,
        limit: u32,
    ) -> Result<Vec<HistoryEvent>> {
        let before = before.unwrap_or(HistoryKey { at_ms: i64::MAX, id: HistoryId(Uuid::max()) });
        let mut args = Args::default();
        args.id(contact_id.0)?;
        args.add(before.at_ms)?;
        args.id(before.id.0)?;
        args.add(i64::from(limit))?;
        let rows = sql::rows_of(&mut *self.read().await?, HISTORY_OF_CONTACT, args).await?;
        rows.iter().map(|row| tables::history_from(row, 0)).collect()
    }

    /// Exact, without counting what is active.
    pub async fn stage_counts(&self, now_ms: i64) -> Result<StageCounts> {
        let mut reader = self.read().await?;
        let mut snapshot = sqlx::Connection::begin(&mut *reader).await?;
        let mut counts = StageCounts::default();
        for row in sql::rows_of(&mut snapshot, STAGE_COUNTS, Args::default()).await? {
            let stage_id = StageId(get_id(&row, 0, "lead_count")?);
            counts.stages.push(StageCount { stage_id, active: get(&row, 1)? });
        }
        let mut args = Args::default();
        args.add(now_ms - RAIL_MS)?;
        for row in sql::rows_of(&mut snapshot, CLOSED_SINCE, args).await? {
            let count = get(&row, 1)?;
            match Category::from_code(get(&row, 0)?) {
                Some(Category::Won) => counts.closed.won = count,
                Some(Category::Lost) => counts.closed.lost = count,
                Some(Category::Archived) => counts.closed.archived = count,
                Some(Category::Open) | None => {}
            }
        }
        Ok(counts)
    }

    /// Active leads of a stage in its order, from row number `offset` on; at most 200.
    pub async fn stage_cards(
        &self,
        stage_id: StageId,
        order: CardOrder,
        offset: u32,
        limit: u32,
    ) -> Result<Vec<CardRow>> {
        let mut args = Args::default();
        args.id(stage_id.0)?;
        args.add(i64::from(limit.min(MOST)))?;
        args.add(i64::from(offset))?;
        let mut cards = cards(&mut *self.read().await?, stage_cards_sql(order), args).await?;
        // The join walks the stretch in its order, which no statement promises.
        cards.sort_by(|one, other| place(one, order).cmp(&place(other, order)));
        Ok(cards)
    }

    /// Cards by id, closed leads too, to show what changed. Ids without a lead are left out.
    pub async fn cards(&self, ids: &[LeadId]) -> Result<Vec<CardRow>> {
        let ids: Vec<Uuid> = ids.iter().map(|id| id.0).collect();
        let rows = sql::select_by_ids(&mut *self.read().await?, &cards_sql(), "l.id", &ids).await?;
        rows.iter().map(card_from).collect()
    }
}

fn place(card: &CardRow, order: CardOrder) -> (&str, LeadId) {
    match order {
        CardOrder::Lifted => (&card.board_key, card.lead.id),
        CardOrder::Manual => (&card.lead.state.position, card.lead.id),
    }
}

async fn cards(conn: &mut SqliteConnection, sql: String, args: Args) -> Result<Vec<CardRow>> {
    sql::rows(conn, sql, args).await?.iter().map(card_from).collect()
}

fn card_from(row: &SqliteRow) -> Result<CardRow> {
    const AT: usize = LEAD_COLUMNS;
    // The contact may come in a later batch than its lead.
    let name = |at| Ok::<String, crate::StoreError>(get::<Option<String>>(row, at)?.unwrap_or_default());
    let display_name = name(AT + 1)?;
    Ok(CardRow {
        lead: tables::lead_from(row, 0)?,
        board_key: get(row, AT)?,
        name: if display_name.is_empty() { name(AT + 2)? } else { display_name },
        photo_hash: get(row, AT + 3)?,
        tag_ids: tags_from(get::<Option<&[u8]>>(row, AT + 4)?.unwrap_or_default())?,
        blocked: get::<Option<bool>>(row, AT + 5)?.unwrap_or(false),
        conversation: conversation_from(row, AT + 6)?,
    })
}

fn conversation_from(row: &SqliteRow, at: usize) -> Result<Option<CardConversation>> {
    let Some(id) = get_maybe_id(row, at, "conversation")? else { return Ok(None) };
    Ok(Some(CardConversation {
        id: ConversationId(id),
        line_id: LineId(get_id(row, at + 1, "conversation")?),
        last_at_ms: get(row, at + 2)?,
        unread: get(row, at + 3)?,
        is_unread: get(row, at + 4)?,
        waiting_since_ms: get(row, at + 5)?,
        failed_count: get(row, at + 6)?,
        window_closes_at_ms: get(row, at + 7)?,
        preview: preview_from(row, at + 8)?,
    }))
}
