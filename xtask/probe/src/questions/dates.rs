//! How far X-Date may be from the service's time.

use crate::ask::Ask;
use crate::fact::{Fact, Of, Side};
use crate::known::Known;
use crate::question::{Question, Verdict};
use crate::seen::Seen;

/// A ladder of distances, climbed until one is refused.
pub(crate) struct Window {
    side: Side,
    /// In seconds, growing. `Date` is cut to the second, so less than 3 would prove nothing.
    rungs: &'static [u64],
}

pub(crate) const AHEAD: Window = Window { side: Side::Ahead, rungs: &[3, 60, 300, 840, 960] };
pub(crate) const BEHIND: Window =
    Window { side: Side::Behind, rungs: &[600, 840, 960, 1_800, 3_600, 86_400] };

impl Question for Window {
    fn id(&self) -> &'static str {
        match self.side {
            Side::Ahead => "date-ahead",
            Side::Behind => "date-behind",
        }
    }

    fn title(&self) -> &'static str {
        match self.side {
            Side::Ahead => "How strictly is \"not later than now\" meant?",
            Side::Behind => "How old may X-Date be?",
        }
    }

    fn next(&self, known: &Known, seen: &[Seen]) -> Option<Ask> {
        if seen.last().is_some_and(|last| !last.is_accepted()) {
            return None;
        }
        let distance = i64::try_from(*self.rungs.get(seen.len())?).ok()?;
        let date = match self.side {
            Side::Ahead => distance,
            Side::Behind => -distance,
        };
        known.page().map(|ask| Ask { date: Some(date), ..ask })
    }

    fn verdict(&self, known: &Known, seen: &[Seen]) -> Verdict {
        let refusal = seen.last().filter(|last| !last.is_accepted());
        let accepted_count = seen.len() - usize::from(refusal.is_some());
        let accepted = accepted_count.checked_sub(1).and_then(|i| self.rungs.get(i)).copied();
        let refused = refusal.and_then(|_| self.rungs.get(accepted_count)).copied();
        let side = match self.side {
            Side::Ahead => "ahead",
            Side::Behind => "old",
        };
        let mut answer = match (accepted, refused) {
            (None, Some(refused)) => format!("{refused} s {side} is refused."),
            (Some(accepted), Some(refused)) => {
                format!("{accepted} s {side} is taken, {refused} s is refused.")
            }
            (Some(accepted), None) => {
                format!("{accepted} s {side} is taken, which was the most that was tried.")
            }
            (None, None) => return Verdict::open("Nothing was tried."),
        };
        if known.observed.ahead.is_none() {
            answer += " Answers have no `Date`, so this is by the clock of this machine.";
        }
        let window = Fact::Window { side: self.side, proof: known.proof(), accepted, refused };
        let refusal = refusal.map(|last| Fact::Refused { of: Of::Date, refusal: last.refusal() });
        Verdict::new(answer, [window].into_iter().chain(refusal))
    }
}
