//! A customer's picture beside their banner, drawn small once and kept while the workspace is
//! open. A banner waits for a picture no longer than nobody notices: it is there with the next one.

use crate::app::off_thread;
use crate::workspace::Workspace;
use embudo_domain::alerts::{Banner, Preview, Tag};
use embudo_platform::{MediaHash, MediaStore, Picture};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// Some 36 kB each.
const MOST: usize = 128;
/// Read into memory at once; `Picture::read` refuses more.
const MAX_FILE_BYTES: u64 = 5 << 20;
const WAIT: Duration = Duration::from_millis(25);

/// By the file's hash; `None`: it is no picture that can be shown.
#[derive(Clone, Default)]
pub(super) struct Faces(Arc<Mutex<HashMap<MediaHash, Option<Picture>>>>);

impl Faces {
    /// None where the banner names nobody.
    pub async fn of(&self, workspace: &Workspace, banner: &Banner) -> Option<Picture> {
        let (Tag::Chat(id) | Tag::Window(id) | Tag::Failed(id) | Tag::Lead(id)) = banner.tag else { return None };
        if banner.preview == Preview::Nothing {
            return None;
        }
        let head = workspace.store.conversation_head(id).await.ok()??;
        let hash: MediaHash = head.contact.photo?.hash.parse().ok()?;
        if let Some(known) = self.lock().get(&hash) {
            return known.clone();
        }
        let (faces, media) = (self.clone(), workspace.media.clone());
        let drawn = tokio::spawn(async move {
            let drawn = off_thread(move || draw(&media, &hash)).await.ok().flatten();
            let mut faces = faces.lock();
            if faces.len() >= MOST {
                faces.clear();
            }
            faces.insert(hash, drawn.clone());
            drawn
        });
        tokio::time::timeout(WAIT, drawn).await.ok()?.ok()?
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<MediaHash, Option<Picture>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A stranger chose the file: whatever is wrong with it, the banner goes without.
fn draw(media: &MediaStore, hash: &MediaHash) -> Option<Picture> {
    let bytes = media.open_file(hash).ok()?.read_all(MAX_FILE_BYTES).ok()?;
    Picture::read(&bytes).inspect_err(|error| tracing::info!(%error, "a banner goes without its picture")).ok()
}
