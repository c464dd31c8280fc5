//! Test pauses and deadlines without waiting: under tokio's paused time the sandbox answers over a
//! real socket, and every pause is over at once.
//!
//! In a test this is `#[tokio::test(start_paused = true)]`.

use std::error::Error;
use std::time::{Duration, Instant};

use koodrive_ext::ModuleCode;
use koodrive_sandbox::Sandbox;

pub(crate) fn run() -> Result<(), Box<dyn Error>> {
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build()?;
    runtime.block_on(async {
        // The first two requests are asked to come back in a minute.
        let fault = "1-2:status=429,retry-after=60".parse()?;
        let sandbox = Sandbox::builder().records(5).fault(fault).start().await?;
        let user = super::client(&sandbox)?.for_user(sandbox.user_id())?;
        let (began, virtual_began) = (Instant::now(), tokio::time::Instant::now());
        let records = user.backup_records(ModuleCode::AlbumBackup).records().try_collect().await?;
        let (real, passed) = (began.elapsed(), virtual_began.elapsed());
        println!("{} records after {} s of pauses", records.len(), passed.as_secs() / 60 * 60);
        assert!(passed >= Duration::from_secs(120) && real < Duration::from_secs(60));
        Ok(())
    })
}
