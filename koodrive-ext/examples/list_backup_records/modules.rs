//! The modules that are asked for, as one stream of pages: side by side where each record names its
//! module, else one after the other.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use koodrive_ext::{BackupRecordsQuery, Client, Listings, ModuleCode, Target};

use crate::args::{Args, Format};
use crate::checkpoint_file::CheckpointFile;

/// Failures of the same page in a row that end a listing. Each already went through the client's
/// own retries, and the listing pauses before it asks again.
const PAGE_FAILURES: u32 = 3;

/// Records that may still come, where there is a limit. Clones share it.
#[derive(Clone)]
pub(crate) struct Left(Option<Arc<AtomicU64>>);

impl Left {
    pub(crate) fn new(limit: Option<u64>) -> Self {
        Self(limit.map(|limit| Arc::new(AtomicU64::new(limit))))
    }

    fn get(&self) -> Option<u64> {
        self.0.as_ref().map(|left| left.load(Ordering::Relaxed))
    }

    pub(crate) fn is_nothing(&self) -> bool {
        self.get() == Some(0)
    }

    /// So many came.
    pub(crate) fn take(&self, records: u64) {
        if let (Some(left), Some(known)) = (&self.0, self.get()) {
            left.store(known.saturating_sub(records), Ordering::Relaxed);
        }
    }
}

/// The stream, of which nothing is sent yet.
///
/// # Errors
/// Why a checkpoint of the file cannot be gone on from.
pub(crate) fn listings(
    args: &Args,
    file: Option<&CheckpointFile>,
    client: &Client,
    user_id: &str,
    left: &Left,
) -> Result<Listings, String> {
    let kept = file.map(CheckpointFile::checkpoints).unwrap_or_default();
    let targets: Vec<Target> =
        args.modules().into_iter().map(|module| target(args, user_id, module)).collect();
    let listings = client
        .listings(targets.clone())
        .concurrency(concurrency(args))
        .resume(move |target| kept.get(target.module.code()).cloned())
        .configure(configured(args, left.clone()));
    for target in &targets {
        if let (Some(file), Err(error)) = (file, listings.check(target)) {
            file.refuse_mismatch(&target.module, &error)?;
        }
    }
    Ok(listings)
}

fn target(args: &Args, user_id: &str, module: ModuleCode) -> Target {
    let target = Target::new(user_id, module);
    match &args.device {
        Some(device) => target.device_id(device),
        None => target,
    }
}

/// A limit is exact, and nothing is fetched in vain, only one after the other; people want to read
/// them so.
fn concurrency(args: &Args) -> usize {
    let is_for_people = args.format != Format::Ndjson;
    if is_for_people || args.limit.is_some() { 1 } else { args.modules().len() }
}

fn configured(
    args: &Args,
    left: Left,
) -> impl Fn(BackupRecordsQuery) -> BackupRecordsQuery + use<> {
    let (page_size, keeps_raw) = (args.page_size, args.format != Format::Table);
    move |query| {
        let query = query
            .page_size(page_size)
            .keep_raw(keeps_raw)
            .max_failures(PAGE_FAILURES)
            .prefetch(true);
        // Read when it is the module's turn; with nothing left it asks for nothing.
        match left.get() {
            Some(left) => query.limit(left),
            None => query,
        }
    }
}
