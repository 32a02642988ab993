//! The stage of a golden scenario: the whole app on a folder of its own, and outside of it a
//! simulated channel behind HTTP that outlives every life of the app. Time stands still until
//! the scenario moves it; the computer's clock may be wrong, the channel's never is.

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse as _, Response};
use axum::routing::post;
use embudo_app::{ApiError, App, AppEvent};
use embudo_channels::simulator::{SimAnswer, SimFailure, SimRequest, SimResponse};
use embudo_domain::{ConversationId, Delivery, MessageId};
use embudo_platform::{FakeClock, MemorySecrets};
use embudo_simulator::{Attempt, Faults, Inject, ManualClock, Options, Provider, Rules};
use serde_json::{Value, json};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::runtime::Runtime;
use tokio::sync::{broadcast, watch};

pub const SECOND_MS: i64 = 1_000;
pub const HOUR_MS: i64 = 3_600_000;
pub const DAY_MS: i64 = 24 * HOUR_MS;

/// Nothing here takes seconds; a loaded machine may.
const PATIENCE: Duration = Duration::from_secs(60);
/// 2026-01-05 12:00 UTC: in the past, so that no clock of this machine plays a part.
const NOON_MS: i64 = 1_767_614_400_000;

/// The rules of WhatsApp Cloud: a window of 24 h, no ids of ours, nothing to ask afterwards.
pub fn cloud() -> Rules {
    Rules { window_ms: Some(DAY_MS), can_look_up: false, tells_time: true, ..Rules::default() }
}

/// The rules of a linked device: it takes our id and drops a second send of it.
pub fn linked() -> Rules {
    Rules { client_ids: true, tells_time: true, ..Rules::default() }
}

/// The channel's server, and what a scenario does to it.
struct Outside {
    provider: Arc<Provider>,
    /// Sends are taken and not answered.
    holds_answers: watch::Sender<bool>,
    held: watch::Sender<usize>,
    /// Polls bring nothing: the webhooks are late.
    is_quiet: AtomicBool,
    /// How often each update is told, shuffled.
    tellings: AtomicUsize,
}

struct Life {
    inside: Runtime,
    app: Arc<App>,
    events: Mutex<broadcast::Receiver<AppEvent>>,
}

pub struct Stage {
    outside: Runtime,
    channel: Arc<Outside>,
    channel_clock: Arc<ManualClock>,
    computer: Arc<FakeClock>,
    folder: tempfile::TempDir,
    secrets: Arc<MemorySecrets>,
    life: Option<Life>,
    pub line_id: Value,
}

impl Stage {
    /// A workspace with one line to a channel of these rules. No undo-send: a click leaves at once.
    pub fn open(rules: Rules) -> Self {
        Self::with_wrong_clock(rules, 0)
    }

    /// As [`Stage::open`] on a computer whose clock is off by so much.
    pub fn with_wrong_clock(rules: Rules, off_ms: i64) -> Self {
        let outside = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        let channel_clock = Arc::new(ManualClock::new(NOON_MS));
        let options = Options { rules, ..Options::test(7, channel_clock.clone()) };
        let provider = outside.block_on(Provider::in_memory(options)).unwrap();
        let channel = Arc::new(Outside {
            provider,
            holds_answers: watch::channel(false).0,
            held: watch::channel(0).0,
            is_quiet: AtomicBool::new(false),
            tellings: AtomicUsize::new(1),
        });
        let listener = outside.block_on(tokio::net::TcpListener::bind("127.0.0.1:0")).unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let router = Router::new().route("/simulator", post(simulator)).with_state(channel.clone());
        outside.spawn(async move { axum::serve(listener, router).await.unwrap() });
        let mut stage = Self {
            outside,
            channel,
            channel_clock,
            computer: Arc::new(FakeClock::at_ms(NOON_MS + off_ms)),
            folder: tempfile::tempdir().unwrap(),
            secrets: Arc::default(),
            life: None,
            line_id: Value::Null,
        };
        stage.begin();
        stage.call(
            "create_workspace",
            json!({ "language": "pt", "workspace_name": "", "my_name": "Ana", "country": "" }),
        );
        stage.line_id = stage.call("connect_simulator", json!({ "base_url": url }))["id"].clone();
        stage.call("update_settings", json!({ "undo_send_s": 0 }));
        stage.until_connected();
        stage
    }

    // -- the app --------------------------------------------------------------------------------

    pub fn begin(&mut self) {
        let inside = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        let mut config = crate::desk::config(self.folder.path(), self.secrets.clone());
        config.clock = self.computer.clone();
        let app = inside.block_on(App::start(config));
        let events = Mutex::new(app.events());
        self.life = Some(Life { inside, app, events });
    }

