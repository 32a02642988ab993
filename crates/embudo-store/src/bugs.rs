//! Mistakes planted on purpose, to prove that the simulation finds them. Without the feature
//! `sim-bugs` nothing here can be switched on and every question is a constant `false`.

/// What goes wrong on the device while it is planted, on this thread. Some are in `embudo-sync`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeviceBug {
    /// Acts that a batch touches are undone and not run again.
    ReplaySkipped,
    /// The hub's image of a row that an act writes is not kept.
    BaseForgotten,
    /// The words of a refused message go nowhere.
    WordsDropped,
    /// Changes are taken although some before them are missing.
    GapAccepted,
    /// A new epoch empties the queue.
    QueueLostOnResync,
    /// After a reconnect only new acts leave; what was under way is taken for arrived.
    UnansweredForgotten,
    /// Pending acts are offered to a restored hub as if nobody could have run them.
    OfferedAsNew,
}

impl DeviceBug {
    pub const ALL: [DeviceBug; 7] = [
        DeviceBug::ReplaySkipped,
        DeviceBug::BaseForgotten,
        DeviceBug::WordsDropped,
        DeviceBug::GapAccepted,
        DeviceBug::QueueLostOnResync,
        DeviceBug::UnansweredForgotten,
        DeviceBug::OfferedAsNew,
    ];
}

#[cfg(feature = "sim-bugs")]
thread_local! {
    static PLANTED: std::cell::Cell<Option<DeviceBug>> = const { std::cell::Cell::new(None) };
}

/// Plants one bug on this thread, or takes it out again.
#[cfg(feature = "sim-bugs")]
pub fn plant(bug: Option<DeviceBug>) {
    PLANTED.set(bug);
}

#[cfg(feature = "sim-bugs")]
pub fn planted(bug: DeviceBug) -> bool {
    PLANTED.get() == Some(bug)
}

#[cfg(not(feature = "sim-bugs"))]
pub const fn planted(_bug: DeviceBug) -> bool {
    false
}
