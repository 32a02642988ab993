//! Which banner stands where, and whose answer counts. Pure: calls, reports and the time come in,
//! calls and events go out, so that every race can be played by hand.
//!
//! Invariants:
//! - one call per tag at a time; what is wanted meanwhile waits, and only the last of it;
//! - what was refused or removed is nowhere on the screen, as soon as the desktop can be told;
//! - an answer counts for the version that the desktop had confirmed, a text or a quick answer
//!   once; anything about an unknown id is dropped;
//! - a desktop that goes away and comes back gets what was on its way; nothing waits for ever.

mod answers;
mod service;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use embudo_domain::alerts::{Abilities, ClosedBy, Tag};

use super::sheet::{Offer, Sheet, sheet};
use super::{BannerEvent, BannerRequest, BannerState, NoBanners};

/// With everything first, then once more without what a desktop might not like.
const MAX_SENDS: u8 = 2;
/// Calls that nobody waits for any more, of a service that never answers them.
const MAX_ABANDONED: usize = 100;

/// How long a desktop may take.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    /// To say that it is there, and to come back after a restart.
    pub ask: Duration,
    /// To take one banner.
    pub show: Duration,
    /// To remove what stands when the app quits.
    pub quit: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self { ask: Duration::from_secs(5), show: Duration::from_secs(5), quit: Duration::from_secs(1) }
    }
}

/// What a desktop is asked to do. Every call but `Close` is answered by a report, or the desk
/// gives up waiting.
#[derive(Debug)]
pub(crate) enum Call {
    /// Answered by `Connected` or `NoBus`.
    Connect,
    /// Answered by `Abilities`, `NoService` or `NotAllowed`.
    Ask,
    /// Answered by `Notified`.
    Notify { ticket: u64, replaces: Option<u32>, sheet: Sheet },
    /// Answered by `Removed`, also if it was gone already.
    Close { id: u32 },
}

