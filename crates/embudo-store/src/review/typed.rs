//! What a change that was not applied was to fill in, each with its field. Who deleted the field may
//! have been faster: then the field is as it was when it was filled in.

use crate::sql::{self, Args};
use crate::tables::get;
use crate::{Result, Store, codec};
use embudo_domain::*;
use serde::Serialize;
use sqlx::SqliteConnection;

/// As long as anything is in the list it may speak of one of these, and otherwise no longer than this.
const KEPT_MS: i64 = 30 * 86_400_000;

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ReviewTyped {
    pub field: CustomField,
    pub value: FieldValue,
}

/// The field that an act was kept for is gone: what follows it says so, and this is what it says it of.
pub(super) async fn note(conn: &mut SqliteConnection, act: &Act, refusal: &Refusal, at_ms: i64) -> Result<()> {
    let (Act::KeepSaleRow { row }, Refusal::FieldGone { .. }) = (act, refusal) else { return Ok(()) };
    let SaleRow::Field { field, .. } = row.as_ref() else { return Ok(()) };
    let mut args = Args::default();
    args.id(field.id.0)?;
    args.add(codec::pack(field)?)?;
    args.add(at_ms)?;
    let sql = "insert or replace into field_refused (id, field, at_ms) values (?1, ?2, ?3)";
    sql::run(conn, sql.into(), args).await?;
    let mut args = Args::default();
    args.add(at_ms - KEPT_MS)?;
    let sql = "delete from field_refused where at_ms < ?1 and not exists (select 1 from review)";
    sql::run(conn, sql.into(), args).await?;
    Ok(())
}

fn filled_in(act: &Act) -> &[FieldTo] {
    match act {
        Act::PatchContact { patch, .. } => &patch.fields,
        Act::ChangeLeads { patch, .. } => &patch.fields,
        _ => &[],
    }
}

impl Store {
    pub(super) async fn review_typed(&self, act: &Act) -> Result<Vec<ReviewTyped>> {
        let mut typed = Vec::new();
        for FieldTo { field_id, value } in filled_in(act) {
            let Some(value) = value else { continue };
            let field = match self.row(RowKey { entity: Entity::Field, id: field_id.0 }).await? {
                Some(Row::Field(field)) => Some(field),
                _ => self.field_refused(*field_id).await?,
            };
            typed.extend(field.map(|field| ReviewTyped { field, value: value.clone() }));
        }
        Ok(typed)
    }

    async fn field_refused(&self, id: FieldId) -> Result<Option<CustomField>> {
        let mut args = Args::default();
        args.id(id.0)?;
        let sql = "select field from field_refused where id = ?1";
        let row = sql::maybe_row(&mut *self.read().await?, sql.into(), args).await?;
        row.map(|row| codec::unpack("field_refused.field", get(&row, 0)?)).transpose()
    }
}