    /// The process is gone in the middle of whatever it did: tasks end where they stand, nothing
    /// is flushed, closed or said goodbye to. What is left is what was on disk.
    pub fn crash(&mut self) {
        let Life { inside, app, events } = self.life.take().unwrap();
        inside.shutdown_timeout(PATIENCE);
        let _anywhere = self.outside.enter();
        drop((events, app));
    }

    fn life(&self) -> &Life {
        self.life.as_ref().unwrap()
    }

    pub fn try_call(&self, command: &str, args: Value) -> Result<Value, ApiError> {
        let Life { inside, app, .. } = self.life();
        inside.block_on(app.call(command, args))
    }

    pub fn call(&self, command: &str, args: Value) -> Value {
        match self.try_call(command, args) {
            Ok(value) => value,
            Err(error) => panic!("{command} was refused: {error:?}"),
        }
    }

    /// Begins a command and does not wait for its answer.
    pub fn call_and_look_away(&self, command: &'static str, args: Value) {
        let Life { inside, app, .. } = self.life();
        let app = app.clone();
        inside.spawn(async move { app.call(command, args).await });
    }

    /// Asks again after every event until it is so.
    pub fn until(&self, what: &str, so: impl Fn(&Self) -> bool) {
        let deadline = std::time::Instant::now() + PATIENCE;
        while !so(self) {
            assert!(std::time::Instant::now() < deadline, "it never came to pass: {what}");
            let mut events = self.life().events.lock().unwrap();
            // Lagged: something happened all the same. A tick catches what has no event.
            let _ = self
                .life()
                .inside
                .block_on(async { tokio::time::timeout(Duration::from_millis(200), events.recv()).await });
        }
    }

    /// What was told so far and not yet looked at.
    pub fn told(&self) -> Vec<AppEvent> {
        let mut events = self.life().events.lock().unwrap();
        let mut told = Vec::new();
        loop {
            match events.try_recv() {
                Ok(event) => told.push(event),
                Err(broadcast::error::TryRecvError::Lagged(_)) => panic!("more events than a listener holds"),
                Err(_) => return told,
            }
        }
    }

    pub fn until_connected(&self) {
        self.until("the line is connected", |stage| {
            stage.call("list_lines", json!({}))[0]["state"]["state"] == "connected"
        });
    }

    // -- the seller -----------------------------------------------------------------------------

    pub fn rows(&self) -> Vec<Value> {
        let page = self.call("list_conversations", json!({ "view": { "scope": "everything" }, "limit": 200 }));
        page["rows"].as_array().unwrap().clone()
    }

    pub fn chat(&self, id: ConversationId) -> Value {
        self.call("get_conversation", json!({ "conversation_id": id }))
    }

    pub fn thread(&self, id: ConversationId) -> Vec<Value> {
        let at = json!({ "at": "newest" });
        let args = json!({ "conversation_id": id, "at": at, "limit": 200, "with_events": false });
        self.call("list_messages", args)["messages"].as_array().unwrap().clone()
    }

    pub fn draft(&self, id: ConversationId) -> (MessageId, String) {
        let draft = self.call("get_draft", json!({ "conversation_id": id }));
        (draft["message_id"].as_str().unwrap().parse().unwrap(), draft["text"].as_str().unwrap().to_owned())
    }

    /// Presses Enter; the words are in the queue when it returns.
    pub fn send(&self, id: ConversationId, text: &str) -> Result<MessageId, ApiError> {
        let (message_id, _) = self.draft(id);
        self.try_call("send_message", json!({ "conversation_id": id, "message_id": message_id, "text": text }))?;
        Ok(message_id)
    }

    pub fn message(&self, id: MessageId) -> Value {
        self.call("get_messages", json!({ "ids": [id] }))[0].clone()
    }

    pub fn delivery(&self, id: MessageId) -> String {
        self.message(id)["delivery"].as_str().unwrap_or("none").to_owned()
    }

    pub fn until_delivery(&self, id: MessageId, wanted: &[&str]) {
        self.until(&format!("{id} is one of {wanted:?}"), |stage| wanted.contains(&stage.delivery(id).as_str()));
    }

    // -- outside --------------------------------------------------------------------------------

    /// Time passes, for the channel and for the computer alike.
    pub fn pass(&self, ms: i64) {
        self.computer.advance_ms(ms);
        self.channel_clock.advance(ms);
        self.channel.provider.wake();
    }

    /// True time.
    pub fn now_ms(&self) -> i64 {
        self.outside.block_on(self.channel.provider.now_ms())
    }

