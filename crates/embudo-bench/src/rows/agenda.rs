//! The agenda and what happened to leads, as the screens get them: through the app's commands.

use super::commands::timed;
use super::reads::PAGE;
use crate::data::plan::{NOW_MS, Shape};
use crate::data::rows::contact_id;
use crate::report::{Goal, Line};
use crate::times::Times;
use anyhow::{Result, ensure};
use embudo_app::App;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use serde_json::json;

const DAY_MS: i64 = 86_400_000;
const SCOPES: [&str; 2] = ["mine", "team"];
const BUCKETS: [&str; 6] = ["overdue", "today", "tomorrow", "later", "asking", "ended"];
/// A month with the days around it, as the calendar shows it.
const DAYS: i64 = 42;

pub async fn measure(app: &App, shape: Shape, samples: usize, lines: &mut Vec<Line>) -> Result<()> {
    let mut random = ChaCha8Rng::seed_from_u64(shape.seed);
    // The data ends at noon of a day in UTC.
    let (start_ms, end_ms) = (NOW_MS - DAY_MS / 2, NOW_MS + DAY_MS / 2);
    let (mut pages, mut counts, mut days, mut history) =
        (Times::default(), Times::default(), Times::default(), Times::default());
    for at in 0..samples {
        let scope = SCOPES[at % SCOPES.len()];
        let bucket = BUCKETS[(at / SCOPES.len()) % BUCKETS.len()];
        let args = json!({ "scope": scope, "bucket": bucket, "offset": 0, "limit": PAGE });
        let page = timed(app, "list_follow_ups", &args, &mut pages).await?;
        let (rows, total) = (page["rows"].as_array().map_or(0, Vec::len), page["total"].as_u64().unwrap_or(0));
        ensure!(rows as u64 == total.min(u64::from(PAGE)) && total > 0, "{bucket}, {scope}: {rows} of {total}");

        let args = json!({ "scope": scope, "day_start_ms": start_ms, "day_end_ms": end_ms });
        let told = timed(app, "count_follow_ups", &args, &mut counts).await?;
        ensure!(bucket != "asking" || told["asking"] == total, "two counts of {bucket}: {told}, {total}");

        let begins: Vec<i64> = (0..DAYS).map(|day| start_ms + (day - DAYS / 2) * DAY_MS).collect();
        let until_ms = begins[0] + DAYS * DAY_MS;
        let args = json!({ "scope": scope, "from_ms": begins[0], "until_ms": until_ms, "days": begins });
        timed(app, "follow_up_days", &args, &mut days).await?;

        let contact = contact_id(shape.seed, random.random_range(0..shape.conversations));
        let page = timed(app, "list_history", &json!({ "contact_id": contact, "limit": PAGE }), &mut history).await?;
        ensure!(page["events"].as_array().is_some_and(|events| events.len() >= 2), "how they came is told");
    }
    let of = |what: &str| format!("{what}, {} follow-ups", shape.follow_ups);
    lines.push(Line::times(of("agenda, first page of any list"), pages, None, Goal::P99Ms(20.0)));
    lines.push(Line::times("… counts of its lists", counts, None, Goal::P99Ms(20.0)));
    lines.push(Line::times(format!("… counts of {DAYS} days"), days, None, Goal::P99Ms(20.0)));
    lines.push(Line::times(
        format!("history of a contact, {} events", shape.conversations * 2),
        history,
        None,
        Goal::P99Ms(20.0),
    ));
    Ok(())
}
