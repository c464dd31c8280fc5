//! The files of the example, part by part: replaced, locked, appended to, and the text in them.

use std::fs;
use std::path::{Path, PathBuf};

use appended::{Appended, Opened};
use lock::Lock;
use proptest::prelude::*;
use serde_json::Value;
use tempfile::TempDir;
use text::{compact, printable, printable_json};

#[path = "../../../koodrive-ext/examples/list_backup_records/appended.rs"]
mod appended;
#[path = "../../../koodrive-ext/examples/list_backup_records/lock.rs"]
mod lock;
#[path = "../../../koodrive-ext/examples/list_backup_records/replace.rs"]
mod replace;
#[path = "../../../koodrive-ext/examples/list_backup_records/text.rs"]
mod text;

fn place() -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let folder_path = folder.path().canonicalize().unwrap();
    (folder, folder_path.join("kept"))
}

fn names(folder: &TempDir) -> Vec<String> {
    let entries = fs::read_dir(folder.path()).unwrap();
    let mut names: Vec<String> =
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn a_file_is_replaced_as_a_whole_and_nothing_else_stays_in_its_folder() {
    let (folder, path) = place();
    for text in ["one", "two"] {
        replace::replace(&path, text.as_bytes()).unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), text);
    }
    assert_eq!(names(&folder), ["kept"]);
}

#[test]
fn a_reader_sees_the_old_contents_or_the_new_ones() {
    use std::io::Read as _;
    let (_folder, path) = place();
    replace::replace(&path, b"old").unwrap();
    let mut reader = fs::File::open(&path).unwrap();
    replace::replace(&path, b"new and longer").unwrap();
    let mut seen = String::new();
    reader.read_to_string(&mut seen).unwrap();
    assert_eq!(seen, "old");
}

#[test]
fn what_a_killed_run_left_beside_the_file_is_removed() {
    let (folder, path) = place();
    fs::write(&path, "old").unwrap();
    fs::write(path.with_file_name(".kept.new"), "half of the ne").unwrap();
    replace::prepare(&path).unwrap();
    assert_eq!(names(&folder), ["kept"]);
    assert_eq!(fs::read_to_string(&path).unwrap(), "old");
}

#[test]
fn a_replacement_that_fails_leaves_the_file_as_it_was_and_nothing_beside_it() {
    let (folder, path) = place();
    // A folder cannot be replaced by a file.
    fs::create_dir(&path).unwrap();
    fs::write(path.join("inside"), "kept").unwrap();
    replace::replace(&path, b"new").unwrap_err();
    assert_eq!(names(&folder), ["kept"]);
    assert_eq!(fs::read_to_string(path.join("inside")).unwrap(), "kept");
}

#[cfg(unix)]
#[test]
fn a_replaced_file_keeps_its_mode_and_a_new_one_is_for_its_owner_alone() {
    use std::os::unix::fs::PermissionsExt as _;
    let (_folder, path) = place();
    let mode = || fs::metadata(&path).unwrap().permissions().mode() & 0o7777;
    replace::replace(&path, b"new").unwrap();
    assert_eq!(mode(), 0o600);
    for kept in [0o664, 0o640, 0o644, 0o600] {
        fs::set_permissions(&path, fs::Permissions::from_mode(kept)).unwrap();
        replace::replace(&path, b"again").unwrap();
        assert_eq!(mode(), kept);
    }
}

#[cfg(unix)]
#[test]
fn a_link_stays_a_link_and_a_dangling_one_is_refused() {
    let (folder, path) = place();
    let link = path.with_file_name("link");
    std::os::unix::fs::symlink("kept", &link).unwrap();
    let refused = replace::real_path(&link).unwrap_err().to_string();
    assert!(refused.contains("symbolic link to kept, which does not exist"), "{refused}");

    fs::write(&path, "old").unwrap();
    assert_eq!(replace::real_path(&link).unwrap(), path);
    assert_eq!(
        replace::real_path(&folder.path().join("missing")).unwrap().file_name().unwrap(),
        "missing"
    );
    for nowhere in ["folder", ".."] {
        let found = replace::real_path(&folder.path().join("no").join(nowhere));
        assert!(found.is_err(), "{nowhere:?}: {found:?}");
    }
}

