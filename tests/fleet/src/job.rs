//! The unit of work: one listing of one run.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The engine's queue for jobs of this crate.
pub const QUEUE: &str = "koodrive-fleet";

/// A listing of one run: what the engine carries, and the key of its row.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Job {
    /// Name of the run, such as the night's date.
    pub run: String,
    /// The user whose records are listed.
    pub user_id: String,
    /// Code of the module: `100`, `101`, `102`.
    pub module_code: String,
}

impl Job {
    /// What makes it one job however often it is enqueued. JSON, so that no choice of names makes
    /// two jobs look alike.
    pub fn key(&self) -> String {
        serde_json::json!([self.run, self.user_id, self.module_code]).to_string()
    }
}

impl fmt::Display for Job {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "run {} user {} module {}", self.run, self.user_id, self.module_code)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_join_to_the_same_text_have_different_keys() {
        let job = |run: &str, user: &str| Job {
            run: run.to_owned(),
            user_id: user.to_owned(),
            module_code: "101".to_owned(),
        };
        assert_ne!(job("a/b", "c").key(), job("a", "b/c").key());
        assert_ne!(job("a\",\"b", "c").key(), job("a", "b\",\"c").key());
    }
}
