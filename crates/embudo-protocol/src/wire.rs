//! Frames on a socket: one binary message each, `kind u8 | flags u8 | body`. The body is
//! MessagePack with field names, sealed by zstd (flag bit 0) where that saves something. Both ends
//! greet each other first ([`Greeting`], [`Answer`]); after that the device sends
//! [`DeviceFrame`](crate::DeviceFrame)s and the hub [`HubFrame`](crate::HubFrame)s.
//!
//! Whoever reads trusts nothing: a frame is refused before more than [`MAX_BODY_BYTES`] are
//! unpacked, whatever it says of itself.

use embudo_domain::{DeviceId, WorkspaceId};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use std::io::Read as _;

/// The newest version of the protocol that this program speaks, and the oldest.
pub const NEWEST: u16 = 1;
pub const OLDEST: u16 = 1;

/// A message of the socket may be so long; the receiver ends the link at a longer one.
pub const MAX_FRAME_BYTES: usize = 4 * 1024 * 1024;
/// And so long once it is unpacked.
pub const MAX_BODY_BYTES: usize = 16 * 1024 * 1024;
/// Shorter bodies are not packed: a single change gains nothing.
const PACK_FROM_BYTES: usize = 512;
const PACKED: u8 = 1;
const LEVEL: i32 = 1;

/// What a frame carries. A number is never given twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Kind {
    Greeting = 1,
    Answer = 2,
    Device = 3,
    Hub = 4,
}

/// The first frame of a device.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Greeting {
    /// The oldest and the newest version that it speaks.
    pub oldest: u16,
    pub newest: u16,
    /// The program's version, for people who read logs.
    pub app: String,
    pub workspace_id: WorkspaceId,
    pub device_id: DeviceId,
    /// What the device got when it joined; says who it is.
    pub token: String,
}

/// A token is in no log.
impl std::fmt::Debug for Greeting {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Greeting")
            .field("oldest", &self.oldest)
            .field("newest", &self.newest)
            .field("app", &self.app)
            .field("workspace_id", &self.workspace_id)
            .field("device_id", &self.device_id)
            .finish_non_exhaustive()
    }
}

/// The hub's first frame.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "answer", rename_all = "snake_case")]
pub enum Answer {
    /// `protocol` is the version that both speak from here on.
    Welcome {
        protocol: u16,
        hub: String,
    },
    Refused(Refused),
}

/// Why a hub doesn't talk to a device. Each needs another step of a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum Refused {
    /// The app must be updated: the hub speaks no version this old.
    DeviceTooOld { oldest: u16 },
    /// The hub must be updated.
    HubTooOld { newest: u16 },
    /// Another workspace lives at this address, or none.
    NoSuchWorkspace,
    /// The token is not, or no longer, good: signed out, removed.
    SignedOut,
    /// What came first was no greeting.
    NotUnderstood,
}

/// The version to speak, or who of the two is too old.
pub fn agree(oldest: u16, newest: u16) -> Result<u16, Refused> {
    if newest < OLDEST {
        return Err(Refused::DeviceTooOld { oldest: OLDEST });
    }
    if oldest > NEWEST {
        return Err(Refused::HubTooOld { newest: NEWEST });
    }
    Ok(newest.min(NEWEST))
}

