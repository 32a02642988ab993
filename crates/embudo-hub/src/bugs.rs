//! Mistakes planted on purpose, to prove that the simulation finds them. Without the feature
//! `sim-bugs` nothing here can be switched on and every question is a constant `false`.

/// What goes wrong while it is planted, on this thread.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HubBug {
    /// An act's number is durable before its effects are.
    AckBeforeEffects,
    /// A line's cursor is durable before the updates that it confirms.
    CursorBeforeRows,
    /// A send without an answer goes again, whatever the channel knows of our ids.
    RetryAfterBytesLeft,
    /// A send cut off by a crash goes again instead of becoming unknown.
    CutOffGoesAgain,
    /// Bytes leave before "sending" is committed.
    StartBeforeCommit,
    /// A refused act does not move the device's number.
    RefusalBlocks,
    /// The newest message of a conversation goes first.
    LaneOutOfOrder,
    /// Updates that overtake their message are dropped.
    OvertakersDropped,
    /// A row's number is one that devices have passed already, as from a sequence whose values
    /// become visible out of order.
    SeqFromSequence,
    /// A message is written without the key that it is found by.
    IndexLeftBehind,
    /// A restored database keeps its epoch.
    EpochKept,
    /// A restored hub goes on without asking its devices what they know.
    RecallSkipped,
    /// What was waiting to leave when the copy was made is sent again after it was restored.
    RestoredSendsAgain,
    /// An act that an earlier life may have run is run like a new one.
    OfferedTwice,
    /// What was due while the hub was off is forgotten.
    DueForgotten,
    /// A refusal is told live or never.
    RefusalToldOnce,
}

impl HubBug {
    pub const ALL: [HubBug; 16] = [
        HubBug::AckBeforeEffects,
        HubBug::CursorBeforeRows,
        HubBug::RetryAfterBytesLeft,
        HubBug::CutOffGoesAgain,
        HubBug::StartBeforeCommit,
        HubBug::RefusalBlocks,
        HubBug::LaneOutOfOrder,
        HubBug::OvertakersDropped,
        HubBug::SeqFromSequence,
        HubBug::IndexLeftBehind,
        HubBug::EpochKept,
        HubBug::RecallSkipped,
        HubBug::RestoredSendsAgain,
        HubBug::OfferedTwice,
        HubBug::DueForgotten,
        HubBug::RefusalToldOnce,
    ];
}

#[cfg(feature = "sim-bugs")]
thread_local! {
    static PLANTED: std::cell::Cell<Option<HubBug>> = const { std::cell::Cell::new(None) };
}

/// Plants one bug on this thread, or takes it out again.
#[cfg(feature = "sim-bugs")]
pub fn plant(bug: Option<HubBug>) {
    PLANTED.set(bug);
}

#[cfg(feature = "sim-bugs")]
pub(crate) fn planted(bug: HubBug) -> bool {
    PLANTED.get() == Some(bug)
}

#[cfg(not(feature = "sim-bugs"))]
pub(crate) const fn planted(_bug: HubBug) -> bool {
    false
}
