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
use std::time::Instant;

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

async fn timed(app: &App, command: &str, args: &Value, times: &mut Times) -> Result<Value> {
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
