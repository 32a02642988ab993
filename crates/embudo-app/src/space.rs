//! Room for media (OFF-12): what may go, and keeping to the cap.
//!
//! Invariants:
//! - by itself the app gives up only what nothing points at, and what a channel gives again;
//! - what only we have goes after a person said so, and what is still to be sent never;
//! - giving up changes no row: the file is found missing where it is shown, and fetched when it is
//!   wanted.

use crate::api::{ApiError, AppEvent, FreeUp, MediaSpace};
use crate::app::off_thread;
use crate::failure;
use crate::workspace::Workspace;
use embudo_domain::{Body, Delivery, Direction, FileState, LineId, LineState};
use embudo_platform::{Freed, MediaHash, MediaStore};
use std::collections::HashSet;
use std::sync::{Arc, Weak};
use std::time::Duration;

/// 5 GB as a person reads it on the screen.
pub const DEFAULT_CAP_BYTES: u64 = 5_000_000_000;
/// Of this computer's disk, so it is this computer's to remember.
const CAP_KEY: &str = "media.cap_bytes";
/// Media come one by one; looking costs a comparison.
const LOOK_EVERY: Duration = Duration::from_secs(60);

/// Who needs which file. A file is in the strictest group that anything puts it in; what is in none is unused.
#[derive(Debug, Default)]
struct Uses {
    /// Still to be sent, or to be sent again.
    to_send: HashSet<MediaHash>,
    /// In a thread, and nowhere but here.
    only_here: HashSet<MediaHash>,
}

impl Uses {
    fn keeps(&self, hash: &MediaHash, only_copies_may_go: bool) -> bool {
        self.to_send.contains(hash) || (!only_copies_may_go && self.only_here.contains(hash))
    }
}

pub(crate) fn hash_of(body: &Body) -> Option<(MediaHash, bool)> {
    let Body::Media { file, .. } = body else { return None };
    let FileState::Here { hash, remote } = &file.file else { return None };
    Some((hash.parse().ok()?, remote.is_some()))
}

async fn uses(workspace: &Workspace) -> Result<Uses, ApiError> {
    let catalogue = workspace.catalogue();
    // A line that was taken away gives nothing any more.
    let gives: HashSet<LineId> = catalogue
        .present_lines()
        .filter(|line| !matches!(&line.state, LineState::Disconnected { code } if code == "ON_PURPOSE"))
        .map(|line| line.id)
        .collect();
    let mut uses = Uses::default();
    let each = |file: embudo_store::FileUse| {
        let Some((hash, has_remote)) = hash_of(&file.body) else { return };
        let is_unsent = file.direction == Direction::Out
            && (file.delivery.is_waiting() || matches!(file.delivery, Delivery::Failed | Delivery::Unknown));
        if is_unsent {
            uses.to_send.insert(hash);
        } else if !has_remote || !gives.contains(&file.line_id) {
            uses.only_here.insert(hash);
        }
    };
    workspace.store.file_uses(each).await.map_err(failure::store)?;
    let to_send = workspace.store.files_to_send().await.map_err(failure::store)?;
    uses.to_send.extend(to_send.iter().filter_map(hash_of).map(|(hash, _)| hash));
    uses.to_send.extend(workspace.undo.bodies().iter().filter_map(hash_of).map(|(hash, _)| hash));
    Ok(uses)
}

/// 0: no cap.
pub async fn cap_bytes(workspace: &Workspace) -> Result<u64, ApiError> {
    let stored = workspace.store.ui_state(CAP_KEY).await.map_err(failure::store)?;
    Ok(stored.and_then(|text| text.parse().ok()).unwrap_or(DEFAULT_CAP_BYTES))
}

/// Remembers the cap and keeps to it at once.
pub async fn set_cap_bytes(workspace: &Workspace, bytes: u64) -> Result<Freed, ApiError> {
    workspace.store.put_ui_state(CAP_KEY, &bytes.to_string()).await.map_err(|error| workspace.noted(error))?;
    keep_to_cap(workspace).await
}

