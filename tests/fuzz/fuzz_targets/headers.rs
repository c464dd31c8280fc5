//! Any `Retry-After` and `Date`: no panic, whatever they say.
#![no_main]

use std::time::{Duration, SystemTime};

use http::{HeaderMap, HeaderValue};
use koodrive_ext::internals;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|texts: (&[u8], &[u8], u64)| {
    let mut headers = HeaderMap::new();
    for (name, text) in [("retry-after", texts.0), ("date", texts.1)] {
        if let Ok(value) = HeaderValue::from_bytes(text) {
            headers.insert(name, value);
        }
    }
    let now = SystemTime::UNIX_EPOCH + Duration::from_secs(texts.2 >> 32);
    let _ = (internals::retry_after(&headers, now), internals::date(&headers));
});
