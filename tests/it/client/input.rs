//! Bad input: a clear error before anything is sent.

use std::time::Duration;

use koodrive_ext::{
    AccessToken, AppCredentials, BackupRecordsQuery, Client, ClientBuilder, Error, ModuleCode,
    SignedHeaders, Target,
};
use koodrive_sandbox::Sandbox;
use koodrive_tests::client::{album, any_app, user};

fn builder(endpoint: &str) -> ClientBuilder {
    Client::builder(endpoint).credentials(any_app())
}

fn story(cases: Vec<(&str, Result<(), Error>)>) -> Vec<String> {
    cases
        .into_iter()
        .map(|(what, outcome)| {
            let error = outcome.expect_err(what);
            assert!(error.is_invalid_input(), "{what}: {error}");
            assert_eq!(error.attempts(), 0, "{what}");
            format!("{what}: {error}")
        })
        .collect()
}

#[test]
fn a_client_is_not_built_from_wrong_settings() {
    let https = "https://intl.myhuaweicloud-koodrive.com";
    let build = |builder: ClientBuilder| builder.build().map(drop);
    let cases = vec![
        ("empty endpoint", build(builder(""))),
        ("endpoint without scheme", build(builder("intl.myhuaweicloud-koodrive.com"))),
        ("endpoint that is no URL", build(builder("https://"))),
        ("plain http", build(builder("http://intl.myhuaweicloud-koodrive.com"))),
        ("plain http to an address", build(builder("http://10.0.0.1:8080"))),
        ("ftp", build(builder("ftp://intl.myhuaweicloud-koodrive.com"))),
        ("endpoint with a query", build(builder("https://example.com/?moduleCode=101"))),
        ("endpoint with a password", build(builder("https://me:hush@example.com"))),
        ("no credentials", build(Client::builder(https))),
        ("host with a path", build(builder(https).host("example.com/x"))),
        ("margin of an hour", build(builder(https).date_margin(Duration::from_secs(3600)))),
    ];
    insta::assert_snapshot!(story(cases).join("\n"));
}

#[test]
fn what_belongs_to_the_connections_is_set_where_they_are_made() {
    let first = builder("https://example.com").build().unwrap();
    let second = || builder("https://example.com").connections_of(&first);
    assert!(second().build().is_ok());
    assert!(second().connect_timeout(Duration::from_secs(1)).build().is_err());
    assert!(second().configure_http(|http| http).build().is_err());
}

#[test]
fn a_target_is_shown_by_user_module_and_device() {
    let target = Target::new("1001", ModuleCode::AlbumBackup);
    assert_eq!(target.to_string(), "1001 album");
    assert_eq!(target.device_id("18428").to_string(), "1001 album 18428");
}

#[test]
fn a_margin_of_14_minutes_is_taken_and_no_more() {
    let build = |margin| builder("https://example.com").date_margin(margin).build();
    let longest = Duration::from_secs(14 * 60);
    assert!(build(longest).is_ok());
    assert!(build(longest + Duration::from_nanos(1)).unwrap_err().is_invalid_input());
}

#[test]
fn a_client_is_not_taken_for_a_wrong_user_id() {
    let client = builder("https://intl.myhuaweicloud-koodrive.com").build().unwrap();
    let user = |user_id: &str| client.for_user(user_id).map(drop);
    let cases = vec![
        ("empty user", user("")),
        ("user with a line feed", user("1\nx-evil: 1")),
        ("user with a NUL", user("1\0")),
        ("user with a space", user(" 1")),
        ("user with a comma", user("1,2")),
        ("user that is not ASCII", user("用户")),
    ];
    insta::assert_snapshot!(story(cases).join("\n"));
}

