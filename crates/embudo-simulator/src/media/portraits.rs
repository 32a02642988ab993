//! Pictures that sample customers show of themselves: head and shoulders in a few shapes.

use super::canvas::{Canvas, Colour};
use crate::Result;
use bytes::Bytes;
use image::codecs::jpeg::JpegEncoder;
use serde::Deserialize;

const SIDE_PX: u32 = 320;
const QUALITY: u8 = 85;

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Portrait {
    pub wall: Colour,
    pub skin: Colour,
    pub hair: Colour,
    pub shirt: Colour,
    /// Down to the shoulders.
    #[serde(default)]
    pub long_hair: bool,
}

pub(super) fn jpeg(portrait: &Portrait) -> Result<Bytes> {
    let lighter = portrait.wall.map(|channel| channel.saturating_add(24));
    let shade = portrait.skin.map(|channel| channel.saturating_sub(26));
    let mut canvas = Canvas::new(SIDE_PX, SIDE_PX, lighter, portrait.wall);
    if portrait.long_hair {
        canvas.round(92, 84, 136, 160, 60, portrait.hair);
    }
    canvas.ellipse(160, 332, 120, 92, portrait.shirt);
    canvas.round(138, 196, 44, 64, 18, shade);
    canvas.ellipse(160, 142, 58, 70, portrait.hair);
    canvas.ellipse(160, 156, 50, 62, portrait.skin);
    // Eyes and a smile, or it is a mannequin.
    canvas.ellipse(141, 150, 5, 6, [48, 38, 34]);
    canvas.ellipse(179, 150, 5, 6, [48, 38, 34]);
    canvas.ellipse(160, 188, 17, 8, [170, 84, 80]);
    canvas.ellipse(160, 183, 19, 8, portrait.skin);
    let mut bytes = Vec::new();
    JpegEncoder::new_with_quality(&mut bytes, QUALITY).encode_image(&canvas.0).map_err(super::encode_error)?;
    Ok(bytes.into())
}
