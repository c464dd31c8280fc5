//! Hundreds of nights: two users list over one client while answers go wrong at random, tokens
//! lapse, the machine's clock drifts, and the process is killed at a random element and resumes from
//! its checkpoint. Every element comes exactly once.
//!
//! A night is known by its seed, and the same seed gives the same night.

use std::time::Duration;

use fastrand::Rng;
use koodrive_ext::{
    BackupRecord, BackupRecordsQuery, Checkpoint, Client, Error, ModuleCode, RetryPolicy,
};
use koodrive_sandbox::{FaultKind, LastPage, Sandbox};
use koodrive_tests::client::{Records, app_of, begun};
use koodrive_tests::story::kept;
use koodrive_tests::token_office::TokenOffice;
use koodrive_tests::world::World;
use serde_json::{Value, json};

const NIGHTS: u64 = 100;

/// Each has a module of its own, whose records are not those of the other.
const USERS: [(&str, ModuleCode); 2] =
    [("1001", ModuleCode::FolderBackup), ("1002", ModuleCode::AlbumBackup)];

const FAULTS: [&str; 14] = [
    "status=500",
    "status=503,retry-after=40",
    "status=429",
    "status=408",
    "reset",
    "truncate",
    "garbage",
    "html502",
    "gateway=502",
    "null-data",
    "wrong-content-type",
    // These end a listing.
    "status=403",
    "code=13000410",
    "redirect=http://127.0.0.1:9/",
];

struct Night {
    rng: Rng,
    world: World,
    office: TokenOffice,
    sandbox: Sandbox,
    by_token: bool,
    page_size: u32,
    /// What each user has.
    whole: [Vec<Value>; 2],
}

/// What is known of one user's listing across processes.
#[derive(Default)]
struct Progress {
    seen: Vec<Value>,
    checkpoint: Option<Checkpoint>,
    runs: u32,
}

impl Night {
    async fn new(seed: u64, by_token: bool) -> Self {
        let mut rng = Rng::with_seed(seed);
        let (world, office) = (World::default(), TokenOffice::default());
        let whole = [elements(&mut rng, "f"), elements(&mut rng, "a")];
        let clock = world.clone();
        let mut builder = Sandbox::builder()
            .now(move || clock.true_time())
            .keep_authorization(true)
            .random_faults(rng.f64() * 0.3, seed, FAULTS.map(fault).to_vec())
            .signature_failure_status(*choice(&mut rng, &[400, 401, 403]))
            .last_page(*choice(&mut rng, &[LastPage::Absent, LastPage::Null, LastPage::Empty]));
        if rng.bool() {
            builder = builder.empty_page_every(rng.u64(2..5));
        }
        for ((user_id, module), whole) in USERS.iter().zip(&whole) {
            builder = builder.user(*user_id).records_of(module.code(), whole.clone());
            builder = office.known_to(builder, user_id);
        }
        let sandbox = builder.start().await.unwrap();
        let page_size = rng.u32(1..12);
        Self { rng, world, office, sandbox, by_token, page_size, whole }
    }

    /// A process: a client of its own, which both users share.
    fn process(&self) -> Client {
        let builder = begun(&self.sandbox.url(), self.world.clone())
            .retry(RetryPolicy::default().max_attempts(3).budget(1000, 1.0));
        let builder = match self.by_token {
            true => builder.credentials(self.office.clone()),
            false => builder.credentials(app_of(&self.sandbox)),
        };
        builder.build().unwrap()
    }

    fn query(&self, client: &Client, number: usize, progress: &Progress) -> BackupRecordsQuery {
        let (user_id, module) = &USERS[number];
        let user = client.for_user(user_id).unwrap();
        let query = user.backup_records(module.clone()).page_size(self.page_size);
        match &progress.checkpoint {
            Some(checkpoint) => query.resume(kept(checkpoint)),
            None => query,
        }
    }

    /// What may happen between two polls.
    fn weather(&mut self) {
        self.world.advance(Duration::from_secs(self.rng.u64(0..60)));
        if self.rng.u8(..) < 40 {
            let (user_id, _) = choice(&mut self.rng, &USERS);
            self.office.lapse(&self.sandbox, user_id);
        }
        if self.rng.u8(..) < 20 {
            self.office.fail(self.rng.u32(1..3));
        }
        if self.rng.u8(..) < 30 {
            self.world.set_machine_ahead(self.rng.i64(-4_000..4_000));
        }
    }

