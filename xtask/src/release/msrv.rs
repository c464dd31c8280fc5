//! The oldest Rust that Cargo.toml names.

use anyhow::{Context as _, Result, anyhow};
use xshell::cmd;

use crate::release::crates::{self, Crate};
use crate::release::report::Verdict;
use crate::tools;

/// Builds the published crates with that compiler, and runs their tests and the workspace's.
pub(super) fn check(crates: &[Crate]) -> Result<Verdict> {
    let toolchain = toolchain(crates)?;
    let (sh, target) = (tools::shell()?, crates::target("msrv"));
    let has_it = tools::output(cmd!(sh, "rustup run {toolchain} rustc --version"));
    if !has_it.is_ok_and(|output| output.status.success()) {
        return Verdict::cannot_run_here(format!(
            "no Rust {toolchain}: `{}`",
            install_with(&toolchain)
        ));
    }
    let command =
        cmd!(sh, "rustup run {toolchain} cargo test --quiet --locked --target-dir {target}");
    let command = command.args(crates::package_options(crates)).arg("--package=koodrive-tests");
    tools::run(command.env_remove("CARGO").env_remove("RUSTC"))?;
    Verdict::holds(format!("Rust {toolchain}"))
}

/// Installs the compiler, where it can be had.
pub(super) fn install(crates: &[Crate]) -> Result<()> {
    let (sh, toolchain) = (tools::shell()?, toolchain(crates)?);
    let command =
        cmd!(sh, "rustup toolchain install {toolchain} --profile minimal --no-self-update");
    if let Err(why) = tools::run(command) {
        eprintln!("Rust {toolchain} cannot be had here: {why:#}");
    }
    Ok(())
}

fn install_with(toolchain: &str) -> String {
    format!("rustup toolchain install {toolchain} --profile minimal")
}

/// The first patch of what all crates name alike.
fn toolchain(crates: &[Crate]) -> Result<String> {
    let first = crates.first().context("no crate is published")?;
    let other = crates.iter().find(|one| one.rust_version != first.rust_version);
    match other {
        None => Ok(full(&first.rust_version)),
        Some(other) => Err(anyhow!(
            "{} names Rust {}, {} names {}",
            first.name,
            first.rust_version,
            other.name,
            other.rust_version
        )),
    }
}

fn full(version: &str) -> String {
    if version.matches('.').count() < 2 { format!("{version}.0") } else { version.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_toolchain_has_three_numbers() {
        assert_eq!([full("1.88"), full("1.88.1")], ["1.88.0", "1.88.1"]);
    }
}
