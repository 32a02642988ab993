//! What must be true of what two devices and their hub have, and when.

use super::run::{Checked, Done};
use embudo_domain::model::World;
use embudo_domain::*;
use embudo_protocol::Versioned;
use embudo_store::{ReviewRow, Store};
use std::collections::{BTreeMap, BTreeSet};

pub async fn rows_of(store: &Store) -> BTreeMap<RowKey, Row> {
    let mut rows = BTreeMap::new();
    for entity in Entity::ALL {
        rows.extend(store.all_rows(entity).await.unwrap().into_iter().map(|(row, _)| (row.key(), row)));
    }
    rows
}

/// I11–I24, as the database says it of itself.
pub async fn invariants(store: &Store) -> Checked {
    let broken = store.broken_invariants().await.unwrap();
    if broken.is_empty() { Ok(()) } else { Err(broken.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")) }
}

/// What `sale_faults` knows of I11–I24, over the rows of the hub, which has no tables of its own for them.
pub fn whole(world: &World) -> Checked {
    let faults = world.sale_faults();
    if faults.is_empty() { Ok(()) } else { Err(faults.join("\n")) }
}

/// Row by row, whatever table it is of.
pub fn same(who: &str, rows: &BTreeMap<RowKey, Row>, expected: &BTreeMap<RowKey, Row>) -> Checked {
    let keys: BTreeSet<&RowKey> = rows.keys().chain(expected.keys()).collect();
    for key in keys {
        match (rows.get(key), expected.get(key)) {
            (row, expected) if row == expected => {}
            (row, expected) => return Err(format!("{who} has {row:?}\nand is to have {expected:?}")),
        }
    }
    Ok(())
}

/// Nothing is on its way, and no image of the hub's is kept aside for it.
pub async fn is_quiet(store: &Store, head: u64) -> Checked {
    let (pending, bases) = (store.pending_count().await.unwrap(), store.base_keys().await.unwrap());
    let at = store.cursor().await.unwrap().map(|cursor| cursor.seq);
    if pending == 0 && bases.is_empty() && at == Some(head) {
        return Ok(());
    }
    Err(format!("{pending} acts are left, the cursor is {at:?} of {head}, the bases are {bases:?}"))
}

/// What is stored is the hub's image in this version of it, and not one that happens to look alike.
pub async fn same_versions(store: &Store, hub: &[Versioned]) -> Checked {
    let versions: BTreeMap<RowKey, u64> = hub.iter().map(|row| (row.change.key(), row.ver)).collect();
    for entity in Entity::ALL {
        for (row, ver) in store.all_rows(entity).await.unwrap() {
            if versions.get(&row.key()) != Some(&ver) {
                return Err(format!("in version {ver} and at the hub in {:?}: {row:?}", versions.get(&row.key())));
            }
        }
    }
    Ok(())
}

/// Exactly what the hub refused, with its word for it; and what this device deleted, the hub took, and
/// somebody used meanwhile, so that it is there again (3.13). How many are of the second kind.
pub async fn review(store: &Store, done: &Done) -> Result<usize, String> {
    let list = store.review().await.unwrap();
    let told: BTreeMap<ActId, &ReviewRow> = list.iter().map(|row| (row.act_id, row)).collect();
    for (act_id, refusal) in &done.refused {
        let (act, _) = &done.acts[act_id];
        match told.get(act_id) {
            Some(row) if row.refusal == *refusal && row.act == *act && !row.provisional => {}
            // What it was kept for says why.
            None if matches!(act, Act::KeepSaleRow { .. }) => {}
            other => return Err(format!("the hub refused {act:?} by {refusal:?}, the list has {other:?}")),
        }
    }
    let others: Vec<&&ReviewRow> = told.values().filter(|row| !done.refused.contains_key(&row.act_id)).collect();
    for row in &others {
        let is_used = matches!(
            row.refusal,
            Refusal::StatusInUse { .. }
                | Refusal::StageNotEmpty { .. }
                | Refusal::SourceInUse { .. }
                | Refusal::ReasonInUse { .. }
                | Refusal::FieldInUse { .. }
                | Refusal::OptionInUse { .. }
        );
        let is_ours = done.acts.get(&row.act_id).is_some_and(|(act, _)| *act == row.act);
        if !is_used || !is_ours || row.provisional {
            return Err(format!("the hub did what the list says was not done: {row:?}"));
        }
    }
    Ok(others.len())
}
