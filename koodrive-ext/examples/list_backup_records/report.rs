//! Standard error: notes, errors, the last line, and on a terminal a counter.

use std::io::{self, Write as _};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::text::printable;

/// Writes to standard error without mixing up what is on the terminal. Clones share the counter.
#[derive(Clone)]
pub(crate) struct Report {
    counter: ProgressBar,
}

impl Report {
    /// A counter is shown only where standard error is a terminal.
    pub(crate) fn new() -> Self {
        let counter = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
        if let Ok(style) = ProgressStyle::with_template("{spinner} {msg} ({elapsed})") {
            counter.set_style(style);
        }
        Self { counter }
    }

    pub(crate) fn note(&self, text: &str) {
        // Whoever closed standard error wants no notes.
        self.around(|| _ = writeln!(io::stderr(), "{}", printable(text)));
    }

    pub(crate) fn error(&self, text: &str) {
        self.note(&format!("error: {text}"));
    }

    /// Shows the counter from now on.
    pub(crate) fn begin(&self) {
        if !self.counter.is_hidden() {
            self.counter.enable_steady_tick(Duration::from_millis(120));
        }
    }

    /// Shows how far it is.
    pub(crate) fn progress(&self, text: String) {
        self.counter.set_message(text);
    }

    /// Takes the counter away while something else is written to the terminal.
    pub(crate) fn around<R>(&self, write: impl FnOnce() -> R) -> R {
        self.counter.suspend(write)
    }

    /// The last line.
    pub(crate) fn last(&self, text: &str) {
        self.counter.finish_and_clear();
        self.note(text);
    }
}
