//! What a probe found, for people and for programs.

mod markdown;

use serde::{Deserialize, Serialize};

use crate::conclude::{Contradiction, Setting, contradictions, settings};
use crate::fact::Fact;

/// The version of the JSON form.
const VERSION: u32 = 1;

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

impl Deployment {
    pub(crate) fn of(endpoint: &str) -> Self {
        let url = url::Url::parse(endpoint).ok();
        match url.as_ref().and_then(url::Url::host_str) {
            Some("intl.myhuaweicloud-koodrive.com") => Self::International,
            Some("cn.myhuaweicloud-koodrive.com") => Self::China,
            _ => Self::Other,
        }
    }
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
    pub(crate) fn new(deployment: Deployment, requests: u32, findings: Vec<Finding>) -> Self {
        let facts: Vec<&Fact> = findings.iter().flat_map(|finding| &finding.facts).collect();
        let (settings, contradictions) = (settings(&facts), contradictions(&facts));
        Self { probe: VERSION, deployment, requests, findings, settings, contradictions }
    }

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
}
