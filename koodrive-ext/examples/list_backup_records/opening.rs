//! Opens what a run writes to, after checking that what an earlier run printed is still there.

use std::path::Path;

use koodrive_ext::ModuleCode;

use crate::appended::{Appended, Extent, Opened};
use crate::args::{Args, Format};
use crate::checkpoint_file::CheckpointFile;
use crate::destination::{Destination, Printed};
use crate::printer::Printer;
use crate::report::Report;
use crate::stdout::Stdout;

/// The printer of a run.
///
/// # Errors
/// Why this run would lose or repeat records; nothing was printed and the checkpoint is unchanged.
pub(crate) fn open(
    args: &Args,
    mut checkpoint: Option<CheckpointFile>,
    report: &Report,
) -> Result<Printer, String> {
    let modules = args.modules();
    let begun: Vec<&ModuleCode> = match &checkpoint {
        Some(file) => modules.iter().filter(|module| file.is_begun(module)).collect(),
        None => Vec::new(),
    };
    if let Some(file) = &checkpoint {
        check_form(args.format, file, &begun)?;
    }
    let destination = match (&args.output, &checkpoint) {
        (Some(path), Some(file)) => output(path, file, report)?,
        _ => standard_output(checkpoint.as_ref(), &begun)?,
    };
    let known = checkpoint.as_ref().and_then(CheckpointFile::unreadable_file);
    let known = known.filter(|_| !args.acknowledge_unreadable);
    let unreadable = match &args.unreadable {
        Some(path) => Some(appended("--unreadable", path, known, report)?),
        None => None,
    };
    if let Some(file) = &mut checkpoint {
        acknowledge(args, &modules, file, report)?;
        begin(file, &destination, unreadable.as_ref())?;
    }
    Ok(Printer::new(args.format, destination, unreadable, checkpoint))
}

/// A table has one heading and an array one end, so that neither can be gone on with.
fn check_form(format: Format, file: &CheckpointFile, begun: &[&ModuleCode]) -> Result<(), String> {
    match begun.first() {
        Some(module) if format != Format::Ndjson => Err(format!(
            "the checkpoint {} says that {module} was printed, in part or in whole, and a table or a JSON array cannot be continued: \
             use --format ndjson, or list from the start with another --checkpoint",
            file.path().display()
        )),
        _ => Ok(()),
    }
}

fn standard_output(
    file: Option<&CheckpointFile>,
    begun: &[&ModuleCode],
) -> Result<Destination, String> {
    let stdout = Stdout::open();
    let Some(file) = file else { return Ok(Destination::Stdout(stdout)) };
    let path = file.path().display();
    if file.output().is_some() {
        return Err(format!(
            "the checkpoint {path} belongs to a file of records, which would miss what is printed to standard output: \
             give that file by --output, or list from the start with another --checkpoint"
        ));
    }
    let refused = |module: &ModuleCode, cause: String| {
        format!(
            "{cause}, and the checkpoint {path} says that {module} was printed, in part or in whole: \
             append with >> to the file that holds it (the shell's > empties a file), pipe the rest elsewhere, \
             or list from the start with another --checkpoint, best with --output FILE instead of > FILE"
        )
    };
    for module in begun {
        stdout.check(file.stdout(module)).map_err(|cause| refused(module, cause))?;
    }
    // Only behind all lengths: half of a line that a checkpoint knows does not come again.
    if let Some(module) = begun.first() {
        stdout.check_end().map_err(|cause| refused(module, cause))?;
    }
    Ok(Destination::Stdout(stdout))
}

fn output(path: &Path, file: &CheckpointFile, report: &Report) -> Result<Destination, String> {
    if file.output().is_none() && file.is_begun_at_all() {
        return Err(format!(
            "the checkpoint {} says that records were printed to standard output, which {} would miss: \
             leave --output out, or list from the start with another --checkpoint",
            file.path().display(),
            path.display()
        ));
    }
    appended("--output", path, file.output(), report).map(Destination::Output)
}

fn appended(
    flag: &str,
    path: &Path,
    known: Option<&Extent>,
    report: &Report,
) -> Result<Appended, String> {
    let (file, opened) = Appended::open(path, known).map_err(|e| format!("{flag} {e}"))?;
    match opened {
        Opened::AsExpected => {}
        Opened::CutOff(bytes) => report.note(&format!(
            "{}: cut off {bytes} bytes that a run wrote which was stopped before it could note them; they come again",
            path.display()
        )),
        Opened::HasContents(bytes) => {
            report.note(&format!("{}: appending to its {bytes} bytes", path.display()));
        }
    }
    Ok(file)
}

fn acknowledge(
    args: &Args,
    modules: &[ModuleCode],
    file: &mut CheckpointFile,
    report: &Report,
) -> Result<(), String> {
    if !args.acknowledge_unreadable {
        return Ok(());
    }
    for module in modules {
        let count = file.unreadable(module);
        if count > 0 {
            report.note(&format!("{module}: {count} unreadable records acknowledged"));
        }
    }
    file.acknowledge(modules)
}

/// A run that is killed on its first page has to leave the length that its files had before.
fn begin(
    file: &mut CheckpointFile,
    destination: &Destination,
    unreadable: Option<&Appended>,
) -> Result<(), String> {
    let output = match destination.printed() {
        Printed::Output(extent) => Some(extent),
        Printed::Stdout(_) => None,
    };
    let unreadable = unreadable.map(Appended::extent);
    let is_new = file.output() != output.as_ref() || file.unreadable_file() != unreadable.as_ref();
    if is_new && (output.is_some() || unreadable.is_some()) {
        file.begin(output, unreadable)?;
    }
    Ok(())
}
