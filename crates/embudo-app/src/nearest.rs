//! The name that somebody may have meant who typed one that is not there. Pure.

/// Of these folded names the one that is near enough to the folded word to be offered; the
/// nearest, and of several the first.
pub fn nearest<'a>(wanted: &str, names: impl Iterator<Item = &'a str>) -> Option<usize> {
    let length = wanted.chars().count();
    // A slip in a short word, three in a long one.
    let allowed = match length {
        0..=1 => return None,
        2..=4 => 1,
        5..=8 => 2,
        _ => 3,
    };
    let near = names.enumerate().filter_map(|(at, name)| {
        // "fulano" of "don fulano": a part of a name is nearer than a slip.
        let is_part = length >= 3 && name.contains(wanted);
        // "fulanno" is a slip in one word of it.
        let in_words = name.split(' ').map(|word| slips(wanted, word)).min().unwrap_or(usize::MAX);
        let distance = if is_part { 0 } else { slips(wanted, name).min(in_words) };
        (distance <= allowed && distance < length).then_some((distance, at))
    });
    near.min().map(|(_, at)| at)
}

/// How many letters have to be put in, taken out, changed or swapped with their neighbour.
fn slips(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let mut rows = vec![(0..=b.len()).collect::<Vec<_>>()];
    for i in 1..=a.len() {
        let mut row = vec![i];
        for j in 1..=b.len() {
            let change = rows[i - 1][j - 1] + usize::from(a[i - 1] != b[j - 1]);
            let mut least = change.min(rows[i - 1][j] + 1).min(row[j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                least = least.min(rows[i - 2][j - 2] + 1);
            }
            row.push(least);
        }
        rows.push(row);
    }
    rows[a.len()][b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_is_forgiven_and_another_word_is_not() {
        let names = ["vip", "mayorista", "nuevo", "don fulano"];
        let near = |wanted: &str| nearest(wanted, names.into_iter()).map(|at| names[at]);
        assert_eq!(near("vpi"), Some("vip"), "two letters changed places");
        assert_eq!(near("vipp"), Some("vip"));
        assert_eq!(near("mayoristas"), Some("mayorista"));
        assert_eq!(near("myorsta"), Some("mayorista"), "two are missing");
        assert_eq!(near("nueva"), Some("nuevo"));
        assert_eq!(near("fulano"), Some("don fulano"), "a part of a name");
        assert_eq!(near("fulanno"), Some("don fulano"), "a slip in a part of it");
        for other in ["", "v", "xyz", "juan", "minorista grande"] {
            assert_eq!(near(other), None, "{other:?} is no slip");
        }
    }
}
