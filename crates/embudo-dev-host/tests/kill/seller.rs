//! The seller's program: `embudo-dev-host` as a process of its own, its commands over HTTP, its
//! events over the WebSocket, and its end by `kill -9`.

use crate::ticks::Ticks;
use futures_util::StreamExt as _;
use serde_json::{Value, json};
use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, Command};
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;

const TOKEN: &str = "kill-tests";
/// No figure of the product: only so that a hang ends with words instead of never.
const WATCHDOG: Duration = Duration::from_secs(120);

/// The process is gone, or is about to be.
#[derive(Debug)]
pub struct Lost;

/// Why a command did not do what it was asked.
#[derive(Debug)]
pub enum No {
    Lost,
    Refused(Value),
}

pub struct Seller {
    process: Child,
    http: reqwest::Client,
    url: String,
    ticks: Ticks,
    /// Messages that the app has announced: from then on they may not be missing.
    arrived: Arc<Mutex<Vec<String>>>,
    log: PathBuf,
}

pub fn program() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_embudo-dev-host"));
    command.kill_on_drop(true).stdin(Stdio::null()).stdout(Stdio::piped());
    command
}

/// For plain HTTP on this computer; the library wants its cryptography all the same.
pub fn http_client() -> reqwest::Client {
    // An error only says that another test of this process was first.
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder().no_proxy().build().unwrap()
}

/// The one line that a program of ours prints when it is ready.
pub async fn first_line(process: &mut Child) -> Option<Value> {
    let mut line = String::new();
    let out = process.stdout.take()?;
    tokio::time::timeout(WATCHDOG, BufReader::new(out).read_line(&mut line)).await.ok()?.ok()?;
    serde_json::from_str(&line).ok()
}

impl Seller {
    pub async fn start(folder: &Path, ticks: &Ticks) -> Self {
        Self::start_as(program(), folder, ticks).await
    }

    /// `command` gets the arguments of the dev host.
    pub async fn start_as(mut command: Command, folder: &Path, ticks: &Ticks) -> Self {
        let log = folder.join("stderr.log");
        let mut process = command
            .args(["--port", "0", "--token", TOKEN, "--data"])
            .arg(folder.join("data"))
            .arg("--secrets")
            .arg(folder.join("secrets.json"))
            .stderr(Stdio::from(File::create(&log).unwrap()))
            .spawn()
            .unwrap();
        let told = first_line(&mut process).await.unwrap_or_else(|| panic!("it did not start:\n{}", read(&log)));
        let url = told["url"].as_str().unwrap().to_owned();
        let http = http_client();
        let arrived = Arc::default();
        let seller = Self { process, http, url, ticks: ticks.clone(), arrived, log };
        seller.listen().await;
        seller
    }

    async fn listen(&self) {
        let mut request = format!("{}/events", self.url.replace("http:", "ws:")).into_client_request().unwrap();
        request.headers_mut().insert("authorization", format!("Bearer {TOKEN}").parse().unwrap());
        let (mut socket, _) = tokio_tungstenite::connect_async(request).await.expect("the app gives its events");
        let (ticks, arrived) = (self.ticks.clone(), self.arrived.clone());
        tokio::spawn(async move {
            while let Some(Ok(frame)) = socket.next().await {
                let Ok(event) = serde_json::from_str::<Value>(frame.to_text().unwrap_or_default()) else { continue };
                if event["event"] == "message_arrived" {
                    arrived.lock().unwrap().push(text(&event["message_id"]));
                }
                ticks.news();
            }
        });
    }

    pub async fn try_call(&self, command: &str, args: Value) -> Result<Value, No> {
        let asked = self.http.post(format!("{}/call/{command}", self.url)).bearer_auth(TOKEN).json(&args).send();
        let answer = asked.await.map_err(|_| No::Lost)?;
        let is_done = answer.status().is_success();
        let body: Value = answer.json().await.map_err(|_| No::Lost)?;
        self.ticks.answered();
        if is_done { Ok(body) } else { Err(No::Refused(body)) }
    }

    /// A command that nothing stands in the way of.
    pub async fn call(&self, command: &str, args: Value) -> Result<Value, Lost> {
        self.try_call(command, args.clone()).await.map_err(|no| match no {
            No::Lost => Lost,
            No::Refused(why) => panic!("{command} {args} was refused: {why}"),
        })
    }

    /// Looks again after everything that happens until `look` finds what it looks for.
    pub async fn until<T>(
        &self,
        what: &str,
        look: impl AsyncFnMut(&Self) -> Result<Option<T>, Lost>,
    ) -> Result<T, Lost> {
        self.look_until(look).await.unwrap_or_else(|| panic!("waited in vain: {what}"))
    }

    /// Nothing when the watchdog ended the wait.
    async fn look_until<T>(
        &self,
        mut look: impl AsyncFnMut(&Self) -> Result<Option<T>, Lost>,
    ) -> Option<Result<T, Lost>> {
        let waiting = async {
            loop {
                let mut watch = self.ticks.watch();
                if let Some(found) = look(self).await? {
                    return Ok(found);
                }
                if watch.changed().await.is_err() {
                    return Err(Lost);
                }
            }
        };
        tokio::time::timeout(WATCHDOG, waiting).await.ok()
    }

    pub async fn messages(&self, ids: &[String]) -> Result<Vec<Value>, Lost> {
        let views = self.call("get_messages", json!({ "ids": ids })).await?;
        Ok(views.as_array().cloned().unwrap_or_default())
    }

    pub async fn message(&self, id: &str) -> Result<Option<Value>, Lost> {
        Ok(self.messages(&[id.to_owned()]).await?.pop())
    }

    /// Until a message stands in one of these states.
    pub async fn until_state(&self, id: &str, states: &[&str]) -> Result<String, Lost> {
        let found = self.look_until(async |seller| {
            let view = seller.message(id).await?;
            Ok(view.map(|view| text(&view["delivery"])).filter(|state| states.contains(&state.as_str())))
        });
        if let Some(found) = found.await {
            return found;
        }
        let (message, status) = (self.message(id).await?, self.call("get_status", json!({})).await?);
        panic!("waited in vain for {states:?}: {message:?} while {status}")
    }

    /// For who looks at the files of its own mount.
    #[allow(dead_code)]
    pub fn process_id(&self) -> u32 {
        self.process.id().expect("it runs")
    }

    /// `kill -9`, and gone when it returns. What it announced before.
    pub async fn kill(mut self) -> Vec<String> {
        self.process.kill().await.unwrap();
        let said = read(&self.log);
        assert!(!said.contains("panicked"), "the app panicked:\n{said}");
        self.arrived.lock().unwrap().clone()
    }
}

pub fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_default()
}