#[test]
fn a_lock_is_held_by_one_and_leaves_nothing_behind() {
    let (folder, path) = place();
    let held = Lock::take(&path).unwrap();
    let refused = Lock::take(&path).map(drop).unwrap_err();
    assert!(refused.contains("another run is using it"), "{refused}");
    assert!(refused.contains("kept.lock"), "{refused}");
    drop(held);
    assert_eq!(names(&folder), [""; 0]);
    drop(Lock::take(&path).unwrap());
}

#[test]
fn a_lock_that_a_killed_run_left_is_taken_and_a_file_with_contents_stays() {
    let (folder, path) = place();
    fs::write(path.with_file_name("kept.lock"), "").unwrap();
    drop(Lock::take(&path).unwrap());
    assert_eq!(names(&folder), [""; 0]);
    fs::write(path.with_file_name("kept.lock"), "mine").unwrap();
    drop(Lock::take(&path).unwrap());
    assert_eq!(names(&folder), ["kept.lock"]);
}

#[test]
fn of_many_who_take_and_give_back_a_lock_one_at_a_time_has_it() {
    let (_folder, path) = place();
    let inside = std::sync::atomic::AtomicU32::new(0);
    let taken = std::sync::atomic::AtomicU32::new(0);
    let order = std::sync::atomic::Ordering::SeqCst;
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for _ in 0..20_000 {
                    let Ok(lock) = Lock::take(&path) else { continue };
                    assert_eq!(inside.fetch_add(1, order), 0, "two have it");
                    taken.fetch_add(1, order);
                    // Long enough for one who was given a lock that had been removed.
                    (0..20).for_each(|_| std::thread::yield_now());
                    inside.fetch_sub(1, order);
                    drop(lock);
                }
            });
        }
    });
    assert!(taken.load(order) > 0);
}

fn opened(path: &Path, known: Option<&appended::Extent>) -> (Appended, Opened) {
    Appended::open(path, known).unwrap()
}

#[test]
fn what_the_checkpoint_does_not_know_is_cut_off_and_the_rest_is_appended() {
    let (_folder, path) = place();
    let (mut file, how) = opened(&path, None);
    assert_eq!(how, Opened::AsExpected);
    assert_eq!(file.path(), path);
    file.append(b"first\n").unwrap();
    file.sync().unwrap();
    let known = file.extent();
    file.append(b"second\nhalf of the thi").unwrap();
    drop(file);

    let (mut file, how) = opened(&path, Some(&known));
    assert_eq!(how, Opened::CutOff(22));
    assert_eq!(file.extent(), known);
    file.append(b"second\n").unwrap();
    let (text, known) = (fs::read_to_string(&path).unwrap(), file.extent());
    assert_eq!(text, "first\nsecond\n");
    drop(file);
    assert_eq!(opened(&path, Some(&known)).1, Opened::AsExpected);
}

#[test]
fn a_file_that_is_another_one_is_refused_and_left_alone() {
    let (_folder, path) = place();
    let (mut file, _) = opened(&path, None);
    file.append(b"first\nsecond\n").unwrap();
    let known = file.extent();
    drop(file);
    for (contents, part) in [
        (&b""[..], "0 bytes, but the checkpoint belongs to a file with 13 bytes"),
        (b"first\nseco", "10 bytes"),
        (b"first\nsecons\n", "contents differ"),
        (b"other\nsecond\nthird\n", "contents differ"),
    ] {
        fs::write(&path, contents).unwrap();
        let refused = Appended::open(&path, Some(&known)).map(drop).unwrap_err();
        assert!(refused.contains(part), "{refused}");
        assert!(refused.contains(path.to_str().unwrap()), "{refused}");
        assert_eq!(fs::read(&path).unwrap(), contents);
    }
    fs::remove_file(&path).unwrap();
    Appended::open(&path, Some(&known)).map(drop).unwrap_err();
    assert!(!path.exists(), "a missing one is not made");
}

