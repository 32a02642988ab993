//! The app as a program that was started with the system, and what its processes do while nothing
//! happens.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::processes::family;

/// Of /proc/PID/stat: 100 on every Linux.
const TICKS_PER_S: f64 = 100.0;
/// A thread that wakes more often is named.
const OFTEN_PER_S: f64 = 1.0;

pub struct App(Child);

impl App {
    pub fn start(app: &Path, data: &Path) -> Result<Self> {
        let mut command = Command::new(app);
        command.arg("--data").arg(data).arg("--hidden");
        command.env("GDK_DEBUG", "no-portals").env("LC_ALL", "C.UTF-8").stdin(Stdio::null());
        Ok(Self(command.spawn().with_context(|| format!("{}", app.display()))?))
    }

    /// Until it takes less than a fiftieth of a core, second by second.
    pub async fn until_calm(&mut self) -> Result<()> {
        let end = Instant::now() + Duration::from_secs(120);
        let mut calm = 0;
        while calm < 3 {
            if let Some(status) = self.0.try_wait()? {
                bail!("the app ended: {status}");
            }
            if Instant::now() > end {
                bail!("the app is never calm");
            }
            let before = Spent::of(self.0.id());
            tokio::time::sleep(Duration::from_secs(1)).await;
            let share = Spent::of(self.0.id()).cpu_s - before.cpu_s;
            calm = if share < 0.02 { calm + 1 } else { 0 };
        }
        Ok(())
    }

    /// The share of one core in percent, and the threads that wake more than once a second, with how
    /// often.
    pub async fn idle(&self, time: Duration) -> (f64, BTreeMap<String, f64>) {
        let (before, from) = (Spent::of(self.0.id()), Instant::now());
        tokio::time::sleep(time).await;
        let (after, seconds) = (Spent::of(self.0.id()), from.elapsed().as_secs_f64());
        let wakes = after.wakes.iter().map(|(thread, count)| {
            let rate = (count - before.wakes.get(thread).copied().unwrap_or(0)) as f64 / seconds;
            (thread.clone(), rate)
        });
        let often = wakes.filter(|(_, rate)| *rate > OFTEN_PER_S).collect();
        ((after.cpu_s - before.cpu_s) / seconds * 100.0, often)
    }
}

impl Drop for App {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

struct Spent {
    cpu_s: f64,
    /// By process, thread and name: how often it gave the processor back by itself, which is once
    /// for each time that it was woken.
    wakes: BTreeMap<String, u64>,
}

impl Spent {
    fn of(root: u32) -> Self {
        let mut spent = Self { cpu_s: 0.0, wakes: BTreeMap::new() };
        for pid in family(root) {
            spent.cpu_s += cpu_s(pid).unwrap_or_default();
            let threads = std::fs::read_dir(format!("/proc/{pid}/task")).into_iter().flatten().flatten();
            for thread in threads {
                let read = |name| std::fs::read_to_string(thread.path().join(name));
                let (Ok(name), Ok(status)) = (read("comm"), read("status")) else { continue };
                let line = status.lines().find_map(|line| line.strip_prefix("voluntary_ctxt_switches:"));
                let count = line.and_then(|count| count.trim().parse().ok()).unwrap_or(0);
                let thread = thread.file_name().to_string_lossy().into_owned();
                spent.wakes.insert(format!("{} ({pid}/{thread})", name.trim()), count);
            }
        }
        spent
    }
}

fn cpu_s(pid: u32) -> Option<f64> {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // The name may hold spaces and brackets. User and system time are the 14th and 15th field.
    let fields: Vec<&str> = stat.rsplit_once(')')?.1.split_whitespace().collect();
    let ticks: u64 = fields.get(11)?.parse::<u64>().ok()? + fields.get(12)?.parse::<u64>().ok()?;
    Some(ticks as f64 / TICKS_PER_S)
}
