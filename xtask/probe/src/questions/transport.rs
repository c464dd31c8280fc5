//! What HTTP carries beside the page. Most of it all answers show, without a request of its own.

use std::collections::BTreeMap;

use crate::ask::Ask;
use crate::fact::Fact;
use crate::known::Known;
use crate::question::{Question, Verdict};
use crate::seen::Seen;

pub(crate) struct Compression;

impl Question for Compression {
    fn id(&self) -> &'static str {
        "compression"
    }

    fn title(&self) -> &'static str {
        "Are answers compressed for those who accept gzip?"
    }

    fn next(&self, known: &Known, seen: &[Seen]) -> Option<Ask> {
        // A small body may be left as it is.
        let ask = known.page().filter(|_| seen.is_empty())?;
        Some(Ask { accepts_gzip: true, page_size: 100, ..ask })
    }

    fn verdict(&self, _: &Known, seen: &[Seen]) -> Verdict {
        let [one] = seen else { return Verdict::open("It was not tried.") };
        if one.status != 200 {
            return Verdict::open(format!("The request was refused with status {}.", one.status));
        }
        let answer = match &one.encoding {
            Some(encoding) => format!("Yes: {encoding}."),
            None => "No.".to_owned(),
        };
        Verdict::new(answer, [Fact::Compression { encoding: one.encoding.clone() }])
    }
}

/// Defines a question that all answers together settle.
macro_rules! observed {
    ($name:ident, $id:literal, $title:literal, $verdict:ident) => {
        pub(crate) struct $name;

        impl Question for $name {
            fn id(&self) -> &'static str {
                $id
            }

            fn title(&self) -> &'static str {
                $title
            }

            fn hindrance(&self, known: &Known) -> Option<&'static str> {
                (known.observed.answers == 0).then_some("there was no answer")
            }

            fn next(&self, _: &Known, _: &[Seen]) -> Option<Ask> {
                None
            }

            fn verdict(&self, known: &Known, _: &[Seen]) -> Verdict {
                $verdict(known)
            }
        }
    };
}

observed!(RequestId, "request-id", "Which header holds a request id?", request_id);
observed!(Clock, "clock", "Do answers have a `Date`, and how far is that clock?", clock);
observed!(HttpVersion, "http-version", "Is HTTP/2 spoken?", http_version);
observed!(Latency, "latency", "How long do answers take?", latency);

fn most(counts: &BTreeMap<String, u32>) -> Option<(&String, u32)> {
    counts.iter().max_by_key(|(_, count)| **count).map(|(name, count)| (name, *count))
}

fn request_id(known: &Known) -> Verdict {
    let observed = &known.observed;
    let header = most(&observed.request_ids);
    let answer = match header {
        Some((name, count)) => format!("`{name}`, in {count} of {} answers.", observed.answers),
        None => "None that was looked for.".to_owned(),
    };
    Verdict::new(answer, [Fact::RequestId { header: header.map(|(name, _)| name.clone()) }])
}

fn clock(known: &Known) -> Verdict {
    let ahead = known.observed.ahead;
    let answer = match ahead {
        None => "No.".to_owned(),
        Some(0) => "Yes; it agrees with this machine's clock to a second.".to_owned(),
        Some(seconds) if seconds > 0 => format!("Yes; it is {seconds} s ahead of this machine's."),
        Some(seconds) => format!("Yes; it is {} s behind this machine's.", seconds.unsigned_abs()),
    };
    Verdict::new(answer, [Fact::Clock { ahead }])
}

fn http_version(known: &Known) -> Verdict {
    let Some((version, _)) = most(&known.observed.versions) else {
        return Verdict::open("There was no answer.");
    };
    let answer = if version == "HTTP/2.0" { "Yes.".to_owned() } else { format!("No: {version}.") };
    Verdict::new(answer, [Fact::HttpVersion { version: version.clone() }])
}

fn latency(known: &Known) -> Verdict {
    let mut took: Vec<u64> = known
        .observed
        .took
        .iter()
        .map(|took| u64::try_from(took.as_millis()).unwrap_or(u64::MAX))
        .collect();
    took.sort_unstable();
    let (Some(max), Some(median)) = (took.last(), took.get(took.len() / 2)) else {
        return Verdict::open("There was no answer.");
    };
    let answer = format!("Half of them at most {median} ms, the longest {max} ms.");
    Verdict::new(answer, [Fact::Latency { median: *median, max: *max }])
}
