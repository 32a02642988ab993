//! A person at a desk: an app on a folder of its own, restarted at will, with customers who
//! write what the test says.

use embudo_app::{ApiError, App, AppConfig, AppEvent};
use embudo_channels::simulator::SimFile;
use embudo_domain::{Body, ConversationId, FileRef, FileState, MediaKind, MessageId};
use embudo_platform::{KdfCost, MemorySecrets, SecretError, SecretStore};
use embudo_simulator::{Inject, Options, Provider};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::broadcast;

/// Nothing here takes seconds; a loaded machine may.
const PATIENCE: Duration = Duration::from_secs(60);

pub struct Desk {
    pub folder: tempfile::TempDir,
    pub secrets: Arc<MemorySecrets>,
    pub app: Arc<App>,
    events: broadcast::Receiver<AppEvent>,
}

pub fn config(folder: &Path, secrets: Arc<MemorySecrets>) -> AppConfig {
    let open = Arc::new(move |_: bool| Ok::<Arc<dyn SecretStore>, SecretError>(secrets.clone()));
    let mut config = AppConfig::new(folder.join("data"), open);
    config.locale = "pt_BR.UTF-8".to_owned();
    config.passphrase_cost = KdfCost::WEAK_FOR_TESTS;
    config.sample_customers = Options::test(7, Arc::new(embudo_simulator::SystemClock));
    config
}

/// The files of media in this folder and in those below.
pub fn media_files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap().map(Result::unwrap) {
        if entry.file_type().unwrap().is_dir() {
            found.extend(media_files(&entry.path()));
        } else if entry.file_name().len() == 64 {
            found.push(entry.path());
        }
    }
    found
}

