//! What a person hears and sees of what happens, and why (product.md 4.17): one brain for every
//! desktop. [`decide`] says what one event would do; [`AlertState`] keeps it from flooding and
//! gives commands; [`render`] says what a banner becomes where a desktop can do less. Platform
//! code obeys and reports back.
//!
//! Pure: time, zone, presence and abilities are handed in. Memory is bounded, whatever arrives.
//!
//! Invariants:
//! - nothing is told of a chat that this person may not open, nor text they may not read (I21);
//! - nothing is shown or played for the chat under their eyes;
//! - every event is logged once when it arrives, with a reason for banner, sound and badge each;
//! - the badge is the list's count, handed in, never counted here.

mod banner;
mod clock;
mod decide;
mod event;
mod input;
mod link;
mod notice;
mod presence;
mod quiet;
mod reason;
mod render;
mod rows;
mod settings;
mod state;
mod text;
mod tone;
mod validate;

pub use banner::{Banner, Opens, Tag, What};
pub use clock::{Clock, LocalTime, Zone, ZoneChange};
pub use decide::{BannerDecision, Decision, decide};
pub use event::{Access, AlertEvent, Chat, DueFollowUp, EventKind, NewMessage, ReplyWay, SnoozedNow, Way};
pub use input::{AlertCommand, ClosedBy, Context, Input, UnreadChat};
pub use notice::{Notice, NoticeKind};
pub use presence::{Hiding, OtherDevice, Presence, Window};
pub use quiet::{Mute, MuteFor, QuietHours, QuietSpan};
pub use reason::{LogEntry, Reason, Reasons};
pub use render::{Abilities, Action, Button, Field, Phrase, QuickAnswer, Rendered, Words, render};
pub use settings::{
    AlertSettings, EventAlerts, Events, LineAlerts, OwnTone, Preview, Repeat, Sound, ToneChoice, WhenFocused,
};
pub use state::AlertState;
pub use text::{MAX_NAME, MAX_TEXT, one_line};
pub use tone::{SoundFormat, Tone};
pub use validate::{MAX_TONE_BYTES, MAX_TONE_MS, SettingsError, check_own_tone};
