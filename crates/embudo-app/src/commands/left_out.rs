//! Those that a deed on many left as they were: each with its reason while it runs, told by reason.

use crate::api::*;
use crate::workspace::Workspace;
use embudo_domain::*;
use embudo_store::ContactRow;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Of one report.
const MOST_NAMED: usize = 1_000;

/// One that was left; who it is of, where that is known.
pub(super) type Left = (Option<ContactId>, WhyLeft);

pub(super) fn why(refusal: Refusal) -> WhyLeft {
    match refusal {
        Refusal::LeadFinal { .. } | Refusal::FollowupInactive { .. } => WhyLeft::Closed,
        Refusal::FieldsNeeded { field_ids, .. } => WhyLeft::Unfilled { field_ids },
        refusal => WhyLeft::Refused { refusal },
    }
}

/// Those with the same words are one.
fn kind(why: &WhyLeft) -> (u8, String) {
    let at = match why {
        WhyLeft::Closed => 0,
        WhyLeft::NoLead => 1,
        WhyLeft::AlreadyActive => 2,
        WhyLeft::NotArchived => 3,
        WhyLeft::Unfilled { .. } => 4,
        WhyLeft::Queued => 5,
        WhyLeft::NoWay => 6,
        WhyLeft::Refused { refusal } => return (7, refusal.code()),
        WhyLeft::Same => 8,
    };
    (at, String::new())
}

/// By reason, with their names. What was done is not undone because they cannot be read.
pub(super) async fn told(workspace: &Workspace, left: Vec<Left>) -> Vec<LeftOut> {
    // People once each, however many of their leads or chats were meant.
    let mut kinds: BTreeMap<(u8, String), (WhyLeft, u32, BTreeSet<ContactId>)> = BTreeMap::new();
    let mut lack: BTreeMap<FieldId, u32> = BTreeMap::new();
    for (contact_id, why) in left {
        if let WhyLeft::Unfilled { field_ids } = &why {
            for id in field_ids {
                *lack.entry(*id).or_default() += 1;
            }
        }
        let (_, count, people) = kinds.entry(kind(&why)).or_insert((why, 0, BTreeSet::new()));
        *count += 1;
        people.extend(contact_id);
    }
    let mut named: BTreeSet<ContactId> = BTreeSet::new();
    for (_, _, people) in kinds.values() {
        let room = MOST_NAMED.saturating_sub(named.len());
        named.extend(people.iter().take(room));
    }
    let ids: Vec<ContactId> = named.into_iter().collect();
    let rows = workspace.store.contact_rows(&ids).await.unwrap_or_default();
    let names: HashMap<ContactId, String> = rows.into_iter().map(|row| (row.contact.id, name_of(row))).collect();
    let person = |id: ContactId| names.get(&id).map(|name| LeftPerson { contact_id: id, name: name.clone() });
    let told = |(why, count, people): (WhyLeft, u32, BTreeSet<ContactId>)| {
        let why = match why {
            WhyLeft::Unfilled { .. } => {
                let mut field_ids: Vec<FieldId> = lack.keys().copied().collect();
                field_ids.sort_by_key(|id| std::cmp::Reverse(lack.get(id)));
                WhyLeft::Unfilled { field_ids }
            }
            why => why,
        };
        LeftOut { why, count, people: people.into_iter().filter_map(person).collect() }
    };
    kinds.into_values().map(told).collect()
}

fn name_of(row: ContactRow) -> String {
    let contact = row.contact;
    if contact.display_name.is_empty() { contact.channel_name } else { contact.display_name }
}
