//! What can be seen of a sandbox, and how it starts and ends.

use std::{
    collections::HashSet,
    io::ErrorKind,
    net::SocketAddr,
    sync::{Arc, Mutex, OnceLock},
    time::Duration,
};

use crate::common::{Call, PATH, builder, listing, page, signing_time, start};
use koodrive_sandbox::{Fault, FaultKind, RequestRecord, Sandbox};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    sync::mpsc,
    time::timeout,
};

#[tokio::test]
async fn a_request_is_recorded_as_it_came_over_the_wire() {
    let sandbox = start(builder()).await;
    let target = format!("{PATH}?pageSize=2&moduleCode=101&x=a+b%2Bc&x=2");
    let call = Call::token(&sandbox, target).header("x-backup-lock-id", "1@102");
    assert_eq!(call.send(&sandbox).await.status, 200);
    Call::token(&sandbox, "/other").send(&sandbox).await;

    let requests = sandbox.requests();
    let first = &requests[0];
    assert_eq!((first.number(), first.method(), first.path()), (1, "GET", PATH));
    assert_eq!(first.query(), Some("pageSize=2&moduleCode=101&x=a+b%2Bc&x=2"));
    assert_eq!(first.param("x"), Some("a b+c"));
    assert_eq!(first.params().len(), 3);
    assert_eq!(first.header("X-Backup-Lock-Id"), Some("1@102"));
    assert_eq!(first.header("x-none"), None);
    assert_eq!(first.headers().len(), 6);
    assert_eq!((first.page(), first.attempt()), (Some(1), Some(1)));
    assert_eq!(first.status(), Some(200));
    assert_eq!(first.received_at(), signing_time());
    assert!(first.since_start() <= requests[1].since_start());
    assert_eq!(requests[1].query(), None);
    assert_eq!((requests[1].page(), requests[1].status()), (None, Some(404)));
}

#[tokio::test]
async fn credentials_are_shown_only_on_request() {
    let sandbox = start(builder().token("a-secret-token")).await;
    page(&sandbox, &listing("101", "2"), None).await;
    page(&sandbox, &listing("101", "3"), None).await;
    let requests = sandbox.requests();
    let shown = requests[0].header("authorization").expect("a header");
    assert!(shown.starts_with("Bearer+<redacted "));
    assert_eq!(requests[1].header("authorization"), Some(shown));
    let everything = format!("{requests:?} {sandbox:?}");
    assert!(!everything.contains("a-secret-token"));
    assert!(!everything.contains(sandbox.app_secret()));

    let sandbox = start(builder().token("a-secret-token").keep_authorization(true)).await;
    page(&sandbox, &listing("101", "2"), None).await;
    let shown = sandbox.requests()[0].header("authorization").map(str::to_owned);
    assert_eq!(shown.as_deref(), Some("Bearer+a-secret-token"));
}

#[tokio::test]
async fn the_debug_text_of_a_builder_holds_no_secret() {
    let builder = builder().app("an-app", "hidden-1").token("hidden-2");
    let text = format!("{builder:?}");
    assert!(text.contains("an-app") && !text.contains("hidden"), "{text}");
}

#[tokio::test]
async fn every_answer_has_an_id_of_its_own_and_the_date() {
    let fault = Fault::on_request(2, FaultKind::Html502);
    let sandbox = start(builder().fault(fault)).await;
    let mut ids = HashSet::new();
    for target in [PATH, "/", "/x"] {
        for _ in 0..3 {
            let answer = Call::token(&sandbox, target).send(&sandbox).await;
            assert_eq!(answer.header("date"), Some("Mon, 03 Nov 2025 07:01:40 GMT"));
            ids.insert(answer.header("x-traceid").expect("an id").to_owned());
        }
    }
    assert_eq!(ids.len(), 9);
    let seen: HashSet<String> =
        sandbox.requests().iter().map(|r| r.trace_id().to_owned()).collect();
    assert_eq!(ids, seen);
}

