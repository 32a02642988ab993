//! A strict stand-in for the Bot API: what the real server checks, it checks, in the real
//! server's words, and it remembers everything that was asked of it.
//!
//! Kept: an offset confirms what is below it and nothing else; unconfirmed updates come again;
//! a second poll ends the first with 409, a webhook every poll; only allowed kinds are queued;
//! private chats exist once the person wrote; `getFile` stops at 20 MB.
//! It needs nothing of this crate but axum and tokio: the adapter's own tests include the file.

// Named, because the adapter's tests include this file from elsewhere.
#[path = "telegram_fake/methods.rs"]
mod methods;

use axum::Router;
use axum::extract::{FromRequest as _, Multipart, Path, Request, State as Shared};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use axum::routing::any;
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{Duration, Instant};
use tokio::sync::Notify;

pub const TOKEN: &str = "123456789:AAFake-Token_ABCDEFGHIJKLMNOPQRSTUV";
pub const BOT_ID: i64 = 123_456_789;

/// What goes wrong with the next call of a method.
#[derive(Clone, Debug)]
pub enum Fault {
    /// Does it, then closes the connection without a word.
    DropAfterAccepting,
    /// Closes the connection without doing it. From outside the two look the same.
    DropBeforeAccepting,
    /// Does it, sends the head of an answer and breaks off.
    BreakOff,
    /// This status and body instead.
    Answer(u16, Value),
    /// A proxy's page with this status.
    Page(u16),
    TooManyRequests {
        retry_after_s: u32,
    },
}

/// What the bot sent and a person received.
#[derive(Clone, Debug)]
pub struct SentMessage {
    pub chat: i64,
    pub message_id: i64,
    pub method: String,
    /// Parameters as text or JSON; files are in `files`.
    pub params: Map<String, Value>,
    pub files: Vec<UploadedFile>,
    /// Texts or captions before edits, oldest first.
    pub earlier: Vec<String>,
}

#[derive(Clone, Debug)]
pub struct UploadedFile {
    pub field: String,
    pub file_name: String,
    pub mime: String,
    pub bytes: Vec<u8>,
}

#[derive(Clone, Debug)]
pub struct SeenPoll {
    pub at: Instant,
    pub offset: i64,
    pub timeout_s: i64,
    pub allowed_updates: Vec<String>,
}

struct StoredFile {
    path: String,
    bytes: Vec<u8>,
    /// May be more than `bytes`, so that a test needs no 20 MB.
    claimed_bytes: u64,
}

#[derive(Default)]
struct World {
    updates: VecDeque<Value>,
    next_update_id: i64,
    next_message_id: i64,
    allowed: Option<HashSet<String>>,
    chats: BTreeMap<i64, HashSet<i64>>,
    blocked: HashSet<i64>,
    sent: Vec<SentMessage>,
    polls: Vec<SeenPoll>,
    calls: Vec<String>,
    faults: HashMap<String, VecDeque<Fault>>,
    files: HashMap<String, StoredFile>,
    /// The sizes of a person's picture, as the API lists them.
    profile_photos: HashMap<i64, Vec<Value>>,
    revoked: bool,
    webhook: bool,
    answers_at_once: bool,
    stretches: bool,
    /// Counts polls; the newest is the only one that may go on.
    poll_no: u64,
    date_s: Option<i64>,
}

struct Server {
    world: Mutex<World>,
    changed: Notify,
}

pub struct TelegramFake {
    address: SocketAddr,
    server: Arc<Server>,
    task: tokio::task::JoinHandle<()>,
}

impl Drop for TelegramFake {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl TelegramFake {
    /// On a free port of this computer.
    pub async fn start() -> std::io::Result<Self> {
        let world = World { next_update_id: 1_000, next_message_id: 1, ..World::default() };
        let server = Arc::new(Server { world: Mutex::new(world), changed: Notify::new() });
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let router = Router::new()
            .route("/file/{bot}/{*path}", any(download))
            .route("/{bot}/{method}", any(call))
            .layer(axum::extract::DefaultBodyLimit::max(60 * 1024 * 1024))
            .with_state(server.clone());
        let task = tokio::spawn(async move {
            // Ends with the task, when the fake is dropped.
            let _ = axum::serve(listener, router).await;
        });
        Ok(Self { address, server, task })
    }

