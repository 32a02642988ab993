//! `cargo xtask sim --seeds N --start S [--steps K] [--trace]`

use embudo_testkit::sim;
use std::process::ExitCode;
use std::time::Instant;

#[allow(clippy::print_stdout)]
fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().collect();
    let number = |name: &str, default: u64| {
        args.iter()
            .position(|arg| arg == name)
            .and_then(|at| args.get(at + 1))
            .and_then(|text| text.parse().ok())
            .unwrap_or(default)
    };
    let (seeds, start, steps) = (number("--seeds", 1_000), number("--start", 1), number("--steps", 300));
    let trace = args.iter().any(|arg| arg == "--trace");
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let began = Instant::now();
    match sim::run_range(start, seeds, steps, threads, trace) {
        Ok(stats) => {
            let seconds = began.elapsed().as_secs_f64();
            println!("{stats:#?}");
            println!(
                "{} seeds of {steps} steps from {start}: {:.1} seeds/s, {} faults, all invariants hold",
                stats.seeds,
                stats.seeds as f64 / seconds,
                stats.faults()
            );
            ExitCode::SUCCESS
        }
        Err(failed) => {
            println!("{failed}");
            ExitCode::FAILURE
        }
    }
}
