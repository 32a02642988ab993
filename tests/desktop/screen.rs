//! The screen around the app: windows and the pointer, by xdotool.

use std::process::Command;
use std::time::{Duration, Instant};

const PATIENCE: Duration = Duration::from_secs(60);

/// The X server's number of the window with this title.
pub fn window(title: &str) -> String {
    until(&format!("a window {title} on the screen"), || visible(title).into_iter().next())
}

pub fn minimise(title: &str, window: &str) {
    xdotool(&["windowminimize", window]);
    until("the window is minimised", || visible(title).is_empty().then_some(()));
}

pub fn bring_forward(title: &str, window: &str) {
    xdotool(&["windowactivate", window]);
    wait_until_in_front(title, window);
}

/// By the keys, as the cross in its frame does.
pub fn close(title: &str, window: &str) {
    bring_forward(title, window);
    xdotool(&["key", "alt+F4"]);
}

/// Closes a window that asks nothing. A key that is pressed while the window manager looks
/// elsewhere is lost: it is pressed again, as a person does.
pub fn close_at_once(title: &str, window: &str) {
    until(&format!("{title} is closed"), || {
        close(title, window);
        let end = Instant::now() + Duration::from_secs(2);
        while Instant::now() < end {
            if visible(title).is_empty() {
                return Some(());
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        None
    });
}

pub fn wait_until_in_front(title: &str, window: &str) {
    until("the window is visible and active", || (visible(title) == [window] && active() == window).then_some(()));
}

pub fn wait_until_gone(title: &str) {
    until(&format!("no window {title} on the screen"), || visible(title).is_empty().then_some(()));
}

/// The number of the window that has the keyboard, or nothing.
fn active() -> String {
    xdotool(&["getactivewindow"]).trim().to_owned()
}

/// Whether the desktop was told to keep it above others.
pub fn stays_above(window: &str) -> bool {
    let output = Command::new("xprop").args(["-id", window, "_NET_WM_STATE"]).output();
    let output = output.unwrap_or_else(|error| panic!("xprop: {error} (on Debian: apt-get install x11-utils)"));
    String::from_utf8(output.stdout).unwrap().contains("_NET_WM_STATE_ABOVE")
}

/// Where the upper left corner of a window's content is.
pub fn corner(window: &str) -> (i32, i32) {
    let text = xdotool(&["getwindowgeometry", "--shell", window]);
    let part = |name: &str| {
        let line = text.lines().find_map(|line| line.strip_prefix(name)).unwrap_or_else(|| panic!("{name} in {text}"));
        line.parse().unwrap()
    };
    (part("X="), part("Y="))
}

/// Presses the left button where the pointer is.
pub fn hold() {
    xdotool(&["mousedown", "1"]);
}

pub fn let_go() {
    xdotool(&["mouseup", "1"]);
}

pub fn point(at: (i32, i32)) {
    xdotool(&["mousemove", &at.0.to_string(), &at.1.to_string()]);
}

pub fn visible(title: &str) -> Vec<String> {
    xdotool(&["search", "--onlyvisible", "--name", title]).lines().map(str::to_owned).collect()
}

/// The X server tells nobody of ours when it is done: it has to be asked again.
pub fn until<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let end = Instant::now() + PATIENCE;
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(Instant::now() < end, "never so: {what}");
        std::thread::sleep(Duration::from_millis(50));
    }
}

/// Nothing found is an empty answer.
fn xdotool(args: &[&str]) -> String {
    let output = Command::new("xdotool").args(args).output();
    let output = output.unwrap_or_else(|error| panic!("xdotool: {error} (on Debian: apt-get install xdotool)"));
    String::from_utf8(output.stdout).unwrap()
}
