//! Work in a process of its own, so that its CPU time and memory are nobody else's.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use cpu_time::ProcessTime;
use serde::{Deserialize, Serialize};

/// What a child took.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct Took {
    /// Elements that it listed.
    pub records: u64,
    /// CPU time of all its threads, in nanoseconds.
    pub cpu: u64,
    /// From begin to end, in nanoseconds.
    pub wall: u64,
    /// The most memory that it held at a time, in kilobytes.
    pub peak: u64,
    /// The memory that it held before it began, in kilobytes.
    pub before: u64,
}

impl Took {
    /// Measures `work` in this process.
    pub fn by(work: impl FnOnce() -> Result<u64>) -> Result<Self> {
        let (before, cpu, begun) = (memory()?, ProcessTime::now(), Instant::now());
        let records = work()?;
        let wall = begun.elapsed().as_nanos() as u64;
        Ok(Self { records, cpu: cpu.elapsed().as_nanos() as u64, wall, peak: memory()?, before })
    }
}

/// This program again, with `args`.
pub fn command(args: &[&str]) -> Result<Command> {
    let mut command = Command::new(std::env::current_exe()?);
    command.args(args);
    Ok(command)
}

/// Runs this program with `args`, which prints what it [`Took`].
pub fn run(args: &[&str]) -> Result<Took> {
    let output = command(args)?.stderr(Stdio::inherit()).output()?;
    ensure!(output.status.success(), "{args:?} ended with {}", output.status);
    serde_json::from_slice(&output.stdout).with_context(|| format!("what {args:?} printed"))
}

/// A server in a process of its own, until it is dropped.
pub struct Server {
    child: Child,
    /// Where it listens.
    pub address: String,
}

impl Server {
    /// Serves `pages` pages of 100 records, each after `delay`.
    pub fn start(pages: u64, delay: Duration) -> Result<Self> {
        let (pages, delay) = (pages.to_string(), delay.as_millis().to_string());
        let mut child = command(&["serve", &pages, &delay])?.stdout(Stdio::piped()).spawn()?;
        let stdout = child.stdout.take().context("it was piped")?;
        let mut address = String::new();
        BufReader::new(stdout).read_line(&mut address)?;
        ensure!(!address.trim().is_empty(), "the server did not start");
        Ok(Self { child, address: address.trim().to_owned() })
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The most memory held so far. Source: `VmHWM` in proc(5).
fn memory() -> Result<u64> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).context("VmHWM")?;
    let kilobytes = line.split_whitespace().next().context("a number")?;
    Ok(kilobytes.parse()?)
}
