//! Lists of the inbox under a name, and the one line that a list shows.

use crate::App;
use crate::alerts;
use crate::api::*;
use crate::failure;
use crate::views::to_store_view;
use crate::workspace::Workspace;
use embudo_domain::{Act, SavedView, SavedViewId, order};

pub(super) async fn list_saved_views(app: &App, _args: Nothing) -> Result<Vec<SavedViewItem>, ApiError> {
    let views = mine(&*app.workspace()?).await?;
    let item = |view: SavedView| SavedViewItem {
        id: view.id,
        shows: read_shows(&view.shows),
        name: view.name,
        digit: view.digit,
    };
    Ok(views.into_iter().map(item).collect())
}

pub(super) async fn save_view(app: &App, args: SaveView) -> Result<Done, ApiError> {
    let workspace = app.workspace()?;
    let view = SavedView {
        id: args.id,
        member_id: workspace.actor.member_id,
        name: args.name,
        position: String::new(),
        digit: None,
        shows: write_shows(args.shows)?,
    };
    let _changing = workspace.changing_views.lock().await;
    put(&workspace, view).await
}

/// One part of the view as it is now: two quick changes of it both stay.
pub(super) async fn change_saved_view(app: &App, args: ChangeSavedView) -> Result<Done, ApiError> {
    let workspace = app.workspace()?;
    let _changing = workspace.changing_views.lock().await;
    let views = mine(&workspace).await?;
    let view = views.iter().find(|view| view.id == args.id).ok_or_else(failure::not_found)?.clone();
    let view = match args.change {
        ViewChange::Rename { name } => SavedView { name, ..view },
        ViewChange::Show { shows } => SavedView { shows: write_shows(*shows)?, ..view },
        ViewChange::Pin { digit } => SavedView { digit, ..view },
        ViewChange::Move { before } => SavedView { position: place(&views, view.id, before), ..view },
    };
    put(&workspace, view).await
}

pub(super) async fn delete_saved_view(app: &App, args: SavedViewOnly) -> Result<Done, ApiError> {
    app.workspace()?.act_undoable(Act::ChangeViews { put: Vec::new(), gone: vec![args.id] }).await
}

/// As the tabs would count, were this line the chosen one.
pub(super) async fn get_line_counts(app: &App, args: InboxView) -> Result<Vec<LineCounts>, ApiError> {
    let workspace = app.workspace()?;
    let now_ms = workspace.clock.now_ms();
    let mut view = to_store_view(&args);
    let lines: Vec<_> = workspace.catalogue().present_lines().map(|line| line.id).collect();
    let mut counts = Vec::with_capacity(lines.len() + 1);
    for line_id in std::iter::once(None).chain(lines.into_iter().map(Some)) {
        view.filter.line_ids = line_id.into_iter().collect();
        let of_line = workspace.store.inbox_counts(&view, now_ms).await.map_err(failure::store)?;
        counts.push(LineCounts { line_id, all: of_line.all, unread: of_line.unread });
    }
    Ok(counts)
}

/// "Focus line" keeps notifications to it, also while no window is open.
pub(super) async fn choose_line(app: &App, args: ChosenLine) -> Result<Nothing, ApiError> {
    let workspace = app.workspace()?;
    alerts::choose_line(&workspace, args.line_id).await.map_err(|error| workspace.noted(error))?;
    Ok(Nothing {})
}

async fn put(workspace: &Workspace, view: SavedView) -> Result<Done, ApiError> {
    workspace.act_undoable(Act::ChangeViews { put: vec![view], gone: Vec::new() }).await
}

/// In their order.
async fn mine(workspace: &Workspace) -> Result<Vec<SavedView>, ApiError> {
    workspace.store.saved_views(workspace.actor.member_id).await.map_err(failure::store)
}

/// The place in front of another; of one that is gone meanwhile, at the end.
fn place(views: &[SavedView], id: SavedViewId, before: Option<SavedViewId>) -> String {
    let others: Vec<&SavedView> = views.iter().filter(|view| view.id != id).collect();
    let at = before.and_then(|before| others.iter().position(|view| view.id == before)).unwrap_or(others.len());
    let position = |at: usize| others.get(at).map(|view| view.position.as_str());
    order::between(at.checked_sub(1).and_then(position), position(at))
}

/// Moments would be others tomorrow: days are said (ADR 0099).
fn write_shows(shows: SaidView) -> Result<String, ApiError> {
    let filter = InboxFilter { since_ms: None, until_ms: None, ..shows.filter };
    serde_json::to_string(&SaidView { filter, ..shows }).map_err(|error| failure::internal("saved view", error))
}

/// `None` where it says more than this version knows: a filter that is not understood must not be
/// left out, the list would show what was not asked for.
fn read_shows(text: &str) -> Option<SaidView> {
    let said: serde_json::Value = serde_json::from_str(text).ok()?;
    let known = serde_json::to_value(InboxFilter::default()).ok()?;
    if let Some(filter) = said.get("filter").and_then(serde_json::Value::as_object)
        && filter.keys().any(|field| known.get(field).is_none())
    {
        return None;
    }
    serde_json::from_value(said).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_view_of_a_later_version_is_not_read_as_a_wider_one() {
        let view = SaidView { dates: Some(SaidDates::LastDays { days: 7 }), ..SaidView::default() };
        assert_eq!(write_shows(view.clone()).ok().as_deref().and_then(read_shows), Some(view));
        assert_eq!(read_shows("{}"), Some(SaidView::default()), "an earlier one lacks fields");
        for later in [
            r#"{"filter":{"mood":"happy"}}"#,
            r#"{"shared_with":"sales"}"#,
            r#"{"scope":"mentions"}"#,
            r#"{"dates":{"is":"weekends"}}"#,
        ] {
            assert_eq!(read_shows(later), None, "{later}");
        }
    }

    #[test]
    fn moments_are_not_kept() {
        let filter = InboxFilter { since_ms: Some(7), until_ms: Some(9), has_draft: true, ..InboxFilter::default() };
        let kept = write_shows(SaidView { filter, ..SaidView::default() }).ok().as_deref().and_then(read_shows);
        let kept = kept.map(|view| view.filter);
        assert_eq!(kept, Some(InboxFilter { has_draft: true, ..InboxFilter::default() }));
    }
}
