//! The example `quickstart`, as an application that was copied from it would run.

use koodrive_sandbox::Sandbox;
use koodrive_tests::example::built;
use koodrive_tests::process::{command, run};

#[tokio::test]
async fn it_lists_everything_and_goes_on_where_it_stopped() {
    let folder = tempfile::tempdir().unwrap();
    let sandbox = Sandbox::builder().records(250).start().await.unwrap();
    let mut quickstart = command(built("quickstart"));
    quickstart
        .current_dir(folder.path())
        .env("KOODRIVE_ENDPOINT", sandbox.url())
        .env("KOODRIVE_USER_ID", sandbox.user_id())
        .env("KOODRIVE_APP_ID", sandbox.app_id())
        .env("KOODRIVE_APP_SECRET", sandbox.app_secret());

    sandbox.push_fault("page=2,attempt=*:status=403".parse().unwrap()).unwrap();
    let first = run(&mut quickstart).await;
    assert_eq!((first.status, first.stdout.lines().count()), (Some(1), 100), "{}", first.stderr);
    assert!(first.stderr.contains("403"), "{}", first.stderr);
    assert!(first.stderr.contains("run this again for the rest"), "{}", first.stderr);

    sandbox.clear_faults();
    let rest = run(&mut quickstart).await;
    assert_eq!((rest.status, rest.stdout.lines().count()), (Some(0), 150), "{}", rest.stderr);
    let nothing = run(&mut quickstart).await;
    assert_eq!((nothing.status, nothing.stdout.as_str()), (Some(0), ""));
}
