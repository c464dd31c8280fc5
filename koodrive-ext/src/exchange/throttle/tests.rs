use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Waker};
use std::time::SystemTime;

use super::*;
use crate::clock::Wait as Sleep;
use crate::clock::interleaved::{self, Virtual};

const STAY: Duration = Duration::from_secs(30);
const PATIENCE: Duration = Duration::from_secs(180);

/// A clock that stands still until it is told to sleep.
#[derive(Default)]
struct Standing(Arc<Mutex<Duration>>);

impl Standing {
    fn pass(&self, duration: Duration) {
        *self.0.lock().unwrap() += duration;
    }
}

impl Clock for Standing {
    fn now(&self) -> SystemTime {
        SystemTime::UNIX_EPOCH + self.elapsed()
    }

    fn elapsed(&self) -> Duration {
        *self.0.lock().unwrap()
    }

    fn sleep(&self, duration: Duration) -> Sleep {
        self.pass(duration);
        Box::pin(std::future::ready(()))
    }

    fn timeout(&self, _: Duration) -> Sleep {
        Box::pin(std::future::pending())
    }
}

struct Half;

impl Random for Half {
    fn fraction(&self) -> f64 {
        0.5
    }
}

/// The places that can be had without waiting.
fn enter_all<'a>(throttle: &'a Throttle, clock: &Standing) -> Vec<Place<'a>> {
    std::iter::from_fn(|| throttle.try_enter(clock.elapsed(), STAY).ok()).take(1000).collect()
}

#[test]
fn after_a_pause_half_as_many_go_out_and_each_success_adds_to_them() {
    let (throttle, clock) = (Throttle::new(50), Standing::default());
    let places = enter_all(&throttle, &clock);
    assert_eq!(places.len(), 50);
    for place in &places {
        throttle.slow_down(place, Duration::from_secs(2), clock.elapsed());
    }
    drop(places);
    assert!(enter_all(&throttle, &clock).is_empty());
    clock.pass(Duration::from_secs(2));
    assert_eq!(enter_all(&throttle, &clock).len(), 25);
    (0..60).for_each(|_| throttle.speed_up());
    let more = enter_all(&throttle, &clock).len();
    assert!((27..30).contains(&more), "{more}");
    (0..20_000).for_each(|_| throttle.speed_up());
    assert_eq!(enter_all(&throttle, &clock).len(), 50);
}

#[test]
fn a_second_overload_halves_again_and_never_below_one() {
    let (throttle, clock) = (Throttle::new(usize::MAX), Standing::default());
    for expected in [500, 250, 125, 62, 31, 15, 7, 3, 1, 1] {
        clock.pass(Duration::from_secs(1));
        let places = enter_all(&throttle, &clock);
        throttle.slow_down(&places[0], Duration::ZERO, clock.elapsed());
        drop(places);
        assert_eq!(enter_all(&throttle, &clock).len(), expected);
    }
}

#[tokio::test]
async fn a_call_waits_for_the_pause_and_is_spread_behind_it() {
    let (throttle, clock) = (Throttle::new(5), Standing::default());
    clock.pass(Duration::from_secs(20));
    let place = throttle.enter(&clock, &Half, STAY, PATIENCE).await.ok().unwrap();
    throttle.slow_down(&place, Duration::from_secs(10), clock.elapsed());
    drop(place);
    let place = throttle.enter(&clock, &Half, STAY, PATIENCE).await;
    assert!(place.is_ok());
    assert_eq!(clock.elapsed(), Duration::from_millis(30_500));
}

#[tokio::test]
async fn the_spread_behind_a_pause_fits_into_the_time_of_the_call() {
    let (throttle, clock) = (Throttle::new(5), Standing::default());
    let place = throttle.enter(&clock, &Half, STAY, PATIENCE).await.ok().unwrap();
    throttle.slow_down(&place, Duration::from_secs(10), clock.elapsed());
    drop(place);
    assert!(throttle.enter(&clock, &Half, STAY, Duration::from_millis(10_200)).await.is_ok());
    assert_eq!(clock.elapsed(), Duration::from_millis(10_100));
}

#[test]
fn who_finds_no_place_is_told_when_the_first_one_has_had_its_time() {
    let (throttle, clock) = (Throttle::new(1), Standing::default());
    clock.pass(Duration::from_secs(20));
    let _places = enter_all(&throttle, &clock);
    clock.pass(Duration::from_secs(10));
    let refused = throttle.try_enter(clock.elapsed(), STAY).err();
    assert!(matches!(refused, Some(Wait::Place(left)) if left == STAY - Duration::from_secs(10)));
}

#[test]
fn the_limit_is_lifted_at_twice_what_was_too_much() {
    let (throttle, clock) = (Throttle::new(usize::MAX), Standing::default());
    let places: Vec<_> =
        (0..50).map_while(|_| throttle.try_enter(clock.elapsed(), STAY).ok()).collect();
    clock.pass(Duration::from_secs(1));
    throttle.slow_down(&places[0], Duration::ZERO, clock.elapsed());
    drop(places);
    let limits = std::iter::from_fn(|| {
        throttle.speed_up();
        Some(enter_all(&throttle, &clock).len())
    });
    assert_eq!(limits.take_while(|limit| *limit < 1000).max(), Some(99));
}

#[tokio::test]
async fn a_pause_longer_than_the_call_may_take_is_told_at_once() {
    let (throttle, clock) = (Throttle::new(5), Standing::default());
    let place = throttle.enter(&clock, &Half, STAY, PATIENCE).await.ok().unwrap();
    throttle.slow_down(&place, Duration::from_secs(600), clock.elapsed());
    let refused = throttle.enter(&clock, &Half, STAY, PATIENCE).await.err();
    assert_eq!((refused, clock.elapsed()), (Some(Duration::from_secs(600)), Duration::ZERO));
}