    pub fn base_url(&self) -> String {
        format!("http://{}", self.address)
    }

    fn world(&self) -> MutexGuard<'_, World> {
        self.server.world()
    }

    // -- people -----------------------------------------------------------------------------

    /// A person writes; returns the message id.
    pub fn customer_writes(&self, chat: i64, text: &str) -> i64 {
        self.customer_sends(chat, json!({ "text": text }))
    }

    /// A person sends a message with these fields.
    pub fn customer_sends(&self, chat: i64, content: Value) -> i64 {
        let message_id = {
            let mut world = self.world();
            let id = world.new_message_id();
            world.chats.entry(chat).or_default().insert(id);
            let mut message = json!({
                "message_id": id,
                "date": world.now_s(),
                "chat": { "id": chat, "type": "private", "first_name": format!("Person {chat}") },
                "from": { "id": chat, "is_bot": false, "first_name": format!("Person {chat}"), "language_code": "es" },
            });
            if let (Some(message), Value::Object(content)) = (message.as_object_mut(), content) {
                message.extend(content);
            }
            world.queue("message", message);
            id
        };
        self.server.changed.notify_waiters();
        message_id
    }

    pub fn customer_edits(&self, chat: i64, message_id: i64, text: &str) {
        let now_s = self.world().now_s();
        self.update(
            "edited_message",
            json!({ "message_id": message_id, "date": now_s, "edit_date": now_s,
                "chat": { "id": chat, "type": "private" }, "from": { "id": chat, "first_name": "P" }, "text": text }),
        );
    }

    /// `emoji` empty: takes the reaction away.
    pub fn customer_reacts(&self, chat: i64, message_id: i64, emoji: &str) {
        let now_s = self.world().now_s();
        let reactions = if emoji.is_empty() { json!([]) } else { json!([{ "type": "emoji", "emoji": emoji }]) };
        self.update(
            "message_reaction",
            json!({ "chat": { "id": chat, "type": "private" }, "message_id": message_id, "date": now_s,
                "user": { "id": chat, "first_name": "P" }, "old_reaction": [], "new_reaction": reactions }),
        );
    }

    /// An update of any kind; queued only if that kind is asked for.
    pub fn update(&self, kind: &str, content: Value) {
        self.world().queue(kind, content);
        self.server.changed.notify_waiters();
    }

    /// Goes on at this id, as Telegram may after a quiet week.
    pub fn jump_to_update_id(&self, id: i64) {
        self.world().next_update_id = id;
    }

    pub fn block(&self, chat: i64) {
        self.world().blocked.insert(chat);
        self.update(
            "my_chat_member",
            json!({ "chat": { "id": chat, "type": "private" }, "from": { "id": chat },
            "old_chat_member": { "status": "member" }, "new_chat_member": { "status": "kicked" } }),
        );
    }

    /// A file that a person sent; returns its id.
    pub fn add_file(&self, path: &str, bytes: &[u8]) -> String {
        self.add_claimed_file(path, bytes, bytes.len() as u64)
    }

    /// A file that says it has another size than it has.
    pub fn add_claimed_file(&self, path: &str, bytes: &[u8], claimed_bytes: u64) -> String {
        let mut world = self.world();
        let id = format!("file-{}", world.files.len() + 1);
        world.files.insert(id.clone(), StoredFile { path: path.to_owned(), bytes: bytes.to_vec(), claimed_bytes });
        id
    }

    /// A person shows a picture, in these widths; the bytes of each are its width in words.
    pub fn set_profile_photo(&self, user: i64, widths_px: &[i64]) {
        let sizes = widths_px.iter().map(|width| {
            let bytes = width.to_string().into_bytes();
            let id = self.add_file(&format!("profile/{user}/{width}.jpg"), &bytes);
            json!({ "file_id": id, "file_unique_id": format!("u{id}"), "width": width, "height": width, "file_size": bytes.len() })
        });
        let sizes = sizes.collect();
        self.world().profile_photos.insert(user, sizes);
    }

