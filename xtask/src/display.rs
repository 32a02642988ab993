//! A screen for the window: the machine's own, or a virtual one.

use std::io::IsTerminal;

use anyhow::{Result, bail};

use crate::process::{is_set, output, which};
use crate::system::{self, Need};

/// The words to put before a command so that it finds a screen and a session bus.
///
/// # Errors
/// When there is no display and nobody may decide to use a virtual one.
pub fn find() -> Result<Vec<&'static str>> {
    let mut words = Vec::new();
    if !cfg!(target_os = "linux") {
        return Ok(words);
    }
    let no_screen = !is_set("DISPLAY") && !is_set("WAYLAND_DISPLAY");
    if no_screen {
        virtual_screen()?;
    }
    if !is_set("DBUS_SESSION_BUS_ADDRESS") && which("dbus-run-session").is_some() {
        words.extend(["dbus-run-session", "--"]);
    }
    if no_screen {
        words.extend(XVFB);
    }
    Ok(words)
}

/// The size of the design's larger screenshots.
pub const XVFB: [&str; 4] = ["xvfb-run", "-a", "-s", "-screen 0 1440x900x24"];

fn virtual_screen() -> Result<()> {
    println!("There is no display here: DISPLAY and WAYLAND_DISPLAY are not set.");
    let root = output("id", &["-u"]).as_deref() == Some("0");
    if !(root || is_set("CI")) {
        if !std::io::stdin().is_terminal() {
            bail!(
                "open a session with a screen, or use a virtual one:\n\n  \
                 sudo apt-get install -y xvfb xauth && xvfb-run -a cargo xtask run"
            );
        }
        if !system::yes("Open the app on a virtual screen (Xvfb), where nobody sees it?")? {
            bail!("nothing opened. Repeat this in a session with a screen.");
        }
    }
    system::setup(&[Need::Display])?;
    println!("The window will open on a virtual screen (Xvfb). Ctrl+C closes it.");
    Ok(())
}
