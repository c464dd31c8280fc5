//! A service, a database and worker processes, for one test.

pub(crate) mod cpu;
pub(crate) mod database;
pub(crate) mod postgres;
pub(crate) mod truth;
pub(crate) mod worker;

use std::time::{Duration, Instant};

/// Each promise, which takes a database, on both kinds.
macro_rules! on_both {
    ($($promise:ident),+) => {
        mod on_sqlite {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $promise() {
                super::$promise($crate::support::database::TestDatabase::sqlite()).await;
            })+
        }
        mod on_postgres {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $promise() {
                let database = $crate::support::database::TestDatabase::postgres().await;
                let Some(database) = database else { return };
                super::$promise(database).await;
            })+
        }
    };
}
pub(crate) use on_both;

/// How long a condition may take on a machine that does much else besides.
pub(crate) const LIMIT: Duration = Duration::from_secs(300);

/// Asks again and again until the answer is yes; with `what` as the failure after [`LIMIT`].
pub(crate) async fn wait_until(what: &str, mut is_so: impl AsyncFnMut() -> bool) {
    let begun = Instant::now();
    while !is_so().await {
        assert!(begun.elapsed() < LIMIT, "after {LIMIT:?}: still waiting until {what}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}
