//! Welch's t-test over samples cropped at many levels.

use crate::measure::Sample;

/// Levels of cropping, as in dudect. Interrupts and other programs make a long tail that hides small differences.
const CROPS: i32 = 100;
/// Fewer samples in a class than this say nothing.
const ENOUGH: f64 = 5_000.0;

/// The outcome for a pair.
#[derive(Clone, Copy)]
pub(crate) struct Outcome {
    /// The largest |t| of all levels of cropping.
    pub(crate) t: f64,
    /// Median of each class in nanoseconds.
    pub(crate) medians: [f64; 2],
}

/// Compares the two classes at every level of cropping.
///
/// The levels are learnt from the first tenth of the samples, which is then left out.
pub(crate) fn largest_t(samples: &[Sample]) -> Outcome {
    let (first, rest) = samples.split_at(samples.len() / 10);
    let sorted = sorted(first.iter());
    let crops = (1..=CROPS).map(|level| {
        let share = 1.0 - 0.5_f64.powf(10.0 * f64::from(level) / f64::from(CROPS));
        quantile(&sorted, share)
    });
    let t = crops
        .chain([f64::INFINITY])
        .map(|limit| welch_t(rest, limit))
        .fold(0.0, f64::max);
    let median = |second| {
        quantile(
            &self::sorted(rest.iter().filter(|sample| sample.second == second)),
            0.5,
        )
    };
    Outcome {
        t,
        medians: [median(false), median(true)],
    }
}

/// |t| of the samples up to `limit`.
fn welch_t(samples: &[Sample], limit: f64) -> f64 {
    let mut classes = [Moments::default(), Moments::default()];
    for sample in samples.iter().filter(|sample| sample.nanoseconds <= limit) {
        classes[usize::from(sample.second)].push(sample.nanoseconds);
    }
    let [one, other] = classes;
    let error = (one.squared_error() + other.squared_error()).sqrt();
    let comparable = one.count >= ENOUGH && other.count >= ENOUGH && error > 0.0;
    if comparable {
        (one.mean - other.mean).abs() / error
    } else {
        0.0
    }
}

/// Mean and variance in one pass (Welford 1962).
#[derive(Default)]
struct Moments {
    count: f64,
    mean: f64,
    squares: f64,
}

impl Moments {
    fn push(&mut self, value: f64) {
        self.count += 1.0;
        let delta = value - self.mean;
        self.mean += delta / self.count;
        self.squares += delta * (value - self.mean);
    }

    /// The squared standard error of the mean.
    fn squared_error(&self) -> f64 {
        self.squares / (self.count - 1.0) / self.count
    }
}

fn sorted<'a>(samples: impl Iterator<Item = &'a Sample>) -> Vec<f64> {
    let mut times: Vec<f64> = samples.map(|sample| sample.nanoseconds).collect();
    times.sort_by(f64::total_cmp);
    times
}

fn quantile(sorted: &[f64], share: f64) -> f64 {
    let index = (share * sorted.len() as f64) as usize;
    sorted
        .get(index)
        .or(sorted.last())
        .copied()
        .unwrap_or(f64::NAN)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Times that repeat 100, 101 … 109 ns; those of the second class `shift` later, and each 50th far later.
    fn samples(shift: f64) -> Vec<Sample> {
        let sample = |n: u32| {
            let second = n.is_multiple_of(3);
            let outlier = if n.is_multiple_of(50) { 1e6 } else { 0.0 };
            let shift = if second { shift } else { 0.0 };
            Sample {
                second,
                nanoseconds: 100.0 + f64::from(n % 10) + shift + outlier,
            }
        };
        (0..60_000).map(sample).collect()
    }

    #[test]
    fn the_same_times_are_no_leak_and_a_small_shift_is_one() {
        assert!(largest_t(&samples(0.0)).t < 4.5);
        assert!(largest_t(&samples(0.3)).t > 4.5);
        assert_eq!(largest_t(&samples(2.0)).medians, [105.0, 107.0]);
    }

    #[test]
    fn t_is_as_computed_elsewhere() {
        let samples: Vec<Sample> = (0..20_000_u32)
            .map(|n| Sample {
                second: n.is_multiple_of(2),
                nanoseconds: f64::from(n % 2 + n % 5),
            })
            .collect();
        // Both classes have the times 0 … 4 equally often, the first one 1 ns later: t = 1 / √(2 · 2.0002 / 10 000).
        assert!((welch_t(&samples, f64::INFINITY) - 49.997_5).abs() < 0.001);
    }
}
