//! Where this person is, as far as this device knows.

use crate::ids::{ConversationId, LineId};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Window {
    /// In the tray only.
    #[default]
    Closed,
    /// Minimised, covered or on another desktop.
    Behind,
    Focused,
}

/// Another device of the same person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OtherDevice {
    /// When its last input was, on this device's monotonic clock, by the age that its report
    /// named as it arrived: in doubt both devices speak rather than none.
    pub input_mono_ms: i64,
    pub open_chat: Option<ConversationId>,
}

/// "I'm sharing my screen", said by hand: banners name nobody and quote nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hiding {
    Until {
        mono_ms: i64,
    },
    /// Until it is taken back.
    ForNow,
}

#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Presence {
    pub window: Window,
    /// The chat that the window shows.
    pub open_chat: Option<ConversationId>,
    /// The chat in the reply box (NOT-09), while the box has the focus. It shows that one and no list.
    pub reply_box: Option<ConversationId>,
    /// Locked by the app's PIN: nothing of a customer is shown and nothing can be answered.
    pub app_locked: bool,
    /// The system's own lock screen: nobody sees the window.
    pub screen_locked: bool,
    /// The system's Focus or Do not disturb.
    pub system_dnd: bool,
    /// As the system says.
    pub sharing_screen: bool,
    /// As the person says.
    pub hiding: Option<Hiding>,
    /// "Focus line" is on and this one is chosen (INB-13).
    pub only_line: Option<LineId>,
    /// The last input of this person on this device.
    pub input_mono_ms: Option<i64>,
    pub other_device: Option<OtherDevice>,
}

/// For how long an input says that somebody is there.
const THERE_MS: i64 = 60_000;

impl Presence {
    /// The window with its list, which shows every chat by itself.
    pub fn is_focused(&self) -> bool {
        self.window == Window::Focused && self.is_seen()
    }

    /// Whether nobody may be named in what others could see.
    pub fn hides_names(&self, mono_ms: i64) -> bool {
        match self.hiding {
            None => false,
            Some(Hiding::Until { mono_ms: end }) => mono_ms < end,
            Some(Hiding::ForNow) => true,
        }
    }

    /// Whether others may see the screen: what was not asked to be seen stays hidden.
    pub fn is_watched(&self, hide_text_while_sharing: bool, mono_ms: i64) -> bool {
        self.hides_names(mono_ms) || (hide_text_while_sharing && self.sharing_screen)
    }

    pub fn is_under_eyes(&self, conversation_id: ConversationId) -> bool {
        self.chats_under_eyes().any(|id| id == conversation_id)
    }

    /// In the window or in the reply box, whichever has the focus.
    pub fn chats_under_eyes(&self) -> impl Iterator<Item = ConversationId> + use<> {
        let in_window = self.open_chat.filter(|_| self.is_focused());
        let in_box = self.reply_box.filter(|_| self.is_seen());
        in_window.into_iter().chain(in_box)
    }

    fn is_seen(&self) -> bool {
        !self.app_locked && !self.screen_locked
    }

    /// The other device, where this person is at work now. Of two devices the one with the later
    /// input speaks; in doubt both do.
    pub fn elsewhere(&self, mono_ms: i64) -> Option<OtherDevice> {
        let other = self.other_device?;
        let is_there = (0..=THERE_MS).contains(&(mono_ms - other.input_mono_ms));
        let is_later = self.input_mono_ms.is_none_or(|here| here < other.input_mono_ms);
        (is_there && is_later).then_some(other)
    }
}
