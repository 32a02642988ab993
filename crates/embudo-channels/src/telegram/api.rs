//! Calls to the Bot API, and what its answers and failures mean.

use super::{BotToken, TelegramConfigError};
use crate::ChannelError;
use crate::http::{self, CallKind};
use embudo_domain::SendError;
use reqwest::Url;
use reqwest::multipart::Form;
use serde::Deserialize;
use serde_json::Value;
use std::fmt;
use std::path::Path;
use std::time::Duration;
use tokio::io::AsyncWriteExt as _;

const ANSWER_TIMEOUT: Duration = Duration::from_secs(30);
/// The slowest upload that is waited for, besides [`ANSWER_TIMEOUT`].
const SLOWEST_BYTES_PER_S: u64 = 32 * 1024;
/// A download may take as long as it goes on; this is the longest silence within it.
const DOWNLOAD_TIMEOUT: Duration = Duration::from_secs(20 * 60);
const DOWNLOAD_SILENCE: Duration = Duration::from_secs(30);
/// When Telegram says "slow down" without saying for how long.
const SLOW_DOWN: Duration = Duration::from_secs(5);

/// Codes that only this adapter sees.
pub(super) const NOT_MODIFIED: &str = "NOT_MODIFIED";
pub(super) const NO_TEXT_TO_EDIT: &str = "NO_TEXT_TO_EDIT";

pub(super) fn refused(code: &str, detail: Option<String>) -> ChannelError {
    ChannelError::Refused(SendError { code: code.to_owned(), detail })
}

pub(super) enum Payload {
    Json(Value),
    /// With the number of bytes of its file, for the timeout.
    Form(Form, u64),
}

pub(super) struct Call {
    pub method: &'static str,
    pub payload: Payload,
    kind: CallKind,
    wait: Duration,
}

impl Call {
    pub(super) fn read(method: &'static str, params: Value) -> Self {
        Self { method, payload: Payload::Json(params), kind: CallKind::Read, wait: Duration::ZERO }
    }

    pub(super) fn act(method: &'static str, params: Value) -> Self {
        Self { method, payload: Payload::Json(params), kind: CallKind::Act, wait: Duration::ZERO }
    }

    pub(super) fn upload(method: &'static str, form: Form, size_bytes: u64) -> Self {
        Self { method, payload: Payload::Form(form, size_bytes), kind: CallKind::Act, wait: Duration::ZERO }
    }

    pub(super) fn waiting(self, wait: Duration) -> Self {
        Self { wait, ..self }
    }

    fn timeout(&self) -> Duration {
        let upload_s = match &self.payload {
            Payload::Json(_) => 0,
            Payload::Form(_, size_bytes) => size_bytes / SLOWEST_BYTES_PER_S,
        };
        ANSWER_TIMEOUT + self.wait + Duration::from_secs(upload_s)
    }
}

#[derive(Debug)]
pub(super) struct Answer {
    pub result: Value,
    /// The `Date` header, middle of its second.
    pub date_ms: Option<i64>,
}

#[derive(Deserialize)]
struct Envelope {
    /// Always there: without it the answer is somebody else's.
    ok: bool,
    #[serde(default)]
    result: Value,
    #[serde(default)]
    description: Option<String>,
    #[serde(default)]
    error_code: Option<u16>,
    #[serde(default)]
    parameters: Option<Value>,
}

pub(super) struct Api {
    client: reqwest::Client,
    base: Url,
    token: BotToken,
}

impl fmt::Debug for Api {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Api").field("base", &self.base.as_str()).field("token", &self.token).finish()
    }
}

impl Api {
    pub(super) fn new(token: BotToken, base_url: &str) -> Result<Self, TelegramConfigError> {
        let base = http::base_url(base_url)?;
        let client = http::client(&base).map_err(|error| TelegramConfigError::NoHttps(error.to_string()))?;
        Ok(Self { client, base, token })
    }

    fn root(&self) -> &str {
        self.base.as_str().trim_end_matches('/')
    }

