//! Prints the pages of all modules as they come, and says what became of each module.

use koodrive_ext::{
    BackupRecord, Checkpoint, Error, Event, Listings, ModuleCode, Page, Stats, Target,
};

use crate::access::Access;
use crate::advice::advice;
use crate::args::Args;
use crate::checkpoint_file::CheckpointFile;
use crate::form::Element;
use crate::modules::{self, Left};
use crate::opening;
use crate::printer::Printer;
use crate::report::Report;
use crate::signals::{self, Interrupt};
use crate::verdict::{Verdict, way_on};

/// One run of the command.
pub(crate) struct Listing<'a> {
    args: &'a Args,
    report: Report,
    interrupt: Interrupt,
    listings: Listings,
    printer: Printer,
    left: Left,
    verdict: Verdict,
}

/// Why nothing more is printed, of any module.
pub(crate) enum Stop {
    Interrupted,
    Failed(String),
}

/// Lists everything that was asked for; returns the exit status.
///
/// # Errors
/// What is wrong before anything is sent.
pub(crate) async fn run(
    args: &Args,
    file: Option<CheckpointFile>,
    report: &Report,
    interrupt: Interrupt,
    access: &Access,
) -> Result<u8, String> {
    let left = Left::new(args.limit);
    let listings = modules::listings(args, file.as_ref(), &access.client, &access.user_id, &left)?;
    let listing = Listing {
        args,
        report: report.clone(),
        interrupt,
        listings,
        printer: opening::open(args, file, report)?,
        left,
        verdict: Verdict::default(),
    };
    Ok(listing.run().await)
}

impl Listing<'_> {
    async fn run(mut self) -> u8 {
        self.report.begin();
        let stop = self.follow().await.err();
        self.conclude(stop)
    }

    /// Takes what comes, to the end of all modules or to what ends them together.
    async fn follow(&mut self) -> Result<(), Stop> {
        loop {
            self.report.progress(format!("{} records", self.verdict.records));
            let event = tokio::select! {
                biased;
                () = self.interrupt.asked() => return Err(Stop::Interrupted),
                event = self.listings.next() => event,
            };
            match event {
                Some(event) => self.take(event)?,
                None => return Ok(()),
            }
        }
    }

    fn take(&mut self, event: Event<Target, BackupRecord>) -> Result<(), Stop> {
        match event {
            Event::Page { of, page } => self.print(&of.module, page)?,
            Event::Failed { of, error } => self.report.note(&format!(
                "{}: page {} failed (attempts: {}), asking again",
                of.module,
                error.page().unwrap_or(1),
                error.attempts()
            )),
            Event::Complete { of, stats } if stats.pages == 0 => {
                self.report.note(&format!("{}: complete already, by the checkpoint", of.module));
            }
            Event::Incomplete { of, error: Some(error), checkpoint, .. } => {
                self.failed(&of.module, &error, checkpoint)?;
            }
            Event::Incomplete { of, error: None, .. } if !self.left.is_nothing() => {
                let module = of.module;
                self.report.error(&format!("{module}: the list ended before it was complete"));
                self.verdict.broken.push(module);
            }
            // A complete one has nothing to say, and what a limit ends is complete enough.
            _ => {}
        }
        Ok(())
    }

    fn print(&mut self, module: &ModuleCode, page: Page<BackupRecord>) -> Result<(), Stop> {
        let (length, readable) = (page.len() as u64, page.records().count() as u64);
        let checkpoint = page.checkpoint().clone();
        let elements = self.elements(module, page);
        let printed = self.report.around(|| self.printer.print(module, &elements, checkpoint));
        printed.map_err(Stop::Failed)?;
        self.verdict.records += readable;
        self.verdict.unreadable += length - readable;
        self.left.take(length);
        Ok(())
    }

    /// The elements of a page with their JSON, where it is printed; names what cannot be read.
    fn elements(&self, module: &ModuleCode, page: Page<BackupRecord>) -> Vec<Element> {
        let raw: Vec<Vec<u8>> =
            page.raw_records().map(|raw| raw.map(<[u8]>::to_vec).collect()).unwrap_or_default();
        let unreadable: Vec<Vec<u8>> = page.unreadable().map(|u| u.raw_bytes().to_vec()).collect();
        let (mut raw, mut unreadable) = (raw.into_iter(), unreadable.into_iter());
        let items = page.into_iter().map(|item| {
            let json = raw.next().unwrap_or_default();
            match item {
                Ok(record) => Element::Record(Box::new(record), json),
                Err(error) => {
                    self.report.error(&format!("{module}: {error}"));
                    Element::Unreadable(unreadable.next().unwrap_or(json))
                }
            }
        });
        items.collect()
    }

    /// Goes on with the other modules.
    fn failed(
        &mut self,
        module: &ModuleCode,
        error: &Error,
        checkpoint: Option<Checkpoint>,
    ) -> Result<(), Stop> {
        self.verdict.broken.push(module.clone());
        self.report.error(&format!("{module}: {error}"));
        if let Some(advice) = advice(error) {
            self.report.note(&format!("{module}: {advice}"));
        }
        let Some(mut checkpoint) = checkpoint else { return Ok(()) };
        if error.is_checkpoint_mismatch() && self.printer.kept(module).is_some() {
            self.report.note(&format!(
                "{module}: the next run prints that page from its start, some of its records twice"
            ));
            checkpoint = checkpoint.page_start();
        }
        self.printer.note(module, checkpoint, 0).map_err(Stop::Failed)
    }

    fn conclude(mut self, stop: Option<Stop>) -> u8 {
        // A JSON array is closed also behind half of the records.
        let finished = self.report.around(|| self.printer.finish()).map_err(Stop::Failed);
        let stop = stop.or(finished.err());
        let status = match &stop {
            Some(Stop::Interrupted) => {
                self.report.error(&format!("interrupted; {}", way_on(self.args, &self.printer)));
                signals::STATUS
            }
            Some(Stop::Failed(message)) => {
                self.report.error(&format!("{message}; {}", way_on(self.args, &self.printer)));
                1
            }
            None => self.verdict.judge(self.args, &self.printer, &self.report),
        };
        let Stats { pages, requests, retries, .. } = self.listings.stats();
        self.report.last(&format!(
            "{} records, {pages} pages, {requests} requests, {retries} retries",
            self.verdict.records
        ));
        status
    }
}
