//! Any list under any failures, stopped and resumed anywhere: every element once, in order.

use proptest::collection::vec;
use proptest::prelude::*;

use super::*;

/// A list as a service holds it: sizes of its pages.
#[derive(Clone, Debug)]
struct Served(Vec<usize>);

impl Served {
    fn all(&self) -> Vec<Item> {
        (0..self.0.iter().sum::<usize>() as u32).collect()
    }

    /// The page at a cursor; cursors are page numbers.
    fn page(&self, cursor: Option<&Cursor>) -> Received<Item> {
        let number = cursor.map_or(0, |cursor| cursor.expose().parse().unwrap());
        let first = self.0[..number].iter().sum::<usize>() as u32;
        let items = first..first + self.0[number] as u32;
        let next = if number + 1 < self.0.len() { (number + 1).to_string() } else { String::new() };
        page(items, &next)
    }
}

/// What happens to a request.
#[derive(Clone, Copy, Debug)]
enum Fate {
    Arrives,
    Fails,
    /// Arrives without data, as a service in trouble may answer.
    LosesData,
    /// The process ends; it resumes from the last checkpoint that was written.
    Dies,
    /// The process ends behind so many elements of the page.
    DiesBehind(usize),
}

fn fates() -> impl Strategy<Value = Vec<Fate>> {
    let fate = prop_oneof![
        4 => Just(Fate::Arrives),
        2 => Just(Fate::Fails),
        1 => Just(Fate::LosesData),
        1 => Just(Fate::Dies),
        2 => (0..5_usize).prop_map(Fate::DiesBehind),
    ];
    vec(fate, 0..60)
}

fn served() -> impl Strategy<Value = Served> {
    vec(0..5_usize, 1..12).prop_map(Served)
}

/// Lists all of it; whatever happens after the last fate is that pages arrive.
fn list(served: &Served, fates: &[Fate], rules: &Rules) -> Result<Vec<Item>, Error> {
    let mut fates = fates.iter().copied().chain(std::iter::repeat(Fate::Arrives));
    let mut walk = self::walk(start(), rules.clone());
    let mut found = Vec::new();
    loop {
        let ask = match walk.next_step() {
            Step::Ask(ask) => ask,
            Step::Fail(error) => return Err(error),
            Step::End => return Ok(found),
        };
        let received = match fates.next() {
            Some(Fate::Fails) => {
                walk.handle_failure(transient());
                continue;
            }
            Some(Fate::Dies) => {
                walk = resumed(walk.checkpoint(), rules);
                continue;
            }
            // Only where there is something to miss: an empty page is an honest answer otherwise.
            Some(Fate::LosesData) if walk.checkpoint().offset() > 0 => page([], ""),
            Some(Fate::DiesBehind(n)) => {
                let limited = Rules { limit: Some(n as u64), ..rules.clone() };
                let mut cut = self::walk(walk.checkpoint().clone(), limited);
                if !cut.is_ended() {
                    cut.next_step();
                    if let Some(page) = cut.handle_page(served.page(ask.cursor.as_ref())) {
                        found.extend(page?.items.into_iter().flatten());
                    }
                }
                walk = resumed(cut.checkpoint(), rules);
                continue;
            }
            _ => served.page(ask.cursor.as_ref()),
        };
        match walk.handle_page(received) {
            Some(Ok(page)) => found.extend(page.items.into_iter().flatten()),
            Some(Err(error)) if error.is_checkpoint_mismatch() => {
                walk = resumed(walk.checkpoint(), rules);
            }
            Some(Err(error)) => return Err(error),
            None => {}
        }
    }
}

/// As another process would: from the text of the checkpoint.
fn resumed(checkpoint: &Checkpoint, rules: &Rules) -> Walk<Item> {
    walk(checkpoint.to_string().parse().unwrap(), rules.clone())
}

fn patient() -> Rules {
    Rules { max_failures: 100, max_empty_pages: 100, ..rules() }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_element_comes_once_and_in_order_whatever_fails_and_wherever_it_stops(
        served in served(), fates in fates(),
    ) {
        prop_assert_eq!(list(&served, &fates, &patient()).unwrap(), served.all());
    }

    #[test]
    fn parts_of_any_limits_make_up_the_whole(served in served(), limits in vec(0..7_u64, 0..40)) {
        let (mut found, mut place) = (Vec::new(), start());
        for limit in limits.into_iter().map(Some).chain([None]) {
            let mut walk = walk(place, Rules { limit, ..patient() });
            let mut part = 0;
            while let Step::Ask(ask) = walk.next_step() {
                let items = take(&mut walk, served.page(ask.cursor.as_ref()));
                part += items.len() as u64;
                found.extend(items);
            }
            prop_assert!(limit.is_none_or(|limit| part <= limit));
            place = walk.checkpoint().to_string().parse().unwrap();
        }
        prop_assert!(place.is_end());
        prop_assert_eq!(found, served.all());
    }

    #[test]
    fn a_circle_ends_the_listing_and_nothing_comes_twice(
        lead in 0..6_usize, period in 1..6_usize, stops in vec(any::<bool>(), 0..3),
    ) {
        let pages = lead + period;
        let next = |n: usize| if n + 1 < pages { n + 1 } else { lead };
        let name = |n: usize| format!("c{n}");
        let number = |cursor: &Cursor| cursor.expose()[1..].parse::<usize>().unwrap();
        let mut found = Vec::new();
        let mut walk = self::walk(start(), patient());
        let mut ended = 0;
        let mut stops = stops.into_iter();
        // The first page has no cursor of its own, so a circle through it returns by its name.
        for _ in 0..4 * (pages + 4) {
            match walk.next_step() {
                Step::Ask(ask) => {
                    let n = ask.cursor.as_ref().map_or(0, number);
                    found.extend(take(&mut walk, page([n as u32], &name(next(n)))));
                }
                Step::Fail(error) => prop_assert!(error.is_broken_paging()),
                Step::End => {
                    ended += 1;
                    match stops.next() {
                        Some(true) => walk = resumed(walk.checkpoint(), &patient()),
                        _ => break,
                    }
                }
            }
        }
        prop_assert!(ended > 0, "it goes round for ever");
        let twice = usize::from(lead == 0);
        prop_assert!(found.len() <= pages + twice, "{found:?}");
    }

    #[test]
    fn steady_failures_end_after_as_many_as_the_rules_say(
        served in served(), max_failures in 1..8_u32, fates in fates(),
    ) {
        let rules = Rules { max_failures, ..patient() };
        let mut walk = walk(start(), rules);
        let mut run = 0;
        for fate in fates {
            let Step::Ask(ask) = walk.next_step() else { break };
            if let Fate::Fails = fate {
                run += 1;
                walk.handle_failure(transient());
                prop_assert_eq!(walk.is_ended(), run == max_failures);
            } else {
                run = 0;
                take(&mut walk, served.page(ask.cursor.as_ref()));
            }
        }
    }
}
