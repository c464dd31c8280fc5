//! Rows of time: ratios over interleaved rounds.

use std::hint::black_box;
use std::time::Duration;

use anyhow::Result;
use cpu_time::ThreadTime;
use futures_util::{FutureExt as _, StreamExt as _, stream};
use koodrive_api::types::BackupRecordPage;
use koodrive_ext::internals;

use crate::child::{self, Server, Took};
use crate::input::{self, ToSign};
use crate::peer::{aws, bare, strict};
use crate::rounds::{Ratio, Times, interleave};
use crate::table::Row;

const SLICE: Duration = Duration::from_millis(5);
const ROUNDS: usize = 60;

/// Signing, with bare hashes and with Amazon's signer.
pub fn signing() -> Vec<Row> {
    let rows = [
        ("sign a short GET", input::short as fn() -> ToSign, "≤ 1.5 ×"),
        ("sign with a cursor of 1,000 characters", input::with_cursor, "≤ 2.0 ×"),
    ];
    rows.into_iter().flat_map(|(work, make, target)| sign(work, make, target)).collect()
}

fn sign(work: &str, make: fn() -> ToSign, target: &'static str) -> [Row; 2] {
    let (mut request, other, identity) = (make(), make(), aws::identity());
    let (url, texts) = (request.url.clone(), bare::texts(&request));
    let [ours, hashes, amazon] = interleave(
        ROUNDS,
        SLICE,
        [
            &mut || {
                request.url.clone_from(&url);
                let ToSign { url, headers, app, date, signed } = &mut request;
                black_box(internals::authorize(url, headers, app, *date, signed)).expect("signed");
            },
            &mut || _ = black_box(bare::hash(black_box(&texts))),
            &mut || _ = black_box(aws::signature(black_box(&other), &identity)),
        ],
    );
    let bare = format!("the hashes alone: {}", nanoseconds(&hashes));
    [
        Row::new(work, bare, ours.over(&hashes).to_string(), target),
        Row::new(
            work,
            format!("aws-sigv4: {}", nanoseconds(&amazon)),
            ours.over(&amazon).to_string(),
            "≤ 0.17 ×",
        ),
    ]
}

/// Decoding a page of 100, and judging it.
pub fn decoding() -> Vec<Row> {
    let (page, odd) = (input::page(Some(2)), input::odd_page());
    let [ours, strict, of_odd, judged] = interleave(
        ROUNDS,
        SLICE,
        [
            &mut || {
                _ = black_box(serde_json::from_slice::<BackupRecordPage>(&page)).expect("a page")
            },
            &mut || _ = black_box(strict::decode(&page)).expect("a page"),
            &mut || {
                // As a listing does: as a whole, and as that fails, element by element.
                black_box(serde_json::from_slice::<BackupRecordPage>(&odd)).expect_err("it is odd");
                black_box(internals::read_page(&odd)).expect("a page");
            },
            &mut || black_box(internals::judge_answer(200, &page)).expect("a success"),
        ],
    );
    let beside = format!("strict structs: {}", nanoseconds(&strict));
    vec![
        Row::new("decode a page of 100", &*beside, ours.over(&strict).to_string(), "≤ 1.10 ×"),
        Row::new(
            "decode it with one odd record",
            beside,
            of_odd.over(&strict).to_string(),
            "≤ 1.6 ×",
        ),
        Row::new("judge it", "–", nanoseconds(&judged), "≤ 3 µs"),
    ]
}

/// An element of a listing whose pages are here already.
pub fn per_item() -> Row {
    let (mut ours, mut plain) = (Times(Vec::new()), Times(Vec::new()));
    let page: BackupRecordPage = serde_json::from_slice(&input::page(None)).expect("a page");
    let pages = vec![page.data.unwrap_or_default().into_vec(); 100];
    for _ in 0..ROUNDS {
        let mut items = internals::items_of(pages.clone());
        ours.0.push(drained(|| items.next().now_or_never().flatten().is_some()));
        let all: Vec<_> =
            pages.iter().flatten().cloned().map(Ok::<_, koodrive_ext::Error>).collect();
        let mut items = stream::iter(all);
        plain.0.push(drained(|| items.next().now_or_never().flatten().is_some()));
    }
    let beside = format!("`futures::stream::iter`: {}", nanoseconds(&plain));
    Row::new("an element, its page being there", beside, ours.over(&plain).to_string(), "≤ 1.2 ×")
}

