//! What the contract leaves open is decided as the builder was told.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use crate::common::{
    Answer, Call, PATH, X_DATE, authorization, builder, listing, page, query, signing_time, start,
};
use koodrive_sandbox::{Cursors, RefusalForm, Refused, Sandbox, TokenForm};

const TARGET: &str = "/koodrive/ose/v1/backup/record?moduleCode=101&pageSize=2";

async fn with_authorization(sandbox: &Sandbox, value: &str) -> Answer {
    Call::token(sandbox, TARGET).header("Authorization", value).send(sandbox).await
}

#[tokio::test]
async fn only_the_token_forms_that_are_set_are_taken() {
    let forms = [TokenForm::Plus, TokenForm::Space, TokenForm::Bare];
    for taken in forms {
        let sandbox = start(builder().token_forms([taken])).await;
        for form in forms {
            let prefix = match form {
                TokenForm::Plus => "Bearer+",
                TokenForm::Space => "Bearer ",
                _ => "",
            };
            let value = format!("{prefix}{}", sandbox.token());
            let expected = if form == taken { 200 } else { 401 };
            assert_eq!(with_authorization(&sandbox, &value).await.status, expected, "{form:?}");
        }
    }
}

#[tokio::test]
async fn a_token_needs_its_headers_unless_told_otherwise() {
    let sandbox =
        start(builder().require_date_with_token(false).require_user_with_token(false)).await;
    let bare = Call::token(&sandbox, TARGET).without("X-Date").without("X-User-Id");
    assert_eq!(bare.send(&sandbox).await.record_ids().len(), 2);
    let other = Call::token(&sandbox, TARGET).header("X-User-Id", "7");
    assert_eq!(other.send(&sandbox).await.status, 401);
}

#[tokio::test]
async fn a_signature_must_have_the_host_in_it_only_where_that_is_set() {
    for (is_required, said) in [(true, "host must be signed"), (false, "does not match")] {
        let sandbox = start(builder().require_host_signed(is_required)).await;
        let value = authorization(&sandbox, TARGET, sandbox.user_id(), X_DATE);
        let answer = with_authorization(&sandbox, &value.replace("host;", "")).await;
        assert_eq!(answer.status, 401);
        let text = answer.json().to_string();
        assert!(text.contains(said), "{text}");
    }
}

#[tokio::test]
async fn the_window_of_dates_can_be_wider_or_narrower() {
    let second = Duration::from_secs(1);
    for (offset, ahead, age, expected) in
        [(-60, 60, 900, 200), (-61, 60, 900, 401), (60, 0, 60, 200), (61, 0, 60, 401)]
    {
        let window = builder().max_date_ahead(ahead * second).max_date_age(age * second);
        let sandbox = start(window.clock_offset(offset)).await;
        let status = Call::token(&sandbox, TARGET).send(&sandbox).await.status;
        assert_eq!(status, expected, "{offset} {ahead} {age}");
    }
}

#[tokio::test]
async fn a_refusal_has_the_form_that_was_asked_for() {
    let broken =
        |sandbox: &Sandbox| Call::token(sandbox, TARGET).header("Authorization", "Bearer+x");
    for (form, status, body) in [
        (RefusalForm::envelope(200, 7), 200, "\"code\":7,"),
        (RefusalForm::envelope_text(400, 7), 400, "\"code\":\"7\","),
        (RefusalForm::gateway(403, "APIGW.0307"), 403, "\"error_code\":\"APIGW.0307\","),
        (RefusalForm::html(502), 502, "<html>"),
        (RefusalForm::empty(401), 401, ""),
    ] {
        let sandbox = start(builder().refusal(Refused::Token, form)).await;
        let answer = broken(&sandbox).send(&sandbox).await;
        let text = String::from_utf8(answer.body).expect("UTF-8");
        assert_eq!((answer.status, text.contains(body)), (status, true), "{text}");
        let other = Call::token(&sandbox, TARGET).header("X-User-Id", "7").send(&sandbox).await;
        assert_eq!(other.status, 401, "refusals of other kinds keep their form");
    }
}

#[tokio::test]
async fn a_refusal_that_would_be_a_success_is_not_taken() {
    for form in [RefusalForm::envelope(200, 0), RefusalForm::empty(200), RefusalForm::html(302)] {
        let error = builder().refusal(Refused::Token, form).start().await.expect_err("refused");
        assert!(error.is_setting(), "{error}");
    }
    let error = builder().token_forms([]).start().await.expect_err("refused");
    assert!(error.is_setting(), "{error}");
}

#[tokio::test]
async fn a_cursor_can_be_good_once_or_for_a_while() {
    let sandbox = start(builder().cursors(Cursors::Once)).await;
    let params = listing("101", "2");
    let cursor = page(&sandbox, &params, None).await.next_cursor();
    assert_eq!(page(&sandbox, &params, cursor.as_deref()).await.status, 200);
    assert_eq!(page(&sandbox, &params, cursor.as_deref()).await.status, 400);

    let passed = Arc::new(AtomicU64::new(0));
    let clock = Arc::clone(&passed);
    let now = move || signing_time() + Duration::from_secs(clock.load(Ordering::SeqCst));
    let lapsing = Cursors::Lapsing(Duration::from_secs(60));
    let sandbox = start(builder().now(now).cursors(lapsing)).await;
    let cursor = page(&sandbox, &params, None).await.next_cursor();
    for (seconds, expected) in [(0, 200), (60, 200), (61, 400)] {
        passed.store(seconds, Ordering::SeqCst);
        let status = page(&sandbox, &params, cursor.as_deref()).await.status;
        assert_eq!(status, expected, "after {seconds} s");
    }
}

#[tokio::test]
async fn parameters_can_be_taken_more_or_less_strictly() {
    let strict = start(builder().refuse_unknown_parameters(true)).await;
    let mut odd = listing("101", "2");
    odd.push(("probe", "1"));
    assert_eq!(page(&strict, &odd, None).await.status, 400);
    assert_eq!(page(&strict, &listing("101", "101"), None).await.status, 400);

    let lax = start(builder().clamp_page_size(true)).await;
    assert_eq!(page(&lax, &odd, None).await.status, 200);
    assert_eq!(page(&lax, &listing("101", "0"), None).await.record_ids().len(), 1);
    assert_eq!(page(&lax, &listing("101", "101"), None).await.record_ids().len(), 100);
}

#[tokio::test]
async fn the_headers_of_an_answer_can_be_others() {
    let sandbox = start(builder().date_header(false).request_id_header(Some("x-request-id"))).await;
    let answer = page(&sandbox, &listing("101", "2"), None).await;
    assert_eq!((answer.header("date"), answer.header("x-traceid")), (None, None));
    assert!(answer.header("x-request-id").is_some());
}

#[tokio::test]
async fn a_body_is_gzip_for_those_who_accept_it() {
    let sandbox = start(builder().gzip(true)).await;
    let plain = page(&sandbox, &listing("101", "2"), None).await;
    assert_eq!(plain.header("content-encoding"), None);
    let target = format!("{PATH}?{}", query(&listing("101", "2")));
    let call = Call::token(&sandbox, target).header("Accept-Encoding", "gzip");
    let packed = call.send(&sandbox).await;
    assert_eq!(packed.header("content-encoding"), Some("gzip"));
    assert_eq!(packed.body[..3], [0x1f, 0x8b, 8]);
    let stored = &packed.body[15..packed.body.len() - 8];
    assert_eq!(stored.len(), plain.body.len());
}
