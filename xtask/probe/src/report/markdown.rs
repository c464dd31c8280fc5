//! The report as Markdown.

use std::fmt::Write as _;

use crate::report::{Deployment, Report};

pub(super) fn written(report: &Report) -> String {
    let deployment = match report.deployment {
        Deployment::International => "`intl.myhuaweicloud-koodrive.com`",
        Deployment::China => "`cn.myhuaweicloud-koodrive.com`",
        Deployment::Other => "another deployment",
    };
    let mut text = format!(
        "# What {deployment} answered\n\nFound by `cargo xtask probe` with {} requests. No secret, cursor, id or name is in here.\n\n\
         ## Answers\n\n| Question | Answer |\n|---|---|\n",
        report.requests
    );
    for finding in &report.findings {
        row(&mut text, &finding.question, &finding.answer);
    }
    text += "\n## Settings that follow for koodrive-ext\n\n";
    if report.settings.is_empty() {
        text += "The defaults.\n";
    } else {
        text += "| Setting | Because |\n|---|---|\n";
        report.settings.iter().for_each(|setting| {
            row(&mut text, &format!("`{}`", setting.setting), &setting.because);
        });
    }
    text += "\n## What openapi/koodrive.yaml has otherwise\n\n";
    if report.contradictions.is_empty() {
        text += "Nothing that was asked.\n";
    } else {
        text += "| In the document | Seen |\n|---|---|\n";
        report.contradictions.iter().for_each(|contradiction| {
            row(&mut text, &contradiction.document, &contradiction.seen);
        });
    }
    text
}

fn row(text: &mut String, first: &str, second: &str) {
    let cell = |text: &str| text.replace('|', "\\|").replace('\n', " ");
    // Writing to a String does not fail.
    let _ = writeln!(text, "| {} | {} |", cell(first), cell(second));
}
