//! How things stand: the status bar, what was not applied, diagnostics, space, links.

use crate::App;
use crate::api::*;
use crate::failure::{self, DiskTrouble};
use crate::space;
use crate::workspace::Workspace;
use embudo_domain::{Act, ActId, Entity, LeadPatch, RowKey};
use embudo_platform::{LinkError, link_target};
use embudo_store::{Changed, Depth, ReviewAbout, ReviewCause, ReviewDid, ReviewTyped};
use embudo_sync::SyncState;
use std::fmt::Write as _;
use std::sync::PoisonError;

pub(super) async fn get_status(app: &App, _args: Nothing) -> Result<StatusView, ApiError> {
    status(&*app.workspace()?).await
}

async fn status(workspace: &Workspace) -> Result<StatusView, ApiError> {
    let counts = workspace.store.waiting_counts().await.map_err(failure::store)?;
    let heard = workspace.hub.lines_now();
    let now = workspace.clock.now();
    let line = |line: &embudo_domain::Line| LineStatus {
        line_id: line.id,
        name: line.display_name.clone(),
        state: line.state.clone(),
        last_heard_ms: heard.get(&line.id).and_then(|status| status.heard_at_ms),
        slow_until_ms: workspace.hub.slow_until_ms(line.id),
    };
    Ok(StatusView {
        hub: match *workspace.sync_state.borrow() {
            SyncState::CatchingUp | SyncState::CaughtUp => HubStatus::InThisApp,
            SyncState::Connecting => HubStatus::Connecting,
            SyncState::Lost | SyncState::Stopped => HubStatus::Lost,
        },
        lines: workspace.catalogue().live_lines().map(line).collect(),
        waiting: counts.waiting,
        asking: counts.asking,
        failed: counts.failed,
        unknown: counts.unknown,
        unsynced: counts.unsynced,
        review: counts.review,
        clock_off_ms: workspace.clock.clock_off_ms(),
        now_ms: now.ms(),
        time_is_sure: now.is_sure(),
        database: database_status(workspace),
    })
}

/// Both files of the workspace: what cannot be written hides what is damaged, which stays.
fn database_status(workspace: &Workspace) -> DatabaseStatus {
    let hub = *workspace.hub.hub().trouble().borrow();
    match (workspace.disk(), hub) {
        (Some(DiskTrouble::Full), _) | (_, Some(embudo_hub::Trouble::DiskFull)) => DatabaseStatus::DiskFull,
        (Some(DiskTrouble::ReadOnly), _) | (_, Some(embudo_hub::Trouble::ReadOnly)) => DatabaseStatus::ReadOnly,
        (None, Some(embudo_hub::Trouble::Disk)) => DatabaseStatus::Failing,
        (None, None) if workspace.is_damaged() => DatabaseStatus::Damaged,
        (None, None) => DatabaseStatus::Good,
    }
}

pub(super) async fn list_review(app: &App, _args: Nothing) -> Result<Vec<ReviewItem>, ApiError> {
    let workspace = app.workspace()?;
    let mut items = Vec::new();
    for row in workspace.store.review().await.map_err(failure::store)? {
        // Words can only go back to a composer that is there.
        let conversation_id = match row.conversation_id {
            Some(id) => {
                let key = RowKey { entity: Entity::Conversation, id: id.0 };
                workspace.store.row(key).await.map_err(failure::store)?.map(|_| id)
            }
            None => None,
        };
        items.push(ReviewItem {
            id: row.act_id.to_string(),
            act: act_name(&row.act),
            wanted: wanted(&row.act),
            typed: row.typed.into_iter().map(|ReviewTyped { field, value }| ReviewTypedView { field, value }).collect(),
            about: row.about.map(about_view),
            cause: row.cause.map(cause_view),
            refusal: row.refusal,
            conversation_id,
            text: row.text,
            at_ms: row.at_ms,
        });
    }
    Ok(items)
}

fn about_view(about: ReviewAbout) -> ReviewAboutView {
    let ReviewAbout { contact_id, name, conversation_id, lead_number, has_active_lead, in_bin, others } = about;
    ReviewAboutView { contact_id, name, conversation_id, lead_number, has_active_lead, in_bin, others }
}

fn cause_view(ReviewCause { did, by, at_ms, name }: ReviewCause) -> ReviewCauseView {
    let did = match did {
        ReviewDid::Closed { status_id } => ReviewDidView::Closed { status_id },
        ReviewDid::Opened => ReviewDidView::Opened,
        ReviewDid::Binned => ReviewDidView::Binned,
    };
    ReviewCauseView { did, by, at_ms, name }
}

