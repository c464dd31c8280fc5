//! Who used the processors, by `/proc`; nothing where there is none.

use std::path::Path;

/// `USER_HZ`, which is the same on all Linux that there is.
const TICKS_PER_SECOND: f64 = 100.0;

/// Seconds that a process used, without its children.
pub(crate) fn of_process(pid: u32) -> f64 {
    ticks(Path::new(&format!("/proc/{pid}")), 13..15).unwrap_or(0.0)
}

/// Seconds of a process and of all its children, ended or not.
pub(crate) fn of_family(pid: u32) -> f64 {
    let parent = format!(" {pid} ");
    let processes = std::fs::read_dir("/proc").into_iter().flatten().flatten();
    let children = processes.filter_map(|entry| {
        let stat = std::fs::read_to_string(entry.path().join("stat")).ok()?;
        // Behind the name, which may hold anything: state and parent.
        let rest = stat.rsplit_once(") ")?.1.get(1..)?.to_owned();
        rest.starts_with(&parent).then(|| ticks(&entry.path(), 13..15)).flatten()
    });
    ticks(Path::new(&format!("/proc/{pid}")), 13..17).unwrap_or(0.0) + children.sum::<f64>()
}

fn ticks(process: &Path, fields: std::ops::Range<usize>) -> Option<f64> {
    let stat = std::fs::read_to_string(process.join("stat")).ok()?;
    // The name is the second field.
    let rest: Vec<&str> = stat.rsplit_once(") ")?.1.split(' ').collect();
    let fields = rest.get(fields.start - 2..fields.end - 2)?;
    Some(fields.iter().flat_map(|field| field.parse::<f64>()).sum::<f64>() / TICKS_PER_SECOND)
}
