//! Sound files of a person's own, and files that are none: by accident, by damage and by intent.
// The measure of memory: an allocator that counts.
#![allow(unsafe_code)]
#![allow(clippy::unwrap_used)]

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::sync::Mutex;

use embudo_domain::alerts::{SoundFormat, Tone};
use embudo_platform::sound::{Clip, OwnSound, OwnSoundError, check_own_sound, read_own_sound};
use embudo_platform::tone_wav;
use embudo_testkit::listen::likeness;
use ogg::{PacketReader, PacketWriteEndInfo, PacketWriter};
use proptest::prelude::*;

const MP3: &[u8] = include_bytes!("sounds/chime.mp3");
const OGG: &[u8] = include_bytes!("sounds/chime.ogg");

/// Counts what this thread holds, so that tests beside it do not matter.
struct Counting;

thread_local! {
    static HELD: Cell<isize> = const { Cell::new(0) };
    static PEAK: Cell<isize> = const { Cell::new(0) };
}

fn count(bytes: isize) {
    // A thread that ends has no counters any more.
    let _ = HELD.try_with(|held| {
        held.set(held.get() + bytes);
        let _ = PEAK.try_with(|peak| peak.set(peak.get().max(held.get())));
    });
}

unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count(layout.size() as isize);
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        count(layout.size() as isize);
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn dealloc(&self, place: *mut u8, layout: Layout) {
        count(-(layout.size() as isize));
        unsafe { System.dealloc(place, layout) }
    }

    unsafe fn realloc(&self, place: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        // While it moves, both are there.
        count(size as isize);
        count(-(layout.size() as isize));
        unsafe { System.realloc(place, layout, size) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// The check, which must not take more than 32 MB, nor panic in our own code.
fn check(bytes: &[u8]) -> Result<OwnSound, OwnSoundError> {
    static OURS: Mutex<Vec<String>> = Mutex::new(Vec::new());
    static HOOK: std::sync::Once = std::sync::Once::new();
    HOOK.call_once(|| {
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            let place = panic.location().map(ToString::to_string).unwrap_or_default();
            if place.contains("embudo-platform/src") {
                OURS.lock().unwrap().push(place.clone());
            }
            // A decoder's own is caught, and told by its error.
            if !place.contains("lewton") && !place.contains("nanomp3") {
                before(panic);
            }
        }));
    });
    let before = HELD.get();
    PEAK.set(before);
    let checked = check_own_sound(bytes);
    let peak = PEAK.get() - before;
    assert!(peak < 32 * 1024 * 1024, "{} bytes took {peak} bytes of memory: {checked:?}", bytes.len());
    let ours = OURS.lock().unwrap();
    assert!(ours.is_empty(), "our own code panicked: {ours:?}");
    checked
}

fn error(bytes: &[u8]) -> OwnSoundError {
    check(bytes).expect_err("this is no sound to keep")
}

fn whole_numbers(clip: &Clip) -> Vec<i16> {
    let left = clip.samples().iter().step_by(clip.channels());
    left.map(|sample| (sample * 32_767.0) as i16).collect()
}

/// A wav file whose header says what the caller wants.
struct Wav {
    tag: u16,
    channels: u16,
    hz: u32,
    bits: u16,
    data: Vec<u8>,
    claimed: Option<u32>,
}

impl Wav {
    fn new(bits: u16, data: Vec<u8>) -> Self {
        Self { tag: 1, channels: 1, hz: 8_000, bits, data, claimed: None }
    }

    fn bytes(&self) -> Vec<u8> {
        let block = self.channels.wrapping_mul(self.bits / 8);
        let mut file = b"RIFF\0\0\0\0WAVEfmt \x10\0\0\0".to_vec();
        file.extend(self.tag.to_le_bytes());
        file.extend(self.channels.to_le_bytes());
        file.extend(self.hz.to_le_bytes());
        file.extend(self.hz.wrapping_mul(u32::from(block)).to_le_bytes());
        file.extend(block.to_le_bytes());
        file.extend(self.bits.to_le_bytes());
        // A chunk of an editor's, of odd length, before the sound.
        file.extend(b"LIST\x03\0\0\0abc\0");
        file.extend(b"data");
        file.extend(self.claimed.unwrap_or(self.data.len() as u32).to_le_bytes());
        file.extend(&self.data);
        file
    }
}

