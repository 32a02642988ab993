#![allow(clippy::unwrap_used)]

use std::io::Seek as _;

use proptest::prelude::*;

use super::format::{CHUNK_BYTES, HEADER_BYTES};
use super::*;
use crate::{FakeClock, MemorySecrets, WorkspaceKeys};

const GIB: u64 = 1 << 30;
const HOUR_MS: i64 = 3_600_000;

struct Bench {
    folder: tempfile::TempDir,
    clock: Arc<FakeClock>,
    store: MediaStore,
}

fn bench() -> Bench {
    let folder = tempfile::tempdir().unwrap();
    let clock = Arc::new(FakeClock::new());
    let keys = WorkspaceKeys::create(&MemorySecrets::default(), "w").unwrap().media_keys();
    let store = MediaStore::open(folder.path().join("media"), keys, clock.clone()).unwrap();
    Bench { folder, clock, store }
}

fn bytes(len: usize) -> Vec<u8> {
    (0..len as u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 13) as u8).collect()
}

fn read(store: &MediaStore, hash: &MediaHash) -> Result<Vec<u8>, MediaError> {
    store.open_file(hash)?.read_all(GIB)
}

fn temp_files(bench: &Bench) -> usize {
    std::fs::read_dir(bench.folder.path().join("media/tmp")).unwrap().count()
}

#[test]
fn what_is_put_comes_back_at_every_length_around_a_chunk() {
    let b = bench();
    for len in [0, 1, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1, 2 * CHUNK_BYTES, 200_000] {
        let content = bytes(len);
        let hash = b.store.put_bytes(&content, GIB).unwrap();
        assert!(read(&b.store, &hash).unwrap() == content, "{len} bytes came back changed");
        assert_eq!(b.store.open_file(&hash).unwrap().len_bytes(), len as u64, "its length");
    }
    assert_eq!(temp_files(&b), 0, "nothing is left in the folder for unfinished files");
}

#[test]
fn a_damaged_file_is_set_aside_whole_and_can_be_put_again() {
    let b = bench();
    let content = bytes(3 * CHUNK_BYTES);
    let hash = b.store.put_bytes(&content, GIB).unwrap();
    assert!(!b.store.set_aside_damaged(&hash).unwrap(), "a sound file stays");
    let path = b.store.path(&hash);
    let mut sealed = std::fs::read(&path).unwrap();
    *sealed.last_mut().unwrap() ^= 1;
    std::fs::write(&path, &sealed).unwrap();
    assert!(b.store.set_aside_damaged(&hash).unwrap(), "damaged at its very end");
    assert!(!b.store.exists(&hash), "it can be asked for again");
    assert_eq!(std::fs::read(path.with_extension("damaged")).unwrap(), sealed, "nothing is thrown away");
    assert_eq!(b.store.total_bytes().unwrap(), 0, "counted no more");
    assert!(!b.store.set_aside_damaged(&hash).unwrap(), "there is nothing left to set aside");
    assert_eq!(b.store.put_bytes(&content, GIB).unwrap(), hash);
    assert!(read(&b.store, &hash).unwrap() == content, "as it was");
}

#[test]
fn the_same_content_has_one_name_and_one_file() {
    let b = bench();
    let one = b.store.put_bytes(b"a photo", GIB).unwrap();
    let size = b.store.total_bytes().unwrap();
    let two = b.store.put_reader(&b"a photo"[..], GIB).unwrap();
    assert_eq!(one, two, "named by content");
    assert_eq!(b.store.total_bytes().unwrap(), size, "stored once, counted once");
    assert_eq!(one.to_string().parse::<MediaHash>().unwrap(), one, "the name survives as text");
    for not in ["", "zz", &one.to_string().to_uppercase(), &format!("../{one}")] {
        assert!(not.parse::<MediaHash>().is_err(), "{not:?} is no name: it could be a path");
    }
}

#[test]
fn neither_content_nor_its_plain_hash_is_on_disk() {
    let b = bench();
    let content = b"canary canary canary canary";
    let hash = b.store.put_bytes(content, GIB).unwrap();
    assert_ne!(hash.as_bytes(), blake3::hash(content).as_bytes(), "a plain hash would tell who holds a known file");
    let stored = std::fs::read(b.store.path(&hash)).unwrap();
    assert!(!stored.windows(6).any(|w| w == b"canary"), "the content is sealed");
}

