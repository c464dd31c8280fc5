//! Signing with a machine's clock that is wrong, and what a real refusal costs.

use std::time::{Duration, SystemTime};

use koodrive_ext::{AppCredentials, XDate};
use koodrive_sandbox::Sandbox;
use koodrive_tests::album;
use koodrive_tests::client::{BuildFor as _, any_app, at, signed, user_at};
use koodrive_tests::clock::TestClock;
use koodrive_tests::raw_server::{RawServer, response};
use koodrive_tests::story::{first_error, list};

async fn requests_needed(ahead: i64, correct: bool) -> Result<usize, koodrive_ext::Error> {
    let sandbox = Sandbox::builder().records(7).start().await.unwrap();
    let user = signed(&sandbox, &TestClock::running_ahead_by(ahead))
        .correct_clock_skew(correct)
        .build_for(sandbox.user_id());
    assert_eq!(list(album(&user).page_size(3)).await?.len(), 7);
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
        let user = signed(&sandbox, &TestClock::running_ahead_by(ahead))
            .credentials(AppCredentials::new(sandbox.app_id(), "wrong-secret").unwrap())
            .build_for(sandbox.user_id());
        let error = first_error(album(&user)).await;
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
    let builder = signed(&sandbox, &TestClock::default()).date_margin(margin);
    list(album(&builder.build_for(sandbox.user_id()))).await.unwrap();
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
    let query = album(&koodrive_tests::user(&sandbox)).page_size(3);
    assert_eq!(list(query).await.unwrap().len(), 9);
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
    let builder = signed(&sandbox, &clock).correct_clock_skew(false);
    list(album(&builder.build_for(sandbox.user_id()))).await.unwrap();
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
async fn a_wrong_date_is_corrected_when_its_refusal_is_a_403() {
    let sandbox =
        Sandbox::builder().records(1).signature_failure_status(403).start().await.unwrap();
    let builder = signed(&sandbox, &TestClock::running_ahead_by(120));
    let listed = list(album(&builder.build_for(sandbox.user_id()))).await;
    assert_eq!(listed.unwrap().len(), 1);
    assert_eq!(sandbox.requests().len(), 2);
}

#[tokio::test]
async fn a_service_whose_clock_runs_wild_gets_two_attempts_and_not_more() {
    let server = RawServer::answering(|number, _| {
        let date = if number % 2 == 0 {
            "Mon, 03 Nov 2025 07:01:40 GMT"
        } else {
            "Tue, 03 Nov 2026 07:01:40 GMT"
        };
        response("401 Unauthorized", &[("date", date)], r#"{"code":401}"#)
    })
    .await;
    let error = first_error(album(&user_at(server.url(), any_app()))).await;
    assert_eq!(error.attempts(), 2, "{error}");
}

#[tokio::test]
async fn a_gateway_whose_date_is_wrong_does_not_spoil_signatures_that_are_accepted() {
    let server = RawServer::answering(|number, head| {
        let date = head.lines().find_map(|line| line.strip_prefix("x-date: ")).unwrap();
        let now = XDate::at(SystemTime::now()).as_unix_seconds();
        let age = now - date.trim().parse::<XDate>().unwrap().as_unix_seconds();
        let wrong = [("date", "Mon, 03 Nov 2025 07:01:40 GMT")];
        if !(0..900).contains(&age) {
            return response("401 Unauthorized", &wrong, r#"{"code":401}"#);
        }
        let page =
            format!(r#"{{"code":0,"data":[{{"recordId":"{number}"}}],"nextCursor":"{number}"}}"#);
        response("200 OK", &wrong, page)
    })
    .await;
    let listed = list(album(&user_at(server.url(), any_app())).limit(5)).await;
    assert_eq!(listed.unwrap().len(), 5);
    assert_eq!(server.heads().len(), 5);
}

#[tokio::test]
async fn a_wrong_date_is_corrected_whatever_its_refusals_status_and_however_small_the_margin() {
    for (status, ahead, margin) in [(400, 120, 30), (401, 2, 0), (403, 5, 1)] {
        let sandbox =
            Sandbox::builder().records(1).signature_failure_status(status).start().await.unwrap();
        let user = signed(&sandbox, &TestClock::running_ahead_by(ahead))
            .date_margin(Duration::from_secs(margin))
            .build_for(sandbox.user_id());
        assert_eq!(list(album(&user)).await.unwrap().len(), 1, "{status}");
        assert_eq!(sandbox.requests().len(), 2, "{status}");
    }
}

#[tokio::test]
async fn a_date_that_came_over_plain_http_from_another_host_corrects_no_clock() {
    let sandbox = Sandbox::builder().records(1).start().await.unwrap();
    let addr = sandbox.addr();
    for (ahead, refused) in [(0, None), (120, Some(1))] {
        let url = format!("http://gateway.example:{}", addr.port());
        let user = at(&url, &TestClock::running_ahead_by(ahead))
            .allow_plain_http_to("gateway.example")
            .configure_http(move |http| http.no_proxy().resolve("gateway.example", addr))
            .credentials(AppCredentials::new(sandbox.app_id(), sandbox.app_secret()).unwrap())
            .build_for(sandbox.user_id());
        let error = list(album(&user)).await.err();
        assert_eq!(error.as_ref().map(|error| error.attempts()), refused, "{error:?}");
    }
}
