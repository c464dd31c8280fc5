//! Python: openapi-generator's client on urllib3. Its packages also hold Java's generator and
//! Schemathesis.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::report::{self, Passed};
use super::workshop::Workshop;
use super::{Stage, readme};
use crate::tools;

const NAME: &str = "python";

pub(super) fn run(stage: &Stage) -> Result<Passed, String> {
    let workshop = &stage.workshop;
    workshop.begin_log(NAME)?;
    let place = workshop.copy(NAME)?;
    install(workshop, NAME)?;
    let options = [
        "--additional-properties=packageName=koodrive_client,generateSourceCodeOnly=true",
        "--global-property=apiTests=false,modelTests=false,apiDocs=false,modelDocs=false",
    ];
    generate(workshop, NAME, "python", &options)?;
    let first_call = readme::block("python first_call.py")?;
    std::fs::write(place.join("first_call.py"), first_call).map_err(|e| e.to_string())?;

    let script = |script: &str| {
        let mut command = interpreter(workshop);
        command.arg(place.join(script)).envs(stage.environment());
        command.env("PYTHONPATH", workshop.made("python-generated"));
        command
    };
    let output = workshop.run(NAME, &mut script("scenario.py"))?;
    let first_call = workshop.run(NAME, &mut script("first_call.py"))?;
    report::judge(stage, &output, &first_call)
}

/// Installs what requirements.txt names, each by its hash.
pub(super) fn install(workshop: &Workshop, target: &str) -> Result<(), String> {
    let how = "on Debian run `apt-get install -y python3 python3-venv`";
    let python = tools::find(&["python3"], how)?;
    let lock = workshop.sources("python/requirements.txt");
    workshop.once("venv", std::slice::from_ref(&lock), || {
        eprintln!("installing Python packages (once, about half a minute)");
        let venv = workshop.made("venv");
        let begun =
            workshop.run(target, Command::new(python).args(["-m", "venv", "--clear"]).arg(&venv));
        begun.map_err(|e| format!("{e}\n{how}"))?;
        let mut pip = interpreter(workshop);
        pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check"]);
        pip.args(["--require-hashes", "--only-binary", ":all:", "--requirement"]).arg(&lock);
        workshop.run(target, &mut pip).map(drop)
    })
}

/// The interpreter that has the packages.
pub(super) fn interpreter(workshop: &Workshop) -> Command {
    let bin = if cfg!(windows) { "Scripts/python.exe" } else { "bin/python" };
    let mut command = Command::new(workshop.made("venv").join(bin));
    command.env("PYTHONUTF8", "1");
    command
}

/// The generator's jar, which also holds the libraries that its Java client needs.
pub(super) fn generator(workshop: &Workshop, target: &str) -> Result<PathBuf, String> {
    let mut ask = interpreter(workshop);
    ask.args(["-c", "import openapi_generator_cli as g; print(g.__path__[0])"]);
    let folder = workshop.run(target, &mut ask)?;
    Ok(Path::new(folder.trim()).join("openapi-generator.jar"))
}

/// Generates a client into `<language>-generated`, anew when document, options or lock change.
pub(super) fn generate(
    workshop: &Workshop,
    target: &str,
    language: &str,
    options: &[&str],
) -> Result<(), String> {
    let java = tools::find(&["java"], super::java::INSTALL_JDK)?;
    let jar = generator(workshop, target)?;
    let place = workshop.made(&format!("{language}-generated"));
    let settings = workshop.made(&format!("{language}-options.txt"));
    std::fs::write(&settings, options.join("\n")).map_err(|e| e.to_string())?;
    let inputs = [workshop.document(), workshop.sources("python/requirements.txt"), settings];
    workshop.once(&format!("{language}-generated"), &inputs, || {
        if place.exists() {
            std::fs::remove_dir_all(&place).map_err(|e| format!("{}: {e}", place.display()))?;
        }
        let mut command = Command::new(java);
        command.arg("-jar").arg(jar).args(["generate", "--generator-name", language]);
        command.arg("--input-spec").arg(workshop.document());
        command.arg("--output").arg(&place).args(options);
        workshop.run(target, &mut command).map(drop)
    })
}
