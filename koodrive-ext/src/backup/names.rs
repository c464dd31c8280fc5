//! Names as people write them.

/// Lower case without separators: `ToBeDeleted`, `to-be-deleted` and `TO_BE_DELETED` are one name.
pub(crate) fn normal(name: &str) -> String {
    name.chars().filter(|c| !matches!(c, '-' | '_' | ' ')).flat_map(char::to_lowercase).collect()
}
