//! Connected accounts (product.md 3.12). A line's state has no event lines in threads: one act
//! would write a row into every conversation of the line; the composer shows the state itself.

use super::thread::Wanted;
use super::*;

/// The code of a line that a person disconnected.
pub const ON_PURPOSE: &str = "ON_PURPOSE";
/// Lines of one channel that may be connected at once.
pub const MAX_LINES_OF_TYPE: u32 = 10;

pub(super) fn needs_add(facts: &Facts, line: &Line) -> Vec<Need> {
    let mut wanted = Wanted::default();
    wanted.row(Entity::Line, line.id.0);
    wanted.rows_of(
        facts,
        Entity::Line,
        Lookup::LineByExternal { line_type: line.line_type, external_id: line.external_id.clone() },
    );
    wanted.rows_of(facts, Entity::Line, Lookup::Lines);
    wanted.done()
}

/// A removed line that is added again under its own id is the same line with its old threads.
/// No inverse, here and for removing: the token lives outside the rows.
pub(super) fn add(line: &Line, facts: &Facts) -> Result<Effects, Refusal> {
    // It comes with the first chat that is brought in.
    if line.line_type.is_history() {
        return Err(Refusal::NotAllowed);
    }
    let gone = |line: &Line| line.state == LineState::Removed;
    let old = facts.line(line.id);
    if old.is_some_and(|old| !gone(old)) {
        return Ok(Effects::default());
    }
    // What is erased comes under no new name: the account gets a line of its own.
    if old.is_some_and(|old| !old.history.is_kept()) {
        return Err(Refusal::ChangedMeanwhile);
    }
    let by_account = Lookup::LineByExternal { line_type: line.line_type, external_id: line.external_id.clone() };
    let mut same = facts.find(&by_account).iter().filter_map(|id| facts.line(LineId(*id)));
    if let Some(other) = same.find(|other| other.id != line.id && !gone(other)) {
        return Err(Refusal::LineDuplicate { line_id: other.id });
    }
    let all = facts.find(&Lookup::Lines).iter().filter_map(|id| facts.line(LineId(*id)));
    let connected = all.filter(|other| other.line_type == line.line_type && !gone(other)).count();
    if connected >= MAX_LINES_OF_TYPE as usize {
        return Err(Refusal::LineLimit { limit: MAX_LINES_OF_TYPE });
    }
    let created_at_ms = old.map_or(line.created_at_ms, |old| old.created_at_ms);
    let new = Line { state: LineState::Connecting, history: LineHistory::Kept, created_at_ms, ..line.clone() };
    Ok(Effects { changes: vec![Change::Put(Row::Line(new))], ..Effects::default() })
}

pub(super) fn needs(line_id: LineId) -> Vec<Need> {
    let mut wanted = Wanted::default();
    wanted.row(Entity::Line, line_id.0);
    wanted.done()
}

fn put(old: &Line, new: Line, inverse: Option<Act>) -> Effects {
    if new == *old {
        return Effects::default();
    }
    Effects { changes: vec![Change::Put(Row::Line(new))], inverse, ..Effects::default() }
}

pub(super) fn patch(
    line_id: LineId,
    display_name: Option<&String>,
    color: Option<&String>,
    base_url: Option<&String>,
    facts: &Facts,
) -> Result<Effects, Refusal> {
    let old = facts.line(line_id).ok_or(Refusal::NotFound)?;
    let mut new = old.clone();
    if let Some(name) = display_name {
        let name = name.trim();
        if name.is_empty() || name.chars().count() > contacts::MAX_NAME_CHARS as usize {
            return Err(Refusal::NameInvalid { max_chars: contacts::MAX_NAME_CHARS });
        }
        new.display_name = name.to_owned();
    }
    if let Some(color) = color {
        new.color.clone_from(color);
    }
    if let Some(url) = base_url {
        // Empty: the official place.
        new.base_url = Some(url.trim().to_owned()).filter(|url| !url.is_empty());
    }
    let inverse = Act::PatchLine {
        line_id,
        display_name: display_name.map(|_| old.display_name.clone()),
        color: color.map(|_| old.color.clone()),
        base_url: base_url.map(|_| old.base_url.clone().unwrap_or_default()),
    };
    Ok(put(old, new, Some(inverse)))
}

pub(super) fn set_wanted(line_id: LineId, wanted: bool, facts: &Facts) -> Result<Effects, Refusal> {
    let old = facts.line(line_id).filter(|line| line.state != LineState::Removed).ok_or(Refusal::NotFound)?;
    if old.line_type.is_history() {
        return Err(Refusal::LineDown { line_id, reason: HISTORY.to_owned() });
    }
    let off = LineState::Disconnected { code: ON_PURPOSE.to_owned() };
    if (old.state != off) == wanted {
        return Ok(Effects::default());
    }
    let state = if wanted { LineState::Connecting } else { off };
    Ok(put(old, Line { state, ..old.clone() }, Some(Act::SetLineWanted { line_id, wanted: !wanted })))
}

/// What a removed line keeps can still be erased; what is being erased can't be kept any more.
pub(super) fn remove(line_id: LineId, erase: bool, facts: &Facts) -> Result<Effects, Refusal> {
    let old = facts.line(line_id).ok_or(Refusal::NotFound)?;
    let history = if erase && old.history.is_kept() { LineHistory::Erasing } else { old.history };
    Ok(put(old, Line { state: LineState::Removed, history, ..old.clone() }, None))
}

pub(super) fn erased(line_id: LineId, facts: &Facts) -> Result<Effects, Refusal> {
    let old = facts.line(line_id).filter(|line| line.history == LineHistory::Erasing).ok_or(Refusal::NotFound)?;
    Ok(put(old, Line { history: LineHistory::Erased, ..old.clone() }, None))
}

/// What a worker says of its line. A person's own word (disconnected on purpose, removed)
/// stands until that person takes it back: a worker on its way out must not overrule it.
pub(super) fn changed(line_id: LineId, state: &LineState, facts: &Facts) -> Result<Effects, Refusal> {
    let old = facts.line(line_id).ok_or(Refusal::NotFound)?;
    let settled = match &old.state {
        LineState::Removed => true,
        LineState::Disconnected { code } => code == ON_PURPOSE,
        _ => false,
    };
    if settled {
        return Ok(Effects::default());
    }
    Ok(put(old, Line { state: state.clone(), ..old.clone() }, None))
}
