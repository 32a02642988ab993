//! The command line.

use crate::data::plan::Shape;
use anyhow::{Context as _, Result, bail};
use std::path::PathBuf;

pub const USAGE: &str = "\
bench [--rows inbox,filters,thread,search,sale,directory,commands,bulk,agenda,import,live,disk]
      [--samples N] [--import-rows N]
    Measures on a copy of the data and prints a table; a goal that is missed is counted, not an
    error. Last line: how many are met.
bench sizes
    The bytes of every table and index.
bench data [--data DIR --secrets FILE] [--keyring]
    Makes the data once, in the cache, and prints where it is as one line of JSON. With --data a
    copy is made there, for the app to open: with --secrets as embudo-dev-host takes it, and with
    --keyring the key goes into the system's keyring, where the shipped app looks for it.
    Its two lines are simulated ones at `line_url`: nobody answers there unless
    `embudo-dev-host simulator --nobody --port` is started on that port.
all commands:
    [--cache DIR] [--conversations N --messages N --longest N] [--one-long]
";

#[derive(Debug, PartialEq, Eq)]
pub enum Command {
    Measure { rows: Vec<String> },
    Sizes,
    Data { data: Option<PathBuf>, secrets: Option<PathBuf>, keyring: bool },
}

#[derive(Debug, PartialEq, Eq)]
pub struct Options {
    pub command: Command,
    pub cache: PathBuf,
    pub shape: Shape,
    pub samples: usize,
    import_rows: Option<u32>,
}

impl Options {
    /// Rows of the list that is brought in: unless something else is said, as many as there are
    /// customers.
    #[cfg_attr(not(feature = "commands"), allow(dead_code))]
    pub fn import_rows(&self) -> u32 {
        self.import_rows.unwrap_or(self.shape.conversations)
    }

    /// `None`: help was asked for.
    pub fn parse(args: impl Iterator<Item = String>) -> Result<Option<Self>> {
        let mut args = args.peekable();
        let command = args.next_if(|first| !first.starts_with("--")).unwrap_or_default();
        let (mut data, mut secrets, mut keyring) = (None, None, false);
        let mut cache = PathBuf::from("target/bench");
        let mut shape = Shape::FULL;
        let (mut rows, mut samples, mut import_rows) = (Vec::new(), 5_000, None);
        while let Some(name) = args.next() {
            let mut value = || args.next().with_context(|| format!("{name} needs a value"));
            match name.as_str() {
                "--help" => return Ok(None),
                "--keyring" => keyring = true,
                "--one-long" => shape = Shape::ONE_LONG,
                "--data" => data = Some(PathBuf::from(value()?)),
                "--secrets" => secrets = Some(PathBuf::from(value()?)),
                "--rows" => rows.extend(value()?.split(',').map(str::to_owned)),
                "--samples" => samples = value()?.parse::<usize>()?.max(1),
                "--import-rows" => import_rows = Some(value()?.parse::<u32>()?.clamp(1, 100_000)),
                "--cache" => cache = PathBuf::from(value()?),
                "--conversations" => shape.conversations = value()?.parse()?,
                "--messages" => shape.messages = value()?.parse()?,
                "--longest" => shape.longest = value()?.parse()?,
                _ => bail!("{name} is unknown\n{USAGE}"),
            }
        }
        // A small data set has a small longest thread.
        shape.longest = shape.longest.min(shape.messages / 2);
        if shape.messages.saturating_sub(shape.longest) + 1 < shape.conversations {
            bail!("fewer messages than conversations");
        }
        if data.is_some() != secrets.is_some() {
            bail!("--data and --secrets go together\n{USAGE}");
        }
        let command = match command.as_str() {
            "data" => Command::Data { data, secrets, keyring },
            "sizes" => Command::Sizes,
            "" => Command::Measure { rows },
            _ => return Ok(None),
        };
        Ok(Some(Self { command, cache, shape, samples, import_rows }))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn parse(line: &str) -> Result<Option<Options>> {
        Options::parse(line.split_whitespace().map(str::to_owned))
    }

    #[test]
    fn without_a_command_everything_is_measured_and_rows_may_be_chosen() {
        let all = parse("--cache /c").unwrap().unwrap();
        let all_rows = all.import_rows();
        assert_eq!((all.command, all.shape, all.samples), (Command::Measure { rows: Vec::new() }, Shape::FULL, 5_000));
        let some = parse("--rows search,disk --conversations 10 --messages 100").unwrap().unwrap();
        assert_eq!(some.command, Command::Measure { rows: vec!["search".into(), "disk".into()] });
        assert_eq!((all_rows, some.import_rows()), (100_000, 10), "a small list for small data");
        assert_eq!(some.shape.longest, 50, "a small data set has a small longest thread");
        assert!(parse("--help").unwrap().is_none());
    }

    #[test]
    fn a_line_that_makes_no_sense_is_refused_in_words() {
        let words = |line: &str| parse(line).unwrap_err().to_string();
        assert!(words("--what").contains("--what is unknown"));
        assert!(words("data --data /d").contains("--secrets"), "the copy would have no key");
        assert!(words("--conversations 10 --messages 5").contains("fewer messages"));
    }
}
