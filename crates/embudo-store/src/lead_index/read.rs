//! From the database into the columns.

use super::columns::{Columns, Fields, Meaning};
use crate::changed::Changed;
use crate::memory::{self, Stale, each_row};
use crate::sql::{self, Args};
use crate::tables::{get, get_id, get_maybe_id, tags_from};
use crate::{Result, StoreError, codec};
use embudo_domain::*;
use sqlx::SqliteConnection;
use sqlx::sqlite::SqliteRow;
use uuid::Uuid;

/// Of several conversations the one where something happened last, as a card shows it.
const START: &str = "select l.local_id, l.id, l.contact_id, l.number, l.status_id, l.category, l.stage_id, l.funnel_id, \
     l.stage_since_ms, l.marker, l.score, l.source_id, l.responsible_id, l.opened_at_ms, l.closed_at_ms, l.position, \
     l.board_key, k.display_name, k.channel_name, k.tag_ids, c.line_id, c.last_at_ms, c.last_inbound_s, c.is_unread, \
     c.waiting_since_ms is not null, c.failed_count > 0, \
     (select min(f.due_at_ms) from follow_up f where f.lead_id = l.id and f.ended_at_ms is null) \
     from lead l left join contact k on k.id = l.contact_id \
     left join conversation c on c.contact_id = l.contact_id and not exists (select 1 from conversation o \
         where o.contact_id = l.contact_id and (o.last_at_ms, o.id) > (c.last_at_ms, c.id))";

impl memory::Columns for Columns {
    const TABLE: &'static str = "lead";

    fn stale(changed: &Changed) -> Stale {
        /// Lines, those by whose order leads are sorted, and what scores mean.
        const CATALOGUES: [Entity; 6] =
            [Entity::Line, Entity::LeadStatus, Entity::Funnel, Entity::Stage, Entity::Source, Entity::SaleSettings];
        Stale {
            leads: changed.leads.iter().copied().collect(),
            catalogues: CATALOGUES.into_iter().any(|entity| changed.rows.contains_key(&entity)),
            everything: changed.leads_everything,
            ..Stale::default()
        }
    }

    async fn all(conn: &mut SqliteConnection) -> Result<Self> {
        let mut columns = Self::default();
        meanings(conn, &mut columns).await?;
        each_row(conn, START, "where", "l.local_id", |row| {
            let fields = fields(row, &mut columns)?;
            columns.table.put(fields);
            Ok(())
        })
        .await?;
        columns.table.fit();
        Ok(columns)
    }

    async fn again(&mut self, conn: &mut SqliteConnection, stale: &Stale) -> Result<()> {
        let ids: Vec<Uuid> = stale.leads.iter().map(|id| id.0).collect();
        let mut gone = stale.leads.clone();
        for row in &sql::select_by_ids(conn, START, "l.id", &ids).await? {
            let fields = fields(row, self)?;
            gone.remove(&fields.id);
            self.table.put(fields);
        }
        for id in gone {
            self.table.remove(id);
        }
        if stale.catalogues {
            meanings(conn, self).await?;
        }
        Ok(())
    }
}

fn fields(row: &SqliteRow, columns: &mut Columns) -> Result<Fields> {
    let id = |at| get_id(row, at, "lead");
    let maybe_id = |at| get_maybe_id(row, at, "lead");
    // The contact may come in a later batch than its lead.
    let display_name = get::<Option<&str>>(row, 17)?.unwrap_or_default();
    let name = if display_name.is_empty() { get::<Option<&str>>(row, 18)?.unwrap_or_default() } else { display_name };
    let tags = tags_from(get::<Option<&[u8]>>(row, 19)?.unwrap_or_default())?;
    let score = get::<Option<i64>>(row, 10)?.map(u8::try_from).transpose();
    Ok(Fields {
        id: LeadId(id(1)?),
        contact: ContactId(id(2)?),
        number: get::<Option<i64>>(row, 3)?.into(),
        name: fold(name).into(),
        tags: columns.codes.set_code(tags.into_iter().map(|tag| tag.0)),
        status: columns.codes.code(id(4)?),
        category: codec::coded("lead.category", Category::from_code, get(row, 5)?)?,
        stage: columns.codes.code(id(6)?),
        funnel: columns.codes.maybe(maybe_id(7)?),
        stage_since_ms: get(row, 8)?,
        marker: codec::coded("lead.marker", Marker::from_code, get(row, 9)?)?,
        score: score.map_err(|error| StoreError::unreadable("lead.score", error))?,
        source: columns.codes.maybe(maybe_id(11)?),
        responsible: columns.codes.maybe(maybe_id(12)?),
        opened_at_ms: get(row, 13)?,
        closed_at_ms: get::<Option<i64>>(row, 14)?.into(),
        next_follow_up_ms: get::<Option<i64>>(row, 26)?.into(),
        position: get::<&str>(row, 15)?.into(),
        board_key: get::<&str>(row, 16)?.into(),
        line: columns.codes.maybe(maybe_id(20)?),
        last_at_ms: get::<Option<i64>>(row, 21)?.unwrap_or_default(),
        last_inbound_s: get::<Option<i64>>(row, 22)?.into(),
        is_unread: get::<Option<bool>>(row, 23)?.unwrap_or_default(),
        waits_on_us: get(row, 24)?,
        has_failed: get::<Option<bool>>(row, 25)?.unwrap_or_default(),
    })
}

/// Where statuses, stages and sources stand, how long the windows of lines are, and what scores mean.
async fn meanings(conn: &mut SqliteConnection, columns: &mut Columns) -> Result<()> {
    // In the order of [`super::super::SaleCatalogue`]; stages funnel by funnel, Intake first.
    const ORDERED: [&str; 3] = [
        "select id from lead_status order by position, id",
        "select s.id from stage s left join funnel f on f.id = s.funnel_id \
         order by s.funnel_id is not null, f.position, f.id, s.position, s.id",
        "select id from source order by code is null, id",
    ];
    let mut all = Vec::new();
    for statement in ORDERED {
        for (place, row) in (0..).zip(sql::rows_of(conn, statement, Args::default()).await?) {
            all.push((get_id(&row, 0, "catalogue")?, Meaning { place: Some(place), window_ms: None }));
        }
    }
    for row in sql::rows_of(conn, "select id, window_ms from line", Args::default()).await? {
        all.push((get_id(&row, 0, "line")?, Meaning { place: None, window_ms: get(&row, 1)? }));
    }
    columns.meanings.set(&mut columns.codes, all);
    let settings = sql::rows_of(conn, "select bands from sale_settings", Args::default()).await?;
    let bands = settings.first().map(|row| codec::unpack_list("sale_settings.bands", get(row, 0)?)).transpose()?;
    columns.bands = bands.unwrap_or_default();
    Ok(())
}
