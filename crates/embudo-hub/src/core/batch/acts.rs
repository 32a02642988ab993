//! One act after another: of devices with their numbers, of the hub itself, and those that were
//! parked because they overtook their message.

use super::{Batch, DeviceDraft, actor_of, member_need};
use crate::bugs::{HubBug, planted};
use crate::clock::TimeKnown;
use crate::core::input::Outcome;
use crate::core::{HubCore, PARKED_LIFE_MS};
use crate::error::HubError;
use crate::store::index::provider_key;
use crate::store::{DeviceBook, ParkedNote};
use embudo_domain::rules::{self, Actor, Effects, Stamp};
use embudo_domain::*;
use embudo_protocol::{NumberedAct, Rejection};

/// Rounds of look-ups before an act is taken for one that never has enough.
const ROUNDS: usize = 8;

impl HubCore {
    pub(super) async fn run_push(
        &mut self,
        batch: &mut Batch,
        ws: i64,
        device_id: DeviceId,
        acts: Vec<NumberedAct>,
        now_ms: i64,
    ) -> Result<Outcome, HubError> {
        let Some(session) = self.sessions.get(&device_id) else { return Ok(Outcome::NotConnected) };
        let (member_id, before) = (session.member_id, session.book);
        batch.devices.entry(device_id).or_insert_with(|| DeviceDraft {
            book: before,
            before,
            rejections: Vec::new(),
            answer_again: None,
        });
        let needs = member_need(batch, member_id);
        batch.view.load(&mut self.store, ws, needs).await?;
        let actor = actor_of(batch, member_id);
        let mut repeated: Option<(u64, u64)> = None;
        for NumberedAct { mid, act_id, act, again_at_ms } in acts {
            let Some(DeviceBook { last_mid, .. }) = batch.devices.get(&device_id).map(|draft| draft.book) else {
                break;
            };
            if mid <= last_mid {
                repeated = Some(repeated.map_or((mid, mid), |(first, last)| (first.min(mid), last.max(mid))));
                continue;
            }
            if mid != last_mid + 1 {
                batch.gaps.push((device_id, last_mid));
                return Ok(Outcome::Gap { last_mid });
            }
            let refusal = match actor {
                Some(actor) => {
                    // Decided as of the time when it was: what that life accepted is accepted.
                    let at_ms = again_at_ms.map_or(now_ms, |at_ms| at_ms.min(now_ms));
                    let again = again_at_ms.is_some() && !planted(HubBug::OfferedTwice);
                    self.run_act(batch, ws, &act, act_id, actor, (at_ms, again)).await?.err()
                }
                None => Some(Refusal::NotAllowed),
            };
            if refusal.is_some() && planted(HubBug::RefusalBlocks) {
                break;
            }
            if let Some(draft) = batch.devices.get_mut(&device_id) {
                draft.book.last_mid = mid;
                draft.rejections.extend(refusal.map(|refusal| Rejection { mid, refusal }));
            }
        }
        if let Some((first, last)) = repeated {
            let again = self.store.rejections_of(ws, device_id, first, last).await?;
            if let Some(draft) = batch.devices.get_mut(&device_id) {
                draft.answer_again.get_or_insert_default().extend(again);
            }
        }
        Ok(Outcome::Pushed { last_mid: batch.devices.get(&device_id).map_or(0, |draft| draft.book.last_mid) })
    }

    async fn run_act(
        &mut self,
        batch: &mut Batch,
        ws: i64,
        act: &Act,
        act_id: ActId,
        actor: Actor,
        (now_ms, again): (i64, bool),
    ) -> Result<Result<(), Refusal>, HubError> {
        for _ in 0..ROUNDS {
            let needs = rules::needs(act, actor, &batch.view.facts);
            if needs.is_empty() {
                break;
            }
            batch.view.load(&mut self.store, ws, needs).await?;
        }
        let stamp = self.stamp(batch, act_id, now_ms);
        match rules::decide(act, actor, &batch.view.facts, stamp) {
            Err(refusal) => Ok(Err(refusal)),
            Ok(effects) => {
                let queued = if again { queued_by(&effects) } else { Vec::new() };
                self.take(batch, ws, effects).await?;
                for message_id in queued {
                    self.perhaps_left(batch, ws, message_id, now_ms).await?;
                }
                self.run_arrived(batch, ws, now_ms).await?;
                Ok(Ok(()))
            }
        }
    }

    fn stamp(&self, batch: &Batch, act_id: ActId, now_ms: i64) -> Stamp {
        Stamp { now_ms, time_is_sure: self.time_known == TimeKnown::Sure, lead_no: Some(batch.next_lead), act_id }
    }

    pub(in crate::core) async fn run_hub(
        &mut self,
        batch: &mut Batch,
        ws: i64,
        act: HubAct,
        now_ms: i64,
    ) -> Result<Result<(), Refusal>, HubError> {
        let decided = self.run_hub_alone(batch, ws, act, now_ms).await?;
        self.run_arrived(batch, ws, now_ms).await?;
        Ok(decided)
    }

