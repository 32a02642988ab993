//! Who points to a status, a stage, a source or a reason: before one of them goes.

use crate::sql::{self, Args};
use crate::tables::{get, get_id};
use crate::{Result, Store, codec};
use embudo_domain::{ContactId, LeadId, LineType, SourceId};
use serde::Serialize;
use uuid::Uuid;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct LeadUse {
    pub id: LeadId,
    pub is_active: bool,
}

/// Each by its own index.
pub const LEADS_USING: &str = "select id, closed_at_ms is null from lead where id in ( \
     select id from lead where status_id = ?1 union select id from lead where stage_id = ?1 \
     union select id from lead where source_id = ?1 union select id from lead where reason_id = ?1 \
     union select id from lead where from_status_id = ?1) order by id";
const USE_COUNTS: &str = "select status_id, count(*) from lead group by status_id \
     union all select stage_id, count(*) from lead group by stage_id \
     union all select source_id, count(*) from lead where source_id is not null group by source_id \
     union all select reason_id, count(*) from lead where reason_id is not null group by reason_id";

impl Store {
    /// Leads that point to a row of a catalogue, closed ones too.
    pub async fn leads_using(&self, id: Uuid) -> Result<Vec<LeadUse>> {
        let mut args = Args::default();
        args.id(id)?;
        let rows = sql::rows_of(&mut *self.read().await?, LEADS_USING, args).await?;
        rows.iter().map(|row| Ok(LeadUse { id: LeadId(get_id(row, 0, "lead")?), is_active: get(row, 1)? })).collect()
    }

    /// Whom a channel knows under this id.
    pub async fn contact_by_external(&self, line_type: LineType, external_id: &str) -> Result<Option<ContactId>> {
        let mut args = Args::default();
        args.add(external_id)?;
        args.add(codec::line_type_code(&line_type))?;
        let sql =
            "select contact_id from identity where external_id = ?1 and line_type = ?2 order by contact_id limit 1";
        let rows = sql::rows_of(&mut *self.read().await?, sql, args).await?;
        rows.first().map(|row| Ok(ContactId(get_id(row, 0, "identity")?))).transpose()
    }

    /// How many leads have each status, stage, source and lost reason; those without any are missing.
    pub async fn lead_use_counts(&self) -> Result<Vec<(Uuid, i64)>> {
        let rows = sql::rows_of(&mut *self.read().await?, USE_COUNTS, Args::default()).await?;
        rows.iter().map(|row| Ok((get_id(row, 0, "lead")?, get(row, 1)?))).collect()
    }

    /// How many contacts came from each source, by the index of it; those of the bin, too, which keep
    /// it from being deleted.
    pub async fn contact_use_counts(&self) -> Result<Vec<(SourceId, i64)>> {
        let sql = "select source_id, count(*) from contact where source_id is not null group by source_id";
        let rows = sql::rows_of(&mut *self.read().await?, sql, Args::default()).await?;
        rows.iter().map(|row| Ok((SourceId(get_id(row, 0, "contact")?), get(row, 1)?))).collect()
    }
}
