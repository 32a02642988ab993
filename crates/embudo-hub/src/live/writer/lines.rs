//! Which poll tasks run: those that the rows of the lines say.

use super::Writer;
use crate::error::HubError;
use crate::live::LineStatus;
use crate::live::line::{self, LineEnd};
use embudo_channels::{Channel, ClockSample};
use embudo_domain::rules::ON_PURPOSE;
use embudo_domain::*;
use std::sync::Arc;
use tokio::sync::{oneshot, watch};

pub(super) struct RunningLine {
    /// Tells the runs of a line apart: what an ended one still says is not heard.
    pub run: u64,
    pub end: watch::Sender<LineEnd>,
    pub channel: Option<Arc<dyn Channel>>,
    /// What a change of which needs another channel.
    made_from: (LineType, String, Option<String>),
}

impl Writer {
    pub(super) async fn opened(
        &mut self,
        line_id: LineId,
        run: u64,
        channel: Arc<dyn Channel>,
        answer: oneshot::Sender<Option<String>>,
    ) -> Result<(), HubError> {
        let Some(line) = self.lines.get_mut(&line_id).filter(|line| line.run == run) else { return Ok(()) };
        let abilities = channel.abilities();
        line.channel = Some(channel);
        self.core.line_up(line_id, abilities).await?;
        drop(answer.send(self.core.line_cursor(line_id)));
        Ok(())
    }

    pub(super) async fn heard(&mut self, line_id: LineId, clock: Option<ClockSample>) {
        self.core.line_reachable(line_id, true);
        if let Some(sample) = clock {
            let (now_ms, mono_ms) = (self.shared.clock.now_ms(), self.shared.clock.mono_ms());
            let before_ms = self.time.at(mono_ms);
            let offset = self.time.learn(sample, now_ms, mono_ms);
            self.core.hub_time_moved(self.time.at(mono_ms) - before_ms);
            self.time_out.send_replace(self.time.clone());
            if let Some(offset_ms) = offset {
                tracing::info!(offset_ms, "hub time is not this machine's");
                // Kept for the next start only: not worth holding up what came.
                if let Err(error) = self.core.keep_clock_offset(offset_ms).await {
                    tracing::warn!(%error, "the offset of the clock could not be kept");
                }
            }
        }
        self.is_answered = true;
        self.look_at_time();
        let heard_at_ms = Some(self.now_ms());
        self.shared.lines.send_modify(|lines| {
            let before = lines.get(&line_id).copied().unwrap_or_default();
            lines.insert(line_id, LineStatus { heard_at_ms, running: true, reachable: true, ..before });
        });
    }

    /// Who was asked to go slower, told once; forgotten when the time is over.
    pub(super) fn tell_slow_lines(&self, now_ms: i64) {
        let slow = self.core.slow_lines(now_ms);
        self.shared.lines.send_if_modified(|lines| {
            let mut changed = false;
            for (line_id, until_ms) in &slow {
                let line = lines.entry(*line_id).or_default();
                changed |= line.slow_until_ms < Some(*until_ms);
                line.slow_until(*until_ms);
            }
            for line in lines.values_mut().filter(|line| line.slow_until_ms.is_some_and(|until| until <= now_ms)) {
                line.slow_until_ms = None;
                changed = true;
            }
            changed
        });
    }

    /// Starts and ends poll tasks so that they are what the rows say.
    pub(super) fn reconcile(&mut self, lines: &[Line]) {
        for line in lines {
            let running = self.lines.get(&line.id);
            if !is_wanted(line) {
                self.end_line(line.id);
            } else if running.is_none_or(|running| running.made_from != made_from(line)) {
                self.end_line(line.id);
                self.begin_line(line);
            }
        }
    }

    pub(super) fn begin_line(&mut self, line: &Line) {
        let run = self.next_run;
        self.next_run += 1;
        let (end, ended) = watch::channel(LineEnd::default());
        self.lines.insert(line.id, RunningLine { run, end, channel: None, made_from: made_from(line) });
        self.shared.lines.send_modify(|lines| {
            let status = lines.entry(line.id).or_default();
            status.running = true;
            status.reachable = false;
        });
        tokio::spawn(line::run(self.shared.clone(), line.clone(), run, ended));
    }

    pub(super) fn end_line(&mut self, line_id: LineId) {
        if let Some(running) = self.lines.remove(&line_id) {
            running.end.send_modify(|end| end.stop = true);
            self.core.line_down(line_id);
            self.shared.lines.send_modify(|lines| {
                let status = lines.entry(line_id).or_default();
                status.running = false;
                status.reachable = false;
            });
        }
    }
}

pub(super) fn is_wanted(line: &Line) -> bool {
    match &line.state {
        LineState::Removed => false,
        LineState::Disconnected { code } => code != ON_PURPOSE,
        _ => true,
    }
}

fn made_from(line: &Line) -> (LineType, String, Option<String>) {
    (line.line_type, line.external_id.clone(), line.base_url.clone())
}
