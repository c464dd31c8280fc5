//! Servers that send back what they were sent.

use koodrive_tests::album;
use koodrive_tests::client::{any_app, token, user_at};
use koodrive_tests::raw_server::{RawServer, response};
use koodrive_tests::story::first_error;

const TOKEN: &str = "t0k3n-that-must-not-be-seen";

#[tokio::test]
async fn a_server_that_echoes_what_it_was_sent_teaches_the_error_nothing() {
    let server = RawServer::answering(move |_, head| {
        let body = serde_json::json!({"code": 401, "msg": head.replace(['\r', '\n'], " ")});
        response("401 Unauthorized", &[], body.to_string())
    })
    .await;
    let by_token = user_at(server.url(), token(TOKEN));
    let by_app = user_at(server.url(), any_app());
    for (user, marker) in [(by_token, "Bearer+"), (by_app, "Signature=")] {
        let error = first_error(album(&user).cursor("a-cursor-to-hide")).await.to_string();
        let head = server.heads().pop().unwrap();
        let at = head.find(marker).expect("the server did see it") + marker.len();
        let secret = head[at..].split_whitespace().next().unwrap();
        assert!(secret.len() > 10 && error.contains("[hidden]"), "{error}");
        assert!(!error.contains(secret) && !error.contains("a-cursor-to-hide"), "{error}");
    }
}

#[tokio::test]
async fn an_echo_is_hidden_in_the_form_in_which_it_comes_back() {
    let server = RawServer::answering(|_, head| {
        let token = head.find("Bearer+").map(|at| &head[at + 7..at + 22]).unwrap_or_default();
        let line = head.lines().next().unwrap_or_default();
        response("404 Not Found", &[], format!("{token} {line}"))
    })
    .await;
    let user = user_at(server.url(), token("Bearer+a-token-to-hide"));
    let error = first_error(album(&user).cursor("a/cursor+to=hide")).await.to_string();
    assert!(!error.contains("token-to-hide") && !error.contains("a%2Fcursor"), "{error}");
}
