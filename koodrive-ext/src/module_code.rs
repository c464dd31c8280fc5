//! The module of a backup, typed and open.

use std::fmt;
use std::str::FromStr;

use koodrive_api::wire::Text;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::Error;

/// Module of a backup. Source: `moduleCode` in the tables "Query Parameters" and "BackupRecord".
///
/// Every code has a value: one that this version does not know is kept as [`Unknown`](Self::Unknown).
///
/// ```
/// use koodrive_ext::ModuleCode;
///
/// assert_eq!(ModuleCode::from("101"), ModuleCode::AlbumBackup);
/// assert_eq!(ModuleCode::from("103").code(), "103");
/// assert_eq!("address-book".parse::<ModuleCode>()?, ModuleCode::AddressBookBackup);
/// # Ok::<(), koodrive_ext::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum ModuleCode {
    /// `100`: folder backup.
    FolderBackup,
    /// `101`: album backup.
    AlbumBackup,
    /// `102`: address book backup.
    AddressBookBackup,
    /// A code that is none of the above. Make it by `from`, which keeps known codes out of it.
    Unknown(String),
}

impl ModuleCode {
    /// The documented modules in the order of their codes.
    pub const ALL: [Self; 3] = [Self::FolderBackup, Self::AlbumBackup, Self::AddressBookBackup];

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

impl From<&str> for ModuleCode {
    fn from(code: &str) -> Self {
        Self::ALL
            .into_iter()
            .find(|known| known.code() == code)
            .unwrap_or_else(|| Self::Unknown(code.to_owned()))
    }
}

impl From<String> for ModuleCode {
    fn from(code: String) -> Self {
        Self::from(code.as_str())
    }
}

impl From<&Text> for ModuleCode {
    fn from(code: &Text) -> Self {
        Self::from(code.as_str())
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
            return Ok(Self::from(code));
        }
        let name = crate::names::normal(code);
        let name = name.strip_suffix("backup").unwrap_or(&name);
        Self::ALL.into_iter().find(|known| crate::names::normal(known.name()) == name).ok_or_else(|| {
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

/// Never fails; for generic code that takes `TryFrom`.
impl From<ModuleCode> for String {
    fn from(module: ModuleCode) -> Self {
        module.code().to_owned()
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
            "enum": Self::ALL.map(|known| known.code().to_owned()),
            "x-enum-varnames": ["FOLDER_BACKUP", "ALBUM_BACKUP", "ADDRESS_BOOK_BACKUP"],
        })
    }
}
