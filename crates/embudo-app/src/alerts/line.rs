//! "Focus line" (INB-13): while the list shows one line, other lines make no banner and no sound. The
//! choice is this device's, outlives the window and the program, and counts only while the setting
//! is on and the line is there.

use crate::workspace::Workspace;
use embudo_domain::LineId;
use embudo_domain::alerts::Presence;

const CHOSEN: &str = "chosen_line";

/// Written before it is told: who begins meanwhile reads the newer one.
pub(crate) async fn choose_line(workspace: &Workspace, line: Option<LineId>) -> embudo_store::Result<()> {
    let text = line.map(|id| id.to_string()).unwrap_or_default();
    workspace.store.put_ui_state(CHOSEN, &text).await?;
    workspace.alerts.chosen_line(line);
    Ok(())
}

pub(super) async fn remembered(workspace: &Workspace) -> Option<LineId> {
    match workspace.store.ui_state(CHOSEN).await {
        Ok(text) => text.and_then(|text| text.parse().ok()),
        Err(error) => {
            tracing::error!(%error, "the chosen line could not be read: every line is told");
            None
        }
    }
}

/// Every line speaks unless the setting is on; a line that was removed keeps nobody quiet.
pub(super) fn heeded(workspace: &Workspace, mut presence: Presence) -> Presence {
    let catalogue = workspace.catalogue();
    let is_there = |id: &LineId| catalogue.present_lines().any(|line| line.id == *id);
    presence.only_line = presence.only_line.filter(|id| catalogue.settings.focus_line && is_there(id));
    presence
}
