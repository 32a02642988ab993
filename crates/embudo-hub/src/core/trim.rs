//! Taking tombstones away that nobody needs (sync.md 2.1): the log is the row store, so what is
//! left of a deleted row is all that would ever pile up.
//!
//! Invariants:
//! - what went is remembered in the transaction in which it goes: a device that may not have heard
//!   of it is answered with a snapshot, never with a feed that has a hole;
//! - nothing goes that a connected device has not applied: it would be in the middle of a feed.

use super::HubCore;
use crate::clock::TimeKnown;
use crate::error::HubError;

/// A device that was away for longer gets a snapshot instead of the log.
const LOG_AGE_MS: i64 = 30 * 24 * 60 * 60 * 1_000;
/// And so does one that so much has passed by.
const LOG_ENTRIES: u64 = 2_000_000;
/// How exactly the age of a number is known.
const MARK_EVERY_MS: i64 = 24 * 60 * 60 * 1_000;
/// Numbers looked through in one step.
const WALK: u64 = 2_000;

impl HubCore {
    /// One step. `true`: there may be more. To be called seldom: what it finds is what changed
    /// since, and devices tell only now and then how far they are.
    pub async fn trim_some(&mut self, now_ms: i64) -> Result<bool, HubError> {
        if self.workspace_id().is_none() || self.is_recalling() {
            return Ok(false);
        }
        let ws = self.ws()?;
        let limit = self.trim_limit(ws, now_ms).await?;
        let after = self.workspace.map_or(0, |book| book.trim_looked_seq);
        if limit <= after {
            return Ok(false);
        }
        let to = limit.min(after + WALK);
        let is_last = to == limit;
        let newest = self.store.trim(ws, after, to, is_last).await?;
        if let Some(book) = &mut self.workspace {
            book.trimmed_seq = book.trimmed_seq.max(newest.unwrap_or(0));
            book.trim_looked_seq = to;
        }
        Ok(!is_last)
    }

    /// Tombstones up to here are of no use to anybody, or too old to be kept for who is away.
    async fn trim_limit(&mut self, ws: i64, now_ms: i64) -> Result<u64, HubError> {
        let head = self.head();
        let connected: Vec<_> = self.sessions.iter().map(|(id, session)| (*id, session.applied)).collect();
        self.store.put_applied(ws, &connected).await?;
        let everybody = self.store.applied(ws).await?.into_iter().map(|(_, seq)| seq).min().unwrap_or(head);
        let mut old = head.saturating_sub(LOG_ENTRIES);
        // A clock that nobody has confirmed makes nothing old.
        if self.time_known == TimeKnown::Sure {
            let old_ms = now_ms - LOG_AGE_MS;
            self.store.mark_age(ws, now_ms, head, MARK_EVERY_MS, old_ms).await?;
            old = old.max(self.store.head_before(ws, old_ms).await?.unwrap_or(0));
        }
        let connected = connected.into_iter().map(|(_, seq)| seq).min().unwrap_or(head);
        Ok(everybody.max(old).min(connected).min(head))
    }
}
