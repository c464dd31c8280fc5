//! What the command line asks for.

use std::path::PathBuf;

use clap::{Parser, ValueEnum};
use koodrive_ext::ModuleCode;

use crate::help::AFTER_HELP;

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
    /// Stop after so many records, all modules together, one after the other, so that no page is
    /// fetched in vain
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
    /// One JSON object a line, as the service sent it; all modules side by side
    Ndjson,
}

impl Args {
    pub(crate) fn modules(&self) -> Vec<ModuleCode> {
        match self.module {
            Module::Folder => vec![ModuleCode::FolderBackup],
            Module::Album => vec![ModuleCode::AlbumBackup],
            Module::AddressBook => vec![ModuleCode::AddressBookBackup],
            Module::All => ModuleCode::ALL.to_vec(),
        }
    }
}

fn visible(text: &str) -> Result<String, String> {
    if text.chars().any(char::is_control) {
        Err("it holds a control character".to_owned())
    } else {
        Ok(text.to_owned())
    }
}
