//! Does one task at its channel and tells the writer how it ended.

use super::Shared;
use super::writer::Command;
use crate::core::{FetchFailed, JobResult, Task, Work};
use crate::host::MediaError;
use embudo_channels::{Channel, ChannelError, Outgoing, OutgoingFile, Sent};
use embudo_domain::*;
use std::sync::Arc;
use std::time::Duration;

/// A call without an end would hold its conversation for ever. Long enough for 50 MB on a bad
/// link; adapters have closer limits.
const LONGEST_CALL: Duration = Duration::from_secs(15 * 60);

pub(crate) async fn run(shared: Arc<Shared>, channel: Option<Arc<dyn Channel>>, task: Task) {
    let job = task.job;
    let kind = task.work.clone();
    let inner = tokio::spawn(work(shared.clone(), channel, task));
    let result = match inner.await {
        Ok(result) => result,
        // A panic in an adapter: nobody knows whether bytes left.
        Err(_) => lost(&kind, "the adapter broke off"),
    };
    if shared.commands.send(Command::Finished { job, result }).await.is_err() {
        tracing::warn!("a send ended after the hub; it will be settled at the next start");
    }
}

async fn work(shared: Arc<Shared>, channel: Option<Arc<dyn Channel>>, task: Task) -> JobResult {
    let Some(channel) = channel else { return not_begun(&task.work, "the line has no channel") };
    let done = async {
        match &task.work {
            Work::Send { external_id, body, reply_to_provider_id } => JobResult::Sent(
                send(&shared, &*channel, task.job.message_id, external_id, body, reply_to_provider_id.as_deref()).await,
            ),
            Work::Settle => JobResult::Settled(channel.look_up(task.job.message_id).await),
            Work::Edit { external_id, provider_id, text } => {
                JobResult::Edited(channel.edit(external_id, provider_id, text).await)
            }
            Work::Photo { external_id } => JobResult::Photo(photo(&shared, &*channel, external_id).await),
            Work::Fetch { remote, as_told } => JobResult::Fetched(fetch(&shared, &*channel, remote, as_told).await),
        }
    };
    match tokio::time::timeout(LONGEST_CALL, done).await {
        Ok(result) => result,
        Err(_) => lost(&task.work, "no answer"),
    }
}

async fn send(
    shared: &Shared,
    channel: &dyn Channel,
    message_id: MessageId,
    external_id: &str,
    body: &Body,
    reply_to_provider_id: Option<&str>,
) -> Result<Sent, ChannelError> {
    let file = match body {
        Body::Media { media, file, .. } => Some(read(shared, *media, file).await?),
        _ => None,
    };
    channel.send(Outgoing { message_id, external_id, body, file, reply_to_provider_id }).await
}

async fn read(shared: &Shared, media: MediaKind, file: &FileRef) -> Result<OutgoingFile, ChannelError> {
    let missing = || ChannelError::Refused(SendError { code: "FILE_MISSING".to_owned(), detail: None });
    let FileState::Here { hash, .. } = &file.file else { return Err(missing()) };
    match shared.media.read(hash).await {
        Ok(bytes) => {
            Ok(OutgoingFile { bytes, name: file.name.clone().unwrap_or_default(), mime: file.mime.clone(), media })
        }
        Err(MediaError::Missing) => Err(missing()),
        // No byte left.
        Err(MediaError::Storage(reason)) => Err(ChannelError::NotReached(reason)),
    }
}

async fn fetch(
    shared: &Shared,
    channel: &dyn Channel,
    remote: &str,
    as_told: &FileRef,
) -> Result<FileRef, FetchFailed> {
    let path = shared.media.scratch().await.map_err(storage)?;
    let max_bytes = channel.abilities().max_download_bytes;
    if let Err(error) = channel.fetch(remote, &path, max_bytes).await {
        remove_half(&path).await;
        return Err(FetchFailed::Channel(error));
    }
    shared.media.take_in(&path, as_told).await.map_err(storage)
}

/// No larger than a photo of a thread; a picture of a face is far smaller.
const MAX_PHOTO_BYTES: u64 = 5 * 1024 * 1024;

async fn photo(shared: &Shared, channel: &dyn Channel, external_id: &str) -> Result<Option<FileRef>, FetchFailed> {
    let path = shared.media.scratch().await.map_err(storage)?;
    match channel.photo(external_id, &path, MAX_PHOTO_BYTES).await {
        Ok(false) => return Ok(None),
        Ok(true) => {}
        Err(error) => {
            remove_half(&path).await;
            return Err(FetchFailed::Channel(error));
        }
    }
    let told = FileRef {
        file: FileState::Waiting { remote: String::new() },
        name: None,
        mime: "application/octet-stream".to_owned(),
        size_bytes: 0,
        width_px: None,
        height_px: None,
        duration_ms: None,
        waveform: Vec::new(),
    };
    let file = shared.media.take_in(&path, &told).await.map_err(storage)?;
    // What cannot be measured cannot be drawn.
    Ok(Some(file).filter(|file| file.width_px.is_some()))
}

async fn remove_half(path: &std::path::Path) {
    if let Err(error) = tokio::fs::remove_file(path).await
        && error.kind() != std::io::ErrorKind::NotFound
    {
        tracing::debug!(%error, "half a file stays in the scratch folder");
    }
}

fn storage(error: MediaError) -> FetchFailed {
    FetchFailed::Storage(error.to_string())
}

fn failed(work: &Work, error: ChannelError) -> JobResult {
    match work {
        Work::Send { .. } => JobResult::Sent(Err(error)),
        Work::Settle => JobResult::Settled(Err(error)),
        Work::Edit { .. } => JobResult::Edited(Err(error)),
        Work::Fetch { .. } => JobResult::Fetched(Err(FetchFailed::Channel(error))),
        Work::Photo { .. } => JobResult::Photo(Err(FetchFailed::Channel(error))),
    }
}

fn lost(work: &Work, detail: &str) -> JobResult {
    failed(work, ChannelError::Uncertain(detail.to_owned()))
}

fn not_begun(work: &Work, detail: &str) -> JobResult {
    failed(work, ChannelError::NotReached(detail.to_owned()))
}
