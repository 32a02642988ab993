//! As much of the WebDriver protocol as these tests use, spoken to WebKitWebDriver, which starts
//! the app and drives its web view.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

const DRIVER: &str = "WebKitWebDriver";
const STARTS_WITHIN: Duration = Duration::from_secs(20);
/// Longer than any script waits: a driver that hangs must not hang the tests.
const ANSWERS_WITHIN: Duration = Duration::from_secs(90);
const SCRIPTS_END_WITHIN: Duration = Duration::from_secs(60);
/// The name that the protocol gives to a reference to an element.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

pub struct Element(String);

/// One session: the app's windows, one of them at a time. Ends with it.
pub struct Driver {
    process: Child,
    port: u16,
    session: String,
}

impl Driver {
    /// Starts the app with its window from a folder, with these variables over ours.
    pub fn open(binary: &str, args: &[&str], folder: &Path, variables: &[(&str, &str)]) -> Self {
        for (variable, what) in [("DISPLAY", "a screen"), ("DBUS_SESSION_BUS_ADDRESS", "a session bus")] {
            assert!(
                std::env::var_os(variable).is_some(),
                "the real app needs {what} ({variable} is not set): run `cargo xtask test`, which brings one"
            );
        }
        let port = free_port();
        let process = Command::new(DRIVER)
            .arg(format!("--port={port}"))
            // Without it the web view takes no orders.
            .env("TAURI_WEBVIEW_AUTOMATION", "true")
            .env("GDK_DEBUG", "no-portals")
            .env("LC_ALL", "C.UTF-8")
            .env("LANGUAGE", "en")
            .current_dir(folder)
            .envs(variables.iter().copied())
            .stdin(Stdio::null())
            .spawn()
            .unwrap_or_else(|error| panic!("{DRIVER}: {error} (on Debian: apt-get install webkit2gtk-driver)"));
        let mut driver = Self { process, port, session: String::new() };
        driver.wait_until_up();
        let options = json!({ "webkitgtk:browserOptions": { "binary": binary, "args": args } });
        let answer = driver
            .ask("POST", "/session", Some(json!({ "capabilities": { "alwaysMatch": options } })))
            .unwrap_or_else(|error| panic!("the app's window did not open: {error}"));
        driver.session = answer["sessionId"].as_str().unwrap_or_else(|| panic!("no session in {answer}")).to_owned();
        let timeouts = json!({ "script": SCRIPTS_END_WITHIN.as_millis() as u64 });
        driver.order("POST", "timeouts", Some(timeouts)).unwrap();
        driver
    }

    fn wait_until_up(&mut self) {
        let end = Instant::now() + STARTS_WITHIN;
        while TcpStream::connect((Ipv4Addr::LOCALHOST, self.port)).is_err() {
            assert!(self.process.try_wait().unwrap().is_none(), "{DRIVER} ended at its start");
            assert!(Instant::now() < end, "{DRIVER} does not listen");
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// The windows of the app, by the driver's names for them.
    pub fn windows(&mut self) -> Result<Vec<String>, String> {
        let handles = self.order("GET", "window/handles", None)?;
        let names = handles.as_array().into_iter().flatten();
        Ok(names.filter_map(Value::as_str).map(str::to_owned).collect())
    }

    /// What follows is about this one.
    pub fn look_at(&mut self, window: &str) -> Result<(), String> {
        self.order("POST", "window", Some(json!({ "handle": window }))).map(drop)
    }

    /// Runs a script that calls its last argument with the answer.
    pub fn run(&mut self, script: &str, args: &[Value]) -> Result<Value, String> {
        self.order("POST", "execute/async", Some(json!({ "script": script, "args": args })))
    }

    pub fn find(&mut self, using: &str, value: &str) -> Result<Element, String> {
        let found = self.order("POST", "element", Some(json!({ "using": using, "value": value })))?;
        Ok(Element(found[ELEMENT].as_str().ok_or_else(|| format!("no element in {found}"))?.to_owned()))
    }

    pub fn click(&mut self, element: &Element) -> Result<(), String> {
        self.order("POST", &format!("element/{}/click", element.0), Some(json!({}))).map(drop)
    }

    /// Presses, moves in a few steps and lets go, as a hand does.
    #[allow(dead_code, reason = "the bench of the window moves cards")]
    pub fn drag(&mut self, from: (i64, i64), to: (i64, i64)) -> Result<(), String> {
        let steps = 6;
        let between = |step: i64, a: i64, b: i64| a + (b - a) * step / steps;
        let mut moves = vec![json!({ "type": "pointerMove", "duration": 0, "x": from.0, "y": from.1 })];
        moves.push(json!({ "type": "pointerDown", "button": 0 }));
        moves.extend((1..=steps).map(|step| {
            let (x, y) = (between(step, from.0, to.0), between(step, from.1, to.1));
            json!({ "type": "pointerMove", "duration": 20, "x": x, "y": y })
        }));
        moves.push(json!({ "type": "pointerUp", "button": 0 }));
        let hand = json!({
            "type": "pointer", "id": "hand", "parameters": { "pointerType": "mouse" }, "actions": moves
        });
        self.order("POST", "actions", Some(json!({ "actions": [hand] }))).map(drop)
    }

    /// Types with the keyboard into an element.
    pub fn keys(&mut self, element: &Element, text: &str) -> Result<(), String> {
        self.order("POST", &format!("element/{}/value", element.0), Some(json!({ "text": text }))).map(drop)
    }

    fn order(&mut self, method: &str, path: &str, body: Option<Value>) -> Result<Value, String> {
        self.ask(method, &format!("/session/{}/{path}", self.session), body)
    }

    /// One request, one answer, one connection.
    fn ask(&self, method: &str, path: &str, body: Option<Value>) -> Result<Value, String> {
        let answer = self.exchange(method, path, body).map_err(|error| format!("{DRIVER} does not answer: {error}"))?;
        let body = answer.split_once("\r\n\r\n").map(|(_, body)| body).unwrap_or_default();
        let value: Value = serde_json::from_str(body).map_err(|error| format!("{error} in {answer}"))?;
        match value["value"]["error"].as_str() {
            Some(error) => Err(format!("{error}: {}", value["value"]["message"].as_str().unwrap_or_default())),
            None => Ok(value["value"].clone()),
        }
    }

    fn exchange(&self, method: &str, path: &str, body: Option<Value>) -> std::io::Result<String> {
        let body = body.map(|value| value.to_string()).unwrap_or_default();
        let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, self.port))?;
        stream.set_read_timeout(Some(ANSWERS_WITHIN))?;
        write!(
            stream,
            "{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nConnection: close\r\n\
             Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
            self.port,
            body.len()
        )?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer)?;
        Ok(answer)
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        // The app may be gone already; then the driver has nothing to close.
        if !self.session.is_empty() {
            let _ = self.ask("DELETE", &format!("/session/{}", self.session), None);
        }
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn free_port() -> u16 {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap().port()
}
