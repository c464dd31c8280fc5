//! The command line and what it asks for.

use std::path::{Path, PathBuf};

use clap::error::ErrorKind;
use clap::parser::ValueSource;
use clap::{ArgMatches, CommandFactory as _, FromArgMatches as _, Parser, ValueEnum};
use koodrive_ext::ModuleCode;

use crate::replace::real_path;
use crate::usage::{AFTER_HELP, missing, refuse_empty, usage};

/// Lists the backup records of a KooDrive user
#[derive(Parser)]
#[command(name = "list_backup_records", after_help = AFTER_HELP)]
pub(crate) struct Args {
    /// Deployment to list, such as https://intl.myhuaweicloud-koodrive.com; without it, a sandbox
    /// in this process is listed
    #[arg(long, value_name = "URL", env = "KOODRIVE_ENDPOINT", value_parser = visible)]
    pub(crate) endpoint: Option<String>,
    /// User whose records are listed
    #[arg(long, value_name = "ID", env = "KOODRIVE_USER_ID", value_parser = visible)]
    pub(crate) user_id: Option<String>,
    /// App that signs the requests; without it, KOODRIVE_TOKEN authenticates them
    #[arg(long, value_name = "ID", env = "KOODRIVE_APP_ID", value_parser = visible)]
    pub(crate) app_id: Option<String>,
    /// What was backed up
    #[arg(long, value_enum, default_value_t = Module::All)]
    module: Module,
    /// Only records of this device
    #[arg(long, value_name = "ID", value_parser = visible)]
    pub(crate) device: Option<String>,
    /// Records asked for with a request, 1 to 100
    #[arg(long, value_name = "N", default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..=100))]
    pub(crate) page_size: u32,
    /// Stop after so many records, all modules together; they are then listed one after the other,
    /// so that no page is fetched in vain
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    pub(crate) limit: Option<u64>,
    /// Go on where the listing in this file stopped, and keep it up to date; begun if missing
    #[arg(long, value_name = "FILE")]
    pub(crate) checkpoint: Option<PathBuf>,
    /// Append the records to this file instead of printing them; the file belongs to the
    /// checkpoint, and what the checkpoint does not know is cut off it. For --format ndjson
    #[arg(long, value_name = "FILE", requires = "checkpoint")]
    pub(crate) output: Option<PathBuf>,
    /// Append the JSON of records that cannot be read to this file, a line each
    #[arg(long, value_name = "FILE")]
    pub(crate) unreadable: Option<PathBuf>,
    /// Forget the unreadable records that the checkpoint counts for the listed modules: they no
    /// longer make the exit status 1
    #[arg(long, requires = "checkpoint")]
    pub(crate) acknowledge_unreadable: bool,
    /// How records are printed
    #[arg(long, value_enum, default_value_t = Format::Table)]
    pub(crate) format: Format,
}

/// What `--module` takes.
#[derive(Clone, Copy, ValueEnum)]
enum Module {
    Folder,
    Album,
    AddressBook,
    All,
}

/// What `--format` takes.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// Aligned columns, for people
    Table,
    /// One JSON array
    Json,
    /// One JSON object a line, as the service sent it
    Ndjson,
}

impl Args {
    /// Reads the command line; what is wrong with it ends the process with status 2.
    pub(crate) fn read() -> Self {
        let matches = Self::command().get_matches();
        let args = Self::from_arg_matches(&matches).unwrap_or_else(|e| e.exit());
        refuse_empty(&matches);
        args.check_endpoint_is_not_forgotten(&matches);
        args.check_output_can_be_continued();
        args.check_files_differ();
        args
    }

    pub(crate) fn modules(&self) -> Vec<ModuleCode> {
        match self.module {
            Module::Folder => vec![ModuleCode::FolderBackup],
            Module::Album => vec![ModuleCode::AlbumBackup],
            Module::AddressBook => vec![ModuleCode::AddressBookBackup],
            Module::All => ModuleCode::ALL.to_vec(),
        }
    }

    /// Whoever names a user or an app means a real service; what a shell exports may be left over.
    fn check_endpoint_is_not_forgotten(&self, matches: &ArgMatches) {
        let is_typed = |id| matches.value_source(id) == Some(ValueSource::CommandLine);
        for (id, flag) in [("user_id", "--user-id"), ("app_id", "--app-id")] {
            if self.endpoint.is_none() && is_typed(id) {
                missing(&format!(
                    "{flag} is given without an endpoint: give --endpoint, or set KOODRIVE_ENDPOINT"
                ));
            }
        }
    }

    fn check_files_differ(&self) {
        let files = [
            ("--checkpoint", &self.checkpoint),
            ("--output", &self.output),
            ("--unreadable", &self.unreadable),
        ];
        let given: Vec<(&str, &Path)> =
            files.iter().filter_map(|(flag, path)| Some((*flag, path.as_deref()?))).collect();
        for (index, (flag, path)) in given.iter().enumerate() {
            for (other, other_path) in &given[..index] {
                if is_same_file(path, other_path) {
                    usage(
                        ErrorKind::ArgumentConflict,
                        &format!("{other} and {flag} are the same file: give each its own"),
                    );
                }
            }
        }
    }

    /// A night's work is not to end with a file that cannot be completed.
    fn check_output_can_be_continued(&self) {
        if self.output.is_some() && self.format != Format::Ndjson {
            usage(
                ErrorKind::ArgumentConflict,
                "--output takes --format ndjson: a table or a JSON array cannot be continued by a later run",
            );
        }
    }
}

/// Compares where the paths lead; what is wrong with one is said when it is opened.
fn is_same_file(one: &Path, other: &Path) -> bool {
    matches!((real_path(one), real_path(other)), (Ok(one), Ok(other)) if one == other)
}

fn visible(text: &str) -> Result<String, String> {
    if text.chars().any(char::is_control) {
        Err("it holds a control character".to_owned())
    } else {
        Ok(text.to_owned())
    }
}
