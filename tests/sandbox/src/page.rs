//! One page of a listing, and the faults that change what it holds or where it leads.

use axum::{body::Body, http::Response};
use serde_json::{Map, Value, json};

use crate::{
    cursor::{self, Place},
    envelope::json_response,
    fault::FaultKind,
    paging::LastPage,
    params::Query,
    shared::{Arrival, Shared},
};

pub(crate) fn answer(shared: &Shared, arrival: &Arrival, query: &Query) -> Response<Body> {
    let Query { listing, place } = query;
    let paging = shared.paging(listing);
    let (is_frozen, led_back) = {
        let mut state = shared.state();
        state.faults.settle(listing, place.page, &arrival.kinds);
        (state.faults.is_frozen(listing, place.page), state.faults.led_back(listing, *place))
    };
    let is_null = arrival.kinds.contains(&FaultKind::NullData);

    let next = if is_frozen || is_null {
        Some(place.again())
    } else if led_back.is_some() {
        led_back
    } else {
        (place.page < paging.last_page()).then(|| Place::plain(place.page + 1))
    };
    let mut data = if is_frozen || paging.is_empty_page(place.page) {
        Vec::new()
    } else {
        let offset = paging.offset(place.page);
        shared.catalogue.slice(&listing.selection, offset, listing.page_size)
    };
    let mut body = Map::new();
    for kind in &arrival.kinds {
        match kind {
            FaultKind::Unreadable => data.insert(data.len() / 2, unreadable(place.page)),
            FaultKind::UnknownValues => {
                make_unknown(&mut data);
                body.insert("serverRegion".into(), json!({ "name": "eu-west-101" }));
            }
            _ => {}
        }
    }
    body.insert("code".into(), 0.into());
    body.insert("msg".into(), "success".into());
    body.insert("data".into(), if is_null { Value::Null } else { data.into() });
    let next = match (next, shared.settings.last_page) {
        (Some(place), _) => {
            let cursor = cursor::encode(listing, place);
            shared.state().cursors.give(&shared.settings.habits, &cursor, arrival.now);
            Some(cursor.into())
        }
        (None, LastPage::Absent) => None,
        (None, LastPage::Null) => Some(Value::Null),
        (None, LastPage::Empty) => Some("".into()),
    };
    if let Some(next) = next {
        body.insert("nextCursor".into(), next);
    }
    json_response(200, &Value::Object(body))
}

fn unreadable(page: u64) -> Value {
    if page % 2 == 1 {
        json!(42)
    } else {
        json!({ "recordId": { "high": 1, "low": 2 }, "status": ["new"], "createTime": false })
    }
}

/// The first record gets everything unknown, the others a new member each.
fn make_unknown(data: &mut [Value]) {
    for (index, record) in data.iter_mut().enumerate() {
        let Value::Object(record) = record else {
            continue;
        };
        if index == 0 {
            record.insert("status".into(), 9.into());
            record.insert("moduleCode".into(), "199".into());
        }
        record.insert("retention".into(), json!({ "days": 30, "labels": ["a"] }));
    }
}
