use super::*;

#[test]
fn a_number_is_read_by_what_leaves_no_doubt_and_else_by_the_column() {
    for (cell, point, read) in [
        ("12", ',', Some((12, 0))),
        ("12,5", '.', Some((125, 1))),
        ("12.50", ',', Some((125, 1))),
        ("1.234,5", '.', Some((12_345, 1))),
        ("1,234.5", ',', Some((12_345, 1))),
        ("1.234.567", '.', Some((1_234_567, 0))),
        ("1.250", ',', Some((1_250, 0))),
        ("1.250", '.', Some((125, 2))),
        ("1.2340", ',', Some((1_234, 3))),
        ("0.250", ',', Some((25, 2))),
        ("1 250,75", ',', Some((125_075, 2))),
        ("1'250.75", '.', Some((125_075, 2))),
        ("-3,5", ',', Some((-35, 1))),
        ("\u{2212}7", ',', Some((-7, 0))),
        ("0,000001", ',', Some((1, 6))),
        ("0,0000001", ',', None),
        ("999999999999999", ',', Some((999_999_999_999_999, 0))),
        ("9999999999999999", ',', None),
        ("0", ',', Some((0, 0))),
        ("00012", ',', Some((12, 0))),
        ("1.23.4", ',', None),
        ("1.2,3.4", ',', None),
        ("many", ',', None),
        ("12 kg", ',', None),
        (".5", '.', None),
        ("", ',', None),
    ] {
        assert_eq!(number(cell, point), read, "{cell:?} with {point}");
    }
}

#[test]
fn one_cell_of_a_column_settles_how_the_others_are_meant() {
    let point = |cells: &[&str], usual| point_of(cells.iter().copied(), usual);
    assert_eq!(point(&["1.250", "3.000,50"], '.'), ',', "its thousands have points");
    assert_eq!(point(&["1.250", "12.5"], ','), '.');
    assert_eq!(point(&["R$ 1.250", "R$ 12,50"], '.'), ',', "whatever stands around it");
    assert_eq!(point(&["1.250", "7"], ','), ',', "nothing settles it");
    assert_eq!(point(&["1,5", "1.5"], ','), ',', "they disagree");

    let order = |cells: &[&str]| order_of(cells.iter().copied(), DayOrder::DayFirst);
    assert_eq!(order(&["03/04/2026", "03/28/2026"]), DayOrder::MonthFirst);
    assert_eq!(order(&["03/04/2026", "28/03/2026"]), DayOrder::DayFirst);
    assert_eq!(order(&["03/28/2026", "28/03/2026"]), DayOrder::DayFirst, "they disagree");
    let months = ["03/28/2026", "04/30/2026", "28/03/2026", "05/06/2026"];
    assert_eq!(order(&months), DayOrder::MonthFirst, "two against one: the one is mistyped");
    let days = ["28/03/2026", "03/28/2026", "30/04/2026"];
    assert_eq!(
        order_of(days.into_iter(), DayOrder::MonthFirst),
        DayOrder::DayFirst,
        "also where the country says otherwise"
    );
    assert_eq!(order(&["2026-28-03"]), DayOrder::DayFirst, "the year first says nothing of the others");
}

#[test]
fn an_amount_has_the_currency_of_the_workspace_or_none() {
    let read = |cell, currency| amount(cell, '.', Some(currency));
    assert_eq!(read("$1,250.50", "MXN"), Some((12_505, 1)));
    assert_eq!(read("R$ 1.250,50", "BRL"), Some((12_505, 1)));
    assert_eq!(read("1.250", "BRL"), Some((1_250, 0)), "nobody says an amount to the thousandth");
    assert_eq!(read("1,250", "MXN"), Some((1_250, 0)));
    assert_eq!(read("MXN 90", "MXN"), Some((90, 0)));
    assert_eq!(read("90 mxn", "MXN"), Some((90, 0)));
    assert_eq!(read("S/. 12.50", "PEN"), Some((125, 1)));
    assert_eq!(read("90 USD", "MXN"), None, "ninety of something else");
    assert_eq!(amount("90 USD", '.', None), Some((90, 0)), "it has none to be another than");
    assert_eq!(read("call", "MXN"), None);
}

#[test]
fn a_day_is_a_day_of_the_calendar() {
    use DayOrder::{DayFirst, MonthFirst};
    for (cell, order, read) in [
        ("2026-11-28", DayFirst, Some("2026-11-28")),
        ("2026-11-28 14:05", MonthFirst, Some("2026-11-28")),
        ("2026-11-28T14:05:00Z", MonthFirst, Some("2026-11-28")),
        ("2026/1/5", DayFirst, Some("2026-01-05")),
        ("3/4/2026", DayFirst, Some("2026-04-03")),
        ("3/4/2026", MonthFirst, Some("2026-03-04")),
        ("03.04.26", DayFirst, Some("2026-04-03")),
        ("03-04-85", DayFirst, Some("1985-04-03")),
        ("29/02/2028", DayFirst, Some("2028-02-29")),
        ("29/02/2026", DayFirst, None),
        ("28/11/2026", MonthFirst, None),
        ("11/2026", DayFirst, None),
        ("soon", DayFirst, None),
        ("46354", DayFirst, None),
        ("1/2/3/4", DayFirst, None),
        ("1/2/026", DayFirst, None),
    ] {
        assert_eq!(day(cell, order).as_deref(), read, "{cell:?} {order:?}");
    }
}

#[test]
fn a_box_is_ticked_in_three_languages() {
    for yes in ["Sí", "SIM", "yes", "x", "X", " 1 ", "TRUE", "✓"] {
        assert_eq!(tick(yes), Some(true), "{yes:?}");
    }
    for no in ["No", "NÃO", "nao", "0", "false", "-"] {
        assert_eq!(tick(no), Some(false), "{no:?}");
    }
    for other in ["maybe", "2", "xx"] {
        assert_eq!(tick(other), None, "{other:?}");
    }
}

#[test]
fn names_of_a_list_may_have_commas_of_their_own() {
    let known = ["Rings, gold", "Rings", "Chains"];
    let read = |cell| names(cell, |name| known.iter().position(|known| *known == name));
    assert_eq!(read("Rings"), Some(vec![1]));
    assert_eq!(read("Rings, Chains"), Some(vec![1, 2]));
    assert_eq!(read("Rings, gold, Chains"), Some(vec![0, 2]), "the longest name first");
    assert_eq!(read("Chains;Rings"), Some(vec![2, 1]));
    assert_eq!(read("Chains\nRings | "), Some(vec![2, 1]));
    assert_eq!(read("Chains, Bracelets"), None, "one is not known");
    assert_eq!(read(" , "), Some(vec![]));
}

#[test]
fn a_computed_number_is_kept_without_the_noise_of_its_fractions() {
    assert_eq!(computed("1159.9999999999998"), Some((1_160, 0)));
    assert_eq!(computed("-0.30000000000000004"), Some((-3, 1)));
    assert_eq!(computed("1.25"), Some((125, 2)));
    assert_eq!(computed("1.250"), Some((125, 2)), "never a thousand");
    assert_eq!(computed("12345678901.1"), Some((123_456_789_011, 1)));
    assert_eq!(computed("1000000000000000"), None, "too long without any fraction");
}
