//! Retries: what is repeated, after which pause, and when it is enough.

use std::time::Duration;

use koodrive_ext::{Backoff, Error, RetryPolicy, UserClient};
use koodrive_sandbox::Sandbox;
use koodrive_tests::client::{BuildFor as _, album, any_app, signed, user_at};
use koodrive_tests::clock::TestClock;
use koodrive_tests::raw_server::{RawServer, ok};
use koodrive_tests::story::{self, rest};

async fn sandbox(fault: &str) -> Sandbox {
    Sandbox::builder().records(5).fault(fault.parse().unwrap()).start().await.unwrap()
}

fn user(sandbox: &Sandbox, clock: &TestClock, policy: RetryPolicy) -> UserClient {
    signed(sandbox, clock).retry(policy).build_for(sandbox.user_id())
}

async fn list(user: &UserClient) -> Result<usize, Error> {
    story::list(album(user)).await.map(|records| records.len())
}

fn millis(clock: &TestClock) -> Vec<u128> {
    clock.slept().iter().map(Duration::as_millis).collect()
}

#[tokio::test]
async fn pauses_grow_from_attempt_to_attempt_with_half_of_full_jitter() {
    let sandbox = sandbox("1-4:status=503").await;
    let clock = TestClock::default();
    let backoff = Backoff::exponential(Duration::from_millis(100), Duration::from_millis(500));
    let policy = RetryPolicy::default().backoff(backoff);
    assert_eq!(list(&user(&sandbox, &clock, policy)).await.unwrap(), 5);
    assert_eq!(millis(&clock), [50, 100, 200, 250]);
}

#[tokio::test]
async fn retry_after_is_kept_as_seconds_and_as_a_date() {
    for (fault, expected) in
        [("1:status=429,retry-after=7", 7_000), ("1:status=503,retry-after-date=+9s", 9_000)]
    {
        let sandbox = sandbox(fault).await;
        let clock = TestClock::default();
        assert_eq!(list(&user(&sandbox, &clock, RetryPolicy::default())).await.unwrap(), 5);
        // Plus the backoff, so that many clients do not come back at once.
        assert_eq!(millis(&clock), [expected + 125], "{fault}");
    }
}

#[tokio::test]
async fn a_retry_after_date_is_read_against_the_services_clock() {
    let sandbox = sandbox("1:status=503,retry-after-date=+9s").await;
    let clock = TestClock::running_ahead_by(-600);
    assert_eq!(list(&user(&sandbox, &clock, RetryPolicy::default())).await.unwrap(), 5);
    assert_eq!(millis(&clock), [9_125]);
}

#[tokio::test]
async fn no_pause_is_begun_that_ends_after_the_deadline() {
    let sandbox = sandbox("*:status=503,retry-after=40").await;
    let clock = TestClock::default();
    let policy = RetryPolicy::default().max_attempts(10).deadline(Duration::from_secs(100));
    let error = list(&user(&sandbox, &clock, policy)).await.unwrap_err();
    assert_eq!((error.attempts(), millis(&clock)), (3, vec![40_125, 40_250]));
    assert_eq!(error.elapsed(), Some(Duration::from_millis(80_375)));
    assert!(error.to_string().contains("the deadline leaves no time"), "{error}");
}

#[tokio::test]
async fn a_page_says_how_many_requests_it_took() {
    let sandbox = sandbox("1-2:status=503").await;
    let clock = TestClock::default();
    let user = user(&sandbox, &clock, RetryPolicy::default());
    let page = album(&user).pages().next().await.unwrap().unwrap();
    assert_eq!((page.attempts(), page.http_date().is_some()), (3, true));
    assert_eq!(page.elapsed(), clock.slept().iter().sum());
}

#[tokio::test]
async fn one_attempt_is_one_attempt() {
    let sandbox = sandbox("1:status=503").await;
    let clock = TestClock::default();
    let error = list(&user(&sandbox, &clock, RetryPolicy::none())).await.unwrap_err();
    assert_eq!((error.attempts(), error.is_retryable()), (1, true));
    assert!(clock.slept().is_empty());
}

