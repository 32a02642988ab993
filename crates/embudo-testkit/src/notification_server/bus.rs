//! A session bus for one test: nobody else is on it, and it starts nothing by itself.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};

use tempfile::TempDir;

pub struct PrivateBus {
    daemon: Child,
    /// Kept open: what the bus starts writes there, too.
    _output: Option<BufReader<ChildStdout>>,
    address: String,
    folder: TempDir,
}

impl PrivateBus {
    /// # Panics
    /// Where there is no `dbus-daemon` (the Debian package dbus).
    pub fn start() -> Self {
        Self::start_in(tempfile::tempdir().unwrap_or_else(|error| panic!("a folder for the bus: {error}")), None)
    }

    /// A bus that runs `command` as soon as somebody asks for notifications.
    pub fn start_with_service(command: &str) -> Self {
        let folder = tempfile::tempdir().unwrap_or_else(|error| panic!("a folder for the bus: {error}"));
        Self::start_in(folder, Some(command))
    }

    fn start_in(folder: TempDir, service: Option<&str>) -> Self {
        let write = |name: &str, text: &str| {
            std::fs::write(folder.path().join(name), text).unwrap_or_else(|error| panic!("{name}: {error}"));
        };
        if let Some(command) = service {
            let text = format!("[D-BUS Service]\nName=org.freedesktop.Notifications\nExec={command}\n");
            write("notifications.service", &text);
        }
        write("bus.conf", &config(folder.path()));
        let mut daemon = Command::new("dbus-daemon")
            .arg(format!("--config-file={}", folder.path().join("bus.conf").display()))
            .args(["--nofork", "--nopidfile", "--print-address"])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| panic!("dbus-daemon, of the package dbus: {error}"));
        let mut address = String::new();
        let mut output = daemon.stdout.take().map(BufReader::new);
        let read = output.as_mut().map(|output| output.read_line(&mut address));
        assert!(matches!(read, Some(Ok(1..))), "the bus says where it is");
        Self { daemon, _output: output, address: address.trim().to_owned(), folder }
    }

    pub fn address(&self) -> &str {
        &self.address
    }

    /// Ends the bus under everybody's feet.
    pub fn kill(&mut self) {
        // An error: it has ended already.
        let _ = self.daemon.kill();
        let _ = self.daemon.wait();
    }

    /// Where its files lie; gone with the bus.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }
}

impl Drop for PrivateBus {
    fn drop(&mut self) {
        self.kill();
    }
}

fn config(folder: &Path) -> String {
    let folder = folder.display();
    format!(
        r#"<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><type>session</type><listen>unix:path={folder}/bus</listen><servicedir>{folder}</servicedir>
<policy context="default"><allow send_destination="*"/><allow receive_sender="*"/><allow own="*"/></policy>
</busconfig>"#
    )
}