#[test]
fn too_long_a_file_is_refused_and_leaves_nothing() {
    let b = bench();
    for outcome in [
        b.store.put_bytes(&bytes(101), 100),
        b.store.put_reader(io::repeat(7), 100_000),
        b.store.put_path(Path::new(&std::env::current_exe().unwrap()), 100),
    ] {
        assert!(matches!(outcome, Err(MediaError::TooLarge { .. })), "{outcome:?}");
    }
    assert!(b.store.put_bytes(&bytes(100), 100).is_ok(), "exactly the cap is allowed");
    assert_eq!(temp_files(&b), 0, "refused files leave nothing behind");
}

#[test]
fn a_2_gb_attachment_is_refused_before_it_is_read() {
    let b = bench();
    let path = b.folder.path().join("huge.bin");
    File::create(&path).unwrap().set_len(2 << 30).unwrap();
    let outcome = b.store.put_path(&path, 20 << 20);
    assert!(matches!(outcome, Err(MediaError::TooLarge { cap_bytes }) if cap_bytes == 20 << 20), "{outcome:?}");
}

#[test]
fn odd_paths_work_and_folders_and_missing_files_are_told_apart() {
    let b = bench();
    for name in ["año ñandú 📷.jpg", "-rf", "a'b\"c", " spaced ", "%2e%2e"] {
        let path = b.folder.path().join(name);
        std::fs::write(&path, name).unwrap();
        let hash = b.store.put_path(&path, GIB).unwrap();
        assert_eq!(read(&b.store, &hash).unwrap(), name.as_bytes(), "{name:?}");
    }
    let folder = b.store.put_path(b.folder.path(), GIB);
    assert!(matches!(folder, Err(MediaError::NotAFile)), "{folder:?}");
    let missing = b.store.put_path(&b.folder.path().join("gone"), GIB);
    assert!(matches!(missing, Err(MediaError::Source(_))), "the source's fault: {missing:?}");
}

#[test]
fn a_source_that_fails_half_way_leaves_nothing() {
    struct Fails(usize);
    impl Read for Fails {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            if self.0 == 0 {
                return Err(io::ErrorKind::ConnectionReset.into());
            }
            self.0 -= 1;
            Ok(buffer.len())
        }
    }
    let b = bench();
    let outcome = b.store.put_reader(Fails(3), GIB);
    assert!(matches!(outcome, Err(MediaError::Source(_))), "{outcome:?}");
    assert_eq!((temp_files(&b), b.store.total_bytes().unwrap()), (0, 0), "as if never begun");
}

#[test]
fn an_interrupted_write_is_swept_at_the_next_start() {
    let b = bench();
    std::fs::write(b.folder.path().join("media/tmp/half"), b"half").unwrap();
    MediaStore::open(b.folder.path().join("media"), b.store.keys.clone(), b.clock.clone()).unwrap();
    assert_eq!(temp_files(&b), 0, "what a crash left is gone");
}

#[test]
fn a_file_under_another_name_is_damage() {
    let b = bench();
    let one = b.store.put_bytes(&bytes(100), GIB).unwrap();
    let two = b.store.put_bytes(&bytes(101), GIB).unwrap();
    std::fs::create_dir_all(parent(&b.store.path(&two))).unwrap();
    std::fs::copy(b.store.path(&one), b.store.path(&two)).unwrap();
    assert!(matches!(read(&b.store, &two), Err(MediaError::Corrupt)), "one photo shown as another");
    b.store.put_bytes(&bytes(101), GIB).unwrap();
    assert_eq!(read(&b.store, &two).unwrap(), bytes(101), "putting it again heals it");
}

#[test]
fn chunks_of_another_version_of_a_file_do_not_fit() {
    let b = bench();
    let content = bytes(3 * CHUNK_BYTES);
    let hash = b.store.put_bytes(&content, GIB).unwrap();
    let path = b.store.path(&hash);
    let first = std::fs::read(&path).unwrap();
    b.store.put_bytes(&content, GIB).unwrap();
    let mut second = std::fs::read(&path).unwrap();
    assert!(first[HEADER_BYTES..] != second[HEADER_BYTES..], "a nonce is never used twice");
    second[HEADER_BYTES..].copy_from_slice(&first[HEADER_BYTES..]);
    std::fs::write(&path, second).unwrap();
    assert!(matches!(read(&b.store, &hash), Err(MediaError::Corrupt)), "mixed files");
}

