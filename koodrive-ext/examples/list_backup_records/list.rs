//! Prints the modules in order while all of them are fetched, and keeps the checkpoint behind what
//! was printed.

use std::io;

use koodrive_ext::{BackupRecords, Checkpoint, Client, Error, ModuleCode, Page, Stats};

use crate::args::Args;
use crate::checkpoint_file::CheckpointFile;
use crate::fetch::{Event, Fetching};
use crate::interrupt::{self, Interrupt};
use crate::output::Output;
use crate::report::Report;

/// One run of the command.
pub(crate) struct Listing<'a> {
    args: &'a Args,
    file: Option<CheckpointFile>,
    report: Report,
    interrupt: Interrupt,
    output: Output,
    /// Records that may still come, where there is a limit.
    left: Option<u64>,
    printed: u64,
    unreadable: u64,
    /// Modules that are not complete.
    broken: Vec<ModuleCode>,
    took: Stats,
}

/// Why nothing more is printed, of any module.
enum Stop {
    Interrupted,
    Failed(String),
}

impl<'a> Listing<'a> {
    pub(crate) fn new(
        args: &'a Args,
        file: Option<CheckpointFile>,
        report: Report,
        interrupt: Interrupt,
    ) -> Self {
        Self {
            args,
            file,
            report,
            interrupt,
            output: Output::new(args.format),
            left: args.limit,
            printed: 0,
            unreadable: 0,
            broken: Vec::new(),
            took: Stats::default(),
        }
    }

    /// Lists everything that was asked for; returns the exit status.
    ///
    /// # Errors
    /// What is wrong before anything is sent.
    pub(crate) async fn run(mut self, client: &Client) -> Result<u8, String> {
        let mut turns = Vec::new();
        for module in self.args.modules() {
            let query = self.query(client, &module);
            if let Some(file) = &self.file {
                file.check(&module, &query)?;
            }
            turns.push((module, query));
        }
        self.report.begin();
        // What the modules before leave of a limit is known only when it is a module's turn.
        let concurrent = self.left.is_none();
        let begun: Vec<_> = turns
            .into_iter()
            .map(|(module, query)| {
                let query = self.resumed(&module, query);
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
        Ok(self.conclude(stop))
    }

    fn query(&self, client: &Client, module: &ModuleCode) -> BackupRecords {
        let query = client.backup_records(module.clone()).page_size(self.args.page_size);
        match &self.args.device {
            Some(device) => query.device(device),
            None => query,
        }
    }

    fn resumed(&self, module: &ModuleCode, query: BackupRecords) -> BackupRecords {
        match self.kept(module) {
            Some(checkpoint) => query.resume(checkpoint.clone()),
            None => query,
        }
    }

    fn kept(&self, module: &ModuleCode) -> Option<&Checkpoint> {
        self.file.as_ref().and_then(|file| file.get(module))
    }

    fn begin(&self, module: &ModuleCode, query: BackupRecords) -> Fetching {
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
        let was_end = self.kept(module).is_some_and(Checkpoint::is_end);
        let mut is_end = was_end;
        loop {
            self.report.progress(format!("{} records, {module}", self.printed));
            let event = tokio::select! {
                biased;
                () = self.interrupt.pressed() => return Err(Stop::Interrupted),
                event = fetching.next() => event,
            };
            match event {
                Some(Event::Page(page, checkpoint)) => {
                    is_end = checkpoint.is_end();
                    self.print_page(module, page)?;
                    self.keep(module, checkpoint)?;
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
            self.broken.push(module.clone());
        }
        Ok(())
    }

    fn print_page(&mut self, module: &ModuleCode, page: Page) -> Result<(), Stop> {
        let (length, readable) = (page.len() as u64, page.records().count() as u64);
        for item in page {
            match item {
                Ok(record) => self.output.push(&record).map_err(unwritable)?,
                Err(error) => {
                    self.unreadable += 1;
                    self.report.error(&format!("{module}: {error}"));
                }
            }
        }
        self.report.around(|| self.output.flush()).map_err(unwritable)?;
        self.printed += readable;
        self.left = self.left.map(|left| left.saturating_sub(length));
        Ok(())
    }

    fn keep(&mut self, module: &ModuleCode, checkpoint: Checkpoint) -> Result<(), Stop> {
        match &mut self.file {
            Some(file) => file.put(module, checkpoint).map_err(Stop::Failed),
            None => Ok(()),
        }
    }

    /// Goes on with the other modules.
    fn failed(
        &mut self,
        module: &ModuleCode,
        error: &Error,
        checkpoint: Checkpoint,
    ) -> Result<(), Stop> {
        self.broken.push(module.clone());
        self.report.error(&format!("{module}: {error}"));
        if error.is_checkpoint_mismatch() && self.file.is_some() {
            self.report.note(&format!(
                "{module}: the next run prints that page from its start, some of its records twice"
            ));
            return self.keep(module, checkpoint.page_start());
        }
        self.keep(module, checkpoint)
    }

    async fn settle(&mut self, module: &ModuleCode, fetching: Fetching) {
        match fetching.stop().await {
            Ok(stats) => {
                self.took.pages += stats.pages;
                self.took.requests += stats.requests;
                self.took.retries += stats.retries;
            }
            Err(message) => {
                self.report.error(&format!("{module}: {message}"));
                self.broken.push(module.clone());
            }
        }
    }

    fn conclude(mut self, stop: Option<Stop>) -> u8 {
        // A JSON array is closed also behind half of the records.
        let finished = self.report.around(|| self.output.finish()).map_err(unwritable);
        let stop = stop.or(finished.err());
        let status = match &stop {
            Some(Stop::Interrupted) => {
                self.report.error(&format!("interrupted; {}", self.way_on()));
                interrupt::STATUS
            }
            Some(Stop::Failed(message)) => {
                self.report.error(&format!("{message}; {}", self.way_on()));
                1
            }
            None => self.verdict(),
        };
        let Stats { pages, requests, retries, .. } = self.took;
        self.report.last(&format!(
            "{} records, {pages} pages, {requests} requests, {retries} retries",
            self.printed
        ));
        status
    }

    /// Says what is missing.
    fn verdict(&self) -> u8 {
        if !self.broken.is_empty() {
            let names: Vec<&str> = self.broken.iter().map(ModuleCode::name).collect();
            self.report.error(&format!(
                "the list of {} is not complete; {}",
                names.join(", "),
                self.way_on()
            ));
        }
        if self.unreadable > 0 {
            let plural = if self.unreadable == 1 { "" } else { "s" };
            self.report.error(&format!(
                "{} record{plural} could not be read and {} left out: see above, and report the JSON to the service",
                self.unreadable,
                if self.unreadable == 1 { "was" } else { "were" },
            ));
        }
        u8::from(!self.broken.is_empty() || self.unreadable > 0)
    }

    fn way_on(&self) -> String {
        match &self.file {
            Some(file) => format!("run the same command again for the rest, from {}", file.path()),
            None => "with --checkpoint FILE, a later run goes on where one stopped".to_owned(),
        }
    }
}

fn unwritable(error: io::Error) -> Stop {
    Stop::Failed(match error.kind() {
        io::ErrorKind::BrokenPipe => "standard output was closed before the end".to_owned(),
        _ => format!("standard output cannot be written: {error}"),
    })
}
