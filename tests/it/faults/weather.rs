//! The fault matrix again, each fault at each place, in bad weather: before every poll the token has
//! lapsed and the machine's clock has jumped, and after every element the process is killed.

use std::time::Duration;

use koodrive_ext::{BackupRecordExt as _, Checkpoint, Client, RetryPolicy};
use koodrive_sandbox::Sandbox;
use koodrive_tests::client::{album, app_of, begun};
use koodrive_tests::story::kept;
use koodrive_tests::token_office::TokenOffice;
use koodrive_tests::world::World;

use super::matrix::{FINAL, ODD, PASSING, PLACES};

const USER: &str = "1001";

/// How far the machine's clock is ahead, in turn: within the margin, beyond it, outside of the
/// window, and far away.
const JUMPS: [i64; 5] = [20, 45, 0, -1_200, 86_400];

struct Weather {
    world: World,
    office: TokenOffice,
    sandbox: Sandbox,
    polls: usize,
}

impl Weather {
    async fn new() -> Self {
        let (world, office) = (World::default(), TokenOffice::default());
        let clock = world.clone();
        let builder = Sandbox::builder().now(move || clock.true_time()).records(9).user(USER);
        let sandbox = office.known_to(builder, USER).start().await.unwrap();
        Self { world, office, sandbox, polls: 0 }
    }

    fn client(&self, by_token: bool) -> Client {
        let builder = begun(&self.sandbox.url(), self.world.clone())
            .max_body_bytes(32 * 1024)
            .retry(RetryPolicy::default().budget(1000, 1.0));
        let builder = match by_token {
            true => builder.credentials(self.office.clone()),
            false => builder.credentials(app_of(&self.sandbox)),
        };
        builder.build().unwrap()
    }

    fn change(&mut self) {
        self.world.advance(Duration::from_secs(17));
        self.office.lapse(&self.sandbox, USER);
        self.world.set_machine_ahead(JUMPS[self.polls % JUMPS.len()]);
        self.polls += 1;
    }

    /// Lists by processes of which each yields one element; returns the ids.
    async fn list(&mut self, by_token: bool) -> Vec<String> {
        let (mut ids, mut checkpoint) = (Vec::new(), None::<Checkpoint>);
        for _ in 0..60 {
            let user = self.client(by_token).for_user(USER).unwrap();
            let query = album(&user).page_size(3);
            let mut records = match &checkpoint {
                Some(checkpoint) => query.resume(kept(checkpoint)).records(),
                None => query.records(),
            };
            loop {
                self.change();
                match records.next().await {
                    Some(Ok(record)) => {
                        ids.push(record.record_id().unwrap().to_owned());
                        break;
                    }
                    Some(Err(error)) => assert!(!error.is_checkpoint_mismatch(), "{error}"),
                    None => break,
                }
            }
            let now = records.checkpoint();
            if now.is_end() && records.is_ended() {
                return ids;
            }
            checkpoint = Some(now);
        }
        panic!("it does not end: {ids:?}");
    }
}

async fn check(by_token: bool) {
    let whole = Weather::new().await.list(by_token).await;
    assert_eq!(whole.len(), 9);
    // These last, and change the pages themselves: the matrix has them.
    let lasts = |fault: &str| fault.starts_with("loop") || fault == "empty-forever";
    let faults = PASSING.iter().chain(&ODD).chain(&FINAL);
    for fault in faults.filter(|fault| !lasts(fault) && **fault != "unreadable") {
        for place in PLACES {
            let mut weather = Weather::new().await;
            weather.sandbox.push_fault(format!("{place}:{fault}").parse().unwrap()).unwrap();
            assert_eq!(weather.list(by_token).await, whole, "{place}:{fault}");
        }
    }
}

#[tokio::test]
async fn every_fault_everywhere_loses_nothing_while_the_clock_jumps_and_processes_are_killed() {
    check(false).await;
}

#[tokio::test]
async fn every_fault_everywhere_loses_nothing_while_tokens_lapse_too() {
    check(true).await;
}
