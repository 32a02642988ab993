//! Which files of the media store something still points at.

use crate::api::ApiError;
use crate::failure;
use crate::workspace::Workspace;
use embudo_domain::{Body, Entity, FileState, Row};
use std::collections::HashSet;

/// Hashes that a message, a draft, a held message or a quick reply needs. What a channel no
/// longer has cannot come back, so nothing in use is ever freed (OFF-12).
pub async fn collect(workspace: &Workspace) -> Result<HashSet<String>, ApiError> {
    let mut used = HashSet::new();
    let mut note = |body: &Body| {
        if let Body::Media { file, .. } = body
            && let FileState::Here { hash } = &file.file
        {
            used.insert(hash.clone());
        }
    };
    for entity in [Entity::Message, Entity::Draft, Entity::QuickReply] {
        for (row, _) in workspace.store.all_rows(entity).await.map_err(failure::store)? {
            match row {
                Row::Message(message) => note(&message.body),
                Row::Draft(draft) => draft.attachments.iter().for_each(&mut note),
                Row::QuickReply(reply) => reply.attachments.iter().for_each(&mut note),
                _ => {}
            }
        }
    }
    workspace.store.held(None).await.map_err(failure::store)?.iter().for_each(|held| note(&held.body));
    Ok(used)
}
