//! Telegram: customers write to a bot, and the bot's owner answers.
//!
//! Updates are long-polled. The cursor is the offset of `getUpdates` as JSON text; asking with
//! it confirms everything below at Telegram, so it must be durable at the hub, in the
//! transaction of its updates, before it is used.
//! The token is in every address; it never appears in an error, a log line or `Debug`.
//! Business connections (an existing account) are not asked for: they will be a line of their
//! own, and updates that nobody handles must not be confirmed away.

mod api;
mod outgoing;
mod parse;

pub use parse::parse_update;

use crate::{Abilities, Account, BaseUrlError, Batch, Channel, ChannelError, ClockSample, Outgoing, Sent};
use api::{Api, Call};
use async_trait::async_trait;
use embudo_domain::{MessageId, SendError};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::fmt;
use std::path::Path;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};
use zeroize::Zeroizing;

pub const OFFICIAL_BASE_URL: &str = "https://api.telegram.org";

/// `getFile` gives nothing larger.
pub const MAX_DOWNLOAD_BYTES: u64 = 20 * 1024 * 1024;
pub const MAX_UPLOAD_BYTES: u64 = 50 * 1024 * 1024;
pub const MAX_PHOTO_BYTES: u64 = 10 * 1024 * 1024;
/// UTF-16 units, like every length in the Bot API.
pub const MAX_TEXT_UNITS: u32 = 4_096;
pub const MAX_CAPTION_UNITS: u32 = 1_024;

/// The longest wait that Telegram grants a poll.
const MAX_WAIT_S: u32 = 50;
const MAX_BATCH: u32 = 100;
/// Twice the largest size in which a person's picture is shown.
const PROFILE_PHOTO_PX: i64 = 160;

/// The setting is sticky at Telegram, so it is sent with every poll. Reactions come only when
/// asked for.
const ALLOWED_UPDATES: [&str; 5] =
    ["message", "edited_message", "callback_query", "my_chat_member", "message_reaction"];

/// A bot's token, `<bot id>:<secret>`. Printed nowhere, wiped from memory when dropped.
#[derive(Clone)]
pub struct BotToken(Zeroizing<String>);

impl BotToken {
    /// Checks the shape only, so that a mistyped token is told without a call; spaces around
    /// a pasted token are dropped.
    pub fn parse(text: &str) -> Result<Self, TelegramConfigError> {
        let text = text.trim();
        let (bot_id, secret) = text.split_once(':').ok_or(TelegramConfigError::TokenShape)?;
        let id_ok = (1..=20).contains(&bot_id.len()) && bot_id.bytes().all(|byte| byte.is_ascii_digit());
        let secret_ok = (3..=128).contains(&secret.len())
            && secret.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-');
        if id_ok && secret_ok {
            Ok(Self(Zeroizing::new(text.to_owned())))
        } else {
            Err(TelegramConfigError::TokenShape)
        }
    }

    /// The bot's own user id: the public half of the token.
    pub fn bot_id(&self) -> &str {
        self.0.split(':').next().unwrap_or_default()
    }

    fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for BotToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "BotToken({}:…)", self.bot_id())
    }
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TelegramConfigError {
    /// Code `TOKEN_SHAPE`.
    #[error("not a bot token: it looks like 123456789:AA… and comes from @BotFather")]
    TokenShape,
    /// Code `BASE_URL`.
    #[error("the Telegram address is not usable: {0}")]
    BaseUrl(#[from] BaseUrlError),
    #[error("no HTTPS here: {0}")]
    NoHttps(String),
}

impl TelegramConfigError {
    pub fn code(&self) -> &'static str {
        match self {
            TelegramConfigError::TokenShape => "TOKEN_SHAPE",
            TelegramConfigError::BaseUrl(_) => "BASE_URL",
            TelegramConfigError::NoHttps(_) => "NO_HTTPS",
        }
    }
}

#[derive(Clone, Debug)]
pub struct TelegramConfig {
    pub token: BotToken,
    /// Where the Bot API is; `None`: [`OFFICIAL_BASE_URL`].
    pub base_url: Option<String>,
    /// An empty answer that comes sooner than this after the question is held back until then:
    /// a server that does not wait must not make the caller spin.
    pub min_poll: Duration,
}

impl TelegramConfig {
    pub fn new(token: BotToken) -> Self {
        Self { token, base_url: None, min_poll: Duration::from_secs(1) }
    }
}

/// One bot.
#[derive(Debug)]
pub struct TelegramChannel {
    api: Api,
    namespace: String,
    min_poll: Duration,
}

impl TelegramChannel {
    pub fn new(config: TelegramConfig) -> Result<Self, TelegramConfigError> {
        let namespace = config.token.bot_id().to_owned();
        let base_url = config.base_url.as_deref().map(str::trim).filter(|url| !url.is_empty());
        let api = Api::new(config.token, base_url.unwrap_or(OFFICIAL_BASE_URL))?;
        Ok(Self { api, namespace, min_poll: config.min_poll })
    }
}

