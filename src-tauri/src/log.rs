//! The log: to the terminal until the data folder is ours, then into its files too.

use embudo_platform::LogFiles;
use std::io::Write;
use std::path::Path;
use std::sync::{Arc, OnceLock};
use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::MakeWriter;

/// What goes wrong outside is worth a line; what the libraries say to themselves is not.
const USUAL: &str = "warn,embudo_app=info,embudo_desktop=info,embudo_hub=info,embudo_sync=info";

#[derive(Clone, Default)]
pub struct Log(Arc<OnceLock<LogFiles>>);

pub fn start() -> Log {
    let log = Log::default();
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(USUAL));
    tracing_subscriber::fmt().with_env_filter(filter).with_ansi(false).with_writer(log.clone()).init();
    log
}

impl Log {
    pub fn write_to(&self, folder: &Path) {
        match LogFiles::open(folder) {
            // Set once: there is one data folder.
            Ok(files) => drop(self.0.set(files)),
            Err(error) => tracing::warn!(%error, "the log stays in the terminal"),
        }
    }
}

impl<'a> MakeWriter<'a> for Log {
    type Writer = Both<'a>;
    fn make_writer(&'a self) -> Both<'a> {
        Both(self.0.get())
    }
}

pub struct Both<'a>(Option<&'a LogFiles>);

impl Write for Both<'_> {
    fn write(&mut self, line: &[u8]) -> std::io::Result<usize> {
        if let Some(files) = self.0 {
            files.make_writer().write_all(line)?;
        }
        if self.0.is_none() || cfg!(debug_assertions) {
            // A terminal that is gone is no reason to fail.
            let _ = std::io::stderr().write_all(line);
        }
        Ok(line.len())
    }
    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}
