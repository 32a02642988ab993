//! What device and hub say to each other: typed frames, through channels where the hub runs
//! inside the app, as messages of a socket ([`wire`]) where it is a program of its own. Encoded
//! as MessagePack with field names, which the simulation uses to cross its network, too.
//!
//! Invariants: an act is acknowledged in the frame that brings its effect; a device commits
//! only whole [`HubFrame::Changes`]; a cursor is `(epoch, seq)` and never goes back within an epoch,
//! unless a Welcome says that a snapshot from the beginning follows.

pub mod wire;

use embudo_domain::{Act, ActId, Change, DeviceId, MemberId, Refusal, Row};
use serde::{Deserialize, Serialize};

/// Names one life of a hub database; minted anew when it is created or restored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Epoch(pub u64);

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cursor {
    pub epoch: Epoch,
    pub seq: u64,
}

/// An act in a device's queue. `mid` is gapless per device, from 1.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NumberedAct {
    pub mid: u64,
    pub act_id: ActId,
    pub act: Act,
    /// When it was made, for an act that an earlier life of this hub may have run: what it sends
    /// may be at the customer's already, and nobody here knows. Absent: nobody has run it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub again_at_ms: Option<i64>,
}

/// A row's newest image with the sequence number of its last change.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Versioned {
    pub ver: u64,
    pub change: Change,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Rejection {
    pub mid: u64,
    pub refusal: Refusal,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "frame", rename_all = "snake_case")]
pub enum DeviceFrame {
    /// `cursor` is absent on the first contact; the answer is then a fresh snapshot.
    Hello {
        device_id: DeviceId,
        member_id: MemberId,
        cursor: Option<Cursor>,
    },
    /// In order, without gaps. Acts up to the hub's last number are answered again, not run again.
    Push {
        acts: Vec<NumberedAct>,
    },
    /// The device has durably applied everything up to here; the hub sends no more than
    /// [`WINDOW_CHANGES`] changes beyond it.
    Applied {
        seq: u64,
    },
    /// The answer to [`HubFrame::Recall`], in pieces; `done` with the last one.
    Recalled {
        rows: Vec<Row>,
        done: bool,
    },
    Ping {
        nonce: u64,
    },
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "frame", rename_all = "snake_case")]
pub enum HubFrame {
    /// Instead of a Welcome: this hub was restored from a copy and has forgotten everything after
    /// this number. The device answers with what it knows beyond it; then the Welcome follows.
    Recall {
        after: u64,
    },
    /// `resync`: the device's cursor belongs to another epoch, or is older than what this hub
    /// still remembers of deletions; what follows is a snapshot from seq 0, and rows that it does
    /// not bring are gone. Pending acts stay. `last_mid` is the
    /// device's newest act that this hub knows.
    Welcome {
        epoch: Epoch,
        head: u64,
        last_mid: u64,
        resync: bool,
        hub_ms: i64,
    },
    /// Everything in `(from, to]`, newest image per row, in order of `ver`. `last_mid` as of
    /// `to`; refusals of acts up to it that the device has not been told of.
    Changes {
        epoch: Epoch,
        from: u64,
        to: u64,
        head: u64,
        changes: Vec<Versioned>,
        last_mid: u64,
        rejections: Vec<Rejection>,
    },
    /// The device's acts do not follow each other; it must say Hello again.
    Gap {
        last_mid: u64,
    },
    Pong {
        nonce: u64,
        hub_ms: i64,
    },
}

/// Changes that may be under way to a device that has not confirmed them.
pub const WINDOW_CHANGES: u64 = 20_000;
/// Changes in one frame.
pub const FRAME_CHANGES: usize = 2_000;
/// Acts in one frame.
pub const PUSH_ACTS: usize = 100;

#[derive(Debug, thiserror::Error)]
pub enum WireError {
    #[error("a frame could not be written: {0}")]
    Encode(#[from] rmp_serde::encode::Error),
    #[error("a frame could not be read: {0}")]
    Decode(#[from] rmp_serde::decode::Error),
}

/// MessagePack with field names: within 4 % of a positional format's size, open to new fields.
pub fn encode<T: Serialize>(value: &T) -> Result<Vec<u8>, WireError> {
    Ok(rmp_serde::to_vec_named(value)?)
}

pub fn decode<T: for<'de> Deserialize<'de>>(bytes: &[u8]) -> Result<T, WireError> {
    Ok(rmp_serde::from_slice(bytes)?)
}