#[tokio::test]
async fn what_repeating_cannot_fix_is_not_repeated() {
    for fault in
        ["*:status=400", "*:status=403", "*:status=404", "*:gateway=401", "*:code=13000410"]
    {
        let sandbox = sandbox(fault).await;
        let error =
            list(&user(&sandbox, &TestClock::default(), RetryPolicy::default())).await.unwrap_err();
        assert_eq!((error.attempts(), sandbox.requests().len()), (1, 1), "{fault}: {error}");
    }
}

#[tokio::test]
async fn an_answer_that_is_not_of_the_documented_form_is_asked_for_again() {
    let sandbox = sandbox("1-2:garbage").await;
    let user = user(&sandbox, &TestClock::default(), RetryPolicy::default());
    assert_eq!(list(&user).await.unwrap(), 5);
    assert_eq!(sandbox.requests().len(), 3);
}

#[tokio::test]
async fn a_code_that_the_policy_names_is_repeated_in_every_shape() {
    for fault in ["1:code=13000500", "1:code=13000500,text"] {
        let sandbox = sandbox(fault).await;
        let policy = RetryPolicy::default().retry_code("13000500");
        assert_eq!(
            list(&user(&sandbox, &TestClock::default(), policy)).await.unwrap(),
            5,
            "{fault}"
        );
        assert_eq!(sandbox.requests().len(), 2);
    }
}

#[tokio::test]
async fn a_broken_service_does_not_get_many_times_the_load() {
    let sandbox = sandbox("*:status=503").await;
    let policy = RetryPolicy::default().max_attempts(5).budget(10, 0.5);
    let user = user(&sandbox, &TestClock::default(), policy);
    let calls = 100;
    for _ in 0..calls {
        assert!(list(&user).await.is_err());
    }
    assert_eq!(sandbox.requests().len(), calls + 10, "ten retries, then none before a success");
    let error = list(&user).await.unwrap_err();
    assert!(error.to_string().contains("the retry budget of this client is used up"), "{error}");
    sandbox.clear_faults();
    for _ in 0..2 {
        list(&user).await.unwrap();
    }
    sandbox.push_fault("next:status=503".parse().unwrap()).unwrap();
    assert_eq!(list(&user).await.unwrap(), 5, "two successes earned one retry");
}

#[tokio::test]
async fn an_error_is_not_the_end_and_the_next_poll_pauses_before_it_asks_again() {
    let sandbox = sandbox("2-4:status=503").await;
    let clock = TestClock::default();
    let user = user(&sandbox, &clock, RetryPolicy::none());
    let mut records = album(&user).page_size(3).records();
    for _ in 0..3 {
        records.try_next().await.unwrap().unwrap();
    }
    for _ in 0..3 {
        let error = records.try_next().await.unwrap_err();
        assert_eq!((error.page(), error.http_status()), (Some(2), Some(503)));
    }
    assert_eq!(rest(&mut records).await.unwrap().len(), 2);
    assert!(records.checkpoint().is_end());
    assert_eq!(millis(&clock), [125, 250, 500], "a pause before each question but the first");
}

#[tokio::test]
async fn a_poll_after_an_error_waits_as_long_as_the_service_asked_up_to_the_deadline() {
    for (asked, expected) in [(50, 50_125), (1_000, 180_125)] {
        let sandbox = sandbox(&format!("1:status=429,retry-after={asked}")).await;
        let clock = TestClock::default();
        let user = user(&sandbox, &clock, RetryPolicy::none());
        let mut records = album(&user).records();
        let error = records.try_next().await.unwrap_err();
        assert_eq!(error.retry_after(), Some(Duration::from_secs(asked)));
        assert_eq!(rest(&mut records).await.unwrap().len(), 5);
        assert_eq!(millis(&clock), [expected]);
    }
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let elsewhere = Sandbox::builder().records(5).start().await.unwrap();
    let sandbox =
        sandbox(&format!("1:redirect={}/koodrive/ose/v1/backup/record", elsewhere.url())).await;
    let error =
        list(&user(&sandbox, &TestClock::default(), RetryPolicy::default())).await.unwrap_err();
    assert_eq!(error.http_status(), Some(302), "{error}");
    assert!(elsewhere.requests().is_empty(), "no credential went elsewhere");
}

