//! What stands on the screen, what rang last and what still waits: the memory between one
//! decision and the next. Platform code does what the commands say and reports back.

mod alarms;
mod chats;
mod follow_ups;
mod review;
mod shown;
mod sounds;
mod summary;
mod timers;
mod windows;

use super::banner::{Opens, Tag, What};
use super::decide::{BannerDecision, Decision, decide};
use super::event::{AlertEvent, EventKind};
use super::input::{AlertCommand, ClosedBy, Context, Input};
use super::presence::Window;
use super::reason::{LogEntry, Reason, Reasons};
use super::settings::Preview;
use crate::ids::*;
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use windows::is_of_window;

/// Messages whose second arrival is known.
const MAX_SEEN: usize = 4_096;

#[derive(Clone, Debug, Default)]
pub struct AlertState {
    seen: Seen,
    shown: BTreeMap<Tag, shown::Shown>,
    /// Waits for a read on another device.
    waiting: BTreeMap<ConversationId, chats::Waiting>,
    /// When a chat last had a banner of its own, within the last minute.
    recent: BTreeMap<ConversationId, i64>,
    summary: summary::Summary,
    catching_up: Option<summary::CatchUp>,
    /// Answered from a banner, which says so until then.
    answered: BTreeMap<ConversationId, i64>,
    /// Told, and when each closes.
    windows: BTreeMap<ConversationId, i64>,
    failures: BTreeSet<ConversationId>,
    /// Due, told and not settled.
    follow_ups: BTreeSet<FollowUpId>,
    /// Told, and not looked at.
    new_leads: BTreeSet<ConversationId>,
    /// What was not applied and is told, the newest last.
    review: Vec<review::NotApplied>,
    lines: BTreeMap<LineId, alarms::LostLine>,
    stream: Option<alarms::StreamLoss>,
    sounds: sounds::Sounds,
    badge: Option<u32>,
    badge_shown: Option<u32>,
    /// What banners showed at the last step, and whether they could be answered.
    privacy: Option<(Preview, bool)>,
    /// The earliest `WakeAt` that was asked for and has not come.
    wake_mono_ms: Option<i64>,
}

impl AlertState {
    pub fn step(&mut self, input: Input, context: Context<'_>) -> Vec<AlertCommand> {
        let mut step = Step { state: self, context, out: Vec::new() };
        // A person who wakes the computer is told once; what came due in its sleep waits for that.
        if input == Input::CatchingUp {
            step.catching_up();
        }
        // An alarm clock that rang a little early has to be set again.
        if input == Input::Tick {
            step.state.wake_mono_ms = None;
        }
        step.run_timers();
        step.take(input);
        step.clear_under_eyes();
        step.heed_privacy();
        step.repeat();
        step.show_badge();
        step.ask_to_be_woken();
        step.out
    }

    /// How many things it remembers, for who watches over memory.
    pub fn size(&self) -> usize {
        self.seen.order.len()
            + self.shown.len()
            + self.waiting.values().map(|waiting| waiting.messages.len()).sum::<usize>()
            + self.recent.len()
            + self.summary.size()
            + self.answered.len()
            + self.windows.len()
            + self.failures.len()
            + self.follow_ups.len()
            + self.new_leads.len()
            + self.review.len()
            + self.lines.len()
            + self.sounds.size()
    }
}

#[derive(Clone, Debug, Default)]
struct Seen {
    order: VecDeque<MessageId>,
    ids: BTreeSet<MessageId>,
}

impl Seen {
    fn is_new(&mut self, id: MessageId) -> bool {
        if !self.ids.insert(id) {
            return false;
        }
        self.order.push_back(id);
        if self.order.len() > MAX_SEEN
            && let Some(oldest) = self.order.pop_front()
        {
            self.ids.remove(&oldest);
        }
        true
    }
}

/// What an event is about, for its lines in the log.
#[derive(Clone, Copy, Debug)]
struct Subject {
    event: EventKind,
    conversation_id: Option<ConversationId>,
    message_id: Option<MessageId>,
    line_id: Option<LineId>,
}

impl Subject {
    fn of(event: &AlertEvent) -> Self {
        Self {
            event: event.kind(),
            conversation_id: event.chat().map(|chat| chat.conversation_id),
            message_id: event.message_id(),
            line_id: event.line_id(),
        }
    }

    fn message(conversation_id: ConversationId, message_id: Option<MessageId>, line_id: Option<LineId>) -> Self {
        Self { event: EventKind::Message, conversation_id: Some(conversation_id), message_id, line_id }
    }
}

/// One step: the state, the world around it and the commands so far.
struct Step<'a> {
    state: &'a mut AlertState,
    context: Context<'a>,
    out: Vec<AlertCommand>,
}