/// What the media take and what of it may go.
pub async fn space(workspace: &Workspace) -> Result<MediaSpace, ApiError> {
    let uses = uses(workspace).await?;
    let cap_bytes = cap_bytes(workspace).await?;
    let sorted = on_disk(workspace, move |media| {
        let mut space = MediaSpace { cap_bytes, ..MediaSpace::default() };
        for (hash, bytes) in media.sizes()? {
            space.total_bytes += bytes;
            if uses.to_send.contains(&hash) {
                space.to_send_bytes += bytes;
            } else if uses.only_here.contains(&hash) {
                space.only_here_bytes += bytes;
            } else {
                space.may_go_bytes += bytes;
            }
        }
        Ok(space)
    });
    sorted.await
}

pub async fn free_up(workspace: &Workspace, wanted: FreeUp) -> Result<Freed, ApiError> {
    let uses = uses(workspace).await?;
    let free = move |media: &MediaStore| media.free_up(wanted.bytes, |hash| uses.keeps(hash, wanted.only_copies));
    let freed = on_disk(workspace, free).await?;
    tell(workspace, &freed);
    Ok(freed)
}

/// Longest unused first, until it fits. May give up nothing: then all that is there is needed.
pub async fn keep_to_cap(workspace: &Workspace) -> Result<Freed, ApiError> {
    let cap_bytes = cap_bytes(workspace).await?;
    if cap_bytes == 0 || on_disk(workspace, |media| media.total_bytes()).await? <= cap_bytes {
        return Ok(Freed::default());
    }
    let uses = uses(workspace).await?;
    // A little below, so that the next photo does not begin it anew.
    let aim_bytes = cap_bytes - cap_bytes / 20;
    let freed = on_disk(workspace, move |media| media.evict_to_cap(aim_bytes, |hash| uses.keeps(hash, false))).await?;
    tracing::info!(bytes = freed.bytes, files = freed.hashes.len(), "media were given up to keep to the cap");
    tell(workspace, &freed);
    Ok(freed)
}

/// A file that could not be read: if it is damaged and a channel gives it again, it is set aside,
/// so that threads offer to fetch it. What only we have stays where it is, broken as it is.
pub async fn look_at_damage(workspace: &Workspace, hash: MediaHash) -> Result<bool, ApiError> {
    // Looking who needs it walks through all messages: only for a file that is damaged indeed.
    let is_damaged = on_disk(workspace, move |media| media.is_damaged(&hash)).await?;
    if !is_damaged || uses(workspace).await?.keeps(&hash, false) {
        return Ok(false);
    }
    set_aside_damaged(workspace, hash).await
}

pub async fn set_aside_damaged(workspace: &Workspace, hash: MediaHash) -> Result<bool, ApiError> {
    let is_gone = on_disk(workspace, move |media| media.set_aside_damaged(&hash)).await?;
    if is_gone {
        tracing::warn!(%hash, "a damaged file was set aside");
        workspace.bus.put(AppEvent::MediaGivenUp);
    }
    Ok(is_gone)
}

/// Threads show again what is there.
fn tell(workspace: &Workspace, freed: &Freed) {
    if !freed.hashes.is_empty() {
        workspace.bus.put(AppEvent::MediaGivenUp);
    }
}

async fn on_disk<T: Send + 'static>(
    workspace: &Workspace,
    work: impl FnOnce(&MediaStore) -> Result<T, embudo_platform::MediaError> + Send + 'static,
) -> Result<T, ApiError> {
    let media = workspace.media.clone();
    let done = off_thread(move || work(&media)).await;
    done.map_err(|error| failure::internal("media", error))?.map_err(failure::media)
}

pub fn watch(workspace: &Arc<Workspace>) {
    tokio::spawn(run(Arc::downgrade(workspace)));
}

async fn run(workspace: Weak<Workspace>) {
    // Looking through all messages again helps only when there is more to give up than last time.
    let mut in_vain_bytes = 0;
    loop {
        tokio::time::sleep(LOOK_EVERY).await;
        let Some(workspace) = workspace.upgrade() else { return };
        let total = on_disk(&workspace, |media| media.total_bytes()).await;
        if total.as_ref().is_ok_and(|total| *total == in_vain_bytes) {
            continue;
        }
        match keep_to_cap(&workspace).await {
            Ok(_) => in_vain_bytes = on_disk(&workspace, |media| media.total_bytes()).await.unwrap_or_default(),
            Err(error) => tracing::warn!(code = error.code, "the media cap was not kept to"),
        }
    }
}
