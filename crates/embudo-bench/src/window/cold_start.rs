//! From the start of the program to a painted inbox, against an empty window of the same Tauri.
//!
//! Both say when their second animation frame after the content has come, in the same words on
//! their standard output; the time runs from the moment the program is asked for.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::processes::{close, forget_files, pss_bytes};
use crate::{Paths, Row, percentile, sorted};

/// After the paint both finish what they do at their start.
const SETTLES: Duration = Duration::from_secs(5);
/// The line that a program prints when its first content is painted; asked for by the variable.
pub const PAINTED: &str = "painted";
const SAY_PAINTED: &str = "EMBUDO_SAY_PAINTED";

struct Start {
    painted_ms: f64,
    pss_bytes: f64,
}

pub fn measure(paths: &Paths, tell: &mut dyn FnMut(Row)) -> Result<()> {
    let data = paths.data.to_str().context("the data folder's path is not UTF-8")?;
    let (mut app, mut empty) = (Vec::new(), Vec::new());
    let mut cold = true;
    for n in 0..=paths.starts {
        cold &= forget_files();
        let floor = start(Command::new(&paths.empty), "^Empty$")?;
        cold &= forget_files();
        let mut product = Command::new(&paths.app);
        product.args(["--data", data]);
        let product = start(product, "^Embudo$")?;
        // The first of each fills caches of the system's that outlive a start (fonts, icons).
        if n > 0 {
            app.push(product);
            empty.push(floor);
        }
    }
    let how = if cold { "files not in memory" } else { "files may be in memory" };
    tell(row(&format!("cold start to a painted inbox ({how})"), &app, &empty, |s| s.painted_ms, "ms"));
    tell(row("memory (PSS of all processes)", &app, &empty, |s| s.pss_bytes / 1e6, "MB"));
    Ok(())
}

fn start(mut command: Command, title: &str) -> Result<Start> {
    let asked = Instant::now();
    let mut child = command
        .env(SAY_PAINTED, "1")
        .env("GDK_DEBUG", "no-portals")
        .env("LC_ALL", "C.UTF-8")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .with_context(|| format!("{command:?}"))?;
    let painted = wait_for_paint(&mut child);
    let painted_ms = asked.elapsed().as_secs_f64() * 1e3;
    if let Err(error) = painted {
        let _ = child.kill();
        let _ = child.wait();
        return Err(error);
    }
    std::thread::sleep(SETTLES);
    let pss_bytes = pss_bytes(child.id())? as f64;
    close(&mut child, title)?;
    Ok(Start { painted_ms, pss_bytes })
}

fn wait_for_paint(child: &mut Child) -> Result<()> {
    let lines = BufReader::new(child.stdout.take().context("no standard output")?).lines();
    for line in lines {
        if line?.trim() == PAINTED {
            return Ok(());
        }
    }
    bail!("the program ended before it painted anything")
}

fn row(work: &str, app: &[Start], empty: &[Start], of: fn(&Start) -> f64, unit: &str) -> Row {
    let median = |starts: &[Start]| percentile(&sorted(starts.iter().map(of).collect()), 0.5);
    let (product, floor) = (median(app), median(empty));
    let ratio = product / floor;
    Row {
        work: work.to_owned(),
        figure: format!("{product:.0} {unit} against {floor:.0} {unit}: {ratio:.2}×"),
        goal: "≤ 1.5×".to_owned(),
        met: ratio <= 1.5,
    }
}
