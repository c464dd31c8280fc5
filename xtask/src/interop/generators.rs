//! Clients that are generated and, where Debian has what it takes, compiled: no generator may crash
//! on the edition, and none may write what its language refuses.

use anyhow::{Context as _, Result, ensure};
use walkdir::WalkDir;
use xshell::cmd;

use super::generator;
use super::job::{Job, Target};
use super::report::Passed;

pub(super) const TARGET: Target =
    Target::new("generators", "Perl, k6, C#, Kotlin, Swift and C++ are generated", run);
pub(super) const CPP: Target =
    Target { is_slow: true, ..Target::new("cpp", "openapi-generator's C++ client compiles", cpp) };
const PERL: &str = "perl libclass-accessor-perl libdatetime-perl libjson-perl liblist-moreutils-perl \
     liblog-any-perl libmodule-find-perl libmodule-runtime-perl libmoose-perl liburi-query-perl libwww-perl";
const BOOST: &str = "g++ libcpprest-dev";

fn run(job: &Job<'_>) -> Result<Passed> {
    let names = generator::names()?;
    for name in &names {
        let folder = generator::generated(job, name)?;
        ensure!(fs_err::read_dir(&folder)?.next().is_some(), "{name} generated nothing");
    }
    let sh = &job.sh;
    let node = job.find("node", "nodejs")?;
    // As a module, which is what k6 takes it for.
    let module = job.place().join("script.mjs");
    fs_err::copy(generator::generated(job, "k6")?.join("script.js"), &module)?;
    job.run(cmd!(sh, "{node} --check {module}"))?;

    let (perl, folder) = (job.find("perl", PERL)?, generator::generated(job, "perl")?.join("lib"));
    for entry in WalkDir::new(&folder).sort_by_file_name() {
        let path = entry?.into_path();
        if path.extension().is_some_and(|extension| extension == "pm") {
            job.run(cmd!(sh, "{perl} -I {folder} -c {path}"))
                .with_context(|| format!("on Debian run `apt-get install -y {PERL}`"))?;
        }
    }
    Ok(Passed::of(format!("{} generated", names.len())))
}

fn cpp(job: &Job<'_>) -> Result<Passed> {
    let (compiler, sh) = (job.find("g++", BOOST)?, &job.sh);
    let folder = generator::generated(job, "cpp-restsdk")?;
    let include = folder.join("include");
    let name = "CppRestOpenAPIClient";
    let folders = [&include, &include.join(name)].map(|folder| format!("-I{}", folder.display()));
    let mut files = 0;
    for entry in WalkDir::new(folder.join("src")).sort_by_file_name() {
        let path = entry?.into_path();
        if path.extension().is_some_and(|extension| extension == "cpp") {
            job.run(cmd!(sh, "{compiler} -std=c++17 -fsyntax-only").args(&folders).arg(&path))
                .with_context(|| format!("on Debian run `apt-get install -y {BOOST}`"))?;
            files += 1;
        }
    }
    ensure!(files > 0, "nothing was compiled");
    Ok(Passed::of(format!("{files} files")))
}
