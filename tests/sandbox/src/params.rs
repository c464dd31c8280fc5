//! The rules of the query parameters. What is not in the contract is not looked at.

use std::collections::BTreeMap;

use crate::{
    cursor::{self, Listing, Place},
    envelope::Refusal,
    habits::{Habits, Refused},
    module::Module,
    records::Selection,
    signature::query_pairs,
};

const LONGEST_CURSOR: usize = 1_000;
const LARGEST_PAGE: u64 = 100;

/// What a listing request asks for.
#[derive(Debug)]
pub(crate) struct Query {
    pub(crate) listing: Listing,
    pub(crate) place: Place,
}

/// Each name with its first value, decoded, for the request log.
pub(crate) fn decoded(query: &str) -> BTreeMap<String, String> {
    let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
    let mut params = BTreeMap::new();
    for (name, value) in query_pairs(query) {
        params.entry(text(name)).or_insert_with(|| text(value));
    }
    params
}

impl Query {
    pub(crate) fn read(query: &str, user: usize, habits: &Habits) -> Result<Self, Refusal> {
        let pairs = query_pairs(query);
        if habits.are_unknown_parameters_refused {
            check_names(&pairs)?;
        }
        let module = only(&pairs, "moduleCode")?
            .ok_or_else(|| Refusal::parameter("moduleCode is mandatory: 100, 101 or 102"))?;
        let module = Module::from_code(&module)
            .ok_or_else(|| Refusal::parameter("moduleCode must be 100, 101 or 102"))?;
        let page_size = only(&pairs, "pageSize")?
            .ok_or_else(|| Refusal::parameter("pageSize is mandatory: an integer from 1 to 100"))?;
        let page_size = read_page_size(&page_size, habits.is_page_size_clamped)
            .ok_or_else(|| Refusal::parameter("pageSize must be an integer from 1 to 100"))?;
        let device = only(&pairs, "deviceId")?;
        if device.as_deref() == Some("") {
            return Err(Refusal::parameter(
                "deviceId must not be empty; leave it out for all devices",
            ));
        }
        let listing = Listing { selection: Selection { user, module, device }, page_size };
        let place = match only(&pairs, "cursor")? {
            None => Place::START,
            Some(cursor) => {
                read_cursor(&listing, &cursor).map_err(|refusal| refusal.of(Refused::Cursor))?
            }
        };
        Ok(Self { listing, place })
    }
}

fn check_names(pairs: &[(Vec<u8>, Vec<u8>)]) -> Result<(), Refusal> {
    const KNOWN: [&str; 4] = ["moduleCode", "pageSize", "cursor", "deviceId"];
    let is_known = |name: &[u8]| KNOWN.iter().any(|known| known.as_bytes() == name);
    if pairs.iter().all(|(name, _)| is_known(name)) {
        return Ok(());
    }
    Err(Refusal::parameter("the query has a parameter that is not known"))
}

fn only(pairs: &[(Vec<u8>, Vec<u8>)], name: &str) -> Result<Option<String>, Refusal> {
    let mut values =
        pairs.iter().filter(|(given, _)| given == name.as_bytes()).map(|(_, value)| value);
    let Some(value) = values.next() else {
        return Ok(None);
    };
    if values.next().is_some() {
        return Err(Refusal::parameter(format!("{name} is given more than once")));
    }
    String::from_utf8(value.clone())
        .map(Some)
        .map_err(|_| Refusal::parameter(format!("{name} is not UTF-8")))
}

fn read_page_size(text: &str, is_clamped: bool) -> Option<u64> {
    let is_decimal = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let size: u64 = text.parse().ok().filter(|_| is_decimal)?;
    if is_clamped {
        return Some(size.clamp(1, LARGEST_PAGE));
    }
    (1..=LARGEST_PAGE).contains(&size).then_some(size)
}

fn read_cursor(listing: &Listing, cursor: &str) -> Result<Place, Refusal> {
    let length = cursor.chars().count();
    if length > LONGEST_CURSOR {
        return Err(Refusal::parameter(format!(
            "cursor must have at most 1000 characters, it has {length}"
        )));
    }
    if cursor.is_empty() {
        return Err(Refusal::parameter(
            "cursor must not be empty; leave it out for the first page",
        ));
    }
    cursor::decode(listing, cursor).ok_or_else(|| {
        Refusal::parameter(
            "cursor was not given out for this user, moduleCode, deviceId and pageSize",
        )
    })
}
