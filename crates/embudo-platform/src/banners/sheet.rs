//! A banner as it is handed to a desktop: safe text, named buttons, nothing left to decide.
//!
//! The text was made safe once by the rules; what is checked here again is what a desktop could
//! not take at all, whoever wrote it: control characters, and lengths without end.

use embudo_domain::alerts::{Action, Opens, Rendered, Tag};

use super::picture::Picture;

/// In characters. The rules cut earlier; an escaped body is longer than it looks.
const MAX_TITLE: usize = 200;
const MAX_BODY: usize = 2_000;
const MAX_LABEL: usize = 60;
/// One inside the other.
const MAX_FRAMES: usize = 4;
/// "&quot;"
const LONGEST_ENTITY: usize = 6;

/// The button that a click on the banner itself presses, and the field, in the words of
/// freedesktop.org; other systems have their own.
pub(crate) const CLICK: &str = "default";
pub(crate) const FIELD: &str = "inline-reply";

#[derive(Clone, Debug, PartialEq)]
pub struct Sheet {
    pub tag: Tag,
    pub title: String,
    pub body: String,
    pub can_click: bool,
    /// The label of the button beside the text field.
    pub field: Option<String>,
    /// What a press reports, and its label.
    pub buttons: Vec<(String, String)>,
    /// Stays until a person takes it away.
    pub stays: bool,
    /// Only the words of a banner that stands already change.
    pub is_quiet: bool,
    pub picture: Option<Picture>,
}

/// What a person can answer to a banner that was shown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Offer {
    pub opens: Option<Opens>,
    pub has_field: bool,
    pub actions: Vec<Action>,
}

impl Offer {
    pub fn action(&self, key: &str) -> Option<Action> {
        // Some desktops draw the field as one more button.
        if key == FIELD && self.has_field {
            return Some(Action::Reply);
        }
        self.actions.iter().copied().find(|action| action_key(*action) == key)
    }
}

pub(crate) fn sheet(rendered: &Rendered, picture: Option<Picture>, is_quiet: bool) -> (Sheet, Offer) {
    let buttons = rendered.buttons.iter().map(|button| (action_key(button.action), line(&button.label, MAX_LABEL)));
    let sheet = Sheet {
        tag: rendered.tag,
        title: line(&rendered.title, MAX_TITLE),
        body: line(&rendered.body, MAX_BODY),
        can_click: rendered.opens.is_some(),
        field: rendered.field.as_ref().map(|field| line(&field.label, MAX_LABEL)),
        buttons: buttons.collect(),
        stays: rendered.stays,
        is_quiet,
        picture,
    };
    let offer = Offer {
        opens: rendered.opens,
        has_field: rendered.field.is_some(),
        actions: rendered.buttons.iter().map(|button| button.action).collect(),
    };
    (sheet, offer)
}

/// Says by itself what it does, so that a press on an older version of a banner can't mean
/// something else.
fn action_key(action: Action) -> String {
    match action {
        Action::Reply => "reply".into(),
        Action::UseTemplate => "use-template".into(),
        Action::QuickAnswer { id } => format!("answer-{id}"),
        Action::MarkRead => "mark-read".into(),
        Action::Snooze => "snooze".into(),
        Action::Acknowledge => "acknowledge".into(),
        Action::Done => "done".into(),
        Action::OpenChat => "open-chat".into(),
    }
}

