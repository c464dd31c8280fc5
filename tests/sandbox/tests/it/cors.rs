//! Browsers: what a page of another origin may ask and read.

use crate::common::{Call, PATH, builder, start};
use koodrive_sandbox::Sandbox;

const TARGET: &str = "/koodrive/ose/v1/backup/record?moduleCode=101&pageSize=2";

fn preflight(sandbox: &Sandbox) -> Call {
    Call { method: "OPTIONS".into(), target: PATH.into(), headers: Vec::new() }
        .header("Host", &sandbox.addr().to_string())
        .header("Origin", "https://app.example")
        .header("Access-Control-Request-Method", "GET")
        .header("Access-Control-Request-Headers", "authorization,x-date,x-user-id")
}

#[tokio::test]
async fn a_preflight_is_answered_without_credentials() {
    let sandbox = start(builder().cors(true)).await;
    let answer = preflight(&sandbox).send(&sandbox).await;
    assert_eq!(answer.status, 204);
    assert_eq!(answer.header("access-control-allow-origin"), Some("*"));
    assert_eq!(answer.header("access-control-allow-methods"), Some("GET"));
    let headers = answer.header("access-control-allow-headers").unwrap();
    for name in ["authorization", "x-user-id", "x-date", "x-backup-lock-id"] {
        assert!(headers.contains(name), "{headers}");
    }
}

#[tokio::test]
async fn answers_and_refusals_may_be_read_by_a_page() {
    let sandbox = start(builder().cors(true)).await;
    let call = Call::token(&sandbox, TARGET).header("Origin", "https://app.example");
    for (call, status) in [(call.clone(), 200), (call.header("Authorization", "Bearer+x"), 401)] {
        let answer = call.send(&sandbox).await;
        assert_eq!(answer.status, status);
        assert_eq!(answer.header("access-control-allow-origin"), Some("*"));
        let exposed = answer.header("access-control-expose-headers").unwrap();
        assert!(exposed.contains("x-traceid") && exposed.contains("x-canonical-request-sha256"));
    }
}

#[tokio::test]
async fn without_the_switch_a_browser_is_nobody_special() {
    let sandbox = start(builder()).await;
    let answer = preflight(&sandbox).send(&sandbox).await;
    assert!(answer.status >= 400, "{}", answer.status);
    assert_eq!(answer.header("access-control-allow-origin"), None);
    let answer = Call::token(&sandbox, TARGET).send(&sandbox).await;
    assert_eq!(answer.header("access-control-allow-origin"), None);
}
