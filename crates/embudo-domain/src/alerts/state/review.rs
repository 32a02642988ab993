//! Changes of this person that were not applied (OFF-10): one banner, however many.

use super::super::banner::{Opens, Tag, What};
use super::super::reason::Reason;
use super::super::{MAX_NAME, one_line};
use super::Step;
use crate::ids::*;
use std::collections::BTreeSet;

const MAX_ITEMS: usize = 1_000;

#[derive(Clone, Debug)]
pub(super) struct NotApplied {
    act_id: ActId,
    name: String,
    code: String,
}

impl Step<'_> {
    pub(super) fn tell_not_applied(&mut self, act_id: ActId, name: &str, code: String) -> Reason {
        let is_one_of_many = self.has_just_told(|tag| tag == Tag::Review);
        let items = &mut self.state.review;
        items.retain(|item| item.act_id != act_id);
        if items.len() >= MAX_ITEMS {
            items.remove(0);
        }
        items.push(NotApplied { act_id, name: one_line(name, MAX_NAME), code });
        let is_alone = items.len() == 1;
        match self.show_not_applied(!is_one_of_many) {
            Reason::Done if !is_alone => Reason::InSummary,
            told => told,
        }
    }

    /// Answered, dismissed, or applied after all: the banner speaks of what is left.
    pub(super) fn review_now(&mut self, open: &BTreeSet<ActId>) {
        let before = self.state.review.len();
        self.state.review.retain(|item| open.contains(&item.act_id));
        if self.state.review.is_empty() {
            self.remove(Tag::Review);
        } else if self.state.review.len() != before && self.state.shown.contains_key(&Tag::Review) {
            self.show_not_applied(false);
        }
    }

    fn show_not_applied(&mut self, again: bool) -> Reason {
        let count = self.state.review.len() as u32;
        let Some(newest) = self.state.review.last() else { return Reason::Done };
        let what = What::NotApplied { name: newest.name.clone(), code: newest.code.clone(), count };
        self.show_plain(Tag::Review, what, Opens::Review, again)
    }
}