#[test]
fn wrong_credentials_are_refused_when_they_are_made() {
    let app = |id: &str, secret: &str| AppCredentials::new(id, secret).map(drop);
    let token = |token: &str| AccessToken::new(token).map(drop);
    let signed = |names: &[&str]| SignedHeaders::new(names).map(drop);
    let long = "a".repeat(257);
    let cases = vec![
        ("empty app id", app("", "s")),
        ("app id with a comma", app("a,SignedHeaders=x", "s")),
        ("app id with a space", app("a b", "s")),
        ("app id with a quote", app("a\"", "s")),
        ("app id of 257 characters", app(&long, "s")),
        ("empty secret", app("a", "")),
        ("empty token", token("")),
        ("token of a scheme only", token("Bearer+")),
        ("token with a line feed", token("abc\r\n")),
        ("signed headers without date", signed(&["host", "x-user-id"])),
        ("signed headers with authorization", signed(&["authorization", "x-date", "x-user-id"])),
        ("a header name with a space", signed(&["x date"])),
    ];
    insta::assert_snapshot!(story(cases).join("\n"));
}

async fn first_poll(query: BackupRecordsQuery) -> Result<(), Error> {
    let mut records = query.records();
    let outcome = records.try_next().await.map(drop);
    assert!(records.next().await.is_none(), "asking again cannot help");
    assert!(!records.checkpoint().is_end(), "and nothing was listed");
    outcome
}

#[tokio::test]
async fn a_wrong_query_is_refused_by_its_first_poll_and_nothing_is_sent() {
    let sandbox = Sandbox::builder().records(1).start().await.unwrap();
    let user = user(&sandbox);
    let query = || album(&user);
    let cases = vec![
        ("pageSize 0", first_poll(query().page_size(0)).await),
        ("pageSize 101", first_poll(query().page_size(101)).await),
        ("cursor of 1,001 characters", first_poll(query().cursor("é".repeat(1001))).await),
        ("empty cursor", first_poll(query().cursor("")).await),
        ("empty device", first_poll(query().device_id("")).await),
        ("device with a control character", first_poll(query().device_id("1\u{7}")).await),
        ("empty module", first_poll(user.backup_records(ModuleCode::from_code(""))).await),
        ("lock id with a line feed", first_poll(query().backup_lock_id("a\nb")).await),
        ("a header that is none", first_poll(query().header("x y", "1")).await),
        ("a header of this crate's own", first_poll(query().header("X-User-Id", "2")).await),
        ("a header value with a line feed", first_poll(query().header("x-a", "1\n2")).await),
    ];
    insta::assert_snapshot!(story(cases).join("\n"));
    assert!(sandbox.requests().is_empty());
}

#[tokio::test]
async fn a_cursor_of_exactly_1000_characters_is_sent() {
    let sandbox = Sandbox::builder().records(1).start().await.unwrap();
    let cursor = "é+/".repeat(333) + "=";
    let query = album(&user(&sandbox)).cursor(&cursor);
    let error = query.records().try_next().await.unwrap_err();
    assert_eq!(error.http_status(), Some(400), "the sandbox never issued it: {error}");
    assert_eq!(sandbox.requests()[0].param("cursor"), Some(cursor.as_str()));
}

#[test]
fn names_that_are_none_say_which_there_are() {
    let module = "albums".parse::<ModuleCode>().unwrap_err().to_string();
    let status = "done".parse::<koodrive_ext::BackupStatus>().unwrap_err().to_string();
    insta::assert_snapshot!([module, status].join("\n"));
}

#[test]
fn plain_http_is_allowed_to_a_host_by_its_name_in_any_case() {
    let allowed = builder("http://Gateway.example:8080").allow_plain_http_to("GATEWAY.example");
    assert!(allowed.build().is_ok());
    assert!(
        builder("http://other.example").allow_plain_http_to("gateway.example").build().is_err()
    );
}

#[tokio::test]
async fn invalid_input_is_reported_even_when_the_limit_is_0() {
    let sandbox = Sandbox::builder().records(1).start().await.unwrap();
    let mut records = album(&user(&sandbox)).page_size(0).limit(0).records();
    assert!(!records.is_ended());
    assert!(records.try_next().await.unwrap_err().is_invalid_input());
    assert!(records.is_ended());
}