    /// One process until it is killed, or until nobody has anything left.
    async fn run(&mut self, progress: &mut [Progress; 2]) {
        let client = self.process();
        let mut listings = [0, 1].map(|n| self.query(&client, n, &progress[n]).records());
        let mut polls_left = self.rng.u32(1..40);
        while polls_left > 0 && listings.iter().any(|records| !records.is_ended()) {
            polls_left -= 1;
            self.weather();
            let number = self.rng.usize(0..2);
            poll(&mut listings[number], &mut progress[number]).await;
        }
        for (records, progress) in listings.iter().zip(progress) {
            progress.checkpoint = Some(records.checkpoint());
            progress.runs += 1;
        }
    }

    /// Nobody's token went with another user's request.
    fn check_tokens(&self) {
        for request in self.sandbox.requests().iter().filter(|_| self.by_token) {
            let user_id = request.header("x-user-id").unwrap();
            let token = request.header("authorization").unwrap();
            assert!(token.starts_with(&format!("Bearer+{user_id}.")), "{user_id}: {token}");
        }
    }
}

async fn poll(records: &mut Records, progress: &mut Progress) {
    match records.next().await {
        Some(Ok(record)) => progress.seen.push(written(&record)),
        Some(Err(error)) => match error.raw_record() {
            Some(raw) => progress.seen.push(serde_json::from_str(raw).unwrap()),
            None => check_failure(&error, records),
        },
        None => {}
    }
}

/// What an error says of itself is what happens.
fn check_failure(error: &Error, records: &Records) {
    assert!(!error.is_checkpoint_mismatch() && !error.is_broken_paging(), "{error}");
    assert!(!error.is_invalid_input() && !records.checkpoint().is_end(), "{error}");
    assert!(error.is_retryable() || records.is_ended(), "{error}");
}

fn written(record: &BackupRecord) -> Value {
    serde_json::to_value(record).unwrap()
}

fn fault(text: &str) -> FaultKind {
    text.parse().unwrap()
}

fn choice<'a, T>(rng: &mut Rng, of: &'a [T]) -> &'a T {
    &of[rng.usize(..of.len())]
}

/// Records, some of them without an id, and some elements that are none.
fn elements(rng: &mut Rng, prefix: &str) -> Vec<Value> {
    let element = |rng: &mut Rng, number: usize| match rng.u8(..10) {
        0 => json!({"status": 1, "properties": format!("without id {number}")}),
        1 => json!([prefix, number]),
        2 => json!({"recordId": 0.5, "version": number}),
        3 => json!({"recordId": number, "status": "2", "more": {"deep": [null, number]}}),
        _ => json!({"recordId": format!("{prefix}{number}"), "moduleCode": "101"}),
    };
    (0..rng.usize(0..40)).map(|number| element(rng, number)).collect()
}

async fn night(seed: u64, by_token: bool) -> u32 {
    let mut night = Night::new(seed, by_token).await;
    let mut progress = [Progress::default(), Progress::default()];
    let is_whole =
        |progress: &Progress| progress.checkpoint.as_ref().is_some_and(Checkpoint::is_end);
    while !progress.iter().all(is_whole) {
        assert!(progress[0].runs < 500, "seed {seed}: it ends");
        night.run(&mut progress).await;
    }
    for (progress, whole) in progress.iter().zip(&night.whole) {
        assert_eq!(&progress.seen, whole, "seed {seed}");
    }
    night.check_tokens();
    progress[0].runs
}

#[tokio::test]
async fn nothing_is_lost_or_doubled_with_a_signature() {
    let mut runs = 0;
    for seed in 0..NIGHTS {
        runs += night(seed, false).await;
    }
    assert!(runs > 3 * NIGHTS as u32, "processes were killed: {runs}");
}

#[tokio::test]
async fn nothing_is_lost_or_doubled_with_tokens() {
    let mut runs = 0;
    for seed in 0..NIGHTS {
        runs += night(1_000 + seed, true).await;
    }
    assert!(runs > 3 * NIGHTS as u32, "processes were killed: {runs}");
}

#[tokio::test]
async fn the_same_seed_gives_the_same_night() {
    let mut stories = Vec::new();
    for _ in 0..2 {
        let mut night = Night::new(7, true).await;
        let mut progress = [Progress::default(), Progress::default()];
        for _ in 0..5 {
            night.run(&mut progress).await;
        }
        let requests = night.sandbox.requests();
        let story = requests.iter().map(|request| request.to_string());
        stories.push(story.collect::<Vec<_>>());
    }
    assert!(stories[0].len() > 10);
    assert_eq!(stories[0], stories[1]);
}
