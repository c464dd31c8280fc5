//! All modules of many users, side by side, on one connection pool.

use std::error::Error;

use koodrive_ext::{Client, Event, ModuleCode, Target};

pub(crate) async fn run(client: &Client, user_id: &str) -> Result<(), Box<dyn Error>> {
    // Pulled one by one, so that a million users take no memory.
    let users = [user_id.to_owned(), "someone-else".to_owned()];
    let targets = users.into_iter().flat_map(|user_id| {
        ModuleCode::ALL.iter().map(move |module| Target::new(&user_id, module.clone()))
    });
    let mut listings = client
        .listings(targets)
        .concurrency(8)
        .configure(|query| query.page_size(50))
        .resume(|_target| None); // a checkpoint that was kept for this target
    let mut records = 0;
    while let Some(event) = listings.next().await {
        match event {
            // In one transaction: the page, and `page.checkpoint()` for `of`.
            Event::Page { page, .. } => records += page.len(),
            // That page is asked for again.
            Event::Failed { of, error } => println!("{of}: {}", error.kind().name()),
            Event::Complete { of, stats } => println!("{of}: complete, {} pages", stats.pages),
            // Stops no other target; `None` is a limit.
            Event::Incomplete { of, error, .. } => {
                let why = error.map(|error| error.kind().name());
                println!("{of}: not complete: {why:?}");
            }
            _ => {}
        }
    }
    println!("{records} records");
    Ok(())
}
