//! A window's processes, from the outside: what they cost, and how to end them.

use std::process::{Child, Command};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};

const ENDS_WITHIN: Duration = Duration::from_secs(20);

/// Memory of a process and all its children, shared pages divided among those who share them
/// (`Pss` of `/proc/PID/smaps_rollup`, see proc(5)), in bytes.
pub fn pss_bytes(root: u32) -> Result<u64> {
    let mut kib = 0;
    for pid in family(root) {
        // A process that ended meanwhile costs nothing.
        let Ok(text) = std::fs::read_to_string(format!("/proc/{pid}/smaps_rollup")) else { continue };
        let line = text.lines().find(|line| line.starts_with("Pss:")).context("smaps_rollup without Pss")?;
        kib += line.split_whitespace().nth(1).context("Pss without a figure")?.parse::<u64>()?;
    }
    Ok(kib * 1_024)
}

/// The process and everything under it.
pub fn family(root: u32) -> Vec<u32> {
    let parents: Vec<(u32, u32)> = std::fs::read_dir("/proc")
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| entry.file_name().to_str()?.parse().ok())
        .filter_map(|pid: u32| {
            let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
            // The name may hold spaces and brackets; the parent is the second field behind it.
            let parent = stat.rsplit_once(')')?.1.split_whitespace().nth(1)?.parse().ok()?;
            Some((pid, parent))
        })
        .collect();
    let mut found = vec![root];
    let mut at = 0;
    while at < found.len() {
        let this = found[at];
        found.extend(parents.iter().filter(|(_, parent)| *parent == this).map(|(pid, _)| *pid));
        at += 1;
    }
    found
}

/// Ends the program as a desktop does that signs out, and waits for its end: a closed window goes on
/// in the tray, and asks about that.
pub fn close(child: &mut Child, title: &str) -> Result<()> {
    let told = Command::new("kill").arg(child.id().to_string()).status().context("kill")?;
    ensure!(told.success(), "{title} could not be told to end");
    let end = Instant::now() + ENDS_WITHIN;
    while child.try_wait()?.is_none() {
        if Instant::now() > end {
            child.kill()?;
            child.wait()?;
            bail!("{title} did not end");
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    Ok(())
}

/// What was read from the disk is forgotten, where we may ask for it (root on Linux).
pub fn forget_files() -> bool {
    let flushed = Command::new("sync").status().is_ok_and(|status| status.success());
    flushed && std::fs::write("/proc/sys/vm/drop_caches", "3").is_ok()
}
