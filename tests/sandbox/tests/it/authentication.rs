//! Who is let in, and what the others are told.

use std::time::Duration;

use crate::common::{Call, PATH, X_DATE, authorization, builder, signing_time, start};
use koodrive_sandbox::Sandbox;

const TARGET: &str = "/koodrive/ose/v1/backup/record?moduleCode=101&pageSize=2";

/// Asserts the status and that the message holds a text, and returns the message.
async fn refused(sandbox: &Sandbox, call: &Call, status: u16, part: &str) -> String {
    let answer = call.send(sandbox).await;
    let msg = answer.msg();
    assert_eq!(answer.status, status, "{msg}");
    assert!(msg.contains(part), "{msg:?} should hold {part:?}");
    let code = answer.json()["code"].as_i64();
    assert_eq!(code, Some(if status == 400 { 13_000_102 } else { i64::from(status) }));
    msg
}

#[tokio::test]
async fn a_good_signature_is_accepted() {
    let sandbox = start(builder()).await;
    let answer = Call::signed(&sandbox, TARGET).send(&sandbox).await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.record_ids()[0], "1842862763295184641");
}

#[tokio::test]
async fn a_signature_covers_the_query_in_any_order_and_encoding() {
    let sandbox = start(builder()).await;
    let value = authorization(&sandbox, TARGET, sandbox.user_id(), X_DATE);
    let reordered = format!("{PATH}?pageSize=2&&moduleCode=%31%301");
    let call = Call::token(&sandbox, reordered).header("Authorization", &value);
    assert_eq!(call.send(&sandbox).await.status, 200);
}

#[tokio::test]
async fn a_signature_that_does_not_match_is_told_the_hash_of_the_canonical_request() {
    let sandbox = start(builder()).await;
    let call = Call::signed(&sandbox, TARGET);
    let other = call.clone().header("X-User-Id", "1505084218764547201");
    let msg = refused(&sandbox, &other, 401, "signature does not match").await;
    let hash = msg.rsplit(' ').next().unwrap_or_default();
    assert!(hash.len() == 64 && hash.bytes().all(|byte| byte.is_ascii_hexdigit()), "{msg}");
    assert!(!msg.contains(sandbox.app_secret()));

    let mut wrong = call;
    wrong.target = wrong.target.replace("pageSize=2", "pageSize=3");
    refused(&sandbox, &wrong, 401, "signature does not match").await;
}

#[tokio::test]
async fn a_host_other_than_the_signed_one_is_refused() {
    let sandbox = start(builder()).await;
    let call = Call::signed(&sandbox, TARGET).header("Host", "intl.myhuaweicloud-koodrive.com");
    refused(&sandbox, &call, 401, "signature does not match").await;
}

#[tokio::test]
async fn each_broken_part_of_a_signature_is_named() {
    let sandbox = start(builder()).await;
    let good = authorization(&sandbox, TARGET, sandbox.user_id(), X_DATE);
    let signed = "host;x-date;x-user-id";
    for (value, part) in [
        (good.replace("AppId=", "AppId=x"), "AppId is not known"),
        (good.replace(",Signature=", ", Signature="), "Signature=<64"),
        (good.replace("AppId=", "App="), "AppId=<id>"),
        (good.replace("SignedHeaders=", "Signed="), "SignedHeaders=<names>"),
        (good[..good.len() - 1].to_owned(), "64 lower-case hex digits"),
        (format!("{good},More=1"), "three parts"),
        (good.replace(signed, "host;x-user-id"), "x-date must be signed"),
        (good.replace(signed, "host;x-date"), "x-user-id must be signed"),
        (good.replace(signed, "x-date;host;x-user-id"), "sorted"),
        (good.replace(signed, "host;host;x-date;x-user-id"), "sorted"),
        (good.replace(signed, "Host;x-date;x-user-id"), "lower case"),
        (good.replace(signed, "host;;x-date;x-user-id"), "empty name"),
        (good.replace(signed, "authorization;x-date;x-user-id"), "cannot be signed"),
        (good.replace(signed, "host;x-date;x-none;x-user-id"), "x-none is missing"),
        (good.replace("HMAC-SHA256 ", "HMAC-SHA256  "), "AppId=<id>"),
        (good.replace("HMAC-SHA256 ", "HMAC-SHA256"), "one space"),
        (good.replace("HMAC-SHA256 ", "SDK-HMAC-SHA256 "), "no known scheme"),
    ] {
        let call = Call::token(&sandbox, TARGET).header("Authorization", &value);
        refused(&sandbox, &call, 401, part).await;
    }
    let call = Call::signed(&sandbox, TARGET).also("Host", "second.example");
    let answer = call.send(&sandbox).await;
    assert!((400..=401).contains(&answer.status));
}

