//! What a person hears and sees of what happens (product.md 4.17). `embudo_domain::alerts`
//! decides; this carries facts to it, its commands to the desktop, and what a person did with a
//! banner to the same commands that the window uses.
//!
//! Invariants:
//! - one task per open workspace steps the brain, so its order is the order of the commits;
//! - what is told was committed before; what a banner answers goes the way of every other act;
//! - a desktop that cannot show or play changes nothing of what is stored, counted and shown.

mod answers;
mod desk;
mod faces;
mod facts;
mod gear;
mod line;
mod notices;
pub(crate) mod reply_box;
mod tones;
mod tray;
pub(crate) mod words;

pub use gear::{AlertGear, AlertShell, Desktop, NoShell, Speaker, desktop_banners};

pub(crate) use desk::{Alerts, clock, watch};
pub(crate) use facts::badge;
pub(crate) use line::choose_line;
pub(crate) use tones::{check_list, clip_of, keep, missing};
pub(crate) use tray::empty_face;
pub(crate) use words::Catalogued;
