//! Faster without a higher voice: pieces of the sound are laid over each other at the place
//! where they fit best (WSOLA).

/// 30 ms at 24 kHz: a few periods of the deepest voice.
const PIECE: usize = 720;
const HOP: usize = PIECE / 2;
/// How far a piece may be moved to fit.
const REACH: usize = 160;

/// `rate` 1 gives the samples back.
pub fn faster(samples: &[f32], rate: f32) -> Vec<f32> {
    if (rate - 1.0).abs() < 0.01 || samples.len() < PIECE + REACH * 2 {
        return samples.to_vec();
    }
    let wanted = (samples.len() as f32 / rate) as usize;
    let mut out = vec![0.0; wanted + PIECE];
    // What would follow the last piece by nature: the next one should look like it.
    let mut natural = 0;
    let mut at_out = 0;
    while at_out < wanted {
        let ideal = (at_out as f32 * rate) as usize;
        let from = if at_out == 0 { 0 } else { best(samples, ideal, natural) };
        let Some(piece) = samples.get(from..from + PIECE) else { break };
        for (place, sample) in piece.iter().enumerate() {
            out[at_out + place] += sample * window(place, at_out == 0);
        }
        natural = from + HOP;
        at_out += HOP;
    }
    out.truncate(wanted.min(at_out + HOP));
    out
}

/// Rises and falls so that two neighbours always add up to one.
fn window(place: usize, first: bool) -> f32 {
    let rising = place < HOP;
    if first && rising {
        return 1.0;
    }
    let part = if rising { place } else { PIECE - place } as f32 / HOP as f32;
    part.clamp(0.0, 1.0)
}

/// The place near `ideal` whose beginning is most like the natural continuation.
fn best(samples: &[f32], ideal: usize, natural: usize) -> usize {
    let last = samples.len().saturating_sub(PIECE);
    let Some(pattern) = samples.get(natural..natural + HOP) else { return ideal.min(last) };
    let likeness = |from: usize| -> f32 {
        let Some(piece) = samples.get(from..from + HOP) else { return f32::MIN };
        // Every fourth sample tells enough.
        pattern.iter().zip(piece).step_by(4).map(|(a, b)| a * b).sum()
    };
    let (low, high) = (ideal.saturating_sub(REACH), (ideal + REACH).min(last));
    (low..=high.max(low))
        .step_by(4)
        .map(|from| (from, likeness(from)))
        .max_by(|a, b| a.1.total_cmp(&b.1))
        .map_or(ideal.min(last), |(from, _)| from)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tone(len: usize) -> Vec<f32> {
        (0..len).map(|n| (n as f32 * 220.0 * std::f32::consts::TAU / 24_000.0).sin()).collect()
    }

    /// How often the sound crosses nought, per sample: its pitch.
    fn crossings(samples: &[f32]) -> f32 {
        samples.windows(2).filter(|pair| pair[0] <= 0.0 && pair[1] > 0.0).count() as f32 / samples.len() as f32
    }

    #[test]
    fn twice_as_fast_is_half_as_long_at_the_same_pitch() {
        let sound = tone(48_000);
        for rate in [1.5, 2.0] {
            let faster = faster(&sound, rate);
            let expected = 48_000.0 / rate;
            assert!((faster.len() as f32 - expected).abs() < 800.0, "{rate}: {} samples", faster.len());
            let ratio = crossings(&faster) / crossings(&sound);
            assert!((0.93..1.07).contains(&ratio), "{rate}: the voice is {ratio} times as high");
            assert!(faster.iter().all(|sample| sample.abs() < 1.2), "{rate}: nothing adds up to a crack");
        }
    }

    #[test]
    fn short_sounds_and_rate_one_stay_as_they_are() {
        let sound = tone(500);
        assert_eq!(faster(&sound, 2.0), sound, "too short to cut");
        assert_eq!(faster(&tone(5_000), 1.0).len(), 5_000);
    }
}
