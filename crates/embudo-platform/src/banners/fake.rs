//! A screen in memory, for tests of what stands above: the same desk, a desktop that answers at
//! once.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use embudo_domain::alerts::{Abilities, ClosedBy, Tag};
use tokio::sync::mpsc::UnboundedSender;
use tokio::sync::watch;

use super::Desktop;
use super::desk::{Call, NotShown, Report};
use super::sheet::{CLICK, Sheet};

/// What a person sees of it, and does.
#[derive(Clone)]
pub struct FakeScreen {
    inner: Arc<Mutex<Inner>>,
    standing: watch::Receiver<BTreeMap<u32, Sheet>>,
}

struct Inner {
    abilities: Abilities,
    refuses: bool,
    last_id: u32,
    standing: watch::Sender<BTreeMap<u32, Sheet>>,
    reports: UnboundedSender<Report>,
}

pub(crate) struct FakeDesktop(Arc<Mutex<Inner>>);

impl FakeScreen {
    pub(crate) fn new(abilities: Abilities, reports: UnboundedSender<Report>) -> (FakeDesktop, Self) {
        let (standing, seen) = watch::channel(BTreeMap::new());
        let inner = Arc::new(Mutex::new(Inner { abilities, refuses: false, last_id: 0, standing, reports }));
        (FakeDesktop(inner.clone()), Self { inner, standing: seen })
    }

    /// The banner with this tag, if it stands.
    pub fn banner(&self, tag: Tag) -> Option<Sheet> {
        self.standing.borrow().values().find(|sheet| sheet.tag == tag).cloned()
    }

    /// All that stands, oldest first.
    pub fn banners(&self) -> Vec<Sheet> {
        self.standing.borrow().values().cloned().collect()
    }

    /// Waits until the screen looks like that.
    pub async fn until(&self, mut looks: impl FnMut(&[Sheet]) -> bool) {
        let mut standing = self.standing.clone();
        let all = |standing: &BTreeMap<u32, Sheet>| standing.values().cloned().collect::<Vec<_>>();
        // Never an error: what it waits for lives as long as this screen.
        let _ = standing.wait_for(|standing| looks(&all(standing))).await;
    }

    /// A click on the banner itself.
    pub fn click(&self, tag: Tag) {
        self.press(tag, CLICK);
    }

    /// Presses the button that reports `key`; the banner closes, as on most desktops.
    pub fn press(&self, tag: Tag, key: &str) {
        let key = key.to_owned();
        self.answer(tag, |id| Report::Pressed { id, key });
    }

    pub fn reply(&self, tag: Tag, text: &str) {
        let text = text.to_owned();
        self.answer(tag, |id| Report::Replied { id, text });
    }

    pub fn close(&self, tag: Tag, by: ClosedBy) {
        let inner = self.inner();
        if let Some(id) = inner.take_away(tag) {
            inner.report(Report::Closed { id, by });
        }
    }

    /// From now on every banner is refused, or taken again.
    pub fn refuse(&self, refuses: bool) {
        self.inner().refuses = refuses;
    }

    /// The service starts anew, with other abilities and an empty screen.
    pub fn restart(&self, abilities: Abilities) {
        let mut inner = self.inner();
        inner.abilities = abilities;
        inner.standing.send_replace(BTreeMap::new());
        inner.report(Report::ServiceLeft { returns: false });
        inner.report(Report::ServiceCame);
    }

