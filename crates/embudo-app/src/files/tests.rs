#![allow(clippy::unwrap_used)]
use super::*;
use embudo_platform::{FakeClock, MemorySecrets, WorkspaceKeys};
use image::{ExtendedColorType, ImageEncoder};
use std::io::{Cursor, Write};
use std::sync::Arc;

const LIMITS: Limits = Limits { file_bytes: 50 * 1024 * 1024, photo_bytes: 10 * 1024 * 1024 };

struct Place {
    folder: tempfile::TempDir,
    store: MediaStore,
}

fn place() -> Place {
    let folder = tempfile::tempdir().unwrap();
    let keys = WorkspaceKeys::create(&MemorySecrets::default(), "w").unwrap();
    let store = MediaStore::open(folder.path().join("media"), keys.media_keys(), Arc::new(FakeClock::new())).unwrap();
    Place { folder, store }
}

fn png(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = Vec::new();
    let pixels = vec![200; (width * height * 3) as usize];
    image::codecs::png::PngEncoder::new(&mut bytes)
        .write_image(&pixels, width, height, ExtendedColorType::Rgb8)
        .unwrap();
    bytes
}

#[test]
fn a_picture_is_a_picture_whatever_its_name_says() {
    let place = place();
    let path = place.folder.path().join("résumé – (final) \u{202e}gpj.exe");
    std::fs::write(&path, png(30, 20)).unwrap();
    let attachment = take_path(&place.store, &path, LIMITS).unwrap();
    assert_eq!((attachment.media, attachment.mime.as_str()), (MediaKind::Image, "image/png"), "by content");
    assert_eq!((attachment.width_px, attachment.height_px), (Some(30), Some(20)));
    let again = take_stored(&place.store, &attachment.hash, &attachment.name, LIMITS).unwrap();
    assert_eq!(again, attachment, "a path and a blob of the same bytes are the same attachment");
}

#[test]
fn a_program_called_photo_is_a_document() {
    let place = place();
    let path = place.folder.path().join("photo.jpg");
    std::fs::write(&path, b"MZ\x90\0\x03\0\0\0\x04\0\0\0\xff\xff\0\0").unwrap();
    assert_eq!(take_path(&place.store, &path, LIMITS).unwrap().media, MediaKind::Document, "the name decides nothing");
}

#[test]
fn empty_folders_pipes_and_missing_files_have_words() {
    let place = place();
    let path = place.folder.path().join("empty.pdf");
    std::fs::write(&path, b"").unwrap();
    let code = |path: &Path| take_path(&place.store, path, LIMITS).unwrap_err().code;
    assert_eq!(code(&path), "FILE_EMPTY");
    assert_eq!(code(place.folder.path()), "NOT_A_FILE");
    assert_eq!(code(&place.folder.path().join("nowhere")), "FILE_MISSING");
}

#[test]
fn two_gigabytes_are_refused_without_being_read() {
    let place = place();
    let path = place.folder.path().join("video.mp4");
    // A hole: it takes no space, and reading it would take seconds.
    std::fs::File::create(&path).unwrap().set_len(2 * 1024 * 1024 * 1024).unwrap();
    let error = take_path(&place.store, &path, LIMITS).unwrap_err();
    assert_eq!(error.code, "FILE_TOO_BIG");
    assert_eq!(error.params.get("max_bytes").map(String::as_str), Some("52428800"), "the words name the limit");
    assert_eq!(error.params.get("name").map(String::as_str), Some("video.mp4"), "and the file");
}

#[test]
fn a_photo_too_heavy_for_the_channel_goes_as_a_document() {
    let place = place();
    let path = place.folder.path().join("a.png");
    std::fs::write(&path, png(30, 20)).unwrap();
    let tight = Limits { photo_bytes: 10, ..LIMITS };
    assert_eq!(take_path(&place.store, &path, tight).unwrap().media, MediaKind::Document);
}

