//! What the words of the Desktop Notifications Specification mean to us, and ours to it.
#![cfg_attr(not(target_os = "linux"), allow(dead_code))]

use embudo_domain::alerts::{Abilities, ClosedBy, Tag};

use super::sheet::Sheet;

/// From `GetCapabilities`.
pub(crate) fn abilities(capabilities: &[String]) -> Abilities {
    let has = |wanted: &str| capabilities.iter().any(|capability| capability == wanted);
    let actions = has("actions");
    Abilities {
        banner: true,
        // A click is an action, too.
        click: actions,
        buttons: actions,
        inline_text: actions && has("inline-reply"),
        // Part of the protocol itself.
        replace: true,
        remove: true,
        persistence: has("persistence"),
        body_markup: has("body-markup"),
    }
}

/// From `NotificationClosed`: 1 expired, 2 dismissed, 3 closed by a call, 4 unknown. A call that
/// was not ours is not the person.
pub(crate) fn close_reason(reason: u32) -> ClosedBy {
    match reason {
        2 => ClosedBy::Person,
        _ => ClosedBy::Time,
    }
}

pub(crate) struct Hints {
    pub category: &'static str,
    /// 0 low, 1 normal.
    pub urgency: u8,
    /// In milliseconds; -1: as the service likes, 0: never.
    pub expires: i32,
}

pub(crate) fn hints_of(sheet: &Sheet) -> Hints {
    Hints {
        category: match sheet.tag {
            Tag::Chat(_) | Tag::Summary => "im.received",
            Tag::Window(_) | Tag::Windows | Tag::Review | Tag::Lead(_) | Tag::Leads => "im",
            Tag::FollowUp(_) | Tag::FollowUps | Tag::Asking => "im",
            Tag::Failed(_) | Tag::Failures => "im.error",
            Tag::Line(_) | Tag::Lines | Tag::Stream => "network",
            Tag::Test => "im",
        },
        // Critical would pass "do not disturb", which is the person's to say.
        urgency: if sheet.is_quiet { 0 } else { 1 },
        expires: if sheet.stays { 0 } else { -1 },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(capabilities: &[&str]) -> Abilities {
        abilities(&capabilities.iter().map(|it| (*it).to_owned()).collect::<Vec<_>>())
    }

    #[test]
    fn a_service_without_any_capability_still_shows_replaces_and_removes() {
        let least = Abilities { banner: true, replace: true, remove: true, ..Abilities::NONE };
        assert_eq!(of(&[]), least);
        assert_eq!(of(&["body", "sound", "x-something"]), least, "what we do not know changes nothing");
    }

    #[test]
    fn each_capability_gives_what_it_says() {
        assert!(of(&["actions"]).buttons && of(&["actions"]).click && !of(&["actions"]).inline_text);
        assert!(of(&["actions", "inline-reply"]).inline_text);
        assert!(!of(&["inline-reply"]).inline_text, "the field is an action: without actions there is none");
        assert!(of(&["persistence"]).persistence);
        assert!(of(&["body-markup"]).body_markup);
        assert!(!of(&["body-hyperlinks", "body-images"]).body_markup, "only its own word says so");
    }

    #[test]
    fn only_a_person_dismisses() {
        assert_eq!(
            [1, 2, 3, 4, 0, 99].map(close_reason).map(|by| by == ClosedBy::Person),
            [false, true, false, false, false, false]
        );
    }
}
