//! The app as a program that was started with the system, and what its processes do while nothing
//! happens.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::processes::family;

/// Of /proc/PID/stat: 100 on every Linux.
const TICKS_PER_S: f64 = 100.0;
/// Who has a timer faster than 1 s wakes in every such while, whatever else it does. The time is a
/// little longer, as sleeping takes a little longer, too.
const LOOK_EVERY: Duration = Duration::from_millis(1_200);

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

    /// Without anything to do, for a while.
    pub async fn idle(&self, time: Duration) -> Idle {
        let (first, from) = (Spent::of(self.0.id()), Instant::now());
        let mut always: BTreeSet<String> = first.wakes.keys().cloned().collect();
        let mut last = first.clone();
        while from.elapsed() < time {
            tokio::time::sleep(LOOK_EVERY).await;
            let now = Spent::of(self.0.id());
            always.retain(|name| now.wakes.get(name) > last.wakes.get(name));
            last = now;
        }
        let seconds = from.elapsed().as_secs_f64();
        let wakes = |spent: &Spent| spent.wakes.values().sum::<u64>() as f64;
        Idle {
            cpu_percent: (last.cpu_s - first.cpu_s) / seconds * 100.0,
            wakes_per_s: (wakes(&last) - wakes(&first)) / seconds,
            always: always.into_iter().collect(),
        }
    }
}

pub struct Idle {
    /// Of one core.
    pub cpu_percent: f64,
    pub wakes_per_s: f64,
    /// Threads that woke all the time.
    pub always: Vec<String>,
}

impl Drop for App {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[derive(Clone)]
struct Spent {
    cpu_s: f64,
    /// By name, as workers share their timers: how often such threads gave the processor back by
    /// themselves, which is once for each time that they were woken.
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
                let count = line.and_then(|count| count.trim().parse::<u64>().ok()).unwrap_or(0);
                *spent.wakes.entry(name.trim().to_owned()).or_default() += count;
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
