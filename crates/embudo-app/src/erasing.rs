//! Looks after what the hub has deleted (LIN-11): files that nothing points at any more leave the
//! disk, and the database is written anew, so that nothing of it is left on this computer.
//!
//! Invariants:
//! - what is to be done is in the database until it is done: a kill in between delays it;
//! - a file that anything points at stays, also one that was put into a composer or came from a
//!   channel a moment ago;
//! - what nothing points at is looked for in the whole store, and again when fetches that were under
//!   way have ended: a file whose message was gone before it came is noted nowhere.

use crate::api::{ApiError, AppEvent};
use crate::app::off_thread;
use crate::failure;
use crate::space::hash_of;
use crate::workspace::Workspace;
use embudo_domain::{Line, LineHistory, LineType};
use embudo_platform::MediaHash;
use embudo_sync::SyncState;
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
/// Between the disk and the row here lie two commits. One that takes longer finds its file missing,
/// and it is fetched again when it is wanted.
const ARRIVED: Duration = Duration::from_secs(10);
/// A fetch that was under way at the end of an erasure has ended, and what it brought had its time.
const FETCHES_END: Duration = Duration::from_secs(30 * 60);
/// The hub's last words are moments away, unless it tells everything anew.
const CATCH_UP: Duration = Duration::from_secs(30);
/// In the ui state: files are looked for once more.
const SWEEP_AGAIN: &str = "erasing.sweep_again";

/// Files on their way from a disk into a composer, or from a channel into a thread, which no row
/// names yet.
#[derive(Default)]
pub struct Attaching {
    /// Held to read while a file is put into the store and noted.
    busy: RwLock<()>,
    noted: Mutex<HashMap<String, Instant>>,
    arrived: Mutex<HashMap<String, Instant>>,
}

impl Attaching {
    pub async fn begin(&self) -> RwLockReadGuard<'_, ()> {
        self.busy.read().await
    }

    pub fn note(&self, hash: &str) {
        self.noted.lock().unwrap_or_else(PoisonError::into_inner).insert(hash.to_owned(), Instant::now());
    }

    /// The hub took it in, or found it there; this device hears of its row later.
    pub fn note_arrived(&self, hash: &str) {
        let mut arrived = self.arrived.lock().unwrap_or_else(PoisonError::into_inner);
        arrived.retain(|_, since| since.elapsed() < ARRIVED * 2);
        arrived.insert(hash.to_owned(), Instant::now());
    }

    /// Nothing is put into the store meanwhile.
    pub async fn pause(&self) -> RwLockWriteGuard<'_, ()> {
        self.busy.write().await
    }

    pub fn has(&self, hash: &str) -> bool {
        let is_recent = |noted: &Mutex<HashMap<String, Instant>>, grace: Duration| {
            let noted = noted.lock().unwrap_or_else(PoisonError::into_inner);
            noted.get(hash).is_some_and(|since| since.elapsed() < grace)
        };
        is_recent(&self.noted, ATTACHED) || is_recent(&self.arrived, ARRIVED)
    }

    fn has_arrivals(&self) -> bool {
        let arrived = self.arrived.lock().unwrap_or_else(PoisonError::into_inner);
        // Somewhat longer than they are spared, or one could be missed between two looks.
        arrived.values().any(|since| since.elapsed() < ARRIVED * 2)
    }

    /// An editor that was not saved may stay open for hours.
    pub fn was_attached(&self, hash: &str) -> bool {
        self.noted.lock().unwrap_or_else(PoisonError::into_inner).contains_key(hash)
    }
}

pub fn watch(workspace: &Arc<Workspace>) {
    tokio::spawn(run(Arc::downgrade(workspace)));
}

async fn run(workspace: Weak<Workspace>) {
    let mut wait = AFTER_START;
    let mut swept_at = None;
    loop {
        let Some(poke) = workspace.upgrade().map(|workspace| workspace.erased.clone()) else { return };
        // Either way it looks again.
        let _ = tokio::time::timeout(wait, poke.notified()).await;
        let Some(workspace) = workspace.upgrade() else { return };
        if let Err(error) = look_after(&workspace, &mut swept_at).await {
            tracing::warn!(code = error.code, "what was erased leaves traces for now");
        }
        // One that was spared because it had just arrived is looked at again soon.
        wait = if workspace.attaching.has_arrivals() { ARRIVED } else { TRY_AGAIN };
    }
}

