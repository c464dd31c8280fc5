//! Reads a page element by element, where it cannot be read as a whole: one odd element costs
//! itself, and an odd member beside the elements costs nothing.

use std::cell::LazyCell;

use koodrive_api::wire::Text;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::error::Error;
use crate::error::unreadable::Unreadable;
use crate::exchange::answer::undecodable;
use crate::exchange::redact::Redactor;
use crate::exchange::scan::{Broken, Scan, is_named, name_of};

/// Elements of the longest page that is read: ten times what may be asked for.
const MAX_ELEMENTS: usize = 1000;

const NOT_A_CURSOR: &str = "its nextCursor is not a text";

/// A page as it was read.
#[derive(Debug)]
pub(crate) struct Content<T> {
    pub(crate) items: Vec<Result<T, Unreadable>>,
    pub(crate) next: Option<String>,
    pub(crate) extra: Map<String, Value>,
}

/// Reads `body` as a page: its `data`, its `nextCursor`, and what else it has.
pub(crate) fn tolerant<T: DeserializeOwned>(
    body: &[u8],
    redactor: &Redactor,
) -> Result<Content<T>, Error> {
    take_apart(body, redactor).map_err(|why| undecodable(200, body, &why, redactor))
}

fn take_apart<T: DeserializeOwned>(body: &[u8], redactor: &Redactor) -> Result<Content<T>, String> {
    // Only what cannot be read is shown.
    let redactor = LazyCell::new(|| redactor.knowing(body));
    let mut content = Content { items: Vec::new(), next: None, extra: Map::new() };
    let mut page = Scan::object(body);
    let broken = |_| "it is not a JSON object".to_owned();
    while let Some(name) = page.name().map_err(broken)? {
        if is_named(name, "data") {
            let parts = split(&mut page)?;
            if !(content.items.is_empty() || parts.is_empty()) {
                return Err("its data occurs twice".to_owned());
            }
            content.items.extend(parts.into_iter().map(|part| read_element(part, &redactor)));
            continue;
        }
        let value = page.value().map_err(broken)?;
        if is_named(name, "nextCursor") {
            let next = cursor(value)?;
            if content.next.is_some() && next != content.next {
                return Err("its nextCursor occurs twice".to_owned());
            }
            content.next = next;
        } else if let Some(name) = name_of(name).filter(|name| name != "code" && name != "msg")
            && let Ok(value) = serde_json::from_slice(value)
        {
            content.extra.insert(name, value);
        }
    }
    Ok(content)
}

/// A page that the generated operation could read as a whole.
pub(crate) fn read<T>(
    items: Vec<T>,
    next: Option<Text>,
    extra: Map<String, Value>,
) -> Result<Content<T>, Error> {
    let next = match next {
        // The wire's texts also take objects and the like, which are not cursors.
        Some(text) if !text.is_string() && text.parse::<i128>().is_err() => {
            let body_less = undecodable(200, b"", NOT_A_CURSOR, &Redactor::default());
            return Err(body_less);
        }
        next => next.map(Text::into_string),
    };
    Ok(Content { items: items.into_iter().map(Ok).collect(), next, extra })
}

/// The elements of a page's `data`, each as the bytes that it came in.
pub(crate) fn raw_elements(body: &[u8]) -> Vec<Box<[u8]>> {
    let mut page = Scan::object(body);
    while let Ok(Some(name)) = page.name() {
        if !is_named(name, "data") {
            if page.value().is_err() {
                break;
            }
            continue;
        }
        match split(&mut page) {
            Ok(parts) if parts.is_empty() => {}
            parts => return parts.unwrap_or_default().into_iter().map(Box::from).collect(),
        }
    }
    Vec::new()
}

/// The elements of the list that comes next; of `null`, none.
fn split<'a>(page: &mut Scan<'a>) -> Result<Vec<&'a [u8]>, String> {
    let mut parts = Vec::new();
    let list = page.list(|element| {
        // One more than may be there tells that there are too many.
        if parts.len() <= MAX_ELEMENTS {
            parts.push(element);
        }
    });
    match list {
        Ok(Some(())) if parts.len() > MAX_ELEMENTS => {
            Err(format!("its data has more than {MAX_ELEMENTS} elements"))
        }
        Ok(Some(())) => Ok(parts),
        Ok(None) if page.value() == Ok(b"null") => Ok(parts),
        Ok(None) => Err("its data is not a list".to_owned()),
        Err(Broken::End) => Err("its data ends too early".to_owned()),
        Err(Broken::At(at)) => Err(format!("its data is not a list, at byte {at}")),
    }
}

fn read_element<T: DeserializeOwned>(
    element: &[u8],
    redactor: &LazyCell<Redactor, impl FnOnce() -> Redactor>,
) -> Result<T, Unreadable> {
    serde_json::from_slice(element)
        .map_err(|error| Unreadable::new(element, &error.to_string(), |text| redactor.clean(text)))
}

/// A cursor may come as a number. One that cannot be read must not look like the end of the list.
fn cursor(json: &[u8]) -> Result<Option<String>, String> {
    match serde_json::from_slice(json) {
        Ok(Value::Null) => Ok(None),
        Ok(Value::String(text)) => Ok(Some(text)),
        Ok(Value::Number(number)) if number.is_i64() || number.is_u64() => {
            Ok(Some(number.to_string()))
        }
        _ => Err(NOT_A_CURSOR.to_owned()),
    }
}

#[cfg(test)]
mod tests;