#[derive(Serialize, Deserialize)]
struct Cursor {
    offset: i64,
}

/// What a webhook address shows of itself: the rest of it may be a secret.
fn host_of(url: &str) -> String {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    rest.split(['/', '?', '#', '@']).next().unwrap_or_default().to_owned()
}

impl TelegramChannel {
    /// The host that Telegram calls for this bot. While there is one, no poll is answered.
    pub async fn webhook(&self) -> Result<Option<String>, ChannelError> {
        let info = self.api.call(Call::read("getWebhookInfo", json!({}))).await?.result;
        let url = info.get("url").and_then(Value::as_str).unwrap_or_default();
        Ok(Some(host_of(url)).filter(|host| !host.is_empty()))
    }

    /// Its program hears nothing any more; what customers wrote meanwhile comes to us.
    pub async fn remove_webhook(&self) -> Result<(), ChannelError> {
        self.api.call(Call::read("deleteWebhook", json!({ "drop_pending_updates": false }))).await?;
        Ok(())
    }
}

/// A cursor that cannot be read starts at the head: redelivery, which the hub dedupes.
fn read_cursor(cursor: Option<&str>) -> Option<i64> {
    let text = cursor?;
    match serde_json::from_str::<Cursor>(text) {
        Ok(cursor) => Some(cursor.offset),
        Err(_) => {
            tracing::warn!("the stored Telegram cursor is not readable; starting at the head");
            None
        }
    }
}

fn now_ms() -> i64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_millis() as i64)
}

#[async_trait]
impl Channel for TelegramChannel {
    fn abilities(&self) -> Abilities {
        Abilities {
            window_ms: None,
            client_ids: false,
            receipts: false,
            can_edit: true,
            can_start: false,
            max_text_chars: MAX_TEXT_UNITS,
            max_caption_chars: MAX_CAPTION_UNITS,
            max_upload_bytes: MAX_UPLOAD_BYTES,
            max_photo_bytes: MAX_PHOTO_BYTES,
            max_video_bytes: MAX_UPLOAD_BYTES,
            max_audio_bytes: MAX_UPLOAD_BYTES,
            max_download_bytes: MAX_DOWNLOAD_BYTES,
            photos: true,
        }
    }

    async fn check(&self) -> Result<Account, ChannelError> {
        let me = self.api.call(Call::read("getMe", json!({}))).await?.result;
        let username = me.get("username").and_then(Value::as_str).unwrap_or_default();
        let name = me.get("first_name").and_then(Value::as_str).unwrap_or(username);
        let external_id = if username.is_empty() {
            me.get("id").map(parse::id_text).unwrap_or_else(|| self.namespace.clone())
        } else {
            format!("@{username}")
        };
        let display_name = if name.is_empty() { external_id.clone() } else { name.to_owned() };
        Ok(Account { external_id, display_name })
    }

    async fn poll(&self, cursor: Option<&str>, wait_s: u32) -> Result<Batch, ChannelError> {
        let wait_s = wait_s.min(MAX_WAIT_S);
        let mut params = json!({
            "limit": MAX_BATCH,
            "timeout": wait_s,
            "allowed_updates": ALLOWED_UPDATES,
        });
        let offset = read_cursor(cursor);
        if let Some(offset) = offset {
            params["offset"] = offset.into();
        }
        let asked = Instant::now();
        let answer =
            self.api.call(Call::read("getUpdates", params).waiting(Duration::from_secs(u64::from(wait_s)))).await?;
        let local_ms = now_ms();
        let round_trip = asked.elapsed();
        let Value::Array(raw) = answer.result else {
            return Err(ChannelError::NotReached("getUpdates answered with something else than a list".into()));
        };
        if raw.is_empty() && wait_s > 0 && round_trip < self.min_poll {
            tokio::time::sleep(self.min_poll - round_trip).await;
        }
        // The highest id of this batch, not of all times: after a quiet week Telegram may go
        // on at any number, also a lower one.
        let next = raw.iter().filter_map(|update| update.get("update_id").and_then(parse::id_number)).max();
        let updates = raw.iter().map(|update| parse_update(update, &self.namespace, local_ms / 1_000)).collect();
        let cursor = next.map(|last| last + 1).or(offset).map(|offset| json!({ "offset": offset }).to_string());
        let clock = answer.date_ms.map(|provider_ms| ClockSample {
            provider_ms,
            local_ms,
            round_trip_ms: round_trip.as_millis() as i64,
        });
        Ok(Batch { updates, cursor, clock })
    }

    async fn send(&self, message: Outgoing<'_>) -> Result<Sent, ChannelError> {
        let chat = message.external_id.to_owned();
        let call = outgoing::build(message)?;
        let answer = self.api.call(call).await?;
        let Some(id) = answer.result.get("message_id").and_then(parse::id_number) else {
            return Err(ChannelError::Uncertain("Telegram accepted something but named no message".into()));
        };
        let at_s = answer.result.get("date").and_then(parse::seconds).unwrap_or_else(|| now_ms() / 1_000);
        Ok(Sent { provider_id: format!("{chat}:{id}"), at_s })
    }

