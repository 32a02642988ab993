//! What comes due by itself. There is one alarm clock: the earliest of all.

use super::super::input::AlertCommand;
use super::super::presence::Hiding;
use super::Step;
use crate::ids::*;

impl Step<'_> {
    pub(super) fn run_timers(&mut self) {
        let now = self.mono_ms();
        if self.state.wake_mono_ms.is_some_and(|at| at <= now) {
            self.state.wake_mono_ms = None;
        }
        if self.state.catching_up.as_ref().is_some_and(|catch_up| catch_up.until_mono_ms <= now) {
            self.give_up_catching_up();
        }
        let due = self.state.waiting.iter().filter(|(_, waiting)| waiting.due_mono_ms <= now).map(|(id, _)| *id);
        let due: Vec<ConversationId> = due.collect();
        due.into_iter().for_each(|id| self.end_wait(id));
        let due = self.state.answered.iter().filter(|(_, until)| **until <= now).map(|(id, _)| *id);
        let due: Vec<ConversationId> = due.collect();
        due.into_iter().for_each(|id| self.end_answered(id));
        if self.state.summary.refresh_mono_ms.is_some_and(|at| at <= now) {
            self.refresh_summary(false);
        }
        self.play_pending();
        self.end_windows();
        self.tell_lines_again();
        self.tell_stream_lost();
    }

    /// When banners that stand may name people again.
    fn hidden_until(&self) -> Option<i64> {
        match self.context.presence.hiding {
            Some(Hiding::Until { mono_ms }) if mono_ms > self.mono_ms() => Some(mono_ms),
            _ => None,
        }
    }

    pub(super) fn ask_to_be_woken(&mut self) {
        let (state, clock) = (&self.state, self.context.clock);
        let unmuted_ms = self.context.settings.next_mute_end_ms(clock.now_ms);
        // By the wall clock, as the channel counts.
        let in_mono = |at_ms: i64| clock.mono_ms.saturating_add(at_ms - clock.now_ms);
        let next = state
            .waiting
            .values()
            .map(|waiting| waiting.due_mono_ms)
            .chain(state.answered.values().copied())
            .chain(state.lines.values().filter_map(|line| line.again_mono_ms))
            .chain(state.catching_up.as_ref().map(|catch_up| catch_up.until_mono_ms))
            .chain(state.summary.refresh_mono_ms)
            .chain(state.sounds.next_mono_ms())
            .chain(state.stream.as_ref().and_then(|stream| stream.tell_mono_ms))
            // The list counts it again, and the tray says so.
            .chain(unmuted_ms.map(in_mono))
            .chain(state.windows.values().copied().map(in_mono))
            .chain(self.hidden_until())
            .min();
        let Some(next) = next else { return };
        // An alarm that rings for nothing is harmless; one that is missing is not.
        if self.state.wake_mono_ms.is_none_or(|asked| next < asked) {
            self.state.wake_mono_ms = Some(next);
            self.out.push(AlertCommand::WakeAt(next));
        }
    }
}
