//! What strangers wrote, made safe for one line of a banner.

use unicode_segmentation::UnicodeSegmentation;

/// In characters as a person sees them.
pub const MAX_NAME: usize = 60;
pub const MAX_TEXT: usize = 240;
/// Nothing that anybody writes has more signs in one character; stacked marks would draw over
/// the rest of the screen.
const MAX_SIGNS: usize = 16;

/// One line without control and direction signs, cut between characters. Empty if nothing of it
/// can be seen.
pub fn one_line(text: &str, max: usize) -> String {
    let budget = max.saturating_add(1).saturating_mul(MAX_SIGNS);
    let mut line = String::new();
    let mut signs = 0;
    let mut gap = false;
    let mut whole = true;
    for sign in text.chars() {
        if sign.is_control() || sign.is_whitespace() {
            gap = true;
            continue;
        }
        if is_hidden(sign) {
            continue;
        }
        if signs >= budget {
            whole = false;
            break;
        }
        if gap && !line.is_empty() {
            line.push(' ');
        }
        gap = false;
        line.push(sign);
        signs += 1;
    }
    if !line.chars().any(is_ink) {
        return String::new();
    }
    let mut characters: Vec<&str> = line.graphemes(true).take(max.saturating_add(1)).collect();
    if !whole && characters.len() > 1 && characters.len() <= max {
        // The budget ended inside it.
        characters.pop();
    }
    let cut = !whole || characters.len() > max;
    if cut {
        characters.truncate(max.saturating_sub(1));
    }
    let mut safe: String = characters.into_iter().flat_map(|character| character.chars().take(MAX_SIGNS)).collect();
    if cut {
        safe.truncate(safe.trim_end().len());
        safe.push('…');
    }
    safe
}

/// Turns what is written after it, or cannot be seen and only hides something.
fn is_hidden(sign: char) -> bool {
    matches!(sign,
        '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}' | '\u{200e}' | '\u{200f}'
        | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffc}'
        | '\u{fdd0}'..='\u{fdef}')
        || u32::from(sign) & 0xfffe == 0xfffe
}

/// Leaves a mark on the screen; letters that are drawn as nothing are a blank name.
fn is_ink(sign: char) -> bool {
    let blank = matches!(sign, '\u{115f}' | '\u{1160}' | '\u{200c}' | '\u{200d}' | '\u{2800}' | '\u{3164}' | '\u{ffa0}'
        | '\u{fe00}'..='\u{fe0f}' | '\u{e0000}'..='\u{e01ef}');
    !blank && !sign.is_whitespace()
}

/// A name that is written from right to left stands in a frame of its own: what follows it in
/// the line keeps its place.
pub fn isolated(name: &str) -> String {
    let turns = name.chars().any(|sign| {
        matches!(sign, '\u{590}'..='\u{8ff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{fefe}'
            | '\u{10800}'..='\u{10fff}' | '\u{1e800}'..='\u{1efff}')
    });
    if turns { format!("\u{2068}{name}\u{2069}") } else { name.to_owned() }
}

/// Where a server reads marks in a body (`body-markup`).
pub fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
