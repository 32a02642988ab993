//! Alerts as the window asks of them (product.md 4.17).

use crate::alerts::{clock, reply_box};
use crate::api::*;
use crate::workspace::Workspace;
use crate::{App, failure};
use embudo_domain::alerts::{Abilities, AlertEvent, AlertSettings, Hiding, Input, Sound, Window};
use embudo_domain::{Act, ConversationId};
use embudo_platform::sound::SoundState;
use std::collections::HashMap;
use std::sync::atomic::Ordering;

const LOG_PAGE: u32 = 100;
const HOUR_MS: i64 = 3_600_000;

pub(super) async fn report_presence(app: &App, args: WindowPresence) -> Result<Nothing, ApiError> {
    let workspace = app.workspace()?;
    let mono_ms = workspace.clock.mono_ms();
    workspace.alerts.presence(|presence| {
        if app.is_window_closed.load(Ordering::Acquire) {
            return;
        }
        presence.window = match (args.focused, args.visible) {
            (true, _) => Window::Focused,
            (false, true) => Window::Behind,
            (false, false) => Window::Closed,
        };
        presence.open_chat = args.open_chat;
        if args.input {
            presence.input_mono_ms = Some(mono_ms);
        }
    });
    Ok(Nothing {})
}

/// The reply box asks which chat it is for. It hears of others by `ReplyRequested`.
pub(super) async fn start_reply_box(app: &App, args: ReplyBoxStart) -> Result<ReplyBoxChat, ApiError> {
    let workspace = app.workspace()?;
    if let Some(id) = args.conversation_id {
        workspace.head(id).await?;
        workspace.alerts.show_in_reply_box(Some(id));
    }
    Ok(ReplyBoxChat { conversation_id: workspace.alerts.in_reply_box() })
}

pub(super) async fn report_reply_box(app: &App, args: ReplyBoxPresence) -> Result<Nothing, ApiError> {
    reply_box::report(&*app.workspace()?, &args);
    Ok(Nothing {})
}

pub(super) async fn send_reply(app: &App, args: SendMessage) -> Result<SentView, ApiError> {
    reply_box::send(&*app.workspace()?, args).await
}

pub(super) async fn leave_reply_box(app: &App, args: ReplyBoxLeft) -> Result<Nothing, ApiError> {
    reply_box::leave(app, &*app.workspace()?, args.opens);
    Ok(Nothing {})
}

pub(super) async fn get_alert_settings(app: &App, _args: Nothing) -> Result<AlertSettings, ApiError> {
    Ok(app.workspace()?.catalogue().alerts.clone())
}

/// Takes all of them, writes what differs.
pub(super) async fn save_alert_settings(app: &App, args: AlertSettings) -> Result<Done, ApiError> {
    let workspace = app.workspace()?;
    args.check().map_err(|error| ApiError::new(error.code()))?;
    keep(&workspace, &args).await
}

/// Writes what differs.
pub(crate) async fn keep(workspace: &Workspace, settings: &AlertSettings) -> Result<Done, ApiError> {
    let before = workspace.catalogue();
    let rows = settings.rows_since(&before.alerts);
    let acts = rows.into_iter().map(|(key, value)| Act::PutSetting { key, value }).collect();
    let mut inverses = Vec::new();
    for outcome in workspace.act_many(acts).await? {
        inverses.extend(outcome.map_err(|refusal| failure::refused(&refusal))?.inverse);
    }
    // What stands on the screen may have to say less now.
    workspace.alerts.tell(Input::Tick);
    Ok(Done { undo: workspace.undo.push(inverses) })
}

pub(super) async fn mute_chat(app: &App, args: MuteChat) -> Result<Done, ApiError> {
    let workspace = app.workspace()?;
    let mut settings = workspace.catalogue().alerts.clone();
    match args.mute {
        Some(mute) => settings.muted_chats.insert(args.conversation_id, mute.mute(clock(&workspace))),
        None => settings.muted_chats.remove(&args.conversation_id),
    };
    settings.check().map_err(|error| ApiError::new(error.code()))?;
    keep(&workspace, &settings).await
}

