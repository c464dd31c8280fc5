//! Call it from code that is not async: a runtime of one's own, and a loop over `block_on`.

use std::error::Error;

use koodrive_ext::ModuleCode;
use koodrive_sandbox::Sandbox;

pub(crate) fn run() -> Result<(), Box<dyn Error>> {
    // Kept for as long as the client: its connections and timers live on it.
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
    let sandbox = runtime.block_on(Sandbox::builder().records(250).start())?;
    let user = super::client(&sandbox)?.for_user(sandbox.user_id())?;

    let mut records = user.backup_records(ModuleCode::AlbumBackup).records();
    let mut count = 0;
    while let Some(_record) = runtime.block_on(records.try_next())? {
        count += 1;
    }
    println!("{count} records");
    Ok(())
}