    async fn edit(&self, external_id: &str, provider_id: &str, text: &str) -> Result<(), ChannelError> {
        let chat = outgoing::chat_id(external_id)?;
        let message_id = outgoing::message_id(provider_id)
            .ok_or_else(|| api::refused("CANNOT_EDIT", Some("this message has no id at Telegram".into())))?;
        outgoing::check_text(text, MAX_TEXT_UNITS)?;
        let as_text = json!({ "chat_id": chat, "message_id": message_id, "text": text });
        match self.api.call(Call::act("editMessageText", as_text)).await {
            Err(ChannelError::Refused(error)) if error.code == api::NO_TEXT_TO_EDIT => {
                // A picture or file: its words are a caption.
                outgoing::check_text(text, MAX_CAPTION_UNITS)?;
                let as_caption = json!({ "chat_id": chat, "message_id": message_id, "caption": text });
                ignore_unchanged(self.api.call(Call::act("editMessageCaption", as_caption)).await)
            }
            answer => ignore_unchanged(answer),
        }
    }

    async fn fetch(&self, remote: &str, into: &Path, max_bytes: u64) -> Result<u64, ChannelError> {
        let max_bytes = max_bytes.min(MAX_DOWNLOAD_BYTES);
        let file = self.api.call(Call::read("getFile", json!({ "file_id": remote }))).await?.result;
        if file.get("file_size").and_then(parse::id_number).is_some_and(|size| size > max_bytes as i64) {
            return Err(api::refused("FILE_TOO_BIG", None));
        }
        let Some(path) = file.get("file_path").and_then(Value::as_str) else {
            return Err(api::refused("FILE_GONE", Some("Telegram named no path for the file".into())));
        };
        self.api.download(path, into, max_bytes).await
    }

    async fn photo(&self, external_id: &str, into: &Path, max_bytes: u64) -> Result<bool, ChannelError> {
        // A private chat has the number of its person.
        let asked = json!({ "user_id": outgoing::chat_id(external_id)?, "limit": 1 });
        let photos = self.api.call(Call::read("getUserProfilePhotos", asked)).await?.result;
        let sizes = photos.get("photos").and_then(|photos| photos.get(0)).and_then(Value::as_array);
        let width = |size: &Value| size.get("width").and_then(parse::id_number).unwrap_or_default();
        // The smallest that is sharp wherever it is shown, else the largest there is.
        let sharp =
            sizes.into_iter().flatten().filter(|size| width(size) >= PROFILE_PHOTO_PX).min_by_key(|size| width(size));
        let best = sharp.or_else(|| sizes.into_iter().flatten().max_by_key(|size| width(size)));
        let Some(file_id) = best.and_then(|size| size.get("file_id")).and_then(Value::as_str) else { return Ok(false) };
        self.fetch(file_id, into, max_bytes).await?;
        Ok(true)
    }

    async fn look_up(&self, _message_id: MessageId) -> Result<Option<Sent>, ChannelError> {
        // A bot can neither list a chat nor name its own messages: only a person can look.
        Err(ChannelError::Refused(SendError { code: "CANNOT_TELL".into(), detail: None }))
    }
}

/// Telegram refuses an edit that changes nothing; what was wanted is there.
fn ignore_unchanged(answer: Result<api::Answer, ChannelError>) -> Result<(), ChannelError> {
    match answer {
        Ok(_) => Ok(()),
        Err(ChannelError::Refused(error)) if error.code == api::NOT_MODIFIED => Ok(()),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_token_of_the_wrong_shape_is_refused_before_any_call() {
        for wrong in [
            "",
            "hello",
            "123",
            "123:",
            ":AAabc",
            "abc:AAabcdef",
            "123:AA bc",
            "123:AA/../x",
            "123:AA?x=1",
            "https://t.me/bot",
        ] {
            assert!(
                matches!(BotToken::parse(wrong), Err(TelegramConfigError::TokenShape)),
                "{wrong:?} would go into an address"
            );
        }
        let token = BotToken::parse("  123456789:AAF-x_yzABCDEFGHIJKLMNOPQRSTUVWXYZ01\n").unwrap();
        assert_eq!(token.bot_id(), "123456789", "spaces from pasting are no reason to refuse");
    }

    #[test]
    fn a_token_is_not_in_debug_output() {
        let token = BotToken::parse("123456:SECRETSECRETSECRET").unwrap();
        let config = TelegramConfig::new(token);
        let channel = TelegramChannel::new(config.clone()).unwrap();
        let shown = format!("{config:?} {channel:?}");
        assert!(!shown.contains("SECRET"), "the secret half must never be printed: {shown}");
    }

    #[test]
    fn an_unreadable_cursor_starts_at_the_head() {
        assert_eq!(read_cursor(Some("{\"offset\":7}")), Some(7), "a good cursor is used");
        assert_eq!(read_cursor(Some("junk")), None, "redelivery is deduped; a lost update is not");
    }
}
