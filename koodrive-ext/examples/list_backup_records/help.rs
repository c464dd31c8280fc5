//! What `--help` says after the flags.

/// The end of `--help`.
pub(crate) const AFTER_HELP: &str = "\
Secrets come from the environment only: KOODRIVE_APP_SECRET for app signatures (with --app-id), or
KOODRIVE_TOKEN for token authentication. A variable that is exported but empty is an error.

Records go to standard output or to --output FILE, everything else to standard error, which ends
with `N records, P pages, R requests, T retries`. RUST_LOG=koodrive_ext=debug shows what happens on
the way.

The modules are listed one after the other, but with --format ndjson and no --limit side by side:
their pages are printed as they come, each module's own records in order, and a module that is slow
or fails stops no other.

Long lists: give --format ndjson, --checkpoint and --output, and run the same command again until
its exit status is 0. The checkpoint is rewritten after each page, when the page is safely written.
Ctrl-c, SIGTERM and SIGHUP end a run after the page at hand. With --output nothing is lost or
repeated, even by SIGKILL or a power cut: what the checkpoint does not know is cut off the file. On
a pipe SIGKILL repeats one page at most. If standard output is a file, append with >>: a file that
is empty, shorter than it was, or ends inside a line is refused. A run locks its checkpoint and its
files.

A record that cannot be read is named on standard error; --format ndjson prints it as
{\"unreadable\":…}, with its JSON as it came, or --unreadable FILE takes it. The checkpoint counts
such records, and the exit status stays 1 until --acknowledge-unreadable.

Exit status: 0 all listed, 1 something is missing or failed, 2 usage, 130 interrupted (by ctrl-c,
SIGTERM or SIGHUP).";