fn drained(mut next: impl FnMut() -> bool) -> f64 {
    let begun = ThreadTime::now();
    let mut count = 0;
    while next() {
        count += 1;
    }
    begun.elapsed().as_nanos() as f64 / f64::from(count)
}

/// Whole listings, each in a process of its own, against a server in another.
pub fn listings() -> Result<Vec<Row>> {
    let server = Server::start(1000, Duration::ZERO)?;
    let [ours, hand] = children(7, |whom| child::run(&["list", whom, &server.address]))?;
    let (cpu, per_page) = (|took: &Took| took.cpu as f64 / 1000.0, "the loop by hand");
    let beside = format!(
        "{per_page}: {:.0} µs of CPU a page",
        Times(hand.iter().map(cpu).collect()).median() / 1000.0
    );
    let mut rows = vec![Row::new(
        "list 100,000 records",
        beside,
        ratio(&ours, &hand, cpu).to_string(),
        "≤ 1.08 ×",
    )];

    let (short, long) =
        (Server::start(100, Duration::ZERO)?, Server::start(10_000, Duration::ZERO)?);
    let few = child::run(&["list", "ours", &short.address])?;
    let lots = child::run(&["list", "ours", &long.address])?;
    let megabytes = |took: &Took| took.peak as f64 / 1000.0;
    rows.push(Row::new(
        "memory for 1,000,000 records",
        format!("for 10,000: {:.1} MB", megabytes(&few)),
        format!("{:.2} ×", megabytes(&lots) / megabytes(&few)),
        "1 ×",
    ));

    let slow = Server::start(20, Duration::from_millis(20))?;
    let [ahead, serial] = children(5, |whom| {
        child::run(&["worked-on", if whom == "ours" { "ahead" } else { "serial" }, &slow.address])
    })?;
    rows.push(Row::new(
        "20 pages of 20 ms, 20 ms of work on each, looking ahead",
        "one after the other",
        ratio(&ahead, &serial, |took| took.wall as f64).to_string(),
        "≤ 0.55 ×",
    ));

    let server = Server::start(3, Duration::from_millis(5))?;
    let [ours, hand] = children(7, |whom| child::run(&["many", whom, &server.address]))?;
    let work = "900 listings of 3 pages, 64 side by side";
    rows.push(Row::new(
        work,
        "the loop by hand, CPU",
        ratio(&ours, &hand, cpu).to_string(),
        "≤ 1.10 ×",
    ));
    let memory = |took: &Took| (took.peak - took.before) as f64;
    rows.push(Row::new(
        work,
        "the loop by hand, memory",
        ratio(&ours, &hand, memory).to_string(),
        "≤ 1.05 ×",
    ));
    Ok(rows)
}

/// Both kinds in turn, after one of each that is not counted.
fn children(rounds: usize, run: impl Fn(&str) -> Result<Took>) -> Result<[Vec<Took>; 2]> {
    let mut took = [Vec::new(), Vec::new()];
    for round in 0..=rounds {
        for (took, whom) in took.iter_mut().zip(["ours", "hand"]) {
            let one = run(whom)?;
            if round > 0 {
                took.push(one);
            }
        }
    }
    Ok(took)
}

fn ratio(ours: &[Took], other: &[Took], of: impl Fn(&Took) -> f64) -> Ratio {
    Times(ours.iter().map(&of).collect()).over(&Times(other.iter().map(&of).collect()))
}

fn nanoseconds(times: &Times) -> String {
    match times.median() {
        short if short < 10_000.0 => format!("{short:.0} ns"),
        long => format!("{:.0} µs", long / 1000.0),
    }
}