/// One line without control characters, at most `max` characters long and the ends of its frames.
fn line(text: &str, max: usize) -> String {
    let mut kept: Vec<char> = Vec::new();
    let mut open = 0;
    for sign in text.chars() {
        match sign {
            // Frames around names that are written from right to left: all are closed again.
            '\u{2068}' if open < MAX_FRAMES => open += 1,
            '\u{2069}' if open > 0 => open -= 1,
            '\u{2068}' | '\u{2069}' => continue,
            _ => {}
        }
        let is_break = sign.is_control() || matches!(sign, '\u{2028}' | '\u{2029}');
        kept.push(if is_break { ' ' } else { sign });
        if kept.len() > max {
            kept.truncate(max - 1);
            // Half an entity ("&am") is a broken mark where bodies are marked up.
            let is_half = |at: &usize| kept.len() - at < LONGEST_ENTITY && !kept[*at..].contains(&';');
            if let Some(at) = kept.iter().rposition(|sign| *sign == '&').filter(is_half) {
                kept.truncate(at);
            }
            kept.push('…');
            let count = |wanted: char| kept.iter().filter(|sign| **sign == wanted).count();
            open = count('\u{2068}').saturating_sub(count('\u{2069}'));
            break;
        }
    }
    kept.extend(std::iter::repeat_n('\u{2069}', open));
    kept.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use embudo_domain::QuickReplyId;
    use embudo_domain::alerts::{Button, Field};

    fn rendered(title: &str, body: &str) -> Rendered {
        Rendered {
            tag: Tag::Test,
            title: title.into(),
            body: body.into(),
            opens: None,
            field: None,
            buttons: Vec::new(),
            stays: false,
        }
    }

    #[test]
    fn control_characters_and_endless_text_never_reach_a_desktop() {
        let long = format!("Ana\0\u{1b}[31m\r\n{}", "x".repeat(10_000));
        let (sheet, _) = sheet(&rendered(&long, &long), None, false);
        assert!(sheet.title.starts_with("Ana  [31m  xxx"), "each is a space: {:?}", &sheet.title[..20]);
        assert_eq!(sheet.title.chars().count(), 200);
        assert_eq!(sheet.body.chars().count(), 2_000);
        assert!(sheet.body.ends_with("x…"), "what was cut off is shown to be");
        assert!(!sheet.body.chars().any(char::is_control));
    }

    #[test]
    fn a_cut_never_leaves_half_an_entity() {
        // The limit falls on every place of the entity, one after the other.
        for before in 1_990..2_000 {
            let body = format!("{}&amp;{}", "x".repeat(before), "y".repeat(100));
            let (sheet, _) = sheet(&rendered("", &body), None, false);
            let rest = sheet.body.trim_start_matches('x').trim_end_matches('…').trim_end_matches('y');
            assert!(rest.is_empty() || rest == "&amp;", "after {before} letters: {rest:?}");
        }
    }

    #[test]
    fn a_frame_around_a_name_is_closed_where_it_is_cut() {
        let name = format!("\u{2068}{}\u{2069}", "م".repeat(500));
        let (sheet, _) = sheet(&rendered(&name, ""), None, false);
        assert!(sheet.title.ends_with("…\u{2069}"), "what follows it keeps its place");
        let frames = "\u{2068}".repeat(500);
        let (sheet, _) = super::sheet(&rendered(&frames, ""), None, false);
        assert_eq!(sheet.title.chars().count(), 8, "four and their ends: a name can't be nothing but frames");
    }

    #[test]
    fn a_button_says_what_it_does_and_nothing_else_is_taken_for_it() {
        let id = quick_reply(7);
        let mut rendered = rendered("", "");
        rendered.field = Some(Field { label: "Reply".into() });
        rendered.buttons = vec![
            Button { action: Action::QuickAnswer { id }, label: "Yes\n".into() },
            Button { action: Action::MarkRead, label: "Mark read".into() },
        ];
        let (sheet, offer) = sheet(&rendered, None, false);
        assert_eq!(sheet.buttons[0], (format!("answer-{id}"), "Yes ".to_owned()));
        assert_eq!(offer.action(&sheet.buttons[0].0), Some(Action::QuickAnswer { id }));
        assert_eq!(offer.action("mark-read"), Some(Action::MarkRead));
        assert_eq!(offer.action("inline-reply"), Some(Action::Reply), "a field that was drawn as a button");
        let other = format!("answer-{}", quick_reply(8));
        for stranger in ["snooze", "", "default", "Mark read", other.as_str()] {
            assert_eq!(offer.action(stranger), None, "not offered: {stranger}");
        }
    }

    fn quick_reply(last: u8) -> QuickReplyId {
        format!("00000000-0000-0000-0000-0000000000{last:02}").parse().unwrap()
    }
}
