//! Three workers, and what is done to them.

use std::time::{Duration, Instant};

use koodrive_fleet::store::Store;
use koodrive_fleet::store::status::status;
use koodrive_sandbox::Sandbox;
use rustix::process::Signal;

use crate::support::database::{TestDatabase, count};
use crate::support::worker::Worker;
use crate::support::{LIMIT, wait_until};

const WORKERS: usize = 3;
/// Pages stored between two kills at least: on a slow machine a second is nothing.
const PROGRESS: i64 = 24 * 25;

/// Keeps three workers running, whatever becomes of them.
pub(crate) struct Havoc<'a> {
    database: &'a TestDatabase,
    sandbox: &'a Sandbox,
    store: &'a Store,
    options: &'a [&'a str],
    workers: Vec<Worker>,
    random: fastrand::Rng,
    pub(crate) kills: usize,
    pub(crate) started: usize,
}

impl<'a> Havoc<'a> {
    pub(crate) fn start(
        database: &'a TestDatabase,
        sandbox: &'a Sandbox,
        store: &'a Store,
        options: &'a [&'a str],
    ) -> Self {
        let random = fastrand::Rng::with_seed(11);
        let workers = Vec::new();
        let mut havoc =
            Self { database, sandbox, store, options, workers, random, kills: 0, started: 0 };
        for _ in 0..WORKERS {
            let worker = havoc.new_worker();
            havoc.workers.push(worker);
        }
        havoc
    }

    fn new_worker(&mut self) -> Worker {
        self.started += 1;
        let name = format!("worker-{}", self.started);
        Worker::start(self.database, self.sandbox, &name, self.options)
    }

    /// As a supervisor does: a worker that did not end by itself in good order is started again.
    fn replace_the_dead(&mut self) {
        for place in 0..self.workers.len() {
            let is_dead = self.workers[place].ended().is_some_and(|status| !status.success());
            if is_dead {
                self.workers[place] = self.new_worker();
            }
        }
    }

    async fn stored(&self) -> i64 {
        status(self.store, None).await.unwrap().records
    }

    async fn is_done(&self) -> bool {
        let status = status(self.store, None).await.unwrap();
        status.pending + status.running == 0
    }

    /// Kills a random worker, `times` times, a second apart, as long as there is work.
    pub(crate) async fn kill_one_a_second(&mut self, times: usize) {
        for _ in 0..times {
            let (begun, before) = (Instant::now(), self.stored().await);
            loop {
                self.replace_the_dead();
                if self.is_done().await {
                    return;
                }
                let has_progressed = self.stored().await >= before + PROGRESS;
                if begun.elapsed() >= Duration::from_secs(1) && has_progressed {
                    break;
                }
                assert!(begun.elapsed() < LIMIT, "no progress: {}", self.log_ends());
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
            let victim = self.random.usize(..self.workers.len());
            self.workers[victim].signal(Signal::KILL);
            self.kills += 1;
        }
    }

    /// Pauses a worker until all that it had was given to others, and lets it go on then.
    ///
    /// One that was paused with SQLite's write lock keeps everybody waiting: then another try.
    pub(crate) async fn pause_one_for_longer_than_its_lease(&mut self) {
        for _ in 0..10 {
            self.replace_the_dead();
            let paused = self.random.usize(..self.workers.len());
            wait_until("the worker to pause has a job, or all is done", async || {
                self.replace_the_dead();
                self.is_done().await || self.jobs_of(paused).await > 0
            })
            .await;
            self.workers[paused].signal(Signal::STOP);
            let begun = Instant::now();
            let mut has_lost_all = false;
            while !has_lost_all && begun.elapsed() < Duration::from_secs(20) {
                tokio::time::sleep(Duration::from_millis(100)).await;
                for place in (0..self.workers.len()).filter(|place| *place != paused) {
                    let ended = self.workers[place].ended();
                    if ended.is_some_and(|status| !status.success()) {
                        self.workers[place] = self.new_worker();
                    }
                }
                has_lost_all = self.jobs_of(paused).await == 0;
            }
            self.workers[paused].signal(Signal::CONT);
            if has_lost_all {
                return;
            }
        }
        panic!("no paused worker ever lost its jobs: {}", self.log_ends());
    }

    /// Jobs that the engine thinks a worker has.
    async fn jobs_of(&self, place: usize) -> i64 {
        let pid = self.workers[place].pid();
        match self.store {
            Store::Sqlite(pool) => {
                let query = "SELECT COUNT(*) FROM Jobs WHERE lock_by LIKE $1 \
                             AND status IN ('Queued', 'Running')";
                sqlx::query_scalar(query).bind(format!("{pid}-%")).fetch_one(pool).await.unwrap()
            }
            Store::Postgres(pool) => {
                let query = "SELECT COUNT(*) FROM apalis.jobs WHERE lock_by LIKE $1 \
                             AND status IN ('Queued', 'Running')";
                sqlx::query_scalar(query).bind(format!("{pid}-%")).fetch_one(pool).await.unwrap()
            }
        }
    }

    /// Lets the workers finish; each has to end by itself, in good order.
    pub(crate) async fn leave_alone_until_done(&mut self) {
        let begun = Instant::now();
        loop {
            self.replace_the_dead();
            let is_over = self.workers.iter_mut().all(|worker| worker.ended().is_some());
            if is_over && self.is_done().await {
                return;
            }
            if begun.elapsed() > LIMIT {
                let all = "SELECT COUNT(*) FROM listing WHERE state IN ('pending', 'running')";
                let left = count(self.store, all, all).await;
                panic!("{left} listings are left: {}", self.log_ends());
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    /// How often a worker found that its listing was somebody else's.
    pub(crate) fn refusals(&self) -> usize {
        let scratch = self.database.scratch.path();
        let log = |n| std::fs::read_to_string(scratch.join(format!("worker-{n}.log"))).unwrap();
        (1..=self.started).map(|n| log(n).matches("somebody else has claimed").count()).sum()
    }

    fn log_ends(&self) -> String {
        let ends: Vec<String> = self.workers.iter().map(Worker::log_end).collect();
        ends.join("\n---\n")
    }
}
