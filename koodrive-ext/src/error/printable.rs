//! Text from outside, escaped so that it cannot forge a line of a log or reorder one.

use std::fmt::Write as _;

/// `text` with control characters, line breaks, and characters that reorder or hide text escaped.
pub(crate) fn printable(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        if is_dangerous(c) {
            let _ = write!(shown, "{}", c.escape_default());
        } else {
            shown.push(c);
        }
    }
    shown
}

/// Source: Unicode's Bidi_Control and Default_Ignorable_Code_Point, and what ends a line.
fn is_dangerous(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{180e}' | '\u{200b}'..='\u{200f}'
            | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{feff}'
            | '\u{ffa0}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}')
}

/// The first `length` characters of `text`, made [`printable`], with `…` where more follow.
pub(crate) fn start_of(text: &str, length: usize) -> String {
    match text.char_indices().nth(length) {
        Some((end, _)) => format!("{}…", printable(&text[..end])),
        None => printable(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_moves_the_cursor_or_the_reader_is_printed_raw() {
        for (text, expected) in [
            ("plain äö 漢字", "plain äö 漢字"),
            ("1\u{1b}[2J\n2026 INFO", "1\\u{1b}[2J\\n2026 INFO"),
            ("a\u{202e}b\u{61c}c\u{85}d\u{e0041}", "a\\u{202e}b\\u{61c}c\\u{85}d\\u{e0041}"),
            ("\u{2028}\u{feff}\u{7f}\0", "\\u{2028}\\u{feff}\\u{7f}\\u{0}"),
        ] {
            assert_eq!(printable(text), expected);
        }
    }

    #[test]
    fn a_long_text_is_cut_by_characters() {
        assert_eq!(start_of(&"é".repeat(5), 4), "éééé…");
        assert_eq!(start_of("éé", 2), "éé");
    }
}
