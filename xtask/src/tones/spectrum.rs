//! How like two sounds are: the highest correlation over every shift of one against the other,
//! of 1 for the same. By way of their spectra, which a second of sound makes quick.

/// Every fourth sample is enough to tell tones apart, and sixteen times quicker.
const KEEP: usize = 4;
const SIZE: usize = 1 << 17;

pub struct Spectrum {
    parts: Vec<(f64, f64)>,
    energy: f64,
}

impl Spectrum {
    pub fn of(samples: &[i16]) -> Self {
        let mean = |four: &[i16]| four.iter().map(|sample| f64::from(*sample)).sum::<f64>() / four.len() as f64;
        let mut parts: Vec<(f64, f64)> = samples.chunks(KEEP).map(|four| (mean(four), 0.0)).collect();
        assert!(parts.len() * 2 <= SIZE, "a shift must not come round to the other end");
        let energy = parts.iter().map(|(real, _)| real * real).sum();
        parts.resize(SIZE, (0.0, 0.0));
        transform(&mut parts);
        Self { parts, energy }
    }
}

pub fn likeness(one: &Spectrum, other: &Spectrum) -> f64 {
    let conjugate_product = |((a, b), (c, d)): (&(f64, f64), &(f64, f64))| (a * c + b * d, b * c - a * d);
    let mut parts: Vec<(f64, f64)> = one.parts.iter().zip(&other.parts).map(conjugate_product).collect();
    // A second forward transform is the inverse, turned round.
    transform(&mut parts);
    let highest = parts.iter().map(|(real, _)| real.abs()).fold(0.0, f64::max) / SIZE as f64;
    highest / (one.energy * other.energy).sqrt()
}

/// Fast Fourier transform, in place.
fn transform(parts: &mut [(f64, f64)]) {
    let bits = parts.len().trailing_zeros();
    for at in 0..parts.len() {
        let to = at.reverse_bits() >> (usize::BITS - bits);
        if at < to {
            parts.swap(at, to);
        }
    }
    let mut half = 1;
    while half < parts.len() {
        let angle = -std::f64::consts::PI / half as f64;
        let turns: Vec<(f64, f64)> = (0..half).map(|k| (angle * k as f64).sin_cos()).collect();
        for block in parts.chunks_mut(half * 2) {
            let (low, high) = block.split_at_mut(half);
            for ((a, b), (sin, cos)) in low.iter_mut().zip(high).zip(&turns) {
                let turned = (b.0 * cos - b.1 * sin, b.0 * sin + b.1 * cos);
                (*a, *b) = ((a.0 + turned.0, a.1 + turned.1), (a.0 - turned.0, a.1 - turned.1));
            }
        }
        half *= 2;
    }
}
