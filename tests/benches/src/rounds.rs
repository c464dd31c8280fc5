//! Times of several things, taken in turn, so that what else the machine does falls on all of them.

use std::fmt;
use std::time::Duration;

use cpu_time::ThreadTime;

/// What one contestant took in each round, in nanoseconds per run.
pub struct Times(pub Vec<f64>);

/// A ratio over the rounds.
#[derive(Clone, Copy, Debug)]
pub struct Ratio {
    /// The median of the rounds' ratios.
    pub median: f64,
    /// The tenth part of the rounds was below.
    pub low: f64,
    /// The tenth part of the rounds was above.
    pub high: f64,
}

impl fmt::Display for Ratio {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:.2} × ({:.2} to {:.2})", self.median, self.low, self.high)
    }
}

impl Times {
    /// The median.
    pub fn median(&self) -> f64 {
        quantile(self.0.clone(), 0.5)
    }

    /// How many times as long as `other`, round by round.
    pub fn over(&self, other: &Self) -> Ratio {
        let ratios: Vec<f64> = self.0.iter().zip(&other.0).map(|(a, b)| a / b).collect();
        Ratio {
            median: quantile(ratios.clone(), 0.5),
            low: quantile(ratios.clone(), 0.1),
            high: quantile(ratios, 0.9),
        }
    }
}

/// Runs each of `contestants` in turn, `rounds` times, each time for about `slice`.
pub fn interleave<const N: usize>(
    rounds: usize,
    slice: Duration,
    mut contestants: [&mut dyn FnMut(); N],
) -> [Times; N] {
    let runs: [u32; N] = std::array::from_fn(|i| {
        let mut runs = 1;
        // The first ones warm up caches and are not counted.
        while time(&mut *contestants[i], runs) < slice / 2 {
            runs *= 2;
        }
        runs
    });
    let mut times: [Times; N] = std::array::from_fn(|_| Times(Vec::with_capacity(rounds)));
    for _ in 0..rounds {
        for (i, contestant) in contestants.iter_mut().enumerate() {
            let took = time(&mut **contestant, runs[i]);
            times[i].0.push(took.as_nanos() as f64 / f64::from(runs[i]));
        }
    }
    times
}

/// CPU time of this thread: that of others on the same machine is not ours.
fn time(run: &mut dyn FnMut(), runs: u32) -> Duration {
    let begun = ThreadTime::now();
    (0..runs).for_each(|_| run());
    begun.elapsed()
}

fn quantile(mut values: Vec<f64>, at: f64) -> f64 {
    values.sort_by(f64::total_cmp);
    values[((values.len() - 1) as f64 * at).round() as usize]
}
