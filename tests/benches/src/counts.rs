//! Rows of counts: instructions and allocations, which are the same on every run.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::child::Server;

/// What a piece of work takes.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Count {
    /// Instructions, as Callgrind counts them.
    pub instructions: u64,
    /// Blocks of memory, as DHAT counts them.
    pub allocations: u64,
}

/// Counts by the name of the work.
pub type Counts = BTreeMap<String, Count>;

/// How many pages lie between the two listings whose difference is counted.
const PAGES: u64 = 200;

/// All counts: what `cargo bench --bench counts` found of functions, and a page of a listing.
///
/// That comes before this program, since cargo puts a program that it built for benches in the
/// place of this one.
pub fn count(package: &Path) -> Result<Counts> {
    let folder = package.join("target/gungraun/koodrive-benches/counts/all");
    let folders = std::fs::read_dir(&folder).with_context(|| {
        format!(
            "{}: run `cargo bench --bench counts -- --save-summary=json` first",
            folder.display()
        )
    })?;
    let mut counts = folders.map(|entry| one(&entry?.path())).collect::<Result<Counts>>()?;
    for whom in ["ours", "hand"] {
        counts.insert(format!("list.{whom}"), a_page(whom)?);
    }
    Ok(counts)
}

fn one(folder: &Path) -> Result<(String, Count)> {
    let name = folder.file_name().context("a name")?.to_string_lossy().into_owned();
    let summary: Value = serde_json::from_slice(&std::fs::read(folder.join("summary.json"))?)?;
    let metric = |tool: &str, metric: &str| {
        let profiles = summary["profiles"].as_array().into_iter().flatten();
        let profile = profiles.into_iter().find(|profile| profile["tool"] == tool);
        let value = profile.map(|p| &p["data"]["total"]["metrics"][metric]["values"]["new"]);
        value.and_then(Value::as_u64).with_context(|| format!("{metric} of {name}: {summary}"))
    };
    let count = Count {
        instructions: metric("Callgrind", "Ir")?,
        allocations: metric("DHAT", "TotalBlocks")?,
    };
    Ok((name, count))
}

/// A page of a listing: what one of more pages takes beyond a short one, by page.
fn a_page(whom: &str) -> Result<Count> {
    let of = |pages: u64| -> Result<(u64, u64)> {
        let server = Server::start(pages, Duration::ZERO)?;
        let instructions = valgrind("callgrind", whom, &server.address, "Collected :", 0)?;
        Ok((instructions, valgrind("dhat", whom, &server.address, "Total:", 3)?))
    };
    let (short, long) = (of(20)?, of(20 + PAGES)?);
    Ok(Count { instructions: (long.0 - short.0) / PAGES, allocations: (long.1 - short.1) / PAGES })
}

/// Runs a listing under a tool of Valgrind; returns a number that it says: the word at `at` behind `head`.
fn valgrind(tool: &str, whom: &str, address: &str, head: &str, at: usize) -> Result<u64> {
    let program = std::env::current_exe()?;
    let output = Command::new("valgrind")
        .args([format!("--tool={tool}"), format!("--{tool}-out-file=/dev/null")])
        .arg(program)
        .args(["list", whom, address])
        .stdout(Stdio::null())
        .output()
        .context("valgrind; on Debian: apt-get install -y valgrind")?;
    let said = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "valgrind --tool={tool} ended with {}\n{said}", output.status);
    let line = said.lines().find_map(|line| Some(line.split_once(head)?.1));
    let number = line.and_then(|line| line.split_whitespace().nth(at)).context("a number")?;
    Ok(number.replace(',', "").parse()?)
}
