//! How parameters are read that are out of bounds or not in the contract.

use crate::ask::Ask;
use crate::fact::Fact;
use crate::known::Known;
use crate::question::{Question, Verdict};
use crate::seen::Seen;

/// A page size outside of 1 to 100.
#[derive(Clone, Copy)]
pub(crate) struct Size(u32);

pub(crate) const SIZES: [Size; 2] = [Size(0), Size(101)];

impl Question for Size {
    fn id(&self) -> &'static str {
        if self.0 == 0 { "page-size-0" } else { "page-size-101" }
    }

    fn title(&self) -> &'static str {
        if self.0 == 0 { "What is made of page size 0?" } else { "What is made of page size 101?" }
    }

    fn next(&self, known: &Known, seen: &[Seen]) -> Option<Ask> {
        known.page().filter(|_| seen.is_empty()).map(|ask| Ask { page_size: self.0, ..ask })
    }

    fn verdict(&self, _: &Known, seen: &[Seen]) -> Verdict {
        let [one] = seen else { return Verdict::open("It was not tried.") };
        let records = one.is_accepted().then_some(one.records);
        let answer = match records {
            Some(records) => format!("It is taken: {records} records came."),
            None => format!("It is refused by {}.", one.refusal()),
        };
        Verdict::new(answer, [Fact::PageSize { size: self.0, records }])
    }
}

pub(crate) struct UnknownParameter;

impl Question for UnknownParameter {
    fn id(&self) -> &'static str {
        "unknown-parameter"
    }

    fn title(&self) -> &'static str {
        "Are unknown parameters ignored?"
    }

    fn next(&self, known: &Known, seen: &[Seen]) -> Option<Ask> {
        known.page().filter(|_| seen.is_empty()).map(|ask| Ask { has_odd_parameter: true, ..ask })
    }

    fn verdict(&self, _: &Known, seen: &[Seen]) -> Verdict {
        let [one] = seen else { return Verdict::open("It was not tried.") };
        let ignored = one.is_accepted();
        let answer = match ignored {
            true => "Yes.".to_owned(),
            false => format!("No: refused by {}.", one.refusal()),
        };
        Verdict::new(answer, [Fact::UnknownParameters { ignored }])
    }
}
