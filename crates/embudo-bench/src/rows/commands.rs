//! The same reads as the screen gets them: through the app's commands, as JSON.

use super::reads::{PAGE, Reads};
use crate::data::folder::Folder;
use crate::data::plan::NOW_MS;
use crate::data::rows::conversation_id;
use crate::report::{Goal, Line};
use crate::times::Times;
use anyhow::{Result, anyhow, ensure};
use embudo_app::{App, AppConfig, OpenSecrets};
use embudo_platform::{FakeClock, FileSecrets, SecretStore};
use serde_json::{Value, json};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// The app on a data folder, at the time at which the data ends.
pub async fn start(folder: &Folder) -> Result<Arc<App>> {
    let file = folder.secrets.clone();
    let secrets: OpenSecrets = Arc::new(move |_| {
        let store: Arc<dyn SecretStore> = Arc::new(FileSecrets::open(&file)?);
        Ok(store)
    });
    let mut config = AppConfig::new(&folder.data, secrets);
    config.clock = Arc::new(FakeClock::at_ms(NOW_MS));
    let app = App::start(config).await;
    ensure!(app.is_ready(), "the app does not open the data");
    Ok(app)
}

pub(super) async fn timed(app: &App, command: &str, args: &Value, times: &mut Times) -> Result<Value> {
    let args = args.clone();
    let start = Instant::now();
    let answer = app.call(command, args).await.map_err(|error| anyhow!("{command}: {}", error.code))?;
    times.since(start);
    Ok(answer)
}

pub async fn measure(app: &App, reads: &mut Reads<'_>, lines: &mut Vec<Line>) -> Result<()> {
    let samples = reads.samples;
    let mut inbox = Times::default();
    for _ in 0..samples {
        timed(app, "list_conversations", &json!({ "view": {}, "limit": PAGE }), &mut inbox).await?;
    }
    lines.push(Line::times("… as command: inbox page, top", inbox, None, Goal::None));

    let (mut random, mut longest) = (Times::default(), Times::default());
    let args = |id: &dyn std::fmt::Display| json!({ "conversation_id": id.to_string(), "at": { "at": "newest" }, "limit": PAGE, "with_events": true });
    for id in reads.random_threads().await? {
        timed(app, "list_messages", &args(&id), &mut random).await?;
        timed(app, "list_messages", &args(&conversation_id(reads.shape.seed, 0)), &mut longest).await?;
    }
    lines.push(Line::times("… as command: open a thread, random", random, None, Goal::None));
    lines.push(Line::times(
        format!("… as command: open a thread of {}", reads.shape.longest),
        longest,
        None,
        Goal::None,
    ));
    for (name, texts) in reads.typed()? {
        let mut search = Times::default();
        for text in texts {
            timed(app, "search", &json!({ "text": text, "limit": PAGE }), &mut search).await?;
        }
        let name = format!("… as command, with contacts: search, {name}");
        lines.push(Line::times(name, search, None, Goal::P99Ms(20.0)));
    }
    Ok(())
}

/// Of one deed (LED-07).
const BULK: u32 = 10_000;
const BULKS: usize = 4;

/// Ten thousand leads get a marker, and get it back, while the inbox is read.
pub async fn bulk(app: &Arc<App>, lines: &mut Vec<Line>) -> Result<()> {
    let (mut times, mut undone, mut reads) = (Times::default(), Times::default(), Times::default());
    // Fixed once: all that is read is which are meant.
    let filter = json!({ "tab": "active" });
    let mut ids = Vec::new();
    while ids.len() < BULK as usize {
        let args = json!({ "filter": filter, "sort": "number", "offset": ids.len(), "limit": 200 });
        let page = timed(app, "list_leads", &args, &mut Times::default()).await?;
        let cards = page["cards"].as_array().cloned().unwrap_or_default();
        ensure!(!cards.is_empty(), "the data has too few leads");
        ids.extend(cards.into_iter().map(|card| card["lead"]["id"].clone()));
    }
    let mut known = Times::default();
    for at in 0..BULKS {
        all_at_the_hub(app).await?;
        let begun = Instant::now();
        let done = Arc::new(AtomicBool::new(false));
        let reading = tokio::spawn(read_meanwhile(app.clone(), done.clone()));
        let marker = if at % 2 == 0 { "urgent" } else { "pending" };
        let args = json!({
            "id": uuid::Uuid::new_v4(), "target": { "what": "ids", "ids": ids }, "patch": { "marker": marker }
        });
        let report = timed(app, "bulk_leads", &args, &mut times).await?;
        let changed = report["done"].as_u64().unwrap_or(0) + report["skipped"].as_u64().unwrap_or(0);
        ensure!(changed == u64::from(BULK) && report["error"].is_null(), "{report}");
        all_at_the_hub(app).await?;
        known.since(begun);
        timed(app, "undo", &report["undo"], &mut undone).await?;
        done.store(true, Ordering::Release);
        reads.extend(reading.await??);
    }
    lines.push(Line::times(format!("bulk change of {BULK} leads"), times, None, Goal::P95Ms(3_000.0)));
    lines.push(Line::times("… until the hub has answered all of it", known, None, Goal::None));
    lines.push(Line::times("… its undo", undone, None, Goal::P95Ms(3_000.0)));
    let name = format!("… inbox page meanwhile, {} reads", reads.len());
    lines.push(Line::times(name, reads, None, Goal::P99Ms(20.0)));
    Ok(())
}

/// Nothing waits for the hub: what is measured next does not pay for what was measured before.
async fn all_at_the_hub(app: &Arc<App>) -> Result<()> {
    while timed(app, "get_status", &json!({}), &mut Times::default()).await?["unsynced"] != 0 {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    Ok(())
}

pub(super) async fn read_meanwhile(app: Arc<App>, done: Arc<AtomicBool>) -> Result<Times> {
    let mut times = Times::default();
    while !done.load(Ordering::Acquire) {
        timed(&app, "list_conversations", &json!({ "view": {}, "limit": PAGE }), &mut times).await?;
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    Ok(times)
}
