//! Another program's window from which a file can be dragged, as from a file manager. It tells
//! what the system tells it: a drag is a conversation, and each step waits for the answer to the
//! one before.

use std::path::Path;
use std::sync::mpsc::{self, Receiver, Sender};
use std::time::{Duration, Instant};

use gtk::gdk::DragAction;
use gtk::glib::Propagation;
use gtk::prelude::*;

use crate::screen;

const TITLE: &str = "Files to drag";
const PATIENCE: Duration = Duration::from_secs(60);
/// How long one move of the hand may take to be answered before the hand moves again.
const ANSWERED_WITHIN: Duration = Duration::from_millis(100);
/// More than the way that makes a drag of a press.
const A_BIT: i32 = 15;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Told {
    /// The pointer is over the file.
    Over,
    Pressed,
    Begun,
    /// What is under the pointer takes the file if it is let go now, or does not.
    Taken(bool),
    /// The target has asked for the file and is done with it.
    Ended,
    Failed,
}

/// A file in a window in the upper left corner. The window lives until the test ends: GTK stays in
/// the thread that began with it.
pub struct Offer {
    told: Receiver<Told>,
    at: (i32, i32),
}

impl Offer {
    pub fn open(file: &Path) -> Self {
        let uri = gtk::gio::File::for_path(file).uri();
        let (tell, told) = mpsc::channel();
        std::thread::spawn(move || {
            gtk::init().unwrap();
            show(&uri, &tell);
            gtk::main();
        });
        let (x, y) = screen::corner(&screen::window(&format!("^{TITLE}$")));
        Self { told, at: (x + 30, y + 30) }
    }

    /// Takes the file and lets it go at a point of the screen, once what is there takes it and
    /// `shows` that it does.
    pub fn drag_to(&self, to: (i32, i32), mut shows: impl FnMut() -> bool) {
        self.move_until("the pointer is over the file", self.at, 1, |told| told == Some(Told::Over));
        screen::hold();
        self.move_until("the button is pressed on the file", self.at, 0, |told| told == Some(Told::Pressed));
        self.move_until("the drag has begun", self.at, A_BIT, |told| told == Some(Told::Begun));
        let mut taken = false;
        self.move_until("the target takes the file and shows it", to, 1, |told| {
            if let Some(Told::Taken(now)) = told {
                taken = now;
            }
            taken && shows()
        });
        screen::let_go();
        self.move_until("the target has the file", to, 0, |told| told == Some(Told::Ended));
    }

    /// Moves the pointer to and fro by so many pixels at a point until what is told is enough.
    fn move_until(&self, what: &str, at: (i32, i32), by: i32, mut enough: impl FnMut(Option<Told>) -> bool) {
        let end = Instant::now() + PATIENCE;
        let mut aside = 0;
        loop {
            screen::point((at.0 + aside, at.1));
            aside = by - aside;
            loop {
                let told = self.told.recv_timeout(ANSWERED_WITHIN).ok();
                assert_ne!(told, Some(Told::Failed), "the drag failed, and not yet: {what}");
                if enough(told) {
                    return;
                }
                if told.is_none() {
                    break;
                }
            }
            assert!(Instant::now() < end, "never so: {what}");
        }
    }
}

fn show(uri: &str, tell: &Sender<Told>) {
    let window = gtk::Window::new(gtk::WindowType::Toplevel);
    window.set_title(TITLE);
    window.set_default_size(60, 60);
    window.set_decorated(false);
    window.set_keep_above(true);
    let handle = gtk::EventBox::new();
    handle.add(&gtk::Label::new(Some("file")));
    let kinds = [gtk::TargetEntry::new("text/uri-list", gtk::TargetFlags::OTHER_APP, 0)];
    handle.drag_source_set(gtk::gdk::ModifierType::BUTTON1_MASK, &kinds, DragAction::COPY);
    handle.add_events(gtk::gdk::EventMask::ENTER_NOTIFY_MASK);

    // The test may have ended.
    let telling = |what: Told| {
        let tell = tell.clone();
        move || {
            let _ = tell.send(what);
        }
    };
    let (over, pressed, ended, failed) =
        (telling(Told::Over), telling(Told::Pressed), telling(Told::Ended), telling(Told::Failed));
    handle.connect_enter_notify_event(move |_, _| {
        over();
        Propagation::Proceed
    });
    handle.connect_button_press_event(move |_, _| {
        pressed();
        Propagation::Proceed
    });
    let tell = tell.clone();
    handle.connect_drag_begin(move |_, drag| {
        let _ = tell.send(Told::Begun);
        let tell = tell.clone();
        drag.connect_action_changed(move |_, action| {
            let _ = tell.send(Told::Taken(action == DragAction::COPY));
        });
    });
    let uri = uri.to_owned();
    handle.connect_drag_data_get(move |_, _, data, _, _| {
        data.set_uris(&[&uri]);
    });
    handle.connect_drag_failed(move |_, _, _| {
        failed();
        Propagation::Proceed
    });
    handle.connect_drag_end(move |_, _| ended());
    window.add(&handle);
    window.show_all();
    window.move_(0, 0);
}
