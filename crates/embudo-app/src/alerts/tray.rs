//! What the tray shows and offers, from the workspace as it is.

use super::desk::clock;
use super::words::Catalogued;
use crate::api::{Availability, Language};
use crate::workspace::Workspace;
use embudo_domain::alerts::Mute;
use embudo_platform::tray::{TrayCommand, TrayFace, TrayItem};

pub(super) fn face(workspace: &Workspace, unread: u32) -> TrayFace {
    let catalogue = workspace.catalogue();
    let words = Catalogued(catalogue.settings.language);
    let muted = catalogue.alerts.mute(clock(workspace).now_ms);
    let is_away = catalogue.settings.availability == Availability::Away;
    let title = match unread {
        0 => words.say("tray_nothing_unread", None, &[]),
        _ => words.say("tray_unread", Some(u64::from(unread)), &[("count", &unread.to_string())]),
    };
    let mute = match muted {
        // What is undone by it stands beside it: "Unmute (everything muted until 14:00)".
        Some(mute) => {
            let label = words.say("tray_unmute", None, &[("muted", &muted_until(words, mute))]);
            TrayItem::Command { command: TrayCommand::Unmute, label }
        }
        None => command(words, TrayCommand::Mute, "tray_mute"),
    };
    TrayFace {
        title,
        detail: muted.map(|mute| muted_until(words, mute)).unwrap_or_default(),
        unread,
        muted: muted.is_some(),
        items: vec![
            command(words, TrayCommand::Open, "tray_open"),
            TrayItem::Separator,
            mute,
            TrayItem::Separator,
            choice(words, TrayCommand::Available, "availability_online", !is_away),
            choice(words, TrayCommand::Away, "availability_away", is_away),
            TrayItem::Separator,
            command(words, TrayCommand::Quit, "tray_quit"),
        ],
    }
}

/// While no workspace is open: nothing is heard that could be muted.
pub(crate) fn empty_face(language: Language) -> TrayFace {
    let words = Catalogued(language);
    let [open, quit] = [(TrayCommand::Open, "tray_open"), (TrayCommand::Quit, "tray_quit")];
    let items = vec![command(words, open.0, open.1), TrayItem::Separator, command(words, quit.0, quit.1)];
    TrayFace { title: "Embudo".to_owned(), items, ..TrayFace::default() }
}

fn command(words: Catalogued, command: TrayCommand, key: &str) -> TrayItem {
    TrayItem::Command { command, label: words.say(key, None, &[]) }
}

fn choice(words: Catalogued, command: TrayCommand, key: &str, chosen: bool) -> TrayItem {
    TrayItem::Choice { command, label: words.say(key, None, &[]), chosen }
}

/// "Everything muted until 14:00"; one that never ends is "Everything muted".
fn muted_until(words: Catalogued, mute: Mute) -> String {
    match mute.until_ms {
        Some(until_ms) => words.say("alerts_all_muted_until", None, &[("when", &words.clock(until_ms))]),
        None => words.say("alerts_all_muted", None, &[]),
    }
}
