//! The icon's pictures: ours, with a dot while chats are unread and grey while all is muted.

use image::imageops::FilterType;
use image::{Rgba, RgbaImage};

/// Drawn from the icon in its own colours: a tray says nothing of whether it is light or dark,
/// and these are seen on both.
const SOURCE: &[u8] = include_bytes!("../../../../icons/128x128.png");
/// The dot's colour (`--red` of the light theme), and what keeps it apart from the icon.
const DOT: [u8; 3] = [0xd6, 0x2b, 0x2b];
const RIM: [u8; 3] = [0xff, 0xff, 0xff];

/// Rows from above, four bytes a pixel: red, green, blue, alpha.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrayIcon {
    pub size: u32,
    pub rgba: Vec<u8>,
}

impl TrayIcon {
    /// As StatusNotifierItem has it: alpha first.
    pub fn argb(&self) -> Vec<u8> {
        self.rgba.as_chunks::<4>().0.iter().flat_map(|[r, g, b, a]| [*a, *r, *g, *b]).collect()
    }
}

/// `size`: 16 to 128 pixels.
pub fn tray_icon(size: u32, has_unread: bool, is_muted: bool) -> TrayIcon {
    let size = size.clamp(16, 128);
    let source = image::load_from_memory_with_format(SOURCE, image::ImageFormat::Png);
    // The file is part of the program; a test reads it.
    let source = source.map_or_else(|_| RgbaImage::from_pixel(128, 128, Rgba([0, 0, 0, 255])), |icon| icon.to_rgba8());
    let mut icon = image::imageops::resize(&source, size, size, FilterType::Lanczos3);
    if is_muted {
        icon.pixels_mut().for_each(|pixel| pixel.0 = greyed(pixel.0));
    }
    if has_unread {
        dot(&mut icon);
    }
    TrayIcon { size, rgba: icon.into_raw() }
}

/// The dot alone: what Windows lays over the taskbar's icon.
pub fn unread_dot(size: u32) -> TrayIcon {
    let size = size.clamp(16, 128);
    let mut icon = RgbaImage::new(size, size);
    let (middle, radius) = (size as f32 / 2.0, size as f32 * 0.45);
    circle(&mut icon, (middle, middle), radius, RIM);
    circle(&mut icon, (middle, middle), radius * 0.85, DOT);
    TrayIcon { size, rgba: icon.into_raw() }
}

fn greyed([r, g, b, a]: [u8; 4]) -> [u8; 4] {
    // Rec. 709's weights, in 256ths.
    let light = ((54 * u32::from(r) + 183 * u32::from(g) + 19 * u32::from(b)) / 256) as u8;
    [light, light, light, a]
}

/// In the upper right corner, a little under half of the icon's width.
fn dot(icon: &mut RgbaImage) {
    let size = icon.width() as f32;
    let radius = size * 0.22;
    let rim = radius + (size * 0.06).max(1.0);
    let middle = (size - rim, rim);
    circle(icon, middle, rim, RIM);
    circle(icon, middle, radius, DOT);
}

fn circle(icon: &mut RgbaImage, (x, y): (f32, f32), radius: f32, colour: [u8; 3]) {
    for (column, row, pixel) in icon.enumerate_pixels_mut() {
        let away = (column as f32 + 0.5 - x).hypot(row as f32 + 0.5 - y);
        pixel.0 = over(pixel.0, colour, covered(away, radius));
    }
}

/// How much of a pixel a circle covers, at its edge a part.
fn covered(away: f32, radius: f32) -> f32 {
    (radius - away + 0.5).clamp(0.0, 1.0)
}

fn over([r, g, b, a]: [u8; 4], [dr, dg, db]: [u8; 3], share: f32) -> [u8; 4] {
    if share <= 0.0 {
        return [r, g, b, a];
    }
    let below = f32::from(a) / 255.0 * (1.0 - share);
    let alpha = share + below;
    let mix = |above: u8, under: u8| ((f32::from(above) * share + f32::from(under) * below) / alpha).round() as u8;
    [mix(dr, r), mix(dg, g), mix(db, b), (alpha * 255.0).round() as u8]
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIZES: [u32; 5] = [16, 22, 24, 32, 48];

    fn pixel(icon: &TrayIcon, x: u32, y: u32) -> [u8; 4] {
        let at = ((y * icon.size + x) * 4) as usize;
        icon.rgba[at..at + 4].try_into().expect("four bytes")
    }

    #[test]
    fn unread_is_a_red_dot_in_the_corner_and_nothing_elsewhere() {
        for size in SIZES {
            let (plain, unread) = (tray_icon(size, false, false), tray_icon(size, true, false));
            assert_eq!(plain.rgba.len(), (size * size * 4) as usize);
            let [r, g, b, a] = pixel(&unread, size * 3 / 4, size / 4);
            assert!(r > 180 && g < 90 && b < 90 && a == 255, "{size}: {:?}", (r, g, b, a));
            for y in size * 2 / 3..size {
                for x in 0..size / 3 {
                    assert_eq!(pixel(&plain, x, y), pixel(&unread, x, y), "{size}: {x},{y}");
                }
            }
        }
    }

    #[test]
    fn muted_has_no_colour_and_the_same_shape() {
        let (plain, muted) = (tray_icon(32, false, false), tray_icon(32, false, true));
        let has_colour =
            |icon: &TrayIcon| icon.rgba.as_chunks::<4>().0.iter().any(|[r, g, b, a]| *a > 0 && (r != g || g != b));
        assert!(has_colour(&plain) && !has_colour(&muted));
        let shape = |icon: &TrayIcon| icon.rgba.as_chunks::<4>().0.iter().map(|pixel| pixel[3]).collect::<Vec<_>>();
        assert_eq!(shape(&plain), shape(&muted));
        assert!(shape(&plain).iter().any(|alpha| *alpha > 200), "the picture was read");
        assert!(has_colour(&tray_icon(32, true, true)), "what is unread is said also while muted");
    }

    #[test]
    fn alpha_comes_first_on_the_bus() {
        let icon = TrayIcon { size: 1, rgba: vec![1, 2, 3, 4, 5, 6, 7, 8] };
        assert_eq!(icon.argb(), [4, 1, 2, 3, 8, 5, 6, 7]);
    }
}