#[test]
fn the_same_chime_as_wav_mp3_and_ogg_is_the_same_sound() {
    let chime = whole_numbers(&Clip::tone(Tone::Chime));
    for (file, format) in [(tone_wav(Tone::Chime), SoundFormat::Wav), (MP3, SoundFormat::Mp3), (OGG, SoundFormat::Ogg)]
    {
        let sound = check(file).unwrap();
        assert_eq!(sound.format, format);
        assert_eq!(sound.duration_ms, 900, "{format:?}: what the encoder added is taken off again");
        assert_eq!((sound.clip.hz(), sound.clip.channels()), (44_100, 1), "{format:?}");
        let like = likeness(&chime, &whole_numbers(&sound.clip));
        assert!(like > 0.98, "{format:?} sounds like the chime: {like:.3}");
    }
}

#[test]
fn every_kind_of_wav_gives_the_same_samples() {
    let wanted = [0.5, -0.5, 0.25, 0.0];
    let floats: Vec<u8> = wanted.iter().flat_map(|sample: &f32| sample.to_le_bytes()).collect();
    let doubles: Vec<u8> = wanted.iter().flat_map(|sample| f64::from(*sample).to_le_bytes()).collect();
    let whole = |scale: f32| wanted.iter().map(move |sample| (sample * scale) as i32);
    let i16s: Vec<u8> = whole(32_768.0).flat_map(|sample| (sample as i16).to_le_bytes()).collect();
    let i24s: Vec<u8> = whole(8_388_608.0).flat_map(|sample| sample.to_le_bytes()[..3].to_vec()).collect();
    let i32s: Vec<u8> = whole(2_147_483_648.0).flat_map(|sample| sample.to_le_bytes()).collect();
    let kinds = [
        Wav::new(8, vec![192, 64, 160, 128]),
        Wav::new(16, i16s.clone()),
        Wav::new(24, i24s),
        Wav::new(32, i32s),
        Wav { tag: 3, ..Wav::new(32, floats) },
        Wav { tag: 3, ..Wav::new(64, doubles) },
    ];
    for wav in kinds {
        let sound = check(&wav.bytes()).unwrap();
        assert_eq!(sound.clip.samples(), wanted, "tag {}, {} bits", wav.tag, wav.bits);
    }
    let stereo = check(&Wav { channels: 2, ..Wav::new(16, i16s.clone()) }.bytes()).unwrap();
    assert_eq!((stereo.clip.channels(), stereo.clip.samples()), (2, wanted.as_slice()), "both sides are kept");
    let many = check(&Wav { channels: 4, ..Wav::new(16, i16s) }.bytes()).unwrap();
    assert_eq!((many.clip.channels(), many.clip.samples()), (1, [0.0625].as_slice()), "more are mixed into one");
}

#[test]
fn a_wav_that_lies_about_its_length_is_what_is_there() {
    let data = vec![200; 4_000];
    for claimed in [0, 4_000, 4_001, 1 << 31, u32::MAX] {
        let sound = check(&Wav { claimed: Some(claimed), ..Wav::new(8, data.clone()) }.bytes()).unwrap();
        assert_eq!(sound.duration_ms, 500, "4,000 samples of 8,000 a second, whatever {claimed} says");
    }
    let part = check(&Wav { claimed: Some(2_000), ..Wav::new(8, data) }.bytes()).unwrap();
    assert_eq!(part.duration_ms, 250, "what stands behind the sound is none");
}

