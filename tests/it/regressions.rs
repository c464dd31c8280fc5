//! Faults that a review found, each kept from coming back.

use koodrive_ext::{
    AccessToken, AppCredentials, Client, Credentials, ModuleCode, TokenFuture, TokenProvider, XDate,
};
use koodrive_sandbox::Sandbox;
use koodrive_tests::client::{at, by_app};
use koodrive_tests::clock::TestClock;
use koodrive_tests::server::{answering, response};

fn app() -> AppCredentials {
    AppCredentials::new("app", "a-secret-to-hide").unwrap()
}

fn client(url: &str, credentials: impl Into<Credentials>) -> Client {
    at(url, &TestClock::default()).credentials(credentials).build().unwrap()
}

async fn first_error(client: &Client) -> koodrive_ext::Error {
    client.backup_records(ModuleCode::AlbumBackup).records().try_next().await.unwrap_err()
}

#[tokio::test]
async fn a_page_that_cannot_be_decoded_says_what_it_took_and_shows_no_cursor() {
    let body = r#"{"nextCursor":"hush-hush","code":0,"data":{"a":"hush-hush"}}"#;
    let url = answering(move |_, _| response("200 OK", "x-traceid: trace-7\r\n", body)).await;
    let error = first_error(&client(&url, app())).await;
    assert!(error.is_undecodable() && !error.to_string().contains("hush"), "{error}");
    assert_eq!((error.attempts(), error.request_id(), error.page()), (1, Some("trace-7"), Some(1)));
}

#[tokio::test]
async fn an_echo_is_hidden_in_the_form_in_which_it_comes_back() {
    let url = answering(|_, request| {
        let token = request.find("Bearer+").map(|at| &request[at + 7..at + 22]).unwrap_or_default();
        let line = request.lines().next().unwrap_or_default();
        response("404 Not Found", "", &format!("{token} {line}"))
    })
    .await;
    let client = client(&url, AccessToken::new("Bearer+a-token-to-hide").unwrap());
    let query = client.backup_records(ModuleCode::AlbumBackup).cursor("a/cursor+to=hide");
    let error = query.records().try_next().await.unwrap_err().to_string();
    assert!(!error.contains("token-to-hide") && !error.contains("a%2Fcursor"), "{error}");
}

struct Closed;

impl TokenProvider for Closed {
    fn token<'a>(&'a self, _: Option<&'a AccessToken>) -> TokenFuture<'a> {
        Box::pin(async { Err("closed".into()) })
    }
}

#[tokio::test]
async fn what_was_not_sent_is_not_counted() {
    let url = answering(|_, _| response("200 OK", "", "{}")).await;
    let client = client(&url, Closed);
    let mut records = client.backup_records(ModuleCode::AlbumBackup).records();
    let error = records.try_next().await.unwrap_err();
    assert_eq!((error.attempts(), records.stats().requests), (0, 0), "{error}");
}

/// Its first token is refused; it never comes up with another.
struct Hanging;

impl TokenProvider for Hanging {
    fn token<'a>(&'a self, refused: Option<&'a AccessToken>) -> TokenFuture<'a> {
        Box::pin(async move {
            if refused.is_some() {
                std::future::pending::<()>().await;
            }
            Ok(AccessToken::new("token-1")?)
        })
    }
}

