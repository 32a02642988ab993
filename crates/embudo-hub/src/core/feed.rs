//! Sessions of devices: what each has been sent, and what comes next. A device that keeps up
//! gets the live tail from memory; one that does not reads the row store from where it stands.

use super::HubCore;
use super::input::CommitResult;
use crate::bugs::{HubBug, planted};
use crate::error::HubError;
use crate::store::DeviceBook;
use embudo_domain::*;
use embudo_protocol::*;
use std::collections::VecDeque;

/// Frames under way to a device; beyond that, changes gather into larger frames.
const FRAMES_IN_FLIGHT: usize = 32;

#[derive(Debug)]
pub(crate) struct Session {
    pub member_id: MemberId,
    pub book: DeviceBook,
    /// The device's cursor once it has applied what was sent.
    told: u64,
    /// Up to here nothing is left that it must hear; `told..seen` was of no interest to it.
    seen: u64,
    /// `(to, changes)` of frames that it has not confirmed.
    in_flight: VecDeque<(u64, usize)>,
    /// Everything up to here is durable on the device.
    pub applied: u64,
    /// Tombstones up to here mean nothing to it: it began with a snapshot after them.
    known_gone: u64,
    told_mid: u64,
    rejections: Vec<Rejection>,
    /// It waits for an answer even if nothing changed.
    owes_answer: bool,
}

/// What a commit means for the sessions.
pub(crate) struct Tail<'a> {
    pub before: u64,
    pub changes: &'a [Versioned],
}

impl Session {
    fn changes_in_flight(&self) -> usize {
        self.in_flight.iter().map(|(_, changes)| changes).sum()
    }

    fn has_room(&self, changes: usize) -> bool {
        self.in_flight.len() < FRAMES_IN_FLIGHT && self.changes_in_flight() + changes <= WINDOW_CHANGES as usize
    }

    fn is_behind(&self, head: u64) -> bool {
        self.seen < head || self.owes_answer || !self.rejections.is_empty() || self.told_mid != self.book.last_mid
    }

    fn frame(&mut self, epoch: Epoch, to: u64, head: u64, changes: Vec<Versioned>) -> HubFrame {
        let from = self.told;
        self.told = to;
        self.seen = to;
        self.in_flight.push_back((to, changes.len()));
        // Before the head an act's effect may lie further on, where a later change carried it:
        // it is acknowledged by the frame that reaches the head.
        let rejections = if to == head {
            self.told_mid = self.book.last_mid;
            self.owes_answer = false;
            std::mem::take(&mut self.rejections)
        } else {
            Vec::new()
        };
        HubFrame::Changes { epoch, from, to, head, changes, last_mid: self.told_mid, rejections }
    }

    pub fn answer_again(&mut self, rejections: Vec<Rejection>) {
        self.owes_answer = true;
        for rejection in rejections {
            self.refuse(rejection);
        }
    }

    pub fn refuse(&mut self, rejection: Rejection) {
        if !self.rejections.iter().any(|known| known.mid == rejection.mid) {
            self.rejections.push(rejection);
        }
    }
}

fn may_see(member_id: MemberId, change: &Change) -> bool {
    match change {
        Change::Put(row) => match row.scope() {
            Scope::Member(owner) => owner == member_id,
            _ => true,
        },
        // A tombstone says nothing; whose it was is settled by who has the row.
        Change::Delete(_) => true,
    }
}

impl HubCore {
    /// A device is there. The answer is `Welcome` and what it has missed, as far as the window
    /// allows; the rest follows its `Applied`.
    pub async fn hello(
        &mut self,
        device_id: DeviceId,
        member_id: MemberId,
        cursor: Option<Cursor>,
        now_ms: i64,
    ) -> Result<Vec<HubFrame>, HubError> {
        let mut frames = vec![self.greet(device_id, member_id, cursor, now_ms).await?];
        while let Some(frame) = self.pump(device_id).await? {
            frames.push(frame);
        }
        Ok(frames)
    }

    /// `Welcome`, or `Recall` where this hub must first be told what it has lost.
    pub(crate) async fn greet(
        &mut self,
        device_id: DeviceId,
        member_id: MemberId,
        cursor: Option<Cursor>,
        now_ms: i64,
    ) -> Result<HubFrame, HubError> {
        match self.ask_back(device_id, member_id, cursor, now_ms).await? {
            Some(recall) => Ok(recall),
            None => self.welcome(device_id, member_id, cursor, now_ms).await,
        }
    }

