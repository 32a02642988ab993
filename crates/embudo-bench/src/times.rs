//! Samples, and what is said of them.

use std::time::Instant;

#[derive(Clone, Debug, Default)]
pub struct Times(Vec<f64>);

impl Times {
    pub fn since(&mut self, start: Instant) {
        self.between(start, Instant::now());
    }

    pub fn between(&mut self, start: Instant, end: Instant) {
        self.0.push((end - start).as_secs_f64() * 1000.0);
    }

    pub fn extend(&mut self, other: Times) {
        self.0.extend(other.0);
    }

    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Milliseconds: the value below which so many of a hundred samples lie.
    pub fn percentile(&self, of_100: f64) -> f64 {
        let mut sorted = self.0.clone();
        sorted.sort_by(f64::total_cmp);
        let at = ((sorted.len() as f64 * of_100 / 100.0).ceil() as usize).clamp(1, sorted.len().max(1)) - 1;
        sorted.get(at).copied().unwrap_or(f64::NAN)
    }
}

/// Who begins: one time the product, one time the floor, so that neither always finds what the
/// other has just read.
pub fn product_first(at: usize) -> bool {
    at.is_multiple_of(2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_percentile_is_a_sample() {
        let times = Times((1..=200).map(f64::from).collect());
        assert_eq!(times.percentile(50.0), 100.0, "half of them are not larger");
        assert_eq!(times.percentile(99.0), 198.0);
        assert_eq!(times.percentile(100.0), 200.0, "the largest");
        assert!(Times::default().percentile(50.0).is_nan(), "nothing was measured");
    }
}
