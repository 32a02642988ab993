//! Places of cards and of catalogue rows as text that sorts bytewise: between two of them there is
//! always room for a third, so two moves made far from each other never lose a card (I24).
//!
//! A place is digits of base 62. Those that [`top`] gives begin with a moment, counted backwards:
//! what was put on top later stands higher, whoever looks and without asking what stands there.

use uuid::Uuid;

const DIGITS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
/// The highest moment that [`top`] tells apart, in ms since 1970: of twelve hexadecimal digits.
pub const LAST_MOMENT_MS: i64 = 0xffff_ffff_ffff;
/// Longer ones are somebody's mistake: two hundred moves into one gap take about 40 digits.
pub const MAX_PLACE_CHARS: usize = 250;
/// The highest number that [`top_of`] tells apart.
const LAST_NUMBER: i64 = u32::MAX as i64;

/// Above everything that was put on top before this moment. The end is a digit in the middle: no
/// place ends in the lowest one, because nothing fits before "0". Databases make the same text:
/// `printf('%012x', 281474976710655 - at_ms) || 'V'`.
pub fn top(at_ms: i64) -> String {
    format!("{:012x}V", LAST_MOMENT_MS - at_ms.clamp(0, LAST_MOMENT_MS))
}

/// The same of one among many that share a moment: what has the higher number stands higher, so
/// that none of them has another's place. They stand below what was put on top at that moment.
pub fn top_of(at_ms: i64, number: i64) -> String {
    let moment = LAST_MOMENT_MS - at_ms.clamp(0, LAST_MOMENT_MS);
    format!("{moment:012x}W{:08x}V", LAST_NUMBER - number.clamp(0, LAST_NUMBER))
}

/// The places of many that are put on top together, by `act`: the first of them (0) stands highest.
/// Of two acts of one moment the one that was made later stands higher (their ids begin with the time
/// they were made at), so that no card has another's place. They stand right below what was put on top
/// alone at that moment.
pub fn nth_of(at_ms: i64, act: Uuid, nth: i64) -> String {
    let moment = LAST_MOMENT_MS - at_ms.clamp(0, LAST_MOMENT_MS);
    let made = !(act.as_u128() >> 48) & ((1 << 80) - 1);
    format!("{moment:012x}V{made:020x}{:08x}V", nth.clamp(0, LAST_NUMBER))
}

/// A place after `before` and before `after`; an absent neighbour is the end of the list. Two
/// equal neighbours (two moves into one gap) have no room: the place is right behind them.
pub fn between(before: Option<&str>, after: Option<&str>) -> String {
    let low = before.filter(|place| is_place(place)).unwrap_or_default();
    match after.filter(|place| is_place(place)) {
        Some(high) if high > low => midpoint(low.as_bytes(), Some(high.as_bytes())),
        Some(_) => format!("{low}V"),
        None => midpoint(low.as_bytes(), None),
    }
}

/// Digits only, none too many, and room before it.
pub fn is_place(text: &str) -> bool {
    (1..=MAX_PLACE_CHARS).contains(&text.len())
        && text.bytes().all(|byte| DIGITS.contains(&byte))
        && !text.ends_with('0')
}

fn digit_at(text: &[u8], at: usize) -> usize {
    text.get(at).and_then(|byte| DIGITS.iter().position(|digit| digit == byte)).unwrap_or(0)
}

