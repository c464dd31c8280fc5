//! The public face, used from outside: auto traits.

use std::fmt::Debug;

use futures_util::Stream;
use futures_util::stream::FusedStream;
use koodrive_ext::{
    AccessToken, AppCredentials, BackupRecord, BackupRecords, BackupRecordsQuery, BackupStatus,
    Checkpoint, Client, ClientBuilder, Credentials, Error, ErrorKind, Items, Listings, ModuleCode,
    Page, PageItems, Pages, RetryPolicy, SignedHeaders, Stats, Unreadable, UserClient, XDate,
};
use static_assertions::assert_impl_all;

assert_impl_all!(Client: Clone, Debug, Send, Sync, Unpin);
assert_impl_all!(UserClient: Clone, Debug, Send, Sync, Unpin);
assert_impl_all!(ClientBuilder: Debug, Send);
assert_impl_all!(BackupRecordsQuery: Clone, Debug, Send, Sync, Unpin);
assert_impl_all!(BackupRecords: Clone, Debug, Send, Sync, Unpin);
assert_impl_all!(Items<BackupRecord>: Debug, FusedStream, Send, Stream, Sync, Unpin);
assert_impl_all!(Pages<BackupRecord>: Debug, FusedStream, Send, Stream, Sync, Unpin);
assert_impl_all!(Listings: Debug, Send, Stream, Unpin);
assert_impl_all!(Page<BackupRecord>: Clone, Debug, IntoIterator, Send, Sync, Unpin);
assert_impl_all!(PageItems<BackupRecord>: Clone, Debug, ExactSizeIterator, Send, Sync, Unpin);
assert_impl_all!(Checkpoint: Clone, Debug, Eq, Send, Sync, Unpin);
assert_impl_all!(Error: Clone, Debug, std::error::Error, Send, Sync, Unpin);
assert_impl_all!(ErrorKind: Copy, Debug, Eq, std::hash::Hash, Send, Sync, Unpin);
assert_impl_all!(Unreadable: Clone, Debug, std::error::Error, Send, Sync, Unpin);
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
    is_static::<Items<BackupRecord>>();
    is_static::<Pages<BackupRecord>>();
    is_static::<BackupRecordsQuery>();
    is_static::<UserClient>();
}
