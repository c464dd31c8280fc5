//! `cargo xtask release`: what must hold before the crates are published.
//!
//! A check is a function in a file here and its line in `CHECKS`.

mod api;
mod copy;
mod crates;
mod deny;
mod docs_rs;
mod document;
mod features;
mod foreign;
mod install;
mod minimal;
mod msrv;
mod packages;
mod plugin;
mod readme;
mod report;
mod rustdoc;
mod sbom;
mod semver_checks;
mod words;

use std::time::Instant;

use anyhow::{Result, ensure};
use clap::builder::{PossibleValue, PossibleValuesParser};

use crate::release::crates::Crate;
use crate::release::report::{Row, Verdict};

/// One thing that must hold.
struct Check {
    name: &'static str,
    about: &'static str,
    /// Whether `--quick` runs it: .ci/run does, on two cores.
    quick: bool,
    run: fn(&[Crate]) -> Result<Verdict>,
}

/// What is checked, in this order.
const CHECKS: [Check; 14] = [
    check("words", "Spelling, by typos", true, words::spelling),
    check("links", "Links between the Markdown files, by lychee", true, words::links),
    check("document", "Bindings and versions are those of the document", true, document::check),
    check("api", "The public API is the committed text", true, api::check),
    check("foreign-types", "Types of other crates in it are listed", true, foreign::check),
    check("docs.rs", "The pages build as docs.rs builds them", true, docs_rs::check),
    check(
        "packages",
        "Packages are whole, build and pass their tests alone",
        true,
        packages::check,
    ),
    check("features", "No feature, each alone, all, by cargo-hack", true, features::check),
    check(
        "minimal-versions",
        "The oldest dependencies that Cargo.toml allows",
        false,
        minimal::check,
    ),
    check("msrv", "The tests pass on the oldest Rust that Cargo.toml names", false, msrv::check),
    check(
        "semver",
        "The version covers what changed since the last tag",
        false,
        semver_checks::check,
    ),
    check("dependencies", "Licences, sources and duplicates, by cargo-deny", false, deny::policy),
    check("advisories", "Known vulnerabilities, by cargo-deny", false, deny::advisories),
    check("sbom", "The bill of materials, into target/sbom/", false, sbom::check),
];

const fn check(
    name: &'static str,
    about: &'static str,
    quick: bool,
    run: fn(&[Crate]) -> Result<Verdict>,
) -> Check {
    Check { name, about, quick, run }
}

/// Arguments of `cargo xtask release`.
#[derive(clap::Args)]
#[command(after_help = AFTER_HELP)]
#[group(required = true, multiple = true)]
pub(crate) struct Args {
    /// Run the checks; they change nothing outside target/
    #[arg(long)]
    check: bool,
    /// Run this one; may be repeated
    #[arg(long, value_parser = names(), value_name = "NAME", conflicts_with = "quick")]
    only: Vec<String>,
    /// Run those that .ci/run runs, which need no tool that takes minutes to install
    #[arg(long)]
    quick: bool,
    /// Write the public API as it is now into the crates' api.txt
    #[arg(long, conflicts_with_all = ["check", "only", "quick"])]
    accept_api: bool,
    /// Install what the checks need and is missing; with --quick or --only what those need
    #[arg(long)]
    install: bool,
}

const AFTER_HELP: &str = "\
All checks run, even after one has failed; standard output has the table. A tool that is missing
fails the check that needs it and is named with its install command.";

/// The names that `--help` lists.
fn names() -> PossibleValuesParser {
    CHECKS.map(|check| PossibleValue::new(check.name).help(check.about)).into()
}

pub(crate) fn run(args: &Args) -> Result<()> {
    let crates = crates::published()?;
    if args.accept_api {
        return api::accept(&crates);
    }
    let checks = wanted(&args.only, args.quick);
    if args.install {
        let names: Vec<&str> = checks.iter().map(|check| check.name).collect();
        install::all(&names, &crates)?;
        if !args.check {
            return Ok(());
        }
    }
    let rows: Vec<Row> = checks.iter().map(|check| run_one(check, &crates)).collect();
    print!("{}", report::table(&rows));
    let failed = rows.iter().filter(|row| row.verdict.is_err()).count();
    ensure!(failed == 0, "{failed} of {} failed", rows.len());
    Ok(())
}

fn wanted(only: &[String], quick: bool) -> Vec<&'static Check> {
    let is_wanted = |check: &&Check| match only {
        [] => check.quick || !quick,
        only => only.iter().any(|name| name == check.name),
    };
    CHECKS.iter().filter(is_wanted).collect()
}

fn run_one(check: &Check, crates: &[Crate]) -> Row {
    let (name, started) = (check.name, Instant::now());
    eprintln!("{name} …");
    let verdict = (check.run)(crates);
    verdict.as_ref().err().iter().for_each(|why| eprintln!("{name} failed: {why:#}\n"));
    Row { name, verdict, seconds: started.elapsed().as_secs_f64() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_checks_are_all_or_the_quick_ones_or_those_that_are_named() {
        let names = |only: &[&str], quick| {
            let only: Vec<_> = only.iter().map(|name| name.to_string()).collect();
            wanted(&only, quick).iter().map(|check| check.name).collect::<Vec<_>>()
        };
        assert_eq!(names(&[], false), CHECKS.map(|check| check.name));
        let quick = names(&[], true);
        assert!(quick.contains(&"packages") && !quick.contains(&"msrv"), "{quick:?}");
        assert_eq!(names(&["msrv", "words"], true), ["words", "msrv"]);
    }
}
