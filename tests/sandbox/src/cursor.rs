//! Opaque cursors: the same place always has the same one, and none is good for another listing.

use crate::{records::Selection, signature::sha256_hex};

/// One listing: what all its pages have in common.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Listing {
    pub(crate) selection: Selection,
    pub(crate) page_size: u64,
}

/// A place in a listing's stream of pages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    /// 1-based.
    pub(crate) page: u64,
    pub(crate) turn: Turn,
}

/// How a place is reached: there is more than one cursor to a page when faults need it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Turn {
    Plain,
    /// The same page once more, after so many answers that left its records out.
    Again(u64),
    /// So many steps before the first page, in a loop that is longer than the pages before it.
    Lead(u64),
}

impl Place {
    pub(crate) const START: Self = Self::plain(1);

    pub(crate) const fn plain(page: u64) -> Self {
        Self { page, turn: Turn::Plain }
    }

    /// The next cursor to the same page.
    pub(crate) fn again(self) -> Self {
        let turn = match self.turn {
            Turn::Again(times) => Turn::Again(times.saturating_add(1)),
            Turn::Plain | Turn::Lead(_) => Turn::Again(1),
        };
        Self { turn, ..self }
    }
}

/// Holds `+ / = & %`, a space, characters of two, three and four bytes, and what looks like an escape.
pub(crate) fn encode(listing: &Listing, place: Place) -> String {
    let head = match place.turn {
        Turn::Plain => format!("p{}", place.page),
        Turn::Again(times) => format!("a{}.{times}", place.page),
        Turn::Lead(steps) => format!("l{steps}"),
    };
    let Selection { user, module, device } = &listing.selection;
    let seal = sha256_hex(
        format!(
            "koodrive-sandbox cursor\n{user}\n{}\n{}\n{device:?}\n{head}",
            module.code(),
            listing.page_size
        )
        .as_bytes(),
    );
    let [a, b, c] = [&seal[..8], &seal[8..16], &seal[16..20]];
    format!("{head}+{a}/{b}=&%{c} é页📁==")
}

/// `None` for a text that this listing never gave out.
pub(crate) fn decode(listing: &Listing, text: &str) -> Option<Place> {
    let (head, _) = text.split_once('+')?;
    let kind = head.get(..1)?;
    let rest = head.get(1..)?;
    let place = match kind {
        "p" => Place::plain(rest.parse().ok()?),
        "a" => {
            let (page, times) = rest.split_once('.')?;
            Place { page: page.parse().ok()?, turn: Turn::Again(times.parse().ok()?) }
        }
        "l" => Place { page: 1, turn: Turn::Lead(rest.parse().ok()?) },
        _ => return None,
    };
    (encode(listing, place) == text).then_some(place)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::module::Module;

    fn listing() -> Listing {
        Listing {
            selection: Selection { user: 0, module: Module::Album, device: None },
            page_size: 20,
        }
    }

    #[test]
    fn a_cursor_leads_to_its_place_in_its_own_listing_only() {
        let mut others = vec![listing(), listing(), listing(), listing()];
        others[0].page_size = 21;
        others[1].selection.user = 1;
        others[2].selection.module = Module::Folder;
        others[3].selection.device = Some(String::new());
        for turn in [Turn::Plain, Turn::Again(3), Turn::Lead(2)] {
            let page = if matches!(turn, Turn::Lead(_)) { 1 } else { 7 };
            let place = Place { page, turn };
            let cursor = encode(&listing(), place);
            assert_eq!(decode(&listing(), &cursor), Some(place));
            for other in &others {
                assert_eq!(decode(other, &cursor), None);
            }
        }
    }

    #[test]
    fn every_cursor_holds_the_characters_that_clients_get_wrong() {
        for page in [1, 2, u64::MAX] {
            let cursor = encode(&listing(), Place::plain(page));
            for needed in ['+', '/', '=', '&', '%', ' ', 'é', '页', '📁'] {
                assert!(cursor.contains(needed), "{cursor}");
            }
            assert!(cursor.chars().count() <= 1_000);
        }
    }

    #[test]
    fn what_was_never_given_out_leads_nowhere() {
        let cursor = encode(&listing(), Place::plain(2));
        for text in [
            "",
            "+",
            "é+",
            "p2",
            "x2+",
            "a2+",
            &cursor[..cursor.len() - 1],
            &cursor.replace("p2", "p3"),
            &cursor.replace("p2", "p02"),
            &cursor.replace('+', " "),
        ] {
            assert_eq!(decode(&listing(), text), None, "{text}");
        }
    }
}
