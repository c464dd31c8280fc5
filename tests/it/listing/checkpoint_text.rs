//! Checkpoints as text: what is written, read and refused.

use koodrive_ext::Checkpoint;
use koodrive_tests::story::{cursor, kept};
use proptest::prelude::*;

#[test]
fn a_checkpoint_is_written_as_one_line_and_read_back() {
    for text in [
        r#"{"version":2,"query":"0f1e2d3c4b5a","position":"start"}"#,
        r#"{"version":2,"query":"0f1e2d3c4b5a","position":"at","cursor":"a+/=&% é页📁","offset":0}"#,
        r#"{"version":2,"query":"0f1e2d3c4b5a","position":"at","offset":37,"after":"5c8e689802f9","page_size":40}"#,
        r#"{"version":2,"query":"0f1e2d3c4b5a","position":"at","cursor":"x","offset":0,"repeats":"5c8e689802f9"}"#,
        r#"{"version":2,"query":"0f1e2d3c4b5a","position":"end"}"#,
    ] {
        let checkpoint: Checkpoint = text.parse().unwrap();
        assert_eq!(checkpoint.to_string(), text);
        assert_eq!(kept(&checkpoint), checkpoint);
    }
}

#[test]
fn what_is_no_checkpoint_is_refused_with_the_reason() {
    let texts = [
        "",
        "{",
        "[]",
        r#"{"version":3,"query":"0f","position":"start"}"#,
        r#"{"version":1,"query":"0f","position":"start"}"#,
        r#"{"version":2,"query":"0f","position":"middle"}"#,
        r#"{"version":2,"query":"0f","position":"at"}"#,
        r#"{"version":2,"query":"0f","position":"at","cursor":"","offset":1}"#,
        r#"{"version":2,"query":"0f","position":"at","cursor":"x","offset":-1}"#,
        r#"{"version":2,"query":"0f","position":"end","offset":1}"#,
        r#"{"version":2,"position":"start"}"#,
    ];
    let errors: Vec<_> = texts
        .iter()
        .map(|text| format!("{text}\n  {}", text.parse::<Checkpoint>().unwrap_err()))
        .collect();
    insta::assert_snapshot!(errors.join("\n"));
}

#[test]
fn debug_of_a_checkpoint_shows_no_cursor() {
    let text = r#"{"version":2,"query":"0f","position":"at","cursor":"hush-hush","offset":0}"#;
    let checkpoint: Checkpoint = text.parse().unwrap();
    assert!(!format!("{checkpoint:?} {checkpoint:#?}").contains("hush"));
}

#[test]
fn a_checkpoint_validates_against_its_own_schema() {
    let schema = schemars::schema_for!(Checkpoint).to_value();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let good =
        r#"{"version":2,"query":"0f","position":"at","cursor":"x","offset":37,"after":"5c"}"#;
    let checkpoint: Checkpoint = good.parse().unwrap();
    assert!(validator.is_valid(&serde_json::to_value(checkpoint).unwrap()));
    assert!(!validator.is_valid(&serde_json::json!({"version": "1"})));
}

proptest! {
    #[test]
    fn every_checkpoint_goes_round(text in prop::option::of(".{1,1000}"), offset in 1_u32.., after in prop::option::of("[0-9a-f]{12}")) {
        let written = serde_json::json!({
            "version": 2, "query": "0f1e2d3c4b5a", "position": "at",
            "cursor": text, "offset": offset, "after": after, "page_size": 100,
        });
        let checkpoint: Checkpoint = serde_json::from_value(written).unwrap();
        prop_assert_eq!((cursor(&checkpoint), checkpoint.offset()), (text, offset));
        prop_assert!(!checkpoint.is_end() && !checkpoint.is_start());
        prop_assert_eq!(&kept(&checkpoint), &checkpoint);
        prop_assert!(!checkpoint.to_string().contains('\n'));
        let start = checkpoint.page_start();
        prop_assert_eq!((cursor(&start), start.offset()), (cursor(&checkpoint), 0));
        prop_assert_eq!(start.page_start(), start);
    }

    #[test]
    fn no_text_makes_a_checkpoint_panic(text in ".*") {
        let _ = text.parse::<Checkpoint>();
    }
}
