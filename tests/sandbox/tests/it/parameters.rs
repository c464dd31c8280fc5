//! The rules of the parameters, one promise each.

use crate::common::{Answer, Call, PATH, builder, encode, listing, page, query, start};
use koodrive_sandbox::Sandbox;

async fn ask(sandbox: &Sandbox, query: &str) -> Answer {
    Call::token(sandbox, format!("{PATH}?{query}")).send(sandbox).await
}

/// Asserts a 400 in the documented envelope whose message names the parameter and the rule.
async fn refused(query: &str, parameter: &str, rule: &str) {
    let sandbox = start(builder()).await;
    let answer = ask(&sandbox, query).await;
    assert_eq!(answer.status, 400, "{query}");
    assert_eq!(answer.json()["code"], 13_000_102, "{query}");
    let msg = answer.msg();
    assert!(msg.contains(parameter) && msg.contains(rule), "{query}: {msg}");
}

#[tokio::test]
async fn the_module_code_is_mandatory() {
    refused("pageSize=20", "moduleCode", "mandatory").await;
}

#[tokio::test]
async fn a_module_code_other_than_100_to_102_is_refused() {
    for code in ["99", "103", "", "0101", "101%20", "+101", "album"] {
        let query = format!("moduleCode={code}&pageSize=20");
        refused(&query, "moduleCode", "100, 101 or 102").await;
    }
}

#[tokio::test]
async fn the_page_size_is_mandatory() {
    refused("moduleCode=101", "pageSize", "mandatory").await;
}

#[tokio::test]
async fn a_page_size_other_than_1_to_100_in_digits_is_refused() {
    for size in [
        "0",
        "101",
        "",
        "-1",
        "%2B5",
        "1.5",
        "1e1",
        "0x10",
        "%D9%A1",
        "5%20",
        "99999999999999999999999",
    ] {
        let query = format!("moduleCode=101&pageSize={size}");
        refused(&query, "pageSize", "integer from 1 to 100").await;
    }
}

#[tokio::test]
async fn page_sizes_1_and_100_are_accepted() {
    let sandbox = start(builder()).await;
    for size in [1, 100] {
        let answer = ask(&sandbox, &format!("moduleCode=101&pageSize={size}")).await;
        assert_eq!(answer.record_ids().len(), size);
    }
}

#[tokio::test]
async fn a_cursor_of_1001_characters_is_refused() {
    for character in ["a", "é", "📁"] {
        let cursor = encode(&character.repeat(1_001));
        let query = format!("moduleCode=101&pageSize=20&cursor={cursor}");
        refused(&query, "cursor", "at most 1000 characters").await;
    }
}

#[tokio::test]
async fn a_cursor_of_1000_characters_is_not_too_long() {
    let cursor = encode(&"📁".repeat(1_000));
    let query = format!("moduleCode=101&pageSize=20&cursor={cursor}");
    refused(&query, "cursor", "not given out").await;
}

#[tokio::test]
async fn a_cursor_that_is_empty_or_made_up_is_refused() {
    refused("moduleCode=101&pageSize=20&cursor=", "cursor", "empty").await;
    refused("moduleCode=101&pageSize=20&cursor", "cursor", "empty").await;
    refused("moduleCode=101&pageSize=20&cursor=abc", "cursor", "not given out").await;
    refused("moduleCode=101&pageSize=20&cursor=%FF", "cursor", "UTF-8").await;
}

#[tokio::test]
async fn a_cursor_of_another_listing_is_refused() {
    let sandbox = start(builder().user("1").user("2")).await;
    let device = sandbox.device_ids().remove(0);
    let first = page(&sandbox, &listing("101", "20"), None).await;
    let cursor = first.next_cursor().expect("a second page");
    let with = |pairs: &[(&str, &str)]| {
        let mut pairs = pairs.to_vec();
        pairs.push(("cursor", &cursor));
        Call::token(&sandbox, format!("{PATH}?{}", query(&pairs)))
    };
    let same = with(&[("moduleCode", "101"), ("pageSize", "20")]);
    assert_eq!(same.send(&sandbox).await.status, 200);
    for call in [
        with(&[("moduleCode", "100"), ("pageSize", "20")]),
        with(&[("moduleCode", "101"), ("pageSize", "21")]),
        with(&[("moduleCode", "101"), ("pageSize", "20"), ("deviceId", &device)]),
        same.header("X-User-Id", "2"),
    ] {
        let answer = call.send(&sandbox).await;
        assert_eq!(answer.status, 400);
        assert!(answer.msg().contains("cursor"), "{}", answer.msg());
    }
}

