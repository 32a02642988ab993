//! How much memory the codebooks of a Vorbis file would take.
//!
//! A decoder makes tables of them before it has seen a single sample, and a few bytes can ask for
//! gigabytes. So their head is walked through first, and one that asks for more than any encoder
//! does is refused. What the books say is the decoder's business.

use super::own::OwnSoundError;

/// Entries of all books: each is a place in a tree.
const MAX_ENTRIES: u64 = 64 * 1024;
/// Numbers in the tables of all books, 4 bytes each.
const MAX_VALUES: u64 = 512 * 1024;
const SYNC: u32 = 0x56_43_42;

/// `packet`: the third of a file, the setup header.
pub(super) fn check(packet: &[u8]) -> Result<(), OwnSoundError> {
    let body = packet.strip_prefix(b"\x05vorbis").ok_or(OwnSoundError::NotASound)?;
    let size = size(body).ok_or(OwnSoundError::NotASound)?;
    if size.entries > MAX_ENTRIES || size.values > MAX_VALUES {
        return Err(OwnSoundError::Unsupported);
    }
    Ok(())
}

#[derive(Debug, Default)]
struct Size {
    entries: u64,
    values: u64,
}

/// `None`: the packet ends within the books, or they are none. Stops where they are too much.
fn size(body: &[u8]) -> Option<Size> {
    let mut bits = Bits { bytes: body, at: 0 };
    let mut sum = Size::default();
    for _ in 0..=bits.read(8)? {
        if bits.read(24)? != SYNC {
            return None;
        }
        let dimensions = u64::from(bits.read(16)?);
        let entries = bits.read(24)?;
        if dimensions == 0 {
            return None;
        }
        sum.entries += u64::from(entries);
        if sum.entries > MAX_ENTRIES {
            return Some(sum);
        }
        skip_lengths(&mut bits, entries)?;
        let values = match bits.read(4)? {
            0 => continue,
            1 => lookup_values(entries, dimensions),
            2 => u64::from(entries) * dimensions,
            _ => return None,
        };
        sum.values += u64::from(entries) * dimensions;
        if sum.values > MAX_VALUES {
            return Some(sum);
        }
        // The lowest value and the step between values.
        bits.skip(64)?;
        let value_bits = u64::from(bits.read(4)?) + 1;
        bits.skip(1)?;
        bits.skip(values * value_bits)?;
    }
    Some(sum)
}

/// Of the code of each entry.
fn skip_lengths(bits: &mut Bits<'_>, entries: u32) -> Option<()> {
    let is_ordered = bits.read(1)? == 1;
    if is_ordered {
        bits.skip(5)?;
        let mut left = entries;
        while left > 0 {
            let count = bits.read(u32::BITS - left.leading_zeros())?;
            left = left.checked_sub(count)?;
        }
        return Some(());
    }
    let is_sparse = bits.read(1)? == 1;
    for _ in 0..entries {
        if !is_sparse || bits.read(1)? == 1 {
            bits.skip(5)?;
        }
    }
    Some(())
}

/// The highest number whose power of `dimensions` is no more than `entries`.
fn lookup_values(entries: u32, dimensions: u64) -> u64 {
    let fits = |base: u64| {
        let mut power = 1_u64;
        for _ in 0..dimensions {
            power = power.saturating_mul(base);
            if power > u64::from(entries) {
                return false;
            }
        }
        true
    };
    // From 2 on a power of 25 or more is above every number of entries, so this ends early.
    (1..=u64::from(entries)).take_while(|base| fits(*base)).last().unwrap_or(0)
}

/// Bits from the lowest of each byte on.
struct Bits<'a> {
    bytes: &'a [u8],
    at: u64,
}

impl Bits<'_> {
    /// At most 32.
    fn read(&mut self, count: u32) -> Option<u32> {
        let mut value = 0;
        for place in 0..count {
            let byte = self.bytes.get(usize::try_from(self.at / 8).ok()?)?;
            value |= u32::from(byte >> (self.at % 8) & 1) << place;
            self.at += 1;
        }
        Some(value)
    }

    fn skip(&mut self, count: u64) -> Option<()> {
        self.at = self.at.checked_add(count)?;
        (self.at <= self.bytes.len() as u64 * 8).then_some(())
    }
}