impl Step<'_> {
    fn now_ms(&self) -> i64 {
        self.context.clock.now_ms
    }

    fn mono_ms(&self) -> i64 {
        self.context.clock.mono_ms
    }

    fn decide(&self, event: &AlertEvent) -> Decision {
        decide(event, self.context.settings, self.context.presence, self.context.clock)
    }

    fn log(&mut self, subject: Subject, banner: Option<Reason>, sound: Option<Reason>, badge: Option<Reason>) {
        self.out.push(AlertCommand::Log(LogEntry {
            at_ms: self.now_ms(),
            event: subject.event,
            conversation_id: subject.conversation_id,
            message_id: subject.message_id,
            line_id: subject.line_id,
            banner,
            sound,
            badge,
        }));
    }

    fn log_all(&mut self, subject: Subject, reasons: Reasons) {
        self.log(subject, Some(reasons.banner), Some(reasons.sound), Some(reasons.badge));
    }

    fn take(&mut self, input: Input) {
        match input {
            Input::Event(event) => self.event(event),
            Input::CatchingUp | Input::Tick => {}
            Input::CaughtUp { unread } => self.caught_up(unread),
            Input::Read { conversation_id, up_to } => {
                if up_to > 0 {
                    self.drop_new_lead(conversation_id);
                }
                self.read(conversation_id, up_to);
            }
            Input::WindowSettled { conversation_id } => self.drop_window(conversation_id),
            Input::FollowUpSettled { follow_up_id } => self.follow_up_settled(follow_up_id),
            Input::AskingNow { count } => self.asking_now(count),
            Input::FailuresSettled { conversation_id } => self.failures_settled(conversation_id),
            Input::ReviewNow { open } => self.review_now(&open),
            Input::LinesAcknowledged { line_id } => self.lines_acknowledged(line_id),
            Input::LineRemoved { line_id } => {
                self.line_gone(line_id);
            }
            Input::StreamLost { since_ms } => self.stream_lost(since_ms),
            Input::StreamBack => self.stream_back(),
            Input::Badge(count) => self.state.badge = Some(count),
            Input::Answering { conversation_id } => self.answering(conversation_id),
            Input::Answered { chat, refused, waits } => self.answered(&chat, refused, waits),
            Input::BannerClosed { tag, by } => self.banner_closed(tag, by),
            Input::BannerRefused { tag } => self.banner_refused(tag),
            Input::SoundRefused => {
                let subject = self.state.sounds.last_subject;
                if let Some(subject) = subject {
                    self.log(subject, None, Some(Reason::NoSoundDevice), None);
                }
            }
            Input::Quit => {
                let tags: Vec<Tag> = self.state.shown.keys().copied().collect();
                tags.into_iter().for_each(|tag| self.remove(tag));
                if self.state.badge_shown.is_some_and(|count| count > 0) {
                    self.out.push(AlertCommand::SetBadge(0));
                }
                *self.state = AlertState::default();
            }
        }
    }

    fn event(&mut self, event: AlertEvent) {
        let subject = Subject::of(&event);
        if let AlertEvent::Message { message, .. } = &event
            && !self.state.seen.is_new(message.id)
        {
            self.log_all(subject, Reasons::all(Reason::AlreadyTold));
            return;
        }
        let decision = self.decide(&event);
        let mut reasons = decision.reason;
        match event {
            AlertEvent::Message { chat, message } => {
                if self.gathers(&chat, &message, &decision, &mut reasons) {
                    self.log_all(subject, reasons);
                    return;
                }
                if let Some(sound) = decision.sound {
                    self.ring_for(&chat, message.inbound_no.unwrap_or_default());
                    reasons.sound = self.play(sound, subject, false);
                }
                match decision.banner {
                    BannerDecision::Show(_) => reasons.banner = self.tell_message(&chat, &message),
                    BannerDecision::Wait { until_mono_ms } => self.wait(chat, message, until_mono_ms),
                    BannerDecision::No => {}
                }
            }
            AlertEvent::SnoozeEnded { chat, inbound_count } => {
                if let Some(sound) = decision.sound {
                    reasons.sound = self.play(sound, subject, false);
                }
                if decision.banner != BannerDecision::No {
                    reasons.banner = self.tell_snooze_ended(&chat, inbound_count);
                }
            }
            AlertEvent::WindowClosing { chat, closes_at_ms } => {
                if self.gathers_window(&chat, closes_at_ms, &decision, &mut reasons) {
                    self.log_all(subject, reasons);
                    return;
                }
                let is_one_of_many = self.has_just_told(is_of_window);
                if let Some(sound) = decision.sound {
                    reasons.sound = self.play(sound, subject, !is_one_of_many);
                }
                if decision.banner != BannerDecision::No {
                    reasons.banner = self.tell_window(&chat, closes_at_ms);
                }
            }
            AlertEvent::NewLead { chat } => {
                if let Some(sound) = decision.sound {
                    reasons.sound = self.play(sound, subject, false);
                }
                if decision.banner != BannerDecision::No {
                    reasons.banner = self.tell_new_lead(chat.conversation_id, &chat.name);
                }
            }
            AlertEvent::FollowUpsDue { due } => {
                if let Some(sound) = decision.sound {
                    reasons.sound = self.play(sound, subject, true);
                }
                if decision.banner != BannerDecision::No {
                    reasons.banner = self.tell_follow_ups(&due);
                }
            }
            AlertEvent::FollowUpsAsking { count, .. } => {
                if let Some(sound) = decision.sound {
                    reasons.sound = self.play(sound, subject, true);
                }
                if decision.banner != BannerDecision::No {
                    reasons.banner = self.tell_asking(count);
                }
            }
            AlertEvent::FailedMessage { chat, message_id, code } => {
                if let Some(sound) = decision.sound {
                    reasons.sound = self.play(sound, subject, true);
                }
                if decision.banner != BannerDecision::No {
                    reasons.banner = self.tell_failure(&chat, Some(message_id), code, false);
                }
            }
            AlertEvent::ReviewItem { act_id, name, code } => {
                let is_one_of_many = self.has_just_told(|tag| tag == Tag::Review);
                if let Some(sound) = decision.sound {
                    reasons.sound = self.play(sound, subject, !is_one_of_many);
                }
                if decision.banner != BannerDecision::No {
                    reasons.banner = self.tell_not_applied(act_id, &name, code);
                }
            }
            AlertEvent::LineDown { line_id, name, code, repeats } => {
                self.line_down(line_id, &name, code, repeats);
                if let Some(sound) = decision.sound {
                    reasons.sound = self.play(sound, subject, true);
                }
                if decision.banner != BannerDecision::No {
                    reasons.banner = self.tell_line_down(line_id);
                }
            }
            AlertEvent::LineBack { line_id, name } => {
                let is_one_of_many = self.state.shown.contains_key(&Tag::Lines);
                if !self.line_gone(line_id) {
                    reasons = Reasons { banner: Reason::NeverTold, sound: Reason::NeverTold, ..reasons };
                } else {
                    if let Some(sound) = decision.sound {
                        reasons.sound = self.play(sound, subject, false);
                    }
                    if is_one_of_many && decision.banner != BannerDecision::No {
                        reasons.banner = Reason::InSummary;
                    } else if decision.banner != BannerDecision::No {
                        let what = What::LineBack { name: super::one_line(&name, super::MAX_NAME) };
                        reasons.banner = self.show_plain(Tag::Line(line_id), what, Opens::Lines, true);
                    }
                }
            }
            // The loss of a stream comes as `Input::StreamLost`, a backlog as `Input::CaughtUp`.
            AlertEvent::StreamLost { since_ms } => {
                self.stream_lost(since_ms);
                return;
            }
            AlertEvent::Backlog { .. } => return,
            AlertEvent::SelfTest { .. } => {
                if let Some(sound) = decision.sound {
                    reasons.sound = self.play(sound, subject, true);
                }
                if decision.banner != BannerDecision::No {
                    reasons.banner = self.show_plain(Tag::Test, What::Test, Opens::Alerts, true);
                }
            }
        }
        self.log_all(subject, reasons);
    }

    fn banner_closed(&mut self, tag: Tag, by: ClosedBy) {
        match by {
            ClosedBy::Person => {
                self.state.shown.remove(&tag);
                match tag {
                    Tag::Summary => {
                        for id in self.state.summary.clear() {
                            self.state.windows.remove(&id);
                        }
                    }
                    Tag::Review => self.state.review.clear(),
                    Tag::Windows => self.state.windows.clear(),
                    Tag::Window(conversation_id) => {
                        self.state.windows.remove(&conversation_id);
                    }
                    Tag::FollowUps => self.state.follow_ups.clear(),
                    Tag::FollowUp(follow_up_id) => {
                        self.state.follow_ups.remove(&follow_up_id);
                    }
                    Tag::Leads => self.state.new_leads.clear(),
                    Tag::Lead(conversation_id) => {
                        self.state.new_leads.remove(&conversation_id);
                    }
                    Tag::Failures => self.state.failures.clear(),
                    Tag::Failed(conversation_id) => {
                        self.state.failures.remove(&conversation_id);
                    }
                    _ => {}
                }
            }
            // It still stands for what is unread: the next one goes on counting.
            ClosedBy::Time => {
                if let Some(shown) = self.state.shown.get_mut(&tag) {
                    shown.off_screen = true;
                }
            }
        }
    }

    fn banner_refused(&mut self, tag: Tag) {
        let Some(shown) = self.state.shown.remove(&tag) else { return };
        let subject = shown.subject();
        if self.context.presence.window != Window::Closed && !self.context.presence.app_locked {
            self.out.push(AlertCommand::Toast(self.dressed(&shown.banner, shown.most)));
        }
        if tag == Tag::Summary {
            self.state.summary.clear();
        }
        self.log(subject, Some(Reason::OsRefused), None, None);
    }

    fn show_badge(&mut self) {
        let Some(count) = self.state.badge else { return };
        let is_on = self.context.settings.events.message.badge;
        let shown = if is_on { count } else { 0 };
        if self.state.badge_shown != Some(shown) {
            self.state.badge_shown = Some(shown);
            self.out.push(AlertCommand::SetBadge(shown));
        }
    }
}
