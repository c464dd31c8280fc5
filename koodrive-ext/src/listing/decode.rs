//! Reads a page element by element, where it cannot be read as a whole: one odd element costs
//! itself, and an odd member beside the elements costs nothing.

use koodrive_api::wire::Text;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::error::Error;
use crate::error::unreadable::Unreadable;
use crate::exchange::answer::undecodable;
use crate::exchange::redact::Redactor;
use crate::exchange::scan::{Broken, Member, elements, members};

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
    let redactor = &redactor.knowing(body);
    let mut content = Content { items: Vec::new(), next: None, extra: Map::new() };
    let fail = |why: &str| undecodable(200, body, why, redactor);
    for member in members(body) {
        let Ok(member) = member else { return Err(fail("it is not a JSON object")) };
        if member.is("data") && member.value == b"null" {
            continue;
        }
        if member.is("data") {
            if !content.items.is_empty() {
                return Err(fail("its data occurs twice"));
            }
            let parts = split(member.value).map_err(|why| fail(&why))?;
            content.items = parts.into_iter().map(|part| read_element(part, redactor)).collect();
        } else if member.is("nextCursor") {
            let next = cursor(member.value).map_err(|why| fail(&why))?;
            if content.next.is_some() && next != content.next {
                return Err(fail("its nextCursor occurs twice"));
            }
            content.next = next;
        } else if let Some(name) = member.name().filter(|name| name != "code" && name != "msg")
            && let Ok(value) = serde_json::from_slice(member.value)
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
    let is_list = |member: &Member<'_>| member.is("data") && member.value != b"null";
    let data = members(body).flatten().find(is_list);
    let parts = data.and_then(|data| split(data.value).ok()).unwrap_or_default();
    parts.into_iter().map(Box::from).collect()
}

fn split(data: &[u8]) -> Result<Vec<&[u8]>, String> {
    let mut parts = Vec::new();
    for element in elements(data) {
        parts.push(element.map_err(|broken| match broken {
            Broken::End => "its data ends too early".to_owned(),
            Broken::At(at) => format!("its data is not a list, at byte {at}"),
        })?);
        if parts.len() > MAX_ELEMENTS {
            return Err(format!("its data has more than {MAX_ELEMENTS} elements"));
        }
    }
    Ok(parts)
}

fn read_element<T: DeserializeOwned>(element: &[u8], redactor: &Redactor) -> Result<T, Unreadable> {
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
