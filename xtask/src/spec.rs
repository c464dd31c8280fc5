//! `cargo xtask spec …`: the document as a product that other teams take.

mod accepts;
mod browser;
mod changelog;
mod compare;
mod diff;
mod dist;
pub(crate) mod editions;
mod enums;
mod lint;
mod parts;
mod reference;
mod release;
mod released;
mod rules;
mod shown;
pub(crate) mod source;

#[cfg(test)]
mod compare_tests;
#[cfg(test)]
mod release_tests;

/// Arguments of `cargo xtask spec`.
#[derive(clap::Args)]
#[command(disable_help_subcommand = true)]
pub(crate) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(clap::Subcommand)]
enum Command {
    /// Check openapi/koodrive.yaml and its editions by Redocly's strict ruleset and our rules
    Lint(lint::Args),
    /// Put the editions, the HTML reference, vectors and checksums into target/openapi-dist/
    Dist(dist::Args),
    /// Compare with the newest release; fail on changes that version or changelog do not tell
    Diff(diff::Args),
    /// Freeze the version into openapi/released/
    Release(release::Args),
}

pub(crate) fn run(args: &Args) -> anyhow::Result<()> {
    match &args.command {
        Command::Lint(args) => lint::run(args),
        Command::Dist(args) => dist::run(args),
        Command::Diff(args) => diff::run(args),
        Command::Release(args) => release::run(args),
    }
}

/// `cargo xtask spec diff` of the document itself.
pub(crate) fn diff() -> anyhow::Result<()> {
    diff::run(&diff::Args::default())
}
