//! The pictures, drawn: what people send to furniture, clothes and cake shops.

use super::canvas::{Canvas, Colour};
use crate::{Result, SimulatorError};
use bytes::Bytes;
use image::codecs::jpeg::JpegEncoder;

pub(super) const WIDTH_PX: u32 = 640;
pub(super) const HEIGHT_PX: u32 = 480;
const QUALITY: u8 = 82;

pub(super) const NAMES: [&str; 10] =
    ["sofa", "living_room", "table", "broken_leg", "dress", "blouse", "sneakers", "cake", "receipt", "house"];

pub(super) fn has(name: &str) -> bool {
    NAMES.contains(&name)
}

pub(super) fn jpeg(name: &str) -> Result<Bytes> {
    let canvas = match name {
        "sofa" => sofa([86, 110, 122]),
        "living_room" => living_room(),
        "table" => table(false),
        "broken_leg" => table(true),
        "dress" => dress(),
        "blouse" => blouse(),
        "sneakers" => sneakers(),
        "cake" => cake(),
        "receipt" => receipt(),
        "house" => house(),
        other => return Err(SimulatorError::NotFound(format!("picture {other:?}"))),
    };
    let mut bytes = Vec::new();
    JpegEncoder::new_with_quality(&mut bytes, QUALITY).encode_image(&canvas.0).map_err(super::encode_error)?;
    Ok(bytes.into())
}

fn room(wall: Colour, floor: Colour) -> Canvas {
    let lighter = wall.map(|channel| channel.saturating_add(14));
    let darker = floor.map(|channel| channel.saturating_sub(40));
    let mut canvas = Canvas::new(WIDTH_PX, HEIGHT_PX, lighter, wall);
    canvas.shade(0, 345, 640, 135, floor, darker);
    canvas.rect(0, 338, 640, 8, [240, 236, 228]);
    canvas
}

fn draw_sofa(canvas: &mut Canvas, colour: Colour) {
    let dark = colour.map(|channel| channel.saturating_sub(24));
    let light = colour.map(|channel| channel.saturating_add(16));
    canvas.ellipse(320, 412, 240, 18, [92, 72, 56]);
    for x in [130, 490] {
        canvas.rect(x, 388, 16, 28, [74, 52, 36]);
    }
    canvas.round(130, 210, 380, 130, 28, dark);
    canvas.round(142, 222, 174, 110, 20, colour);
    canvas.round(324, 222, 174, 110, 20, colour);
    canvas.round(100, 262, 64, 130, 24, colour);
    canvas.round(476, 262, 64, 130, 24, colour);
    canvas.round(150, 318, 168, 56, 16, light);
    canvas.round(322, 318, 168, 56, 16, light);
    canvas.round(150, 366, 340, 26, 8, dark);
}

fn sofa(colour: Colour) -> Canvas {
    let mut canvas = room([214, 205, 192], [168, 132, 98]);
    draw_sofa(&mut canvas, colour);
    canvas.round(180, 262, 70, 62, 14, [216, 158, 76]);
    canvas.round(392, 262, 70, 62, 14, [236, 228, 214]);
    canvas
}

fn living_room() -> Canvas {
    let mut canvas = room([222, 222, 214], [186, 160, 128]);
    canvas.rect(60, 60, 190, 150, [250, 250, 248]);
    canvas.shade(70, 70, 170, 130, [150, 196, 226], [206, 226, 232]);
    canvas.rect(151, 70, 8, 130, [250, 250, 248]);
    canvas.rect(430, 90, 120, 90, [96, 74, 58]);
    canvas.shade(438, 98, 104, 74, [228, 190, 140], [176, 108, 84]);
    canvas.ellipse(320, 425, 250, 34, [206, 188, 166]);
    canvas.rect(545, 300, 46, 70, [176, 98, 66]);
    for (x, y) in [(568, 240), (545, 262), (592, 262), (560, 284), (580, 280)] {
        canvas.ellipse(x, y, 26, 22, [78, 122, 78]);
    }
    // Dashes where the sofa would stand.
    for x in (150..480).step_by(28) {
        canvas.rect(x, 300, 14, 4, [190, 60, 60]);
        canvas.rect(x, 400, 14, 4, [190, 60, 60]);
    }
    canvas
}

fn table(broken: bool) -> Canvas {
    let mut canvas = room([208, 214, 210], [150, 124, 100]);
    canvas.ellipse(320, 424, 230, 20, [104, 84, 66]);
    canvas.trapezium((232, 150, 490), (268, 96, 544), [166, 112, 66]);
    canvas.rect(96, 268, 448, 16, [126, 82, 46]);
    for x in [118, 200, 424] {
        canvas.rect(x, 284, 20, 136, [126, 82, 46]);
    }
    if broken {
        canvas.rect(502, 284, 20, 58, [126, 82, 46]);
        canvas.line((516, 344), (566, 418), 20, [126, 82, 46]);
        canvas.line((500, 336), (526, 352), 5, [232, 208, 170]);
        canvas.line((504, 350), (522, 334), 5, [232, 208, 170]);
    } else {
        canvas.rect(502, 284, 20, 136, [126, 82, 46]);
        canvas.ellipse(320, 236, 46, 14, [238, 236, 230]);
        canvas.rect(296, 196, 48, 40, [98, 138, 150]);
        for (x, y) in [(300, 176), (322, 160), (344, 178)] {
            canvas.line((320, 200), (x, y), 3, [84, 120, 76]);
            canvas.ellipse(x, y, 15, 14, [222, 120, 110]);
        }
    }
    canvas
}