#[tokio::test]
async fn an_attempt_has_its_own_limit_and_never_outlasts_the_deadline() {
    let sandbox = sandbox("*:status=503,retry-after=40").await;
    let clock = TestClock::default();
    let policy = RetryPolicy::default().max_attempts(10).deadline(Duration::from_secs(100));
    list(&user(&sandbox, &clock, policy)).await.unwrap_err();
    let limits = [30_000, 30_000, 19_625].map(Duration::from_millis);
    assert_eq!(clock.limits(), limits, "30 s is the default");
}

#[tokio::test]
async fn a_retry_after_of_nothing_does_not_shorten_the_pause() {
    let sandbox = sandbox("1:status=503,retry-after=0").await;
    let clock = TestClock::default();
    list(&user(&sandbox, &clock, RetryPolicy::default())).await.unwrap();
    assert_eq!(millis(&clock), [125]);
}

#[tokio::test]
async fn pauses_begin_anew_with_every_page() {
    let sandbox = Sandbox::builder()
        .records(5)
        .faults(["page=1:status=503", "page=2:status=503"].map(|fault| fault.parse().unwrap()))
        .start()
        .await
        .unwrap();
    let clock = TestClock::default();
    let user = user(&sandbox, &clock, RetryPolicy::none());
    let mut records = album(&user).page_size(3).records();
    let mut errors = 0;
    while let Some(record) = records.next().await {
        errors += usize::from(record.is_err());
    }
    assert_eq!((errors, millis(&clock)), (2, vec![125, 125]));
}

#[tokio::test]
async fn a_connection_that_is_refused_is_tried_again() {
    let gone = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let error = list(&user_at(&format!("http://{gone}"), any_app())).await.unwrap_err();
    assert_eq!((error.is_connection(), error.attempts()), (true, 5), "{error}");
}

#[tokio::test]
async fn json_without_its_end_is_asked_for_again() {
    let server = RawServer::answering(|number, _| {
        let body = r#"{"code":0,"data":[{"recordId":"1"}]}"#;
        ok(if number < 3 { &body[..20] } else { body })
    })
    .await;
    let mut records = album(&user_at(server.url(), any_app())).records();
    assert_eq!(rest(&mut records).await.unwrap().len(), 1);
    assert_eq!(records.stats().requests, 3);
}

#[tokio::test]
async fn a_code_that_the_policy_names_is_repeated_even_where_it_means_a_refusal() {
    let sandbox = sandbox("1:gateway=401").await;
    let policy = RetryPolicy::default().retry_code("APIGW.0301");
    assert_eq!(list(&user(&sandbox, &TestClock::default(), policy)).await.unwrap(), 5);
}

#[tokio::test]
async fn a_body_of_more_than_16_mib_is_not_read_by_default() {
    let sandbox = sandbox("1:huge=17MiB").await;
    let error =
        list(&user(&sandbox, &TestClock::default(), RetryPolicy::default())).await.unwrap_err();
    assert!(error.to_string().contains("larger than 16777216 bytes"), "{error}");
}

#[tokio::test]
async fn a_503_that_names_a_pause_holds_the_next_call_back_and_a_500_does_not() {
    for (fault, pauses) in
        [("1:status=503,retry-after=7", vec![7_500]), ("1:status=500,retry-after=7", vec![])]
    {
        let sandbox = sandbox(fault).await;
        let clock = TestClock::default();
        let user = user(&sandbox, &clock, RetryPolicy::none());
        list(&user).await.unwrap_err();
        assert_eq!(list(&user).await.unwrap(), 5);
        assert_eq!(millis(&clock), pauses, "{fault}");
    }
}
