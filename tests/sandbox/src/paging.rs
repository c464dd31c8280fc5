//! Which records are on which page, and which page is the last.

/// What `nextCursor` is on the last page. The contract leaves it open, so clients must take each.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum LastPage {
    /// The member is left out, as in the documented example.
    #[default]
    Absent,
    /// `"nextCursor": null`.
    Null,
    /// `"nextCursor": ""`.
    Empty,
}

/// The pages of one listing, counted from 1.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Paging {
    pub(crate) page_size: u64,
    pub(crate) total: u64,
    /// Each page whose number is a multiple of this is empty; at least 2.
    pub(crate) empty_every: Option<u64>,
}

impl Paging {
    pub(crate) fn is_empty_page(&self, page: u64) -> bool {
        self.empty_every.is_some_and(|every| page.is_multiple_of(every))
    }

    /// How many records the pages before this one hold.
    pub(crate) fn offset(&self, page: u64) -> u64 {
        let before = page.saturating_sub(1);
        let empty = self.empty_every.map_or(0, |every| before / every);
        (before - empty).saturating_mul(self.page_size)
    }

    pub(crate) fn last_page(&self) -> u64 {
        let filled = self.total.div_ceil(self.page_size).max(1);
        let empty = self.empty_every.map_or(0, |every| (filled - 1) / (every - 1));
        filled + empty
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pages_hold_every_record_once_and_end_with_the_last_one() {
        for empty_every in [None, Some(2), Some(3), Some(10)] {
            for total in 0..60 {
                for page_size in 1..9 {
                    let paging = Paging { page_size, total, empty_every };
                    let last = paging.last_page();
                    let mut records = Vec::new();
                    for page in 1..=last {
                        if !paging.is_empty_page(page) {
                            let start = paging.offset(page);
                            records.extend(start..(start + page_size).min(total));
                        }
                    }
                    assert!(!paging.is_empty_page(last));
                    assert_eq!(records, (0..total).collect::<Vec<_>>());
                    assert!(total == 0 || paging.offset(last) < total);
                }
            }
        }
    }
}
