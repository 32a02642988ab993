//! Sines, how they fade, and the file.

pub const HZ: u32 = 44_100;
/// 80 dB down: nobody hears it end.
const FADED: f64 = 1e-4;
const LN_2: f64 = std::f64::consts::LN_2;

/// A sine that begins at once or softly, may glide, and fades by halves.
#[derive(Clone, Copy)]
pub struct Note {
    pub at_s: f64,
    pub from_hz: f64,
    pub to_hz: f64,
    /// How long the glide takes; the note goes on until it has faded.
    pub glide_s: f64,
    pub attack_s: f64,
    pub half_s: f64,
    pub level: f64,
}

/// Of `turns` full turns. Exact to 1e-9, which is far below what 16 bits hold.
fn sine(turns: f64) -> f64 {
    let part = turns - (turns + 0.5).floor();
    // Into the quarter around zero: sin(π - x) = sin x.
    let quarter = if part > 0.25 {
        0.5 - part
    } else if part < -0.25 {
        -0.5 - part
    } else {
        part
    };
    let x = quarter * std::f64::consts::TAU;
    let square = x * x;
    let mut term = x;
    let mut sum = x;
    for divisor in [6.0, 20.0, 42.0, 72.0, 110.0, 156.0, 210.0] {
        term = -term * square / divisor;
        sum += term;
    }
    sum
}

pub fn mix(notes: &[Note], seconds: f64) -> Vec<f64> {
    let hz = f64::from(HZ);
    let mut sound = vec![0.0; (seconds * hz) as usize];
    for note in notes {
        let start = (note.at_s * hz) as usize;
        let fade = 1.0 - LN_2 / (note.half_s * hz);
        let (mut turns, mut level) = (0.0, note.level);
        for (index, sample) in sound.iter_mut().skip(start).enumerate() {
            if level < FADED {
                break;
            }
            let age_s = index as f64 / hz;
            let attack = (age_s / note.attack_s).min(1.0);
            *sample += level * attack * sine(turns);
            let glide = (age_s / note.glide_s).min(1.0);
            turns += (note.from_hz + (note.to_hz - note.from_hz) * glide) / hz;
            turns -= turns.floor();
            if attack >= 1.0 {
                level *= fade;
            }
        }
    }
    sound
}

/// Silent ends, and the loudest 200 ms at `level` (root mean square, of full scale).
pub fn master(mut sound: Vec<f64>, level: f64) -> Vec<i16> {
    let hz = f64::from(HZ);
    let (rise, fall) = ((0.002 * hz) as usize, (0.030 * hz) as usize);
    let count = sound.len();
    for (index, sample) in sound.iter_mut().enumerate() {
        let begin = (index as f64 / rise as f64).min(1.0);
        let end = ((count - 1 - index) as f64 / fall as f64).min(1.0);
        *sample *= begin * end;
    }
    let window = (HZ / 5) as usize;
    let squares = |part: &[f64]| part.iter().map(|sample| sample * sample).sum::<f64>();
    let starts = (0..=count.saturating_sub(window)).step_by((HZ / 100) as usize);
    let loudest = starts.map(|at| squares(&sound[at..(at + window).min(count)])).fold(0.0, f64::max);
    let gain = level / (loudest / window as f64).sqrt();
    sound.iter().map(|sample| (sample * gain * 32_767.0).round().clamp(-32_767.0, 32_767.0) as i16).collect()
}

pub fn wav(samples: &[i16]) -> Vec<u8> {
    let bytes = samples.len() as u32 * 2;
    let mut file = Vec::with_capacity(44 + bytes as usize);
    file.extend(b"RIFF");
    file.extend((36 + bytes).to_le_bytes());
    file.extend(b"WAVEfmt ");
    file.extend(16_u32.to_le_bytes());
    // PCM, mono.
    file.extend(1_u16.to_le_bytes());
    file.extend(1_u16.to_le_bytes());
    file.extend(HZ.to_le_bytes());
    file.extend((HZ * 2).to_le_bytes());
    file.extend(2_u16.to_le_bytes());
    file.extend(16_u16.to_le_bytes());
    file.extend(b"data");
    file.extend(bytes.to_le_bytes());
    file.extend(samples.iter().flat_map(|sample| sample.to_le_bytes()));
    file
}
