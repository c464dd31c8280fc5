//! Prints the modules in order while all of them are fetched.

use koodrive_ext::{
    BackupRecord, BackupRecordsQuery, Checkpoint, Error, ModuleCode, Page, Stats, UserClient,
};

use crate::advice::advice;
use crate::args::{Args, Format};
use crate::checkpoint_file::CheckpointFile;
use crate::fetch::{Event, Fetching};
use crate::form::Element;
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
    printer: Printer,
    /// Records that may still come, where there is a limit.
    left: Option<u64>,
    verdict: Verdict,
}

/// Why nothing more is printed, of any module.
pub(crate) enum Stop {
    Interrupted,
    Failed(String),
}

type Turn = (ModuleCode, BackupRecordsQuery);

/// Lists everything that was asked for; returns the exit status.
///
/// # Errors
/// What is wrong before anything is sent.
pub(crate) async fn run(
    args: &Args,
    file: Option<CheckpointFile>,
    report: &Report,
    interrupt: Interrupt,
    user: &UserClient,
) -> Result<u8, String> {
    let turns = turns(args, file.as_ref(), user)?;
    let listing = Listing {
        args,
        report: report.clone(),
        interrupt,
        printer: opening::open(args, file, report)?,
        left: args.limit,
        verdict: Verdict::default(),
    };
    Ok(listing.run(turns).await)
}

/// The query of each module, which its checkpoint, if there is one, has to be of.
fn turns(
    args: &Args,
    file: Option<&CheckpointFile>,
    user: &UserClient,
) -> Result<Vec<Turn>, String> {
    let mut turns = Vec::new();
    for module in args.modules() {
        let mut query = user
            .backup_records(module.clone())
            .page_size(args.page_size)
            .keep_raw(args.format != Format::Table);
        if let Some(device) = &args.device {
            query = query.device_id(device);
        }
        if let Some(file) = file {
            file.check(&module, &query)?;
            if let Some(kept) = file.get(&module) {
                query = query.resume(kept.clone());
            }
        }
        turns.push((module, query));
    }
    Ok(turns)
}

impl Listing<'_> {
    async fn run(mut self, turns: Vec<Turn>) -> u8 {
        self.report.begin();
        // What the modules before leave of a limit is known only when it is a module's turn.
        let concurrent = self.left.is_none();
        let begun: Vec<_> = turns
            .into_iter()
            .map(|(module, query)| {
                let fetching = concurrent.then(|| self.begin(&module, query.clone()));
                (module, query, fetching)
            })
            .collect();
        let mut stop = None;
        for (module, query, fetching) in begun {
            let mut fetching = match (fetching, self.left) {
                (Some(fetching), _) => fetching,
                (None, Some(left)) if left > 0 && stop.is_none() => {
                    self.begin(&module, query.limit(left))
                }
                _ => break,
            };
            if stop.is_none() {
                stop = self.print(&module, &mut fetching).await.err();
            }
            self.settle(&module, fetching).await;
        }
        self.conclude(stop)
    }

    fn begin(&self, module: &ModuleCode, query: BackupRecordsQuery) -> Fetching {
        let (report, module) = (self.report.clone(), module.clone());
        Fetching::begin(query, move |error| {
            report.note(&format!(
                "{module}: page {} failed (attempts: {}), asking again",
                error.page().unwrap_or(1),
                error.attempts()
            ));
        })
    }

    /// Prints a module to its end, or to what ended it.
    async fn print(&mut self, module: &ModuleCode, fetching: &mut Fetching) -> Result<(), Stop> {
        let was_end = self.printer.kept(module).is_some_and(Checkpoint::is_end);
        let mut is_end = was_end;
        loop {
            self.report.progress(format!("{} records, {module}", self.verdict.records));
            let event = tokio::select! {
                biased;
                () = self.interrupt.asked() => return Err(Stop::Interrupted),
                event = fetching.next() => event,
            };
            match event {
                Some(Event::Page(page)) => {
                    is_end = page.checkpoint().is_end();
                    self.print_page(module, page)?;
                }
                Some(Event::Failed(error, checkpoint)) => {
                    return self.failed(module, &error, checkpoint);
                }
                None => break,
            }
        }
        if was_end {
            self.report.note(&format!("{module}: complete already, by the checkpoint"));
        } else if !is_end && self.left != Some(0) {
            self.report.error(&format!("{module}: the list ended before it was complete"));
            self.verdict.broken.push(module.clone());
        }
        Ok(())
    }

    fn print_page(&mut self, module: &ModuleCode, page: Page<BackupRecord>) -> Result<(), Stop> {
        let (length, readable) = (page.len() as u64, page.records().count() as u64);
        let checkpoint = page.checkpoint().clone();
        let elements = self.elements(module, page);
        let printed = self.report.around(|| self.printer.print(module, &elements, checkpoint));
        printed.map_err(Stop::Failed)?;
        self.verdict.records += readable;
        self.verdict.unreadable += length - readable;
        self.left = self.left.map(|left| left.saturating_sub(length));
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
        mut checkpoint: Checkpoint,
    ) -> Result<(), Stop> {
        self.verdict.broken.push(module.clone());
        self.report.error(&format!("{module}: {error}"));
        if let Some(advice) = advice(error) {
            self.report.note(&format!("{module}: {advice}"));
        }
        if error.is_checkpoint_mismatch() && self.printer.kept(module).is_some() {
            self.report.note(&format!(
                "{module}: the next run prints that page from its start, some of its records twice"
            ));
            checkpoint = checkpoint.page_start();
        }
        self.printer.note(module, checkpoint, 0).map_err(Stop::Failed)
    }

    async fn settle(&mut self, module: &ModuleCode, fetching: Fetching) {
        match fetching.stop().await {
            Ok(stats) => {
                let took = &mut self.verdict.took;
                took.pages += stats.pages;
                took.requests += stats.requests;
                took.retries += stats.retries;
            }
            Err(message) => {
                self.report.error(&format!("{module}: {message}"));
                self.verdict.broken.push(module.clone());
            }
        }
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
        let Stats { pages, requests, retries, .. } = self.verdict.took;
        self.report.last(&format!(
            "{} records, {pages} pages, {requests} requests, {retries} retries",
            self.verdict.records
        ));
        status
    }
}