#[test]
fn what_is_no_sound_is_told_with_its_reason() {
    use OwnSoundError::*;
    let tone = vec![200; 8_000];
    let wav = |change: fn(&mut Wav)| {
        let mut wav = Wav::new(8, vec![200; 8_000]);
        change(&mut wav);
        wav.bytes()
    };
    let cases: Vec<(&str, Vec<u8>, OwnSoundError)> = vec![
        ("no bytes", vec![], NotASound),
        ("zeros", vec![0; 5_000], NotASound),
        ("a photo", b"\x89PNG\r\n\x1a\n and so on".to_vec(), NotASound),
        ("a wav's first bytes", b"RIFF\0\0\0\0WAVE".to_vec(), NotASound),
        ("a wav without a format", b"RIFF\0\0\0\0WAVEdata\x04\0\0\0abcd".to_vec(), NotASound),
        ("half a format", b"RIFF\0\0\0\0WAVEfmt \x10\0\0\0\x01\0\x01\0".to_vec(), NotASound),
        ("ADPCM", wav(|wav| (wav.tag, wav.bits) = (2, 4)), Unsupported),
        ("12 bits", wav(|wav| wav.bits = 12), Unsupported),
        ("no channel", wav(|wav| wav.channels = 0), Unsupported),
        ("1,000 channels", wav(|wav| wav.channels = 1_000), Unsupported),
        ("65,535 channels", wav(|wav| wav.channels = u16::MAX), Unsupported),
        ("no rate", wav(|wav| wav.hz = 0), Unsupported),
        ("one sample a second", wav(|wav| wav.hz = 1), Unsupported),
        ("four thousand million a second", wav(|wav| wav.hz = u32::MAX), Unsupported),
        ("no sample", wav(|wav| wav.data.clear()), Silent),
        ("silence", wav(|wav| wav.data.fill(128)), Silent),
        ("no numbers", Wav { tag: 3, ..Wav::new(32, f32::NAN.to_le_bytes().repeat(500)) }.bytes(), Silent),
        ("endless", Wav { tag: 3, ..Wav::new(64, f64::INFINITY.to_le_bytes().repeat(500)) }.bytes(), Silent),
        ("Opus", pages(&[b"OpusHead\x01\x01\0\0\x80\xbb\0\0\0\0\0".to_vec(), b"OpusTags".to_vec()]), Unsupported),
        ("an ogg's first bytes", b"OggS".to_vec(), NotASound),
        ("an ogg without a head", OGG[200..].to_vec(), NotASound),
        ("an mp3's tag alone", b"ID3\x04\0\0\0\0\0\x10abcdefghijklmnop".to_vec(), NotASound),
        ("a tag that claims 256 MB", b"ID3\x04\0\0\x7f\x7f\x7f\x7fabc".to_vec(), NotASound),
        ("an mp3's first bytes", b"\xff\xfb\x90\x64".to_vec(), NotASound),
        ("an mp3's first bytes and 2 MB of nothing", [&MP3[..4], &vec![0; 2_000_000]].concat(), NotASound),
        ("frames that promise more", b"\xff\xfb\x00\x64".repeat(500_000), NotASound),
    ];
    for (what, bytes, wanted) in cases {
        assert_eq!(error(&bytes), wanted, "{what}");
    }
    assert!(check(&Wav::new(8, tone).bytes()).is_ok(), "what the lies were made of is a sound");
}

#[test]
fn a_sound_has_two_megabytes_and_ten_seconds() {
    let seconds = |count: usize| Wav::new(8, vec![200; count]).bytes();
    assert_eq!(check(&seconds(80_000)).unwrap().duration_ms, 10_000);
    assert_eq!(error(&seconds(80_008)), OwnSoundError::TooLong, "a millisecond more");
    assert_eq!(error(&seconds(2_000_000)), OwnSoundError::TooLong, "minutes");
    let heavy = |len: usize| {
        let mut file = Wav { channels: 2, hz: 96_000, claimed: Some(40), ..Wav::new(16, vec![90; 2_200_000]) }.bytes();
        file.truncate(len);
        file
    };
    assert!(check(&heavy(2 * 1024 * 1024)).is_ok());
    assert_eq!(error(&heavy(2 * 1024 * 1024 + 1)), OwnSoundError::TooBig);
    // 12 copies of 0.9 s.
    let frames = &MP3[MP3.len() / 3..];
    assert_eq!(error(&[MP3, &frames.repeat(20)].concat()), OwnSoundError::TooLong, "an mp3 that goes on");
}