fn hanger(canvas: &mut Canvas) {
    canvas.line((320, 62), (320, 84), 4, [120, 120, 124]);
    canvas.line((320, 84), (262, 110), 5, [140, 104, 70]);
    canvas.line((320, 84), (378, 110), 5, [140, 104, 70]);
}

fn dress() -> Canvas {
    let mut canvas = Canvas::new(WIDTH_PX, HEIGHT_PX, [244, 238, 232], [226, 214, 206]);
    hanger(&mut canvas);
    canvas.trapezium((104, 272, 368), (224, 284, 356), [172, 46, 70]);
    canvas.trapezium((224, 284, 356), (428, 206, 434), [186, 54, 80]);
    canvas.rect(284, 218, 72, 12, [120, 28, 46]);
    for (x, y) in [(262, 300), (322, 280), (372, 320), (246, 382), (316, 360), (388, 396), (300, 150), (338, 172)] {
        canvas.ellipse(x, y, 9, 9, [246, 222, 206]);
    }
    canvas
}

fn blouse() -> Canvas {
    let mut canvas = Canvas::new(WIDTH_PX, HEIGHT_PX, [236, 240, 242], [212, 220, 226]);
    hanger(&mut canvas);
    canvas.trapezium((104, 250, 390), (180, 160, 480), [240, 232, 214]);
    canvas.trapezium((150, 246, 394), (384, 236, 404), [246, 240, 226]);
    canvas.trapezium((104, 296, 344), (150, 318, 322), [212, 200, 178]);
    for y in (170..370).step_by(38) {
        canvas.ellipse(320, y, 6, 6, [160, 140, 110]);
    }
    canvas
}

fn sneakers() -> Canvas {
    let mut canvas = Canvas::new(WIDTH_PX, HEIGHT_PX, [206, 212, 218], [170, 176, 184]);
    for (x, y) in [(70, 150), (190, 260)] {
        canvas.ellipse(x + 165, y + 132, 180, 14, [132, 136, 144]);
        canvas.round(x, y + 96, 330, 34, 16, [246, 246, 244]);
        canvas.trapezium((y, x + 16, x + 120), (y + 100, x + 8, x + 250), [38, 62, 104]);
        canvas.round(x + 150, y + 48, 172, 54, 26, [52, 80, 130]);
        for step in 0..4 {
            canvas.line(
                (x + 118 + step * 24, y + 26 + step * 12),
                (x + 150 + step * 24, y + 12 + step * 14),
                5,
                [240, 240, 240],
            );
        }
    }
    canvas
}

fn cake() -> Canvas {
    let mut canvas = Canvas::new(WIDTH_PX, HEIGHT_PX, [250, 232, 226], [240, 206, 200]);
    canvas.ellipse(320, 410, 220, 34, [226, 226, 230]);
    canvas.rect(150, 270, 340, 130, [250, 240, 222]);
    canvas.ellipse(320, 400, 170, 26, [250, 240, 222]);
    canvas.ellipse(320, 270, 170, 30, [255, 250, 240]);
    canvas.rect(210, 170, 220, 100, [244, 190, 198]);
    canvas.ellipse(320, 270, 110, 18, [244, 190, 198]);
    canvas.ellipse(320, 170, 110, 20, [250, 206, 212]);
    for x in (166..480).step_by(32) {
        canvas.ellipse(x, 290, 15, 20, [222, 112, 132]);
    }
    for x in [262, 301, 340, 379] {
        canvas.rect(x - 3, 112, 6, 54, [96, 150, 190]);
        canvas.ellipse(x, 102, 6, 11, [250, 190, 70]);
    }
    canvas
}

fn receipt() -> Canvas {
    let mut canvas = Canvas::new(WIDTH_PX, HEIGHT_PX, [60, 66, 82], [40, 44, 58]);
    canvas.round(190, 24, 260, 432, 18, [250, 250, 250]);
    canvas.ellipse(320, 92, 34, 34, [44, 160, 98]);
    canvas.line((304, 92), (316, 106), 7, [255, 255, 255]);
    canvas.line((316, 106), (340, 78), 7, [255, 255, 255]);
    canvas.round(246, 146, 148, 26, 6, [34, 38, 50]);
    for (row, width) in [(206, 150), (232, 180), (258, 120), (300, 170), (326, 96), (352, 160)] {
        canvas.round(214, row, width / 3, 10, 5, [190, 194, 204]);
        canvas.round(426 - width / 2, row, width / 2, 10, 5, [120, 126, 140]);
    }
    canvas.rect(214, 282, 212, 2, [224, 226, 232]);
    canvas.round(230, 396, 180, 34, 17, [44, 160, 98]);
    canvas
}

fn house() -> Canvas {
    let mut canvas = Canvas::new(WIDTH_PX, HEIGHT_PX, [136, 190, 232], [214, 232, 240]);
    canvas.rect(0, 392, 640, 88, [150, 150, 152]);
    canvas.rect(0, 384, 640, 12, [196, 192, 184]);
    canvas.rect(120, 170, 400, 216, [226, 154, 92]);
    canvas.rect(110, 156, 420, 20, [172, 96, 58]);
    canvas.rect(160, 214, 90, 76, [246, 244, 238]);
    canvas.shade(168, 222, 74, 60, [86, 116, 142], [128, 160, 180]);
    canvas.rect(390, 214, 90, 76, [246, 244, 238]);
    canvas.shade(398, 222, 74, 60, [86, 116, 142], [128, 160, 180]);
    canvas.rect(284, 250, 74, 136, [44, 92, 74]);
    canvas.ellipse(344, 322, 5, 5, [230, 200, 90]);
    canvas.ellipse(566, 300, 48, 70, [72, 126, 74]);
    canvas.rect(560, 350, 12, 40, [92, 66, 46]);
    canvas
}