#[tokio::test]
async fn the_callback_sees_each_request_with_its_status_and_faults() {
    let lines = Arc::new(Mutex::new(Vec::new()));
    let kept = Arc::clone(&lines);
    let log =
        move |request: &RequestRecord| kept.lock().expect("no panic").push(request.to_string());
    let faults = ["2:status=503", "3:reset"].map(|text| text.parse::<Fault>().expect(text));
    let sandbox = start(builder().on_request(log).faults(faults)).await;
    let call = Call::token(&sandbox, format!("{PATH}?moduleCode=101&pageSize=2"));
    for _ in 0..3 {
        let _ = call.try_send(&sandbox).await;
    }
    let lines = lines.lock().expect("no panic").clone();
    let start = "GET /koodrive/ose/v1/backup/record?moduleCode=101&pageSize=2 page 1";
    assert_eq!(
        lines,
        [
            format!("1 {start} attempt 1 -> 200"),
            format!("2 {start} attempt 2 -> 503 (status=503)"),
            format!("3 {start} attempt 3 -> no answer (reset)"),
        ]
    );
}

#[test]
fn the_callback_may_ask_the_sandbox() {
    let (log, counts) = std::sync::mpsc::channel();
    // A thread of its own, which a sandbox that waits for itself would never give back.
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        runtime.expect("a runtime").block_on(async {
            let known = Arc::new(OnceLock::<Sandbox>::new());
            let asked = Arc::clone(&known);
            let count = move |_: &RequestRecord| {
                let requests = asked.get().expect("it is known").requests();
                log.send(requests.len()).expect("the test listens");
            };
            let sandbox = start(builder().on_request(count)).await;
            let call = Call::token(&sandbox, format!("{PATH}?moduleCode=101&pageSize=2"));
            known.set(sandbox).expect("it is set once");
            call.send(known.get().expect("it is known")).await;
        });
    });
    assert_eq!(counts.recv_timeout(Duration::from_secs(20)), Ok(1));
}

#[tokio::test]
async fn a_request_whose_client_hangs_up_is_logged_with_what_it_met() {
    let (log, mut lines) = mpsc::unbounded_channel();
    let log =
        move |request: &RequestRecord| log.send(request.to_string()).expect("the test listens");
    let fault = "1:slow=60m".parse().expect("a fault");
    let sandbox = start(builder().on_request(log).fault(fault)).await;
    let call = Call::token(&sandbox, format!("{PATH}?moduleCode=101&pageSize=2"));
    let open = call.connect(&sandbox).await.expect("a connection");
    while sandbox.requests().is_empty() {
        tokio::task::yield_now().await;
    }
    drop(open);
    let line = timeout(Duration::from_secs(20), lines.recv()).await.expect("a line").expect("one");
    let query = "moduleCode=101&pageSize=2 page 1 attempt 1";
    assert_eq!(line, format!("1 GET {PATH}?{query} -> no answer (slow=3600s)"));
    let request = &sandbox.requests()[0];
    assert_eq!((request.status(), request.faults().len()), (None, 1));
}

#[tokio::test]
async fn only_the_newest_requests_are_kept() {
    let sandbox = start(builder().keep_requests(2)).await;
    for _ in 0..5 {
        page(&sandbox, &listing("101", "2"), None).await;
    }
    let numbers: Vec<u64> = sandbox.requests().iter().map(RequestRecord::number).collect();
    assert_eq!(numbers, [4, 5]);
    sandbox.clear_requests();
    assert!(sandbox.requests().is_empty());
}

#[tokio::test]
async fn one_connection_serves_many_requests() {
    let sandbox = start(builder()).await;
    let mut stream = TcpStream::connect(sandbox.addr()).await.expect("a connection");
    for _ in 0..3 {
        let request = format!("GET / HTTP/1.1\r\nHost: {}\r\n\r\n", sandbox.addr());
        stream.write_all(request.as_bytes()).await.expect("written");
        let mut buffer = [0; 4_096];
        let read = stream.read(&mut buffer).await.expect("an answer");
        assert!(buffer[..read].starts_with(b"HTTP/1.1 404"));
    }
    assert_eq!(sandbox.requests().len(), 3);
}

async fn is_refused(addr: SocketAddr) -> bool {
    let connected = TcpStream::connect(addr).await;
    connected.is_err_and(|error| error.kind() == ErrorKind::ConnectionRefused)
}

