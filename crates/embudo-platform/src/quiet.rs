//! Whether the system wants no sounds now (Focus, Do not disturb) and whether the screen is
//! shared, as far as this desktop tells programs.
//!
//! Invariant: nothing here is waited for by an alert. What is not known yet, or not told, is
//! `None`, and nobody takes it for "no".

mod freedesktop;
mod windows;

use std::time::Duration;

use embudo_domain::alerts::Presence;
use tokio::sync::watch;

#[cfg(target_os = "linux")]
pub(crate) use freedesktop::{
    DCONF, DND, NO_SUCH_PROPERTY, NOTIFYD, Setting, WATCHED, Way, XFCONF, XFCONF_PATH, is_about, way_of,
};
#[cfg(windows)]
pub(crate) use windows::state_of;

/// How long a desktop has to say it for the first time.
const FIRST: Duration = Duration::from_secs(2);

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct QuietState {
    /// `None`: this desktop does not tell.
    pub dnd: Option<bool>,
    pub sharing: Option<bool>,
}

pub struct SystemQuiet(Source);

enum Source {
    /// It says when it changes; `None` inside: it has not said anything yet.
    Told(watch::Receiver<Option<QuietState>>),
    /// It has to be asked, and answers at once.
    #[cfg_attr(target_os = "linux", allow(dead_code))]
    Asked(fn() -> QuietState),
}

impl SystemQuiet {
    /// This desktop's own way. Needs a tokio runtime.
    pub fn open() -> Self {
        crate::os::quiet()
    }

    /// On any bus, with any program in the place of `gsettings`.
    #[cfg(target_os = "linux")]
    pub fn open_at(address: &str, gsettings: &std::path::Path) -> Self {
        crate::os::quiet_at(Some(address.to_owned()), gsettings.to_owned())
    }

    /// A desktop that tells nothing.
    pub fn untold() -> Self {
        Self(Source::Asked(QuietState::default))
    }

    /// A desktop that says what a test says.
    pub fn fake(state: QuietState) -> (Self, FakeQuiet) {
        let (tell, told) = watch::channel(Some(state));
        (Self(Source::Told(told)), FakeQuiet(tell))
    }

    #[cfg_attr(not(target_os = "linux"), allow(dead_code))]
    pub(crate) fn told(told: watch::Receiver<Option<QuietState>>) -> Self {
        Self(Source::Told(told))
    }

    #[cfg_attr(not(windows), allow(dead_code))]
    pub(crate) fn asked(ask: fn() -> QuietState) -> Self {
        Self(Source::Asked(ask))
    }

    /// What is known now; never waits.
    pub fn now(&self) -> QuietState {
        match &self.0 {
            Source::Told(told) => told.borrow().unwrap_or_default(),
            Source::Asked(ask) => ask(),
        }
    }

    /// The same once the desktop has said it for the first time, or has had its time to.
    pub async fn first(&self) -> QuietState {
        if let Source::Told(told) = &self.0 {
            let mut told = told.clone();
            let _ = tokio::time::timeout(FIRST, told.wait_for(Option::is_some)).await;
        }
        self.now()
    }

    /// What a desktop says by itself from now on.
    pub fn changes(&self) -> QuietChanges {
        QuietChanges(match &self.0 {
            Source::Told(told) => {
                let mut told = told.clone();
                told.mark_unchanged();
                Some(told)
            }
            Source::Asked(_) => None,
        })
    }

    /// A person's place, with what the system says of it.
    pub fn on(&self, presence: Presence) -> Presence {
        let QuietState { dnd, sharing } = self.now();
        Presence { system_dnd: dnd == Some(true), sharing_screen: sharing == Some(true), ..presence }
    }
}

pub struct QuietChanges(Option<watch::Receiver<Option<QuietState>>>);

impl QuietChanges {
    /// For ever where nothing will ever be said.
    pub async fn next(&mut self) {
        if let Some(told) = &mut self.0
            && told.changed().await.is_ok()
        {
            return;
        }
        self.0 = None;
        std::future::pending().await
    }
}

/// A desktop in a test's hand.
pub struct FakeQuiet(watch::Sender<Option<QuietState>>);

impl FakeQuiet {
    pub fn say(&self, state: QuietState) {
        self.0.send_replace(Some(state));
    }
}

#[cfg(test)]
mod tests {
    use std::pin::Pin;
    use std::task::{Context, Waker};

    use super::*;

    const DISTURB_NOT: QuietState = QuietState { dnd: Some(true), sharing: None };

    fn is_pending(future: Pin<&mut impl Future>) -> bool {
        future.poll(&mut Context::from_waker(Waker::noop())).is_pending()
    }

    #[tokio::test]
    async fn what_the_system_says_is_laid_over_where_the_person_is() {
        let (quiet, desktop) = SystemQuiet::fake(DISTURB_NOT);
        let here = Presence { app_locked: true, ..Presence::default() };
        let seen = quiet.on(here.clone());
        assert_eq!((seen.system_dnd, seen.sharing_screen, seen.app_locked), (true, false, true));
        desktop.say(QuietState::default());
        desktop.say(DISTURB_NOT);
        let mut changes = quiet.changes();
        assert!(is_pending(Box::pin(changes.next()).as_mut()), "what was before is no change");
        desktop.say(QuietState { dnd: Some(false), sharing: Some(true) });
        changes.next().await;
        let seen = quiet.on(here);
        assert_eq!((seen.system_dnd, seen.sharing_screen), (false, true));
    }

    #[tokio::test]
    async fn a_desktop_that_has_not_said_anything_is_waited_for_a_moment_and_no_alert_waits_at_all() {
        let (tell, told) = watch::channel(None);
        let quiet = SystemQuiet::told(told);
        assert_eq!(quiet.now(), QuietState::default(), "at once");
        let mut first = Box::pin(quiet.first());
        assert!(is_pending(first.as_mut()));
        tell.send_replace(Some(DISTURB_NOT));
        assert_eq!(first.await, DISTURB_NOT);
        drop(tell);
        assert_eq!(quiet.first().await, DISTURB_NOT, "what was said last");
        assert_eq!(SystemQuiet::untold().first().await, QuietState::default());
    }

    #[tokio::test]
    async fn nobody_spins_on_a_desktop_that_has_left() {
        let (quiet, desktop) = SystemQuiet::fake(DISTURB_NOT);
        let mut changes = quiet.changes();
        drop(desktop);
        let mut next = Box::pin(changes.next());
        for _ in 0..3 {
            assert!(is_pending(next.as_mut()), "nothing changes any more");
        }
        assert_eq!(quiet.now(), DISTURB_NOT);
    }
}
