//! Who has what in custom fields: to count it, and before a field or an option goes. By the indexes
//! of those who have any.

use crate::sql::{self, Args};
use crate::tables::{get, get_id};
use crate::{Result, Store, codec};
use embudo_domain::{FieldId, FieldOf, FieldValue, Filled, value_of};
use std::collections::HashMap;
use uuid::Uuid;

/// Nobody's row is read for it.
pub const FIELD_USES: &str = "select 0, field_uses from contact indexed by contact_fields where field_uses <> '' \
     union all select 1, field_uses from lead indexed by lead_fields where field_uses <> ''";

fn holders_sql(of: FieldOf) -> &'static str {
    match of {
        FieldOf::Contact => {
            "select id, fields from contact indexed by contact_fields \
             where field_uses <> '' and instr(field_uses, lower(hex(?1))) > 0 order by id"
        }
        FieldOf::Lead => {
            "select id, fields from lead indexed by lead_fields \
             where field_uses <> '' and instr(field_uses, lower(hex(?1))) > 0 order by id"
        }
    }
}

impl Store {
    /// Contacts and leads that have a value in each field, and of each option; those of the bin and
    /// closed leads, too, which keep it from being deleted.
    pub async fn field_use_counts(&self) -> Result<Vec<(Uuid, FieldOf, i64)>> {
        let mut counts: HashMap<(Uuid, FieldOf), i64> = HashMap::new();
        for row in sql::rows_of(&mut *self.read().await?, FIELD_USES, Args::default()).await? {
            let of = codec::coded("field.of", FieldOf::from_code, get(&row, 0)?)?;
            let uses: String = get(&row, 1)?;
            for id in uses.split(' ') {
                let id = Uuid::parse_str(id).map_err(|error| crate::StoreError::unreadable("field_uses", error))?;
                *counts.entry((id, of)).or_default() += 1;
            }
        }
        Ok(counts.into_iter().map(|((id, of), count)| (id, of, count)).collect())
    }

    /// Contacts or leads with a value in the field, or with an option of it, and what they have.
    pub async fn filled_with(&self, field_id: FieldId, of: FieldOf, target: Uuid) -> Result<Vec<(Uuid, FieldValue)>> {
        let mut args = Args::default();
        args.id(target)?;
        let mut holders = Vec::new();
        for row in sql::rows_of(&mut *self.read().await?, holders_sql(of), args).await? {
            let filled: Vec<Filled> = codec::unpack_list("fields", get(&row, 1)?)?;
            if let Some(value) = value_of(&filled, field_id) {
                holders.push((get_id(&row, 0, "fields")?, value.clone()));
            }
        }
        Ok(holders)
    }
}
