//! Chance, injected so that every run can be repeated.

use std::fmt;
use std::sync::{Mutex, PoisonError};

/// Chooses where in its range a delay lies.
pub trait Random: Send + Sync + 'static {
    /// A number in `0.0..1.0`, evenly spread.
    fn fraction(&self) -> f64;
}

/// A generator with a seed: it spreads retries, and protects nothing.
pub struct Seeded(Mutex<fastrand::Rng>);

impl Seeded {
    /// The same seed gives the same numbers.
    pub fn new(seed: u64) -> Self {
        Self(Mutex::new(fastrand::Rng::with_seed(seed)))
    }
}

impl Default for Seeded {
    /// A seed of its own for every client.
    fn default() -> Self {
        Self(Mutex::new(fastrand::Rng::new()))
    }
}

impl Random for Seeded {
    fn fraction(&self) -> f64 {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).f64()
    }
}

impl fmt::Debug for Seeded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Seeded(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fractions_are_spread_over_0_to_1_and_repeat_with_their_seed() {
        let draw = |random: Seeded| (0..1000).map(|_| random.fraction()).collect::<Vec<_>>();
        let (first, again) = (draw(Seeded::new(7)), draw(Seeded::new(7)));
        assert_eq!(first, again);
        assert!(first.iter().all(|f| (0.0..1.0).contains(f)));
        let mean = first.iter().sum::<f64>() / 1000.0;
        assert!((0.45..0.55).contains(&mean), "{mean}");
    }
}
