//! The app in its window with a data folder of its own, as a seller handles it.

use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::webdriver::{Driver, Element};

pub const BINARY: &str = env!("CARGO_BIN_EXE_embudo");
/// How long a seller would wait before calling it broken; the first customer takes seconds.
const PATIENCE: Duration = Duration::from_secs(60);
const ENTER: &str = "\u{e007}";

/// What the app says in English, by its key in the catalogue.
pub fn words(key: &str) -> String {
    let catalogue: Value = serde_json::from_str(include_str!("../../ui/src/messages/en.json")).unwrap();
    catalogue[key].as_str().unwrap_or_else(|| panic!("the catalogue has no plain message {key}")).to_owned()
}

pub struct Seller {
    data: tempfile::TempDir,
    driver: Option<Driver>,
    started_in: PathBuf,
    variables: Vec<(&'static str, String)>,
}

impl Seller {
    /// A fresh folder and an open window.
    pub fn start() -> Self {
        Self::start_with(&[])
    }

    /// On a system that differs in these variables.
    pub fn start_with(variables: &[(&'static str, &str)]) -> Self {
        Self::start_in(&std::env::current_dir().unwrap(), variables)
    }

    /// From a folder, as a program starts from a terminal.
    pub fn start_in(folder: &Path, variables: &[(&'static str, &str)]) -> Self {
        let variables = variables.iter().map(|(name, value)| (*name, (*value).to_owned())).collect();
        let started_in = folder.to_owned();
        let mut seller = Self { data: tempfile::tempdir().unwrap(), driver: None, started_in, variables };
        seller.open();
        seller
    }

    pub fn open(&mut self) {
        let variables: Vec<(&str, &str)> = self.variables.iter().map(|(name, value)| (*name, value.as_str())).collect();
        self.driver =
            Some(Driver::open(BINARY, &["--data", self.folder().to_str().unwrap()], &self.started_in, &variables));
        self.wait("document.querySelector('h1, .frame')");
    }

    fn folder(&self) -> PathBuf {
        self.data.path().join("data")
    }

    fn driver(&mut self) -> &mut Driver {
        self.driver.as_mut().expect("the window is open")
    }

    // -- what a seller sees ------------------------------------------------------------------
    /// Waits until the page answers the expression with something true.
    pub fn wait(&mut self, expression: &str) {
        let script = format!(
            "const done = arguments[arguments.length - 1];
             const look = () => {{
               let found = false;
               try {{ found = !!({expression}); }} catch {{ }}
               if (!found) return false;
               observer.disconnect();
               clearInterval(timer);
               done(true);
               return true;
             }};
             // What a field holds changes without a mutation.
             const timer = setInterval(look, 100);
             const observer = new MutationObserver(look);
             if (!look()) observer.observe(document, {{ subtree: true, childList: true, attributes: true, characterData: true }});"
        );
        let end = Instant::now() + PATIENCE;
        loop {
            match self.driver().run(&script, &[]) {
                Ok(_) => return,
                // The page may be loading: its script went with the page before it.
                Err(_) if Instant::now() < end => std::thread::sleep(Duration::from_millis(50)),
                Err(error) => {
                    let page = self.driver().run("arguments[arguments.length - 1](document.body?.innerText)", &[]);
                    panic!("never so: {expression}\n{error}\non screen: {page:?}");
                }
            }
        }
    }

    pub fn wait_for_text(&mut self, css: &str, text: &str) {
        self.wait(&format!(
            "[...document.querySelectorAll({css:?})].some((e) => e.textContent.includes({}))",
            json!(text)
        ));
    }

    pub fn text_of(&mut self, css: &str) -> String {
        let text =
            self.run(&format!("arguments[arguments.length - 1](document.querySelector({css:?}).textContent.trim())"));
        text.as_str().unwrap().to_owned()
    }

    /// The middle of an element, from the window's upper left corner.
    pub fn middle_of(&mut self, css: &str) -> (i32, i32) {
        self.wait(&format!("document.querySelector({css:?})"));
        let at = self.run(&format!(
            "const box = document.querySelector({css:?}).getBoundingClientRect();
             arguments[arguments.length - 1]([box.left + box.width / 2, box.top + box.height / 2].map(Math.round));"
        ));
        let part = |n: usize| i32::try_from(at[n].as_i64().unwrap()).unwrap();
        (part(0), part(1))
    }

    pub fn run(&mut self, script: &str) -> Value {
        self.driver().run(script, &[]).unwrap_or_else(|error| panic!("{script}\n{error}"))
    }

    /// A command without arguments, through the window's own bridge.
    pub fn call(&mut self, command: &str) -> Value {
        self.call_with(command, &json!({}))
    }

    pub fn call_with(&mut self, command: &str, args: &Value) -> Value {
        let answer = self.run(&format!(
            "const done = arguments[arguments.length - 1];
             window.__TAURI_INTERNALS__.invoke('call', {{ command: {command:?}, args: {args} }})
               .then((answer) => done({{ answer }}), (error) => done({{ error }}));"
        ));
        assert!(answer["error"].is_null(), "{command}: {}", answer["error"]);
        answer["answer"].clone()
    }

    /// Waits until the app has so many windows, on the screen or not.
    pub fn wait_for_windows(&mut self, count: usize) {
        crate::screen::until(&format!("{count} windows"), || {
            (self.driver().windows().unwrap().len() == count).then_some(())
        });
    }

    /// Goes on in the window that shows this page.
    pub fn look_at_page(&mut self, page: &str) {
        crate::screen::until(&format!("a window with {page}"), || {
            let windows = self.driver().windows().unwrap();
            windows.into_iter().find(|window| {
                let script = "arguments[arguments.length - 1](location.pathname)";
                let path = self.driver().look_at(window).and_then(|()| self.driver().run(script, &[]));
                path.is_ok_and(|path| path == page)
            })
        });
    }

    // -- what a seller does ------------------------------------------------------------------
    fn find(&mut self, css: &str) -> Element {
        self.wait(&format!("document.querySelector({css:?})"));
        self.driver().find("css selector", css).unwrap()
    }

    pub fn click(&mut self, css: &str) {
        let element = self.find(css);
        if let Err(error) = self.driver().click(&element) {
            let (x, y) = self.middle_of(css);
            let over = self.run(&format!(
                "arguments[arguments.length - 1](document.elementFromPoint({x}, {y})?.outerHTML.slice(0, 300))"
            ));
            panic!("{css} can't be clicked: {error}; in its place: {over}");
        }
    }

    /// The list moves while others write: a row is found by its name, and where it moved between
    /// press and release it is clicked again, as a person does.
    pub fn open_chat(&mut self, customer: &str) {
        let name = format!("//*[@role='row']//*[contains(@class, 'name')][normalize-space()=\"{customer}\"]");
        for _ in 0..5 {
            self.wait_for_text("[role=row] .name", customer);
            let row = self.driver().find("xpath", &name).unwrap();
            self.driver().click(&row).unwrap();
            let opened = self.run(&format!(
                "const done = arguments[arguments.length - 1];
                 const end = Date.now() + 4000;
                 const look = () => {{
                   const there = document.querySelector('main header h2')?.textContent.includes({});
                   there || Date.now() > end ? done(!!there) : setTimeout(look, 50);
                 }};
                 look();",
                json!(customer)
            ));
            if opened == true {
                return;
            }
        }
        self.wait_for_text("main header h2", customer);
    }

    pub fn click_button(&mut self, label: &str) {
        self.wait(&format!("[...document.querySelectorAll('button')].some((b) => b.textContent.trim() === {label:?})"));
        let button = self.driver().find("xpath", &format!("//button[normalize-space()=\"{label}\"]")).unwrap();
        self.driver().click(&button).unwrap();
    }

    pub fn type_into(&mut self, css: &str, text: &str) {
        let field = self.find(css);
        self.driver().keys(&field, text).unwrap();
        self.wait(&format!("document.querySelector({css:?}).value.endsWith({})", json!(text)));
    }

    /// In the place of what the field holds.
    pub fn type_over(&mut self, css: &str, text: &str) {
        self.run(&format!("document.querySelector({css:?}).select(); arguments[arguments.length - 1](true)"));
        self.type_into(css, text);
    }

    pub fn finds(&mut self, css: &str) -> bool {
        self.run(&format!("arguments[arguments.length - 1](document.querySelector({css:?}) !== null)")) == true
    }

    pub fn reads(&mut self, css: &str, text: &str) -> bool {
        self.text_of(css).contains(text)
    }

    pub fn press_enter(&mut self, css: &str) {
        let field = self.find(css);
        self.driver().keys(&field, ENTER).unwrap();
    }

    /// As a paste from the clipboard: the page gets a file that it draws itself.
    pub fn paste_photo(&mut self, css: &str, name: &str) {
        self.run(&format!(
            "const done = arguments[arguments.length - 1];
             const canvas = Object.assign(document.createElement('canvas'), {{ width: 320, height: 240 }});
             canvas.getContext('2d').fillRect(0, 0, 200, 200);
             canvas.toBlob((blob) => {{
               const file = new File([blob], {name:?}, {{ type: 'image/png' }});
               const paste = new Event('paste', {{ bubbles: true, cancelable: true }});
               Object.defineProperty(paste, 'clipboardData', {{ value: {{ files: [file] }} }});
               document.querySelector({css:?}).dispatchEvent(paste);
               done(true);
             }}, 'image/png');"
        ));
    }

    /// The process ends at once, whatever it was doing.
    pub fn power_cut(&mut self) {
        for pid in self.processes() {
            let killed = Command::new("kill").args(["-9", &pid.to_string()]).status().unwrap();
            assert!(killed.success(), "our own process {pid} can be killed");
        }
        self.driver = None;
        assert!(self.processes().is_empty(), "nothing of it lives on");
    }

    /// As a desktop does that signs out; waits for the end of the program.
    pub fn sign_out(&mut self) {
        for pid in self.processes() {
            let told = Command::new("kill").args(["-TERM", &pid.to_string()]).status().unwrap();
            assert!(told.success(), "our own process {pid} can be told");
        }
        self.wait_until_ended();
        self.driver = None;
    }

    /// The window was closed and is open again.
    pub fn follow_window(&mut self) {
        self.look_at_page("/");
        self.wait("document.querySelector('h1, .frame')");
    }

    pub fn wait_until_ended(&self) {
        crate::screen::until("the program has ended", || self.processes().is_empty().then_some(()));
    }

    /// Starts the app a second time on the same folder and waits for its end.
    pub fn second_start(&self) -> ExitStatus {
        self.second_start_with(&[])
    }

    pub fn second_start_with(&self, args: &[&str]) -> ExitStatus {
        let mut second = Command::new(BINARY).arg("--data").arg(self.folder()).args(args).spawn().unwrap();
        let end = Instant::now() + PATIENCE;
        loop {
            if let Some(status) = second.try_wait().unwrap() {
                return status;
            }
            if Instant::now() > end {
                let _ = second.kill();
                panic!("the second start did not end");
            }
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    // -- what lies on the disk and runs ------------------------------------------------------
    /// Processes of the app on this folder.
    pub fn processes(&self) -> Vec<u32> {
        let folder = self.folder();
        let is_ours = |pid: &u32| {
            let Ok(line) = std::fs::read(format!("/proc/{pid}/cmdline")) else { return false };
            let words: Vec<&[u8]> = line.split(|byte| *byte == 0).collect();
            words.first() == Some(&BINARY.as_bytes())
                && words.iter().any(|word| *word == folder.to_str().unwrap().as_bytes())
        };
        let all = std::fs::read_dir("/proc").unwrap().flatten();
        all.filter_map(|entry| entry.file_name().to_str()?.parse().ok()).filter(is_ours).collect()
    }

    /// The first bytes of a file somewhere in the data folder.
    pub fn head_of(&self, name: &str) -> Vec<u8> {
        let path = files(&self.folder()).into_iter().find(|path| path.ends_with(name));
        let bytes = std::fs::read(path.unwrap_or_else(|| panic!("no {name} in the data folder"))).unwrap();
        bytes[..bytes.len().min(64)].to_vec()
    }
}

impl Drop for Seller {
    fn drop(&mut self) {
        self.driver = None;
        for pid in self.processes() {
            let _ = Command::new("kill").args(["-9", &pid.to_string()]).status();
        }
    }
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    entries
        .flatten()
        .flat_map(|entry| if entry.path().is_dir() { files(&entry.path()) } else { vec![entry.path()] })
        .collect()
}
