//! `serve`, and the metrics of a worker.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Stdio};

use koodrive_sandbox::Sandbox;
use serde_json::Value;

use crate::support::database::TestDatabase;
use crate::support::truth::plain_walk;
use crate::support::wait_until;
use crate::support::worker::{Worker, enqueue, fleet};

/// Ends with the test.
struct Server(Child);

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// The URL that a command prints once it listens.
async fn announced(stdout: std::process::ChildStdout) -> String {
    let line = tokio::task::spawn_blocking(move || {
        let mut line = String::new();
        BufReader::new(stdout).read_line(&mut line).unwrap();
        line
    });
    let line = line.await.unwrap();
    line.trim().strip_prefix("listening on ").unwrap_or_else(|| panic!("{line:?}")).to_owned()
}

async fn get(url: &str) -> (u16, String) {
    let answer = reqwest::get(url).await.unwrap();
    (answer.status().as_u16(), answer.text().await.unwrap())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn records_are_served_a_page_at_a_time_with_health_and_metrics() {
    let database = TestDatabase::sqlite();
    let sandbox = Sandbox::builder().records(7).user("101").start().await.unwrap();
    enqueue(&database, &sandbox, "r", "all", &["101".to_owned()]).await;
    let options = ["--until-done", "--poll", "0.1"];
    let mut worker = Worker::start(&database, &sandbox, "worker", &options);
    wait_until("the run is done", async || worker.ended().is_some()).await;

    let mut command = fleet(&sandbox);
    command.args(["serve", "--database", &database.url, "--port", "0"]).stdout(Stdio::piped());
    let mut server = Server(command.spawn().unwrap());
    let url = announced(server.0.stdout.take().unwrap()).await;

    let mut served = Vec::new();
    let mut after = String::new();
    loop {
        let (status, body) = get(&format!("{url}/users/101/records?limit=4{after}")).await;
        assert_eq!(status, 200, "{body}");
        let page: Value = serde_json::from_str(&body).unwrap();
        served.extend(page["records"].as_array().unwrap().clone());
        match page["next"].as_str() {
            Some(next) => after = format!("&after={next}"),
            None => break,
        }
    }
    assert_eq!(served.len(), 21);
    let truth = plain_walk(&sandbox, "101", "100").await;
    let first: Value = serde_json::from_str(&truth[0].1).unwrap();
    assert_eq!((&served[0]["record"], &served[0]["run"]), (&first, &"r".into()));
    let (_, album) = get(&format!("{url}/users/101/records?module=101")).await;
    assert_eq!(album.matches("\"record_id\"").count(), 7);
    let (_, nobody) = get(&format!("{url}/users/102/records")).await;
    assert_eq!(nobody, r#"{"records":[],"next":null}"#);
    assert_eq!(get(&format!("{url}/users/101/records?limit=0")).await.0, 400);
    assert_eq!(get(&format!("{url}/users/101/records?after=x")).await.0, 400);

    assert_eq!(get(&format!("{url}/healthz")).await, (200, "ok\n".to_owned()));
    let (_, metrics) = get(&format!("{url}/metrics")).await;
    assert!(metrics.contains("koodrive_fleet_listings{state=\"done\"} 3"), "{metrics}");
    assert!(metrics.contains("koodrive_fleet_records 21"), "{metrics}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_worker_counts_what_it_does() {
    let database = TestDatabase::sqlite();
    let sandbox = Sandbox::builder().records(7).user("101").start().await.unwrap();
    let options = ["--poll", "0.1", "--metrics", "127.0.0.1:0"];
    let mut worker = Worker::start(&database, &sandbox, "worker", &options);
    let url = announced(worker.stdout()).await;
    enqueue(&database, &sandbox, "r", "all", &["101".to_owned()]).await;
    wait_until("three jobs are counted as done", async || {
        let (_, metrics) = get(&format!("{url}/metrics")).await;
        metrics.contains("koodrive_fleet_jobs_total{outcome=\"done\"} 3")
            && metrics.contains("koodrive_fleet_records_total 21")
            && metrics.contains("koodrive_fleet_pages_total 3")
            && metrics.contains("koodrive_fleet_listings_in_hand 0")
    })
    .await;
    let log = std::fs::read_to_string(&worker.log).unwrap();
    let span = "listing{run=\"r\" user=\"101\" module=\"101\"}";
    assert!(log.contains(span), "each line about a listing says which: {log}");
    assert!(!log.contains(sandbox.app_secret()));
}
