//! A question: what to ask for, and what the answers say.

use crate::ask::Ask;
use crate::fact::Fact;
use crate::known::{Kept, Known};
use crate::seen::Seen;

/// Pure: it sends nothing, reads no clock and keeps nothing.
pub(crate) trait Question: Send + Sync {
    /// A short name.
    fn id(&self) -> &'static str;

    /// The question as a sentence.
    fn title(&self) -> &'static str;

    /// Why it cannot be asked; that there are credentials which the service takes is what most need.
    fn hindrance(&self, known: &Known) -> Option<&'static str> {
        known.auth().is_none().then_some(NOT_LET_IN)
    }

    /// The next request, given the answers to those before. `None` when there are enough.
    fn next(&self, known: &Known, seen: &[Seen]) -> Option<Ask>;

    /// What the answers say.
    fn verdict(&self, known: &Known, seen: &[Seen]) -> Verdict;
}

pub(crate) const NOT_LET_IN: &str = "the service took none of the credentials";

/// An answer in a sentence, and as facts.
#[derive(Clone, Debug, Default)]
pub(crate) struct Verdict {
    pub(crate) answer: String,
    pub(crate) facts: Vec<Fact>,
    pub(crate) learned: Learned,
}

/// What later questions need and the report must not have.
#[derive(Clone, Debug, Default)]
pub(crate) struct Learned {
    pub(crate) module: Option<&'static str>,
    pub(crate) short_module: Option<&'static str>,
    pub(crate) kept: Option<Kept>,
}

impl Verdict {
    pub(crate) fn new(answer: impl Into<String>, facts: impl IntoIterator<Item = Fact>) -> Self {
        Self {
            answer: answer.into(),
            facts: facts.into_iter().collect(),
            learned: Learned::default(),
        }
    }

    /// The answers do not settle it.
    pub(crate) fn open(answer: impl Into<String>) -> Self {
        Self::new(answer, [])
    }
}

pub(crate) fn taken(is_taken: bool) -> &'static str {
    if is_taken { "taken" } else { "refused" }
}
