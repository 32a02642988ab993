//! Running other programs: each is shown first, in a form that can be pasted.

use std::ffi::OsStr;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};
use std::sync::Mutex;

use anyhow::{Context, Result, bail};

/// The folder of the root `Cargo.toml`.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap_or_else(|| Path::new("."))
}

pub fn command(program: &str, args: &[&str]) -> Command {
    // npm and npx are scripts on Windows, and only their `.cmd` can be started.
    let program = match program {
        "npm" | "npx" if cfg!(windows) => format!("{program}.cmd"),
        "cargo" => std::env::var("CARGO").unwrap_or_else(|_| "cargo".into()),
        other => other.into(),
    };
    let mut command = Command::new(program);
    command.args(args);
    command
}

/// Runs to the end with our own input and output; anything but success is an error.
pub fn run(mut command: Command) -> Result<()> {
    let line = show(&command);
    println!("\n$ {line}");
    std::io::stdout().flush()?;
    let status = command.status().with_context(|| format!("could not start: {line}"))?;
    ensure(status, &line)
}

/// Like [`run`], and returns what the program printed on both outputs, line by line.
pub fn run_and_keep(mut command: Command) -> (Result<()>, Vec<String>) {
    let line = show(&command);
    println!("\n$ {line}");
    let spawned = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .with_context(|| format!("could not start: {line}"));
    let mut child = match spawned {
        Ok(child) => child,
        Err(error) => return (Err(error), Vec::new()),
    };
    let kept = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        let stderr = child.stderr.take();
        let kept = &kept;
        scope.spawn(move || stderr.map(|pipe| pass_on(pipe, std::io::stderr(), kept)));
        if let Some(pipe) = child.stdout.take() {
            pass_on(pipe, std::io::stdout(), kept);
        }
    });
    let result = child.wait().map_err(Into::into).and_then(|status| ensure(status, &line));
    (result, kept.into_inner().unwrap_or_default())
}

fn pass_on(from: impl Read, mut to: impl Write, kept: &Mutex<Vec<String>>) {
    let mut from = BufReader::new(from);
    let mut bytes = Vec::new();
    while matches!(from.read_until(b'\n', &mut bytes), Ok(read) if read > 0) {
        // A reader of our output that went away must not stop the tests.
        let _ = to.write_all(&bytes).and_then(|()| to.flush());
        if let Ok(mut kept) = kept.lock() {
            kept.push(String::from_utf8_lossy(&bytes).trim_end().to_owned());
        }
        bytes.clear();
    }
}

/// The standard output of a quiet program; `None` when it is missing or fails.
pub fn output(program: &str, args: &[&str]) -> Option<String> {
    let output = command(program, args).stderr(Stdio::null()).stdin(Stdio::null()).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// Where a program is on the PATH.
pub fn which(program: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path)
        .flat_map(|dir| [dir.join(program), dir.join(format!("{program}.exe"))])
        .find(|file| file.is_file())
}

/// An environment variable that is set to something.
pub fn is_set(variable: &str) -> bool {
    std::env::var_os(variable).is_some_and(|value| !value.is_empty())
}

fn ensure(status: ExitStatus, line: &str) -> Result<()> {
    if !status.success() {
        bail!("failed ({status}): {line}");
    }
    Ok(())
}

fn show(command: &Command) -> String {
    let mut words: Vec<String> = command
        .get_envs()
        .filter_map(|(key, value)| Some(format!("{}={}", key.to_string_lossy(), quote(value?))))
        .collect();
    let program = Path::new(command.get_program());
    words.push(quote(program.file_stem().unwrap_or(program.as_os_str())));
    words.extend(command.get_args().map(quote));
    match command.get_current_dir() {
        Some(dir) => format!("(cd {} && {})", dir.display(), words.join(" ")),
        None => words.join(" "),
    }
}

fn quote(word: &OsStr) -> String {
    let word = word.to_string_lossy();
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./=:,@+%".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        word.into_owned()
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shown_command_can_be_pasted() {
        let mut shown = command("xvfb-run", &["-a", "a b", "it's"]);
        shown.env("CI", "1");
        assert_eq!(
            show(&shown),
            r"CI=1 xvfb-run -a 'a b' 'it'\''s'",
            "what people copy from the log must run as it stands"
        );
    }

    #[test]
    fn both_outputs_of_a_failing_program_are_kept() {
        let (result, lines) = run_and_keep(command("sh", &["-c", "echo out; echo err >&2; exit 3"]));
        assert!(result.is_err(), "exit 3 is a failure");
        assert!(
            lines.contains(&"out".to_owned()) && lines.contains(&"err".to_owned()),
            "runners print their closing line on either output, got {lines:?}"
        );
    }
}
