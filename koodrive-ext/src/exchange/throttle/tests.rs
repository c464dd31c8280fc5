use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Waker};
use std::time::SystemTime;

use super::*;
use crate::clock::Wait as Sleep;

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
    let place = throttle.enter(&clock, &Half, STAY, PATIENCE).await.ok().unwrap();
    throttle.slow_down(&place, Duration::from_secs(10), clock.elapsed());
    drop(place);
    let place = throttle.enter(&clock, &Half, STAY, PATIENCE).await;
    assert!(place.is_ok());
    assert_eq!(clock.elapsed(), Duration::from_millis(10_500));
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
