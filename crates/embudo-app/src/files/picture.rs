//! Pictures drawn again: decoded within limits, turned upright, written anew without anything that
//! the file said beside its pixels. What reaches the screen never was the sender's file, and what
//! is made smaller to be sent tells no place and no camera.

use image::codecs::jpeg::JpegEncoder;
use image::codecs::png::PngDecoder;
use image::codecs::webp::WebPDecoder;
use image::{DynamicImage, ImageDecoder, ImageFormat, ImageReader, Limits, RgbImage};
use std::io::{BufReader, Cursor, Read, Seek};

/// Longest side of a preview.
pub const MAX_PREVIEW_PX: u32 = 2_048;
/// A picture of more pixels is a bomb or a poster; neither is drawn.
const MAX_PIXELS: u64 = 64_000_000;
const MAX_SIDE_PX: u32 = 20_000;
/// Decoders may ask for this much beside the picture itself.
const MAX_ALLOC_BYTES: u64 = 400 * 1024 * 1024;
const JPEG_QUALITY: u8 = 82;
/// A file beyond this is not read to make a smaller picture of it.
pub const MAX_SOURCE_BYTES: u64 = 256 * 1024 * 1024;
/// Longest sides and qualities of a smaller picture, best first. Chats show no more than the first.
const SIDES_PX: [u32; 10] = [4_096, 3_072, 2_560, 2_048, 1_600, 1_280, 960, 640, 480, 320];
const QUALITIES: [u8; 3] = [88, 78, 66];

#[derive(Debug, thiserror::Error)]
pub enum PictureError {
    #[error("not a picture that can be drawn")]
    NotAPicture,
    #[error("larger than is drawn: {width_px} x {height_px}")]
    TooLarge { width_px: u32, height_px: u32 },
    #[error("not to be made small enough")]
    DoesNotFit,
}

#[derive(Clone, Debug)]
pub struct Preview {
    pub mime: &'static str,
    pub bytes: Vec<u8>,
}

/// A picture to be sent, upright.
#[derive(Clone, Debug)]
pub struct Smaller {
    pub mime: &'static str,
    pub width_px: u32,
    pub height_px: u32,
    pub bytes: Vec<u8>,
}

pub fn may_draw(width_px: u32, height_px: u32) -> bool {
    width_px > 0
        && height_px > 0
        && width_px <= MAX_SIDE_PX
        && height_px <= MAX_SIDE_PX
        && u64::from(width_px) * u64::from(height_px) <= MAX_PIXELS
}

/// Width and height upright, from the head of the file.
pub fn size(file: impl Read + Seek) -> Option<(u32, u32)> {
    let mut decoder = reader(file).ok()?.into_decoder().ok()?;
    let (width, height) = decoder.dimensions();
    let turned = decoder.orientation().is_ok_and(|orientation| {
        use image::metadata::Orientation::*;
        matches!(orientation, Rotate90 | Rotate270 | Rotate90FlipH | Rotate270FlipH)
    });
    Some(if turned { (height, width) } else { (width, height) })
}

/// Takes up to a second and some hundred megabytes: not on an async thread, few at a time.
pub fn preview(file: impl Read + Seek) -> Result<Preview, PictureError> {
    encode(&upright(file, MAX_PREVIEW_PX)?).map_err(|_| PictureError::NotAPicture)
}

/// The picture as a JPEG of at most `max_bytes`, as large and as good as fits; what is seen
/// through stands on white. Takes seconds and some hundred megabytes: not on an async thread, few
/// at a time.
pub fn smaller(file: impl Read + Seek, max_bytes: u64) -> Result<Smaller, PictureError> {
    let picture = upright(file, SIDES_PX[0])?;
    let longest = picture.width().max(picture.height());
    let sides = SIDES_PX.into_iter().filter(|side| *side < longest);
    for side in std::iter::once(longest).chain(sides) {
        let scaled = if side < longest { picture.thumbnail(side, side) } else { picture.clone() };
        let pixels = on_white(&scaled);
        for quality in QUALITIES {
            let mut bytes = Vec::new();
            let written = pixels.write_with_encoder(JpegEncoder::new_with_quality(&mut bytes, quality));
            written.map_err(|_| PictureError::NotAPicture)?;
            if bytes.len() as u64 <= max_bytes {
                let (width_px, height_px) = pixels.dimensions();
                return Ok(Smaller { mime: "image/jpeg", width_px, height_px, bytes });
            }
        }
    }
    Err(PictureError::DoesNotFit)
}