/// One responsible for all: what a bulk gives to each is the same.
fn wanted(act: &Act) -> Option<ReviewWanted> {
    match act {
        Act::ChangeLeads { patch, .. } => Some(ReviewWanted::Lead { patch: patch.clone() }),
        Act::AssignContacts { to } => {
            let responsible_id = Some(to.first()?.responsible_id);
            Some(ReviewWanted::Lead { patch: LeadPatch { responsible_id, ..LeadPatch::default() } })
        }
        Act::TagContact { tag_id, on, .. } | Act::TagContacts { tag_id, on, .. } => {
            Some(ReviewWanted::Tag { tag_id: *tag_id, on: *on })
        }
        Act::SetBlocked { blocked, .. } => Some(ReviewWanted::Block { on: *blocked }),
        _ => None,
    }
}

/// `send_message`, `patch_contact` …
fn act_name(act: &Act) -> String {
    serde_json::to_value(act)
        .ok()
        .and_then(|value| value.get("act").and_then(|name| name.as_str().map(str::to_owned)))
        .unwrap_or_default()
}

pub(super) async fn dismiss_review(app: &App, args: ReviewOnly) -> Result<Nothing, ApiError> {
    let workspace = app.workspace()?;
    let id: ActId = args.id.parse().map_err(|_| failure::not_found())?;
    workspace.store.dismiss_review(id).await.map_err(|error| workspace.noted(error))?;
    workspace.tell(Changed { review: true, ..Changed::default() }).await;
    Ok(Nothing {})
}

pub(super) async fn get_diagnostics(app: &App, _args: Nothing) -> Result<Diagnostics, ApiError> {
    let workspace = app.workspace()?;
    let store = workspace.store.diagnostics().await.map_err(failure::store)?;
    let (check, checked_at_ms) = match workspace.check.lock().unwrap_or_else(PoisonError::into_inner).clone() {
        Some((found, at_ms)) => (found, Some(at_ms)),
        None => (String::new(), None),
    };
    let (media, dir) = (workspace.media.clone(), app.dir());
    let hub_db = workspace.dir.hub_db();
    let (media_bytes, disk_free_bytes, hub_db_bytes) = crate::app::off_thread(move || {
        let hub_bytes = with_wal(&hub_db);
        (media.total_bytes().ok(), dir.and_then(|dir| dir.free_bytes().ok()), hub_bytes)
    })
    .await
    .map_err(|error| failure::internal("diagnostics", error))?;
    Ok(Diagnostics {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        system: format!("{} {}", std::env::consts::OS, std::env::consts::ARCH),
        device_db_bytes: store.db_bytes + store.wal_bytes,
        hub_db_bytes,
        media_bytes: media_bytes.unwrap_or_default(),
        media_cap_bytes: space::cap_bytes(&workspace).await?,
        disk_free_bytes,
        sqlite_version: store.sqlite_version,
        schema_version: store.schema_version.to_string(),
        check,
        checked_at_ms,
        counts: store.counts,
        queue: store.queue,
        status: status(&workspace).await?,
        hosts: workspace
            .channels
            .contacts()
            .list()
            .into_iter()
            .map(|(host, why, times)| HostContacted { host, why, times })
            .collect(),
        secrets: app.secrets_place(),
        data_dir: app.config.data_dir.display().to_string(),
        log_dir: app.log_dir().map(|path| path.display().to_string()).unwrap_or_default(),
    })
}

fn with_wal(path: &std::path::Path) -> u64 {
    let mut wal = path.as_os_str().to_owned();
    wal.push("-wal");
    let len = |path: &std::path::Path| std::fs::metadata(path).map(|about| about.len()).unwrap_or_default();
    len(path) + len(std::path::Path::new(&wal))
}

