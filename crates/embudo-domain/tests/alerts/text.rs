//! What strangers write, as a banner may show it.

use embudo_domain::alerts::*;
use proptest::prelude::*;
use unicode_segmentation::UnicodeSegmentation;

#[test]
fn a_long_name_is_cut_between_characters() {
    let family = "👩‍👩‍👧‍👦";
    assert_eq!(one_line(&family.repeat(10_000), 3), format!("{family}{family}…"));
    assert_eq!(one_line(&"ñ".repeat(60), 60), "ñ".repeat(60), "what fits is left alone");
    assert_eq!(one_line(&"ñ".repeat(61), 60), format!("{}…", "ñ".repeat(59)));
    assert_eq!(one_line("de\u{301}ja\u{300}", 3), "de\u{301}…", "marks stay with their letters");
    assert_eq!(one_line("🇧🇷🇦🇷🇲🇽🇪🇸", 3), "🇧🇷🇦🇷…", "and flags are whole");
    assert_eq!(one_line("Maria da Silva", 7), "Maria…", "no blank before the dots");
}

#[test]
fn control_and_direction_signs_are_taken_out() {
    assert_eq!(one_line("Maria\u{7}\u{1b}[31m\nSouza\r\n\tx", 60), "Maria [31m Souza x");
    assert_eq!(one_line("\u{202e}gnp.exe\u{202c}", 60), "gnp.exe", "nothing reads backwards");
    assert_eq!(one_line("a\u{200b}\u{feff}\u{2066}b\u{2069}", 60), "ab");
    assert_eq!(one_line("line\u{2028}two\u{85}three", 60), "line two three");
    assert_eq!(one_line("\u{0}", 60), "");
}

#[test]
fn a_name_that_nobody_can_see_is_none() {
    for blank in
        ["", "   ", "\u{3164}", "\u{2800}\u{2800}", "\u{200d}\u{fe0f}", "\u{115f} \u{ffa0}", "\u{202e}\u{200f}"]
    {
        assert_eq!(one_line(blank, 60), "", "{blank:?}");
    }
    assert_eq!(one_line("\u{3164}a", 60), "\u{3164}a", "one letter is a name");
}

#[test]
fn a_tower_of_marks_stays_small() {
    let tower = format!("Z{}algo", "\u{301}".repeat(10_000));
    let safe = one_line(&tower, 60);
    assert!(safe.chars().count() <= 17, "{} signs", safe.chars().count());
    assert!(safe.starts_with('Z') && safe.ends_with('…'), "it is still his name");
}

#[test]
fn arabic_and_hebrew_stay_whole() {
    assert_eq!(one_line("محمد علي", 60), "محمد علي");
    assert_eq!(one_line("שָׁלוֹם", 60), "שָׁלוֹם", "points are part of letters");
    assert_eq!(one_line("नमस्ते", 60), "नमस्ते");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]
    #[test]
    fn whatever_they_write_is_one_short_line(text in "(\\PC|[\u{0}-\u{20}\u{300}-\u{310}\u{200b}-\u{2069}\u{1f1e6}-\u{1f1ff}👩\u{200d}\u{fe0f}<&>]){0,300}", max in 1_usize..80) {
        let safe = one_line(&text, max);
        prop_assert!(safe.graphemes(true).count() <= max, "{} characters", safe.graphemes(true).count());
        prop_assert!(safe.chars().count() <= max * 16 + 1);
        prop_assert!(!safe.chars().any(char::is_control));
        let turns = |sign| matches!(sign, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}');
        let turned = safe.chars().any(turns);
        prop_assert!(!turned, "nothing turns what follows");
        prop_assert_eq!(safe.trim(), safe.as_str());
        prop_assert_eq!(one_line(&safe, max), safe.clone(), "safe stays as it is");
    }
}