/// Once nothing is being erased any more: what is left of it here goes.
async fn look_after(workspace: &Workspace, swept_at: &mut Option<Instant>) -> Result<(), ApiError> {
    let is_erasing = workspace.catalogue().lines.iter().any(|line| line.history == LineHistory::Erasing);
    // Of a deed on many that erases piece by piece, too: the file is written anew once, at its end.
    if is_erasing || !workspace.bulks.lock().unwrap_or_else(PoisonError::into_inner).is_empty() {
        return Ok(());
    }
    let is_scrub = workspace.store.wants_scrub().await.map_err(failure::store)?;
    let again = workspace.store.ui_state(SWEEP_AGAIN).await.map_err(failure::store)?;
    // What was under way in another run ended with it.
    let is_again = again.is_some_and(|mark| !mark.is_empty()) && swept_at.is_none_or(|at| at.elapsed() >= FETCHES_END);
    let has_loose = !workspace.store.loose_files().await.map_err(failure::store)?.is_empty();
    if !is_scrub && !is_again && !has_loose {
        return Ok(());
    }
    // What the hub says and this device has not heard names files too.
    let mut sync_state = workspace.sync_state.clone();
    let caught_up = sync_state.wait_for(|state| *state == SyncState::CaughtUp);
    if !matches!(tokio::time::timeout(CATCH_UP, caught_up).await, Ok(Ok(_))) {
        return Ok(());
    }
    delete_loose_files(workspace).await?;
    if is_scrub || is_again {
        sweep(workspace).await?;
        *swept_at = Some(Instant::now());
        let mark = if is_scrub { "1" } else { "" };
        workspace.store.put_ui_state(SWEEP_AGAIN, mark).await.map_err(|error| workspace.noted(error))?;
    }
    if is_scrub {
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
    let _alone = workspace.samples.lock().await;
    forget_erased_samples(workspace).await
}

/// While `samples` is held: nobody connects them meanwhile. A line that is being erased has no use
/// for them any more either.
pub async fn forget_erased_samples(workspace: &Workspace) -> Result<(), ApiError> {
    let catalogue = workspace.catalogue();
    let is_sample = |line: &&Line| line.line_type == LineType::Simulator && line.base_url.is_none();
    let mut samples = catalogue.lines.iter().filter(is_sample).peekable();
    if samples.peek().is_some() && samples.all(|line| !line.history.is_kept()) {
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
    let (kept, gone): (Vec<String>, Vec<String>) = loose.into_iter().partition(|hash| used.contains(hash));
    // The note goes after the file: a program that is killed in between looks again.
    delete(workspace, gone.iter().filter_map(|hash| hash.parse().ok()).collect()).await?;
    workspace.store.forget_loose_files(&gone).await.map_err(|error| workspace.noted(error))?;
    // And before looking once more: what loses its last message from here on is noted again. What
    // only a moment protects comes back, too. One in a composer is looked at with the next erasure,
    // or given up with the cap.
    workspace.store.forget_loose_files(&kept).await.map_err(|error| workspace.noted(error))?;
    let still = used_among(workspace, &kept).await?;
    let again: Vec<String> =
        kept.into_iter().filter(|hash| !still.contains(hash) || workspace.attaching.has(hash)).collect();
    workspace.store.note_loose_files(&again).await.map_err(|error| workspace.noted(error))
}

/// All that nothing points at, whoever put it there.
async fn sweep(workspace: &Workspace) -> Result<(), ApiError> {
    let _paused = workspace.attaching.pause().await;
    let media = workspace.media.clone();
    let stored = off_thread(move || media.sizes()).await;
    let stored = stored.map_err(|error| failure::internal("media", error))?.map_err(failure::media)?;
    let hashes: Vec<String> = stored.iter().map(|(hash, _)| hash.to_string()).collect();
    let used = used_among(workspace, &hashes).await?;
    let is_unused = |hash: &MediaHash| {
        let name = hash.to_string();
        !used.contains(&name) && !workspace.attaching.was_attached(&name)
    };
    delete(workspace, stored.iter().map(|(hash, _)| *hash).filter(is_unused).collect()).await
}

async fn delete(workspace: &Workspace, gone: Vec<MediaHash>) -> Result<(), ApiError> {
    let (media, count) = (workspace.media.clone(), gone.len());
    let deleted = off_thread(move || gone.iter().try_for_each(|hash| media.delete(hash).map(|_| ())));
    deleted.await.map_err(|error| failure::internal("media", error))?.map_err(failure::media)?;
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
