//! The first poll: everybody gets their past, and their opening is put on the clock.

use super::brain::{self, Say};
use super::{Cast, STARTED_MS, State, newcomer};
use crate::Result;
use crate::ledger::{self, Customer, EventKind, Profile};
use crate::script::{self, Past, Regular, Script};
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
    if matches!(state.cast, Cast::Everyone) && state.seed_history {
        for regular in script::regulars()? {
            remember(conn, state, regular, now_ms).await?;
        }
    }
    Ok(())
}

/// What was said with somebody before the line was connected. They write no more by themselves.
async fn remember(conn: &mut SqliteConnection, state: &State, regular: &Regular, now_ms: i64) -> Result<()> {
    let profile = Profile {
        name: regular.name.clone(),
        username: regular.username.clone(),
        phone: Some(regular.phone.clone()),
        language: Some(regular.language.clone()),
    };
    let mut customer = newcomer(&regular.id, profile, None);
    ledger::save_customer(conn, &customer).await?;
    say_past(conn, state, &mut customer, &regular.history, now_ms).await?;
    ledger::save_customer(conn, &customer).await
}

async fn say_past(
    conn: &mut SqliteConnection,
    state: &State,
    customer: &mut Customer,
    history: &[Past],
    now_ms: i64,
) -> Result<()> {
    for past in history {
        let at_ms = now_ms - past.min_ago * MINUTE_MS;
        let said = past.us.iter().map(|step| (step, true)).chain(past.them.iter().map(|step| (step, false)));
        for (step, from_us) in said {
            let say = Say { due_ms: at_ms, kind: EventKind::Other, history: true, from_us, quoted: None };
            brain::say(conn, state, customer, step, say).await?;
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
        say_past(conn, state, &mut customer, &script.history, now_ms).await?;
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
