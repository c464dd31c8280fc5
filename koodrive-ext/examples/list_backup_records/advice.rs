//! What to do about an error, where its message speaks of what this command has no flag for.

use koodrive_ext::{Error, ErrorKind};

/// Advice that names flags, if the message alone would not do.
pub(crate) fn advice(error: &Error) -> Option<&'static str> {
    match error.kind() {
        ErrorKind::CursorRefused => Some(
            "the service no longer takes the place that the checkpoint keeps: to list from the start, give another \
             --checkpoint, and another --output if there is one",
        ),
        ErrorKind::BrokenPaging => Some(
            "no flag changes this; with --checkpoint, a later run goes on from that page and tries again",
        ),
        // Not of a wrong form, so it is too large.
        ErrorKind::Undecodable if !error.is_undecodable() => Some("give a smaller --page-size"),
        _ => None,
    }
}