#[test]
fn reordered_chunks_are_damage() {
    let b = bench();
    let hash = b.store.put_bytes(&bytes(3 * CHUNK_BYTES), GIB).unwrap();
    let path = b.store.path(&hash);
    let mut stored = std::fs::read(&path).unwrap();
    let (one, two) = stored[HEADER_BYTES..].split_at_mut(CHUNK_BYTES + 16);
    one.swap_with_slice(&mut two[..CHUNK_BYTES + 16]);
    std::fs::write(&path, stored).unwrap();
    assert!(matches!(read(&b.store, &hash), Err(MediaError::Corrupt)), "chunks 0 and 1 swapped");
    let last = b.store.open_file(&hash).unwrap().read_range(2 * CHUNK_BYTES as u64, 10).unwrap();
    assert_eq!(last, bytes(3 * CHUNK_BYTES)[2 * CHUNK_BYTES..][..10], "an untouched chunk still reads");
}

#[test]
fn saving_writes_the_content_and_replaces_nothing_on_damage() {
    let b = bench();
    let hash = b.store.put_bytes(&bytes(100_000), GIB).unwrap();
    let target = b.folder.path().join("saved ü.bin");
    std::fs::write(&target, b"old").unwrap();
    let path = b.store.path(&hash);
    let good = std::fs::read(&path).unwrap();
    let mut bad = good.clone();
    bad[90_000] ^= 1;
    std::fs::write(&path, bad).unwrap();
    assert!(matches!(b.store.save_as(&hash, &target), Err(MediaError::Corrupt)), "damaged");
    assert_eq!(std::fs::read(&target).unwrap(), b"old", "what was there stays");
    std::fs::write(&path, good).unwrap();
    b.store.save_as(&hash, &target).unwrap();
    assert_eq!(std::fs::read(&target).unwrap(), bytes(100_000), "the content, opened");
    assert_eq!(std::fs::read_dir(b.folder.path()).unwrap().count(), 2, "no partial file is left");
}

#[test]
fn eviction_takes_the_least_recently_used_and_spares_pinned_and_fresh_files() {
    let b = bench();
    let put = |n: usize| {
        b.clock.advance_ms(HOUR_MS);
        b.store.put_bytes(&bytes(10_000 + n), GIB).unwrap()
    };
    let (pinned, oldest, middle, newest) = (put(0), put(1), put(2), put(3));
    b.clock.advance_ms(HOUR_MS);
    read(&b.store, &oldest).unwrap();
    b.clock.advance_ms(HOUR_MS);
    let fresh = put(4);

    let total = b.store.total_bytes().unwrap();
    let freed = b.store.evict_to_cap(total - 1, |hash| *hash == pinned).unwrap();
    assert_eq!(freed.hashes, [middle], "reading `oldest` made `middle` the least recently used");
    assert_eq!(b.store.total_bytes().unwrap(), total - freed.bytes, "counted");

    let freed = b.store.free_up(GIB, |hash| *hash == pinned).unwrap();
    assert_eq!(freed.hashes, [newest, oldest], "everything that may go, oldest use first");
    assert!(b.store.exists(&pinned), "pinned files stay, asked or not");
    assert!(b.store.exists(&fresh), "a file put a moment ago may not be in the database yet");
    assert!(matches!(read(&b.store, &middle), Err(MediaError::NotFound)), "gone is not damaged");
    assert_eq!(b.store.evict_to_cap(5 << 30, |_| false).unwrap(), Freed::default(), "under the cap nothing goes");
}

#[test]
fn the_size_counted_anew_is_the_size_remembered() {
    let b = bench();
    assert_eq!(b.store.total_bytes().unwrap(), 0, "empty");
    let one = b.store.put_bytes(&bytes(70_000), GIB).unwrap();
    b.store.put_bytes(&bytes(5), GIB).unwrap();
    assert!(b.store.delete(&one).unwrap(), "it was there");
    assert!(!b.store.delete(&one).unwrap(), "and now it is not");
    let anew = MediaStore::open(b.folder.path().join("media"), b.store.keys.clone(), b.clock.clone()).unwrap();
    assert_eq!(anew.total_bytes().unwrap(), b.store.total_bytes().unwrap(), "no drift");
}

