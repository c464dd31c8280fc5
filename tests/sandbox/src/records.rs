//! The records a user sees: made up on demand from their place, or given by the builder.

use std::collections::HashMap;

use serde_json::{Map, Value, json};

use crate::{clock::rfc3339, module::Module};

/// The record of the documented example, the first of the album backup.
const FIRST_RECORD: u64 = 1_842_862_763_295_184_641;
/// The device of the documented example request.
const FIRST_DEVICE: u64 = 1_842_812_272_691_451_648;
/// 2025-12-17T07:59:20.752Z, when the documented example was created.
const FIRST_CREATED: i64 = 1_765_958_360_752;

// Distances that keep the ids of every user and module apart up to 23 million records each; the builder stays below.
const BETWEEN_STOCKS: u64 = 100_000_000_000_000;
const BETWEEN_RECORDS: u64 = 4_194_304;
const BETWEEN_DEVICES: u64 = 68_719_476_736;

/// All records of all users.
#[derive(Debug)]
pub(crate) struct Catalogue {
    pub(crate) per_module: u64,
    pub(crate) devices: u64,
    pub(crate) given: HashMap<Module, Vec<Value>>,
}

/// Whose records, and which of them.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Selection {
    pub(crate) user: usize,
    pub(crate) module: Module,
    pub(crate) device: Option<String>,
}

impl Catalogue {
    pub(crate) fn device_ids(&self) -> Vec<String> {
        (0..self.devices).map(device_id).collect()
    }

    pub(crate) fn count(&self, of: &Selection) -> u64 {
        match (self.given.get(&of.module), &of.device) {
            (Some(_), _) => self.given_to(of).count() as u64,
            (None, None) => self.per_module,
            (None, Some(id)) => self
                .device_number(id)
                .map_or(0, |number| self.per_module.saturating_sub(number).div_ceil(self.devices)),
        }
    }

    pub(crate) fn slice(&self, of: &Selection, offset: u64, length: u64) -> Vec<Value> {
        if self.given.contains_key(&of.module) {
            let skip = usize::try_from(offset).unwrap_or(usize::MAX);
            let take = usize::try_from(length).unwrap_or(usize::MAX);
            return self.given_to(of).skip(skip).take(take).cloned().collect();
        }
        let end = offset.saturating_add(length).min(self.count(of));
        let (first, step) = match &of.device {
            None => (0, 1),
            Some(id) => (self.device_number(id).unwrap_or(0), self.devices),
        };
        (offset..end).map(|place| self.made(of.user, of.module, first + place * step)).collect()
    }

    pub(crate) fn find(&self, user: usize, record_id: &str) -> Option<Value> {
        Module::ALL.into_iter().find_map(|module| match self.given.get(&module) {
            Some(given) => given.iter().find(|record| record["recordId"] == record_id).cloned(),
            None => {
                let number: u64 = record_id.parse().ok()?;
                let place = number.checked_sub(stock(user, module))? / BETWEEN_RECORDS;
                let is_known =
                    place < self.per_module && record_number(user, module, place) == number;
                is_known.then(|| self.made(user, module, place))
            }
        })
    }

    fn given_to<'a>(&'a self, of: &'a Selection) -> impl Iterator<Item = &'a Value> {
        let all = self.given.get(&of.module).into_iter().flatten();
        all.filter(|record| match &of.device {
            None => true,
            Some(id) => record["deviceInfo"]["deviceId"] == id.as_str(),
        })
    }

    fn device_number(&self, id: &str) -> Option<u64> {
        (0..self.devices).find(|number| device_id(*number) == id)
    }

    fn made(&self, user: usize, module: Module, place: u64) -> Value {
        if module == Module::Album && place == 0 {
            return json!({
                "recordId": record_number(user, module, 0).to_string(),
                "moduleCode": "101",
                "status": 1,
                "properties": "{\"test\":\"123\"}",
                "version": 1,
                "createTime": "2025-12-17T07:59:20.752Z",
                "endTime": "2025-12-17T08:29:00.437Z",
            });
        }
        let status = place % 3;
        let chance = mixed(record_number(user, module, place));
        let created = FIRST_CREATED
            .saturating_add_unsigned(place.saturating_mul(97_000))
            .saturating_add_unsigned(chance % 60_000);
        let mut record = Map::new();
        record.insert("recordId".into(), record_number(user, module, place).to_string().into());
        record.insert("moduleCode".into(), module.code().into());
        record.insert("status".into(), status.into());
        record.insert("properties".into(), properties(module, chance).into());
        record.insert("version".into(), (1 + chance % 4).into());
        record.insert("createTime".into(), rfc3339(created).into());
        if status != 0 {
            let took = 45_000 + i64::try_from(chance % 1_800_000).unwrap_or(0);
            record.insert("endTime".into(), rfc3339(created + took).into());
        }
        if place % 7 != 5 {
            record.insert("deviceInfo".into(), device(place % self.devices));
        }
        Value::Object(record)
    }
}

