//! What a seller's hands do, from the input event to the second animation frame after the change
//! is in the document (the first frame may still be the one that was being made).

use anyhow::{Context, Result, anyhow, bail};
use serde_json::{Value, json};

use crate::webdriver::{Driver, Element};
use crate::{Paths, Row, percentile, sorted};

const SWITCHES: usize = 120;
const SENDS: usize = 60;
/// The first ones fill what a day of work keeps filled: compiled code, statements, fonts.
const WARM_UP: usize = 10;
/// A frame that takes longer was seen as a jerk (the limit of the Long Animation Frames API).
const LONG_FRAME_MS: f64 = 50.0;
const GOAL_MS: f64 = 50.0;
const ENTER: &str = "\u{e007}";

/// In the page: waits for the next input of a kind, then until `seen` is true, then two frames.
const LIBRARY: &str = r"
window.bench = {
  arm(kind, seen) {
    this.sample = new Promise((done) => {
      addEventListener(kind, (event) => {
        const from = event.timeStamp;
        const frames = () => requestAnimationFrame(() => requestAnimationFrame(() => done(performance.now() - from)));
        if (seen()) return frames();
        const watch = new MutationObserver(() => { if (seen()) { watch.disconnect(); frames(); } });
        watch.observe(document.body, { subtree: true, childList: true, characterData: true });
      }, { capture: true, once: true });
    });
  },
};
arguments[arguments.length - 1](true);
";

pub fn measure(paths: &Paths, tell: &mut dyn FnMut(Row)) -> Result<()> {
    let mut window = Window::open(paths)?;
    tell(row("switch conversations: click → second frame", window.switches()?, GOAL_MS));
    tell(row("send: Enter → durable → second frame", window.sends()?, GOAL_MS));
    let (frames, blank) = window.scroll("[role=grid]", 68)?;
    tell(scrolled("scroll over the whole list", &frames, blank));
    Ok(())
}

/// Of sorted frames, and the share of them in which a row in view was not drawn yet.
pub fn scrolled(work: &str, frames: &[f64], blank: f64) -> Row {
    let long = frames.iter().filter(|ms| **ms > LONG_FRAME_MS).count() as f64 / frames.len() as f64;
    Row {
        work: format!("{work} ({} frames)", frames.len()),
        figure: format!(
            "{:.2} % long frames (> {LONG_FRAME_MS:.0} ms); p50 {:.1} ms; {:.1} % of frames without every row",
            long * 100.0,
            percentile(frames, 0.5),
            blank * 100.0
        ),
        goal: "≤ 1 % long".to_owned(),
        met: long <= 0.01,
    }
}

pub fn row(work: &str, samples: Vec<f64>, goal_ms: f64) -> Row {
    let samples = sorted(samples);
    let at = |share| percentile(&samples, share);
    Row {
        work: format!("{work} ({} samples)", samples.len()),
        figure: format!("p50 {:.1} p95 {:.1} p99 {:.1} ms", at(0.5), at(0.95), at(0.99)),
        goal: format!("p95 ≤ {goal_ms:.0} ms"),
        met: at(0.95) <= goal_ms,
    }
}

/// The app's window with what the samples need.
pub struct Window(pub Driver);

impl Window {
    pub fn open(paths: &Paths) -> Result<Self> {
        let binary = paths.app.to_str().context("the app's path is not UTF-8")?;
        let data = paths.data.to_str().context("the data folder's path is not UTF-8")?;
        let mut window = Self(Driver::open(binary, &["--data", data], std::path::Path::new("."), &[]));
        window.wait("document.querySelector('[role=row] .name')")?;
        window.run(LIBRARY)?;
        Ok(window)
    }

    pub fn run(&mut self, script: &str) -> Result<Value> {
        self.0.run(script, &[]).map_err(|error| anyhow!("{error} in {script}"))
    }

    pub fn wait(&mut self, expression: &str) -> Result<()> {
        let script = format!(
            "const done = arguments[arguments.length - 1];
             const look = () => {{ let so = false; try {{ so = !!({expression}); }} catch {{ }} return so; }};
             if (look()) return done(true);
             const watch = new MutationObserver(() => {{ if (look()) {{ watch.disconnect(); done(true); }} }});
             watch.observe(document, {{ subtree: true, childList: true, attributes: true, characterData: true }});"
        );
        // While the page loads, its script goes with the page before it.
        for _ in 0..5 {
            if self.0.run(&script, &[]).is_ok() {
                return Ok(());
            }
        }
        bail!("never so: {expression}")
    }

    pub fn sample_ms(&mut self) -> Result<f64> {
        let sample = "const done = arguments[arguments.length - 1]; window.bench.sample.then(done)";
        let answer = match self.run(sample) {
            Ok(answer) => answer,
            Err(error) => {
                let shown = self
                    .run("arguments[arguments.length - 1](document.querySelector('main')?.innerText.slice(-1500))")?;
                return Err(error.context(format!("the window shows: {shown}")));
            }
        };
        answer.as_f64().with_context(|| format!("{answer} is no time"))
    }

    pub fn element(&mut self, css: &str) -> Result<Element> {
        self.0.find("css selector", css).map_err(|error| anyhow!("{css}: {error}"))
    }

