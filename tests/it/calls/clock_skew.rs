//! Signing with a machine's clock that is wrong, and what a real refusal costs.

use std::time::{Duration, SystemTime};

use koodrive_ext::{AppCredentials, ModuleCode, XDate};
use koodrive_sandbox::Sandbox;
use koodrive_tests::client::{at, by_app};
use koodrive_tests::clock::TestClock;
use koodrive_tests::server;

async fn requests_needed(ahead: i64, correct: bool) -> Result<usize, koodrive_ext::Error> {
    let sandbox = Sandbox::builder().records(7).start().await.unwrap();
    let client = by_app(&sandbox, &TestClock::running_ahead_by(ahead))?
        .correct_clock_skew(correct)
        .build()?;
    let query = client.backup_records(ModuleCode::AlbumBackup).page_size(3);
    assert_eq!(query.records().try_collect().await?.len(), 7);
    Ok(sandbox.requests().len())
}

#[tokio::test]
async fn a_clock_within_the_margin_costs_nothing() {
    for ahead in [0, 20, 28, -20, -600, -860] {
        assert_eq!(requests_needed(ahead, true).await.unwrap(), 3, "{ahead} s ahead");
    }
}

#[tokio::test]
async fn a_clock_beyond_it_costs_one_extra_attempt_in_all() {
    for ahead in [120, 3_600, 86_400, -1_200, -86_400] {
        assert_eq!(requests_needed(ahead, true).await.unwrap(), 4, "{ahead} s ahead");
    }
}

#[tokio::test]
async fn with_the_correction_off_a_wrong_clock_is_refused_at_once() {
    let error = requests_needed(120, false).await.unwrap_err();
    assert!(error.is_unauthorized(), "{error}");
    assert_eq!(error.attempts(), 1);
    assert!(requests_needed(20, false).await.is_ok());
}

#[tokio::test]
async fn a_real_refusal_costs_one_attempt_whatever_the_clock_was() {
    let sandbox = Sandbox::builder().records(1).start().await.unwrap();
    for (ahead, attempts) in [(0, 1), (20, 1), (-600, 1), (120, 2)] {
        let client = by_app(&sandbox, &TestClock::running_ahead_by(ahead))
            .unwrap()
            .credentials(AppCredentials::new(sandbox.app_id(), "wrong-secret").unwrap())
            .build()
            .unwrap();
        let error =
            client.backup_records(ModuleCode::AlbumBackup).records().try_next().await.unwrap_err();
        assert!(error.is_unauthorized(), "{error}");
        assert_eq!(error.attempts(), attempts, "{ahead} s ahead");
    }
}

#[tokio::test]
async fn every_attempt_is_dated_back_by_the_margin_and_signed_anew() {
    let sandbox = Sandbox::builder()
        .records(1)
        .keep_authorization(true)
        .fault("1-2:status=503".parse().unwrap())
        .start()
        .await
        .unwrap();
    let margin = Duration::from_secs(45);
    let client =
        by_app(&sandbox, &TestClock::default()).unwrap().date_margin(margin).build().unwrap();
    client.backup_records(ModuleCode::AlbumBackup).records().try_collect().await.unwrap();
    let requests = sandbox.requests();
    assert_eq!(requests.len(), 3);
    for request in requests {
        let date: XDate = request.header("x-date").unwrap().parse().unwrap();
        let now = XDate::at(SystemTime::now()).as_unix_seconds();
        let age = now - date.as_unix_seconds();
        assert!((45..60).contains(&age), "{age} s old");
        assert!(request.header("authorization").unwrap().starts_with("HMAC-SHA256 AppId="));
    }
}

#[tokio::test]
async fn a_clock_that_jumps_while_listing_is_followed() {
    let sandbox = Sandbox::builder()
        .records(9)
        // From the second page on the service's clock is 20 minutes ahead of the machine's.
        .fault("2-:clock=1200".parse().unwrap())
        .start()
        .await
        .unwrap();
    let client = by_app(&sandbox, &TestClock::default()).unwrap().build().unwrap();
    let query = client.backup_records(ModuleCode::AlbumBackup).page_size(3);
    assert_eq!(query.records().try_collect().await.unwrap().len(), 9);
    assert_eq!(sandbox.requests().len(), 4, "one refused, then the new date holds");
}

#[tokio::test]
async fn every_attempt_has_a_date_and_a_signature_of_its_own() {
    let sandbox = Sandbox::builder()
        .records(1)
        .keep_authorization(true)
        .fault("1-2:status=503,retry-after=7".parse().unwrap())
        .start()
        .await
        .unwrap();
    let clock = TestClock::moved_by_pauses();
    let client = by_app(&sandbox, &clock).unwrap().correct_clock_skew(false).build().unwrap();
    client.backup_records(ModuleCode::AlbumBackup).records().try_collect().await.unwrap();
    let seen: Vec<_> = sandbox.requests();
    let dates: Vec<i64> = seen
        .iter()
        .map(|request| {
            request.header("x-date").unwrap().parse::<XDate>().unwrap().as_unix_seconds()
        })
        .collect();
    assert!(dates[1] - dates[0] >= 7 && dates[2] - dates[1] >= 7, "{dates:?}");
    let signatures: std::collections::BTreeSet<_> =
        seen.iter().map(|request| request.header("authorization").unwrap().to_owned()).collect();
    assert_eq!(signatures.len(), 3);
}

#[tokio::test]
async fn a_wrong_date_is_mended_also_where_its_refusal_is_a_403() {
    let sandbox =
        Sandbox::builder().records(1).signature_failure_status(403).start().await.unwrap();
    let client = by_app(&sandbox, &TestClock::running_ahead_by(120)).unwrap().build().unwrap();
    let query = client.backup_records(ModuleCode::AlbumBackup);
    assert_eq!(query.records().try_collect().await.unwrap().len(), 1);
    assert_eq!(sandbox.requests().len(), 2);
}

#[tokio::test]
async fn a_service_whose_clock_runs_wild_gets_two_attempts_and_not_more() {
    let url = server::answering(|number, _| {
        let date = if number % 2 == 0 {
            "Mon, 03 Nov 2025 07:01:40 GMT"
        } else {
            "Tue, 03 Nov 2026 07:01:40 GMT"
        };
        server::response("401 Unauthorized", &format!("date: {date}\r\n"), r#"{"code":401}"#)
    })
    .await;
    let app = AppCredentials::new("app", "secret").unwrap();
    let client = at(&url, &TestClock::default()).credentials(app).build().unwrap();
    let error =
        client.backup_records(ModuleCode::AlbumBackup).records().try_next().await.unwrap_err();
    assert_eq!(error.attempts(), 2, "{error}");
}