    // -- how it behaves ---------------------------------------------------------------------

    pub fn revoke_token(&self) {
        self.world().revoked = true;
        self.server.changed.notify_waiters();
    }

    pub fn set_webhook(&self, on: bool) {
        self.world().webhook = on;
        self.server.changed.notify_waiters();
    }

    /// Empty answers do not wait for the timeout.
    pub fn answer_at_once(&self) {
        self.world().answers_at_once = true;
    }

    /// The same offset within 3 s is answered after 3 s, as the real server does.
    pub fn stretch_same_offset(&self) {
        self.world().stretches = true;
    }

    /// Message times, and the `Date` header.
    pub fn set_time_s(&self, now_s: i64) {
        self.world().date_s = Some(now_s);
    }

    /// The next call of the method goes wrong; faults of one method queue up.
    pub fn fail_next(&self, method: &str, fault: Fault) {
        self.world().faults.entry(method.to_lowercase()).or_default().push_back(fault);
    }

    // -- what happened ----------------------------------------------------------------------

    pub fn sent(&self) -> Vec<SentMessage> {
        self.world().sent.clone()
    }

    pub fn polls(&self) -> Vec<SeenPoll> {
        self.world().polls.clone()
    }

    /// Updates that are not confirmed yet.
    pub fn unconfirmed(&self) -> usize {
        self.world().updates.len()
    }

    pub fn calls(&self, method: &str) -> usize {
        self.world().calls.iter().filter(|seen| seen.eq_ignore_ascii_case(method)).count()
    }
}

impl Server {
    fn world(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }
}

impl World {
    fn now_s(&self) -> i64 {
        let clock = || std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
        self.date_s.unwrap_or_else(|| clock().map_or(0, |since| since.as_secs() as i64))
    }

    fn new_message_id(&mut self) -> i64 {
        self.next_message_id += 1;
        self.next_message_id - 1
    }

    /// Kinds that nobody asked for are not kept, as at Telegram.
    fn queue(&mut self, kind: &str, content: Value) {
        let by_default = !matches!(kind, "chat_member" | "message_reaction" | "message_reaction_count");
        let wanted = self.allowed.as_ref().map_or(by_default, |allowed| allowed.contains(kind));
        if wanted {
            self.updates.push_back(json!({ "update_id": self.next_update_id, kind: content }));
            self.next_update_id += 1;
        }
    }
}

/// A request's parameters, whatever form they came in.
#[derive(Default)]
struct Params {
    fields: Map<String, Value>,
    files: Vec<UploadedFile>,
}

impl Params {
    fn number(&self, key: &str) -> Option<i64> {
        let value = self.fields.get(key)?;
        value.as_i64().or_else(|| value.as_str()?.parse().ok())
    }

    fn text(&self, key: &str) -> &str {
        self.fields.get(key).and_then(Value::as_str).unwrap_or_default()
    }

    /// A JSON value; inside a form it is JSON text.
    fn json(&self, key: &str) -> Option<Value> {
        match self.fields.get(key)? {
            Value::String(text) => serde_json::from_str(text).ok(),
            other => Some(other.clone()),
        }
    }
}

async fn read_params(request: Request) -> Result<Params, Refusal> {
    let kind =
        request.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default().to_owned();
    let bad = |words: &str| refuse(400, &format!("Bad Request: {words}"));
    let mut params = Params::default();
    if kind.starts_with("multipart/form-data") {
        let mut form = Multipart::from_request(request, &()).await.map_err(|_| bad("can't parse the form"))?;
        while let Some(field) = form.next_field().await.map_err(|_| bad("can't parse the form"))? {
            let name = field.name().unwrap_or_default().to_owned();
            match field.file_name().map(str::to_owned) {
                Some(file_name) => {
                    let mime = field.content_type().unwrap_or_default().to_owned();
                    let bytes = field.bytes().await.map_err(|_| bad("the upload broke off"))?.to_vec();
                    params.files.push(UploadedFile { field: name, file_name, mime, bytes });
                }
                None => {
                    let text = field.text().await.map_err(|_| bad("can't parse the form"))?;
                    params.fields.insert(name, Value::String(text));
                }
            }
        }
        return Ok(params);
    }
    let body = axum::body::Bytes::from_request(request, &()).await.map_err(|_| bad("the body broke off"))?;
    if body.is_empty() {
        return Ok(params);
    }
    if !kind.starts_with("application/json") {
        return Err(bad("unsupported content type"));
    }
    match serde_json::from_slice(&body) {
        Ok(Value::Object(fields)) => Ok(Params { fields, files: vec![] }),
        _ => Err(bad("can't parse JSON")),
    }
}

