//! What scores mean in a workspace (QUA-06): three bands that follow each other, the first from 0 on.

use super::sale_rows::{MAX_LABEL_CHARS, checked_color, folded};
use super::*;
use crate::sale::*;

/// All three, or none where they are as the product has them.
pub(super) fn checked(bands: &[ScoreBand]) -> Result<Vec<ScoreBand>, Refusal> {
    let mut checked: Vec<ScoreBand> = Vec::new();
    for band in Band::ALL {
        let given = bands.iter().rfind(|one| one.band == band);
        let from = if band == Band::Cold { 0 } else { given.map_or(band.usual_from(), |one| one.from) };
        // Each holds at least one score.
        if from > 100 || checked.last().is_some_and(|before| before.from >= from) {
            return Err(Refusal::BandsInvalid);
        }
        let name = given.map_or("", |one| &one.name).split_whitespace().collect::<Vec<_>>().join(" ");
        if name.chars().count() > MAX_LABEL_CHARS as usize {
            return Err(Refusal::NameInvalid { max_chars: MAX_LABEL_CHARS });
        }
        let same = |other: &&ScoreBand| !name.is_empty() && folded(&other.name) == folded(&name);
        if let Some(other) = checked.iter().find(same) {
            return Err(Refusal::NameTaken { id: seeded::SETTINGS, name: other.name.clone() });
        }
        let color = given.map_or("", |one| one.color.trim());
        let color = if color.is_empty() { String::new() } else { checked_color(color)? };
        checked.push(ScoreBand { band, from, name, color });
    }
    let is_usual = |one: &ScoreBand| one.from == one.band.usual_from() && one.name.is_empty() && one.color.is_empty();
    Ok(if checked.iter().all(is_usual) { Vec::new() } else { checked })
}