#[test]
fn a_long_file_is_known_by_its_end() {
    let (_folder, path) = place();
    let (mut file, _) = opened(&path, None);
    for number in 0..100 {
        file.append(format!("line {number:090}\n").as_bytes()).unwrap();
    }
    let known = file.extent();
    drop(file);
    assert_eq!(opened(&path, Some(&known)).1, Opened::AsExpected);
    let mut contents = fs::read(&path).unwrap();
    let near_the_end = contents.len() - 1000;
    contents[near_the_end] ^= 1;
    fs::write(&path, contents).unwrap();
    Appended::open(&path, Some(&known)).map(drop).unwrap_err();
}

#[test]
fn a_file_of_others_is_appended_to_unless_it_ends_inside_a_line() {
    let (_folder, path) = place();
    fs::write(&path, "theirs\n").unwrap();
    let (mut file, how) = opened(&path, None);
    assert_eq!(how, Opened::HasContents(7));
    file.append(b"ours\n").unwrap();
    let known = file.extent();
    file.append(b"too much\n").unwrap();
    file.cut_back(&known).unwrap();
    assert_eq!(file.extent(), known);
    file.append(b"more\n").unwrap();
    drop(file);
    assert_eq!(fs::read_to_string(&path).unwrap(), "theirs\nours\nmore\n");

    fs::write(&path, "theirs").unwrap();
    let refused = Appended::open(&path, None).map(drop).unwrap_err();
    assert!(refused.contains("ends inside a line"), "{refused}");
    assert_eq!(fs::read_to_string(&path).unwrap(), "theirs");
}

#[test]
fn one_at_a_time_appends_to_a_file() {
    let (_folder, path) = place();
    let (file, _) = opened(&path, None);
    let refused = Appended::open(&path, None).map(drop).unwrap_err();
    assert!(refused.contains("another run"), "{refused}");
    drop(file);
    opened(&path, None);
}

#[test]
fn text_of_others_cannot_move_colour_reorder_or_hide() {
    assert_eq!(
        printable("Mate 60 Pro é 手机 🏴 👩\u{200d}🔬"),
        "Mate 60 Pro é 手机 🏴 👩\u{200d}🔬"
    );
    for (text, shown) in [
        ("a\nb\t\r", r"a\nb\t\r"),
        ("\u{1b}[2J\u{7}\u{7f}", r"\u{1b}[2J\u{7}\u{7f}"),
        ("\u{9b}31m\u{85}", r"\u{9b}31m\u{85}"),
        ("\u{61c}\u{200e}\u{200f}", r"\u{61c}\u{200e}\u{200f}"),
        ("\u{2028}\u{2029}\u{202a}\u{202e}", r"\u{2028}\u{2029}\u{202a}\u{202e}"),
        ("\u{2066}\u{2069}", r"\u{2066}\u{2069}"),
        ("\u{e0001}\u{e0041}\u{e007f}", r"\u{e0001}\u{e0041}\u{e007f}"),
    ] {
        assert_eq!(printable(text), shown);
    }
    assert_eq!(printable_json("\"\u{85}\u{61c}\u{e0041}\""), r#""\u0085\u061c\udb40\udc41""#);
}

proptest! {
    #[test]
    fn a_json_text_on_one_line_means_the_same(strings in prop::collection::vec(any::<String>(), 1..5), at in any::<prop::sample::Index>()) {
        let value: Value = strings.iter().map(|s| serde_json::json!({s.as_str(): [s, " \" \\", {"n": null}]})).collect();
        let pretty = serde_json::to_string_pretty(&value).unwrap();
        // A quote that ends no string, after a backslash that is none.
        let odd = pretty.replacen("null", if at.index(2) == 0 { "\t1.50e+007 \r" } else { "\n\"\\\\\" " }, 1);
        let line = printable_json(&compact(&odd)).into_owned();
        prop_assert!(!line.contains(['\n', '\r']));
        let (before, after): (Value, Value) = (serde_json::from_str(&odd).unwrap(), serde_json::from_str(&line).unwrap());
        prop_assert_eq!(before, after);
        prop_assert!(!odd.contains("1.50e+007") || line.contains("1.50e+007"), "as it was spelled");
        prop_assert_eq!(compact(&line), line, "nothing is left to remove");
    }
}