/// What a desktop says, in the order in which it happened.
#[derive(Clone, Debug)]
// Each system has its own share of these.
#[allow(dead_code)]
pub(crate) enum Report {
    Connected,
    /// No way to any desktop, or the way to it was lost.
    NoBus,
    Abilities {
        abilities: Abilities,
        server: Option<String>,
    },
    NoService,
    /// The person, or their system, does not let us.
    NotAllowed,
    /// The service that shows banners went away, and its banners with it.
    ServiceLeft {
        /// The system starts it again as soon as it is asked for something.
        returns: bool,
    },
    ServiceCame,
    Notified {
        ticket: u64,
        outcome: Result<u32, NotShown>,
    },
    Pressed {
        id: u32,
        key: String,
    },
    Replied {
        id: u32,
        text: String,
    },
    /// Lets our window come to the front after the answer that follows.
    Token {
        id: u32,
        token: String,
    },
    Closed {
        id: u32,
        by: ClosedBy,
    },
    Removed {
        id: u32,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NotShown {
    Refused,
    /// Nobody was there to take it.
    ServiceGone,
}

#[derive(Debug)]
pub(crate) enum Out {
    Call(Call),
    Event(BannerEvent),
    /// What was asked with `check` is known.
    Checked,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Service {
    Connecting,
    Asking,
    Ready,
    /// Left, and is started again by the next call.
    Asleep,
    /// Left a moment ago; a restart is under way, or it is gone.
    Away,
    /// There, and does not answer.
    Silent,
    Missing,
}

#[derive(Default)]
struct Entry {
    standing: Option<Standing>,
    /// The ticket of the call that is under way.
    flight: Option<u64>,
    next: Option<Next>,
}

struct Standing {
    id: u32,
    offer: Offer,
    is_answered: bool,
    /// Something that is sent to a customer was answered already.
    has_sent: bool,
    token: Option<String>,
}

enum Next {
    Show(Waiting),
    Remove,
}

struct Waiting {
    request: BannerRequest,
    sends: u8,
}

struct Flight {
    tag: Tag,
    offer: Offer,
    replaces: Option<u32>,
    waiting: Waiting,
    /// Without picture, field and buttons.
    is_plain: bool,
    deadline: Instant,
    /// Given up; if it is shown after all, it is taken away.
    is_abandoned: bool,
}

pub(crate) struct Desk {
    patience: Patience,
    service: Service,
    abilities: Abilities,
    server: Option<String>,
    trouble: Option<NoBanners>,
    told: Option<BannerState>,
    entries: BTreeMap<Tag, Entry>,
    flights: BTreeMap<u64, Flight>,
    /// Closed by us, and not confirmed.
    closing: BTreeSet<u32>,
    last_ticket: u64,
    ask_deadline: Option<Instant>,
    check_deadline: Option<Instant>,
    quit_deadline: Option<Instant>,
    out: Vec<Out>,
}

impl Desk {
    pub fn new(patience: Patience, now: Instant) -> Self {
        Self {
            patience,
            service: Service::Connecting,
            abilities: Abilities::NONE,
            server: None,
            trouble: None,
            told: None,
            entries: BTreeMap::new(),
            flights: BTreeMap::new(),
            closing: BTreeSet::new(),
            last_ticket: 0,
            ask_deadline: Some(now + patience.ask),
            check_deadline: None,
            quit_deadline: None,
            out: vec![Out::Call(Call::Connect)],
        }
    }

    /// What is to be done now, in order.
    pub fn take_out(&mut self) -> Vec<Out> {
        std::mem::take(&mut self.out)
    }

    /// When `tick` has to be called at the latest.
    pub fn deadline(&self) -> Option<Instant> {
        let flights = self.flights.values().filter(|flight| !flight.is_abandoned).map(|flight| flight.deadline);
        let others = [self.ask_deadline, self.check_deadline, self.quit_deadline].into_iter().flatten();
        flights.chain(others).min()
    }

    /// After `quit`: nothing of ours is on the screen, or it does not let itself be removed.
    pub fn is_done(&self, now: Instant) -> bool {
        let is_empty = self.closing.is_empty() && self.flights.values().all(|flight| flight.is_abandoned);
        self.quit_deadline.is_some_and(|deadline| is_empty || now >= deadline)
    }

    pub fn show(&mut self, request: BannerRequest, now: Instant) {
        if self.quit_deadline.is_some() {
            return;
        }
        let tag = request.tag;
        let waiting = Waiting { request, sends: 0 };
        match self.service {
            Service::Missing | Service::Silent => self.refuse(tag),
            _ => {
                self.entries.entry(tag).or_default().next = Some(Next::Show(waiting));
                if self.service == Service::Asleep {
                    self.ask(now);
                }
                self.go_on(tag, now);
            }
        }
    }

    pub fn remove(&mut self, tag: Tag) {
        let Some(entry) = self.entries.get_mut(&tag) else { return };
        if entry.flight.is_some() {
            entry.next = Some(Next::Remove);
        } else {
            self.drop_entry(tag);
        }
    }

    pub fn quit(&mut self, now: Instant) {
        self.quit_deadline = Some(now + self.patience.quit);
        let tags: Vec<Tag> = self.entries.keys().copied().collect();
        tags.into_iter().for_each(|tag| self.remove(tag));
    }

    pub fn tick(&mut self, now: Instant) {
        let is_due = |deadline: Option<Instant>| deadline.is_some_and(|at| at <= now);
        if self.flights.values().any(|flight| !flight.is_abandoned && flight.deadline <= now) {
            tracing::warn!("the notification service does not take a banner");
            self.fall_silent();
            // Waits in its queue: the answer says that it is back.
            self.call(Call::Ask);
        }
        if is_due(self.ask_deadline) {
            tracing::warn!(service = ?self.service, "the notification service does not answer");
            match self.service {
                Service::Away => self.miss(NoBanners::NoService),
                _ => self.fall_silent(),
            }
        }
        if is_due(self.check_deadline) {
            if matches!(self.service, Service::Ready | Service::Asleep) {
                self.fall_silent();
            }
            self.checked();
        }
        self.settle();
    }

    pub fn report(&mut self, report: Report, now: Instant) {
        match report {
            Report::Connected => self.ask(now),
            Report::NoBus => {
                self.lose_screen();
                self.miss(NoBanners::NoSessionBus);
                self.checked();
            }
            Report::Abilities { abilities, server } => {
                self.abilities = abilities;
                self.server = server;
                self.trouble = None;
                self.service = Service::Ready;
                self.ask_deadline = None;
                let tags: Vec<Tag> = self.entries.keys().copied().collect();
                tags.into_iter().for_each(|tag| self.go_on(tag, now));
                self.checked();
            }
            Report::NoService => {
                self.miss(NoBanners::NoService);
                self.checked();
            }
            Report::NotAllowed => {
                self.miss(NoBanners::NotAllowed);
                self.checked();
            }
            Report::ServiceLeft { returns } => self.service_left(returns, now),
            Report::ServiceCame => {
                // It may have taken the place of another without a gap.
                self.lose_screen();
                self.ask(now);
            }
            Report::Notified { ticket, outcome } => self.notified(ticket, outcome, now),
            Report::Pressed { id, key } => self.pressed(id, &key),
            Report::Replied { id, text } => self.replied(id, text),
            Report::Token { id, token } => self.token(id, token),
            Report::Closed { id, by } => self.closed(id, by),
            Report::Removed { id } => {
                self.closing.remove(&id);
            }
        }
        self.settle();
    }

    fn call(&mut self, call: Call) {
        self.out.push(Out::Call(call));
    }

    fn tell(&mut self, event: BannerEvent) {
        self.out.push(Out::Event(event));
    }

    fn refuse_waiting(&mut self) {
        let is_waiting = |entry: &Entry| entry.flight.is_some() || matches!(entry.next, Some(Next::Show(_)));
        let tags: Vec<Tag> = self.entries.iter().filter(|(_, entry)| is_waiting(entry)).map(|(tag, _)| *tag).collect();
        tags.into_iter().for_each(|tag| self.refuse(tag));
    }

    /// Nothing of it is left on the screen: an old version could show what may not be seen now.
    fn refuse(&mut self, tag: Tag) {
        let is_removed = self.entries.get(&tag).is_some_and(|entry| matches!(entry.next, Some(Next::Remove)));
        self.drop_entry(tag);
        if !is_removed {
            self.tell(BannerEvent::Refused(tag));
        }
    }

    fn drop_entry(&mut self, tag: Tag) {
        let Some(entry) = self.entries.remove(&tag) else { return };
        if let Some(flight) = entry.flight.and_then(|ticket| self.flights.get_mut(&ticket)) {
            flight.is_abandoned = true;
            let abandoned = self.flights.iter().filter(|(_, flight)| flight.is_abandoned).map(|(ticket, _)| *ticket);
            let (oldest, count) = (abandoned.clone().next(), abandoned.count());
            if let Some(oldest) = oldest.filter(|_| count > MAX_ABANDONED) {
                self.flights.remove(&oldest);
            }
        }
        if let Some(standing) = entry.standing {
            self.close(standing.id);
        }
    }

    fn close(&mut self, id: u32) {
        self.closing.insert(id);
        self.call(Call::Close { id });
    }

    /// Sends what waits under this tag, if it can be sent.
    fn go_on(&mut self, tag: Tag, now: Instant) {
        let Some(entry) = self.entries.get_mut(&tag) else { return };
        if entry.flight.is_some() {
            return;
        }
        match entry.next.take() {
            Some(Next::Show(waiting)) if self.service == Service::Ready => self.send(waiting, false, now),
            Some(Next::Remove) => self.drop_entry(tag),
            next => entry.next = next,
        }
    }

    fn send(&mut self, mut waiting: Waiting, is_plain: bool, now: Instant) {
        let tag = waiting.request.tag;
        let abilities = match is_plain {
            true => Abilities { click: false, buttons: false, inline_text: false, ..self.abilities },
            false => self.abilities,
        };
        let entry = self.entries.entry(tag).or_default();
        let replaces = entry.standing.as_ref().map(|standing| standing.id);
        let rendered = (waiting.request.render)(&abilities);
        let picture = waiting.request.picture.clone().filter(|_| !is_plain);
        let (sheet, offer) = sheet(&rendered, picture, replaces.is_some() && !waiting.request.again);
        waiting.sends += 1;
        self.last_ticket += 1;
        let ticket = self.last_ticket;
        entry.flight = Some(ticket);
        let deadline = now + self.patience.show;
        self.flights.insert(ticket, Flight { tag, offer, replaces, waiting, is_plain, deadline, is_abandoned: false });
        self.call(Call::Notify { ticket, replaces, sheet });
    }

    fn notified(&mut self, ticket: u64, outcome: Result<u32, NotShown>, now: Instant) {
        let Some(flight) = self.flights.remove(&ticket) else {
            // It was given up so long ago that it is forgotten.
            outcome.into_iter().filter(|id| *id != 0).for_each(|id| self.close(id));
            return;
        };
        // Some services say 0 for what a person's rules told them to swallow.
        let outcome = outcome.and_then(|id| if id == 0 { Err(NotShown::Refused) } else { Ok(id) });
        if flight.is_abandoned {
            // The one it took the place of is being closed already.
            if let Ok(id) = outcome
                && flight.replaces != Some(id)
            {
                self.close(id);
            }
            return;
        }
        let tag = flight.tag;
        let Some(entry) = self.entries.get_mut(&tag) else { return };
        entry.flight = None;
        match outcome {
            Ok(id) => {
                let standing = Standing { id, offer: flight.offer, is_answered: false, has_sent: false, token: None };
                let before = entry.standing.replace(standing).map(|standing| standing.id);
                if let Some(before) = before.filter(|before| *before != id) {
                    self.close(before);
                }
                self.tell(BannerEvent::Shown(tag));
                self.go_on(tag, now);
            }
            Err(_) if entry.next.is_some() => self.go_on(tag, now),
            Err(NotShown::Refused) if !flight.is_plain => self.send(flight.waiting, true, now),
            Err(NotShown::Refused) => self.refuse(tag),
            Err(NotShown::ServiceGone) => {
                self.wait_again(flight);
                if self.service == Service::Ready {
                    self.ask(now);
                }
            }
        }
    }

    /// What was on its way is sent to the service that comes next, but not for ever: it may be
    /// what the last one fell over.
    fn wait_again(&mut self, flight: Flight) {
        let entry = self.entries.entry(flight.tag).or_default();
        entry.flight = None;
        if entry.next.is_some() {
            return;
        }
        if flight.waiting.sends < MAX_SENDS {
            entry.next = Some(Next::Show(flight.waiting));
        } else {
            self.refuse(flight.tag);
        }
    }
}
