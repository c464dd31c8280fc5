use super::*;

#[test]
fn as_much_as_ids_can_be_made_for_is_taken_and_no_more() {
    assert!(check_stock(MOST_USERS, MOST_RECORDS, MOST_DEVICES).is_ok());
    for (users, per_module, devices) in [
        (MOST_USERS + 1, MOST_RECORDS, MOST_DEVICES),
        (MOST_USERS, MOST_RECORDS + 1, MOST_DEVICES),
        (MOST_USERS, MOST_RECORDS, MOST_DEVICES + 1),
        (MOST_USERS, MOST_RECORDS, 0),
    ] {
        assert!(check_stock(users, per_module, devices).is_err());
    }
}