fn ok(result: Value) -> Response {
    axum::Json(json!({ "ok": true, "result": result })).into_response()
}

/// A refusal: status and words.
type Refusal = (u16, String);

fn refuse(code: u16, words: &str) -> Refusal {
    (code, words.to_owned())
}

fn error(code: u16, words: &str) -> Response {
    let status = StatusCode::from_u16(code).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    (status, axum::Json(json!({ "ok": false, "error_code": code, "description": words }))).into_response()
}

/// Ends the connection as a crash of the server would. Not a panic: nothing is printed.
fn hang_up() -> ! {
    std::panic::resume_unwind(Box::new("the fake hung up"))
}

fn authorised(server: &Server, bot: &str) -> Result<(), Refusal> {
    match bot.strip_prefix("bot") {
        Some(TOKEN) if !server.world().revoked => Ok(()),
        Some(token) if token == TOKEN || token.split_once(':').is_some_and(|(_, secret)| secret.len() >= 30) => {
            Err(refuse(401, "Unauthorized"))
        }
        _ => Err(refuse(404, "Not Found")),
    }
}

async fn call(
    Shared(server): Shared<Arc<Server>>,
    Path((bot, method)): Path<(String, String)>,
    request: Request,
) -> Response {
    if let Err((code, words)) = authorised(&server, &bot) {
        return error(code, &words);
    }
    let fault = {
        let mut world = server.world();
        world.calls.push(method.clone());
        world.faults.get_mut(&method.to_lowercase()).and_then(VecDeque::pop_front)
    };
    match fault {
        Some(Fault::DropBeforeAccepting) => hang_up(),
        Some(Fault::Answer(status, body)) => {
            let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
            return (status, axum::Json(body)).into_response();
        }
        Some(Fault::Page(status)) => {
            let status = StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_GATEWAY);
            return (status, "<html><body>a proxy speaking</body></html>").into_response();
        }
        Some(Fault::TooManyRequests { retry_after_s }) => {
            let words = format!("Too Many Requests: retry after {retry_after_s}");
            let body = json!({ "ok": false, "error_code": 429, "description": words,
                "parameters": { "retry_after": retry_after_s } });
            return (StatusCode::TOO_MANY_REQUESTS, axum::Json(body)).into_response();
        }
        Some(Fault::DropAfterAccepting | Fault::BreakOff) | None => {}
    }
    let params = match read_params(request).await {
        Ok(params) => params,
        Err((code, words)) => return error(code, &words),
    };
    let mut response = methods::answer(&server, &method, params).await;
    let date_s = server.world().date_s;
    if let Some(value) = date_s.and_then(methods::http_date).and_then(|date| date.parse().ok()) {
        response.headers_mut().insert(header::DATE, value);
    }
    match fault {
        Some(Fault::DropAfterAccepting) => hang_up(),
        Some(Fault::BreakOff) => {
            let (head, _) = response.into_parts();
            Response::from_parts(head, methods::broken())
        }
        _ => response,
    }
}

async fn download(Shared(server): Shared<Arc<Server>>, Path((bot, path)): Path<(String, String)>) -> Response {
    if let Err((code, words)) = authorised(&server, &bot) {
        return error(code, &words);
    }
    let world = server.world();
    match world.files.values().find(|file| file.path == path) {
        Some(file) => (StatusCode::OK, file.bytes.clone()).into_response(),
        None => error(404, "Not Found"),
    }
}

/// How long the same offset may not be asked again without being held back.
const SAME_OFFSET: Duration = Duration::from_secs(3);
