//! How like two sounds are: the highest correlation over every shift of one against the other,
//! of 1 for the same. By way of their spectra, which a second of sound makes quick.

/// Every fourth sample is enough to tell tones apart, and sixteen times quicker.
const KEEP: usize = 4;

pub fn likeness(one: &[i16], other: &[i16]) -> f64 {
    let (mut one, mut other) = (thinned(one), thinned(other));
    // Room for every shift, so that none comes round to the other end.
    let size = (one.len() + other.len()).next_power_of_two();
    let energy = |parts: &[(f64, f64)]| parts.iter().map(|(real, _)| real * real).sum::<f64>();
    let energies = energy(&one) * energy(&other);
    for parts in [&mut one, &mut other] {
        parts.resize(size, (0.0, 0.0));
        transform(parts);
    }
    let conjugate_product = |((a, b), (c, d)): (&(f64, f64), &(f64, f64))| (a * c + b * d, b * c - a * d);
    let mut parts: Vec<(f64, f64)> = one.iter().zip(&other).map(conjugate_product).collect();
    // A second forward transform is the inverse, turned round.
    transform(&mut parts);
    let highest = parts.iter().map(|(real, _)| real.abs()).fold(0.0, f64::max) / size as f64;
    highest / energies.sqrt()
}

fn thinned(samples: &[i16]) -> Vec<(f64, f64)> {
    let mean = |some: &[i16]| some.iter().map(|sample| f64::from(*sample)).sum::<f64>() / some.len() as f64;
    samples.chunks(KEEP).map(|some| (mean(some), 0.0)).collect()
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