fn stock(user: usize, module: Module) -> u64 {
    let slot = match module {
        Module::Album => 0,
        Module::Folder => 1,
        Module::AddressBook => 2,
    };
    FIRST_RECORD.wrapping_add((user as u64 * 3 + slot).wrapping_mul(BETWEEN_STOCKS))
}

fn record_number(user: usize, module: Module, place: u64) -> u64 {
    let base = stock(user, module).wrapping_add(place.wrapping_mul(BETWEEN_RECORDS));
    let jitter = if place == 0 { 0 } else { mixed(base) % BETWEEN_RECORDS };
    base.wrapping_add(jitter)
}

fn properties(module: Module, chance: u64) -> String {
    let text = match module {
        Module::Folder => {
            json!({"path": format!("/Documents/{:02}", chance % 40), "files": chance % 900})
        }
        Module::Album => {
            json!({"album": format!("相册 {}", chance % 12), "photos": chance % 3_000})
        }
        Module::AddressBook => json!({"contacts": chance % 1_500, "groups": chance % 9}),
    };
    text.to_string()
}

fn device_id(number: u64) -> String {
    let jitter = if number == 0 { 0 } else { mixed(number) % BETWEEN_DEVICES };
    (FIRST_DEVICE + number * BETWEEN_DEVICES + jitter).to_string()
}

fn device(number: u64) -> Value {
    const KINDS: [(&str, &str); 4] = [
        ("Mate 60 Pro", "HarmonyOS 4.2"),
        ("Pixel 9", "Android 15"),
        ("iPhone 16", "iOS 18.1"),
        ("MatePad Pro", "HarmonyOS 5.0"),
    ];
    let (name, system) = KINDS[(number % 4) as usize];
    json!({
        "deviceId": device_id(number),
        "machineCode": format!("{:016x}", mixed(number ^ FIRST_DEVICE)),
        "deviceName": format!("{name} ({})", number + 1),
        "deviceOS": system,
        "createTime": rfc3339(FIRST_CREATED - 86_400_000 * 30 + i64::try_from(number).unwrap_or(0) * 3_600_000),
    })
}

/// SplitMix64's finishing step: spreads neighbouring numbers over all 64 bits.
pub(crate) fn mixed(number: u64) -> u64 {
    let mut z = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    fn catalogue(per_module: u64, devices: u64) -> Catalogue {
        Catalogue { per_module, devices, given: HashMap::new() }
    }

    fn all(module: Module, user: usize) -> Selection {
        Selection { user, module, device: None }
    }

    /// Tests of dependents may have these in their snapshots.
    #[test]
    fn the_records_are_the_same_in_every_release() {
        let catalogue = catalogue(20, 3);
        let lines = include_str!("records/same_in_every_release.ndjson").lines();
        let kept: Vec<Value> =
            lines.map(|line| serde_json::from_str(line).expect("JSON")).collect();
        let made = [
            (0, Module::Album, 0),
            (0, Module::Album, 1),
            (1, Module::Folder, 6),
            (0, Module::AddressBook, 5),
            (2, Module::AddressBook, 11),
        ]
        .map(|(user, module, place)| catalogue.slice(&all(module, user), place, 1).remove(0));
        assert_eq!(made, *kept);
    }

    #[test]
    fn record_ids_are_unique_across_modules_and_users_and_beyond_what_a_double_holds() {
        let catalogue = catalogue(2_000, 3);
        let mut seen = HashSet::new();
        for user in 0..3 {
            for module in Module::ALL {
                for record in catalogue.slice(&all(module, user), 0, 5_000) {
                    let id = record["recordId"].as_str().expect("a string").to_owned();
                    assert!(id.parse::<u64>().expect("decimal") > 1 << 53);
                    assert_eq!(catalogue.find(user, &id), Some(record));
                    assert!(seen.insert(id));
                }
            }
        }
        assert_eq!(seen.len(), 18_000);
    }

    #[test]
    fn what_is_behind_the_last_record_is_not_found() {
        let catalogue = catalogue(3, 1);
        let found = |place| {
            let id = record_number(0, Module::Album, place).to_string();
            catalogue.find(0, &id).is_some()
        };
        assert!(found(2) && !found(3));
    }

    #[test]
    fn the_devices_share_all_records_between_them() {
        let catalogue = catalogue(250, 7);
        let mut seen = HashSet::new();
        for id in catalogue.device_ids() {
            let of = Selection { device: Some(id.clone()), ..all(Module::Folder, 0) };
            let records = catalogue.slice(&of, 0, 1_000);
            assert_eq!(records.len() as u64, catalogue.count(&of));
            for record in records {
                assert!(record["deviceInfo"].is_null() || record["deviceInfo"]["deviceId"] == id);
                seen.insert(record["recordId"].to_string());
            }
        }
        assert_eq!(seen.len(), 250);
    }

    #[test]
    fn a_record_that_is_new_has_no_end() {
        for record in catalogue(50, 3).slice(&all(Module::AddressBook, 0), 0, 50) {
            assert_eq!(record["status"] == 0, record["endTime"].is_null());
        }
    }
}
