//! One listing, from its checkpoint to its end: the unit of work.

use std::time::Instant;

use koodrive_ext::{BackupRecord, Checkpoint, ErrorKind, ModuleCode, Pages};

use crate::error::Error;
use crate::job::Job;
use crate::rows::PageRows;
use crate::store::claim::{Claim, Claimed, claim, is_suspect};
use crate::store::give_back::{Reason, give_back};
use crate::store::page::store_page;
use crate::work::alone::Entered;
use crate::work::backoff::pause;
use crate::work::crew::Crew;

/// What became of a job.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The listing is complete.
    Done,
    /// It is given up, with its last error.
    Failed,
    /// It was finished before.
    Finished,
    /// It failed in a way that may pass; later.
    Later,
    /// This process ends; somebody else.
    Released,
    /// Somebody else has claimed it meanwhile.
    Lost,
}

impl Outcome {
    /// A short name, for the metric.
    pub fn name(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Failed => "failed",
            Self::Finished => "finished",
            Self::Later => "later",
            Self::Released => "released",
            Self::Lost => "lost",
        }
    }

    /// Whether the engine may forget the job. Only when the listing is done or failed: all others
    /// need somebody to come back to them.
    pub fn is_final(self) -> bool {
        matches!(self, Self::Done | Self::Failed | Self::Finished)
    }
}

/// Lists on from the checkpoint, and stores page after page.
///
/// # Errors
/// The database's. The listing then stays claimed until the engine gives it out again.
pub async fn mirror(crew: &Crew, job: &Job, task_id: &str) -> Result<Outcome, Error> {
    let is_suspect = is_suspect(&crew.store, job).await?;
    let entered = tokio::select! {
        entered = crew.alone.enter(is_suspect) => entered,
        () = crew.stop.asked() => return Ok(Outcome::Released),
    };
    let claimed = match claim(&crew.store, job, crew.rules.max_attempts).await? {
        Claim::Mine(claimed) => claimed,
        Claim::GivenUp => {
            tracing::error!("given up: too many workers ended while they had it");
            return Ok(Outcome::Failed);
        }
        Claim::Finished => return Ok(Outcome::Finished),
    };
    tracing::debug!(epoch = claimed.epoch, attempts = claimed.attempts, is_suspect, "claimed");
    let mut turn = Turn { crew, job, task_id, claimed, entered: Some(entered) };
    match turn.pages() {
        Ok(pages) => turn.walk(pages).await,
        Err(error) => turn.stop_for(&error).await,
    }
}

/// A claim, and what was done with it so far.
struct Turn<'a> {
    crew: &'a Crew,
    job: &'a Job,
    task_id: &'a str,
    claimed: Claimed,
    /// Until the first page is stored.
    entered: Option<Entered>,
}

impl Turn<'_> {
    fn pages(&self) -> Result<Pages<BackupRecord>, koodrive_ext::Error> {
        let user = self.crew.client.for_user(&self.job.user_id)?;
        let query = user
            .backup_records(ModuleCode::from_code(&self.job.module_code))
            .page_size(self.crew.rules.page_size)
            .keep_raw(true);
        Ok(match &self.claimed.checkpoint {
            Some(text) => query.resume(text.parse::<Checkpoint>()?).pages(),
            None => query.pages(),
        })
    }

    async fn walk(&mut self, mut pages: Pages<BackupRecord>) -> Result<Outcome, Error> {
        let stop = &self.crew.stop;
        loop {
            if stop.is_asked() {
                return self.give_back(Reason::Shutdown, Outcome::Released).await;
            }
            let begun = Instant::now();
            let page = tokio::select! {
                page = pages.next() => page,
                () = stop.hurry() => {
                    return self.give_back(Reason::Shutdown, Outcome::Released).await;
                }
            };
            match page {
                Some(Ok(page)) => {
                    metrics::histogram!("koodrive_fleet_fetch_seconds").record(begun.elapsed());
                    let rows = PageRows::new(page, self.claimed.records);
                    if !self.store(&rows).await? {
                        return Ok(Outcome::Lost);
                    }
                    if rows.is_last {
                        return Ok(Outcome::Done);
                    }
                }
                Some(Err(error)) if pages.is_ended() => return self.stop_for(&error).await,
                Some(Err(error)) => tracing::debug!(%error, "asking for the page again"),
                // Only a listing resumed at its end has no page at all.
                None => {
                    let end = PageRows::end(pages.checkpoint());
                    let is_mine = self.store(&end).await?;
                    return Ok(if is_mine { Outcome::Done } else { Outcome::Lost });
                }
            }
        }
    }

    async fn store(&mut self, rows: &PageRows) -> Result<bool, Error> {
        let begun = Instant::now();
        if !store_page(&self.crew.store, self.job, self.claimed.epoch, rows).await? {
            tracing::warn!(epoch = self.claimed.epoch, "somebody else has claimed the listing");
            return Ok(false);
        }
        self.claimed.records += rows.len();
        self.claimed.attempts = 0;
        self.entered = None;
        metrics::histogram!("koodrive_fleet_store_seconds").record(begun.elapsed());
        metrics::counter!("koodrive_fleet_pages_total").increment(1);
        metrics::counter!("koodrive_fleet_records_total").increment(rows.len().unsigned_abs());
        tracing::debug!(records = self.claimed.records, is_last = rows.is_last, "page stored");
        Ok(true)
    }

    /// Ends the turn for an error: for good where trying again cannot help, or was tried enough.
    async fn stop_for(&self, error: &koodrive_ext::Error) -> Result<Outcome, Error> {
        let rules = &self.crew.rules;
        // An expired cursor: from the start, which overwrites what is there with the same.
        let from_start = matches!(error.kind(), ErrorKind::CursorRefused | ErrorKind::Checkpoint);
        let may_pass = error.is_retryable() || (from_start && self.claimed.checkpoint.is_some());
        let error = error.to_string();
        if may_pass && self.claimed.attempts < rules.max_attempts {
            let after = pause(rules.retry_delay, self.claimed.attempts);
            tracing::warn!(%error, ?after, from_start, "trying again later");
            self.give_back(Reason::TryAgain { error, after, from_start }, Outcome::Later).await
        } else {
            tracing::error!(%error, "failed");
            self.give_back(Reason::Fail { error }, Outcome::Failed).await
        }
    }

    async fn give_back(&self, reason: Reason, outcome: Outcome) -> Result<Outcome, Error> {
        let Self { crew, job, task_id, claimed, .. } = self;
        let is_mine = give_back(&crew.store, job, task_id, claimed.epoch, &reason).await?;
        Ok(if is_mine { outcome } else { Outcome::Lost })
    }
}
