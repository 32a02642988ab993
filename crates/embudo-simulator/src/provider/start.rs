//! The first poll: everybody gets their past, and their opening is put on the clock.

use super::brain::{self, Say};
use super::{Cast, STARTED_MS, State, newcomer};
use crate::Result;
use crate::ledger::{self, EventKind, Profile};
use crate::script::{self, Script};
use sqlx::SqliteConnection;

const MINUTE_MS: i64 = 60_000;

pub(super) async fn begin(conn: &mut SqliteConnection, state: &State, now_ms: i64) -> Result<()> {
    ledger::set_meta(conn, STARTED_MS, &now_ms.to_string()).await?;
    for script in script::all()? {
        let takes_part = match &state.cast {
            Cast::Everyone => true,
            Cast::Nobody => false,
            Cast::Only(ids) => ids.contains(&script.id),
        };
        if takes_part {
            enter(conn, state, script, now_ms).await?;
        }
    }
    Ok(())
}

async fn enter(conn: &mut SqliteConnection, state: &State, script: &Script, now_ms: i64) -> Result<()> {
    let profile = Profile {
        name: script.name.clone(),
        username: script.username.clone(),
        phone: script.phone.clone(),
        language: Some(script.language.clone()),
    };
    let mut customer = newcomer(&script.id, profile, Some(script.id.clone()));
    ledger::save_customer(conn, &customer).await?;
    if state.seed_history {
        for past in &script.history {
            let at_ms = now_ms - past.min_ago * MINUTE_MS;
            for (step, from_us) in
                past.us.iter().map(|step| (step, true)).chain(past.them.iter().map(|step| (step, false)))
            {
                let say = Say { due_ms: at_ms, kind: EventKind::Other, history: true, from_us, quoted: None };
                brain::say(conn, state, &mut customer, step, say).await?;
            }
        }
    }
    let waiting_since = script.opened_min_ago.filter(|_| state.seed_history);
    let opens_ms = match waiting_since {
        Some(min_ago) => now_ms - min_ago * MINUTE_MS,
        None => now_ms + script.opens_after_ms,
    };
    let mut due_ms = opens_ms;
    for (index, step) in script.opening.iter().enumerate() {
        if index > 0 {
            due_ms += brain::writing_ms(state, &customer, step);
        }
        let say = Say { due_ms, kind: EventKind::Message, history: false, from_us: false, quoted: None };
        brain::say(conn, state, &mut customer, step, say).await?;
    }
    for nudge in &script.nudges {
        // An opening from the past was nudged about in the past, or will be from now on.
        let due_ms = opens_ms.max(now_ms) + nudge.after_ms;
        let say = Say { due_ms, kind: EventKind::Nudge, history: false, from_us: false, quoted: None };
        brain::say(conn, state, &mut customer, &nudge.say, say).await?;
    }
    ledger::save_customer(conn, &customer).await
}