#[test]
fn a_newer_format_is_not_called_damage() {
    let b = bench();
    let hash = b.store.put_bytes(b"x", GIB).unwrap();
    let path = b.store.path(&hash);
    let mut stored = std::fs::read(&path).unwrap();
    stored[4] = 2;
    std::fs::write(&path, stored).unwrap();
    assert!(
        matches!(read(&b.store, &hash), Err(MediaError::NewerFormat)),
        "damaged files are deleted and fetched again; newer ones must not be"
    );
}

/// A small disk for real: `mount -t tmpfs -o size=1m none DIR`, then
/// `EMBUDO_TEST_SMALL_DISK=DIR`.
#[test]
fn a_full_disk_is_told_and_loses_nothing() {
    let Some(disk) = std::env::var_os("EMBUDO_TEST_SMALL_DISK") else {
        eprintln!("skipped: needs a mounted small disk in EMBUDO_TEST_SMALL_DISK");
        return;
    };
    let root = Path::new(&disk).join("media");
    let keys = WorkspaceKeys::create(&MemorySecrets::default(), "w").unwrap().media_keys();
    let store = MediaStore::open(&root, keys, Arc::new(FakeClock::new())).unwrap();
    let small = store.put_bytes(&bytes(1_000), GIB).unwrap();
    let outcome = store.put_reader(io::repeat(1).take(64 << 20), GIB);
    assert!(matches!(outcome, Err(MediaError::Disk(DiskError::NoSpace))), "{outcome:?}");
    assert_eq!(read(&store, &small).unwrap(), bytes(1_000), "what was stored stays readable");
    assert_eq!(std::fs::read_dir(root.join("tmp")).unwrap().count(), 0, "and nothing is left over");
    store.put_bytes(&bytes(2_000), GIB).unwrap();
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn any_range_reads_as_it_was_written_in_any_pieces(
        len in 0usize..150_000,
        pieces in proptest::collection::vec(1usize..70_000, 1..6),
        ranges in proptest::collection::vec((0u64..160_000, 0usize..100_000), 1..6),
    ) {
        let b = bench();
        let content = bytes(len);
        let mut writer = b.store.start(GIB).unwrap();
        let (mut rest, mut sizes) = (&content[..], pieces.iter().cycle());
        while !rest.is_empty() {
            let (now, later) = rest.split_at((*sizes.next().unwrap()).min(rest.len()));
            writer.write(now).unwrap();
            rest = later;
        }
        let hash = writer.finish().unwrap();
        prop_assert_eq!(hash, b.store.put_bytes(&content, GIB).unwrap(), "pieces don't matter");
        let mut file = b.store.open_file(&hash).unwrap();
        for (start, want) in ranges {
            let from = (start as usize).min(len);
            let until = (from + want).min(len);
            prop_assert!(
                file.read_range(start, want).unwrap() == content[from..until],
                "range {}+{} of {}", start, want, len
            );
        }
        let mut streamed = Vec::new();
        file.seek(io::SeekFrom::Start(len as u64 / 2)).unwrap();
        file.read_to_end(&mut streamed).unwrap();
        prop_assert!(streamed == content[len / 2..], "as a stream");
    }

    #[test]
    fn any_changed_bit_cut_or_addition_is_damage_and_never_wrong_bytes(
        len in prop_oneof![0usize..300, 65_000usize..140_000],
        at: prop::sample::Index,
        bit in 0u8..8,
        cut: prop::sample::Index,
        more in 1usize..100,
    ) {
        let b = bench();
        let content = bytes(len);
        let hash = b.store.put_bytes(&content, GIB).unwrap();
        let path = b.store.path(&hash);
        let good = std::fs::read(&path).unwrap();

        let mut flipped = good.clone();
        let at = at.index(good.len());
        flipped[at] ^= 1 << bit;
        std::fs::write(&path, &flipped).unwrap();
        let outcome = read(&b.store, &hash);
        let is_told = matches!(outcome, Err(MediaError::Corrupt))
            || (at == 4 && matches!(outcome, Err(MediaError::NewerFormat)));
        prop_assert!(is_told, "byte {} bit {}: {:?}", at, bit, outcome.map(|b| b.len()));

        std::fs::write(&path, &good[..cut.index(good.len())]).unwrap();
        prop_assert!(matches!(read(&b.store, &hash), Err(MediaError::Corrupt)), "cut");

        let longer = [&good[..], &vec![0; more]].concat();
        std::fs::write(&path, longer).unwrap();
        prop_assert!(matches!(read(&b.store, &hash), Err(MediaError::Corrupt)), "lengthened");
    }
}
