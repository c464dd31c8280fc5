//! What a probe found, for people and for programs.

mod markdown;

use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::fact::Fact;

/// The version of the JSON form.
pub(crate) const VERSION: u32 = 1;

/// What a probe found. It holds no secret, cursor, id or name.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Report {
    /// Version of this form: 1.
    pub probe: u32,
    /// Which of the public deployments was asked.
    pub deployment: Deployment,
    /// How many requests were sent.
    pub requests: u32,
    /// The questions and their answers.
    pub findings: Vec<Finding>,
    /// What follows for a client of koodrive-ext.
    pub settings: Vec<Setting>,
    /// What openapi/koodrive.yaml has otherwise.
    pub contradictions: Vec<Contradiction>,
}

/// Which deployment was asked; that of a carrier is not named.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Deployment {
    /// `intl.myhuaweicloud-koodrive.com`.
    International,
    /// `cn.myhuaweicloud-koodrive.com`.
    China,
    /// Another one.
    Other,
}

/// A setting of koodrive-ext that follows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Setting {
    /// As Rust code.
    pub setting: String,
    /// Why.
    pub because: String,
}

/// Something that openapi/koodrive.yaml has otherwise.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Contradiction {
    /// Where, and what it says.
    pub document: String,
    /// What was seen.
    pub seen: String,
}

/// A question and its answer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Finding {
    /// Short name of the question.
    pub id: String,
    /// The question.
    pub question: String,
    /// The answer, in a sentence.
    pub answer: String,
    /// How many requests it took.
    pub requests: u32,
    /// The same for programs; none when the question stays open.
    pub facts: Vec<Fact>,
}

impl Report {
    /// All facts, in the order in which they were found.
    pub fn facts(&self) -> impl Iterator<Item = &Fact> {
        self.findings.iter().flat_map(|finding| &finding.facts)
    }

    /// As JSON.
    #[must_use]
    pub fn to_json(&self) -> String {
        // Strings, numbers and lists: nothing that could fail.
        serde_json::to_string_pretty(self).unwrap_or_default()
    }

    /// As Markdown, to paste into an issue.
    #[must_use]
    pub fn to_markdown(&self) -> String {
        markdown::written(self)
    }

    /// Reads what [`to_json`](Self::to_json) wrote, also with more members.
    ///
    /// # Errors
    /// That it is not such a report.
    pub fn from_json(text: &str) -> Result<Self, String> {
        let report: Self = serde_json::from_str(text).map_err(|e| {
            format!("this is not a report of `cargo xtask probe --format json`: {e}")
        })?;
        if report.probe != VERSION {
            let version = report.probe;
            return Err(format!(
                "the report has version {version}, and this release reads version {VERSION}"
            ));
        }
        Ok(report)
    }

    /// Reads a file with a report, or what `--save` wrote.
    ///
    /// # Errors
    /// That the file cannot be read, or has no report.
    pub fn from_file(file: &Path) -> Result<Self, String> {
        let text = std::fs::read_to_string(file).map_err(|e| format!("{}: {e}", file.display()))?;
        Self::from_json(&text).map_err(|e| format!("{}: {e}", file.display()))
    }
}