pub(super) async fn list_alert_log(app: &App, args: ListAlertLog) -> Result<Vec<AlertLogView>, ApiError> {
    let workspace = app.workspace()?;
    let log = workspace.store.alert_log(args.conversation_id, args.before, LOG_PAGE).await.map_err(failure::store)?;
    let mut names: HashMap<ConversationId, String> = HashMap::new();
    let mut views = Vec::with_capacity(log.len());
    for row in log {
        let name = match row.entry.conversation_id {
            None => String::new(),
            Some(id) => match names.get(&id) {
                Some(name) => name.clone(),
                None => {
                    let head = workspace.store.conversation_head(id).await.map_err(failure::store)?;
                    let name = head.map(|head| head.contact.display_name).unwrap_or_default();
                    names.insert(id, name.clone());
                    name
                }
            },
        };
        views.push(AlertLogView { no: row.no, entry: row.entry, name });
    }
    Ok(views)
}

/// The whole way, as a message goes it.
pub(super) async fn test_alerts(app: &App, _args: Nothing) -> Result<Nothing, ApiError> {
    app.workspace()?.alerts.tell(Input::Event(AlertEvent::SelfTest { at_start: false }));
    Ok(Nothing {})
}

/// To be heard while it is chosen; not more than the device allows.
pub(super) async fn play_tone(app: &App, args: Sound) -> Result<Nothing, ApiError> {
    let workspace = app.workspace()?;
    let gear = app.alert_gear().ok_or_else(|| ApiError::new("SOUND_NO_DEVICE"))?;
    let settings = workspace.catalogue().alerts.clone();
    let clip = crate::alerts::clip_of(&workspace, &settings, args.tone).await;
    let clip = clip.ok_or_else(|| ApiError::new("ALERT_UNKNOWN_TONE"))?;
    gear.speaker.play(args, clip);
    Ok(Nothing {})
}

/// Kept in memory only: a screen is shared now, not always.
pub(super) async fn hide_names(app: &App, args: HideNames) -> Result<Option<NamesHidden>, ApiError> {
    let workspace = app.workspace()?;
    let hiding = args.hide.map(|hide| match hide {
        HideFor::OneHour => Hiding::Until { mono_ms: workspace.clock.mono_ms() + HOUR_MS },
        HideFor::ForNow => Hiding::ForNow,
    });
    workspace.alerts.presence(|presence| presence.hiding = hiding);
    Ok(names_hidden(&workspace))
}

fn names_hidden(workspace: &Workspace) -> Option<NamesHidden> {
    let mono_ms = workspace.clock.mono_ms();
    let until = workspace.alerts.hidden_until(mono_ms)?;
    Some(NamesHidden { until_ms: until.map(|until| workspace.clock.now_ms() + until - mono_ms) })
}

pub(super) async fn get_alert_health(app: &App, _args: Nothing) -> Result<AlertHealth, ApiError> {
    let hiding = app.workspace().ok().and_then(|workspace| names_hidden(&workspace));
    let Some(gear) = app.alert_gear() else {
        return Ok(AlertHealth {
            abilities: Abilities::NONE,
            banners: None,
            server: None,
            sound: None,
            dnd: None,
            sharing: None,
            hiding,
        });
    };
    let (state, quiet) = tokio::join!(gear.banners.check(), gear.quiet.first());
    let sound = match gear.speaker.state() {
        SoundState::Trouble(trouble) => Some(trouble.code().to_owned()),
        _ => None,
    };
    Ok(AlertHealth {
        abilities: state.abilities,
        banners: state.trouble.map(|trouble| trouble.code().to_owned()),
        server: state.server,
        sound,
        dnd: quiet.dnd,
        sharing: quiet.sharing,
        hiding,
    })
}
