//! What a person did with a banner, if it is one of ours and stands.

use embudo_domain::alerts::{Action, ClosedBy, Tag};

use super::{Desk, Next, Standing};
use crate::banners::sheet::CLICK;
use crate::banners::{Answer, BannerEvent};

impl Desk {
    /// A banner that waits to be removed counts as removed.
    fn standing(&mut self, id: u32) -> Option<(Tag, &mut Standing)> {
        if self.quit_deadline.is_some() {
            return None;
        }
        let found = self.entries.iter_mut().find_map(|(tag, entry)| {
            if matches!(entry.next, Some(Next::Remove)) {
                return None;
            }
            entry.standing.as_mut().filter(|standing| standing.id == id).map(|standing| (*tag, standing))
        });
        if found.is_none() {
            tracing::debug!("an answer to a banner that does not stand is dropped");
        }
        found
    }

    pub(super) fn pressed(&mut self, id: u32, key: &str) {
        let Some((tag, standing)) = self.standing(id) else { return };
        let answer = match key {
            CLICK => standing.offer.opens.map(Answer::Opened),
            key => standing.offer.action(key).map(Answer::Pressed),
        };
        let Some(answer) = answer else {
            tracing::debug!("a button that was not offered is not pressed");
            return;
        };
        let sends = matches!(answer, Answer::Pressed(Action::QuickAnswer { .. }));
        self.answer(tag, id, answer, sends);
    }

    pub(super) fn replied(&mut self, id: u32, text: String) {
        let Some((tag, standing)) = self.standing(id) else { return };
        if !standing.offer.has_field || text.trim().is_empty() {
            tracing::debug!("a reply without a field or without words is dropped");
            return;
        }
        self.answer(tag, id, Answer::Replied(text), true);
    }

    fn answer(&mut self, tag: Tag, id: u32, answer: Answer, sends: bool) {
        let Some((_, standing)) = self.standing(id) else { return };
        if sends && standing.has_sent {
            tracing::info!("a second answer to the same banner is dropped");
            return;
        }
        standing.is_answered = true;
        standing.has_sent |= sends;
        let token = standing.token.take();
        self.tell(BannerEvent::Answered { tag, answer, token });
    }

    pub(super) fn token(&mut self, id: u32, token: String) {
        if let Some((_, standing)) = self.standing(id) {
            standing.token = Some(token);
        }
    }

    pub(super) fn closed(&mut self, id: u32, by: ClosedBy) {
        self.closing.remove(&id);
        let found = self.entries.iter_mut().find(|(_, entry)| entry.standing.as_ref().is_some_and(|it| it.id == id));
        let Some((tag, entry)) = found else { return };
        let tag = *tag;
        // Services have several words for what follows a click.
        let is_answered = entry.standing.take().is_some_and(|standing| standing.is_answered);
        let by = if is_answered { ClosedBy::Person } else { by };
        // Its next version is under way, and comes up anew.
        if entry.flight.is_none() && entry.next.is_none() {
            self.entries.remove(&tag);
            self.tell(BannerEvent::Closed { tag, by });
        }
    }
}