#[tokio::test]
async fn a_sandbox_that_is_shut_down_frees_its_port() {
    let sandbox = start(builder()).await;
    let addr = sandbox.addr();
    let mut open = TcpStream::connect(addr).await.expect("a connection");
    sandbox.shutdown().await;
    assert!(is_refused(addr).await);
    let mut buffer = [0; 1];
    assert!(!matches!(open.read(&mut buffer).await, Ok(1..)));
    start(builder().port(addr.port())).await;
}

#[tokio::test]
async fn a_sandbox_that_is_dropped_stops_listening() {
    let sandbox = start(builder()).await;
    let addr = sandbox.addr();
    drop(sandbox);
    // The runtime frees the listener at its next turn.
    tokio::task::yield_now().await;
    assert!(is_refused(addr).await);
}

#[tokio::test]
async fn a_port_in_use_is_an_error_that_names_it() {
    let sandbox = start(builder()).await;
    let error = builder().bind(sandbox.addr()).start().await.expect_err("in use");
    assert!(error.is_bind() && !error.is_setting());
    assert!(error.to_string().contains(&sandbox.addr().to_string()), "{error}");
}

#[tokio::test]
async fn the_url_of_a_sandbox_on_all_addresses_can_be_called() {
    let sandbox = start(builder().bind(SocketAddr::from(([0, 0, 0, 0], 0)))).await;
    assert_eq!(sandbox.url(), format!("http://127.0.0.1:{}", sandbox.addr().port()));
}

#[tokio::test]
async fn settings_that_cannot_be_kept_are_refused_by_name() {
    let chance = |p| Fault::random(p, 0, FaultKind::Reset);
    for (builder, part) in [
        (Sandbox::builder().app("a,b", "s"), "app id"),
        (Sandbox::builder().app("", "s"), "app id"),
        (Sandbox::builder().app("a", ""), "app secret"),
        (Sandbox::builder().token(""), "token"),
        (Sandbox::builder().user("1 2"), "user id"),
        (Sandbox::builder().devices(0), "device"),
        (Sandbox::builder().devices(u64::MAX), "device"),
        (Sandbox::builder().records(u64::MAX), "records"),
        (Sandbox::builder().records_of("103", vec![]), "103"),
        (Sandbox::builder().empty_page_every(1), "empty_page_every"),
        (Sandbox::builder().signature_failure_status(200), "signature_failure_status"),
        (Sandbox::builder().random_faults(1.1, 0, vec![]), "probability"),
        (Sandbox::builder().fault(chance(f64::NAN)), "probability"),
    ] {
        let error = builder.start().await.expect_err(part);
        assert!(error.is_setting());
        assert!(error.to_string().contains(part), "{error}");
    }
}

#[test]
fn a_runtime_without_io_or_time_is_an_error_that_says_what_to_enable() {
    let bare = || tokio::runtime::Builder::new_current_thread();
    for mut builder in [
        bare(),
        {
            let mut b = bare();
            b.enable_time();
            b
        },
        {
            let mut b = bare();
            b.enable_io();
            b
        },
    ] {
        let runtime = builder.build().expect("a runtime");
        let error = runtime.block_on(Sandbox::builder().start()).expect_err("it cannot listen");
        assert!(error.to_string().contains("enable_all"), "{error}");
        assert!(!error.is_setting() && !error.is_bind());
    }
}

#[tokio::test]
async fn what_is_changed_while_it_runs_is_checked_like_the_settings() {
    let sandbox = start(builder()).await;
    let never = Fault::random(1.1, 0, FaultKind::Reset);
    let error = sandbox.push_fault(never).expect_err("a probability of 1.1");
    assert!(error.is_setting() && error.to_string().contains("probability"), "{error}");
    let before = sandbox.token();
    for token in ["", "a b", "é"] {
        let error = sandbox.set_token(token).expect_err(token);
        assert!(error.is_setting() && error.to_string().contains("token"), "{error}");
    }
    assert_eq!(sandbox.token(), before);
    assert_eq!(page(&sandbox, &listing("101", "2"), None).await.status, 200);
}

#[test]
fn the_types_can_cross_threads() {
    fn crosses<T: Send + Sync + 'static>() {}
    crosses::<Sandbox>();
    crosses::<koodrive_sandbox::SandboxBuilder>();
    crosses::<RequestRecord>();
    crosses::<Fault>();
    crosses::<koodrive_sandbox::Error>();
    fn is_send<T: Send>(_: &T) {}
    is_send(&Sandbox::builder().start());
}
