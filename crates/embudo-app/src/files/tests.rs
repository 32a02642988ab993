#![allow(clippy::unwrap_used)]
use super::*;
use embudo_platform::{FakeClock, MemorySecrets, WorkspaceKeys};
use image::{ExtendedColorType, ImageEncoder, RgbImage};
use std::io::{Cursor, Write};
use std::sync::Arc;

const MB: u64 = 1024 * 1024;
const LIMITS: Limits = Limits { file_bytes: 50 * MB, photo_bytes: 10 * MB, video_bytes: 16 * MB, audio_bytes: 16 * MB };

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
    let attachment = take_path(&place.store, &path, LIMITS, OverLimit::Ask).unwrap();
    assert_eq!((attachment.media, attachment.mime.as_str()), (MediaKind::Image, "image/png"), "by content");
    assert_eq!((attachment.width_px, attachment.height_px), (Some(30), Some(20)));
    let again = take_stored(&place.store, &attachment.hash, &attachment.name, LIMITS, OverLimit::Ask).unwrap();
    assert_eq!(again, attachment, "a path and a blob of the same bytes are the same attachment");
}

#[test]
fn a_program_called_photo_is_a_document() {
    let place = place();
    let path = place.folder.path().join("photo.jpg");
    std::fs::write(&path, b"MZ\x90\0\x03\0\0\0\x04\0\0\0\xff\xff\0\0").unwrap();
    assert_eq!(
        take_path(&place.store, &path, LIMITS, OverLimit::Ask).unwrap().media,
        MediaKind::Document,
        "the name decides nothing"
    );
}

#[test]
fn empty_folders_pipes_and_missing_files_have_words() {
    let place = place();
    let path = place.folder.path().join("empty.pdf");
    std::fs::write(&path, b"").unwrap();
    let code = |path: &Path| take_path(&place.store, path, LIMITS, OverLimit::Ask).unwrap_err().code;
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
    let error = take_path(&place.store, &path, LIMITS, OverLimit::Ask).unwrap_err();
    assert_eq!(error.code, "FILE_TOO_BIG");
    assert_eq!(error.params.get("max_bytes").map(String::as_str), Some("52428800"), "the words name the limit");
    assert_eq!(error.params.get("name").map(String::as_str), Some("video.mp4"), "and the file");
}

/// Red at the left, blue at the right, with so much noise over it that no encoder makes it small.
fn noisy(width: u32, height: u32) -> RgbImage {
    let mut state = 7_u32;
    let mut noise = move || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 26) as u8
    };
    RgbImage::from_fn(width, height, |x, _| {
        let (red, blue) = if x < width / 2 { (190, 0) } else { (0, 190) };
        image::Rgb([red + noise(), noise(), blue + noise()])
    })
}

fn noisy_png(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = Vec::new();
    noisy(width, height).write_with_encoder(image::codecs::png::PngEncoder::new(&mut bytes)).unwrap();
    bytes
}

fn written(place: &Place, name: &str, bytes: &[u8]) -> std::path::PathBuf {
    let path = place.folder.path().join(name);
    std::fs::write(&path, bytes).unwrap();
    path
}

fn stored(place: &Place, attachment: &Attachment) -> Vec<u8> {
    place.store.open_file(&attachment.hash.parse().unwrap()).unwrap().read_all(50 * MB).unwrap()
}

fn param<'a>(error: &'a ApiError, name: &str) -> &'a str {
    error.params.get(name).map(String::as_str).unwrap_or_default()
}

#[test]
fn a_photo_too_heavy_for_the_channel_is_asked_about_and_goes_as_the_person_says() {
    let place = place();
    let png = noisy_png(600, 400);
    let path = written(&place, "sofá.png", &png);
    let tight = Limits { photo_bytes: 40_000, ..LIMITS };
    let take = |over| take_path(&place.store, &path, tight, over);

    let error = take(OverLimit::Ask).unwrap_err();
    assert_eq!(error.code, "FILE_TOO_BIG");
    assert_eq!((param(&error, "max_bytes"), param(&error, "media")), ("40000", "image"), "the limit of photos");
    assert_eq!(param(&error, "size_bytes"), png.len().to_string());
    assert_eq!((param(&error, "can_be_smaller"), param(&error, "can_be_document")), ("true", "true"));

    let whole = take(OverLimit::Document).unwrap();
    assert_eq!((whole.media, whole.size_bytes), (MediaKind::Document, png.len() as u64), "not a byte is changed");

    let smaller = take(OverLimit::Smaller).unwrap();
    assert_eq!((smaller.media, smaller.mime.as_str()), (MediaKind::Image, "image/jpeg"));
    assert_eq!(smaller.name, "sofá.jpg", "named as what it is now");
    assert!(smaller.size_bytes <= 40_000, "{} bytes fit the channel", smaller.size_bytes);
    let drawn = image::load_from_memory(&stored(&place, &smaller)).unwrap();
    assert_eq!((Some(drawn.width()), Some(drawn.height())), (smaller.width_px, smaller.height_px));
    assert!(drawn.width() * 2 == drawn.height() * 3, "{} x {} keeps its shape", drawn.width(), drawn.height());

    let again = take_stored(&place.store, &whole.hash, "sofá.png", tight, OverLimit::Smaller).unwrap();
    assert_eq!(again, smaller, "a stored file is made smaller in the same way");
}

