//! Commands whose work another program does: they take what that one takes.

use std::path::Path;
use std::process::Command;

use anyhow::{Result, ensure};
use xshell::Cmd;

/// Arguments that are passed on, `--help` among them.
#[derive(clap::Args)]
#[command(disable_help_flag = true)]
pub(crate) struct PassedOn {
    /// What the program takes
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    args: Vec<String>,
}

impl PassedOn {
    /// Whether they ask the program for its help.
    pub(crate) fn is_help(&self) -> bool {
        self.args.iter().any(|arg| arg == "--help" || arg == "-h")
    }

    /// Runs the program, which `cargo_run` names, in `folder`.
    pub(crate) fn run(&self, cargo_run: Cmd<'_>, folder: &Path) -> Result<()> {
        let run = cargo_run.arg("--").args(&self.args);
        let line = run.to_string();
        let status = Command::from(run).current_dir(folder).status()?;
        ensure!(status.success(), "`{line}` ended with an error");
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn help_is_asked_for_in_any_place_and_in_both_spellings() {
        let asks = |args: &[&str]| {
            PassedOn { args: args.iter().map(|&arg| arg.to_owned()).collect() }.is_help()
        };
        assert!(asks(&["--help"]) && asks(&["--check", "-h"]));
        assert!(!asks(&[]) && !asks(&["--check", "help"]));
    }
}
