//! Text of others on a terminal and in a file.

use std::borrow::Cow;

/// The text with everything escaped that would move the cursor, ring, colour, reorder or hide.
pub(crate) fn printable(text: &str) -> Cow<'_, str> {
    escaped(text, |c, into| {
        if c.is_ascii_control() {
            into.extend(c.escape_default());
        } else {
            into.extend(c.escape_unicode());
        }
    })
}

/// A JSON text with the same value in which every such character is a JSON escape. They occur only
/// inside its strings.
pub(crate) fn printable_json(json: &str) -> Cow<'_, str> {
    escaped(json, |c, into| {
        for unit in c.encode_utf16(&mut [0; 2]) {
            into.push_str(&format!("\\u{unit:04x}"));
        }
    })
}

fn escaped(text: &str, escape: impl Fn(char, &mut String)) -> Cow<'_, str> {
    if !text.chars().any(is_active) {
        return Cow::Borrowed(text);
    }
    let mut escaped = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        if is_active(c) {
            escape(c, &mut escaped);
        } else {
            escaped.push(c);
        }
    }
    Cow::Owned(escaped)
}

/// Control characters (C0 and C1), and those that break a line, change the direction of writing or
/// are not seen at all.
fn is_active(c: char) -> bool {
    c.is_control()
        || matches!(
            c,
            '\u{61c}'
                | '\u{200e}'
                | '\u{200f}'
                | '\u{2028}'..='\u{202e}'
                | '\u{2066}'..='\u{206f}'
                | '\u{fff9}'..='\u{fffb}'
                | '\u{e0000}'..='\u{e007f}'
        )
}

/// A JSON text on one line: as it came, without the white space outside its strings.
pub(crate) fn compact(json: &str) -> String {
    let mut compact = String::with_capacity(json.len());
    let (mut is_in_string, mut is_escaped) = (false, false);
    for c in json.chars() {
        if is_in_string {
            match c {
                _ if is_escaped => is_escaped = false,
                '\\' => is_escaped = true,
                '"' => is_in_string = false,
                _ => {}
            }
        } else if c == '"' {
            is_in_string = true;
        } else if matches!(c, ' ' | '\t' | '\n' | '\r') {
            continue;
        }
        compact.push(c);
    }
    compact
}
