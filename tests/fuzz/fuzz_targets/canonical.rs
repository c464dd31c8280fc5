//! Any URL: the canonical form is one, and signing it does not panic.
#![no_main]

use koodrive_ext::signing::{canonical_host, canonical_query, canonical_uri};
use libfuzzer_sys::fuzz_target;
use url::Url;

fuzz_target!(|text: &str| {
    let Ok(mut url) = Url::parse(text).or_else(|_| Url::parse(&format!("https://x/{text}"))) else {
        return;
    };
    let _ = canonical_host(&url);
    let (uri, query) = (canonical_uri(&url), canonical_query(&url));
    assert!(uri.ends_with('/'));
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"-_.~%".contains(&b);
    assert!(uri.bytes().all(|b| plain(b) || b == b'/'));
    assert!(query.bytes().all(|b| plain(b) || b == b'=' || b == b'&'));
    if !url.cannot_be_a_base() {
        url.set_query(Some(&query));
        assert_eq!(canonical_query(&url), query);
    }
});