    /// Another place of the list, then one of its rows, then another.
    fn switches(&mut self) -> Result<Vec<f64>> {
        let mut samples = Vec::new();
        for n in 0..WARM_UP + SWITCHES {
            if n % 10 == 0 {
                // A golden step: no place is near the one before.
                let share = (n / 10) as f64 * 0.618_034 % 1.0;
                self.run(&format!(
                    "const done = arguments[arguments.length - 1];
                     const list = document.querySelector('[role=grid]');
                     list.scrollTop = Math.floor(list.scrollHeight * {share} / 68) * 68;
                     const look = () => {{
                       const box = list.getBoundingClientRect();
                       const at = document.elementFromPoint(box.left + box.width / 2, box.bottom - 100);
                       at?.closest('[role=row]') ? done(true) : requestAnimationFrame(look);
                     }};
                     requestAnimationFrame(look);"
                ))?;
            }
            let row = self.run(&format!(
                "const done = arguments[arguments.length - 1];
                 const box = document.querySelector('[role=grid]').getBoundingClientRect();
                 document.querySelector('[data-bench]')?.removeAttribute('data-bench');
                 const row = document.elementFromPoint(box.left + box.width / 2, box.top + 34 + 68 * ({n} % 8)).closest('[role=row]');
                 const name = row.querySelector('.name').textContent.trim();
                 row.dataset.bench = '';
                 const head = () => document.querySelector('main header h2')?.textContent.trim();
                 const before = document.querySelector('.messages [role=article]');
                 if (row.getAttribute('aria-selected') === 'true' || head() === name) return done(false);
                 window.bench.arm('pointerdown', () => {{
                   const first = document.querySelector('.messages [role=article]');
                   return head() === name && first !== null && first !== before;
                 }});
                 done(true);"
            ))?;
            if row != Value::Bool(true) {
                continue;
            }
            let row = self.element("[data-bench]")?;
            self.0.click(&row).map_err(|error| anyhow!(error))?;
            let sample = self.sample_ms()?;
            if n >= WARM_UP {
                samples.push(sample);
            }
        }
        Ok(samples)
    }

    fn sends(&mut self) -> Result<Vec<f64>> {
        const FIELD: &str = "form.composer textarea";
        // The other line of the data has a window, which is closed in all its conversations.
        self.run(
            "document.querySelector('[data-bench]')?.removeAttribute('data-bench');
             const rows = [...document.querySelectorAll('[role=grid] [role=row]')];
             rows.find((row) => row.textContent.includes('Suporte')).dataset.bench = '';
             arguments[arguments.length - 1](true)",
        )?;
        let row = self.element("[data-bench]")?;
        self.0.click(&row).map_err(|error| anyhow!(error))?;
        self.wait("document.querySelector('main').textContent.includes('Suporte')")?;
        self.wait("document.querySelector('form.composer textarea:not([disabled])')")?;
        let field = self.element(FIELD)?;
        let mut samples = Vec::new();
        for n in 0..WARM_UP + SENDS {
            let text = format!("respuesta {n} del banco");
            self.0.keys(&field, &text).map_err(|error| anyhow!(error))?;
            self.wait(&format!("document.querySelector({FIELD:?}).value === {}", json!(text)))?;
            self.run(&format!(
                "window.bench.arm('keydown', () =>
                   [...document.querySelectorAll('.messages [role=article]')].at(-1)?.textContent.includes({}));
                 arguments[arguments.length - 1](true);",
                json!(text)
            ))?;
            self.0.keys(&field, ENTER).map_err(|error| anyhow!(error))?;
            let sample = self.sample_ms()?;
            if n >= WARM_UP {
                samples.push(sample);
            }
        }
        Ok(samples)
    }

    /// From the top of what `list` names to its end, five rows of this height in each frame, which is
    /// faster than a wheel turns. Answers the frames' times (sorted) and the share of frames in
    /// which a row in view was not drawn yet.
    pub fn scroll(&mut self, list: &str, row_px: u32) -> Result<(Vec<f64>, f64)> {
        self.run(&format!("document.querySelector({list:?}).scrollTop = 0; arguments[arguments.length - 1](true)"))?;
        let (mut frames, mut blank, mut end) = (Vec::new(), 0.0, false);
        while !end {
            // In pieces: a script may not run longer than the driver waits.
            let answer = self.run(&format!(
                "const done = arguments[arguments.length - 1];
                 const list = document.querySelector({list:?});
                 const box = list.getBoundingClientRect();
                 const times = [];
                 let blank = 0, last = performance.now();
                 const step = (now) => {{
                   times.push(now - last);
                   last = now;
                   const at = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
                   if (!at?.closest('[role=row]')) blank += 1;
                   const before = list.scrollTop;
                   list.scrollTop += {row_px} * 5;
                   const end = list.scrollTop === before;
                   if (end || times.length > 1000) return done({{ times: times.slice(1), blank, end }});
                   requestAnimationFrame(step);
                 }};
                 requestAnimationFrame(step);"
            ))?;
            let times = answer["times"].as_array().context("no times")?;
            frames.extend(times.iter().filter_map(Value::as_f64));
            blank += answer["blank"].as_f64().context("no count")?;
            end = answer["end"] == true;
        }
        let share = blank / frames.len() as f64;
        Ok((sorted(frames), share))
    }
}
