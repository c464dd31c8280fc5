//! Every record once, whatever the page size; the documented example first.

use std::collections::HashSet;

use crate::common::{EXAMPLE_DEVICE, all_record_ids, builder, listing, page, pages, start};
use koodrive_sandbox::LastPage;
use serde_json::json;

#[tokio::test]
async fn every_page_size_gives_each_of_250_records_once() {
    let sandbox = start(builder()).await;
    for (size, expected_pages) in [("7", 36), ("40", 7), ("100", 3), ("50", 5)] {
        for module in ["100", "101", "102"] {
            let answers = pages(&sandbox, &listing(module, size)).await;
            assert_eq!(answers.len(), expected_pages);
            let ids = all_record_ids(&answers);
            assert_eq!(ids.len(), 250);
            assert_eq!(ids.iter().collect::<HashSet<_>>().len(), 250);
        }
    }
}

#[tokio::test]
async fn the_first_album_record_is_the_documented_example() {
    let sandbox = start(builder()).await;
    let example = json!({
        "recordId": "1842862763295184641",
        "moduleCode": "101",
        "status": 1,
        "properties": "{\"test\":\"123\"}",
        "version": 1,
        "createTime": "2025-12-17T07:59:20.752Z",
        "endTime": "2025-12-17T08:29:00.437Z"
    });
    let mut params = listing("101", "100");
    let answer = page(&sandbox, &params, None).await;
    assert_eq!(answer.json()["data"][0], example);
    params.push(("deviceId", EXAMPLE_DEVICE));
    let answer = page(&sandbox, &params, None).await;
    assert_eq!(answer.json()["data"][0], example);
}

#[tokio::test]
async fn one_record_alone_answers_exactly_the_documented_example() {
    let sandbox = start(builder().records(1)).await;
    let answer = page(&sandbox, &listing("101", "100"), None).await;
    let mut members: Vec<String> = Vec::new();
    members.extend(answer.json().as_object().expect("an object").keys().cloned());
    members.sort_unstable();
    assert_eq!(members, ["code", "data", "msg"]);
    assert_eq!(answer.json()["msg"], "success");
}

#[tokio::test]
async fn the_devices_share_the_records_and_an_unknown_device_has_none() {
    let sandbox = start(builder().devices(4)).await;
    assert_eq!(sandbox.device_ids()[0], EXAMPLE_DEVICE);
    let mut seen = HashSet::new();
    for device in sandbox.device_ids() {
        let mut params = listing("102", "9");
        params.push(("deviceId", &device));
        let ids = all_record_ids(&pages(&sandbox, &params).await);
        assert!((62..=63).contains(&ids.len()));
        seen.extend(ids);
    }
    assert_eq!(seen.len(), 250);
    let mut params = listing("102", "9");
    params.push(("deviceId", "1"));
    let answer = page(&sandbox, &params, None).await;
    assert_eq!(answer.json()["data"], json!([]));
    assert_eq!(answer.next_cursor(), None);
}

#[tokio::test]
async fn the_same_cursor_gives_the_same_page_again() {
    let sandbox = start(builder()).await;
    let params = listing("100", "40");
    let cursor = page(&sandbox, &params, None).await.next_cursor();
    let once = page(&sandbox, &params, cursor.as_deref()).await;
    let again = page(&sandbox, &params, cursor.as_deref()).await;
    assert_eq!(once.json(), again.json());
    assert_ne!(once.next_cursor(), cursor);
}

#[tokio::test]
async fn a_cursor_outlives_the_sandbox_that_gave_it_out() {
    let params = listing("100", "40");
    let first = start(builder()).await;
    let cursor = page(&first, &params, None).await.next_cursor();
    first.shutdown().await;
    let second = start(builder()).await;
    let answer = page(&second, &params, cursor.as_deref()).await;
    assert_eq!(answer.record_ids().len(), 40);
}

#[tokio::test]
async fn the_last_page_says_so_in_the_way_that_was_chosen() {
    for (last_page, expected) in [
        (LastPage::Absent, None),
        (LastPage::Null, Some(json!(null))),
        (LastPage::Empty, Some(json!(""))),
    ] {
        let sandbox = start(builder().records(3).last_page(last_page)).await;
        let answers = pages(&sandbox, &listing("101", "2")).await;
        assert_eq!(answers.len(), 2);
        assert_eq!(answers[1].json().get("nextCursor").cloned(), expected);
    }
}

#[tokio::test]
async fn no_records_are_one_empty_page() {
    let sandbox = start(builder().records(0)).await;
    let answers = pages(&sandbox, &listing("101", "20")).await;
    assert_eq!(answers.len(), 1);
    assert_eq!(answers[0].json()["data"], json!([]));
}

#[tokio::test]
async fn empty_pages_in_between_lose_no_record() {
    let sandbox = start(builder().empty_page_every(2)).await;
    let answers = pages(&sandbox, &listing("101", "100")).await;
    let sizes: Vec<usize> = answers.iter().map(|answer| answer.record_ids().len()).collect();
    assert_eq!(sizes, [100, 0, 100, 0, 50]);
    assert_eq!(all_record_ids(&answers).iter().collect::<HashSet<_>>().len(), 250);
}

#[tokio::test]
async fn given_records_are_sent_as_they_are() {
    let given = vec![
        json!({"recordId": 7, "status": "1", "deviceInfo": {"deviceId": "d"}}),
        json!(null),
        json!("not a record"),
        json!({"recordId": "8", "moduleCode": "999"}),
    ];
    let sandbox = start(builder().records_of("100", given.clone())).await;
    let answers = pages(&sandbox, &listing("100", "3")).await;
    assert_eq!(answers[0].json()["data"], json!(given[..3]));
    assert_eq!(answers[1].json()["data"], json!(given[3..]));

    let mut params = listing("100", "3");
    params.push(("deviceId", "d"));
    let answer = page(&sandbox, &params, None).await;
    assert_eq!(answer.json()["data"], json!([given[0]]));
    let other = page(&sandbox, &listing("101", "3"), None).await;
    assert_eq!(other.record_ids().len(), 3);
}
