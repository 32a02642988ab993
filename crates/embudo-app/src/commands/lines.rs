//! Lines: connected accounts. A token is checked with its channel, then kept in the secret
//! store, then the line is made: a crash in between leaves a secret without a line, never a line
//! without its secret. No token is in an act, an event, an error or the log.

use crate::App;
use crate::api::*;
use crate::channels_host::token_name;
use crate::erasing;
use crate::failure;
use crate::workspace::Workspace;
use embudo_channels::telegram::BotToken;
use embudo_domain::*;
use embudo_platform::Secret;
use embudo_sync::SyncState;
use std::collections::HashMap;
use uuid::Uuid;
use zeroize::Zeroizing;

/// Given to lines in turn.
const COLORS: [&str; 10] =
    ["#2563eb", "#059669", "#d97706", "#db2777", "#7c3aed", "#0891b2", "#65a30d", "#dc2626", "#9333ea", "#475569"];
const MAX_WAITING: u32 = 1_000;

pub(super) async fn list_lines(app: &App, _args: Nothing) -> Result<Vec<LineView>, ApiError> {
    let workspace = app.workspace()?;
    let lines: Vec<Line> = workspace.catalogue().present_lines().cloned().collect();
    views(&workspace, lines).await
}

async fn views(workspace: &Workspace, lines: Vec<Line>) -> Result<Vec<LineView>, ApiError> {
    let mut waiting: HashMap<LineId, i64> = HashMap::new();
    for row in workspace.store.waiting(MAX_WAITING).await.map_err(failure::store)? {
        if row.message.delivery.is_waiting() {
            *waiting.entry(row.line.id).or_default() += 1;
        }
    }
    let heard = workspace.hub.lines_now();
    let mut views = Vec::with_capacity(lines.len());
    for line in lines {
        let of_line = embudo_store::InboxView {
            scope: embudo_store::InboxScope::Everything,
            filter: embudo_store::InboxFilter { line_ids: vec![line.id], ..Default::default() },
            ..Default::default()
        };
        let counts = workspace.store.inbox_counts(&of_line, workspace.clock.now_ms()).await.map_err(failure::store)?;
        views.push(LineView {
            id: line.id,
            line_type: line.line_type,
            last_heard_ms: heard.get(&line.id).and_then(|status| status.heard_at_ms),
            slow_until_ms: workspace.hub.slow_until_ms(line.id),
            waiting: waiting.get(&line.id).copied().unwrap_or_default(),
            conversations: counts.all,
            unread: counts.unread,
            name: line.display_name,
            external_id: line.external_id,
            color: line.color,
            state: line.state,
            base_url: line.base_url,
        });
    }
    Ok(views)
}

async fn view(workspace: &Workspace, line_id: LineId) -> Result<LineView, ApiError> {
    let line = workspace.store.line(line_id).await.map_err(failure::store)?.ok_or_else(failure::not_found)?;
    views(workspace, vec![line]).await?.pop().ok_or_else(failure::not_found)
}

fn some(text: &str) -> Option<String> {
    Some(text.trim().to_owned()).filter(|text| !text.is_empty())
}

fn parse_token(token: String) -> Result<(BotToken, Zeroizing<String>), ApiError> {
    let token = Zeroizing::new(token.trim().to_owned());
    let parsed = BotToken::parse(&token).map_err(|error| ApiError::new(error.code()))?;
    Ok((parsed, token))
}

async fn check(
    workspace: &Workspace,
    token: BotToken,
    base_url: Option<String>,
) -> Result<embudo_channels::Account, ApiError> {
    let channel =
        workspace.channels.telegram(token, base_url, "Telegram").map_err(|error| ApiError::new(error.code()))?;
    channel.check().await.map_err(failure::channel)
}

/// A bot has either a webhook or polls: Telegram refuses the second.
async fn webhook(workspace: &Workspace, token: BotToken, base_url: Option<String>) -> Result<Option<String>, ApiError> {
    let bot = workspace.channels.bot(token, base_url, "Telegram").map_err(|error| ApiError::new(error.code()))?;
    match bot.webhook().await {
        Ok(host) => Ok(host),
        // A test server that has no webhooks has none set.
        Err(embudo_channels::ChannelError::Refused(error)) => {
            tracing::debug!(code = error.code, "the channel does not tell its webhook");
            Ok(None)
        }
        Err(error) => Err(failure::channel(error)),
    }
}

