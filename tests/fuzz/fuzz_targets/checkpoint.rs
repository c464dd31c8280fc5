//! Any text as a checkpoint: refused with a sentence that shows no cursor, or read and written back.
#![no_main]

use koodrive_ext::Checkpoint;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    match text.parse::<Checkpoint>() {
        Ok(checkpoint) => {
            let written = checkpoint.to_string();
            let again: Checkpoint = written.parse().expect("what was written is read");
            assert_eq!(again.to_string(), written);
            let _ = (checkpoint.page_start(), checkpoint.is_end(), checkpoint.offset());
        }
        Err(error) => assert!(error.is_checkpoint_mismatch(), "{error}"),
    }
});