#[test]
fn the_heaviest_sound_that_is_allowed_keeps_within_the_memory() {
    // Ten seconds of both sides, 96,000 a second, a byte each: just under 2 MB.
    let heavy = Wav { channels: 2, hz: 96_000, ..Wav::new(8, vec![200; 1_920_000]) }.bytes();
    assert_eq!(check(&heavy).unwrap().duration_ms, 10_000);
    // An ogg can be longer for its bytes: minutes of it are not decoded to find out.
    let packets = packets(OGG);
    let mut long = packets[..36].to_vec();
    while long.len() < 20_000 {
        // From the middle, where all blocks are long.
        long.extend(packets[36..46].iter().cloned());
    }
    long.iter_mut().take(1).for_each(|ident| ident[12..16].copy_from_slice(&96_000_u32.to_le_bytes()));
    let file = pages(&long);
    let file = if file.len() > 2 * 1024 * 1024 { &file[..2 * 1024 * 1024] } else { &file };
    assert_eq!(error(file), OwnSoundError::TooLong);
}

#[test]
fn a_file_that_was_cut_off_is_told_or_shorter() {
    // As longer ones are: of several pages.
    let ogg = pages(&packets(OGG));
    for (file, step) in [(tone_wav(Tone::Chime), 997), (MP3, 97), (&ogg, 97)] {
        for len in (0..file.len()).step_by(step) {
            if let Ok(sound) = check(&file[..len]) {
                assert!(sound.duration_ms <= 900, "{len} bytes of it are not longer than all: {sound:?}");
            }
        }
        let half = check(&file[..file.len() / 2 + 1_000]).map(|sound| sound.duration_ms);
        assert!(half.is_ok_and(|half_ms| half_ms > 100), "half of a sound is a sound: {half:?}");
    }
}

/// Bits from the lowest of each byte on, as Vorbis has them.
#[derive(Default)]
struct Bits(Vec<bool>);

impl Bits {
    fn put(&mut self, value: u32, count: u32) {
        self.0.extend((0..count).map(|place| value >> place & 1 == 1));
    }

    fn bytes(&self) -> Vec<u8> {
        let byte = |bits: &[bool]| bits.iter().enumerate().fold(0, |byte, (place, bit)| byte | u8::from(*bit) << place);
        self.0.chunks(8).map(byte).collect()
    }
}

#[test]
fn a_few_bytes_that_ask_for_gigabytes_get_none() {
    // 200 books, each with a table of `entries` × `dimensions` numbers that a few bits describe.
    let book = |bits: &mut Bits, entries: u32, dimensions: u32| {
        bits.put(0x56_43_42, 24);
        bits.put(dimensions, 16);
        bits.put(entries, 24);
        // In order, and all of one length.
        bits.put(1, 1);
        bits.put(entries.ilog2() - 1, 5);
        bits.put(entries, u32::BITS - entries.leading_zeros());
        bits.put(1, 4);
        bits.put(0, 32);
        bits.put(0, 32);
        bits.put(0, 4);
        bits.put(0, 1);
        // The one value whose power is not above the entries.
        bits.put(0, 1);
    };
    for (entries, dimensions) in [(1 << 20, 65_535), (1 << 23, 40), (1 << 12, 65_535), (1 << 9, 1_000)] {
        let mut bits = Bits::default();
        bits.put(199, 8);
        (0..200).for_each(|_| book(&mut bits, entries, dimensions));
        let mut packets = packets(OGG);
        packets[2] = [b"\x05vorbis".as_slice(), &bits.bytes()].concat();
        let file = pages(&packets);
        assert!(file.len() < 20_000, "a small file: {}", file.len());
        assert_eq!(error(&file), OwnSoundError::Unsupported, "{entries} entries of {dimensions}");
    }
}

