//! Prints pages, and keeps the checkpoint behind what was printed: first the records, then, when
//! they are safe, the place after them.

use std::path::Path;

use koodrive_ext::{Checkpoint, ModuleCode};

use crate::appended::{Appended, Extent};
use crate::args::Format;
use crate::checkpoint_file::{CheckpointFile, Progress};
use crate::destination::{Destination, Printed};
use crate::form::{Element, Form, unreadable_line};

/// All that a run writes, but for standard error.
pub(crate) struct Printer {
    form: Form,
    destination: Destination,
    unreadable_file: Option<Appended>,
    checkpoint: Option<CheckpointFile>,
    /// Standard output or a file took less than a page: nothing may follow it.
    is_broken: bool,
}

/// How long everything was before a page.
struct Before {
    printed: Printed,
    unreadable_file: Option<Extent>,
}

impl Printer {
    pub(crate) fn new(
        format: Format,
        destination: Destination,
        unreadable_file: Option<Appended>,
        checkpoint: Option<CheckpointFile>,
    ) -> Self {
        let form = Form::new(format);
        Self { form, destination, unreadable_file, checkpoint, is_broken: false }
    }

    /// Where the module stands by the checkpoint file, if there is one.
    pub(crate) fn kept(&self, module: &ModuleCode) -> Option<&Checkpoint> {
        self.checkpoint.as_ref().and_then(|file| file.get(module))
    }

    /// Records of the module that could not be read, by the checkpoint file, if there is one.
    pub(crate) fn kept_unreadable(&self, module: &ModuleCode) -> Option<u64> {
        self.checkpoint.as_ref().map(|file| file.unreadable(module))
    }

    /// The checkpoint file, if there is one.
    pub(crate) fn checkpoint_path(&self) -> Option<&Path> {
        self.checkpoint.as_ref().map(CheckpointFile::path)
    }

    /// Where the JSON of unreadable records goes, if it goes anywhere.
    pub(crate) fn unreadable_place(&self) -> Option<String> {
        match &self.unreadable_file {
            Some(file) => Some(file.path().display().to_string()),
            None => self
                .form
                .takes_unreadable()
                .then(|| format!("{}, marked \"unreadable\"", self.destination.name())),
        }
    }

    /// Whether standard output is a file, which the shell may empty the next time.
    pub(crate) fn prints_to_a_file_of_the_shell(&self) -> bool {
        matches!(self.destination.printed(), Printed::Stdout(Some(_)))
    }

    /// Prints a page, then notes that the listing stands behind it.
    pub(crate) fn print(
        &mut self,
        module: &ModuleCode,
        elements: &[Element],
        checkpoint: Checkpoint,
    ) -> Result<(), String> {
        let before = self.before();
        let page = self.form.page(elements, self.unreadable_file.is_none());
        let unreadable: Vec<&[u8]> = elements.iter().filter_map(Element::unreadable).collect();
        let result = self
            .write(&page, &unreadable)
            .and_then(|()| self.note(module, checkpoint, unreadable.len() as u64));
        if result.is_err() {
            self.take_back(&page, &before);
        }
        result
    }

    /// Notes where a module stands, behind what is printed.
    pub(crate) fn note(
        &mut self,
        module: &ModuleCode,
        checkpoint: Checkpoint,
        unreadable: u64,
    ) -> Result<(), String> {
        let Some(file) = &mut self.checkpoint else { return Ok(()) };
        // Else a power cut could lose what the checkpoint calls printed.
        self.destination.sync()?;
        if let Some(file) = &self.unreadable_file {
            file.sync().map_err(|e| unwritable(file, &e))?;
        }
        let printed = self.destination.printed();
        let unreadable_file = self.unreadable_file.as_ref().map(Appended::extent);
        file.put(module, Progress { checkpoint, unreadable, printed, unreadable_file })
    }

    /// Writes what comes after the last record, unless it would follow half of a page.
    pub(crate) fn finish(&mut self) -> Result<(), String> {
        if self.is_broken {
            return Ok(());
        }
        let end = self.form.end();
        self.destination.write(&end)
    }

    fn before(&self) -> Before {
        Before {
            printed: self.destination.printed(),
            unreadable_file: self.unreadable_file.as_ref().map(Appended::extent),
        }
    }

    fn write(&mut self, page: &str, unreadable: &[&[u8]]) -> Result<(), String> {
        self.destination.write(page)?;
        let Some(file) = &mut self.unreadable_file else { return Ok(()) };
        let lines: String = unreadable.iter().map(|raw| unreadable_line(raw)).collect();
        file.append(lines.as_bytes()).map_err(|e| unwritable(file, &e))
    }

    /// A page that no checkpoint knows comes again with the next run.
    fn take_back(&mut self, page: &str, before: &Before) {
        self.is_broken = true;
        self.destination.take_back(page, &before.printed);
        if let (Some(file), Some(extent)) = (&mut self.unreadable_file, &before.unreadable_file) {
            // Where this fails, the next run cuts it off.
            let _ = file.cut_back(extent);
        }
    }
}

fn unwritable(file: &Appended, error: &std::io::Error) -> String {
    format!("the file of unreadable records {} cannot be written: {error}", file.path().display())
}
