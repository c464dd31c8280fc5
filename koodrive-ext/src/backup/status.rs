//! The status of a backup record, typed and open.

use std::fmt;
use std::str::FromStr;

use koodrive_api::wire::Integer;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::backup::names;
use crate::error::Error;

/// Status of a backup record. Source: `status` in the table "BackupRecord".
///
/// Every number has a value: one that this version does not know is kept as
/// [`Unknown`](Self::Unknown).
///
/// ```
/// use koodrive_ext::BackupStatus;
///
/// assert_eq!(BackupStatus::from_code(1), BackupStatus::Completed);
/// assert_eq!(BackupStatus::from_code(7).code(), 7);
/// assert_eq!("to-be-deleted".parse::<BackupStatus>()?, BackupStatus::ToBeDeleted);
/// # Ok::<(), koodrive_ext::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum BackupStatus {
    /// `0`: new.
    New,
    /// `1`: completed.
    Completed,
    /// `2`: to be deleted.
    ToBeDeleted,
    /// A number that is none of the above. Make it by
    /// [`from_code`](Self::from_code), which keeps known ones out of it.
    Unknown(i64),
}

impl BackupStatus {
    /// The documented statuses in the order of their numbers.
    pub const ALL: &'static [Self] = &[Self::New, Self::Completed, Self::ToBeDeleted];

    /// The status of a number; every number has one.
    pub fn from_code(code: i64) -> Self {
        Self::ALL.iter().copied().find(|known| known.code() == code).unwrap_or(Self::Unknown(code))
    }

    /// The number as it goes over the wire: 0, 1, 2, or whatever was received.
    pub fn code(self) -> i64 {
        match self {
            Self::New => 0,
            Self::Completed => 1,
            Self::ToBeDeleted => 2,
            Self::Unknown(code) => code,
        }
    }

    fn name(self) -> Option<&'static str> {
        match self {
            Self::New => Some("new"),
            Self::Completed => Some("completed"),
            Self::ToBeDeleted => Some("to-be-deleted"),
            Self::Unknown(_) => None,
        }
    }
}

impl From<BackupStatus> for i64 {
    fn from(status: BackupStatus) -> Self {
        status.code()
    }
}

impl From<Integer> for BackupStatus {
    fn from(code: Integer) -> Self {
        Self::from_code(code.get())
    }
}

impl From<BackupStatus> for Integer {
    fn from(status: BackupStatus) -> Self {
        Self::from(status.code())
    }
}

impl fmt::Display for BackupStatus {
    /// `new`, `completed`, `to-be-deleted`; the number where it is unknown.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name() {
            Some(name) => f.pad(name),
            None => self.code().fmt(f),
        }
    }
}

impl FromStr for BackupStatus {
    type Err = Error;

    /// Reads a number or a name, in any case: `2`, `to-be-deleted`, `ToBeDeleted`.
    fn from_str(text: &str) -> Result<Self, Error> {
        if let Ok(code) = text.trim().parse::<i64>() {
            return Ok(Self::from_code(code));
        }
        let name = names::normal(text.trim());
        let is_it = |known: &Self| known.name().is_some_and(|n| names::normal(n) == name);
        Self::ALL.iter().copied().find(is_it).ok_or_else(|| {
            Error::invalid(format!(
                "the status is {text:?}, expected new, completed, to-be-deleted or a number"
            ))
        })
    }
}

impl Serialize for BackupStatus {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_i64(self.code())
    }
}

impl<'de> Deserialize<'de> for BackupStatus {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Integer::deserialize(deserializer).map(Self::from)
    }
}

#[cfg(feature = "schemars")]
impl schemars::JsonSchema for BackupStatus {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "BackupStatus".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "type": "integer",
            "format": "int64",
            "description": "Status of a backup record. Known numbers: 0 (new), 1 (completed), 2 (to be deleted). Others may come.",
            "examples": [0, 1, 2],
        })
    }
}