#[test]
fn a_preview_is_small_upright_and_written_anew() {
    let mut jpeg = Vec::new();
    let pixels = vec![120; 3_000 * 1_000 * 3];
    image::codecs::jpeg::JpegEncoder::new(&mut jpeg)
        .write_image(&pixels, 3_000, 1_000, ExtendedColorType::Rgb8)
        .unwrap();
    let turned = with_exif_orientation(&jpeg, 6);
    assert_eq!(picture::size(Cursor::new(&turned)), Some((1_000, 3_000)), "as it is meant to be seen");
    let preview = picture::preview(Cursor::new(&turned)).unwrap();
    assert_eq!(picture::size(Cursor::new(&preview.bytes)), Some((683, 2_048)), "upright, the longest side 2,048");
    assert!(
        !preview.bytes.windows(4).any(|window| window == b"Exif"),
        "nothing of the sender's file is left, also no place"
    );
}

/// Puts an EXIF segment with an orientation behind the start of a JPEG.
fn with_exif_orientation(jpeg: &[u8], orientation: u8) -> Vec<u8> {
    let tiff: [u8; 26] =
        [b'I', b'I', 42, 0, 8, 0, 0, 0, 1, 0, 0x12, 0x01, 3, 0, 1, 0, 0, 0, orientation, 0, 0, 0, 0, 0, 0, 0];
    let mut out = jpeg[..2].to_vec();
    let len = (2 + 6 + tiff.len()) as u16;
    out.write_all(&[0xff, 0xe1]).unwrap();
    out.write_all(&len.to_be_bytes()).unwrap();
    out.write_all(b"Exif\0\0").unwrap();
    out.write_all(&tiff).unwrap();
    out.extend_from_slice(&jpeg[2..]);
    out
}

#[test]
fn a_bomb_is_refused_by_its_head() {
    // A PNG that claims 60,000 x 60,000 pixels in a few bytes.
    let mut bomb = png(1, 1);
    bomb[16..20].copy_from_slice(&60_000_u32.to_be_bytes());
    bomb[20..24].copy_from_slice(&60_000_u32.to_be_bytes());
    let crc = crc32(&bomb[12..29]);
    bomb[29..33].copy_from_slice(&crc.to_be_bytes());
    assert!(picture::preview(Cursor::new(&bomb)).is_err(), "10 GB of pixels are not decoded");
    let path_place = place();
    let path = path_place.folder.path().join("bomb.png");
    std::fs::write(&path, &bomb).unwrap();
    assert_eq!(
        take_path(&path_place.store, &path, LIMITS).unwrap().media,
        MediaKind::Document,
        "it can still be sent as a file"
    );
}

fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0_u32, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| if crc & 1 == 1 { (crc >> 1) ^ 0xedb8_8320 } else { crc >> 1 })
    })
}

#[test]
fn garbage_is_no_picture_and_no_panic() {
    for bytes in [&b""[..], b"GIF89a", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff\xe0", &png(4, 4)[..40]] {
        assert!(picture::preview(Cursor::new(bytes)).is_err(), "{} bytes of garbage", bytes.len());
    }
}

#[test]
fn kinds_are_told_by_their_bytes() {
    let mut opus = b"OggS\0\x02\0\0\0\0\0\0\0\0\x01\0\0\0\0\0\0\0\0\0\0\0\x01\x13OpusHead".to_vec();
    opus.resize(60, 0);
    assert_eq!(kind::of_bytes(&opus).media, MediaKind::Voice);
    assert_eq!(kind::of_bytes(b"%PDF-1.7\n").mime, "application/pdf");
    assert_eq!(kind::of_bytes("olá, preço".as_bytes()).mime, "text/plain");
    assert_eq!(kind::of_bytes(&[0, 1, 2, 3]).mime, "application/octet-stream");
    assert_eq!(
        kind::of_bytes(b"<svg xmlns='http://www.w3.org/2000/svg'/>").media,
        MediaKind::Document,
        "a picture that runs scripts is no picture"
    );
}

#[test]
fn the_length_of_a_voice_note_stands_on_its_last_page() {
    let mut ogg = b"OggS\0\x02".to_vec();
    ogg.extend([0; 40]);
    ogg.extend(b"OggS\0\x04");
    ogg.extend((48_000_u64 * 3 / 2).to_le_bytes());
    ogg.extend([0; 20]);
    assert_eq!(kind::ogg_duration_ms(&mut Cursor::new(ogg)).unwrap(), Some(1_500));
    assert_eq!(kind::ogg_duration_ms(&mut Cursor::new(b"none".to_vec())).unwrap(), None);
}