/// Whether nothing moves in it: of a picture that does, drawing it again would leave one frame.
pub fn stands_still(file: &mut (impl Read + Seek)) -> bool {
    let mut moves = |format: ImageFormat| -> image::ImageResult<bool> {
        file.rewind()?;
        let source = BufReader::new(&mut *file);
        Ok(match format {
            ImageFormat::Png => PngDecoder::new(source)?.is_apng()?,
            _ => WebPDecoder::new(source)?.has_animation(),
        })
    };
    !moves(ImageFormat::Png).unwrap_or(false) && !moves(ImageFormat::WebP).unwrap_or(false)
}

/// Decoded, no side longer than `max_side_px`, turned as it is meant to be seen.
fn upright(file: impl Read + Seek, max_side_px: u32) -> Result<DynamicImage, PictureError> {
    let mut decoder = reader(file)?.into_decoder().map_err(|_| PictureError::NotAPicture)?;
    let (width_px, height_px) = decoder.dimensions();
    if !may_draw(width_px, height_px) || decoder.total_bytes() > MAX_ALLOC_BYTES {
        return Err(PictureError::TooLarge { width_px, height_px });
    }
    let orientation = decoder.orientation().unwrap_or(image::metadata::Orientation::NoTransforms);
    let mut picture = DynamicImage::from_decoder(decoder).map_err(|_| PictureError::NotAPicture)?;
    if width_px > max_side_px || height_px > max_side_px {
        picture = picture.thumbnail(max_side_px, max_side_px);
    }
    picture.apply_orientation(orientation);
    Ok(picture)
}

fn on_white(picture: &DynamicImage) -> RgbImage {
    if !picture.color().has_alpha() {
        return picture.to_rgb8();
    }
    let seen = picture.to_rgba8();
    RgbImage::from_fn(seen.width(), seen.height(), |x, y| {
        let [red, green, blue, alpha] = seen.get_pixel(x, y).0.map(u16::from);
        let over = |colour: u16| ((colour * alpha + 255 * (255 - alpha) + 127) / 255) as u8;
        image::Rgb([over(red), over(green), over(blue)])
    })
}

fn reader<R: Read + Seek>(file: R) -> Result<ImageReader<BufReader<R>>, PictureError> {
    let mut reader =
        ImageReader::new(BufReader::new(file)).with_guessed_format().map_err(|_| PictureError::NotAPicture)?;
    let mut limits = Limits::default();
    limits.max_image_width = Some(MAX_SIDE_PX);
    limits.max_image_height = Some(MAX_SIDE_PX);
    limits.max_alloc = Some(MAX_ALLOC_BYTES);
    reader.limits(limits);
    Ok(reader)
}

fn encode(picture: &DynamicImage) -> image::ImageResult<Preview> {
    let mut bytes = Vec::new();
    if picture.color().has_alpha() && has_holes(picture) {
        picture.to_rgba8().write_to(&mut Cursor::new(&mut bytes), ImageFormat::Png)?;
        return Ok(Preview { mime: "image/png", bytes });
    }
    picture.to_rgb8().write_with_encoder(JpegEncoder::new_with_quality(&mut bytes, JPEG_QUALITY))?;
    Ok(Preview { mime: "image/jpeg", bytes })
}

/// Many pictures have an alpha channel and nothing to see through.
fn has_holes(picture: &DynamicImage) -> bool {
    match picture {
        DynamicImage::ImageRgba8(pixels) => pixels.pixels().any(|pixel| pixel.0[3] < 255),
        _ => true,
    }
}
