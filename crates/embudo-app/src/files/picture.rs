//! Pictures from strangers, drawn again: decoded within limits, turned upright, made no larger
//! than 2,048 px, written anew. What reaches the screen never was the sender's file.

use image::codecs::jpeg::JpegEncoder;
use image::{DynamicImage, ImageDecoder, ImageFormat, ImageReader, Limits};
use std::io::{BufReader, Cursor, Read, Seek};

/// Longest side of a preview.
pub const MAX_PREVIEW_PX: u32 = 2_048;
/// A picture of more pixels is a bomb or a poster; neither is drawn.
const MAX_PIXELS: u64 = 64_000_000;
const MAX_SIDE_PX: u32 = 20_000;
/// Decoders may ask for this much beside the picture itself.
const MAX_ALLOC_BYTES: u64 = 400 * 1024 * 1024;
const JPEG_QUALITY: u8 = 82;

#[derive(Debug, thiserror::Error)]
pub enum PictureError {
    #[error("not a picture that can be drawn")]
    NotAPicture,
    #[error("larger than is drawn: {width_px} x {height_px}")]
    TooLarge { width_px: u32, height_px: u32 },
}

#[derive(Clone, Debug)]
pub struct Preview {
    pub mime: &'static str,
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
    let mut decoder = reader(file)?.into_decoder().map_err(|_| PictureError::NotAPicture)?;
    let (width_px, height_px) = decoder.dimensions();
    if !may_draw(width_px, height_px) {
        return Err(PictureError::TooLarge { width_px, height_px });
    }
    let orientation = decoder.orientation().unwrap_or(image::metadata::Orientation::NoTransforms);
    let mut picture = DynamicImage::from_decoder(decoder).map_err(|_| PictureError::NotAPicture)?;
    if width_px > MAX_PREVIEW_PX || height_px > MAX_PREVIEW_PX {
        picture = picture.thumbnail(MAX_PREVIEW_PX, MAX_PREVIEW_PX);
    }
    picture.apply_orientation(orientation);
    encode(&picture).map_err(|_| PictureError::NotAPicture)
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
