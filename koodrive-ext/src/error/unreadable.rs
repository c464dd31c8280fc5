//! An element of a page that could not be read.

use std::fmt;

use crate::error::printable::start_of;

/// Characters that a message shows of the element, and of the reason.
const SHOWN: usize = 200;

/// Characters of the element that are searched for what must not be shown.
const LOOKED_AT: usize = 4096;

/// An element of a page that could not be read: its JSON as it came, and why.
///
/// `Display` and `Debug` show the start of it, with everything escaped that could forge a log line
/// and everything hidden that the call sent as a secret. [`raw_json`](Self::raw_json) hides
/// nothing.
#[derive(Clone)]
pub struct Unreadable {
    text: Box<str>,
    /// The bytes, where they are not UTF-8.
    bytes: Option<Box<[u8]>>,
    reason: Box<str>,
    shown: Box<str>,
}

impl Unreadable {
    /// `hide` takes out of a text what must not be shown.
    pub(crate) fn new(raw: &[u8], reason: &str, hide: impl Fn(&str) -> String) -> Self {
        let text = String::from_utf8_lossy(raw);
        let bytes = std::str::from_utf8(raw).is_err().then(|| raw.into());
        let reason = hide(reason);
        // Hidden before it is cut: half a secret is one too.
        let looked_at: String = text.chars().take(LOOKED_AT).collect();
        let shown = format!("{}: {}", start_of(&reason, SHOWN), start_of(&hide(&looked_at), SHOWN));
        Self { text: text.into(), bytes, reason: reason.into(), shown: shown.into() }
    }

    /// The element's JSON text as it was received; bytes that are not UTF-8 are replaced by U+FFFD.
    pub fn raw_json(&self) -> &str {
        &self.text
    }

    /// The element byte for byte as it was received.
    pub fn raw_bytes(&self) -> &[u8] {
        self.bytes.as_deref().unwrap_or(self.text.as_bytes())
    }

    /// Why it could not be read, with line and column inside [`raw_json`](Self::raw_json).
    pub fn reason(&self) -> &str {
        &self.reason
    }
}

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.shown)
    }
}

impl fmt::Debug for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Unreadable({})", self.shown)
    }
}

impl std::error::Error for Unreadable {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_utf_8_is_kept_byte_for_byte() {
        let unreadable = Unreadable::new(b"{\"a\":\"\xff\"}", "no", str::to_owned);
        assert_eq!(unreadable.raw_bytes(), b"{\"a\":\"\xff\"}");
        assert_eq!(unreadable.raw_json(), "{\"a\":\"\u{fffd}\"}");
        assert_eq!(unreadable.reason(), "no");
    }

    #[test]
    fn display_and_debug_hide_and_escape_and_cut() {
        let raw = format!("\"hush\u{202e}\n{}\"", "x".repeat(9000));
        let unreadable =
            Unreadable::new(raw.as_bytes(), "bad hush", |text| text.replace("hush", "[hidden]"));
        let shown = format!("{unreadable} {unreadable:?} {}", unreadable.reason());
        assert!(!shown.contains("hush") && !shown.contains('\u{202e}') && !shown.contains('\n'));
        assert!(shown.chars().count() < 1000 && unreadable.raw_json() == raw);
    }
}
