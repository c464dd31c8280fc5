//! Where a listing ends.

use koodrive_sandbox::Sandbox;
use koodrive_tests::{album, user};

#[tokio::test]
async fn exactly_as_many_empty_pages_as_allowed_are_an_error() {
    for allowed in [1, 3] {
        let fault = "1:empty-forever".parse().unwrap();
        let sandbox = Sandbox::builder().records(1).fault(fault).start().await.unwrap();
        let query = album(&user(&sandbox)).max_empty_pages(allowed);
        assert!(query.records().try_next().await.unwrap_err().is_broken_paging());
        assert_eq!(sandbox.requests().len(), allowed as usize);
    }
}