    pub(super) async fn call(&self, call: Call) -> Result<Answer, ChannelError> {
        let url = format!("{}/bot{}/{}", self.root(), self.token.expose(), call.method);
        let kind = call.kind;
        let request = self.client.post(url).timeout(call.timeout());
        let request = match call.payload {
            Payload::Json(params) => request.json(&params),
            Payload::Form(form, _) => request.multipart(form),
        };
        let response = request.send().await.map_err(|error| self.without_token(http::transport_error(error, kind)))?;
        let status = response.status().as_u16();
        let date_ms = header(&response, "date").and_then(read_http_date_ms);
        let retry_after_s = header(&response, "retry-after").and_then(|text| text.trim().parse::<u64>().ok());
        let body = response.bytes().await.map_err(|error| self.without_token(http::transport_error(error, kind)))?;
        let envelope = match serde_json::from_slice::<Envelope>(&body) {
            Ok(envelope) => envelope,
            // A proxy's page, or half an answer.
            Err(_) if (200..300).contains(&status) => {
                return Err(kind.unclear(format!("{} was answered with something unreadable", call.method)));
            }
            // These mean what they say only in Telegram's own words: a proxy or a captive portal
            // says them too, of itself, and lets nothing through.
            Err(_) if matches!(status, 401 | 403 | 404 | 407) => {
                return Err(ChannelError::NotReached(format!("something before Telegram answered {status}")));
            }
            Err(_) => Envelope {
                ok: false,
                result: Value::Null,
                description: None,
                error_code: Some(status),
                parameters: None,
            },
        };
        if envelope.ok {
            return Ok(Answer { result: envelope.result, date_ms });
        }
        Err(self.without_token(failure(status, envelope, retry_after_s, kind)))
    }

    /// Writes the file to `into`; on failure nothing is left there.
    pub(super) async fn download(&self, file_path: &str, into: &Path, max_bytes: u64) -> Result<u64, ChannelError> {
        let written = self.stream_to(file_path, into, max_bytes).await;
        if written.is_err() {
            // Best effort: the error that matters is the first one.
            let _ = tokio::fs::remove_file(into).await;
        }
        written.map_err(|error| self.without_token(error))
    }

    async fn stream_to(&self, file_path: &str, into: &Path, max_bytes: u64) -> Result<u64, ChannelError> {
        let read_error = |error| http::transport_error(error, CallKind::Read);
        let url = self.file_url(file_path)?;
        let mut response = self.client.get(url).timeout(DOWNLOAD_TIMEOUT).send().await.map_err(read_error)?;
        match response.status().as_u16() {
            200 => {}
            401 => return Err(ChannelError::Unauthorized),
            404 | 410 => return Err(refused("FILE_GONE", None)),
            429 => return Err(ChannelError::SlowDown { retry_after_ms: SLOW_DOWN.as_millis() as u64 }),
            status @ 400..=499 => return Err(refused(&format!("PROVIDER_{status}"), None)),
            status => return Err(ChannelError::NotReached(format!("the file server answered {status}"))),
        }
        if response.content_length().is_some_and(|length| length > max_bytes) {
            return Err(refused("FILE_TOO_BIG", None));
        }
        let mut file = tokio::fs::File::create(into).await.map_err(|error| crate::disk_error(&error))?;
        let mut size_bytes = 0_u64;
        loop {
            let chunk = tokio::time::timeout(DOWNLOAD_SILENCE, response.chunk())
                .await
                .map_err(|_| ChannelError::NotReached("the download stopped".into()))?
                .map_err(read_error)?;
            let Some(chunk) = chunk else { break };
            size_bytes += chunk.len() as u64;
            if size_bytes > max_bytes {
                return Err(refused("FILE_TOO_BIG", None));
            }
            file.write_all(&chunk).await.map_err(|error| crate::disk_error(&error))?;
        }
        file.flush().await.map_err(|error| crate::disk_error(&error))?;
        Ok(size_bytes)
    }

    /// Every part of the path is escaped, so that a path from outside cannot leave the
    /// token's folder.
    fn file_url(&self, file_path: &str) -> Result<Url, ChannelError> {
        let root = format!("{}/file/bot{}", self.root(), self.token.expose());
        let mut url = Url::parse(&root).map_err(|_| refused("FILE_GONE", None))?;
        let parts: Vec<&str> = file_path.split('/').filter(|part| !part.is_empty()).collect();
        if parts.is_empty() || parts.iter().any(|part| matches!(*part, "." | "..")) {
            return Err(refused("FILE_GONE", Some("Telegram named an odd path".into())));
        }
        url.path_segments_mut().map_err(|()| refused("FILE_GONE", None))?.extend(parts);
        Ok(url)
    }

    /// The words of an error come from outside; the token is cut out of them all the same.
    fn without_token(&self, error: ChannelError) -> ChannelError {
        let clean = |text: String| text.replace(self.token.expose(), "…");
        match error {
            ChannelError::Refused(error) => {
                ChannelError::Refused(SendError { code: error.code, detail: error.detail.map(clean) })
            }
            ChannelError::NotReached(text) => ChannelError::NotReached(clean(text)),
            ChannelError::Uncertain(text) => ChannelError::Uncertain(clean(text)),
            ChannelError::Conflict(text) => ChannelError::Conflict(clean(text)),
            other @ (ChannelError::SlowDown { .. } | ChannelError::Unauthorized) => other,
        }
    }
}