impl Desk {
    /// Before the first run.
    pub async fn empty() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let secrets = Arc::new(MemorySecrets::default());
        let app = App::start(config(folder.path(), secrets.clone())).await;
        let events = app.events();
        Self { folder, secrets, app, events }
    }

    /// With a workspace and a line of sample customers.
    pub async fn open() -> Self {
        let Self { folder, secrets, app, .. } = Self::empty().await;
        Self::opened(folder, secrets, app).await
    }

    /// The same on an app that the test made.
    pub async fn opened(folder: tempfile::TempDir, secrets: Arc<MemorySecrets>, app: Arc<App>) -> Self {
        let events = app.events();
        let mut desk = Self { folder, secrets, app, events };
        desk.call(
            "create_workspace",
            json!({ "language": "pt", "workspace_name": "", "my_name": "Ana", "country": "" }),
        )
        .await;
        desk.call("connect_simulator", json!({})).await;
        desk.until("the line is connected", async |desk| {
            desk.call("list_lines", json!({})).await[0]["state"]["state"] == "connected"
        })
        .await;
        desk
    }

    /// What another program run left.
    pub async fn after(folder: tempfile::TempDir, secrets: Arc<MemorySecrets>) -> Self {
        let app = App::start(config(folder.path(), secrets.clone())).await;
        let events = app.events();
        Self { folder, secrets, app, events }
    }

    /// Where the files of the one workspace are.
    pub fn workspace_folder(&self) -> PathBuf {
        let mut folders = std::fs::read_dir(self.folder.path().join("data/workspaces")).unwrap();
        folders.next().unwrap().unwrap().path()
    }

    /// As after the program ended in an orderly way.
    pub async fn restart(&mut self) {
        self.restart_as(config(self.folder.path(), self.secrets.clone())).await;
    }

    pub async fn restart_as(&mut self, config: AppConfig) {
        self.app.stop().await;
        self.app = App::start(config).await;
        self.events = self.app.events();
    }

    pub async fn try_call(&self, command: &str, args: Value) -> Result<Value, ApiError> {
        self.app.call(command, args).await
    }

    pub async fn call(&self, command: &str, args: Value) -> Value {
        match self.app.call(command, args).await {
            Ok(value) => value,
            Err(error) => panic!("{command} was refused: {error:?}"),
        }
    }

    pub async fn code(&self, command: &str, args: Value) -> String {
        match self.app.call(command, args).await {
            Ok(value) => panic!("{command} should have been refused, and answered {value}"),
            Err(error) => error.code,
        }
    }

    pub async fn provider(&self) -> Arc<Provider> {
        self.app.sample_customers().await.unwrap()
    }

    /// Asks again after every event until it is so.
    pub async fn until(&mut self, what: &str, so: impl AsyncFn(&Self) -> bool) {
        assert!(self.waited_for(so).await, "it never came to pass: {what}");
    }

    /// As [`Desk::until`]; `false`: it never came to pass.
    pub async fn waited_for(&mut self, so: impl AsyncFn(&Self) -> bool) -> bool {
        let waited = tokio::time::timeout(PATIENCE, async {
            while !so(self).await {
                // Lagged: something happened all the same. A tick catches what has no event.
                let _ = tokio::time::timeout(Duration::from_millis(500), self.events.recv()).await;
            }
        });
        waited.await.is_ok()
    }

    pub async fn next_event(&mut self, is_it: impl Fn(&AppEvent) -> bool) -> AppEvent {
        let waited = tokio::time::timeout(PATIENCE, async {
            loop {
                let event = self.events.recv().await.unwrap();
                if is_it(&event) {
                    return event;
                }
            }
        });
        waited.await.expect("the event never came")
    }

    /// A customer writes, and it is in the inbox.
    pub async fn customer_writes(&mut self, who: &str, text: &str) -> ConversationId {
        self.provider()
            .await
            .inject(vec![Inject { name: Some(who.to_owned()), ..Inject::text(who, text) }])
            .await
            .unwrap();
        let mut found = None;
        for _ in 0..1_000 {
            found = self.conversation_of(who, text).await;
            if found.is_some() {
                break;
            }
            let _ = tokio::time::timeout(Duration::from_millis(500), self.events.recv()).await;
        }
        found.expect("the message never came into the inbox")
    }

    /// A customer sends a document of these bytes after a word; it is fetched.
    pub async fn customer_sends(&mut self, who: &str, bytes: Vec<u8>) -> (ConversationId, MessageId) {
        let (name, mime) = ("list.bin".to_owned(), "application/octet-stream".to_owned());
        let file = FileRef {
            file: FileState::Waiting { remote: String::new() },
            name: Some(name.clone()),
            mime: mime.clone(),
            size_bytes: bytes.len() as u64,
            width_px: None,
            height_px: None,
            duration_ms: None,
            waveform: Vec::new(),
        };
        let inject = Inject {
            name: Some(who.to_owned()),
            body: Body::Media { media: MediaKind::Document, file, caption: None },
            file: Some(SimFile { name, mime, media: MediaKind::Document, bytes: bytes.into() }),
            ..Inject::text(who, "")
        };
        let id = self.customer_writes(who, "segue o arquivo").await;
        self.provider().await.inject(vec![inject]).await.unwrap();
        let newest = async |desk: &Self| desk.thread(id).await.last().unwrap().clone();
        self.until("the file is here", async |desk| newest(desk).await["body"]["file"]["file"]["state"] == "here")
            .await;
        (id, newest(self).await["id"].as_str().unwrap().parse().unwrap())
    }

    async fn conversation_of(&self, who: &str, text: &str) -> Option<ConversationId> {
        let page = self.call("list_conversations", json!({ "view": { "scope": "everything" }, "limit": 200 })).await;
        let row = page["rows"].as_array()?.iter().find(|row| row["name"] == who)?.clone();
        let id: ConversationId = row["id"].as_str()?.parse().ok()?;
        let thread = self.thread(id).await;
        thread.iter().any(|message| message["body"]["text"] == text).then_some(id)
    }

    pub async fn thread(&self, id: ConversationId) -> Vec<Value> {
        let page = self
            .call(
                "list_messages",
                json!({ "conversation_id": id, "at": { "at": "newest" }, "limit": 100, "with_events": false }),
            )
            .await;
        page["messages"].as_array().unwrap().clone()
    }

    pub async fn draft_id(&self, id: ConversationId) -> MessageId {
        self.call("get_draft", json!({ "conversation_id": id })).await["message_id"].as_str().unwrap().parse().unwrap()
    }

    pub async fn send(&self, id: ConversationId, text: &str) -> MessageId {
        let message_id = self.draft_id(id).await;
        self.call("send_message", json!({ "conversation_id": id, "message_id": message_id, "text": text })).await;
        message_id
    }

    pub async fn no_undo_send(&self) {
        self.call("update_settings", json!({ "undo_send_s": 0 })).await;
    }

    pub async fn delivery(&self, id: MessageId) -> String {
        let messages = self.call("get_messages", json!({ "ids": [id] })).await;
        messages[0]["delivery"].as_str().unwrap_or("none").to_owned()
    }

    pub async fn until_delivery(&mut self, id: MessageId, wanted: &[&str]) {
        self.until("the delivery", async |desk| wanted.contains(&desk.delivery(id).await.as_str())).await;
    }
}