#[derive(Debug, thiserror::Error)]
pub enum FrameError {
    #[error("a frame could not be written: {0}")]
    Encode(#[from] rmp_serde::encode::Error),
    #[error("a frame could not be read: {0}")]
    Decode(#[from] rmp_serde::decode::Error),
    #[error("a frame could not be packed or unpacked: {0}")]
    Zstd(#[from] std::io::Error),
    #[error("a frame of {0} bytes is too large")]
    TooLarge(usize),
    #[error("a frame of {0} bytes has no head")]
    TooShort(usize),
    #[error("a frame of kind {found} where one of kind {expected} belongs")]
    Kind { expected: u8, found: u8 },
    /// A later version's: this one doesn't know what they mean.
    #[error("a frame with the unknown flags {0:#x}")]
    Flags(u8),
}

/// One message for the socket.
pub fn pack<T: Serialize>(kind: Kind, value: &T) -> Result<Vec<u8>, FrameError> {
    let body = rmp_serde::to_vec_named(value)?;
    if body.len() > MAX_BODY_BYTES {
        return Err(FrameError::TooLarge(body.len()));
    }
    let mut frame = vec![kind as u8, 0];
    if body.len() >= PACK_FROM_BYTES {
        frame[1] = PACKED;
        zstd::stream::copy_encode(&body[..], &mut frame, LEVEL)?;
    }
    // Files and random ids don't get shorter.
    if frame[1] == 0 || frame.len() > body.len() + 2 {
        frame.truncate(2);
        frame[1] = 0;
        frame.extend_from_slice(&body);
    }
    if frame.len() > MAX_FRAME_BYTES {
        return Err(FrameError::TooLarge(frame.len()));
    }
    Ok(frame)
}

/// What a message of the socket says.
pub fn unpack<T: DeserializeOwned>(kind: Kind, frame: &[u8]) -> Result<T, FrameError> {
    if frame.len() > MAX_FRAME_BYTES {
        return Err(FrameError::TooLarge(frame.len()));
    }
    let [found, flags, body @ ..] = frame else { return Err(FrameError::TooShort(frame.len())) };
    if *found != kind as u8 {
        return Err(FrameError::Kind { expected: kind as u8, found: *found });
    }
    match *flags {
        0 => Ok(rmp_serde::from_slice(body)?),
        PACKED => {
            let mut plain = Vec::new();
            // One more than is allowed, to know that there is more.
            let limit = MAX_BODY_BYTES as u64 + 1;
            zstd::stream::read::Decoder::new(body)?.take(limit).read_to_end(&mut plain)?;
            if plain.len() > MAX_BODY_BYTES {
                return Err(FrameError::TooLarge(plain.len()));
            }
            Ok(rmp_serde::from_slice(&plain)?)
        }
        flags => Err(FrameError::Flags(flags)),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::{DeviceFrame, HubFrame};
    use proptest::prelude::*;

    #[test]
    fn a_short_frame_goes_as_it_is_and_a_long_one_packed() {
        let short = pack(Kind::Device, &DeviceFrame::Ping { nonce: 7 }).unwrap();
        assert_eq!(short[..2], [3, 0], "the kind, and nothing packed");
        let read: DeviceFrame = unpack(Kind::Device, &short).unwrap();
        assert_eq!(read, DeviceFrame::Ping { nonce: 7 });
        let words = "hola ".repeat(1_000);
        let long = pack(Kind::Answer, &words).unwrap();
        assert_eq!(long[..2], [2, 1]);
        assert!(long.len() < words.len() / 10, "repetitions go");
        assert_eq!(unpack::<String>(Kind::Answer, &long).unwrap(), words);
    }

    #[test]
    fn a_frame_that_unpacks_to_too_much_is_refused_before_it_fills_the_memory() {
        let mut bomb = vec![Kind::Device as u8, PACKED];
        zstd::stream::copy_encode(std::io::repeat(0).take(2 * MAX_BODY_BYTES as u64), &mut bomb, LEVEL).unwrap();
        assert!(bomb.len() < MAX_FRAME_BYTES, "on the wire it is small");
        let error = unpack::<DeviceFrame>(Kind::Device, &bomb).unwrap_err();
        assert!(matches!(error, FrameError::TooLarge(bytes) if bytes == MAX_BODY_BYTES + 1), "{error}");
    }

    #[test]
    fn what_belongs_elsewhere_or_to_a_later_version_is_refused() {
        let frame = pack(Kind::Device, &DeviceFrame::Ping { nonce: 1 }).unwrap();
        assert!(matches!(
            unpack::<HubFrame>(Kind::Hub, &frame).unwrap_err(),
            FrameError::Kind { expected: 4, found: 3 }
        ));
        let mut later = frame.clone();
        later[1] = 4;
        assert!(matches!(unpack::<DeviceFrame>(Kind::Device, &later).unwrap_err(), FrameError::Flags(4)));
        for short in [&[][..], &[3][..]] {
            assert!(matches!(unpack::<DeviceFrame>(Kind::Device, short).unwrap_err(), FrameError::TooShort(_)));
        }
    }

    #[test]
    fn the_newest_version_that_both_speak_is_spoken() {
        assert_eq!(agree(OLDEST, NEWEST), Ok(NEWEST));
        assert_eq!(agree(OLDEST, NEWEST + 5), Ok(NEWEST), "a newer app with an older hub");
        assert_eq!(agree(NEWEST + 1, NEWEST + 2), Err(Refused::HubTooOld { newest: NEWEST }));
        assert_eq!(agree(0, OLDEST - 1), Err(Refused::DeviceTooOld { oldest: OLDEST }));
    }

    #[test]
    fn a_token_is_not_printed() {
        let greeting = Greeting {
            oldest: 1,
            newest: 1,
            app: "0.1.0".into(),
            workspace_id: uuid::Uuid::from_u128(1).into(),
            device_id: uuid::Uuid::from_u128(2).into(),
            token: "very-secret".into(),
        };
        assert!(!format!("{greeting:?}").contains("very-secret"));
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..600)) {
            // Neither a panic nor memory without end; what it says does not matter.
            let _ = unpack::<DeviceFrame>(Kind::Device, &bytes);
            let _ = unpack::<HubFrame>(Kind::Hub, &bytes);
            let _ = unpack::<Greeting>(Kind::Greeting, &bytes);
        }

        #[test]
        fn what_is_packed_is_read_again(words in ".{0,3000}") {
            let frame = pack(Kind::Answer, &words).unwrap();
            prop_assert_eq!(unpack::<String>(Kind::Answer, &frame).unwrap(), words);
        }
    }
}
