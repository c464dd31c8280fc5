//! Cursors, and where a list ends.

use crate::ask::Ask;
use crate::fact::{Again, Fact, LastNext};
use crate::known::{Kept, Known, seconds};
use crate::question::{NOT_LET_IN, Question, Verdict};
use crate::seen::{Next, Seen};

const MODULES: [&str; 3] = ["101", "100", "102"];

/// Finds a module to ask the next questions of.
pub(crate) struct Records;

impl Question for Records {
    fn id(&self) -> &'static str {
        "records"
    }

    fn title(&self) -> &'static str {
        "Which module has records enough to be paged?"
    }

    fn next(&self, known: &Known, seen: &[Seen]) -> Option<Ask> {
        let module = MODULES.get(seen.len())?;
        known.auth().map(|auth| Ask::page(auth, module))
    }

    fn verdict(&self, _: &Known, seen: &[Seen]) -> Verdict {
        let found = |is_right: fn(&Seen) -> bool| {
            let mut pairs = MODULES.into_iter().zip(seen);
            pairs.find(|(_, seen)| seen.is_accepted() && is_right(seen)).map(|(module, _)| module)
        };
        let module = found(|seen| seen.cursor().is_some());
        let answer = match module {
            Some(module) => format!("{module}."),
            None => "None has two records: what needs a second page stays open.".to_owned(),
        };
        let mut verdict =
            Verdict::new(answer, [Fact::Records { module: module.map(str::to_owned) }]);
        verdict.learned.module = module;
        verdict.learned.short_module = found(|seen| seen.cursor().is_none());
        verdict
    }
}

pub(crate) struct CursorAgain;

impl Question for CursorAgain {
    fn id(&self) -> &'static str {
        "cursor-again"
    }

    fn title(&self) -> &'static str {
        "Does a cursor give the same page again?"
    }

    fn hindrance(&self, known: &Known) -> Option<&'static str> {
        needs_records(known)
    }

    fn next(&self, known: &Known, seen: &[Seen]) -> Option<Ask> {
        let page = known.page_of_many()?;
        match seen {
            [] => Some(page),
            [first] | [first, _] => first.cursor().map(|cursor| page.at(cursor.clone())),
            _ => None,
        }
    }

    fn verdict(&self, _: &Known, seen: &[Seen]) -> Verdict {
        let [first, second, third] = seen else {
            return Verdict::open("The first page had no cursor.");
        };
        if !second.is_accepted() {
            return Verdict::open("The cursor was refused at its first use.");
        }
        let again = again(third, &second.digest);
        let answer = match again {
            Again::SamePage => "Yes.",
            Again::OtherPage => "No: it gives another page.",
            Again::Refused => "No: it is good once, and refused then.",
        };
        let mut verdict = Verdict::new(answer, [Fact::CursorAgain { again }]);
        verdict.learned.kept = first.cursor().filter(|_| again == Again::SamePage).map(|cursor| {
            let (cursor, digest) = (cursor.clone(), second.digest.clone());
            Kept { cursor, digest, given_at: first.received }
        });
        verdict
    }
}

/// Uses the cursor of [`CursorAgain`] once more when some time has passed.
pub(crate) struct CursorLater;

impl Question for CursorLater {
    fn id(&self) -> &'static str {
        "cursor-later"
    }

    fn title(&self) -> &'static str {
        "And still after a while?"
    }

    fn hindrance(&self, known: &Known) -> Option<&'static str> {
        needs_records(known)
            .or_else(|| known.kept.is_none().then_some("no cursor gave the same page again"))
    }

    fn next(&self, known: &Known, seen: &[Seen]) -> Option<Ask> {
        let kept = known.kept.as_ref().filter(|_| seen.is_empty())?;
        let page = known.page_of_many()?.at(kept.cursor.clone());
        Some(Ask { wait: known.cursor_wait, ..page })
    }

    fn verdict(&self, known: &Known, seen: &[Seen]) -> Verdict {
        let (Some(kept), [late]) = (&known.kept, seen) else {
            return Verdict::open("It was not tried.");
        };
        let after = u64::try_from(seconds(late.sent) - seconds(kept.given_at)).unwrap_or(0);
        let again = again(late, &kept.digest);
        let answer = match again {
            Again::SamePage => format!("Yes, after {after} s."),
            Again::OtherPage => format!("No: after {after} s it gives another page."),
            Again::Refused => format!("No: after {after} s it is refused."),
        };
        Verdict::new(answer, [Fact::CursorLater { after, again }])
    }
}

fn again(seen: &Seen, digest: &[u8]) -> Again {
    match seen.is_accepted() {
        false => Again::Refused,
        true if seen.digest == digest => Again::SamePage,
        true => Again::OtherPage,
    }
}

fn needs_records(known: &Known) -> Option<&'static str> {
    match (known.auth(), known.module) {
        (None, _) => Some(NOT_LET_IN),
        (_, None) => Some("no module has two records"),
        _ => None,
    }
}

/// Walks to an end, and looks at the form of the pages on the way.
pub(crate) struct LastPage;

/// 800 records are walked at most.
const MAX_PAGES: usize = 8;

impl Question for LastPage {
    fn id(&self) -> &'static str {
        "last-page"
    }

    fn title(&self) -> &'static str {
        "Is `nextCursor` absent, null or empty on the last page?"
    }

    fn next(&self, known: &Known, seen: &[Seen]) -> Option<Ask> {
        let module = known.module.or(known.short_module)?;
        let page = Ask { page_size: 100, ..Ask::page(known.auth()?, module) };
        match (seen.len(), seen.last()) {
            (0, _) | (_, None) => Some(page),
            (_, Some(last)) if !last.is_accepted() => None,
            (count, Some(last)) if count < MAX_PAGES => {
                last.cursor().map(|cursor| page.at(cursor.clone()))
            }
            // Too long a list: one that is known to be short has an end, too.
            (MAX_PAGES, Some(last)) if last.cursor().is_some() => {
                Some(Ask { module: Some(known.short_module?), ..page })
            }
            _ => None,
        }
    }

    fn verdict(&self, _: &Known, seen: &[Seen]) -> Verdict {
        let mut unknown: Vec<String> = seen.iter().flat_map(|seen| seen.unknown.clone()).collect();
        let mut other_types: Vec<String> =
            seen.iter().flat_map(|seen| seen.other_types.clone()).collect();
        for list in [&mut unknown, &mut other_types] {
            list.sort();
            list.dedup();
        }
        let form = Fact::PageForm { unknown, other_types };
        let (answer, next) = match seen.last() {
            Some(last) if !last.is_accepted() => ("A page on the way was refused.", None),
            Some(Seen { next: Next::Last(next), .. }) => match next {
                LastNext::Absent => ("It is absent.", Some(*next)),
                LastNext::Null => ("It is null.", Some(*next)),
                LastNext::Empty => ("It is an empty text.", Some(*next)),
            },
            Some(Seen { next: Next::Other, .. }) => ("It is neither a text nor null.", None),
            _ => ("No end was reached: the lists are too long.", None),
        };
        let last = next.map(|next| Fact::LastPage { next });
        Verdict::new(answer, [form].into_iter().chain(last))
    }
}
