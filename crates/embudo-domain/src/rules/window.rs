//! The channel's window (I10): derived from the customer's last message, never stored.

use crate::rows::{Conversation, Line};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WindowState {
    /// The channel has no window.
    Unlimited,
    /// The customer has not written yet.
    NeverOpened,
    Open {
        closes_at_ms: i64,
    },
    Closed {
        closed_at_ms: i64,
    },
}

/// The last millisecond at which free text may leave; `None` without a window or before the
/// customer's first message.
pub fn window_closes_at_ms(line: &Line, conversation: &Conversation) -> Option<i64> {
    let last_ms = conversation.last_inbound_s?.saturating_mul(1000);
    Some(last_ms.saturating_add(line.window_ms?))
}

pub fn window_state(line: &Line, conversation: &Conversation, now_ms: i64) -> WindowState {
    if line.window_ms.is_none() {
        return WindowState::Unlimited;
    }
    match window_closes_at_ms(line, conversation) {
        None => WindowState::NeverOpened,
        Some(closes_at_ms) if now_ms <= closes_at_ms => WindowState::Open { closes_at_ms },
        Some(closed_at_ms) => WindowState::Closed { closed_at_ms },
    }
}
