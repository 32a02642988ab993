//! A person's saved views: lists of the inbox under a name. Nobody else sees or changes them.

use super::thread::Wanted;
use super::*;
use crate::order;
use std::collections::BTreeMap;

pub const MAX_VIEWS: u32 = 100;
/// The keys that open a view are Ctrl/Cmd+1 to this.
pub const MAX_DIGIT: u8 = 9;
/// All tags of a workspace in one filter are a third of it.
pub const MAX_SHOWS_BYTES: usize = 65_536;

pub(super) fn needs(actor: Actor, put: &[SavedView], facts: &Facts) -> Vec<Need> {
    let mut wanted = Wanted::default();
    wanted.rows_of(facts, Entity::SavedView, Lookup::ViewsOfMember { member_id: actor.member_id });
    // Whose it is, if there is one with this id.
    for view in put.iter().take(MAX_VIEWS as usize) {
        wanted.row(Entity::SavedView, view.id.0);
    }
    wanted.done()
}

/// The view as it may be stored, but for its name and digit among the others.
fn checked(view: &SavedView, old: Option<&SavedView>, last: Option<&str>, actor: Actor) -> Result<SavedView, Refusal> {
    let name = view.name.split_whitespace().collect::<Vec<_>>().join(" ");
    if name.is_empty() || name.chars().count() > MAX_LABEL_CHARS as usize {
        return Err(Refusal::NameInvalid { max_chars: MAX_LABEL_CHARS });
    }
    let is_object = serde_json::from_str::<serde_json::Map<String, serde_json::Value>>(&view.shows).is_ok();
    let is_key = view.digit.is_none_or(|digit| (1..=MAX_DIGIT).contains(&digit));
    if view.shows.len() > MAX_SHOWS_BYTES || !is_object || !is_key {
        return Err(Refusal::ViewInvalid);
    }
    let position = match old {
        _ if order::is_place(&view.position) => view.position.clone(),
        Some(old) => old.position.clone(),
        None => order::between(last, None),
    };
    Ok(SavedView { member_id: actor.member_id, name, position, ..view.clone() })
}

pub(super) fn change(put: &[SavedView], gone: &[SavedViewId], actor: Actor, facts: &Facts) -> Result<Effects, Refusal> {
    if put.len() > MAX_VIEWS as usize {
        return Err(Refusal::TooMany { limit: MAX_VIEWS });
    }
    let ids = facts.find(&Lookup::ViewsOfMember { member_id: actor.member_id });
    let before: BTreeMap<SavedViewId, &SavedView> =
        ids.iter().filter_map(|id| facts.saved_view(SavedViewId(*id))).map(|view| (view.id, view)).collect();
    let mut after: BTreeMap<SavedViewId, SavedView> = before.iter().map(|(id, view)| (*id, (*view).clone())).collect();
    for id in gone {
        after.remove(id);
    }
    for view in put {
        if facts.saved_view(view.id).is_some_and(|old| old.member_id != actor.member_id) {
            return Err(Refusal::NotFound);
        }
        let last = after.values().map(|other| other.position.as_str()).max();
        let view = checked(view, before.get(&view.id).copied(), last, actor)?;
        for other in after.values_mut().filter(|other| view.digit.is_some() && other.digit == view.digit) {
            other.digit = None;
        }
        after.insert(view.id, view);
    }
    // Among all as they will be: two may have changed their names with each other.
    for view in put.iter().filter_map(|view| after.get(&view.id)) {
        let same = |other: &&SavedView| other.id != view.id && folded(&other.name) == folded(&view.name);
        if let Some(other) = after.values().find(same) {
            return Err(Refusal::NameTaken { id: other.id.0, name: other.name.clone() });
        }
    }
    if after.len() > MAX_VIEWS as usize && after.len() > before.len() {
        return Err(Refusal::TooMany { limit: MAX_VIEWS });
    }
    Ok(effects(&before, after))
}

fn effects(before: &BTreeMap<SavedViewId, &SavedView>, after: BTreeMap<SavedViewId, SavedView>) -> Effects {
    let (mut changes, mut old, mut new) = (Vec::new(), Vec::new(), Vec::new());
    for (id, view) in before {
        match after.get(id) {
            Some(now) if now == *view => continue,
            Some(_) => {}
            None => changes.push(Change::Delete(RowKey { entity: Entity::SavedView, id: id.0 })),
        }
        old.push((*view).clone());
    }
    for (id, view) in after {
        match before.get(&id) {
            Some(was) if **was == view => continue,
            Some(_) => {}
            None => new.push(id),
        }
        changes.push(Change::Put(Row::SavedView(view)));
    }
    let inverse = (!changes.is_empty()).then_some(Act::ChangeViews { put: old, gone: new });
    Effects { changes, inverse, ..Effects::default() }
}
