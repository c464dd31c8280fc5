//! The example `list_backup_records` as a process: the interface that other tools call.

mod access;
mod checkpoint;
mod failures;
mod output;
mod secrets;
mod selection;
mod usage;
