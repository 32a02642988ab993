//! A few shapes on a picture.

use image::{Rgb, RgbImage};

pub(super) type Colour = [u8; 3];

pub(super) struct Canvas(pub RgbImage);

impl Canvas {
    /// From `top` to `bottom`, as light falls in a room.
    pub fn new(width_px: u32, height_px: u32, top: Colour, bottom: Colour) -> Self {
        let mut canvas = Self(RgbImage::new(width_px, height_px));
        canvas.shade(0, 0, width_px as i32, height_px as i32, top, bottom);
        canvas
    }

    fn put(&mut self, x: i32, y: i32, colour: Colour) {
        if x >= 0 && y >= 0 && (x as u32) < self.0.width() && (y as u32) < self.0.height() {
            self.0.put_pixel(x as u32, y as u32, Rgb(colour));
        }
    }

    pub fn shade(&mut self, left: i32, top: i32, width: i32, height: i32, from: Colour, to: Colour) {
        for y in 0..height {
            let mix = |channel: usize| {
                let (a, b) = (i32::from(from[channel]), i32::from(to[channel]));
                (a + (b - a) * y / height.max(1)) as u8
            };
            let colour = [mix(0), mix(1), mix(2)];
            for x in 0..width {
                self.put(left + x, top + y, colour);
            }
        }
    }

    pub fn rect(&mut self, left: i32, top: i32, width: i32, height: i32, colour: Colour) {
        self.shade(left, top, width, height, colour, colour);
    }

    /// A rectangle whose corners are rounded by `radius`.
    pub fn round(&mut self, left: i32, top: i32, width: i32, height: i32, radius: i32, colour: Colour) {
        for y in 0..height {
            for x in 0..width {
                let dx = (radius - x).max(x - (width - 1 - radius)).max(0);
                let dy = (radius - y).max(y - (height - 1 - radius)).max(0);
                if dx * dx + dy * dy <= radius * radius {
                    self.put(left + x, top + y, colour);
                }
            }
        }
    }

    pub fn ellipse(&mut self, centre_x: i32, centre_y: i32, radius_x: i32, radius_y: i32, colour: Colour) {
        for y in -radius_y..=radius_y {
            for x in -radius_x..=radius_x {
                let inside = i64::from(x * x) * i64::from(radius_y * radius_y)
                    + i64::from(y * y) * i64::from(radius_x * radius_x)
                    <= i64::from(radius_x * radius_x) * i64::from(radius_y * radius_y);
                if inside {
                    self.put(centre_x + x, centre_y + y, colour);
                }
            }
        }
    }

    /// A four-sided shape with level top and bottom.
    pub fn trapezium(&mut self, top: (i32, i32, i32), bottom: (i32, i32, i32), colour: Colour) {
        let ((y0, left0, right0), (y1, left1, right1)) = (top, bottom);
        for y in y0..y1 {
            let at = |a: i32, b: i32| a + (b - a) * (y - y0) / (y1 - y0).max(1);
            for x in at(left0, left1)..at(right0, right1) {
                self.put(x, y, colour);
            }
        }
    }

    pub fn line(&mut self, from: (i32, i32), to: (i32, i32), thick: i32, colour: Colour) {
        let steps = (to.0 - from.0).abs().max((to.1 - from.1).abs()).max(1);
        for step in 0..=steps {
            let x = from.0 + (to.0 - from.0) * step / steps;
            let y = from.1 + (to.1 - from.1) * step / steps;
            self.rect(x - thick / 2, y - thick / 2, thick, thick, colour);
        }
    }
}
