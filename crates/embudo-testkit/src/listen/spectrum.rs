//! How like two sounds are, at every shift of one against the other. By way of their spectra,
//! which a second of sound makes quick. `xtask` includes this file for the tests of the tones.

/// Every fourth sample is enough to tell tones apart, and sixteen times quicker.
pub const KEEP: usize = 4;

/// The highest correlation over every shift of one against the other, of 1 for the same.
pub fn likeness(one: &[i16], other: &[i16]) -> f64 {
    let (one, other) = (thinned(one), thinned(other));
    let energy = |sound: &[f64]| sound.iter().map(|sample| sample * sample).sum::<f64>();
    let energies = energy(&one) * energy(&other);
    correlations(&one, &other).into_iter().map(f64::abs).fold(0.0, f64::max) / energies.sqrt()
}

/// The mean of each [`KEEP`] samples.
pub fn thinned(samples: &[i16]) -> Vec<f64> {
    let mean = |some: &[i16]| some.iter().map(|sample| f64::from(*sample)).sum::<f64>() / some.len() as f64;
    samples.chunks(KEEP).map(mean).collect()
}

/// Of `one`, shifted to begin at each place of `other`. Shifts to before its beginning come last,
/// counted from the end.
pub fn correlations(one: &[f64], other: &[f64]) -> Vec<f64> {
    // Room for every shift, so that none comes round to the other end.
    let size = (one.len() + other.len()).next_power_of_two();
    let [one, other] = [one, other].map(|sound| {
        let mut parts: Vec<(f64, f64)> = sound.iter().map(|sample| (*sample, 0.0)).collect();
        parts.resize(size, (0.0, 0.0));
        transform(&mut parts);
        parts
    });
    // A second forward transform is the inverse, turned round.
    let conjugate_product = |((a, b), (c, d)): (&(f64, f64), &(f64, f64))| (a * c + b * d, b * c - a * d);
    let mut parts: Vec<(f64, f64)> = one.iter().zip(&other).map(conjugate_product).collect();
    transform(&mut parts);
    parts.iter().map(|(real, _)| real / size as f64).collect()
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