    /// Customers write, in one breath.
    pub fn write(&self, messages: &[(&str, &str)]) {
        let inject = |(who, text): &(&str, &str)| Inject { name: Some((*who).to_owned()), ..Inject::text(who, text) };
        self.outside.block_on(self.channel.provider.inject(messages.iter().map(inject).collect())).unwrap();
    }

    /// A customer writes, and it is in the inbox.
    pub fn customer_writes(&self, who: &str, text: &str) -> ConversationId {
        self.write(&[(who, text)]);
        let id = |stage: &Self| {
            let row = stage.rows().into_iter().find(|row| row["name"] == who)?;
            row["id"].as_str()?.parse::<ConversationId>().ok()
        };
        self.until("the message is in the inbox", |stage| {
            id(stage).is_some_and(|id| stage.thread(id).iter().any(|message| message["body"]["text"] == text))
        });
        id(self).unwrap()
    }

    pub fn faults(&self, faults: Faults) {
        self.outside.block_on(self.channel.provider.set_faults(faults)).unwrap();
    }

    /// The channel's status webhook, with our key in it, as WhatsApp hands back what it was given.
    pub fn reports_delivered(&self, id: MessageId) {
        let provider = &self.channel.provider;
        self.outside.block_on(async {
            let had = provider.deliveries().await.unwrap().into_iter().find(|had| had.client_key == id).unwrap();
            provider.report(Some(had.provider_id), Some(id), Delivery::Delivered, None).await.unwrap();
        });
    }

    /// How often customers have it.
    pub fn times_received(&self, id: MessageId) -> usize {
        self.outside.block_on(self.channel.provider.times_received(id)).unwrap()
    }

    /// Every send of it that reached the channel's door.
    pub fn attempts(&self, id: MessageId) -> Vec<Attempt> {
        let all = self.outside.block_on(self.channel.provider.attempts()).unwrap();
        all.into_iter().filter(|attempt| attempt.client_key == id).collect()
    }

    /// From now on sends are taken and their answer is kept back; `false` lets the held ones break.
    pub fn hold_answers(&self, hold: bool) {
        self.channel.holds_answers.send_replace(hold);
    }

    /// So many sends were taken whose answer is kept back: their bytes have left.
    pub fn until_held(&self, count: usize) {
        let mut held = self.channel.held.subscribe();
        let waited =
            self.outside.block_on(async { tokio::time::timeout(PATIENCE, held.wait_for(|held| *held >= count)).await });
        assert!(waited.is_ok(), "the bytes never left");
    }

    /// While quiet, polls bring nothing: what the channel has to tell is late.
    pub fn quiet(&self, quiet: bool) {
        self.channel.is_quiet.store(quiet, Ordering::SeqCst);
        self.channel.provider.wake();
    }

    /// Tells each update so often, shuffled.
    pub fn tell_again(&self, times: usize) {
        self.channel.tellings.store(times, Ordering::SeqCst);
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        if self.life.is_some() {
            self.crash();
        }
    }
}

async fn simulator(State(channel): State<Arc<Outside>>, body: Bytes) -> Response {
    let request: SimRequest = serde_json::from_slice(&body).unwrap();
    let is_send = matches!(request, SimRequest::Send { .. });
    let mut asked_after = None;
    if let SimRequest::Poll { cursor, .. } = &request {
        asked_after = Some(cursor.clone());
    }
    let mut answer = channel.provider.handle(request).await;
    if is_send && *channel.holds_answers.borrow() {
        channel.held.send_modify(|held| *held += 1);
        let _ = channel.holds_answers.subscribe().wait_for(|hold| !hold).await;
        return hang_up();
    }
    if let SimAnswer::Ok(SimResponse::Batch { updates, cursor, .. }) = &mut answer {
        if channel.is_quiet.load(Ordering::SeqCst) {
            updates.clear();
            *cursor = asked_after.flatten();
        }
        let times = channel.tellings.load(Ordering::SeqCst);
        let once = std::mem::take(updates);
        // Each telling in another order, and one into the other.
        for telling in 0..times {
            for at in 0..once.len() {
                let update = once[(at * 7 + telling * 3) % once.len()].clone();
                let place = (at * 5 + telling * 11) % (updates.len() + 1);
                updates.insert(place, update);
            }
        }
    }
    match answer {
        SimAnswer::Err(SimFailure::Uncertain { .. }) => hang_up(),
        answer => ([(header::CONTENT_TYPE, "application/json")], serde_json::to_vec(&answer).unwrap()).into_response(),
    }
}

/// The connection ends without an answer.
fn hang_up() -> Response {
    let broken: Result<Bytes, std::io::Error> = Err(std::io::Error::other("lost on purpose"));
    Body::from_stream(futures_util::stream::iter([broken])).into_response()
}
