//! The table: what was measured, what it should be, and whether it is.

use crate::times::Times;

#[derive(Clone, Debug)]
pub enum Goal {
    /// Against the floor.
    Times {
        p50: f64,
        p95: f64,
    },
    P50Ms(f64),
    P95Ms(f64),
    P99Ms(f64),
    /// A figure of its own: the least or the most that it may be.
    AtLeast(f64),
    AtMost(f64),
    /// Shown to compare, without a goal.
    #[cfg_attr(not(feature = "commands"), allow(dead_code))]
    None,
}

#[derive(Clone, Debug)]
pub struct Line {
    pub work: String,
    pub product: Times,
    pub floor: Option<Times>,
    /// Instead of times: a figure and its unit.
    pub figure: Option<(f64, &'static str)>,
    pub goal: Goal,
}

impl Line {
    pub fn times(work: impl Into<String>, product: Times, floor: Option<Times>, goal: Goal) -> Self {
        Self { work: work.into(), product, floor, figure: None, goal }
    }

    pub fn figure(work: impl Into<String>, figure: f64, unit: &'static str, goal: Goal) -> Self {
        Self { work: work.into(), product: Times::default(), floor: None, figure: Some((figure, unit)), goal }
    }

    fn ratio(&self, of_100: f64) -> Option<f64> {
        self.floor.as_ref().map(|floor| self.product.percentile(of_100) / floor.percentile(of_100))
    }

    /// `None`: there is no goal.
    pub fn is_met(&self) -> Option<bool> {
        let figure = self.figure.map_or(f64::NAN, |figure| figure.0);
        match self.goal {
            Goal::None => None,
            Goal::Times { p50, p95 } => Some(
                self.ratio(50.0).is_some_and(|ratio| ratio <= p50)
                    && self.ratio(95.0).is_some_and(|ratio| ratio <= p95),
            ),
            Goal::P50Ms(most) => Some(self.product.percentile(50.0) <= most),
            Goal::P95Ms(most) => Some(self.product.percentile(95.0) <= most),
            Goal::P99Ms(most) => Some(self.product.percentile(99.0) <= most),
            Goal::AtLeast(least) => Some(figure >= least),
            Goal::AtMost(most) => Some(figure <= most),
        }
    }

    fn cells(&self) -> [String; 6] {
        let three = |times: &Times| {
            let at = |of_100| format!("{:.2}", times.percentile(of_100));
            format!("{} / {} / {}", at(50.0), at(95.0), at(99.0))
        };
        let figure = match self.figure {
            Some((figure, unit)) if figure >= 100.0 => format!("{figure:.0} {unit}"),
            Some((figure, unit)) => format!("{figure:.2} {unit}"),
            None => three(&self.product),
        };
        let ratio = match (self.ratio(50.0), self.ratio(95.0)) {
            (Some(p50), Some(p95)) => format!("{p50:.2}× / {p95:.2}×"),
            _ => String::new(),
        };
        let goal = match self.goal {
            Goal::Times { p50, p95 } => format!("≤ {p50}× / {p95}×"),
            Goal::P50Ms(most) => format!("p50 ≤ {most} ms"),
            Goal::P95Ms(most) => format!("p95 ≤ {most} ms"),
            Goal::P99Ms(most) => format!("p99 ≤ {most} ms"),
            Goal::AtLeast(least) => format!("≥ {least}"),
            Goal::AtMost(most) => format!("≤ {most}"),
            Goal::None => String::new(),
        };
        let verdict = match self.is_met() {
            Some(true) => "OK",
            Some(false) => "MISS",
            None => "",
        };
        let floor = self.floor.as_ref().map(three).unwrap_or_default();
        [self.work.clone(), figure, floor, ratio, goal, verdict.to_owned()]
    }
}

const HEAD: [&str; 6] = ["work", "p50 / p95 / p99 ms, or figure", "floor", "ratio p50 / p95", "goal", "verdict"];

/// A Markdown table, as docs/performance.md shows it.
pub fn table(lines: &[Line]) -> String {
    let mut rows = vec![HEAD.map(str::to_owned)];
    rows.extend(lines.iter().map(Line::cells));
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..HEAD.len()).map(width).collect();
    let mut text = String::new();
    for (at, row) in rows.iter().enumerate() {
        for (cell, width) in row.iter().zip(&widths) {
            text.push_str(&format!("| {cell}{} ", " ".repeat(width - cell.chars().count())));
        }
        text.push_str("|\n");
        if at == 0 {
            for width in &widths {
                text.push_str(&format!("|{}", "-".repeat(width + 2)));
            }
            text.push_str("|\n");
        }
    }
    text
}

pub fn summary(lines: &[Line]) -> String {
    let with_goal = lines.iter().filter(|line| line.is_met().is_some()).count();
    let missed = lines.iter().filter(|line| line.is_met() == Some(false)).count();
    format!("bench: {} of {with_goal} goals met, {missed} missed", with_goal - missed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::{Duration, Instant};

    fn all(ms: u64) -> Times {
        let mut times = Times::default();
        times.since(Instant::now() - Duration::from_millis(ms));
        times
    }

    #[test]
    fn a_goal_that_is_not_reached_is_a_miss_and_is_counted() {
        let goal = Goal::Times { p50: 2.0, p95: 3.0 };
        let lines = [
            Line::times("fast", all(100), Some(all(90)), goal.clone()),
            Line::times("slow", all(300), Some(all(90)), goal),
            Line::times("shown", all(300), None, Goal::None),
            Line::figure("few", 2_000.0, "messages/s", Goal::AtLeast(3_000.0)),
        ];
        let met: Vec<_> = lines.iter().map(Line::is_met).collect();
        assert_eq!(met, [Some(true), Some(false), None, Some(false)]);
        assert_eq!(summary(&lines), "bench: 1 of 3 goals met, 2 missed");
        assert!(table(&lines).contains("MISS"), "the table says it too");
    }
}
