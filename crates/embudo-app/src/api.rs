//! What the UI sees: the arguments and results of every command, the events, the error. These
//! types are the contract; TypeScript is generated from them (`cargo xtask bindings`).

pub mod alert;
pub mod composer;
pub mod contact;
pub mod directory;
pub mod error;
pub mod event;
pub mod exchange;
mod field;
pub mod follow_up;
pub mod inbox;
mod left_out;
pub mod line;
pub mod note;
pub mod notice;
pub mod sale;
pub mod saved_view;
pub mod search;
pub mod session;
pub mod status;
pub mod tag;
pub mod thread;

pub use alert::*;
pub use composer::*;
pub use contact::*;
pub use directory::*;
pub use error::*;
pub use event::*;
pub use exchange::*;
pub use field::*;
pub use follow_up::*;
pub use inbox::*;
pub use left_out::*;
pub use line::*;
pub use note::*;
pub use notice::*;
pub use sale::*;
pub use saved_view::*;
pub use search::*;
pub use session::*;
pub use status::*;
pub use tag::*;
pub use thread::*;

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Commands without arguments take `{}`.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize, TS)]
pub struct Nothing {}

/// What an act answers: the change is durable on this device. `undo` names it in the undo stack.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct Done {
    /// Give to `undo`; absent where nothing can or need be undone.
    pub undo: Option<UndoToken>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct UndoToken {
    pub id: String,
}

/// What came of an undo.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct TakenBack {
    /// False: all of it had changed since, and stays as it is.
    pub is_done: bool,
    /// Of a deed on many, what has changed since.
    pub left_out: Vec<LeftOut>,
}
