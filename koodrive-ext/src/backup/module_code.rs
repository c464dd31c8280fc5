//! The module of a backup, typed and open.

use std::fmt;
use std::str::FromStr;

use koodrive_api::wire::Text;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::backup::names;
use crate::error::Error;

/// Module of a backup. Source: `moduleCode` in the tables "Query Parameters" and "BackupRecord".
///
/// Every code has a value: one that this version does not know is kept as [`Unknown`](Self::Unknown).
///
/// ```
/// use koodrive_ext::ModuleCode;
///
/// assert_eq!(ModuleCode::from_code("101"), ModuleCode::AlbumBackup);
/// assert_eq!(ModuleCode::from_code("103").code(), "103");
/// assert_eq!("address-book".parse::<ModuleCode>()?, ModuleCode::AddressBookBackup);
/// assert!("albun".parse::<ModuleCode>().is_err());
/// # Ok::<(), koodrive_ext::Error>(())
/// ```
///
/// Serde reads and writes the code; [`module_name`] is for the name, in configuration files.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum ModuleCode {
    /// `100`: folder backup.
    FolderBackup,
    /// `101`: album backup.
    AlbumBackup,
    /// `102`: address book backup.
    AddressBookBackup,
    /// A code that is none of the above. Make it by [`from_code`](Self::from_code),
    /// which keeps known codes out of it.
    Unknown(String),
}

impl ModuleCode {
    /// The documented modules in the order of their codes.
    pub const ALL: &'static [Self] =
        &[Self::FolderBackup, Self::AlbumBackup, Self::AddressBookBackup];

    /// The module of a code; every code has one.
    pub fn from_code(code: &str) -> Self {
        Self::ALL
            .iter()
            .find(|known| known.code() == code)
            .cloned()
            .unwrap_or_else(|| Self::Unknown(code.to_owned()))
    }

    /// The code as it goes over the wire: `100`, `101`, `102`, or whatever was received.
    pub fn code(&self) -> &str {
        match self {
            Self::FolderBackup => "100",
            Self::AlbumBackup => "101",
            Self::AddressBookBackup => "102",
            Self::Unknown(code) => code,
        }
    }

    /// A short name: `folder`, `album`, `address-book`; the code itself where it is unknown.
    pub fn name(&self) -> &str {
        match self {
            Self::FolderBackup => "folder",
            Self::AlbumBackup => "album",
            Self::AddressBookBackup => "address-book",
            Self::Unknown(code) => code,
        }
    }
}

impl From<&Text> for ModuleCode {
    fn from(code: &Text) -> Self {
        Self::from_code(code)
    }
}

impl From<ModuleCode> for Text {
    fn from(module: ModuleCode) -> Self {
        Self::from(module.code())
    }
}

impl fmt::Display for ModuleCode {
    /// The short [`name`](Self::name).
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for ModuleCode {
    type Err = Error;

    /// Reads a code (any number) or a name, in any case: `101`, `album`, `AlbumBackup`,
    /// `ALBUM_BACKUP`.
    fn from_str(text: &str) -> Result<Self, Error> {
        let code = text.trim();
        if !code.is_empty() && code.bytes().all(|b| b.is_ascii_digit()) {
            return Ok(Self::from_code(code));
        }
        let name = names::normal(code);
        let name = name.strip_suffix("backup").unwrap_or(&name);
        Self::ALL.iter().find(|known| names::normal(known.name()) == name).cloned().ok_or_else(|| {
            Error::invalid(format!("the module is {text:?}, expected folder, album, address-book or a code such as 101"))
        })
    }
}

impl Serialize for ModuleCode {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.code())
    }
}

impl<'de> Deserialize<'de> for ModuleCode {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Text::deserialize(deserializer).map(|code| Self::from(&code))
    }
}

/// Serde by name, for configuration files: `#[serde(with = "koodrive_ext::module_name")]` reads
/// what [`FromStr`] reads and writes the [`name`](ModuleCode::name).
///
/// ```
/// #[derive(serde::Serialize, serde::Deserialize)]
/// struct Job {
///     #[serde(with = "koodrive_ext::module_name")]
///     module: koodrive_ext::ModuleCode,
/// }
///
/// let job: Job = serde_json::from_str(r#"{"module":"album"}"#)?;
/// assert_eq!(job.module.code(), "101");
/// assert_eq!(serde_json::to_string(&job)?, r#"{"module":"album"}"#);
/// # Ok::<(), serde_json::Error>(())
/// ```
pub mod module_name {
    use serde::de::Error as _;
    use serde::{Deserialize, Deserializer, Serializer};

    use super::ModuleCode;

    /// Writes the name.
    ///
    /// # Errors
    /// The serializer's.
    pub fn serialize<S: Serializer>(module: &ModuleCode, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(module.name())
    }

    /// Reads a name or a code.
    ///
    /// # Errors
    /// The deserializer's, or that the text is neither.
    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<ModuleCode, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
    }
}

#[cfg(feature = "schemars")]
impl schemars::JsonSchema for ModuleCode {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "ModuleCode".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "type": "string",
            "description": "Module of a backup. Known codes: 100 (folder), 101 (album), 102 (address book). Others may come.",
            "examples": ["100", "101", "102"],
        })
    }
}