/// `low < high`, and neither ends in the lowest digit.
fn midpoint(low: &[u8], high: Option<&[u8]>) -> String {
    let mut made = String::new();
    let (mut at, mut high) = (0, high);
    loop {
        let floor = digit_at(low, at);
        let ceiling = high.map_or(62, |high| digit_at(high, at));
        if ceiling > floor + 1 {
            made.push(DIGITS[usize::midpoint(floor, ceiling)] as char);
            return made;
        }
        if ceiling == floor + 1 && high.is_some_and(|high| high.len() > at + 1) {
            // The upper neighbour's own digit, and nothing behind it, lies below that neighbour.
            made.push(DIGITS[ceiling] as char);
            return made;
        }
        made.push(DIGITS[floor] as char);
        if ceiling > floor {
            // Below the upper neighbour already: from here on only the lower one bounds it.
            high = None;
        }
        at += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_is_put_on_top_later_stands_higher() {
        assert!(top(1_800_000_000_001) < top(1_800_000_000_000));
        assert!(is_place(&top(0)) && is_place(&top(i64::MAX)) && is_place(&top(-1)));
        assert!(top(i64::MAX) < top(0));
    }

    #[test]
    fn of_one_moment_the_higher_number_stands_higher_and_no_other_moment_comes_between() {
        let noon_ms = 1_800_000_000_000;
        let places = [
            top(noon_ms + 1),
            top(noon_ms),
            top_of(noon_ms, 100),
            top_of(noon_ms, 99),
            top_of(noon_ms, 0),
            top_of(noon_ms - 1, 100),
        ];
        assert!(places.is_sorted_by(|one, other| one < other), "{places:?}");
        assert!(places.iter().all(|place| is_place(place)));
    }

    #[test]
    fn of_one_moment_the_later_act_stands_higher_and_each_has_its_order() {
        let noon_ms = 1_800_000_000_000;
        let made_ms = |ms: u64| uuid::Builder::from_unix_timestamp_millis(ms, &[7; 10]).into_uuid();
        let [first, later] = [made_ms(1_799_999_000_000), made_ms(1_799_999_000_001)];
        let places = [
            top(noon_ms + 1),
            top(noon_ms),
            nth_of(noon_ms, later, 0),
            nth_of(noon_ms, later, 1),
            nth_of(noon_ms, later, 100_000),
            nth_of(noon_ms, first, 0),
            nth_of(noon_ms, first, 100_000),
            nth_of(noon_ms, uuid::Uuid::nil(), i64::MAX),
            top_of(noon_ms, i64::MAX),
            nth_of(noon_ms - 1, later, 0),
        ];
        assert!(places.is_sorted_by(|one, other| one < other), "{places:?}");
        assert!(places.iter().all(|place| is_place(place)));
    }

    #[test]
    fn a_place_that_is_none_is_no_neighbour() {
        assert!(is_place(&between(Some("../"), Some("0"))));
        let place = top(1_800_000_000_000);
        let behind = between(Some(&place), Some(&place));
        assert!(is_place(&behind) && place < behind, "two equal neighbours: behind them");
        assert!(behind < top(1_799_999_999_999), "and before whoever follows");
    }

    proptest! {
        /// Cards are put anywhere, again and again; the list that the places sort is the one in hand.
        #[test]
        fn a_list_sorted_by_its_places_is_the_list(moves in proptest::collection::vec((any::<u16>(), any::<bool>()), 1..300)) {
            let mut list: Vec<String> = Vec::new();
            for (now_ms, (at, is_top)) in (1_800_000_000_000_i64..).zip(moves) {
                let at = if is_top { 0 } else { usize::from(at) % (list.len() + 1) };
                let place = match at {
                    0 if is_top => top(now_ms),
                    _ => between(
                        at.checked_sub(1).map(|before| list[before].as_str()),
                        list.get(at).map(String::as_str),
                    ),
                };
                // What was put above everything by a neighbour alone may stand above "now".
                let at = if is_top && list.first().is_some_and(|first| *first < place) {
                    list.partition_point(|other| *other < place)
                } else {
                    at
                };
                prop_assert!(is_place(&place), "{place}");
                list.insert(at, place);
            }
            prop_assert!(list.is_sorted_by(|one, other| one < other), "{list:?}");
        }

        #[test]
        fn two_hundred_moves_into_one_gap_stay_short(is_below in any::<bool>()) {
            let (mut low, mut high) = (top(1_800_000_000_001), top(1_800_000_000_000));
            for _ in 0..200 {
                let place = between(Some(&low), Some(&high));
                if is_below { high = place } else { low = place }
            }
            prop_assert!(low.len().max(high.len()) < 60, "{low} {high}");
        }
    }
}
