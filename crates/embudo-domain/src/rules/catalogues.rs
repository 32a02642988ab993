//! What the whole workspace shares: quick replies, the workspace itself.

use super::contacts::MAX_NAME_CHARS;
use super::thread::Wanted;
use super::*;

fn checked_name(name: &str) -> Result<String, Refusal> {
    let name = name.trim();
    if name.is_empty() || name.chars().count() > MAX_NAME_CHARS as usize {
        return Err(Refusal::NameInvalid { max_chars: MAX_NAME_CHARS });
    }
    Ok(name.to_owned())
}

pub(super) fn needs_quick_reply(facts: &Facts, id: QuickReplyId, shortcut: Option<&str>) -> Vec<Need> {
    let mut wanted = Wanted::default();
    wanted.row(Entity::QuickReply, id.0);
    if let Some(shortcut) = shortcut {
        wanted.rows_of(facts, Entity::QuickReply, Lookup::QuickReplyByShortcut { shortcut: shortcut.to_lowercase() });
    }
    wanted.done()
}

pub(super) fn put_quick_reply(
    reply: &QuickReply,
    expect: Option<&QuickReply>,
    facts: &Facts,
) -> Result<Effects, Refusal> {
    const MAX_SHORTCUT_CHARS: usize = 32;
    let old = facts.quick_reply(reply.id);
    if expect.is_some() && expect != old {
        return Err(Refusal::ChangedMeanwhile);
    }
    let legal = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_');
    if !(1..=MAX_SHORTCUT_CHARS).contains(&reply.shortcut.chars().count()) || !reply.shortcut.chars().all(legal) {
        return Err(Refusal::ShortcutInvalid);
    }
    if reply.body.trim().is_empty() && reply.attachments.is_empty() {
        return Err(Refusal::EmptyMessage);
    }
    let taken = facts.find(&Lookup::QuickReplyByShortcut { shortcut: reply.shortcut.to_lowercase() });
    if let Some(id) = taken.iter().map(|id| QuickReplyId(*id)).find(|id| *id != reply.id) {
        return Err(Refusal::ShortcutTaken { id });
    }
    if old == Some(reply) {
        return Ok(Effects::default());
    }
    let inverse = match old {
        Some(old) => Act::PutQuickReply { reply: old.clone(), expect: Some(reply.clone()) },
        None => Act::DeleteQuickReply { id: reply.id },
    };
    let changes = vec![Change::Put(Row::QuickReply(reply.clone()))];
    Ok(Effects { changes, inverse: Some(inverse), ..Effects::default() })
}

pub(super) fn delete_quick_reply(id: QuickReplyId, facts: &Facts) -> Result<Effects, Refusal> {
    let Some(old) = facts.quick_reply(id) else { return Ok(Effects::default()) };
    let inverse = Act::PutQuickReply { reply: old.clone(), expect: None };
    let changes = vec![Change::Delete(Row::QuickReply(old.clone()).key())];
    Ok(Effects { changes, inverse: Some(inverse), ..Effects::default() })
}

pub(super) fn needs_workspace(facts: &Facts) -> Vec<Need> {
    let mut wanted = Wanted::default();
    wanted.rows_of(facts, Entity::Workspace, Lookup::Workspace);
    wanted.done()
}

pub(super) fn rename_workspace(name: &str, default_country: &str, facts: &Facts) -> Result<Effects, Refusal> {
    let id = facts.find(&Lookup::Workspace).first().ok_or(Refusal::NotFound)?;
    let old = facts.workspace(WorkspaceId(*id)).ok_or(Refusal::NotFound)?;
    let new = Workspace {
        name: checked_name(name)?,
        default_country: default_country.trim().to_ascii_uppercase(),
        ..old.clone()
    };
    if new == *old {
        return Ok(Effects::default());
    }
    let inverse = Act::RenameWorkspace { name: old.name.clone(), default_country: old.default_country.clone() };
    Ok(Effects { changes: vec![Change::Put(Row::Workspace(new))], inverse: Some(inverse), ..Effects::default() })
}

pub(super) fn needs_me(actor: Actor) -> Vec<Need> {
    let mut wanted = Wanted::default();
    wanted.row(Entity::Member, actor.member_id.0);
    wanted.done()
}

pub(super) fn rename_me(name: &str, actor: Actor, facts: &Facts) -> Result<Effects, Refusal> {
    let Some(Row::Member(old)) = facts.row(Entity::Member, actor.member_id.0) else { return Err(Refusal::NotFound) };
    let new = Member { name: checked_name(name)?, ..old.clone() };
    if new == *old {
        return Ok(Effects::default());
    }
    let inverse = Act::RenameMe { name: old.name.clone() };
    Ok(Effects { changes: vec![Change::Put(Row::Member(new))], inverse: Some(inverse), ..Effects::default() })
}

pub(super) fn needs_found(workspace: &Workspace, owner: &Member) -> Vec<Need> {
    let mut wanted = Wanted::default();
    wanted.row(Entity::Workspace, workspace.id.0).row(Entity::Member, owner.id.0);
    wanted.done()
}

pub(super) fn found(workspace: &Workspace, owner: &Member, facts: &Facts) -> Result<Effects, Refusal> {
    let mut changes = Vec::new();
    if facts.workspace(workspace.id).is_none() {
        changes.push(Change::Put(Row::Workspace(workspace.clone())));
    }
    if facts.row(Entity::Member, owner.id.0).is_none() {
        changes.push(Change::Put(Row::Member(owner.clone())));
    }
    Ok(Effects { changes, ..Effects::default() })
}