/// For pasting into a message to a helper: figures and codes, no name, number, text or path.
pub(super) async fn get_report(app: &App, _args: Nothing) -> Result<Text, ApiError> {
    let diagnostics = get_diagnostics(app, Nothing {}).await?;
    let mut text = String::new();
    let mut line = |name: &str, value: &dyn std::fmt::Display| {
        // Writing into a string cannot fail.
        let _ = writeln!(text, "{name}: {value}");
    };
    line("Embudo", &diagnostics.version);
    line("System", &diagnostics.system);
    line("SQLite", &diagnostics.sqlite_version);
    line("Schema", &diagnostics.schema_version);
    line("Device database, bytes", &diagnostics.device_db_bytes);
    line("Hub database, bytes", &diagnostics.hub_db_bytes);
    line("Media, bytes", &diagnostics.media_bytes);
    line("Media cap, bytes", &diagnostics.media_cap_bytes);
    line("Disk free, bytes", &diagnostics.disk_free_bytes.map_or("unknown".to_owned(), |bytes| bytes.to_string()));
    line("Check", &if diagnostics.check.is_empty() { "not run" } else { &diagnostics.check });
    line("Secrets", &diagnostics.secrets);
    for (table, rows) in &diagnostics.counts {
        line(&format!("Rows in {table}"), rows);
    }
    let status = &diagnostics.status;
    line("Hub", &format!("{:?}", status.hub));
    let queue = [status.waiting, status.asking, status.failed, status.unknown].map(|count| count.to_string());
    line("Waiting, asking, failed, unknown", &queue.join(", "));
    line("Acts not at the hub", &status.unsynced);
    line("To review", &status.review);
    line("Clock off, ms", &status.clock_off_ms.unwrap_or_default());
    line("Time is sure", &status.time_is_sure);
    line("Database", &format!("{:?}", status.database));
    for (place, of) in status.lines.iter().enumerate() {
        let heard_s = of.last_heard_ms.map(|at_ms| (status.now_ms - at_ms) / 1_000);
        line(
            &format!("Line {}", place + 1),
            &format!("{:?}, heard {} s ago", of.state, heard_s.map_or("never".to_owned(), |s| s.to_string())),
        );
    }
    Ok(Text { text })
}

pub(super) async fn check_database(app: &App, _args: Nothing) -> Result<Diagnostics, ApiError> {
    let workspace = app.workspace()?;
    check(&workspace, Depth::Everything).await?;
    match get_diagnostics(app, Nothing {}).await {
        // What the check found keeps the rest from being read.
        Err(_) if workspace.is_damaged() => Err(ApiError::new("DATA_CORRUPT")),
        answer => answer,
    }
}

/// Checks file and search index; a broken index is built anew (OPS-06).
pub(crate) async fn check(workspace: &Workspace, depth: Depth) -> Result<(), ApiError> {
    let mut found = workspace.store.check(depth).await.map_err(failure::store)?;
    if !found.is_empty() {
        tracing::error!(
            found = found.join("; "),
            "the database did not pass its check; what can be derived is built anew"
        );
        // Kept first: building anew reads the same file and may meet the same damage.
        workspace.note_check(&found);
        match workspace.store.rebuild_derived().await {
            Ok(()) => found = workspace.store.check(depth).await.map_err(failure::store)?,
            Err(error) => found.push(error.to_string()),
        }
    }
    workspace.note_check(&found);
    Ok(())
}

pub(super) async fn free_up_space(app: &App, args: FreeUp) -> Result<Freed, ApiError> {
    let workspace = app.workspace()?;
    let freed = space::free_up(&workspace, args).await?;
    Ok(Freed { freed_bytes: freed.bytes })
}

pub(super) async fn get_media_space(app: &App, _args: Nothing) -> Result<MediaSpace, ApiError> {
    space::space(&*app.workspace()?).await
}

pub(super) async fn set_media_cap(app: &App, args: MediaCap) -> Result<Freed, ApiError> {
    let freed = space::set_cap_bytes(&*app.workspace()?, args.bytes).await?;
    Ok(Freed { freed_bytes: freed.bytes })
}

pub(super) async fn get_link(_app: &App, args: LinkText) -> Result<LinkTarget, ApiError> {
    let link = link_target(&args.url).map_err(link_error)?;
    Ok(LinkTarget { url: link.url, host: link.host })
}

/// Judged again: what the screen showed is not what counts.
pub(super) async fn open_link(app: &App, args: LinkText) -> Result<Nothing, ApiError> {
    let link = link_target(&args.url).map_err(link_error)?;
    app.config.opener.open_url(&link.url).map_err(|error| {
        tracing::warn!(error, "the system did not open a link");
        ApiError::new("NO_PROGRAM").retryable()
    })?;
    Ok(Nothing {})
}

fn link_error(error: LinkError) -> ApiError {
    ApiError::new(match error {
        LinkError::NotALink => "NOT_A_LINK",
        LinkError::SchemeNotAllowed => "LINK_NOT_ALLOWED",
        LinkError::TooLong => "LINK_TOO_LONG",
    })
}
