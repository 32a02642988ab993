//! Tones of a person's own (NOT-03): files that were checked when they were added, beside the
//! databases. They may be gone or damaged since: then the tone that the product came with is
//! played, and that is said. A seller hears something.

use crate::ApiError;
use crate::failure;
use crate::workspace::Workspace;
use embudo_domain::ToneId;
use embudo_domain::alerts::{AlertSettings, LogEntry, OwnTone, Reason, ToneChoice};
use embudo_platform::sound::{Clip, keep_own_sound, read_own_sound};
use std::borrow::Cow;
use std::collections::{BTreeSet, HashMap};
use std::path::PathBuf;

/// Those that something sounds with, decoded; no other is held in memory.
#[derive(Default)]
pub(super) struct Tones {
    clips: HashMap<ToneId, Clip>,
    gone: BTreeSet<ToneId>,
}

impl Tones {
    /// The settings as far as they can be played: an event whose file is gone falls back by their
    /// own rule. Reads what was not read before; `again`: also what was gone.
    pub async fn playable<'s>(
        &mut self,
        workspace: &Workspace,
        settings: &'s AlertSettings,
        again: bool,
    ) -> Cow<'s, AlertSettings> {
        if settings.own_tones.is_empty() && self.clips.is_empty() && self.gone.is_empty() {
            return Cow::Borrowed(settings);
        }
        let used = settings.own_tones_in_use();
        self.clips.retain(|id, _| used.contains(id));
        self.gone.retain(|id| used.contains(id) && !again);
        for id in used {
            if self.clips.contains_key(&id) || self.gone.contains(&id) {
                continue;
            }
            match own_clip(workspace, id).await {
                Some(clip) => drop(self.clips.insert(id, clip)),
                None => {
                    tracing::warn!("a sound file of one's own is gone or damaged: another tone is played");
                    self.gone.insert(id);
                }
            }
        }
        workspace.alerts.gone_tones(&self.gone);
        if self.gone.is_empty() {
            return Cow::Borrowed(settings);
        }
        let mut playable = settings.clone();
        playable.own_tones.retain(|tone| !self.gone.contains(&tone.id));
        Cow::Owned(playable)
    }

    pub fn clip(&self, tone: ToneChoice) -> Option<Clip> {
        match tone {
            ToneChoice::BuiltIn { tone } => Some(Clip::tone(tone)),
            ToneChoice::Own { id } => self.clips.get(&id).cloned(),
        }
    }

    /// What the log says of a sound that was not the one that was chosen.
    pub fn in_words(&self, settings: &AlertSettings, mut entry: LogEntry) -> LogEntry {
        if let ToneChoice::Own { id } = settings.sound_of(entry.event, entry.line_id).tone
            && entry.sound == Some(Reason::Done)
            && self.gone.contains(&id)
        {
            entry.sound = Some(Reason::OwnToneGone);
        }
        entry
    }
}

/// The samples of a tone that somebody wants to hear now; `None`: a file that is gone or no sound.
pub(crate) async fn clip_of(workspace: &Workspace, tone: ToneChoice) -> Option<Clip> {
    match tone {
        ToneChoice::BuiltIn { tone } => Some(Clip::tone(tone)),
        ToneChoice::Own { id } => own_clip(workspace, id).await,
    }
}

async fn own_clip(workspace: &Workspace, id: ToneId) -> Option<Clip> {
    let path = path_of(workspace, id);
    let read = crate::app::off_thread(move || read_own_sound(&path).map(|(_, sound)| sound.clip).ok());
    read.await.ok().flatten()
}

fn path_of(workspace: &Workspace, id: ToneId) -> PathBuf {
    workspace.dir.tones().join(id.to_string())
}

/// A list that is not known here is not written over: whoever wrote it finds it again.
pub(crate) fn check_list(workspace: &Workspace) -> Result<(), ApiError> {
    let not_read = &workspace.catalogue().alerts_not_read;
    match not_read.iter().any(|key| key == AlertSettings::OWN_TONES) {
        true => Err(ApiError::new("ALERT_TONES_NOT_READ")),
        false => Ok(()),
    }
}

/// Durable when it returns.
pub(crate) async fn keep(workspace: &Workspace, id: ToneId, bytes: Vec<u8>) -> Result<(), ApiError> {
    let path = path_of(workspace, id);
    let kept = crate::app::off_thread(move || keep_own_sound(&path, &bytes)).await;
    let kept = kept.map_err(|error| failure::internal("keep a sound", error))?.map_err(failure::disk);
    if let Err(error) = &kept
        && error.code == "DISK_FULL"
    {
        workspace.set_disk(Some(failure::DiskTrouble::Full));
    }
    kept
}

/// Of these tones those whose file is not here: gone, or added on another computer.
pub(crate) async fn missing(workspace: &Workspace, tones: &[OwnTone]) -> BTreeSet<ToneId> {
    let places: Vec<(ToneId, PathBuf)> = tones.iter().map(|tone| (tone.id, path_of(workspace, tone.id))).collect();
    let look = move || places.into_iter().filter(|(_, path)| !path.is_file()).map(|(id, _)| id).collect();
    let mut missing: BTreeSet<ToneId> = crate::app::off_thread(look).await.unwrap_or_default();
    // Those that are there and cannot be played any more.
    missing.extend(workspace.alerts.known_gone_tones());
    missing.retain(|id| tones.iter().any(|tone| tone.id == *id));
    missing
}

/// Files that no setting names: of tones that were removed in an earlier run, which nobody takes
/// back any more, and of those that a crash left behind. Where a setting could not be read nobody
/// knows what it names: then all of them stay.
pub(super) async fn sweep(workspace: &Workspace) {
    // A file is there before its setting.
    let _alone = workspace.alerts.changing.lock().await;
    if !workspace.catalogue().alerts_not_read.is_empty() {
        return;
    }
    let named: BTreeSet<String> =
        workspace.catalogue().alerts.own_tones.iter().map(|tone| tone.id.to_string()).collect();
    let folder = workspace.dir.tones();
    let sweep = move || -> std::io::Result<()> {
        let entries = match std::fs::read_dir(&folder) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(()),
            entries => entries?,
        };
        for entry in entries {
            let entry = entry?;
            if !named.contains(entry.file_name().to_string_lossy().as_ref()) {
                std::fs::remove_file(entry.path())?;
            }
        }
        Ok(())
    };
    match crate::app::off_thread(sweep).await {
        Ok(Ok(())) => {}
        Ok(Err(error)) => tracing::warn!(%error, "sound files that nothing names could not be removed"),
        Err(error) => tracing::error!(%error, "sound files could not be looked through"),
    }
}
