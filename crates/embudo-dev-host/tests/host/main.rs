//! The host as scripts and browsers meet it: a process, a port, HTTP.
#![allow(clippy::unwrap_used)]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};

struct Host {
    process: Child,
    address: String,
    token: String,
    _folder: tempfile::TempDir,
}

impl Drop for Host {
    fn drop(&mut self) {
        // It may have ended by itself; then the test has said so already.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Host {
    fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut process = Command::new(env!("CARGO_BIN_EXE_embudo-dev-host"))
            .args(["--port", "0", "--data"])
            .arg(folder.path().join("data"))
            .arg("--secrets")
            .arg(folder.path().join("secrets.json"))
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(process.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let told: serde_json::Value = serde_json::from_str(&line).unwrap();
        let address = told["url"].as_str().unwrap().strip_prefix("http://").unwrap().to_owned();
        Self { process, address, token: told["token"].as_str().unwrap().to_owned(), _folder: folder }
    }

    /// Status, head and body of one request.
    fn ask(&self, line: &str, headers: &[(&str, &str)], body: &str) -> (u16, String, String) {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        let mut request = format!(
            "{line} HTTP/1.1\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: {}\r\n",
            body.len()
        );
        if !headers.iter().any(|(name, _)| *name == "Host") {
            request.push_str(&format!("Host: {}\r\n", self.address));
        }
        for (name, value) in headers {
            request.push_str(&format!("{name}: {value}\r\n"));
        }
        stream.write_all(format!("{request}\r\n{body}").as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        (head.split(' ').nth(1).unwrap().parse().unwrap(), head.to_lowercase(), body.to_owned())
    }
}

#[test]
fn scripts_come_in_with_the_token_and_browsers_with_its_cookie() {
    let host = Host::start();
    let bearer = format!("Bearer {}", host.token);
    let (status, _, body) = host.ask("POST /call/get_app_state", &[("Authorization", &bearer)], "{}");
    assert_eq!(status, 200, "{body}");
    assert!(body.contains("\"phase\":\"first_run\""), "the app itself answers: {body}");

    let origin = format!("http://{}", host.address);
    let (status, head, _) =
        host.ask("POST /session", &[("Origin", &origin)], &format!("{{\"token\":\"{}\"}}", host.token));
    assert_eq!(status, 204);
    let cookie = head.lines().find_map(|line| line.strip_prefix("set-cookie: ")).unwrap().to_owned();
    assert!(cookie.contains("httponly") && cookie.contains("samesite=strict"), "{cookie}");
    let pair = cookie.split(';').next().unwrap();
    let (status, _, _) = host.ask("POST /call/get_app_state", &[("Cookie", pair), ("Origin", &origin)], "");
    assert_eq!(status, 200, "the page's own calls");
}

#[test]
fn nobody_else_comes_in() {
    let host = Host::start();
    let bearer = format!("Bearer {}", host.token);
    for line in ["POST /call/get_app_state", "GET /commands", "GET /media/00?as=preview", "POST /blob", "GET /events"] {
        assert_eq!(host.ask(line, &[], "").0, 401, "{line} without a token");
        assert_eq!(host.ask(line, &[("Authorization", "Bearer guess")], "").0, 401, "{line} with a wrong one");
    }
    assert_eq!(host.ask("POST /session", &[], "{\"token\":\"guess\"}").0, 401);
    let rebound = [("Authorization", bearer.as_str()), ("Host", "evil.example")];
    assert_eq!(host.ask("POST /call/get_app_state", &rebound, "{}").0, 421, "a name that was pointed at this machine");
    let other_page = [("Authorization", bearer.as_str()), ("Origin", "https://evil.example")];
    assert_eq!(host.ask("POST /call/get_app_state", &other_page, "{}").0, 403, "another page in the same browser");
}

#[test]
fn every_command_is_listed_and_every_answer_has_the_policy() {
    let host = Host::start();
    let bearer = format!("Bearer {}", host.token);
    let auth = [("Authorization", bearer.as_str())];
    let (status, head, body) = host.ask("GET /commands", &auth, "");
    assert_eq!(status, 200);
    assert!(head.contains("content-security-policy: default-src 'none'"), "{head}");
    assert!(head.contains("x-content-type-options: nosniff"));
    assert!(
        body.contains("\"name\":\"send_message\",\"kind\":\"act\",\"args\":\"SendMessage\",\"result\":\"SentView\""),
        "names and types"
    );
    let (status, _, body) = host.ask("POST /call/no_such_command", &auth, "{}");
    assert_eq!(status, 404, "{body}");
    let (status, _, body) = host.ask("POST /call/get_draft", &auth, "{nonsense");
    assert_eq!(status, 400, "{body}");
    assert_eq!(host.ask("GET /../Cargo.toml", &[], "").0, 404, "only the UI's folder");
    assert_eq!(host.ask("GET /%2e%2e/Cargo.toml", &[], "").0, 404, "however it is written");
}