#[test]
fn a_photo_over_the_limit_of_documents_can_only_be_made_smaller() {
    let place = place();
    let path = written(&place, "a.png", &noisy_png(600, 400));
    let tight = Limits { file_bytes: 60_000, photo_bytes: 40_000, ..LIMITS };
    let error = take_path(&place.store, &path, tight, OverLimit::Document).unwrap_err();
    assert_eq!((param(&error, "can_be_smaller"), param(&error, "can_be_document")), ("true", "false"));
    assert!(take_path(&place.store, &path, tight, OverLimit::Smaller).unwrap().size_bytes <= 40_000);
    let nothing = Limits { file_bytes: 60_000, photo_bytes: 10, ..LIMITS };
    assert_eq!(
        take_path(&place.store, &path, nothing, OverLimit::Smaller).unwrap_err().code,
        "FILE_TOO_BIG",
        "a limit that no picture meets is said and not tried for ever"
    );
}

#[test]
fn a_smaller_photo_stands_upright_and_tells_nothing_beside_its_pixels() {
    let place = place();
    let mut jpeg = Vec::new();
    noisy(600, 400).write_with_encoder(image::codecs::jpeg::JpegEncoder::new_with_quality(&mut jpeg, 98)).unwrap();
    // As a phone stores a picture that was taken upright: to be turned by a quarter to the right.
    let path = written(&place, "foto.jpeg", &with_exif_orientation(&jpeg, 6));
    let tight = Limits { photo_bytes: 40_000, ..LIMITS };
    let smaller = take_path(&place.store, &path, tight, OverLimit::Smaller).unwrap();
    let bytes = stored(&place, &smaller);
    assert!(!bytes.windows(4).any(|window| window == b"Exif"), "no camera, no place");
    let drawn = image::load_from_memory(&bytes).unwrap().to_rgb8();
    assert!(drawn.height() > drawn.width(), "it was wide on disk and is tall for people");
    let [top, _, _] = drawn.get_pixel(drawn.width() / 2, drawn.height() / 8).0;
    let [bottom, _, _] = drawn.get_pixel(drawn.width() / 2, drawn.height() * 7 / 8).0;
    assert!(top > 150 && bottom < 100, "what was left is above: red {top} above, {bottom} below");
}

#[test]
fn what_is_seen_through_stands_on_white() {
    let clear = image::RgbaImage::from_pixel(40, 30, image::Rgba([200, 0, 0, 0]));
    let mut png = Vec::new();
    clear.write_with_encoder(image::codecs::png::PngEncoder::new(&mut png)).unwrap();
    let smaller = picture::smaller(Cursor::new(&png), 10_000).unwrap();
    let drawn = image::load_from_memory(&smaller.bytes).unwrap().to_rgb8();
    assert_eq!(drawn.get_pixel(20, 15).0, [255, 255, 255], "a logo on black would be a surprise");
}

#[test]
fn a_broken_picture_cannot_be_made_smaller_and_says_so() {
    let place = place();
    let png = noisy_png(600, 400);
    let path = written(&place, "half.png", &png[..png.len() / 2]);
    let tight = Limits { photo_bytes: 40_000, ..LIMITS };
    let error = take_path(&place.store, &path, tight, OverLimit::Smaller).unwrap_err();
    assert_eq!((error.code.as_str(), param(&error, "name")), ("PICTURE_UNREADABLE", "half.png"));
    let whole = take_path(&place.store, &path, tight, OverLimit::Document).unwrap();
    assert_eq!(whole.media, MediaKind::Document, "as a file it can still go");
}

#[test]
fn a_picture_that_moves_is_not_made_a_still() {
    let place = place();
    let still = noisy_png(600, 400);
    // An animation of one frame: acTL stands right behind the head, before the pixels.
    let mut chunk = b"acTL".to_vec();
    chunk.extend([0, 0, 0, 1, 0, 0, 0, 0]);
    let mut moving = still[..33].to_vec();
    moving.extend(8_u32.to_be_bytes());
    moving.extend(&chunk);
    moving.extend(crc32(&chunk).to_be_bytes());
    moving.extend(&still[33..]);
    let tight = Limits { photo_bytes: 40_000, ..LIMITS };
    for (bytes, can) in [(&still, "true"), (&moving, "false")] {
        let path = written(&place, "a.png", bytes);
        let error = take_path(&place.store, &path, tight, OverLimit::Ask).unwrap_err();
        assert_eq!(param(&error, "can_be_smaller"), can);
    }
}

#[test]
fn a_video_over_its_limit_goes_as_a_document_where_that_helps() {
    let place = place();
    let mut video = b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom".to_vec();
    video.resize(5_000, 0);
    let path = written(&place, "tour.mp4", &video);
    let limits = Limits { video_bytes: 1_000, file_bytes: 10_000, ..LIMITS };
    let error = take_path(&place.store, &path, limits, OverLimit::Ask).unwrap_err();
    assert_eq!((param(&error, "media"), param(&error, "max_bytes")), ("video", "1000"));
    assert_eq!((param(&error, "can_be_smaller"), param(&error, "can_be_document")), ("false", "true"));
    assert_eq!(
        take_path(&place.store, &path, limits, OverLimit::Document).unwrap().media,
        MediaKind::Document,
        "the person said so"
    );
    let tighter = Limits { file_bytes: 4_000, ..limits };
    for over in [OverLimit::Ask, OverLimit::Document, OverLimit::Smaller] {
        let error = take_path(&place.store, &path, tighter, over).unwrap_err();
        assert_eq!(param(&error, "can_be_document"), "false", "nothing helps, and nothing is promised");
    }
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
        take_path(&path_place.store, &path, LIMITS, OverLimit::Ask).unwrap().media,
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
