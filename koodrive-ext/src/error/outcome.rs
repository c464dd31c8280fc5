//! What a failure means for whoever might ask again. Decided once, where the failure is
//! understood; the retry loop, the listing and the error's predicates read it.

use std::time::Duration;

/// Whether asking again can help.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// The same request may succeed later; the service may have said how much later.
    Transient(Option<Duration>),
    /// Asking again gives the same answer.
    Final,
}

impl Outcome {
    pub(crate) fn is_transient(self) -> bool {
        matches!(self, Self::Transient(_))
    }
}
