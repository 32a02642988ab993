//! A face beside a banner, from a file that a stranger chose.

use std::io::Cursor;
use std::sync::Arc;

use image::{ImageReader, Limits};

/// In pixels per side: what desktops draw, at twice the density.
const SIDE: u32 = 96;
const MAX_FILE_BYTES: usize = 5 << 20;
const MAX_SOURCE_SIDE: u32 = 4_096;
/// A full picture of the largest size takes that much while it is read.
const MAX_WORK_BYTES: u64 = 80 << 20;

/// A small square picture, ready to be shown. Cheap to clone.
#[derive(Clone, PartialEq, Eq)]
pub struct Picture {
    rgba: Arc<[u8]>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PictureError {
    /// More bytes or pixels than any picture of a customer has: it would fill the memory.
    #[error("the picture is too large")]
    TooLarge,
    #[error("this is not a picture")]
    NotAPicture,
}

impl Picture {
    /// The middle of a PNG, JPEG, WebP or GIF. Decodes, so it may take some milliseconds: not for
    /// a thread that must answer at once.
    ///
    /// # Errors
    /// The banner is shown without a picture then.
    pub fn read(file: &[u8]) -> Result<Self, PictureError> {
        if file.len() > MAX_FILE_BYTES {
            return Err(PictureError::TooLarge);
        }
        let reader = || ImageReader::new(Cursor::new(file)).with_guessed_format();
        // What the file says about its size, before a pixel of it is believed.
        let (width, height) = reader()
            .map_err(|_| PictureError::NotAPicture)?
            .into_dimensions()
            .map_err(|_| PictureError::NotAPicture)?;
        if width > MAX_SOURCE_SIDE || height > MAX_SOURCE_SIDE {
            return Err(PictureError::TooLarge);
        }
        let mut reader = reader().map_err(|_| PictureError::NotAPicture)?;
        let mut limits = Limits::default();
        limits.max_image_width = Some(MAX_SOURCE_SIDE);
        limits.max_image_height = Some(MAX_SOURCE_SIDE);
        limits.max_alloc = Some(MAX_WORK_BYTES);
        reader.limits(limits);
        let whole = reader.decode().map_err(|error| match error {
            image::ImageError::Limits(_) => PictureError::TooLarge,
            _ => PictureError::NotAPicture,
        })?;
        let side = width.min(height);
        if side == 0 {
            return Err(PictureError::NotAPicture);
        }
        let square = whole.crop_imm((width - side) / 2, (height - side) / 2, side, side);
        let small = square.thumbnail_exact(SIDE, SIDE).into_rgba8();
        Ok(Self { rgba: small.into_raw().into() })
    }

    /// Width and height in pixels.
    pub fn side(&self) -> u32 {
        SIDE
    }

    /// Four bytes per pixel, rows from the top, without gaps.
    pub fn rgba(&self) -> &[u8] {
        &self.rgba
    }
}

impl std::fmt::Debug for Picture {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Picture({SIDE}×{SIDE})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::{ImageFormat, Rgba, RgbaImage};

    fn png(picture: &RgbaImage) -> Vec<u8> {
        let mut bytes = Cursor::new(Vec::new());
        picture.write_to(&mut bytes, ImageFormat::Png).unwrap();
        bytes.into_inner()
    }

    #[test]
    fn the_middle_of_a_wide_picture_is_shown() {
        let (red, blue) = (Rgba([255, 0, 0, 255]), Rgba([0, 0, 255, 255]));
        let wide = RgbaImage::from_fn(300, 100, |x, _| if (100..200).contains(&x) { blue } else { red });
        let picture = Picture::read(&png(&wide)).unwrap();
        assert_eq!(picture.rgba().len(), 96 * 96 * 4, "always the same size, whatever came");
        assert!(
            picture.rgba().chunks(4).all(|pixel| pixel == [0, 0, 255, 255]),
            "the ends are cut off, not squeezed in"
        );
    }

    #[test]
    fn a_small_picture_is_enlarged_to_the_same_size() {
        let dot = RgbaImage::from_pixel(1, 1, Rgba([7, 8, 9, 255]));
        let picture = Picture::read(&png(&dot)).unwrap();
        assert!(picture.rgba().chunks(4).all(|pixel| pixel == [7, 8, 9, 255]));
    }

    #[test]
    fn what_is_no_picture_is_told() {
        let mut torn = png(&RgbaImage::new(50, 50));
        torn.truncate(40);
        for file in [&b""[..], b"<svg onload=alert(1)>", b"\x89PNG\r\n\x1a\n", &torn] {
            assert_eq!(Picture::read(file), Err(PictureError::NotAPicture));
        }
    }

    #[test]
    fn a_picture_that_would_fill_the_memory_is_refused_before_it_is_read() {
        // One colour packs well: a few kilobytes that say 60,000 × 60,000.
        let mut bomb = png(&RgbaImage::from_pixel(64, 64, Rgba([0, 0, 0, 255])));
        let side = 60_000u32.to_be_bytes();
        bomb[16..20].copy_from_slice(&side);
        bomb[20..24].copy_from_slice(&side);
        let check = crc32(&bomb[12..29]).to_be_bytes();
        bomb[29..33].copy_from_slice(&check);
        assert_eq!(Picture::read(&bomb), Err(PictureError::TooLarge), "by its size in the head");
        assert_eq!(Picture::read(&vec![0; 6 << 20]), Err(PictureError::TooLarge), "by its bytes");
    }

    /// Of PNG, over a chunk's name and content.
    fn crc32(bytes: &[u8]) -> u32 {
        let mut crc = u32::MAX;
        for byte in bytes {
            crc ^= u32::from(*byte);
            for _ in 0..8 {
                crc = if crc & 1 == 1 { (crc >> 1) ^ 0xedb8_8320 } else { crc >> 1 };
            }
        }
        !crc
    }
}
