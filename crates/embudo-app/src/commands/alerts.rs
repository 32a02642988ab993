//! Alerts as the window asks of them (product.md 4.17).

use crate::alerts::{Catalogued, clock, reply_box};
use crate::api::*;
use crate::app::off_thread;
use crate::workspace::Workspace;
use crate::{App, failure};
use embudo_domain::alerts::{
    Abilities, AlertEvent, AlertSettings, Hiding, Input, MAX_TONE_BYTES, OwnTone, Sound, ToneChoice, Window,
};
use embudo_domain::{Act, ConversationId, ToneId};
use embudo_platform::MediaHash;
use embudo_platform::sound::{SoundState, check_own_sound, read_own_sound};
use std::collections::HashMap;
use std::io::Read;
use std::path::{Path, PathBuf};
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
        workspace.alerts.show_in_reply_box(id);
    }
    Ok(reply_box::chat(app, &workspace))
}

pub(super) async fn report_reply_box(app: &App, args: ReplyBoxPresence) -> Result<Nothing, ApiError> {
    if args.input {
        app.touched();
    }
    reply_box::report(&*app.workspace()?, &args);
    Ok(Nothing {})
}

pub(super) async fn send_reply(app: &App, args: SendMessage) -> Result<SentView, ApiError> {
    reply_box::send(&*app.workspace()?, args).await
}

/// Whose it is now.
pub(super) async fn leave_reply_box(app: &App, args: ReplyBoxLeft) -> Result<ReplyBoxChat, ApiError> {
    Ok(reply_box::leave(app, &*app.workspace()?, &args))
}

pub(super) async fn get_alert_settings(app: &App, _args: Nothing) -> Result<AlertSettings, ApiError> {
    Ok(app.workspace()?.catalogue().alerts.clone())
}

/// Writes what was changed: the tray, a chat's menu and other devices change settings, too, and who
/// saves may not have heard of it. Tones of one's own have commands of their own.
pub(super) async fn save_alert_settings(app: &App, args: SaveAlertSettings) -> Result<Done, ApiError> {
    let workspace = app.workspace()?;
    let _alone = workspace.alerts.changing.lock().await;
    let now = &workspace.catalogue().alerts;
    let changed = args.settings.changed_onto(args.since.as_ref().unwrap_or(now), now);
    let settings = AlertSettings { own_tones: now.own_tones.clone(), ..changed };
    settings.check().map_err(|error| ApiError::new(error.code()))?;
    save(&workspace, &settings).await
}

/// Writes what differs.
pub(crate) async fn save(workspace: &Workspace, settings: &AlertSettings) -> Result<Done, ApiError> {
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
    let _alone = workspace.alerts.changing.lock().await;
    let mut settings = workspace.catalogue().alerts.clone();
    match args.mute {
        Some(mute) => settings.muted_chats.insert(args.conversation_id, mute.mute(clock(&workspace))),
        None => settings.muted_chats.remove(&args.conversation_id),
    };
    settings.check().map_err(|error| ApiError::new(error.code()))?;
    save(&workspace, &settings).await
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
    if let ToneChoice::Own { id } = args.tone
        && !workspace.catalogue().alerts.own_tones.iter().any(|tone| tone.id == id)
    {
        return Err(ApiError::new("ALERT_UNKNOWN_TONE"));
    }
    let clip = crate::alerts::clip_of(&workspace, args.tone).await;
    let clip = clip.ok_or_else(|| ApiError::new("SOUND_GONE"))?;
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
    workspace.bus.put(AppEvent::NamesHidden { hidden: hiding.is_some() });
    Ok(names_hidden(&workspace))
}

fn names_hidden(workspace: &Workspace) -> Option<NamesHidden> {
    let mono_ms = workspace.clock.mono_ms();
    let until = workspace.alerts.hidden_until(mono_ms)?;
    Some(NamesHidden { until_ms: until.map(|until| workspace.clock.now_ms() + until - mono_ms) })
}