#[tokio::test]
async fn a_token_is_accepted_after_a_plus_and_after_a_space() {
    let sandbox = start(builder().token("a-token").token("another")).await;
    for value in ["Bearer+a-token", "Bearer a-token", "bearer+another", "BEARER another"] {
        let call = Call::token(&sandbox, TARGET).header("Authorization", value);
        assert_eq!(call.send(&sandbox).await.status, 200, "{value}");
    }
    for value in ["a-token", "Bearera-token", "Bearer", "Basic a-token"] {
        let call = Call::token(&sandbox, TARGET).header("Authorization", value);
        refused(&sandbox, &call, 401, "no known scheme").await;
    }
    for value in ["Bearer+", "Bearer+a-token2", "Bearer+A-token", "Bearer++a-token"] {
        let call = Call::token(&sandbox, TARGET).header("Authorization", value);
        refused(&sandbox, &call, 401, "not known").await;
    }
}

#[tokio::test]
async fn a_request_without_credentials_or_with_two_is_unauthorized() {
    let sandbox = start(builder()).await;
    let call = Call::token(&sandbox, TARGET);
    let none = call.clone().without("Authorization");
    refused(&sandbox, &none, 401, "Authorization is missing").await;
    let two = call.also("Authorization", "Bearer+x");
    refused(&sandbox, &two, 401, "more than once").await;
}

#[tokio::test]
async fn the_user_must_be_given_once_and_known() {
    let sandbox = start(builder().user("1").user("2")).await;
    let call = Call::token(&sandbox, TARGET);
    let none = call.clone().without("X-User-Id");
    refused(&sandbox, &none, 400, "X-User-Id is mandatory").await;
    let blank = call.clone().header("X-User-Id", " ");
    refused(&sandbox, &blank, 400, "X-User-Id is mandatory").await;
    let two = call.clone().also("X-User-Id", "2");
    refused(&sandbox, &two, 400, "more than once").await;
    let unknown = call.clone().header("X-User-Id", "3");
    refused(&sandbox, &unknown, 401, "user").await;
    let second = call.clone().header("X-User-Id", "2").send(&sandbox).await;
    assert_eq!(second.status, 200);
    assert_ne!(
        second.record_ids(),
        call.send(&sandbox).await.record_ids(),
        "each user has records of its own"
    );
}

#[tokio::test]
async fn a_date_of_another_form_is_refused_by_name() {
    let sandbox = start(builder()).await;
    for call in [Call::token(&sandbox, TARGET), Call::signed(&sandbox, TARGET)] {
        let none = call.clone().without("X-Date");
        refused(&sandbox, &none, 400, "X-Date is mandatory").await;
        for date in ["2025-11-03T07:01:40Z", "20251103T070140.5Z", "20250229T070140Z"] {
            let call = call.clone().header("X-Date", date);
            refused(&sandbox, &call, 400, "yyyyMMdd'T'HHmmss'Z'").await;
        }
        let two = call.clone().also("X-Date", X_DATE);
        refused(&sandbox, &two, 400, "more than once").await;
    }
}

#[tokio::test]
async fn a_date_is_good_from_now_until_900_seconds_later() {
    for (offset_nanos, reason) in [
        (-1_i64, Some("later than the current time")),
        (0, None),
        (900_000_000_000, None),
        (900_000_000_001, Some("older than 15 minutes")),
    ] {
        let distance = Duration::from_nanos(offset_nanos.unsigned_abs());
        let now =
            if offset_nanos < 0 { signing_time() - distance } else { signing_time() + distance };
        let sandbox = start(builder().now(move || now)).await;
        for call in [Call::token(&sandbox, TARGET), Call::signed(&sandbox, TARGET)] {
            match reason {
                None => assert_eq!(call.send(&sandbox).await.status, 200),
                Some(reason) => {
                    refused(&sandbox, &call, 401, reason).await;
                }
            }
        }
    }
}

