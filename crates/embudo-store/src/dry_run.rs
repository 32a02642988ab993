//! Acts tried out: decided by the same rules on what is here and on what the acts before them would
//! have made, and written nowhere. What an import would do is told before it is done (IMP-01).
//!
//! It knows the look-ups of imports. Rows that an act deletes are not tried out.

use crate::facts::{self, find_many};
use crate::tables;
use crate::{ActError, Result, Store, StoreError};
use embudo_domain::rules::{self, Actor, Effects, Facts, Lookup, Need, Stamp, folded, phone_key};
use embudo_domain::*;
use std::collections::HashMap;
use uuid::Uuid;

/// What acts that were tried out would have made.
pub struct DryRun<'a> {
    store: &'a Store,
    actor: Actor,
    made: HashMap<RowKey, Row>,
    found: HashMap<Lookup, Vec<Uuid>>,
}

impl Store {
    pub fn dry_run(&self, actor: Actor) -> DryRun<'_> {
        DryRun { store: self, actor, made: HashMap::new(), found: HashMap::new() }
    }
}

/// By which look-ups a made row is found; numbers by their compare keys.
fn found_by(row: &Row) -> Vec<(Lookup, Uuid)> {
    let mut by = Vec::new();
    match row {
        Row::Reach(reach) => {
            let id = reach.contact_id.0;
            match &reach.phone_e164 {
                Some(e164) => by.push((Lookup::ContactByPhone { e164: phone_key(e164) }, id)),
                None if reach.phone_text.is_empty() => {}
                None => by.push((Lookup::ContactByPhoneText { text: folded(&reach.phone_text) }, id)),
            }
            if !reach.email.is_empty() {
                by.push((Lookup::ContactByEmail { email: reach.email.to_lowercase() }, id));
            }
        }
        Row::Conversation(row) => {
            by.push((Lookup::ConversationsOfContact { contact_id: row.contact_id }, row.id.0));
        }
        Row::Line(row) => by.push((
            Lookup::LineByExternal { line_type: row.line_type, external_id: row.external_id.clone() },
            row.id.0,
        )),
        Row::Lead(lead) => by.push((Lookup::LeadsOfContact { contact_id: lead.contact_id }, lead.id.0)),
        _ => {}
    }
    by
}

fn normal(lookup: &Lookup) -> Lookup {
    match lookup {
        Lookup::ContactByPhone { e164 } => Lookup::ContactByPhone { e164: phone_key(e164) },
        other => other.clone(),
    }
}

impl DryRun<'_> {
    /// What the act would do. The next one sees it.
    pub async fn decide(&mut self, act: &Act, stamp: Stamp) -> Result<Effects, ActError> {
        let facts = self.facts(act).await?;
        let effects = rules::decide(act, self.actor, &facts, stamp)?;
        for change in &effects.changes {
            let Change::Put(row) = change else { continue };
            for (lookup, id) in found_by(row) {
                let ids = self.found.entry(lookup).or_default();
                if !ids.contains(&id) {
                    ids.push(id);
                }
            }
            // What each row did is told by the effects; nobody asks for it again.
            if row.key().entity != Entity::ImportPart {
                self.made.insert(row.key(), row.clone());
            }
        }
        Ok(effects)
    }

    async fn facts(&self, act: &Act) -> Result<Facts> {
        let mut facts = Facts::default();
        for _ in 0..facts::MAX_ROUNDS {
            let missing = rules::needs(act, self.actor, &facts);
            if missing.is_empty() {
                return Ok(facts);
            }
            let (mut keys, mut lookups) = (Vec::new(), Vec::new());
            for need in missing {
                match need {
                    Need::Row(key) => keys.push(key),
                    Need::Find(lookup) => lookups.push(lookup),
                }
            }
            keys.sort_unstable();
            keys.dedup();
            let mut conn = self.store.read().await?;
            let here = find_many(&mut conn, &lookups).await?;
            for (lookup, mut ids) in lookups.into_iter().zip(here) {
                for id in self.found.get(&normal(&lookup)).into_iter().flatten() {
                    if !ids.contains(id) {
                        ids.push(*id);
                    }
                }
                ids.sort_unstable();
                facts.found.insert(lookup, ids);
            }
            let unmade: Vec<RowKey> = keys.iter().filter(|key| !self.made.contains_key(key)).copied().collect();
            let mut rows = tables::load(&mut conn, &unmade).await?;
            for key in keys {
                let row = self.made.get(&key).cloned().or_else(|| rows.remove(&key).map(|(row, _)| row));
                facts.rows.insert(key, row);
            }
        }
        Err(StoreError::unreadable("rules", "they ask for ever"))
    }
}
