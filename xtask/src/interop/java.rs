//! Java: openapi-generator's client on java.net.http and Jackson.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::report::{self, Passed};
use super::{Stage, python, readme};
use crate::tools;

const NAME: &str = "java";
pub(super) const INSTALL_JDK: &str = "on Debian run `apt-get install -y openjdk-17-jdk-headless`";
const INSTALL_ANNOTATIONS: &str = "on Debian run `apt-get install -y libjakarta-annotation-api-java`, \
     or name the jar in KOODRIVE_JAKARTA_ANNOTATION_JAR";
const ANNOTATIONS: &str = "/usr/share/java/jakarta-annotation-api.jar";

pub(super) fn run(stage: &Stage) -> Result<Passed, String> {
    let workshop = &stage.workshop;
    workshop.begin_log(NAME)?;
    let javac = tools::find(&["javac"], INSTALL_JDK)?;
    let annotations = annotations()?;
    let place = workshop.copy(NAME)?;
    python::install(workshop, NAME)?;
    let options = [
        "--library=native",
        "--additional-properties=enumUnknownDefaultCase=true,containerDefaultToNull=true,\
         openApiNullable=false,useJakartaEe=true,hideGenerationTimestamp=true",
        "--global-property=apis,models,supportingFiles,\
         apiTests=false,modelTests=false,apiDocs=false,modelDocs=false",
    ];
    python::generate(workshop, NAME, "java", &options)?;
    std::fs::write(place.join("FirstCall.java"), readme::block("java FirstCall.java")?)
        .map_err(|e| e.to_string())?;

    let generated = workshop.made("java-generated/src/main/java");
    let classes = workshop.made("java-classes");
    let path = joined([python::generator(workshop, NAME)?, annotations, classes.clone()])?;
    let mut compile = Command::new(javac);
    compile.args(["-encoding", "UTF-8", "-Xlint:all,-options,-processing,-serial", "-d"]);
    compile
        .arg(&classes)
        .arg("-cp")
        .arg(&path)
        .args(java_files(&place)?)
        .args(java_files(&generated)?);
    workshop.run(NAME, &mut compile)?;

    let java = |class: &str| {
        let mut command = Command::new("java");
        command.arg("-Dfile.encoding=UTF-8").arg("-cp").arg(&path).arg(class);
        command.envs(stage.environment());
        command
    };
    let output = workshop.run(NAME, &mut java("Scenario"))?;
    let first_call = workshop.run(NAME, &mut java("FirstCall"))?;
    report::judge(stage, &output, &first_call)
}

/// The one library that the generated client needs and the generator's jar does not hold.
fn annotations() -> Result<PathBuf, String> {
    let named = std::env::var_os("KOODRIVE_JAKARTA_ANNOTATION_JAR");
    let jar = named.map_or_else(|| PathBuf::from(ANNOTATIONS), PathBuf::from);
    if jar.is_file() {
        return Ok(jar);
    }
    Err(format!("jakarta-annotation-api.jar is not installed; {INSTALL_ANNOTATIONS}"))
}

fn joined(parts: [PathBuf; 3]) -> Result<OsString, String> {
    std::env::join_paths(parts).map_err(|e| e.to_string())
}

/// All sources below a folder, in a stable order.
fn java_files(folder: &Path) -> Result<Vec<PathBuf>, String> {
    let fail = |e: std::io::Error| format!("{}: {e}", folder.display());
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(fail)? {
        let path = entry.map_err(fail)?.path();
        if path.is_dir() {
            files.extend(java_files(&path)?);
        } else if path.extension().is_some_and(|extension| extension == "java") {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}