    async fn run_hub_alone(
        &mut self,
        batch: &mut Batch,
        ws: i64,
        act: HubAct,
        now_ms: i64,
    ) -> Result<Result<(), Refusal>, HubError> {
        for _ in 0..ROUNDS {
            let needs = rules::needs_hub(&act, &batch.view.facts);
            if needs.is_empty() {
                break;
            }
            batch.view.load(&mut self.store, ws, needs).await?;
        }
        let act_id = ActId(self.random.id(now_ms));
        let stamp = self.stamp(batch, act_id, now_ms);
        match rules::decide_hub(&act, &batch.view.facts, stamp) {
            Err(refusal) => Ok(Err(refusal)),
            Ok(Effects { parked: true, .. }) => {
                self.park(batch, act, now_ms);
                Ok(Ok(()))
            }
            Ok(effects) => {
                let changes_something = !effects.changes.is_empty();
                self.take(batch, ws, effects).await?;
                if let HubAct::LineErased { line_id } = act {
                    self.forget_line(batch, line_id);
                }
                batch.leaves_words |= changes_something && matches!(act, HubAct::EraseContact { .. });
                // The end of a send settles what an earlier status could not be matched to.
                if let HubAct::SendEnded { message_id, .. } = act
                    && let Some(line_id) = batch.line_of(message_id)
                {
                    batch.arrived.push((line_id, client_subject(message_id)));
                }
                Ok(Ok(()))
            }
        }
    }

    /// What the hub itself knows of a line whose history is gone. Jobs whose message is gone are
    /// off already; one may have lost its message otherwise.
    fn forget_line(&self, batch: &mut Batch, line_id: LineId) {
        let jobs = self.queue.iter().filter(|job| job.line_id() == line_id).map(|job| job.record.no);
        batch.gone_jobs.extend(jobs);
        batch.erased.push(line_id);
    }

    fn park(&mut self, batch: &mut Batch, act: HubAct, now_ms: i64) {
        let Some((line_id, subject)) = subject_of(&act) else { return };
        if planted(HubBug::OvertakersDropped) {
            return;
        }
        let no = self.next_park;
        self.next_park += 1;
        batch.parked.push(ParkedNote { no, line_id, subject, at_ms: now_ms, act });
    }

    /// Runs what waited for messages that have arrived; what still cannot run is parked again.
    pub(in crate::core) async fn run_arrived(
        &mut self,
        batch: &mut Batch,
        ws: i64,
        now_ms: i64,
    ) -> Result<(), HubError> {
        while let Some((line_id, subject)) = batch.arrived.pop() {
            let mut notes = Vec::new();
            let gone = batch.unparked.contains(&(line_id, subject.clone()));
            if self.parked.contains(&provider_key(line_id, &subject)) && !gone {
                notes = self.store.parked_of(ws, line_id, &subject).await?;
                batch.unparked.push((line_id, subject.clone()));
            }
            let (now, rest) = std::mem::take(&mut batch.parked)
                .into_iter()
                .partition(|note| note.line_id == line_id && note.subject == subject);
            batch.parked = rest;
            notes.extend::<Vec<ParkedNote>>(now);
            for note in notes {
                if note.at_ms < now_ms - PARKED_LIFE_MS {
                    continue;
                }
                if let Err(refusal) = self.run_hub_alone(batch, ws, note.act, now_ms).await? {
                    tracing::warn!(line = %line_id, code = refusal.code(), "a parked update was refused");
                }
            }
        }
        Ok(())
    }
}

/// Messages that wait to leave because of an act.
fn queued_by(effects: &Effects) -> Vec<MessageId> {
    let queued = |change: &Change| match change {
        Change::Put(Row::Message(message)) if matches!(message.delivery, Delivery::Queued | Delivery::WaitingReply) => {
            Some(message.id)
        }
        _ => None,
    };
    effects.changes.iter().filter_map(queued).collect()
}

fn client_subject(message_id: MessageId) -> String {
    format!("client:{message_id}")
}

/// What a parked act waits for.
fn subject_of(act: &HubAct) -> Option<(LineId, String)> {
    match act {
        HubAct::Edited { line_id, provider_id, .. }
        | HubAct::Deleted { line_id, provider_id, .. }
        | HubAct::Reacted { line_id, provider_id, .. } => Some((*line_id, provider_id.clone())),
        HubAct::Reported { line_id, client_key: Some(id), .. } => Some((*line_id, client_subject(*id))),
        HubAct::Reported { line_id, provider_id: Some(id), .. } => Some((*line_id, id.clone())),
        HubAct::Inbound { line_id, message, .. } => {
            let subject = message.client_key.map_or_else(|| message.provider_id.clone(), client_subject);
            Some((*line_id, subject))
        }
        _ => None,
    }
}