async fn cut_webhook(workspace: &Workspace, token: BotToken, base_url: Option<String>) -> Result<(), ApiError> {
    let bot = workspace.channels.bot(token, base_url, "Telegram").map_err(|error| ApiError::new(error.code()))?;
    bot.remove_webhook().await.map_err(failure::channel)
}

pub(super) async fn check_telegram(app: &App, args: TelegramToken) -> Result<CheckedAccount, ApiError> {
    let workspace = app.workspace()?;
    let (token, _) = parse_token(args.token)?;
    let base_url = some(&args.base_url);
    let account = check(&workspace, token.clone(), base_url.clone()).await?;
    let webhook = webhook(&workspace, token, base_url).await?;
    Ok(CheckedAccount { external_id: account.external_id, display_name: account.display_name, webhook })
}

pub(super) async fn connect_telegram(app: &App, args: ConnectTelegram) -> Result<LineView, ApiError> {
    let workspace = app.workspace()?;
    let (token, secret) = parse_token(args.token)?;
    let base_url = some(&args.base_url);
    let account = check(&workspace, token.clone(), base_url.clone()).await?;
    // Before anything is cut off: this may be a line that is here already.
    new_line(&workspace, LineType::TelegramBot, &account, &args.name, &args.color, base_url.clone())?;
    if let Some(host) = webhook(&workspace, token.clone(), base_url.clone()).await? {
        if !args.remove_webhook {
            return Err(ApiError::new("WEBHOOK_SET").with("host", host));
        }
        cut_webhook(&workspace, token, base_url.clone()).await?;
    }
    let line = new_line(&workspace, LineType::TelegramBot, &account, &args.name, &args.color, base_url)?;
    let name = token_name(line.id);
    workspace.channels.secrets().set(&name, Secret::new(secret.as_bytes())).await.map_err(failure::secret)?;
    let line_id = line.id;
    if let Err(error) = workspace.act(Act::AddLine { line }).await {
        // Refused after all (ten lines, a second click): the secret goes with it.
        if let Err(error) = workspace.channels.secrets().delete(&name).await {
            tracing::warn!(%error, "the secret of a refused line stays");
        }
        return Err(error);
    }
    view(&workspace, line_id).await
}

pub(super) async fn connect_simulator(app: &App, args: ConnectSimulator) -> Result<LineView, ApiError> {
    let workspace = app.workspace()?;
    let base_url = some(&args.base_url);
    let _alone = workspace.samples.lock().await;
    let is_sample = base_url.is_none();
    if is_sample {
        // What they said on an erased line is not said again on this one.
        erasing::forget_erased_samples(&workspace).await?;
    }
    let channel = workspace.channels.simulator(base_url.as_deref(), "Simulator").await.map_err(failure::channel)?;
    let account = channel.check().await.map_err(failure::channel)?;
    let line = new_line(&workspace, LineType::Simulator, &account, &args.name, "", base_url)?;
    // It plays channels of every kind, also those with a window.
    let line = Line { window_ms: channel.abilities().window_ms, ..line };
    let line_id = line.id;
    if is_sample && app.config.sample_customers.brings_a_past() {
        crate::sample_sales::place_when_they_come(&workspace);
    }
    workspace.act(Act::AddLine { line }).await?;
    view(&workspace, line_id).await
}

/// A removed line of the same account is taken up again with its old threads.
fn new_line(
    workspace: &Workspace,
    line_type: LineType,
    account: &embudo_channels::Account,
    name: &str,
    color: &str,
    base_url: Option<String>,
) -> Result<Line, ApiError> {
    let catalogue = workspace.catalogue();
    let same = |line: &&Line| line.line_type == line_type && line.external_id == account.external_id;
    let mut there = catalogue.lines.iter().filter(same);
    if let Some(there) = there.find(|line| line.state != LineState::Removed) {
        return Err(
            failure::refused(&Refusal::LineDuplicate { line_id: there.id }).with("name", there.display_name.clone())
        );
    }
    // What was erased has no threads to come back to.
    let old = catalogue.lines.iter().filter(same).find(|line| line.history.is_kept());
    let next_color = COLORS[catalogue.lines.len() % COLORS.len()];
    Ok(Line {
        id: old.map_or_else(|| LineId(Uuid::now_v7()), |old| old.id),
        line_type,
        display_name: some(name).unwrap_or_else(|| account.display_name.clone()),
        external_id: account.external_id.clone(),
        color: some(color).unwrap_or_else(|| next_color.to_owned()),
        state: LineState::Connecting,
        base_url,
        created_at_ms: workspace.clock.now_ms(),
        window_ms: None,
        history: LineHistory::Kept,
        auto_lead: None,
    })
}

