//! What goes into [`super::AlertState`] and what comes out.

use super::banner::{Banner, Tag};
use super::clock::Clock;
use super::event::{AlertEvent, Chat};
use super::presence::Presence;
use super::reason::LogEntry;
use super::render::Abilities;
use super::settings::{AlertSettings, Sound};
use crate::ids::*;
use std::collections::BTreeSet;

/// The world at the moment of a step.
#[derive(Clone, Copy, Debug)]
pub struct Context<'a> {
    pub settings: &'a AlertSettings,
    pub presence: &'a Presence,
    pub abilities: &'a Abilities,
    pub clock: Clock,
}

/// A chat with something unread that counts in the list: not muted, snoozed or blocked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnreadChat {
    pub conversation_id: ConversationId,
    /// As this person may see it.
    pub name: String,
    pub unread: u32,
    /// The conversation's `inbound_count`.
    pub inbound_count: i64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClosedBy {
    /// Swiped away, or answered, or clicked.
    Person,
    /// The desktop took it off the screen by itself.
    Time,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input {
    Event(AlertEvent),
    /// A start or a wake: what comes now was missed. The platform says so before it reads.
    CatchingUp,
    /// All that was missed has come. Newest chat first.
    CaughtUp {
        unread: Vec<UnreadChat>,
    },
    /// Read up to this inbound message, here or elsewhere. `i64::MAX`: the whole chat, or closed.
    Read {
        conversation_id: ConversationId,
        up_to: i64,
    },
    /// Answered, closed, put aside, or they wrote again: no window of it closes unanswered.
    WindowSettled {
        conversation_id: ConversationId,
    },
    /// Done, moved or canceled, here or elsewhere.
    FollowUpSettled {
        follow_up_id: FollowUpId,
    },
    /// How many planned messages ask.
    AskingNow {
        count: u32,
    },
    /// No message of ours in it needs attention any longer.
    FailuresSettled {
        conversation_id: ConversationId,
    },
    /// What lies in the Review list; what does not was answered, dismissed or applied after all.
    ReviewNow {
        open: BTreeSet<ActId>,
    },
    /// The person knows that the line is away; absent: that all are that are.
    LinesAcknowledged {
        line_id: Option<LineId>,
    },
    LineRemoved {
        line_id: LineId,
    },
    StreamLost {
        since_ms: i64,
    },
    StreamBack,
    /// The list's count of unread chats (NOT-10).
    Badge(u32),
    /// A reply or quick answer from a banner is on its way into the outbox.
    Answering {
        conversation_id: ConversationId,
    },
    Answered {
        chat: Chat,
        /// The code of the refusal; the text is a draft by now.
        refused: Option<String>,
        /// It is in the outbox, and the line is away.
        waits: bool,
    },
    BannerClosed {
        tag: Tag,
        by: ClosedBy,
    },
    /// The desktop did not take it.
    BannerRefused {
        tag: Tag,
    },
    SoundRefused,
    /// A `WakeAt` came due, or presence, settings or abilities changed.
    Tick,
    Quit,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AlertCommand {
    Show(Banner),
    /// In place of the one with its tag. `again`: pops up once more; else only its text changes.
    Replace {
        banner: Banner,
        again: bool,
    },
    Remove(Tag),
    /// Inside our own window, where the desktop shows no banners (NOT-04).
    Toast(Banner),
    PlaySound(Sound),
    SetBadge(u32),
    Log(LogEntry),
    /// Send `Tick` at this time of the monotonic clock. A new one takes the place of the old.
    WakeAt(i64),
}
