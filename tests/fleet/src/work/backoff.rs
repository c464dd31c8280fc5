//! How long a job that failed is put off.

use std::time::Duration;

/// Longest pause between two attempts at a listing.
const MAX: Duration = Duration::from_secs(600);

/// Twice as long after each attempt: the client has already waited between its own retries, so a
/// failure that comes through is not over in seconds.
pub fn pause(first: Duration, attempts: i64) -> Duration {
    let doublings = u32::try_from(attempts.saturating_sub(1).clamp(0, 16)).unwrap_or(0);
    first.saturating_mul(1 << doublings).min(MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_and_end_at_ten_minutes() {
        let first = Duration::from_secs(10);
        let pauses: Vec<u64> = [0, 1, 2, 3, 40].map(|n| pause(first, n).as_secs()).into();
        assert_eq!(pauses, [10, 10, 20, 40, 600]);
        assert_eq!(pause(Duration::ZERO, 5), Duration::ZERO);
    }
}
