//! Follow-ups of this person that are due (FUP-06), and planned messages that ask (FUP-03). What is
//! found at one look is told at once: after a sleep that is one banner, however many.

use super::super::banner::{Opens, Tag, What};
use super::super::event::DueFollowUp;
use super::super::reason::Reason;
use super::super::{MAX_NAME, MAX_TEXT, one_line};
use super::Step;
use crate::ids::*;

/// More are one banner.
const MAX_ALONE: usize = 3;
const MAX_FOLLOW_UPS: usize = 1_000;

impl Step<'_> {
    pub(super) fn tell_follow_ups(&mut self, due: &[DueFollowUp]) -> Reason {
        for one in due {
            if self.state.follow_ups.len() < MAX_FOLLOW_UPS {
                self.state.follow_ups.insert(one.id);
            }
        }
        let is_many = self.state.follow_ups.len() > MAX_ALONE || self.state.shown.contains_key(&Tag::FollowUps);
        if let ([one], false) = (due, is_many) {
            let what = What::FollowUpDue { name: one_line(&one.name, MAX_NAME), note: one_line(&one.note, MAX_TEXT) };
            let opens = match one.conversation_id {
                Some(conversation_id) => Opens::Chat { conversation_id, message_id: None },
                None => Opens::FollowUps,
            };
            return self.show_plain(Tag::FollowUp(one.id), what, opens, true);
        }
        let alone: Vec<Tag> = self.state.shown.keys().filter(|tag| matches!(tag, Tag::FollowUp(_))).copied().collect();
        alone.into_iter().for_each(|tag| self.remove(tag));
        let count = self.state.follow_ups.len() as u32;
        match self.show_plain(Tag::FollowUps, What::FollowUpsDue { count }, Opens::FollowUps, true) {
            Reason::Done => Reason::InSummary,
            refused => refused,
        }
    }

    /// Done, moved or canceled, here or elsewhere.
    pub(super) fn follow_up_settled(&mut self, id: FollowUpId) {
        self.remove(Tag::FollowUp(id));
        if !self.state.follow_ups.remove(&id) || !self.state.shown.contains_key(&Tag::FollowUps) {
            return;
        }
        match self.state.follow_ups.len() as u32 {
            0 => self.remove(Tag::FollowUps),
            count => {
                self.show_plain(Tag::FollowUps, What::FollowUpsDue { count }, Opens::FollowUps, false);
            }
        }
    }

    pub(super) fn tell_asking(&mut self, count: u32) -> Reason {
        self.show_plain(Tag::Asking, What::FollowUpsAsk { count }, Opens::FollowUpsAsking, true)
    }

    /// So many still ask.
    pub(super) fn asking_now(&mut self, count: u32) {
        match count {
            0 => self.remove(Tag::Asking),
            count if self.state.shown.contains_key(&Tag::Asking) => {
                self.show_plain(Tag::Asking, What::FollowUpsAsk { count }, Opens::FollowUpsAsking, false);
            }
            _ => {}
        }
    }

    /// A few by name, many as one.
    pub(super) fn tell_new_lead(&mut self, conversation_id: ConversationId, name: &str) -> Reason {
        if self.state.new_leads.len() < MAX_FOLLOW_UPS {
            self.state.new_leads.insert(conversation_id);
        }
        if self.state.new_leads.len() <= MAX_ALONE {
            let what = What::NewLead { name: one_line(name, MAX_NAME) };
            let opens = Opens::Chat { conversation_id, message_id: None };
            return self.show_plain(Tag::Lead(conversation_id), what, opens, true);
        }
        let alone: Vec<Tag> = self.state.shown.keys().filter(|tag| matches!(tag, Tag::Lead(_))).copied().collect();
        alone.into_iter().for_each(|tag| self.remove(tag));
        let count = self.state.new_leads.len() as u32;
        match self.show_plain(Tag::Leads, What::NewLeads { count }, Opens::Unread, true) {
            Reason::Done => Reason::InSummary,
            refused => refused,
        }
    }

    /// Its chat was looked at.
    pub(super) fn drop_new_lead(&mut self, conversation_id: ConversationId) {
        self.remove(Tag::Lead(conversation_id));
        if !self.state.new_leads.remove(&conversation_id) || !self.state.shown.contains_key(&Tag::Leads) {
            return;
        }
        match self.state.new_leads.len() as u32 {
            0 => self.remove(Tag::Leads),
            count => {
                self.show_plain(Tag::Leads, What::NewLeads { count }, Opens::Unread, false);
            }
        }
    }
}
