//! Instructions and allocations, counted by Valgrind: the same on every run.

use std::hint::black_box;

use gungraun::{
    Callgrind, Dhat, LibraryBenchmarkConfig, library_benchmark, library_benchmark_group, main,
};
use koodrive_api::types::BackupRecordPage;
use koodrive_benches::input::{self, ToSign};
use koodrive_benches::peer::{aws, bare, strict};
use koodrive_ext::internals;

/// A body that nobody frees while something is counted.
fn kept(body: Vec<u8>) -> &'static [u8] {
    body.leak()
}

#[library_benchmark]
#[bench::short(input::short())]
#[bench::cursor(input::with_cursor())]
fn sign(mut request: ToSign) -> http::HeaderValue {
    let ToSign { url, headers, app, date, signed } = &mut request;
    black_box(internals::authorize(url, headers, app, *date, signed)).expect("a signature")
}

#[library_benchmark]
#[bench::short(bare::texts(&input::short()))]
#[bench::cursor(bare::texts(&input::with_cursor()))]
fn sign_bare(texts: bare::Texts) -> [u8; 32] {
    black_box(bare::hash(&texts))
}

#[library_benchmark]
#[bench::short((input::short(), aws::identity()))]
#[bench::cursor((input::with_cursor(), aws::identity()))]
fn sign_aws(
    (request, identity): (ToSign, aws_smithy_runtime_api::client::identity::Identity),
) -> String {
    black_box(aws::signature(&request, &identity))
}

#[library_benchmark]
#[bench::page(kept(input::page(Some(2))))]
fn decode(body: &'static [u8]) -> BackupRecordPage {
    black_box(serde_json::from_slice(body)).expect("a page")
}

#[library_benchmark]
#[bench::page(kept(input::odd_page()))]
fn decode_odd(body: &'static [u8]) -> usize {
    black_box(serde_json::from_slice::<BackupRecordPage>(body).is_err());
    internals::read_page(body).expect("a page")
}

#[library_benchmark]
#[bench::page(kept(input::page(Some(2))))]
fn decode_strict(body: &'static [u8]) -> strict::Page {
    black_box(strict::decode(body)).expect("a page")
}

#[library_benchmark]
#[bench::page(kept(input::page(Some(2))))]
fn judge(body: &'static [u8]) {
    black_box(internals::judge_answer(200, body)).expect("a success");
}

library_benchmark_group!(
    name = all,
    benchmarks = [sign, sign_bare, sign_aws, decode, decode_odd, decode_strict, judge]
);
main!(
    config = LibraryBenchmarkConfig::default()
        .tool(Callgrind::with_args(["--cache-sim=no"]))
        // As deep as serde goes; what stands deeper would not be counted.
        .tool(Dhat::with_args(["--num-callers=64"])),
    library_benchmark_groups = all
);