fn header<'a>(response: &'a reqwest::Response, name: &str) -> Option<&'a str> {
    response.headers().get(name)?.to_str().ok()
}

fn read_http_date_ms(text: &str) -> Option<i64> {
    chrono::DateTime::parse_from_rfc2822(text).ok().map(|date| date.timestamp_millis() + 500)
}

fn failure(status: u16, envelope: Envelope, retry_after_s: Option<u64>, kind: CallKind) -> ChannelError {
    let code = envelope.error_code.unwrap_or(status);
    let words = envelope.description.unwrap_or_default();
    let lower = words.to_lowercase();
    let detail = (!words.is_empty()).then(|| words.clone());
    match code {
        401 => ChannelError::Unauthorized,
        // Telegram answers 404 to a token that it never gave out.
        404 if !lower.contains("method") => ChannelError::Unauthorized,
        404 => refused("UNSUPPORTED", detail),
        409 => ChannelError::Conflict(words),
        413 => refused("FILE_TOO_BIG", detail),
        429 => {
            let asked_s = envelope
                .parameters
                .as_ref()
                .and_then(|parameters| parameters.get("retry_after"))
                .and_then(super::parse::id_number)
                .and_then(|seconds| u64::try_from(seconds).ok());
            let retry_after = asked_s.or(retry_after_s).map_or(SLOW_DOWN, Duration::from_secs);
            ChannelError::SlowDown { retry_after_ms: retry_after.as_millis() as u64 }
        }
        403 => refused(forbidden_code(&lower), detail),
        400..=499 => refused(bad_request_code(&lower).unwrap_or(&format!("PROVIDER_{code}")), detail),
        _ => kind.unclear(if words.is_empty() { format!("Telegram answered {code}") } else { words }),
    }
}

fn forbidden_code(words: &str) -> &'static str {
    if words.contains("blocked by the user") {
        "BLOCKED_BY_CUSTOMER"
    } else if words.contains("deactivated") {
        "CUSTOMER_GONE"
    } else if words.contains("initiate conversation") {
        "CANNOT_START"
    } else {
        "PROVIDER_403"
    }
}

/// The Bot API has no codes below 400: its English words are the only distinction.
fn bad_request_code(words: &str) -> Option<&'static str> {
    const CODES: [(&str, &str); 22] = [
        ("message is not modified", NOT_MODIFIED),
        ("there is no text in the message to edit", NO_TEXT_TO_EDIT),
        ("message can't be edited", "CANNOT_EDIT"),
        ("message to edit not found", "CANNOT_EDIT"),
        ("message_id_invalid", "CANNOT_EDIT"),
        ("chat not found", "CHAT_NOT_FOUND"),
        ("chat_id is empty", "CHAT_NOT_FOUND"),
        ("chat identifier is empty", "CHAT_NOT_FOUND"),
        ("peer_id_invalid", "CHAT_NOT_FOUND"),
        ("user_is_blocked", "BLOCKED_BY_CUSTOMER"),
        ("file is too big", "FILE_TOO_BIG"),
        ("entity too large", "FILE_TOO_BIG"),
        ("file must be non-empty", "FILE_EMPTY"),
        ("message is too long", "TEXT_TOO_LONG"),
        ("caption is too long", "TEXT_TOO_LONG"),
        ("text is empty", "TEXT_EMPTY"),
        ("text must be non-empty", "TEXT_EMPTY"),
        ("photo_invalid_dimensions", "FILE_REFUSED"),
        ("image_process_failed", "FILE_REFUSED"),
        ("wrong type of the web page content", "FILE_REFUSED"),
        ("voice_messages_forbidden", "VOICE_FORBIDDEN"),
        ("wrong file", "FILE_GONE"),
    ];
    CODES.iter().find(|(part, _)| words.contains(part)).map(|(_, code)| *code)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn the_date_header_gives_the_middle_of_its_second() {
        assert_eq!(read_http_date_ms("Sun, 06 Nov 1994 08:49:37 GMT"), Some(784_111_777_500), "RFC 9110's own example");
        assert_eq!(read_http_date_ms("yesterday"), None, "an odd header is no clock");
    }

    #[test]
    fn a_path_from_outside_cannot_leave_the_tokens_folder() {
        let api = Api::new(BotToken::parse("1:abc").unwrap(), "http://127.0.0.1:9/x/").unwrap();
        assert!(api.file_url("../other/file").is_err(), "dots would climb out of the token's folder");
        let url = api.file_url("photos/a b?c#d.jpg").unwrap();
        assert_eq!(url.path(), "/x/file/bot1:abc/photos/a%20b%3Fc%23d.jpg", "escaped, below the base's own path");
        assert_eq!(url.query(), None, "a question mark in a name does not start a query");
    }
}
