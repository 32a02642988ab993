//! The deterministic simulation (architecture.md, "How it is proved"): the real rules, the real
//! hub core, the real sync core and the real device store on in-memory SQLite, in one thread,
//! under a scheduler, a clock and a network of the seed's own.
//!
//! A failing seed prints one command that plays it again.

mod channel;
mod check;
mod net;
mod people;
mod rng;
mod stats;
mod world;

pub use stats::Stats;

use embudo_store::ActError;

#[derive(Clone, Copy, Debug)]
pub struct Options {
    pub seed: u64,
    pub steps: u64,
    /// Keep a line for each step, to print if the seed fails.
    pub trace: bool,
}

#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// An invariant does not hold.
    #[error("{0}")]
    Broken(String),
    #[error("hub: {0}")]
    Hub(#[from] embudo_hub::HubError),
    #[error("store: {0}")]
    Store(#[from] embudo_store::StoreError),
    #[error("sync: {0}")]
    Sync(#[from] embudo_sync::SyncError),
    #[error("wire: {0}")]
    Wire(#[from] embudo_protocol::WireError),
}

impl Failure {
    fn from_act(error: ActError) -> Self {
        match error {
            ActError::Refused(refusal) => Self::Broken(format!("refused: {refusal}")),
            ActError::Store(error) => Self::Store(error),
        }
    }
}

/// One failed seed.
#[derive(Debug)]
pub struct Failed {
    pub seed: u64,
    pub step: u64,
    pub failure: Failure,
    pub trace: Vec<String>,
}

impl std::fmt::Display for Failed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for line in &self.trace {
            writeln!(f, "{line}")?;
        }
        writeln!(f, "seed {} fails after step {}: {}", self.seed, self.step, self.failure)?;
        write!(f, "again: cargo xtask sim --seeds 1 --start {} --trace", self.seed)
    }
}

/// Plays one seed to its end.
pub async fn run_seed(options: Options) -> Result<Stats, Box<Failed>> {
    let mut world = match world::World::new(&options).await {
        Ok(world) => world,
        Err(failure) => return Err(Box::new(Failed { seed: options.seed, step: 0, failure, trace: Vec::new() })),
    };
    let outcome = play(&mut world, options.steps).await;
    match outcome {
        Ok(()) => Ok(world.stats),
        Err(failure) => {
            Err(Box::new(Failed { seed: options.seed, step: world.stats.steps, failure, trace: world.trace }))
        }
    }
}

async fn play(world: &mut world::World, steps: u64) -> Result<(), Failure> {
    for _ in 0..steps {
        world.step().await?;
    }
    world.calm_down().await?;
    check::everything(world).await?;
    if world.erases_at_the_end() {
        world.erase().await?;
        world.calm_down().await?;
        check::erased(world).await?;
    }
    Ok(())
}

/// Plays a range of seeds on this many threads; stops at the first failure.
pub fn run_range(start: u64, seeds: u64, steps: u64, threads: usize, trace: bool) -> Result<Stats, Box<Failed>> {
    let next = std::sync::atomic::AtomicU64::new(start);
    let stop = std::sync::atomic::AtomicBool::new(false);
    let worker = || -> Result<Stats, Box<Failed>> {
        let runtime = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
            Ok(runtime) => runtime,
            Err(error) => {
                let failure = Failure::Broken(format!("no runtime: {error}"));
                return Err(Box::new(Failed { seed: start, step: 0, failure, trace: Vec::new() }));
            }
        };
        let mut total = Stats::default();
        loop {
            let seed = next.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
            if seed >= start + seeds || stop.load(std::sync::atomic::Ordering::Relaxed) {
                return Ok(total);
            }
            match runtime.block_on(run_seed(Options { seed, steps, trace })) {
                Ok(stats) => total.add(&stats),
                Err(failed) => {
                    stop.store(true, std::sync::atomic::Ordering::Relaxed);
                    return Err(failed);
                }
            }
        }
    };
    std::thread::scope(|scope| {
        let handles: Vec<_> = (0..threads.max(1)).map(|_| scope.spawn(worker)).collect();
        let mut total = Stats::default();
        let mut first: Option<Box<Failed>> = None;
        for handle in handles {
            match handle.join() {
                Ok(Ok(stats)) => total.add(&stats),
                Ok(Err(failed)) if first.as_ref().is_none_or(|known| failed.seed < known.seed) => first = Some(failed),
                Ok(Err(_)) => {}
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        first.map_or(Ok(total), Err)
    })
}
