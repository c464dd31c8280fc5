//! Bytes as hexadecimal text.

/// The bytes that the text stands for.
///
/// # Panics
/// When the text is not pairs of hexadecimal digits.
#[must_use]
pub fn decode(text: &str) -> Vec<u8> {
    assert!(text.len().is_multiple_of(2), "{text:?} has an odd length");
    (0..text.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(&text[at..at + 2], 16).expect("hexadecimal digits"))
        .collect()
}

/// The bytes as lower-case digits.
#[must_use]
pub fn encode(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
