use koodrive_api::types::BackupRecordPage;
use koodrive_benches::{
    input,
    peer::{aws, bare, strict},
    rounds::interleave,
};
use koodrive_ext::internals;
use std::hint::black_box;
use std::time::Duration;

fn main() {
    for (name, make) in
        [("short", input::short as fn() -> input::ToSign), ("cursor", input::with_cursor)]
    {
        let mut request = make();
        let original = request.url.clone();
        let texts = bare::texts(&request);
        let identity = aws::identity();
        let other = make();
        let [ours, bare, aws, clone] = interleave(
            60,
            Duration::from_millis(4),
            [
                &mut || {
                    request.url = original.clone();
                    black_box(internals::authorize(
                        &mut request.url,
                        &request.headers,
                        &request.app,
                        request.date,
                        &request.signed,
                    ))
                    .unwrap();
                },
                &mut || {
                    black_box(bare::hash(black_box(&texts)));
                },
                &mut || {
                    black_box(aws::signature(black_box(&other), &identity));
                },
                &mut || {
                    black_box(original.clone());
                },
            ],
        );
        println!(
            "{name}: ours {:.0} bare {:.0} aws {:.0} (clone {:.0}) {:?} {:?}",
            ours.median(),
            bare.median(),
            aws.median(),
            clone.median(),
            ours.over(&bare),
            aws.over(&ours)
        );
    }
    let (page, odd) = (input::page(100, Some(2)), input::odd_page());
    let [ours, odd, strict, raw, judge] = interleave(
        60,
        Duration::from_millis(4),
        [
            &mut || {
                black_box(serde_json::from_slice::<BackupRecordPage>(&page)).unwrap();
            },
            &mut || {
                black_box(serde_json::from_slice::<BackupRecordPage>(&odd).is_err());
                black_box(internals::read_page(&odd)).unwrap();
            },
            &mut || {
                black_box(strict::decode(&page)).unwrap();
            },
            &mut || {
                black_box(strict::decode_one_by_one(&odd)).unwrap();
            },
            &mut || {
                black_box(internals::judge_answer(200, &page)).unwrap();
            },
        ],
    );
    println!(
        "decode {:.0} strict {:.0} odd {:.0} raw {:.0} judge {:.0}; {:?} odd/strict {:?} odd/raw {:?}",
        ours.median(),
        strict.median(),
        odd.median(),
        raw.median(),
        judge.median(),
        ours.over(&strict),
        odd.over(&strict),
        odd.over(&raw)
    );
}
