//! The app itself: its phase, the workspace, settings, memory of the screens, undo.

use super::left_out;
use crate::App;
use crate::api::*;
use crate::failure;
use crate::phone;
use embudo_domain::{Act, ContactId, LeadId};
use embudo_platform::Secret;
use uuid::Uuid;

const MAX_UI_STATE_BYTES: usize = 64 * 1024;
const MAX_UI_KEY_CHARS: usize = 100;

pub(super) async fn get_app_state(app: &App, _args: Nothing) -> Result<AppState, ApiError> {
    Ok(app.app_state())
}

pub(super) async fn create_workspace(app: &App, args: CreateWorkspace) -> Result<AppState, ApiError> {
    app.create_workspace(args).await?;
    Ok(app.app_state())
}

pub(super) async fn unlock(app: &App, args: Passphrase) -> Result<AppState, ApiError> {
    app.open_passphrase(Secret::new(args.passphrase.into_bytes()), false).await?;
    Ok(app.app_state())
}

pub(super) async fn use_passphrase(app: &App, args: Passphrase) -> Result<AppState, ApiError> {
    match app.app_state().phase {
        Phase::Locked { code, .. } if code == "KEYRING_MISSING" => {}
        _ => return Err(ApiError::new("PASSPHRASE_NOT_NEEDED")),
    }
    app.open_passphrase(Secret::new(args.passphrase.into_bytes()), true).await?;
    Ok(app.app_state())
}

pub(super) async fn retry_start(app: &App, _args: Nothing) -> Result<AppState, ApiError> {
    app.start_again(true).await;
    Ok(app.app_state())
}

pub(super) async fn get_app_lock(app: &App, _args: Nothing) -> Result<AppLockView, ApiError> {
    Ok(app.lock.view())
}

/// Sets the PIN, another one, or only when it locks by itself.
pub(super) async fn set_app_lock(app: &App, args: SetAppLock) -> Result<AppLockView, ApiError> {
    app.workspace()?;
    let pin = args.pin.map(|pin| Secret::new(pin.into_bytes()));
    let current = Secret::new(args.current_pin.into_bytes());
    let config = &app.config;
    app.lock.set(pin, current, args.after_minutes, config.passphrase_cost, &*config.clock).await?;
    Ok(app.lock.view())
}

pub(super) async fn remove_app_lock(app: &App, args: Pin) -> Result<AppLockView, ApiError> {
    app.lock.remove(Secret::new(args.pin.into_bytes()), &*app.config.clock).await?;
    Ok(app.lock.view())
}

pub(super) async fn lock_app(app: &App, _args: Nothing) -> Result<AppState, ApiError> {
    if app.is_ready() && app.lock.lock() {
        app.tell_state();
    }
    Ok(app.app_state())
}

pub(super) async fn unlock_app(app: &App, args: Pin) -> Result<AppState, ApiError> {
    if app.is_screen_locked() {
        app.lock.unlock(Secret::new(args.pin.into_bytes()), &*app.config.clock).await?;
        app.tell_state();
    }
    Ok(app.app_state())
}

pub(super) async fn update_settings(app: &App, args: SettingsPatch) -> Result<Done, ApiError> {
    let workspace = app.workspace()?;
    let outcomes = workspace.act_many(args.into_acts()?).await?;
    let mut inverses = Vec::new();
    for outcome in outcomes {
        inverses.extend(outcome.map_err(|refusal| failure::refused(&refusal))?.inverse);
    }
    Ok(Done { undo: workspace.undo.push(inverses) })
}

pub(super) async fn rename_workspace(app: &App, args: Text) -> Result<Done, ApiError> {
    let workspace = app.workspace()?;
    let default_country = workspace.catalogue().workspace.default_country.clone();
    workspace.act_undoable(Act::RenameWorkspace { name: args.text, default_country }).await
}

pub(super) async fn rename_me(app: &App, args: Text) -> Result<Done, ApiError> {
    app.workspace()?.act_undoable(Act::RenameMe { name: args.text }).await
}

/// ISO 3166 alpha-2: by which phone numbers without a country code are read.
pub(super) async fn set_workspace_country(app: &App, args: Text) -> Result<Done, ApiError> {
    let workspace = app.workspace()?;
    let default_country = args.text.trim().to_ascii_uppercase();
    if !phone::is_country(&default_country) {
        return Err(ApiError::new("BAD_ARGUMENTS").with("detail", "not a country"));
    }
    let name = workspace.catalogue().workspace.name.clone();
    workspace.act_undoable(Act::RenameWorkspace { name, default_country }).await
}

pub(super) async fn get_ui_state(app: &App, args: UiStateKey) -> Result<Option<String>, ApiError> {
    app.workspace()?.store.ui_state(&args.key).await.map_err(failure::store)
}

pub(super) async fn put_ui_state(app: &App, args: UiStatePut) -> Result<Nothing, ApiError> {
    let workspace = app.workspace()?;
    if args.value.len() > MAX_UI_STATE_BYTES || args.key.chars().count() > MAX_UI_KEY_CHARS {
        return Err(ApiError::new("BAD_ARGUMENTS").with("detail", "the memory of a screen is at most 64 KiB"));
    }
    workspace.store.put_ui_state(&args.key, &args.value).await.map_err(|error| workspace.noted(error))?;
    Ok(Nothing {})
}

pub(super) async fn undo(app: &App, args: UndoToken) -> Result<TakenBack, ApiError> {
    let workspace = app.workspace()?;
    let acts = workspace.undo.take(&args).ok_or_else(|| ApiError::new("NOTHING_TO_UNDO"))?;
    let outcomes = match workspace.act_many(acts.clone()).await {
        Ok(outcomes) => outcomes,
        Err(error) => {
            workspace.undo.give_back(&args, acts);
            return Err(error);
        }
    };
    let has_changed = outcomes.iter().flatten().any(|applied| !applied.changed.rows.is_empty());
    let mut left: Vec<(Option<Uuid>, WhyLeft)> = Vec::new();
    for outcome in outcomes {
        match outcome {
            Ok(applied) => left.extend(applied.left_out.into_iter().map(|(id, why)| (Some(id), left_out::why(why)))),
            // Of one, the person hears why not.
            Err(refusal) if acts.len() == 1 => return Err(failure::refused(&refusal)),
            Err(refusal) => left.push((None, left_out::why(refusal))),
        }
    }
    // What was so already is done, though nothing changed.
    let is_done = has_changed || left.is_empty();
    // Some speak of leads, others of people.
    let ids: Vec<LeadId> = left.iter().filter_map(|(id, _)| id.map(LeadId)).collect();
    let owners = workspace.store.owners_of_leads(&ids).await.unwrap_or_default();
    let whose = |id: Uuid| owners.get(&LeadId(id)).copied().unwrap_or(ContactId(id));
    let left = left.into_iter().map(|(id, why)| (id.map(whose), why)).collect();
    Ok(TakenBack { is_done, left_out: left_out::told(&workspace, left).await })
}
