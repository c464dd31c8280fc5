//! User ids from a file or standard input, pulled a batch at a time.

use std::io::BufRead;

use koodrive_ext::ModuleCode;

use crate::error::Error;
use crate::job::Job;

/// Reads user ids, one per line; blank lines and those after `#` are left out.
///
/// # Errors
/// A line that cannot be a user id, with its number, or a file that cannot be read. A user id may
/// come twice: the database takes its listings once.
pub fn jobs(
    lines: impl BufRead,
    run: &str,
    modules: &[ModuleCode],
) -> impl Iterator<Item = Result<Job, Error>> {
    lines.lines().enumerate().flat_map(move |(index, line)| {
        let user = line
            .map_err(Error::io(format!("cannot read line {} of the users", index + 1)))
            .and_then(|line| user_id(&line, index + 1));
        match user {
            Ok(Some(user)) => modules.iter().map(|module| Ok(job(run, &user, module))).collect(),
            Ok(None) => Vec::new(),
            Err(e) => vec![Err(e)],
        }
    })
}

fn job(run: &str, user: &str, module: &ModuleCode) -> Job {
    Job { run: run.to_owned(), user_id: user.to_owned(), module_code: module.code().to_owned() }
}

fn user_id(line: &str, number: usize) -> Result<Option<String>, Error> {
    let text = line.trim();
    if text.is_empty() || text.starts_with('#') {
        return Ok(None);
    }
    if text.len() > 256 || !text.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(Error::Input(format!(
            "line {number} of the users is not a user id: it must be up to 256 visible ASCII \
             characters without spaces"
        )));
    }
    Ok(Some(text.to_owned()))
}

/// The modules that `--module` names: `all`, or names and codes with commas between them.
///
/// # Errors
/// A name that no module has.
pub fn modules(text: &str) -> Result<Vec<ModuleCode>, Error> {
    if text == "all" {
        return Ok(ModuleCode::ALL.to_vec());
    }
    let module = |name: &str| {
        name.trim().parse::<ModuleCode>().map_err(|e| Error::Input(format!("--module: {e}")))
    };
    text.split(',').map(module).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_user_has_a_job_per_module_and_comments_have_none() {
        let text = "# tonight\n150\n\n 151 \n";
        let modules = modules("album,100").unwrap();
        let jobs: Vec<_> = jobs(text.as_bytes(), "r", &modules).map(Result::unwrap).collect();
        let keys: Vec<_> = jobs.iter().map(|j| (&*j.user_id, &*j.module_code)).collect();
        assert_eq!(keys, [("150", "101"), ("150", "100"), ("151", "101"), ("151", "100")]);
    }

    #[test]
    fn a_line_that_is_no_user_id_is_named_by_its_number() {
        let error = jobs("150\n1 5\n".as_bytes(), "r", &modules("all").unwrap())
            .find_map(Result::err)
            .unwrap()
            .to_string();
        assert!(error.contains("line 2"), "{error}");
        assert!(modules("no-such-module").is_err());
    }
}
