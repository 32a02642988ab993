//! Looks after what the hub has deleted (LIN-11): files that nothing points at any more leave the
//! disk, and the database is written anew, so that nothing of it is left on this computer.
//!
//! Invariants:
//! - what is to be done is in the database until it is done: a kill in between delays it;
//! - a file that anything points at stays, also one that was put into a composer a moment ago.

use crate::api::{ApiError, AppEvent};
use crate::app::off_thread;
use crate::failure;
use crate::space::hash_of;
use crate::workspace::Workspace;
use embudo_domain::{Line, LineHistory, LineType};
use embudo_platform::MediaHash;
use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::{Duration, Instant};
use tokio::sync::{RwLock, RwLockReadGuard, RwLockWriteGuard};

/// Not while the inbox is being painted.
const AFTER_START: Duration = Duration::from_secs(5);
/// After a disk that said no: a file that is written anew needs as much room again.
const TRY_AGAIN: Duration = Duration::from_secs(10 * 60);
/// A composer saves what was attached at once; this is generous.
const ATTACHED: Duration = Duration::from_secs(10 * 60);

/// Files on their way from a disk into a composer, which no row names yet.
#[derive(Default)]
pub struct Attaching {
    /// Held to read while a file is put into the store and noted.
    busy: RwLock<()>,
    noted: Mutex<HashMap<String, Instant>>,
}

impl Attaching {
    pub async fn begin(&self) -> RwLockReadGuard<'_, ()> {
        self.busy.read().await
    }

    pub fn note(&self, hash: &str) {
        let mut noted = self.noted.lock().unwrap_or_else(PoisonError::into_inner);
        noted.retain(|_, since| since.elapsed() < ATTACHED);
        noted.insert(hash.to_owned(), Instant::now());
    }

    /// Nothing is put into the store meanwhile.
    async fn pause(&self) -> RwLockWriteGuard<'_, ()> {
        self.busy.write().await
    }

    fn has(&self, hash: &str) -> bool {
        let noted = self.noted.lock().unwrap_or_else(PoisonError::into_inner);
        noted.get(hash).is_some_and(|since| since.elapsed() < ATTACHED)
    }
}

pub fn watch(workspace: &Arc<Workspace>) {
    tokio::spawn(run(Arc::downgrade(workspace)));
}

async fn run(workspace: Weak<Workspace>) {
    let mut wait = AFTER_START;
    loop {
        let Some(poke) = workspace.upgrade().map(|workspace| workspace.erased.clone()) else { return };
        // Either way it looks again.
        let _ = tokio::time::timeout(wait, poke.notified()).await;
        let Some(workspace) = workspace.upgrade() else { return };
        if let Err(error) = look_after(&workspace).await {
            tracing::warn!(code = error.code, "what was erased leaves traces for now");
        }
        wait = TRY_AGAIN;
    }
}

/// Once nothing is being erased any more: what is left of it here goes.
async fn look_after(workspace: &Workspace) -> Result<(), ApiError> {
    let is_erasing = workspace.catalogue().lines.iter().any(|line| line.history == LineHistory::Erasing);
    if is_erasing {
        return Ok(());
    }
    delete_loose_files(workspace).await?;
    if workspace.store.wants_scrub().await.map_err(failure::store)? {
        // Plain copies for other programs may be of what is gone.
        workspace.forget_opened_files().await;
        forget_samples(workspace).await?;
        workspace.store.scrub().await.map_err(|error| workspace.noted(error))?;
        tracing::info!("the database holds no trace of what was erased");
    }
    Ok(())
}

/// What sample customers said lies on this computer as well. A line that kept its history may come
/// back and goes on where it stood.
async fn forget_samples(workspace: &Workspace) -> Result<(), ApiError> {
    let catalogue = workspace.catalogue();
    let is_sample = |line: &&Line| line.line_type == LineType::Simulator && line.base_url.is_none();
    let mut samples = catalogue.lines.iter().filter(is_sample).peekable();
    if samples.peek().is_some() && samples.all(|line| line.history == LineHistory::Erased) {
        let forgotten = workspace.channels.forget_samples().await;
        forgotten.map_err(|error| failure::internal("forget the sample customers", error))?;
    }
    Ok(())
}

async fn delete_loose_files(workspace: &Workspace) -> Result<(), ApiError> {
    let loose = workspace.store.loose_files().await.map_err(failure::store)?;
    if loose.is_empty() {
        return Ok(());
    }
    let _paused = workspace.attaching.pause().await;
    let used = used_among(workspace, &loose).await?;
    let gone: Vec<MediaHash> =
        loose.iter().filter(|hash| !used.contains(*hash)).filter_map(|hash| hash.parse().ok()).collect();
    let (media, count) = (workspace.media.clone(), gone.len());
    let deleted = off_thread(move || gone.iter().try_for_each(|hash| media.delete(hash).map(|_| ())));
    deleted.await.map_err(|error| failure::internal("media", error))?.map_err(failure::media)?;
    // One in a composer is looked at again with the next deletion, or given up with the cap.
    workspace.store.forget_loose_files(&loose).await.map_err(|error| workspace.noted(error))?;
    if count > 0 {
        tracing::info!(files = count, "files of erased messages were deleted");
        workspace.bus.put(AppEvent::MediaGivenUp);
    }
    Ok(())
}

/// What of these something else points at.
async fn used_among(workspace: &Workspace, hashes: &[String]) -> Result<HashSet<String>, ApiError> {
    let wanted: HashSet<&String> = hashes.iter().collect();
    let mut used: HashSet<String> = HashSet::new();
    let mut note = |hash: String| {
        if wanted.contains(&hash) {
            used.insert(hash);
        }
    };
    let each = |file: embudo_store::FileUse| {
        if let Some((hash, _)) = hash_of(&file.body) {
            note(hash.to_string());
        }
    };
    workspace.store.file_uses(each).await.map_err(failure::store)?;
    used.extend(workspace.store.photos_among(hashes).await.map_err(failure::store)?);
    let to_send = workspace.store.files_to_send().await.map_err(failure::store)?;
    for body in to_send.iter().chain(&workspace.undo.bodies()) {
        if let Some((hash, _)) = hash_of(body) {
            used.insert(hash.to_string());
        }
    }
    used.extend(hashes.iter().filter(|hash| workspace.attaching.has(hash)).cloned());
    Ok(used)
}
