//! What a run has listed, what is missing, and so its exit status.

use koodrive_ext::ModuleCode;

use crate::args::{Args, Format};
use crate::printer::Printer;
use crate::report::Report;

/// Counted while a run goes on.
#[derive(Default)]
pub(crate) struct Verdict {
    pub(crate) records: u64,
    /// Elements that are not records, of this run.
    pub(crate) unreadable: u64,
    /// Modules that are not complete.
    pub(crate) broken: Vec<ModuleCode>,
}

impl Verdict {
    /// Says what is missing; 0 if nothing is.
    pub(crate) fn judge(&self, args: &Args, printer: &Printer, report: &Report) -> u8 {
        if !self.broken.is_empty() {
            // In their own order, whichever ended first.
            let modules = args.modules();
            let broken = modules.iter().filter(|module| self.broken.contains(module));
            let names: Vec<&str> = broken.map(ModuleCode::name).collect();
            report.error(&format!(
                "the list of {} is not complete; {}",
                names.join(", "),
                way_on(args, printer)
            ));
        }
        let kept: Option<u64> = args.modules().iter().map(|m| printer.kept_unreadable(m)).sum();
        let unreadable = kept.unwrap_or(self.unreadable);
        if unreadable > 0 {
            report.error(&self.unreadable_text(unreadable, kept.is_some(), printer));
        }
        u8::from(!self.broken.is_empty() || unreadable > 0)
    }

    fn unreadable_text(&self, count: u64, is_kept: bool, printer: &Printer) -> String {
        let what = if count == 1 {
            "1 record could not be read".to_owned()
        } else {
            format!("{count} records could not be read")
        };
        let when = match count - self.unreadable.min(count) {
            0 => String::new(),
            earlier if earlier == count => " by an earlier run".to_owned(),
            earlier => format!(" ({earlier} of them by an earlier run)"),
        };
        let place = match (self.unreadable, printer.unreadable_place()) {
            (0, _) => ": see what that run printed".to_owned(),
            (_, Some(place)) => format!(": their JSON is in {place}; report it to the service"),
            (_, None) => {
                ": see above; --format ndjson and --unreadable FILE keep their JSON as it came"
                    .to_owned()
            }
        };
        let status = if is_kept {
            "; the exit status stays 1 until a run is given --acknowledge-unreadable"
        } else {
            ""
        };
        format!("{what}{when}{place}{status}")
    }
}

/// How to list what this run did not.
pub(crate) fn way_on(args: &Args, printer: &Printer) -> String {
    let Some(file) = printer.checkpoint_path() else {
        return "with --checkpoint FILE, a later run goes on where one stopped".to_owned();
    };
    let file = file.display();
    if args.format != Format::Ndjson {
        return format!("for the rest, from {file}, run it again with --format ndjson");
    }
    let how = if printer.prints_to_a_file_of_the_shell() {
        " (with >>, since the shell's > empties its file)"
    } else {
        ""
    };
    format!("run the same command again for the rest, from {file}{how}")
}
