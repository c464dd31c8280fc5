//! What this workspace promises, a room per subject: this list is the map.

/// Another operation needs YAML and a few lines of Rust.
mod add_operation;

/// Which room and which file may use which.
mod architecture;

/// One call: its attempts, its date, its way through a proxy, its spans.
mod calls {
    mod answers;
    mod clock_skew;
    mod proxy;
    mod retries;
    mod spans;
    mod transport;
}

/// Building a client, and what its crate shows to others.
mod client {
    mod input;
    mod public_api;
}

/// The OpenAPI document: its facts and their sources, its examples, its mistakes, its released
/// versions.
mod document {
    mod examples;
    mod facts;
    mod mistakes;
    mod provenance;
    mod released;
    mod table;
}

/// Every error's message, as a person would meet it.
mod errors {
    mod messages;
}

/// The command that runs overnight: `list_backup_records`, as a process.
mod example {
    mod access;
    mod as_it_came;
    mod checkpoint;
    mod disk;
    mod failures;
    mod files;
    mod night;
    mod output;
    mod overnight;
    mod quickstart;
    mod resuming;
    mod secrets;
    mod selection;
    mod side_by_side;
    mod unreadable;
    mod usage;
}

/// A listing under faults: each one everywhere, and at random.
mod faults {
    mod journeys;
    mod matrix;
    mod random;
    mod weather;
}

/// The guide's examples, each run as its reader would.
mod guide;

/// Pages, records, limits and checkpoints.
mod listing {
    mod checkpoint_text;
    mod endings;
    mod many;
    mod paging;
    mod resume;
}

/// The records of a page, and the enums of their members.
mod records {
    mod decoding;
    mod enums;
    mod schemas;
}

/// What must not be shown.
mod secrets {
    mod disclosure;
    mod echoes;
}

/// The canonical form that is signed.
mod signing {
    mod canonical;
}

/// Tokens and those who provide them.
mod tokens {
    mod failing;
    mod renewal;
}

/// The vectors that teams in other languages use as well.
mod vectors {
    mod file;
    mod parameters;
    mod readme;
    mod requests;
    mod responses;
    mod signing;
}
