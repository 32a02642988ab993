//! What holds a whole line back: no channel, no link, too many tries in vain, or the channel's own
//! word. It is known for as long as the hub runs; what was ordered is also in the jobs.

use super::{JobQueue, Lane, backoff_ms};
use crate::core::input::JobNo;
use crate::random::Random;
use embudo_domain::*;

/// Sends in a row that did not reach the channel, after which the whole line waits.
const UNREACHED_LIMIT: u32 = 3;

#[derive(Clone, Copy, Debug, Default)]
pub(super) struct LineGate {
    pub up: bool,
    pub client_ids: bool,
    pub unreachable: bool,
    /// The channel answered since the line was connected.
    pub heard: bool,
    pub line_type: Option<LineType>,
    pub unreached: u32,
    /// Our own patience; whatever reaches the channel ends it.
    pub not_before_ms: i64,
    /// Until when the channel asked the whole line to wait; nothing but time ends that.
    pub asked_until_ms: i64,
    /// The last "slow down": which lane, until when.
    pub slowed: Option<(Lane, i64)>,
    pub sending: usize,
    pub fetching: usize,
}

impl LineGate {
    /// The channel asked one chat to wait; when it asks a second one meanwhile, it means the line.
    pub fn asked(&mut self, lane: Lane, until_ms: i64, now_ms: i64) {
        if self.slowed.is_some_and(|(other, until)| other != lane && until > now_ms) {
            self.asked_until_ms = self.asked_until_ms.max(until_ms);
        }
        self.slowed = Some((lane, until_ms));
    }
}

impl JobQueue {
    pub fn line_up(&mut self, line_id: LineId, client_ids: bool) {
        let gate = self.lines.entry(line_id).or_default();
        gate.up = true;
        gate.client_ids = client_ids;
    }

    pub fn line_down(&mut self, line_id: LineId) {
        let gate = self.lines.entry(line_id).or_default();
        gate.up = false;
        gate.heard = false;
    }

    pub fn has_client_ids(&self, line_id: LineId) -> bool {
        self.lines.get(&line_id).is_some_and(|gate| gate.client_ids)
    }

    pub fn line_reachable(&mut self, line_id: LineId, reachable: bool) {
        let gate = self.lines.entry(line_id).or_default();
        let back = reachable && (gate.unreachable || !gate.heard);
        gate.unreachable = !reachable;
        gate.heard |= reachable;
        if back {
            gate.unreached = 0;
            gate.not_before_ms = 0;
            // What waited for the link need not wait for its backoff, and what is under way may
            // still fail for the link as it was.
            for job in self.jobs.values_mut().filter(|job| job.line_id() == line_id) {
                job.record.not_before_ms = 0;
                job.link_came_back = job.running;
            }
        }
    }

    /// A send reached the channel, whatever it said. What the channel ordered stays.
    pub fn reached(&mut self, line_id: LineId) {
        let gate = self.lines.entry(line_id).or_default();
        gate.unreached = 0;
        gate.not_before_ms = 0;
    }

    /// A send did not; after some in a row the whole line waits, for its own count and not for
    /// that of a message which has tried for an hour.
    pub fn not_reached(&mut self, line_id: LineId, now_ms: i64, random: &mut Random) {
        let gate = self.lines.entry(line_id).or_default();
        gate.unreached += 1;
        if gate.unreached >= UNREACHED_LIMIT {
            let wait_ms = backoff_ms(gate.unreached - UNREACHED_LIMIT + 1, random);
            gate.not_before_ms = gate.not_before_ms.max(now_ms + wait_ms);
        }
    }

    /// Lines with something that waits because the channel asked for it, and until when.
    pub fn slow_lines(&self, now_ms: i64) -> Vec<(LineId, i64)> {
        let until = |gate: &LineGate| gate.slowed.map(|(_, until_ms)| until_ms).filter(|until_ms| *until_ms > now_ms);
        self.lines.iter().filter_map(|(id, gate)| Some((*id, until(gate)?))).collect()
    }

    /// The channel asked for a pause.
    pub fn slowed(&mut self, no: JobNo, now_ms: i64, until_ms: i64) {
        let Some(job) = self.jobs.get(&no.0) else { return };
        let (lane, line_id) = (job.lane(), job.line_id());
        self.lines.entry(line_id).or_default().asked(lane, until_ms, now_ms);
    }
}