/// Checked, copied beside the databases and listed. A command of its own, so that a long look at a
/// file holds up no other setting.
pub(super) async fn add_own_tone(app: &App, args: AddOwnTone) -> Result<OwnTone, ApiError> {
    let workspace = app.workspace()?;
    let (name, bytes) = match args {
        AddOwnTone::Path { path } => {
            let path = PathBuf::from(path);
            (file_name(&path), sound_of_path(path).await)
        }
        AddOwnTone::Blob { hash, name } => (name, sound_of_blob(&workspace, hash).await),
    };
    let bytes = bytes.map_err(|error| error.with("name", name.clone()))?;
    let _alone = workspace.alerts.changing.lock().await;
    crate::alerts::check_list(&workspace)?;
    let mut settings = workspace.catalogue().alerts.clone();
    let id = ToneId(uuid::Uuid::now_v7());
    let stem = Path::new(&name).file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
    let nameless = Catalogued(workspace.catalogue().settings.language).say("alerts_tone_own", None, &[]);
    let tone = OwnTone::named(id, &stem, &settings.own_tones);
    let tone = tone.or_else(|| OwnTone::named(id, &nameless, &settings.own_tones));
    let tone = tone.ok_or_else(|| ApiError::new("ALERT_TONE_NAME"))?;
    settings.own_tones.push(tone.clone());
    settings.check().map_err(|error| ApiError::new(error.code()))?;
    // First the file: a setting never names what was not kept.
    crate::alerts::keep(&workspace, id, bytes).await?;
    save(&workspace, &settings).await?;
    Ok(tone)
}

pub(super) async fn rename_own_tone(app: &App, args: RenameOwnTone) -> Result<Done, ApiError> {
    let workspace = app.workspace()?;
    let _alone = workspace.alerts.changing.lock().await;
    crate::alerts::check_list(&workspace)?;
    let mut settings = workspace.catalogue().alerts.clone();
    let named = OwnTone::named(args.id, &args.name, &settings.own_tones);
    let named = named.ok_or_else(|| ApiError::new("ALERT_TONE_NAME"))?;
    let tone = settings.own_tones.iter_mut().find(|tone| tone.id == args.id);
    *tone.ok_or_else(|| ApiError::new("ALERT_UNKNOWN_TONE"))? = named;
    settings.check().map_err(|error| ApiError::new(error.code()))?;
    save(&workspace, &settings).await
}

/// What sounded with it falls back. Its file stays for as long as this can be taken back: until the
/// next start.
pub(super) async fn remove_own_tone(app: &App, args: OwnToneOnly) -> Result<Done, ApiError> {
    let workspace = app.workspace()?;
    let _alone = workspace.alerts.changing.lock().await;
    crate::alerts::check_list(&workspace)?;
    let settings = &workspace.catalogue().alerts;
    if !settings.own_tones.iter().any(|tone| tone.id == args.id) {
        return Err(ApiError::new("ALERT_UNKNOWN_TONE"));
    }
    save(&workspace, &settings.without_own_tone(args.id)).await
}

fn file_name(path: &Path) -> String {
    path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

async fn sound_of_path(path: PathBuf) -> Result<Vec<u8>, ApiError> {
    let read = off_thread(move || read_own_sound(&path).map(|(bytes, _)| bytes)).await;
    let read = read.map_err(|error| failure::internal("read a sound", error))?;
    read.map_err(|error| ApiError::new(error.code()))
}

/// What a page handed over lies in the media store until it is copied from there.
async fn sound_of_blob(workspace: &Workspace, hash: String) -> Result<Vec<u8>, ApiError> {
    let parsed: MediaHash = hash.parse().map_err(|_| ApiError::new("FILE_MISSING"))?;
    let media = workspace.media.clone();
    let read = move || {
        let file = media.open_file(&parsed).map_err(failure::media)?;
        let mut bytes = Vec::new();
        file.take(MAX_TONE_BYTES + 1).read_to_end(&mut bytes).map_err(|error| failure::source(&error))?;
        check_own_sound(&bytes).map_err(|error| ApiError::new(error.code()))?;
        Ok(bytes)
    };
    let read = off_thread(read).await.map_err(|error| failure::internal("read a sound", error))?;
    // Nothing will point at it.
    workspace.store.note_loose_files(&[hash]).await.map_err(|error| workspace.noted(error))?;
    workspace.erased.notify_one();
    read
}

pub(super) async fn get_alert_health(app: &App, _args: Nothing) -> Result<AlertHealth, ApiError> {
    let workspace = app.workspace()?;
    let settings = &workspace.catalogue().alerts;
    let missing = crate::alerts::missing(&workspace, &settings.own_tones).await;
    let misses_tone = settings.own_tones_in_use().iter().any(|id| missing.contains(id));
    let missing_tones = missing.into_iter().collect();
    let hiding = names_hidden(&workspace);
    let Some(gear) = app.alert_gear() else {
        return Ok(AlertHealth {
            abilities: Abilities::NONE,
            banners: None,
            server: None,
            sound: None,
            dnd: None,
            sharing: None,
            hiding,
            missing_tones,
            misses_tone,
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
        missing_tones,
        misses_tone,
    })
}