#[tokio::test]
async fn a_renewal_that_hangs_ends_with_the_deadline() {
    let (asked, mut when_asked) = tokio::sync::mpsc::unbounded_channel();
    let url = answering(move |_, _| {
        asked.send(()).unwrap();
        response("401 Unauthorized", "", r#"{"code":401}"#)
    })
    .await;
    let clock = TestClock::default();
    let client = at(&url, &clock).credentials(Hanging).build().unwrap();
    let mut records = client.backup_records(ModuleCode::AlbumBackup).records();
    let expire = async {
        when_asked.recv().await.unwrap();
        // Until the answer has been read and the renewal has begun.
        while clock.limits().len() < 2 {
            tokio::task::yield_now().await;
        }
        clock.expire_attempts();
    };
    let (failed, ()) = tokio::join!(records.try_next(), expire);
    assert!(failed.unwrap_err().is_timeout());
}

/// Its n-th token is `token-n`.
#[derive(Default)]
struct Counting(std::sync::atomic::AtomicUsize);

impl TokenProvider for Counting {
    fn token<'a>(&'a self, _: Option<&'a AccessToken>) -> TokenFuture<'a> {
        let number = self.0.fetch_add(1, std::sync::atomic::Ordering::Relaxed) + 1;
        Box::pin(async move { Ok(AccessToken::new(format!("token-{number}"))?) })
    }
}

#[tokio::test]
async fn a_400_that_means_a_failed_authentication_renews_the_token_too() {
    let url = answering(|_, request| match request.contains("token-2") {
        true => response("200 OK", "", r#"{"code":0,"data":[]}"#),
        false => response("400 Bad Request", "", r#"{"code":1,"msg":"Authentication failed."}"#),
    })
    .await;
    let client = client(&url, Counting::default());
    let mut records = client.backup_records(ModuleCode::AlbumBackup).records();
    assert!(records.try_next().await.unwrap().is_none());
    assert_eq!(records.stats().requests, 2);
}

#[tokio::test]
async fn a_checkpoint_whose_resumption_was_refused_is_not_lost() {
    let sandbox = Sandbox::builder().records(10).start().await.unwrap();
    let client = by_app(&sandbox, &TestClock::default()).unwrap().build().unwrap();
    let query = |size| client.backup_records(ModuleCode::AlbumBackup).page_size(size);
    let mut records = query(4).records();
    for _ in 0..6 {
        records.try_next().await.unwrap();
    }
    let checkpoint = records.checkpoint();
    for wrong in [query(5), query(4).device(""), query(101)] {
        let mut refused = wrong.resume(checkpoint.clone()).records();
        assert!(refused.try_next().await.is_err());
        assert_eq!(refused.checkpoint(), checkpoint);
    }
}

#[tokio::test]
async fn wrong_input_is_told_whatever_the_limit_is() {
    let sandbox = Sandbox::builder().records(1).start().await.unwrap();
    let client = by_app(&sandbox, &TestClock::default()).unwrap().build().unwrap();
    let mut records =
        client.backup_records(ModuleCode::AlbumBackup).page_size(0).limit(0).records();
    assert!(!records.is_ended());
    assert!(records.try_next().await.unwrap_err().is_invalid_input());
    assert!(records.is_ended());
}

#[tokio::test]
async fn exactly_as_many_empty_pages_as_allowed_are_an_error() {
    for allowed in [1, 3] {
        let fault = "1:empty-forever".parse().unwrap();
        let sandbox = Sandbox::builder().records(1).fault(fault).start().await.unwrap();
        let client = by_app(&sandbox, &TestClock::default()).unwrap().build().unwrap();
        let query = client.backup_records(ModuleCode::AlbumBackup).max_empty_pages(allowed);
        assert!(query.records().try_next().await.unwrap_err().is_broken_paging());
        assert_eq!(sandbox.requests().len(), allowed as usize);
    }
}

#[tokio::test]
async fn a_refusal_keeps_its_status_also_where_its_body_breaks_off_or_is_huge() {
    let cut =
        "HTTP/1.1 401 Unauthorized\r\nconnection: close\r\ncontent-length: 99\r\n\r\n{".to_owned();
    let url = answering(move |_, _| cut.clone()).await;
    let error = first_error(&client(&url, app())).await;
    assert_eq!((error.http_status(), error.attempts()), (Some(401), 1), "{error}");

    let huge = response("503 Service Unavailable", "", &"x".repeat(100_000));
    let url = answering(move |_, _| huge.clone()).await;
    let small =
        at(&url, &TestClock::default()).credentials(app()).max_body_bytes(1000).build().unwrap();
    let error = first_error(&small).await;
    assert_eq!((error.http_status(), error.attempts()), (Some(503), 5), "{error}");
}

#[tokio::test]
async fn a_front_whose_date_is_wrong_does_not_spoil_signatures_that_are_accepted() {
    let url = answering(|number, request| {
        let date = request.lines().find_map(|line| line.strip_prefix("x-date: ")).unwrap();
        let now = XDate::at(std::time::SystemTime::now()).as_unix_seconds();
        let age = now - date.trim().parse::<XDate>().unwrap().as_unix_seconds();
        let wrong = "date: Mon, 03 Nov 2025 07:01:40 GMT\r\n";
        if (0..900).contains(&age) {
            let page = format!(
                r#"{{"code":0,"data":[{{"recordId":"{number}"}}],"nextCursor":"{number}"}}"#
            );
            response("200 OK", wrong, &page)
        } else {
            response("401 Unauthorized", wrong, r#"{"code":401}"#)
        }
    })
    .await;
    let mut records =
        client(&url, app()).backup_records(ModuleCode::AlbumBackup).limit(5).records();
    assert_eq!(records.try_collect().await.unwrap().len(), 5);
    assert_eq!(records.stats().requests, 5);
}

#[tokio::test]
async fn a_wrong_date_is_mended_whatever_the_status_of_its_refusal_and_however_small_the_margin() {
    for (status, ahead, margin) in [(400, 120, 30), (401, 2, 0), (403, 5, 1)] {
        let sandbox =
            Sandbox::builder().records(1).signature_failure_status(status).start().await.unwrap();
        let client = by_app(&sandbox, &TestClock::running_ahead_by(ahead))
            .unwrap()
            .date_margin(std::time::Duration::from_secs(margin))
            .build()
            .unwrap();
        let listed = client.backup_records(ModuleCode::AlbumBackup).records().try_collect().await;
        assert_eq!(listed.unwrap().len(), 1, "{status}");
        assert_eq!(sandbox.requests().len(), 2, "{status}");
    }
}

#[tokio::test]
async fn debug_of_a_page_and_of_a_listing_in_mid_page_shows_no_cursor() {
    let sandbox = Sandbox::builder().records(6).start().await.unwrap();
    let client = by_app(&sandbox, &TestClock::default()).unwrap().build().unwrap();
    let query = || client.backup_records(ModuleCode::AlbumBackup).page_size(2);
    let mut records = query().records();
    for _ in 0..3 {
        records.try_next().await.unwrap();
    }
    let mut pages = query().pages();
    pages.try_next().await.unwrap();
    let page = pages.try_next().await.unwrap().unwrap();
    let shown = format!("{records:?} {pages:?} {page:?} {:?}", page.clone().into_iter());
    let cursor =
        sandbox.requests().iter().find_map(|request| request.param("cursor").map(str::to_owned));
    assert!(!shown.contains(&cursor.unwrap()[..8]), "{shown}");
}

#[tokio::test]
async fn a_cursor_that_comes_as_a_number_is_followed() {
    let url = answering(|_, request| {
        let next = if request.contains("cursor=12345&") { "null" } else { "12345" };
        response(
            "200 OK",
            "",
            &format!(r#"{{"code":0,"data":[{{"recordId":"1"}}],"nextCursor":{next}}}"#),
        )
    })
    .await;
    let mut records = client(&url, app()).backup_records(ModuleCode::AlbumBackup).records();
    assert_eq!(records.try_collect().await.unwrap().len(), 2);
}

/// Hands out one token, and fails to renew it, slowly.
#[derive(Clone, Default)]
struct Failing(std::sync::Arc<std::sync::atomic::AtomicUsize>);

impl TokenProvider for Failing {
    fn token<'a>(&'a self, refused: Option<&'a AccessToken>) -> TokenFuture<'a> {
        Box::pin(async move {
            if refused.is_none() {
                return Ok(AccessToken::new("token-1")?);
            }
            self.0.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
            for _ in 0..1000 {
                tokio::task::yield_now().await;
            }
            Err("closed".into())
        })
    }
}

#[tokio::test]
async fn a_renewal_that_fails_fails_for_all_who_waited_for_it() {
    let sandbox = Sandbox::builder().records(1).start().await.unwrap();
    let provider = Failing::default();
    let client = koodrive_tests::client::begun(&sandbox, &TestClock::default())
        .credentials(provider.clone())
        .build()
        .unwrap();
    let together = std::sync::Arc::new(tokio::sync::Barrier::new(20));
    let tasks: Vec<_> = (0..20)
        .map(|_| {
            let (client, together) = (client.clone(), together.clone());
            tokio::spawn(async move {
                together.wait().await;
                first_error(&client).await
            })
        })
        .collect();
    for task in tasks {
        assert!(task.await.unwrap().to_string().contains("closed"));
    }
    let asked = provider.0.load(std::sync::atomic::Ordering::Relaxed);
    assert!(asked < 20, "{asked}");
}