    fn answer(&self, tag: Tag, report: impl FnOnce(u32) -> Report) {
        let inner = self.inner();
        if let Some(id) = inner.take_away(tag) {
            inner.report(report(id));
            inner.report(Report::Closed { id, by: ClosedBy::Person });
        }
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inner {
    fn report(&self, report: Report) {
        let _ = self.reports.send(report);
    }

    fn take_away(&self, tag: Tag) -> Option<u32> {
        let id = self.standing.borrow().iter().find(|(_, sheet)| sheet.tag == tag).map(|(id, _)| *id)?;
        self.standing.send_modify(|standing| drop(standing.remove(&id)));
        Some(id)
    }
}

impl Desktop for FakeDesktop {
    fn call(&mut self, call: Call) {
        let mut inner = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match call {
            Call::Connect => inner.report(Report::Connected),
            Call::Ask => {
                let abilities = inner.abilities;
                inner.report(match abilities.banner {
                    true => Report::Abilities { abilities, server: Some("fake".into()) },
                    false => Report::NoService,
                });
            }
            Call::Notify { ticket, .. } if inner.refuses => {
                inner.report(Report::Notified { ticket, outcome: Err(NotShown::Refused) });
            }
            Call::Notify { ticket, replaces, sheet } => {
                let id = replaces.unwrap_or(inner.last_id + 1);
                inner.last_id = inner.last_id.max(id);
                inner.standing.send_modify(|standing| drop(standing.insert(id, sheet)));
                inner.report(Report::Notified { ticket, outcome: Ok(id) });
            }
            Call::Close { id } => {
                inner.standing.send_modify(|standing| drop(standing.remove(&id)));
                inner.report(Report::Removed { id });
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::banners::{Answer, BannerEvent, BannerRequest, Banners};
    use embudo_domain::alerts::{Action, Button, Field, Opens, Rendered};

    fn request(title: &'static str) -> BannerRequest {
        let render = move |abilities: &Abilities| Rendered {
            tag: Tag::Summary,
            title: title.into(),
            body: String::new(),
            opens: Some(Opens::Unread),
            field: abilities.inline_text.then(|| Field { label: "Reply".into() }),
            buttons: vec![Button { action: Action::MarkRead, label: "Mark read".into() }],
            stays: false,
        };
        BannerRequest { tag: Tag::Summary, render: Box::new(render), picture: None, again: true }
    }

    #[tokio::test]
    async fn a_fake_screen_shows_what_is_asked_and_plays_the_person() {
        let (banners, mut events, screen) = Banners::fake(Abilities::ALL);
        assert_eq!(banners.state().await.abilities, Abilities::ALL);
        assert!(matches!(events.recv().await, Some(BannerEvent::Changed(_))));
        let mut answers = Vec::new();
        for act in [&|| screen.click(Tag::Summary), &|| screen.press(Tag::Summary, "mark-read"), &|| {
            screen.reply(Tag::Summary, "Yes")
        }] as [&dyn Fn(); 3]
        {
            banners.show(request("3 chats"));
            assert_eq!(events.recv().await, Some(BannerEvent::Shown(Tag::Summary)));
            assert_eq!(screen.banner(Tag::Summary).unwrap().title, "3 chats");
            act();
            let Some(BannerEvent::Answered { answer, .. }) = events.recv().await else { panic!("an answer") };
            answers.push(answer);
            let closed = BannerEvent::Closed { tag: Tag::Summary, by: ClosedBy::Person };
            assert_eq!(events.recv().await, Some(closed));
        }
        let expected =
            [Answer::Opened(Opens::Unread), Answer::Pressed(Action::MarkRead), Answer::Replied("Yes".into())];
        assert_eq!(answers, expected);
        banners.show(request("4 chats"));
        screen.until(|standing| standing.len() == 1).await;
        banners.quit().await;
        assert!(screen.banners().is_empty(), "quitting takes away what stands");
    }

    #[tokio::test]
    async fn a_fake_screen_refuses_and_starts_anew() {
        let (banners, mut events, screen) = Banners::fake(Abilities::NONE);
        assert!(banners.state().await.trouble.is_some(), "a desktop that shows no banners");
        screen.restart(Abilities { inline_text: false, ..Abilities::ALL });
        while !matches!(events.recv().await, Some(BannerEvent::Changed(state)) if state.trouble.is_none()) {}
        screen.refuse(true);
        banners.show(request("3 chats"));
        assert_eq!(events.recv().await, Some(BannerEvent::Refused(Tag::Summary)));
        screen.refuse(false);
        banners.show(request("3 chats"));
        assert_eq!(events.recv().await, Some(BannerEvent::Shown(Tag::Summary)));
        assert_eq!(screen.banner(Tag::Summary).unwrap().field, None);
        screen.close(Tag::Summary, ClosedBy::Time);
        let closed = BannerEvent::Closed { tag: Tag::Summary, by: ClosedBy::Time };
        assert_eq!(events.recv().await, Some(closed));
    }
}
