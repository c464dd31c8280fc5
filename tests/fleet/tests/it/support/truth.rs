//! What the service has, by a plain walk of the library.

use koodrive_ext::{AppCredentials, Client, ModuleCode};
use koodrive_sandbox::Sandbox;

/// A module's records as they came: id and JSON, in order.
pub(crate) async fn plain_walk(
    sandbox: &Sandbox,
    user: &str,
    module: &str,
) -> Vec<(String, String)> {
    let credentials = AppCredentials::new(sandbox.app_id(), sandbox.app_secret()).unwrap();
    let client = Client::builder(sandbox.url()).credentials(credentials).build().unwrap();
    let user = client.for_user(user).unwrap();
    let query = user.backup_records(ModuleCode::from_code(module)).keep_raw(true);
    let mut walked = Vec::new();
    for page in query.pages().try_collect().await.unwrap() {
        let raw: Vec<String> = page
            .raw_records()
            .unwrap()
            .map(|json| String::from_utf8(json.to_vec()).unwrap())
            .collect();
        let ids = page.records().map(|record| record.record_id.as_deref().unwrap().to_owned());
        walked.extend(ids.zip(raw));
    }
    walked
}
