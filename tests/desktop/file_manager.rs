//! Another program's window from which a file can be dragged, as from a file manager.

use std::path::Path;
use std::sync::mpsc;

use gtk::prelude::*;

pub const TITLE: &str = "^Files to drag$";

/// Opens it in the upper left corner. It lives until the test ends: GTK stays in the thread that
/// began with it.
pub fn offer(file: &Path) {
    let uri = format!("file://{}", file.display());
    let (ready, opened) = mpsc::channel();
    std::thread::spawn(move || {
        gtk::init().unwrap();
        let window = gtk::Window::new(gtk::WindowType::Toplevel);
        window.set_title("Files to drag");
        window.set_default_size(60, 60);
        window.set_decorated(false);
        window.set_keep_above(true);
        let handle = gtk::EventBox::new();
        handle.add(&gtk::Label::new(Some("file")));
        let kinds = [gtk::TargetEntry::new("text/uri-list", gtk::TargetFlags::OTHER_APP, 0)];
        handle.drag_source_set(gtk::gdk::ModifierType::BUTTON1_MASK, &kinds, gtk::gdk::DragAction::COPY);
        handle.connect_drag_data_get(move |_, _, data, _, _| {
            data.set_uris(&[&uri]);
        });
        window.add(&handle);
        window.show_all();
        window.move_(0, 0);
        ready.send(()).unwrap();
        gtk::main();
    });
    opened.recv().unwrap();
}
