//! Short identifiers of values that must not be shown.

use std::fmt;

use sha2::{Digest as _, Sha256};

/// The first 48 bits of a SHA-256, in hex: identifies a value without revealing it.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(crate) struct Fingerprint([u8; 6]);

impl Fingerprint {
    /// Of parts in order; each part is delimited, so that `["ab", "c"]` and `["a", "bc"]` differ.
    pub(crate) fn of(parts: &[&str]) -> Self {
        let mut hash = Sha256::new();
        for part in parts {
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part.as_bytes());
        }
        let digest = hash.finalize();
        let mut first = [0; 6];
        first.copy_from_slice(&digest[..6]);
        Self(first)
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#{self}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_values_have_equal_fingerprints_and_parts_do_not_run_together() {
        assert_eq!(Fingerprint::of(&["ab", "c"]), Fingerprint::of(&["ab", "c"]));
        assert_ne!(Fingerprint::of(&["ab", "c"]), Fingerprint::of(&["a", "bc"]));
        assert_ne!(Fingerprint::of(&["", "a"]), Fingerprint::of(&["a", ""]));
        assert_eq!(Fingerprint::of(&["x"]).to_string().len(), 12);
    }
}
