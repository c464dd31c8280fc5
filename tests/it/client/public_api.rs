//! The public face, used from outside: auto traits, enums, schemas.

use std::fmt::Debug;

use koodrive_ext::{
    AccessToken, AppCredentials, BackupRecords, BackupStatus, Checkpoint, Client, ClientBuilder,
    Credentials, Error, ModuleCode, Page, PageRecords, Pages, Position, Records, RetryPolicy,
    SignedHeaders, Stats, XDate,
};
use static_assertions::assert_impl_all;

assert_impl_all!(Client: Clone, Debug, Send, Sync, Unpin);
assert_impl_all!(ClientBuilder: Debug, Send);
assert_impl_all!(BackupRecords: Clone, Debug, Send, Sync, Unpin);
assert_impl_all!(Records: Debug, Send, Sync, Unpin);
assert_impl_all!(Pages: Debug, Send, Sync, Unpin);
assert_impl_all!(Page: Clone, Debug, Send, Sync, Unpin);
assert_impl_all!(PageRecords: Clone, Debug, Send, Sync, Unpin, ExactSizeIterator);
assert_impl_all!(Checkpoint: Clone, Debug, Eq, Send, Sync, Unpin);
assert_impl_all!(Position: Clone, Debug, Eq, Send, Sync, Unpin);
assert_impl_all!(Error: Clone, std::error::Error, Send, Sync, Unpin);
assert_impl_all!(AppCredentials: Clone, Debug, Send, Sync, Unpin);
assert_impl_all!(AccessToken: Clone, Debug, Send, Sync, Unpin);
assert_impl_all!(Credentials: Clone, Debug, Send, Sync, Unpin);
assert_impl_all!(RetryPolicy: Clone, Debug, Send, Sync, Unpin);
assert_impl_all!(SignedHeaders: Clone, Debug, Eq, Send, Sync, Unpin);
assert_impl_all!(Stats: Copy, Debug, Eq, Send, Sync, Unpin);
assert_impl_all!(XDate: Copy, Debug, Ord, Send, Sync, Unpin);
assert_impl_all!(ModuleCode: Clone, Debug, Ord, std::hash::Hash, Send, Sync, Unpin);
assert_impl_all!(BackupStatus: Copy, Debug, Ord, std::hash::Hash, Send, Sync, Unpin);

fn is_static<T: 'static>() {}

#[test]
fn streams_and_queries_can_be_kept_anywhere() {
    is_static::<Records>();
    is_static::<Pages>();
    is_static::<BackupRecords>();
    is_static::<Client>();
}