#[tokio::test]
async fn the_clock_offset_moves_the_window_and_the_date_header() {
    let sandbox = start(builder().clock_offset(-1)).await;
    let call = Call::token(&sandbox, TARGET);
    refused(&sandbox, &call, 401, "later than the current time").await;
    let answer = call.send(&sandbox).await;
    assert_eq!(answer.header("date"), Some("Mon, 03 Nov 2025 07:01:39 GMT"));
    let sandbox = start(builder().clock_offset(901)).await;
    let call = Call::token(&sandbox, TARGET);
    refused(&sandbox, &call, 401, "older than 15 minutes").await;
}

#[tokio::test]
async fn the_date_can_be_left_out_with_a_token_alone() {
    let sandbox = start(builder().require_date_with_token(false)).await;
    let token = Call::token(&sandbox, TARGET).without("X-Date");
    assert_eq!(token.send(&sandbox).await.status, 200);
    let signed = Call::signed(&sandbox, TARGET).without("X-Date");
    refused(&sandbox, &signed, 400, "X-Date is mandatory").await;
}

#[tokio::test]
async fn the_status_of_a_refused_signature_can_be_chosen() {
    let sandbox = start(builder().signature_failure_status(403)).await;
    let call = Call::signed(&sandbox, TARGET).header("X-User-Id", "x");
    refused(&sandbox, &call, 403, "signature does not match").await;
    let call = Call::token(&sandbox, TARGET).header("Authorization", "Bearer+x");
    refused(&sandbox, &call, 401, "token").await;
}

#[tokio::test]
async fn tokens_can_be_replaced_and_revoked_while_running() {
    let sandbox = start(builder().token("one").token("two")).await;
    let one = Call::token(&sandbox, TARGET);
    assert_eq!(one.send(&sandbox).await.status, 200);
    assert!(sandbox.revoke_token("one"));
    assert!(!sandbox.revoke_token("one"));
    refused(&sandbox, &one, 401, "token").await;
    assert_eq!(sandbox.token(), "two");
    sandbox.set_token("three").expect("good");
    assert_eq!(sandbox.token(), "three");
    let three = Call::token(&sandbox, TARGET);
    assert_eq!(three.send(&sandbox).await.status, 200);
    let two = one.header("Authorization", "Bearer+two");
    refused(&sandbox, &two, 401, "token").await;
}

#[tokio::test]
async fn each_of_several_apps_signs_with_its_own_secret() {
    let builder = builder().app("first", "a").app("second", "b");
    let sandbox = start(builder).await;
    let call = Call::signed(&sandbox, TARGET);
    assert_eq!(call.send(&sandbox).await.status, 200);
    let value = authorization(&sandbox, TARGET, sandbox.user_id(), X_DATE);
    let call = call.header("Authorization", &value.replace("first", "second"));
    refused(&sandbox, &call, 401, "signature does not match").await;
}

/// Clients cut long messages.
#[tokio::test]
async fn the_canonical_request_of_a_wrong_signature_is_hashed_in_a_header_too() {
    let sandbox = start(builder()).await;
    let good = Call::signed(&sandbox, TARGET).send(&sandbox).await;
    assert_eq!(good.header("x-canonical-request-sha256"), None);
    let value = authorization(&sandbox, TARGET, sandbox.user_id(), X_DATE);
    let (rest, _) = value.rsplit_once('=').unwrap();
    let call = Call::token(&sandbox, TARGET).header("Authorization", &format!("{rest}={:064}", 0));
    let answer = call.send(&sandbox).await;
    let hash = answer.header("x-canonical-request-sha256").unwrap();
    assert!(answer.status == 401 && hash.len() == 64 && answer.msg().ends_with(hash));
}