#[tokio::test]
async fn a_parameter_given_twice_is_refused() {
    for (query, name) in [
        ("moduleCode=101&moduleCode=101&pageSize=20", "moduleCode"),
        ("moduleCode=101&pageSize=20&pageSize=20", "pageSize"),
        ("moduleCode=101&pageSize=20&deviceId=1&device%49d=1", "deviceId"),
        ("moduleCode=101&pageSize=20&cursor=1&cursor=1", "cursor"),
    ] {
        refused(query, name, "more than once").await;
    }
}

#[tokio::test]
async fn an_empty_device_id_is_refused() {
    refused("moduleCode=101&pageSize=20&deviceId=", "deviceId", "empty").await;
}

#[tokio::test]
async fn unknown_parameters_are_not_looked_at() {
    let sandbox = start(builder()).await;
    let answer = ask(&sandbox, "moduleCode=101&pageSize=20&x=1&x=2&modulecode=7&%FF").await;
    assert_eq!(answer.status, 200);
}

#[tokio::test]
async fn credentials_are_checked_before_parameters() {
    let sandbox = start(builder()).await;
    let call = Call::token(&sandbox, PATH).header("Authorization", "Bearer+x");
    assert_eq!(call.send(&sandbox).await.status, 401);
}

#[tokio::test]
async fn other_paths_are_answered_by_the_gateway() {
    let sandbox = start(builder()).await;
    for path in ["/", "/koodrive/ose/v1/backup/record/", "/koodrive/ose/v1/backup"] {
        let answer = Call::token(&sandbox, path).send(&sandbox).await;
        assert_eq!(answer.status, 404, "{path}");
        let json = answer.json();
        assert_eq!(json["error_code"], "APIGW.0101");
        assert_eq!(json["request_id"].as_str(), answer.header("x-traceid"));
    }
}

#[tokio::test]
async fn other_methods_are_not_allowed() {
    let sandbox = start(builder()).await;
    let one = format!("{PATH}/1842862763295184641");
    for method in ["POST", "PUT", "DELETE", "OPTIONS"] {
        for target in [PATH, &one] {
            let call = Call::token(&sandbox, target).method(method);
            let answer = call.send(&sandbox).await;
            assert_eq!(answer.status, 405, "{method} {target}");
            assert_eq!(answer.header("allow"), Some("GET"));
            assert!(answer.json()["error_msg"].is_string());
        }
    }
}

#[tokio::test]
async fn one_record_is_answered_by_its_id() {
    let sandbox = start(builder()).await;
    for module in ["100", "101", "102"] {
        let listed = page(&sandbox, &listing(module, "100"), None).await;
        let record = &listed.json()["data"][57];
        let target = format!("{PATH}/{}", record["recordId"].as_str().expect("an id"));
        let answer = Call::signed(&sandbox, &target).send(&sandbox).await;
        assert_eq!(answer.status, 200);
        assert_eq!(answer.json()["code"], 0);
        assert_eq!(&answer.json()["data"], record);
    }
}

#[tokio::test]
async fn an_unknown_record_is_a_404_in_the_envelope_behind_the_same_authentication() {
    let sandbox = start(builder()).await;
    for id in ["1", "x", "%FF", "1842862763295184642"] {
        let target = format!("{PATH}/{id}");
        let answer = Call::token(&sandbox, &target).send(&sandbox).await;
        assert_eq!(answer.status, 404, "{id}");
        assert_eq!(answer.json()["code"], 404);
        let call = Call::token(&sandbox, &target).without("Authorization");
        assert_eq!(call.send(&sandbox).await.status, 401);
    }
}
