//! What is known of the service that shows banners, and what becomes of them when it goes.

use std::time::Instant;

use embudo_domain::alerts::{Abilities, ClosedBy, Tag};

use super::{Call, Desk, Next, Out, Service};
use crate::banners::{BannerEvent, BannerState, NoBanners};

impl Desk {
    /// Asks the desktop anew; `Out::Checked` follows.
    pub fn check(&mut self, now: Instant) {
        self.check_deadline = Some(now + self.patience.ask);
        match (self.service, self.trouble) {
            (Service::Connecting | Service::Asking, _) => {}
            (Service::Missing, Some(NoBanners::NoSessionBus)) => {
                self.service = Service::Connecting;
                self.ask_deadline = self.check_deadline;
                self.call(Call::Connect);
            }
            (Service::Missing, _) => self.ask(now),
            _ => self.call(Call::Ask),
        }
    }

    pub(super) fn ask(&mut self, now: Instant) {
        self.service = Service::Asking;
        self.ask_deadline = Some(now + self.patience.ask);
        self.call(Call::Ask);
    }

    pub(super) fn checked(&mut self) {
        if self.check_deadline.take().is_some() {
            self.settle();
            self.out.push(Out::Checked);
        }
    }

    /// Tells when something about the desktop has become different.
    pub(super) fn settle(&mut self) {
        let is_known = self.trouble.is_some() || self.service == Service::Ready;
        if !is_known && self.told.is_none() {
            return;
        }
        let state = BannerState { abilities: self.abilities, trouble: self.trouble, server: self.server.clone() };
        if self.told.as_ref() != Some(&state) {
            self.told = Some(state.clone());
            self.tell(BannerEvent::Changed(state));
        }
    }

    pub(super) fn fall_silent(&mut self) {
        self.service = Service::Silent;
        self.trouble = Some(NoBanners::NotAnswering);
        self.ask_deadline = None;
        self.refuse_waiting();
    }

    pub(super) fn miss(&mut self, why: NoBanners) {
        self.service = Service::Missing;
        self.trouble = Some(why);
        self.abilities = Abilities::NONE;
        self.server = None;
        self.ask_deadline = None;
        self.refuse_waiting();
    }

    pub(super) fn service_left(&mut self, returns: bool, now: Instant) {
        self.lose_screen();
        if self.quit_deadline.is_some() {
            return;
        }
        let is_waiting = self.entries.values().any(|entry| matches!(entry.next, Some(Next::Show(_))));
        match returns {
            true if is_waiting => self.ask(now),
            true => self.service = Service::Asleep,
            false => {
                self.service = Service::Away;
                self.ask_deadline = Some(now + self.patience.ask);
            }
        }
    }

    /// Every banner is gone with its service.
    pub(super) fn lose_screen(&mut self) {
        self.closing.clear();
        let flights = std::mem::take(&mut self.flights);
        for flight in flights.into_values().filter(|flight| !flight.is_abandoned) {
            if let Some(entry) = self.entries.get_mut(&flight.tag) {
                entry.standing = None;
            }
            self.wait_again(flight);
        }
        let tags: Vec<Tag> = self.entries.keys().copied().collect();
        for tag in tags {
            let Some(entry) = self.entries.get_mut(&tag) else { continue };
            entry.standing = None;
            match entry.next {
                Some(Next::Show(_)) => {}
                Some(Next::Remove) => {
                    self.entries.remove(&tag);
                }
                None => {
                    self.entries.remove(&tag);
                    self.tell(BannerEvent::Closed { tag, by: ClosedBy::Time });
                }
            }
        }
    }
}
