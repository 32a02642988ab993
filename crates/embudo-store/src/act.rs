//! One act on this device: look up, decide, write rows, base rows, queue; one transaction.

use crate::changed::Changed;
use crate::error::ActError;
use crate::facts::{self, Loaded};
use crate::outbox::{self, PendingAct, StoredStamp, Touches};
use crate::sql::Guard;
use crate::tables::{self, Writes};
use crate::{Result, Store, StoreError, base, drafts, meta};
use embudo_domain::rules::{self, Actor, Effects, Stamp};
use embudo_domain::*;
use sqlx::SqliteConnection;
use std::collections::HashSet;

/// An act to apply, with its own stamp (which holds the act's id).
#[derive(Clone, Debug)]
pub struct Pending {
    pub act: Act,
    pub stamp: Stamp,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Applied {
    pub mid: u64,
    pub changed: Changed,
    /// The act that undoes it.
    pub inverse: Option<Act>,
    /// Each of many leads that was left as it is, and why.
    pub left_out: Vec<(uuid::Uuid, Refusal)>,
}

impl Store {
    /// Applies and queues an act; durable when it returns. Sending empties the conversation's
    /// composer in the same transaction if that held the draft of this message.
    /// The same act id again changes nothing and answers without an inverse.
    pub async fn apply_act(&self, act: &Act, actor: Actor, stamp: Stamp) -> Result<Applied, ActError> {
        let mut writer = self.write().await?;
        let mut tx = writer.begin().await?;
        let applied = apply(&mut tx, act, actor, stamp).await?;
        let _told = self.in_memory().tell([&applied.changed]);
        tx.commit().await?;
        Ok(applied)
    }

    /// Many acts in one commit, each on its own: a refused one does not stop the others.
    pub async fn apply_acts(
        &self,
        acts: &[Pending],
        actor: Actor,
    ) -> Result<Vec<Result<Applied, Refusal>>, StoreError> {
        let mut writer = self.write().await?;
        let mut tx = writer.begin().await?;
        let mut answers = Vec::with_capacity(acts.len());
        for Pending { act, stamp } in acts {
            answers.push(match apply(&mut tx, act, actor, *stamp).await {
                Ok(applied) => Ok(applied),
                // Decided before anything was written.
                Err(ActError::Refused(refusal)) => Err(refusal),
                Err(ActError::Store(error)) => return Err(error),
            });
        }
        let _told = self.in_memory().tell(answers.iter().flatten().map(|applied| &applied.changed));
        tx.commit().await?;
        Ok(answers)
    }

    /// What belongs together, in one commit: all of it, or nothing and the first refusal. What these acts
    /// use is kept before (ADR 0117), which alone may be refused.
    pub async fn apply_together(&self, acts: &[Pending], actor: Actor) -> Result<Vec<Applied>, ActError> {
        let mut writer = self.write().await?;
        let mut tx = writer.begin().await?;
        let mut applied = Vec::with_capacity(acts.len());
        for Pending { act, stamp } in acts {
            match apply(&mut tx, act, actor, *stamp).await {
                // What was there before is not taken back with what used it.
                Ok(one) if matches!(act, Act::KeepSaleRow { .. }) => applied.push(Applied { inverse: None, ..one }),
                Ok(one) => applied.push(one),
                // Decided before anything was written.
                Err(ActError::Refused(_)) if matches!(act, Act::KeepSaleRow { .. }) => {}
                Err(error) => return Err(error),
            }
        }
        let _told = self.in_memory().tell(applied.iter().map(|one| &one.changed));
        tx.commit().await?;
        Ok(applied)
    }
}

pub(crate) async fn apply(
    conn: &mut SqliteConnection,
    act: &Act,
    actor: Actor,
    stamp: Stamp,
) -> Result<Applied, ActError> {
    if let Some(mid) = outbox::mid_of(conn, stamp.act_id).await? {
        return Ok(Applied { mid, changed: Changed::default(), inverse: None, left_out: Vec::new() });
    }
    if act.waits_for_the_hub() {
        // Nothing of it is here until the hub's answer is.
        let mid = take_mid(conn).await?;
        let stamp = StoredStamp::new(actor, stamp);
        let pending = PendingAct { mid, act: act.clone(), stamp, touches: Touches::default(), refused: false };
        outbox::push(conn, &pending).await?;
        let changed = Changed { outbox: true, ..Changed::default() };
        return Ok(Applied { mid, changed, inverse: None, left_out: Vec::new() });
    }
    let loaded = facts::load(conn, |facts| rules::needs(act, actor, facts)).await?;
    let effects = rules::decide(act, actor, &loaded.facts, stamp)?;
    let mut changed = Changed { outbox: true, ..Changed::default() };
    let touches = Touches::of(&loaded.facts, &effects);
    write_effects(conn, &effects, &loaded, &mut changed).await?;
    let mid = take_mid(conn).await?;
    let pending = PendingAct { mid, act: act.clone(), stamp: StoredStamp::new(actor, stamp), touches, refused: false };
    outbox::push(conn, &pending).await?;
    if let Act::SendMessage { conversation_id, message_id, .. } = act {
        drafts::clear_sent(conn, *conversation_id, *message_id, stamp.now_ms, &mut changed).await?;
    }
    Ok(Applied { mid, changed, inverse: effects.inverse, left_out: effects.left_out })
}

async fn take_mid(conn: &mut SqliteConnection) -> Result<u64> {
    let mid = meta::get_int(conn, "next_mid").await?.unwrap_or(1);
    meta::put_int(conn, "next_mid", mid + 1).await?;
    Ok(mid.cast_unsigned())
}

/// Keeps the hub's image of every row that is about to be written, then writes.
pub(crate) async fn write_effects(
    conn: &mut SqliteConnection,
    effects: &Effects,
    loaded: &Loaded,
    changed: &mut Changed,
) -> Result<()> {
    let keys: Vec<RowKey> = effects.changes.iter().map(Change::key).collect::<HashSet<_>>().into_iter().collect();
    // Rules write what they have read; should one not, it is read here.
    let unread: Vec<RowKey> = keys.iter().filter(|key| !loaded.facts.rows.contains_key(key)).copied().collect();
    let others = tables::load(conn, &unread).await?;
    let image = |key: &RowKey| match loaded.facts.rows.get(key) {
        Some(row) => row.as_ref().map(|row| (row, loaded.vers.get(key).copied().unwrap_or(0))),
        None => others.get(key).map(|(row, ver)| (row, *ver)),
    };
    base::keep(conn, keys.iter().map(|key| (*key, image(key)))).await?;
    let versioned = effects.changes.iter().map(|change| (change, image(&change.key()).map_or(0, |(_, ver)| ver)));
    Writes::of(versioned).write(conn, Guard::None, changed).await
}