#[tokio::test]
async fn a_waiting_call_that_nobody_polls_holds_up_no_other() {
    let (throttle, clock) = (Throttle::new(1), Standing::default());
    let first = throttle.enter(&clock, &Half, STAY, PATIENCE).await.ok().unwrap();
    let mut cx = Context::from_waker(Waker::noop());
    let mut asleep = pin!(throttle.enter(&clock, &Half, STAY, PATIENCE));
    assert!(asleep.as_mut().poll(&mut cx).is_pending());
    let mut awake = pin!(throttle.enter(&clock, &Half, STAY, PATIENCE));
    assert!(awake.as_mut().poll(&mut cx).is_pending());
    drop(first);
    assert!(awake.as_mut().poll(&mut cx).is_ready());
}

#[tokio::test]
async fn a_place_that_nobody_polls_is_free_again_when_its_time_is_over() {
    let (throttle, clock) = (Throttle::new(1), Standing::default());
    let _held = throttle.enter(&clock, &Half, STAY, PATIENCE).await.ok().unwrap();
    clock.pass(STAY);
    assert!(throttle.enter(&clock, &Half, STAY, PATIENCE).await.is_ok());
}

#[tokio::test]
async fn a_call_that_gets_no_place_in_its_time_gives_up_with_that_time() {
    let (throttle, clock) = (Throttle::new(1), Standing::default());
    let _held = throttle.enter(&clock, &Half, PATIENCE, PATIENCE).await.ok().unwrap();
    let mut waiting = pin!(throttle.enter(&clock, &Half, STAY, Duration::ZERO));
    let given_up = waiting.as_mut().poll(&mut Context::from_waker(Waker::noop()));
    assert!(given_up.map(Result::err) == Poll::Ready(Some(Duration::ZERO)));
}

#[tokio::test]
async fn a_clock_that_does_not_count_its_pauses_does_not_wait_for_ever() {
    struct Frozen;

    impl Clock for Frozen {
        fn now(&self) -> SystemTime {
            SystemTime::UNIX_EPOCH
        }

        fn elapsed(&self) -> Duration {
            Duration::ZERO
        }

        fn sleep(&self, _: Duration) -> Sleep {
            Box::pin(std::future::ready(()))
        }
    }

    let throttle = Throttle::new(5);
    let place = throttle.enter(&Frozen, &Half, STAY, PATIENCE).await.ok().unwrap();
    throttle.slow_down(&place, Duration::from_secs(10), Duration::ZERO);
    assert!(throttle.enter(&Frozen, &Half, STAY, PATIENCE).await.is_ok());
}

/// What happened in a run, to compare with what may happen.
#[derive(Default)]
struct Seen {
    inside: usize,
    open_at: Duration,
    sent: usize,
    refused: usize,
    stayed: Duration,
}

impl Seen {
    fn enter(&mut self, max: usize, now: Duration, seed: u64) {
        self.inside += 1;
        self.sent += 1;
        assert!(self.inside <= max, "seed {seed}: {} of {max}", self.inside);
        assert!(now >= self.open_at, "seed {seed}: sent in a pause");
    }
}

#[test]
fn in_any_order_no_more_than_the_limit_are_inside_nobody_sends_in_a_pause_and_everybody_ends() {
    for seed in 0..1000 {
        let (clock, random) = (Virtual::default(), Mutex::new(fastrand::Rng::with_seed(seed)));
        let draw = |below: u64| random.lock().unwrap().u64(..below);
        let (max, is_calm) = (1 + seed as usize % 4, seed % 3 == 0);
        let (throttle, seen) = (Throttle::new(max), Mutex::new(Seen::default()));
        let call = || async {
            for _ in 0..3 {
                let Ok(place) = throttle.enter(&clock, &Half, STAY, PATIENCE).await else {
                    seen.lock().unwrap().refused += 1;
                    continue;
                };
                seen.lock().unwrap().enter(max, clock.elapsed(), seed);
                let leaving = Leaving(&seen);
                let stay = Duration::from_millis(draw(3000));
                seen.lock().unwrap().stayed += stay;
                clock.sleep(stay).await;
                match draw(4) {
                    0 if !is_calm => {
                        let pause = Duration::from_secs(draw(20));
                        let now = clock.elapsed();
                        throttle.slow_down(&place, pause, now);
                        let mut seen = seen.lock().unwrap();
                        seen.open_at = seen.open_at.max(now + pause);
                    }
                    _ => throttle.speed_up(),
                }
                drop((leaving, place));
            }
        };
        let drops = u32::from(seed % 4 == 0);
        interleaved::run(seed, &clock, (0..8).map(|_| call()), drops);
        let seen = seen.into_inner().unwrap();
        assert!(drops > 0 || seen.sent + seen.refused == 24, "seed {seed}: somebody got lost");
        assert!(throttle.lock().inside.is_empty(), "seed {seed}: a place is taken");
        // A place that is given back is taken at once.
        assert!(
            !is_calm || clock.elapsed() <= seen.stayed,
            "seed {seed}: somebody waited for nothing"
        );
    }
}

/// Counts one who leaves, also when dropped in the middle.
struct Leaving<'a>(&'a Mutex<Seen>);

impl Drop for Leaving<'_> {
    fn drop(&mut self) {
        self.0.lock().unwrap().inside -= 1;
    }
}
