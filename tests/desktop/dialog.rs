//! The system's own dialogs, used by their parts: each is waited for until it may be used.

use std::path::Path;

use crate::accessible::Bus;
use crate::screen::until;

const DIALOG: &str = "file chooser";
/// It opens at the folder in which the program was started, not at what was used last.
const SETTINGS: &str = "[org/gtk/settings/file-chooser]\nstartup-mode='cwd'\n";

/// What makes the dialog open where we want it and tell of its parts. The folder holds its settings.
pub fn opens_where_started(settings: &Path) -> [(&'static str, &str); 3] {
    let file = settings.join("glib-2.0/settings/keyfile");
    std::fs::create_dir_all(file.parent().unwrap()).unwrap();
    std::fs::write(file, SETTINGS).unwrap();
    [("GSETTINGS_BACKEND", "keyfile"), ("XDG_CONFIG_HOME", settings.to_str().unwrap()), ("NO_AT_BRIDGE", "0")]
}

/// Chooses a file in the dialog that is opening, by its name in the list.
pub fn choose(name: &str) {
    let bus = Bus::open();
    let dialog = until("the system's dialog is open", || bus.find(DIALOG));
    let row = until("the file is in its list", || bus.below(&dialog, "table cell", Some(name)));
    bus.act(&row, "Activate");
    until("the dialog is gone", || bus.find(DIALOG).is_none().then_some(()));
}

const QUESTION: &str = "alert";

/// Presses a button of the question that is opening, and waits until it is gone.
pub fn answer(button: &str) {
    let bus = Bus::open();
    let question = until("the system's question is open", || bus.find(QUESTION));
    let part = until(&format!("a button {button}"), || bus.below(&question, "push button", Some(button)));
    bus.act(&part, "Click");
    until("the question is gone", || bus.find(QUESTION).is_none().then_some(()));
}
