//! The real app under WebDriver: a virtual screen, a session bus and a keyring of its own.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result};

use crate::display::XVFB;
use crate::process::{command, root};
use crate::run::BUILT_UI;
use crate::tools;

/// The keyring is unlocked with a password that guards nothing: its folder is made for this run.
/// The window manager is what makes a window minimised or active.
const SESSION: &str = r#"printf secret | gnome-keyring-daemon --unlock --components=secrets >/dev/null
openbox &
exec "$@""#;

/// `Err` is a reason to print: the system has no WebDriver for its web view.
pub fn tests() -> Result<Command, &'static str> {
    if !cfg!(target_os = "linux") {
        return Err("a WebDriver for the system's web view exists only on Linux");
    }
    let tests = ["cargo", "test", "--workspace", "--features", BUILT_UI, "--test", "desktop"];
    // One window at a time: they share the screen, the bus and the keyring.
    session(&[&tests[..], &["--", "--test-threads", "1"]].concat()).map_err(|_| "no folder for its session")
}

/// A command on a screen of its own, with a window manager, a session bus and an open keyring.
pub fn session(words: &[&str]) -> Result<Command> {
    let target = tools::built("embudo")?;
    let target = target.parent().and_then(Path::parent).context("the target folder has no parent")?;
    let home = target.join("desktop-session");
    if home.exists() {
        std::fs::remove_dir_all(&home)?;
    }
    let mut all = vec!["--"];
    all.extend(XVFB);
    all.extend(["sh", "-c", SESSION, "sh"]);
    all.extend(words);
    let mut session = command("dbus-run-session", &all);
    session.current_dir(root());
    for (variable, folder) in [
        ("XDG_DATA_HOME", "data"),
        ("XDG_CONFIG_HOME", "config"),
        ("XDG_CACHE_HOME", "cache"),
        ("XDG_RUNTIME_DIR", "runtime"),
    ] {
        let folder = home.join(folder);
        std::fs::create_dir_all(&folder)?;
        private(&folder)?;
        session.env(variable, folder);
    }
    // WebKit's GPU process has no GPU to find on a virtual screen.
    session
        .env("WEBKIT_DISABLE_DMABUF_RENDERER", "1")
        .env("LIBGL_ALWAYS_SOFTWARE", "1")
        .env("NO_AT_BRIDGE", "1")
        .env_remove("WAYLAND_DISPLAY")
        .env_remove("DBUS_SESSION_BUS_ADDRESS");
    Ok(session)
}

/// D-Bus and the keyring refuse a runtime folder that others may enter.
#[cfg(unix)]
fn private(folder: &Path) -> Result<()> {
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(folder, std::fs::Permissions::from_mode(0o700))?;
    Ok(())
}

#[cfg(not(unix))]
fn private(_folder: &Path) -> Result<()> {
    Ok(())
}
