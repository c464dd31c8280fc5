//! Keeps count of requests and attempts, and says which faults they meet.

use std::collections::{HashMap, HashSet};

use crate::{
    cursor::{Listing, Place, Turn},
    error::Error,
    fault::{Fault, FaultKind, PageNumber, When},
    records::mixed,
};

/// One fault, or one of several drawn at random.
#[derive(Clone, Debug)]
pub(crate) enum Rule {
    One(Fault),
    AnyOf { probability: f64, seed: u64, kinds: Vec<FaultKind> },
}

impl Rule {
    pub(crate) fn check(&self) -> Result<(), Error> {
        let probability = match self {
            Self::AnyOf { probability, .. } => probability,
            Self::One(fault) => match &fault.when {
                When::Chance { probability, .. } => probability,
                _ => return Ok(()),
            },
        };
        if (0.0..=1.0).contains(probability) {
            return Ok(());
        }
        Err(Error::setting("a probability must be from 0 to 1"))
    }
}

/// What is known of a listing request on arrival.
#[derive(Clone, Debug)]
pub(crate) struct Target {
    pub(crate) listing: Listing,
    pub(crate) place: Place,
    pub(crate) is_last: bool,
}

#[derive(Debug, Default)]
pub(crate) struct FaultBook {
    rules: Vec<(u64, Rule)>,
    rules_ever: u64,
    requests: u64,
    attempts: HashMap<(Listing, u64), u64>,
    loops: HashMap<(Listing, u64), u64>,
    frozen: HashSet<(Listing, u64)>,
}

/// What a request's number and attempt are, and what it meets.
#[derive(Debug)]
pub(crate) struct Met {
    pub(crate) number: u64,
    pub(crate) attempt: Option<u64>,
    pub(crate) kinds: Vec<FaultKind>,
}

impl FaultBook {
    pub(crate) fn add(&mut self, rule: Rule) {
        self.rules.push((self.rules_ever, rule));
        self.rules_ever += 1;
    }

    /// Takes all faults off, also those that last.
    pub(crate) fn clear(&mut self) {
        self.rules.clear();
        self.loops.clear();
        self.frozen.clear();
    }

    /// Counts requests and attempts from 1 again.
    pub(crate) fn restart(&mut self) {
        self.requests = 0;
        self.attempts.clear();
    }

    pub(crate) fn meet(&mut self, target: Option<&Target>) -> Met {
        self.requests += 1;
        let number = self.requests;
        let attempt = target.map(|target| {
            let key = (target.listing.clone(), target.place.page);
            let attempts = self.attempts.entry(key).or_default();
            *attempts += 1;
            *attempts
        });
        let mut kinds = Vec::new();
        self.rules.retain(|(ordinal, rule)| match rule {
            Rule::One(fault) => {
                let is_met = match &fault.when {
                    When::Requests(numbers) => numbers.contains(&number),
                    When::Next => true,
                    When::Page { page, attempts } => {
                        target.is_some_and(|target| match page {
                            PageNumber::Nth(nth) => target.place.page == *nth,
                            PageNumber::Last => target.is_last,
                        }) && attempt.is_some_and(|attempt| attempts.contains(&attempt))
                    }
                    When::Chance { probability, seed } => {
                        draw(*seed, *ordinal, number) < *probability
                    }
                };
                if is_met {
                    kinds.push(fault.kind.clone());
                }
                !(is_met && fault.when == When::Next)
            }
            Rule::AnyOf { probability, seed, kinds: choice } => {
                if draw(*seed, *ordinal, number) < *probability && !choice.is_empty() {
                    let pick = mixed(seed.wrapping_add(mixed(number ^ (*ordinal << 48))));
                    kinds.push(choice[(pick % choice.len() as u64) as usize].clone());
                }
                true
            }
        });
        Met { number, attempt, kinds }
    }

    /// Notes the faults of a page that last beyond one request.
    pub(crate) fn settle(&mut self, listing: &Listing, page: u64, kinds: &[FaultKind]) {
        for kind in kinds {
            match kind {
                FaultKind::Loop { period } => {
                    let period = (*period).max(1);
                    self.loops.insert((listing.clone(), page), period);
                }
                FaultKind::EmptyForever => {
                    self.frozen.insert((listing.clone(), page));
                }
                _ => {}
            }
        }
    }

    pub(crate) fn is_frozen(&self, listing: &Listing, page: u64) -> bool {
        self.frozen.contains(&(listing.clone(), page))
    }

    /// Where a loop leads from here, if there is one.
    pub(crate) fn led_back(&self, listing: &Listing, place: Place) -> Option<Place> {
        if let Turn::Lead(steps) = place.turn {
            let is_looping = self.loops.keys().any(|(looping, _)| looping == listing);
            return is_looping.then(|| lead(steps.saturating_sub(1)));
        }
        let period = *self.loops.get(&(listing.clone(), place.page))?;
        Some(if period <= place.page {
            Place::plain(place.page - period + 1)
        } else {
            lead(period - place.page)
        })
    }
}

fn lead(steps: u64) -> Place {
    if steps == 0 {
        return Place::START;
    }
    Place { page: 1, turn: Turn::Lead(steps) }
}

/// From 0 up to but not including 1; by number rather than in sequence, so that requests that
/// overlap do not change each other's draws.
fn draw(seed: u64, ordinal: u64, number: u64) -> f64 {
    let bits = mixed(mixed(seed.wrapping_add(ordinal.wrapping_mul(0x1_0000_0001))) ^ mixed(number));
    (bits >> 11) as f64 / (1_u64 << 53) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_probability_is_kept_over_many_requests_and_by_seed() {
        let count = |seed, ordinal| {
            (1..=10_000).filter(|number| draw(seed, ordinal, *number) < 0.2).count()
        };
        for seed in 0..20 {
            assert!((1_800..2_200).contains(&count(seed, 0)), "{}", count(seed, 0));
        }
        assert_eq!(count(7, 0), count(7, 0));
        assert!(draw(7, 0, 1) != draw(8, 0, 1) && draw(7, 0, 1) != draw(7, 1, 1));
    }

    /// A seed that a dependent's test names must find there what it found before.
    #[test]
    fn a_seed_draws_the_same_in_every_release() {
        let mut book = FaultBook::default();
        book.add(Rule::One(Fault::new(
            When::Chance { probability: 0.0, seed: 1 },
            FaultKind::Html502,
        )));
        let kinds = vec![FaultKind::Reset, FaultKind::Truncate, FaultKind::Garbage];
        book.add(Rule::AnyOf { probability: 0.3, seed: 7, kinds });
        let met: Vec<String> = (0..40)
            .flat_map(|_| {
                let met = book.meet(None);
                met.kinds.into_iter().map(move |kind| format!("{} {kind:?}", met.number))
            })
            .collect();
        assert_eq!(
            met.join(", "),
            "4 Reset, 6 Reset, 10 Reset, 13 Garbage, 15 Truncate, 22 Garbage, 24 Reset, \
             31 Garbage, 33 Truncate, 38 Garbage"
        );
    }

    #[test]
    fn faults_drawn_from_several_come_as_often_as_asked_for() {
        let mut book = FaultBook::default();
        let kinds = vec![FaultKind::Reset, FaultKind::Truncate];
        book.add(Rule::AnyOf { probability: 0.2, seed: 7, kinds });
        let met = (0..10_000).filter(|_| !book.meet(None).kinds.is_empty()).count();
        assert!((1_800..2_200).contains(&met), "{met}");
    }
}
