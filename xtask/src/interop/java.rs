//! Java: openapi-generator's client on java.net.http and Jackson.

use std::path::{Path, PathBuf};

use anyhow::{Result, ensure};
use walkdir::WalkDir;
use xshell::cmd;

use super::generator;
use super::job::{self, Job, Target};
use super::report::Passed;

pub(super) const TARGET: Target =
    Target::new("java", "openapi-generator's client on java.net.http and Jackson", run);

fn run(job: &Job<'_>) -> Result<Passed> {
    let sh = &job.sh;
    let javac = job.find("javac", "openjdk-17-jdk-headless")?;
    let annotations = annotations()?;
    let place = job.copy("java")?;
    job.example("java FirstCall.java", "FirstCall.java")?;
    let generated = generator::generated(job, "java")?;

    let classes = job::made("java-classes");
    let path = std::env::join_paths([generator::jar(job)?, annotations, classes.clone()])?;
    let sources = [java_files(&place)?, java_files(&generated.join("src/main/java"))?].concat();
    let options = ["-encoding", "UTF-8", "-Xlint:all,-options,-processing,-serial"];
    job.run(cmd!(sh, "{javac} {options...} -d {classes} -cp {path} {sources...}"))?;

    let options = ["-Dfile.encoding=UTF-8", "-cp"];
    let scenario = job.run(cmd!(sh, "java {options...} {path} Scenario"))?;
    let first_call = job.run(cmd!(sh, "java {options...} {path} FirstCall"))?;
    job.judge(&scenario, &first_call)
}

/// The one library that the generated client needs and the generator's jar does not hold.
fn annotations() -> Result<PathBuf> {
    let named = std::env::var_os("KOODRIVE_JAKARTA_ANNOTATION_JAR").map(PathBuf::from);
    let jar = named.unwrap_or_else(|| "/usr/share/java/jakarta-annotation-api.jar".into());
    ensure!(
        jar.is_file(),
        "jakarta-annotation-api.jar is not installed; on Debian run `apt-get install -y \
         libjakarta-annotation-api-java`, or name the jar in KOODRIVE_JAKARTA_ANNOTATION_JAR"
    );
    Ok(jar)
}

/// All sources below a folder, in a stable order.
fn java_files(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in WalkDir::new(folder).sort_by_file_name() {
        let path = entry?.into_path();
        if path.extension().is_some_and(|extension| extension == "java") {
            files.push(path);
        }
    }
    Ok(files)
}
