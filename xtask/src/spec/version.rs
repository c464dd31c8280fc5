//! Version numbers of the document: `major.minor.patch`, nothing after it.

use std::fmt;
use std::str::FromStr;

use crate::spec::rules::Level;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Version(pub(crate) [u64; 3]);

impl Version {
    /// The lowest version that may follow this one with changes of this level.
    pub(crate) fn after(self, level: Level) -> Self {
        let Version([major, minor, patch]) = self;
        Version(match level {
            Level::Major => [major + 1, 0, 0],
            Level::Minor => [major, minor + 1, 0],
            Level::Patch => [major, minor, patch + 1],
        })
    }
}

impl FromStr for Version {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let numbers: Vec<u64> = text
            .split('.')
            .filter(|part| *part == "0" || !part.starts_with(['0', '+']))
            .filter_map(|part| part.parse().ok())
            .collect();
        match numbers.try_into() {
            Ok(numbers) if text.matches('.').count() == 2 => Ok(Self(numbers)),
            _ => Err(format!("is {text:?}, expected three numbers such as 1.2.0")),
        }
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Version([major, minor, patch]) = self;
        write!(f, "{major}.{minor}.{patch}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_three_plain_numbers_are_a_version() {
        for good in ["0.0.0", "1.0.0", "10.20.30"] {
            assert_eq!(good.parse::<Version>().unwrap().to_string(), good);
        }
        for bad in ["", "1", "1.0", "1.0.0.0", "1.0.x", "v1.0.0", "1.0.0-rc.1", "01.0.0", "1.+1.0"]
        {
            assert!(bad.parse::<Version>().is_err(), "{bad}");
        }
    }

    #[test]
    fn each_level_has_its_own_next_version() {
        let version = Version([1, 2, 3]);
        assert_eq!(version.after(Level::Patch), Version([1, 2, 4]));
        assert_eq!(version.after(Level::Minor), Version([1, 3, 0]));
        assert_eq!(version.after(Level::Major), Version([2, 0, 0]));
        assert!(Version([1, 10, 0]) > Version([1, 9, 9]));
    }
}