    async fn welcome(
        &mut self,
        device_id: DeviceId,
        member_id: MemberId,
        cursor: Option<Cursor>,
        now_ms: i64,
    ) -> Result<HubFrame, HubError> {
        let workspace = self.workspace.ok_or(HubError::NoWorkspace)?;
        let ws = workspace.no;
        let head = workspace.head_seq;
        // A cursor beyond the head is one of a life of this database that was lost; one before
        // what was trimmed has not heard of all that is gone.
        let is_known =
            |cursor: &Cursor| cursor.epoch == workspace.epoch && (workspace.trimmed_seq..=head).contains(&cursor.seq);
        let known = cursor.filter(is_known);
        let resync = cursor.is_some() && known.is_none();
        let stored = self.store.device(ws, device_id).await?;
        let mut book = stored.unwrap_or(DeviceBook { member_id, last_mid: 0 });
        book.member_id = member_id;
        if stored != Some(book) {
            self.store.put_device(ws, device_id, book).await?;
        }
        let told = known.map_or(0, |cursor| cursor.seq);
        // Only to know what nobody needs any more: no reason to send a device away.
        if let Err(error) = self.store.put_applied(ws, &[(device_id, told)]).await {
            tracing::warn!(%error, "how far a device is was not written down");
        }
        let mut rejections = self.store.rejections_after(ws, device_id, told).await?;
        if planted(HubBug::RefusalToldOnce) {
            rejections.clear();
        }
        let session = Session {
            member_id,
            book,
            told,
            seen: told,
            in_flight: VecDeque::new(),
            applied: told,
            known_gone: if told == 0 { head } else { 0 },
            told_mid: 0,
            rejections,
            owes_answer: true,
        };
        self.sessions.insert(device_id, session);
        Ok(HubFrame::Welcome { epoch: workspace.epoch, head, last_mid: book.last_mid, resync, hub_ms: now_ms })
    }

    /// The next frame for a device that is behind and has room for one.
    pub(crate) async fn pump(&mut self, device_id: DeviceId) -> Result<Option<HubFrame>, HubError> {
        let Some(workspace) = self.workspace else { return Ok(None) };
        let head = workspace.head_seq;
        let Some(session) = self.sessions.get_mut(&device_id) else { return Ok(None) };
        if !session.is_behind(head) || !session.has_room(FRAME_CHANGES) {
            return Ok(None);
        }
        let page = self
            .store
            .feed(workspace.no, session.member_id, session.seen, head, session.known_gone, FRAME_CHANGES)
            .await?;
        Ok(Some(session.frame(workspace.epoch, page.to, head, page.changes)))
    }

    /// Devices that wait for what is on disk.
    pub(crate) fn behind(&self) -> Vec<DeviceId> {
        let head = self.head();
        self.sessions
            .iter()
            .filter(|(_, session)| session.is_behind(head) && session.has_room(FRAME_CHANGES))
            .map(|(id, _)| *id)
            .collect()
    }

    /// The device has durably applied everything up to `seq`; what it had no room for follows.
    pub async fn applied(&mut self, device_id: DeviceId, seq: u64) -> Result<Vec<HubFrame>, HubError> {
        self.note_applied(device_id, seq);
        let mut frames = Vec::new();
        while let Some(frame) = self.pump(device_id).await? {
            frames.push(frame);
        }
        Ok(frames)
    }

    pub(crate) fn note_applied(&mut self, device_id: DeviceId, seq: u64) {
        if let Some(session) = self.sessions.get_mut(&device_id) {
            session.applied = session.applied.max(seq.min(session.told));
            while session.in_flight.front().is_some_and(|(to, _)| *to <= seq) {
                session.in_flight.pop_front();
            }
        }
    }

    pub fn bye(&mut self, device_id: DeviceId) {
        self.asked.remove(&device_id);
        self.sessions.remove(&device_id);
    }

    /// The live tail, to everybody who is where it begins.
    pub(crate) fn publish(&mut self, tail: &Tail<'_>, result: &mut CommitResult) {
        let Some(workspace) = self.workspace else { return };
        let head = workspace.head_seq;
        for (device_id, session) in &mut self.sessions {
            if session.seen != tail.before {
                continue;
            }
            let visible = tail.changes.iter().filter(|change| may_see(session.member_id, &change.change));
            let changes: Vec<Versioned> = visible.cloned().collect();
            let nothing = changes.is_empty()
                && session.rejections.is_empty()
                && !session.owes_answer
                && session.told_mid == session.book.last_mid;
            if nothing {
                session.seen = head;
                continue;
            }
            if changes.len() > FRAME_CHANGES || !session.has_room(changes.len()) {
                continue;
            }
            result.frames.push((*device_id, session.frame(workspace.epoch, head, head, changes)));
        }
    }
}