pub(super) async fn update_line(app: &App, args: UpdateLine) -> Result<Done, ApiError> {
    let workspace = app.workspace()?;
    workspace
        .act_undoable(Act::PatchLine {
            line_id: args.line_id,
            display_name: args.name,
            color: args.color,
            base_url: args.base_url,
        })
        .await
}

pub(super) async fn disconnect_line(app: &App, args: LineOnly) -> Result<Done, ApiError> {
    app.workspace()?.act_undoable(Act::SetLineWanted { line_id: args.line_id, wanted: false }).await
}

pub(super) async fn reconnect_line(app: &App, args: ReconnectLine) -> Result<LineView, ApiError> {
    let workspace = app.workspace()?;
    let line = workspace.catalogue().line(args.line_id).cloned().ok_or_else(failure::not_found)?;
    if !args.token.trim().is_empty() && line.line_type == LineType::TelegramBot {
        let (token, secret) = parse_token(args.token)?;
        let account = check(&workspace, token, line.base_url.clone()).await?;
        if account.external_id != line.external_id {
            return Err(ApiError::new("OTHER_ACCOUNT").with("account", account.display_name));
        }
        workspace
            .channels
            .secrets()
            .set(&token_name(line.id), Secret::new(secret.as_bytes()))
            .await
            .map_err(failure::secret)?;
    }
    workspace.act(Act::SetLineWanted { line_id: args.line_id, wanted: true }).await?;
    workspace.hub.restart_line(args.line_id).await?;
    view(&workspace, args.line_id).await
}

/// The other program is cut off from the bot; this line goes on.
pub(super) async fn remove_webhook(app: &App, args: LineOnly) -> Result<LineView, ApiError> {
    let workspace = app.workspace()?;
    let line = workspace.catalogue().line(args.line_id).cloned().ok_or_else(failure::not_found)?;
    let secret = workspace.channels.secrets().get(&token_name(line.id)).await.map_err(failure::secret)?;
    let token = secret.as_ref().and_then(Secret::as_str).ok_or_else(|| ApiError::new("UNAUTHORIZED"))?;
    let (token, _) = parse_token(token.to_owned())?;
    cut_webhook(&workspace, token, line.base_url).await?;
    workspace.hub.restart_line(args.line_id).await?;
    view(&workspace, args.line_id).await
}

pub(super) async fn get_line_content(app: &App, args: LineOnly) -> Result<LineContent, ApiError> {
    let workspace = app.workspace()?;
    workspace.catalogue().line(args.line_id).ok_or_else(failure::not_found)?;
    let content = workspace.store.line_content(args.line_id).await.map_err(failure::store)?;
    Ok(LineContent {
        conversations: content.conversations,
        messages: content.messages,
        contacts_going: content.contacts_going,
        contacts_staying: content.contacts_staying,
    })
}

pub(super) async fn list_erasing_lines(app: &App, _args: Nothing) -> Result<Vec<ErasingLine>, ApiError> {
    let workspace = app.workspace()?;
    let waits_for_hub = !matches!(*workspace.sync_state.borrow(), SyncState::CatchingUp | SyncState::CaughtUp);
    let mut erasing = Vec::new();
    for line in workspace.catalogue().lines.iter().filter(|line| line.history == LineHistory::Erasing) {
        erasing.push(ErasingLine {
            id: line.id,
            line_type: line.line_type,
            name: line.display_name.clone(),
            color: line.color.clone(),
            left: workspace.store.left_to_erase(line.id).await.map_err(failure::store)?,
            waits_for_hub,
        });
    }
    Ok(erasing)
}

pub(super) async fn remove_line(app: &App, args: RemoveLine) -> Result<Nothing, ApiError> {
    let workspace = app.workspace()?;
    workspace.act(Act::RemoveLine { line_id: args.line_id, erase: args.erase }).await?;
    // The history may stay; the token does not.
    workspace.channels.secrets().delete(&token_name(args.line_id)).await.map_err(failure::secret)?;
    Ok(Nothing {})
}
