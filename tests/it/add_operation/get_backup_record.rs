//! One backup record by its id, through the generated operation.

use koodrive_ext::{AppCredentials, BackupRecordExt as _, BackupStatus, Client, Error};
use koodrive_sandbox::Sandbox;

#[tokio::test]
async fn a_record_is_found_by_its_id_and_an_unknown_one_is_an_error() -> Result<(), Error> {
    let sandbox = Sandbox::builder().records(1).start().await.unwrap();
    let client = Client::builder(sandbox.url())
        .credentials(AppCredentials::new(sandbox.app_id(), sandbox.app_secret())?)
        .build()?;
    let user = client.for_user(sandbox.user_id())?;

    let answer = user.api().get_backup_record().record_id("1842862763295184641").send().await?;
    let record = answer.into_inner().data.unwrap();
    assert_eq!(record.record_id(), Some("1842862763295184641"));
    assert_eq!(record.status(), Some(BackupStatus::Completed));

    for unknown in ["1", "a/b", "c d+e%2F?f#g", "h~*é"] {
        let failure = user.api().get_backup_record().record_id(unknown).send().await.unwrap_err();
        let error = Error::from(failure);
        assert_eq!((error.http_status(), error.code()), (Some(404), Some("404")), "{error}");
    }
    Ok(())
}
