//! Ending in order: at a signal, the page in hand is finished, but not for ever.

use std::time::Duration;

use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::{CancellationToken, WaitForCancellationFutureOwned};

use crate::error::Error;

/// Tells the listings of this process that it ends.
#[derive(Clone, Debug)]
pub struct Stop {
    asked: CancellationToken,
    hurry: CancellationToken,
    grace: Duration,
}

impl Stop {
    /// Listings have `grace` to finish the page in hand.
    pub fn new(grace: Duration) -> Self {
        Self { asked: CancellationToken::new(), hurry: CancellationToken::new(), grace }
    }

    /// Asks all listings to end.
    pub fn ask(&self) {
        if self.asked.is_cancelled() {
            return;
        }
        self.asked.cancel();
        let (hurry, grace) = (self.hurry.clone(), self.grace);
        tokio::spawn(async move {
            tokio::time::sleep(grace).await;
            hurry.cancel();
        });
    }

    /// Whether no further page is to be begun.
    pub fn is_asked(&self) -> bool {
        self.asked.is_cancelled()
    }

    /// Resolves when it is asked for.
    pub async fn asked(&self) {
        self.asked.cancelled().await;
    }

    /// The same for who polls by hand; ready as often as it is polled after that.
    pub fn asked_owned(&self) -> WaitForCancellationFutureOwned {
        self.asked.clone().cancelled_owned()
    }

    /// Resolves when the page in hand has had its time.
    pub async fn hurry(&self) {
        self.hurry.cancelled().await;
    }

    /// Asks at SIGTERM or SIGINT.
    ///
    /// # Errors
    /// The signals cannot be listened for.
    pub fn ask_at_signals(&self) -> Result<(), Error> {
        let cannot = || Error::io("cannot listen for signals");
        let mut term = signal(SignalKind::terminate()).map_err(cannot())?;
        let mut int = signal(SignalKind::interrupt()).map_err(cannot())?;
        let stop = self.clone();
        tokio::spawn(async move {
            let name = tokio::select! {
                _ = term.recv() => "SIGTERM",
                _ = int.recv() => "SIGINT",
            };
            tracing::info!("{name}: finishing the pages in hand");
            stop.ask();
        });
        Ok(())
    }
}