/// The packets of an ogg file.
fn packets(file: &[u8]) -> Vec<Vec<u8>> {
    let mut reader = PacketReader::new(std::io::Cursor::new(file));
    std::iter::from_fn(|| reader.read_packet().unwrap()).map(|packet| packet.data).collect()
}

/// An ogg file of these packets, whole and with right check sums.
fn pages(packets: &[Vec<u8>]) -> Vec<u8> {
    let mut file = Vec::new();
    let mut writer = PacketWriter::new(&mut file);
    for (at, packet) in packets.iter().enumerate() {
        let end = match at {
            0..=2 => PacketWriteEndInfo::EndPage,
            _ if at + 1 == packets.len() => PacketWriteEndInfo::EndStream,
            _ if at % 8 == 0 => PacketWriteEndInfo::EndPage,
            _ => PacketWriteEndInfo::NormalPacket,
        };
        writer.write_packet(packet.clone(), 7, end, at as u64 * 64).unwrap();
    }
    file
}

/// Bytes changed at some places.
fn damaged(mut bytes: Vec<u8>, damage: &[(usize, u8)]) -> Vec<u8> {
    for (at, value) in damage.iter().filter(|_| !bytes.is_empty()).copied().collect::<Vec<_>>() {
        let len = bytes.len();
        bytes[at % len] = value;
    }
    bytes
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    #[test]
    fn damage_is_told_or_heard_and_never_ends_the_program(
        which in 0..3_usize,
        damage in prop::collection::vec((any::<usize>(), any::<u8>()), 1..40),
    ) {
        let file = [tone_wav(Tone::Drop), MP3, OGG][which].to_vec();
        // Most of the decisions stand at the beginning.
        let near = damage.iter().map(|(at, value)| (at % 2_000, *value)).collect::<Vec<_>>();
        let _ = check(&damaged(file.clone(), &near));
        let _ = check(&damaged(file, &damage));
    }

    /// With right check sums, so that it is the decoder that meets the damage.
    #[test]
    fn damage_inside_of_an_ogg_is_told_or_heard(
        packet in 0..6_usize,
        damage in prop::collection::vec((any::<usize>(), any::<u8>()), 1..12),
    ) {
        let mut packets = packets(OGG);
        let place = packet.min(packets.len() - 1);
        packets[place] = damaged(packets[place].clone(), &damage);
        let _ = check(&pages(&packets));
    }

    #[test]
    fn any_bytes_behind_a_right_beginning_are_told(which in 0..4_usize, tail in prop::collection::vec(any::<u8>(), 0..9_000)) {
        let head = [&tone_wav(Tone::Drop)[..44], &MP3[..400], &OGG[..60], b"ID3\x04\0\0\0\0\x01\0".as_slice()][which];
        let _ = check(&[head, &tail].concat());
    }
}

#[test]
fn a_file_is_read_no_further_than_a_sound_may_be_long() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("chime.anything");
    std::fs::write(&path, MP3).unwrap();
    let (bytes, sound) = read_own_sound(&path).unwrap();
    assert_eq!(bytes, MP3, "these are the bytes to keep");
    assert_eq!(sound.format, SoundFormat::Mp3, "whatever its name says");

    let huge = std::fs::File::create(folder.path().join("huge.wav")).unwrap();
    huge.set_len(50_000_000_000).unwrap();
    let before = HELD.get();
    PEAK.set(before);
    assert_eq!(read_own_sound(&folder.path().join("huge.wav")).unwrap_err(), OwnSoundError::TooBig);
    assert!(PEAK.get() - before < 16 * 1024 * 1024, "50 GB are not read to find out that they are too many");

    let missing = read_own_sound(&folder.path().join("missing.mp3")).unwrap_err();
    assert_eq!(missing, OwnSoundError::Unreadable(std::io::ErrorKind::NotFound));
    assert_eq!(missing.code(), "SOUND_UNREADABLE");
    assert!(read_own_sound(folder.path()).is_err(), "a folder is none");
    #[cfg(target_os = "linux")]
    assert_eq!(read_own_sound("/dev/zero".as_ref()).unwrap_err(), OwnSoundError::NotASound, "one that never ends");
}
