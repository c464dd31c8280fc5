//! How much a change of one part of the document costs those who built a client from it.
//!
//! A client here is generated code: a name that vanishes breaks its build as surely as a refused
//! value breaks its call. What no rule knows to be harmless is breaking.

use koodrive_codegen::Kind;
use serde_json::Value;

/// The number of the version that has to be raised.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Level {
    /// Words and examples.
    Patch,
    /// Something is offered that was not there.
    Minor,
    /// Somebody's client may break.
    Major,
}

/// Where a value travels.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Uses {
    pub(crate) request: bool,
    pub(crate) response: bool,
}

/// What happened to a member.
#[derive(Clone, Copy)]
pub(crate) enum Edit<'a> {
    Added(&'a Value),
    Removed(&'a Value),
    Changed(&'a Value, &'a Value),
}

pub(crate) type Verdict = (Level, &'static str);

/// The cost of an edit of `key` inside a part of kind `kind`.
pub(crate) fn verdict(kind: Kind, key: &str, uses: Uses, edit: Edit<'_>) -> Verdict {
    if let Kind::Members(member) = kind {
        return member_verdict(*member, edit);
    }
    if kind == Kind::Schema && BOUNDS.iter().any(|bound| key.starts_with(bound)) {
        return bound_verdict(key, uses, edit);
    }
    match (kind, key) {
        (_, "description" | "summary" | "title" | "externalDocs" | "example" | "examples") => WORDS,
        (Kind::Document, "tags" | "openapi") | (Kind::Info | Kind::Example, _) => WORDS,
        (Kind::Schema, "x-enum-descriptions" | "x-enumDescriptions") => WORDS,
        (_, "deprecated") => (Level::Minor, "callers should be told to leave it"),
        (Kind::Operation, "operationId") => (Level::Major, "generated methods are named by it"),
        (Kind::Operation, "tags") => (Level::Major, "generated classes are named by it"),
        (Kind::Parameter | Kind::RequestBody, "required") => required_verdict(edit),
        (Kind::Operation, "requestBody") => body_verdict(edit),
        (Kind::PathItem, _) => member_verdict(Kind::Operation, edit),
        (Kind::Schema, "nullable") => nullable_verdict(uses, edit),
        (_, key) if key.starts_with("x-") => (Level::Minor, "some generators read it"),
        _ => (Level::Major, "not known to be harmless"),
    }
}

const WORDS: Verdict = (Level::Patch, "words only");
const NOT_THE_CLIENT: &str = "harmless to clients";

/// A name in a map of the document: a path, a status, a property, a component.
fn member_verdict(member: Kind, edit: Edit<'_>) -> Verdict {
    match (member, edit) {
        (Kind::Example, _) => WORDS,
        (_, Edit::Added(_)) => (Level::Minor, "new"),
        (Kind::Schema, Edit::Removed(_)) => {
            (Level::Major, "generated clients lose the type or member of this name")
        }
        (_, Edit::Removed(_)) => (Level::Major, "clients that use it are left without"),
        (_, Edit::Changed(..)) => (Level::Major, "not known to be harmless"),
    }
}

/// An address of the service, or a way to authenticate.
pub(crate) fn access_verdict(edit: Edit<'_>) -> Verdict {
    match edit {
        Edit::Added(_) => (Level::Minor, "new"),
        Edit::Removed(_) => (Level::Major, "clients that use it are left without"),
        Edit::Changed(..) => (Level::Major, "clients that leave the choice to us get another"),
    }
}

/// A parameter that is new or gone.
pub(crate) fn parameter_verdict(edit: Edit<'_>) -> Verdict {
    match edit {
        Edit::Added(parameter) if is_true(&parameter["required"]) => {
            (Level::Major, "callers that do not know it are refused")
        }
        Edit::Added(_) => (Level::Minor, "new and optional"),
        _ => (Level::Major, "callers that send it no longer compile, or are ignored"),
    }
}

fn body_verdict(edit: Edit<'_>) -> Verdict {
    match edit {
        Edit::Added(body) if !is_true(&body["required"]) => (Level::Minor, "new and optional"),
        _ => (Level::Major, "callers send another body"),
    }
}

fn required_verdict(edit: Edit<'_>) -> Verdict {
    match edit {
        Edit::Added(now) | Edit::Changed(_, now) if is_true(now) => {
            (Level::Major, "callers that leave it out are refused")
        }
        Edit::Removed(before) | Edit::Changed(before, _) if is_true(before) => {
            (Level::Minor, "may be left out now")
        }
        _ => WORDS,
    }
}

/// A property's name that joined or left the list `required`.
pub(crate) fn required_property_verdict(uses: Uses, edit: Edit<'_>) -> Verdict {
    match edit {
        Edit::Added(_) if uses.request => (Level::Major, "callers that leave it out are refused"),
        Edit::Added(_) => (Level::Major, "its type in generated clients is no longer optional"),
        _ if uses.response => (Level::Major, "clients that rely on it may miss it"),
        _ => (Level::Minor, "may be left out now"),
    }
}

fn nullable_verdict(uses: Uses, edit: Edit<'_>) -> Verdict {
    let (before, now) = match edit {
        Edit::Added(now) => (false, is_true(now)),
        Edit::Removed(before) => (is_true(before), false),
        Edit::Changed(before, now) => (is_true(before), is_true(now)),
    };
    match (before, now) {
        (false, true) if uses.response => (Level::Major, "clients may receive a null"),
        (true, false) if uses.request => (Level::Major, "callers that send a null are refused"),
        _ => (Level::Minor, NOT_THE_CLIENT),
    }
}

/// An enum value or its name. The document says that values may join at any time.
pub(crate) fn value_verdict(uses: Uses, edit: Edit<'_>) -> Verdict {
    match edit {
        Edit::Changed(..) => (Level::Major, "generated clients lose the constant of this name"),
        Edit::Added(_) => (Level::Minor, "a new value, which clients were told to expect"),
        _ if uses.request => (Level::Major, "callers that send it are refused"),
        _ => (Level::Major, "generated clients lose its constant"),
    }
}

/// By how they begin: the bounds of numbers, texts, lists and maps.
const BOUNDS: [&str; 6] = ["exclusive", "max", "min", "multipleOf", "pattern", "uniqueItems"];

/// Fewer values are harder on who sends them, more values on who receives them.
fn bound_verdict(key: &str, uses: Uses, edit: Edit<'_>) -> Verdict {
    let (tighter, looser) = match edit {
        Edit::Added(_) => (true, false),
        Edit::Removed(_) => (false, true),
        Edit::Changed(before, now) => match (before.as_f64(), now.as_f64()) {
            (Some(before), Some(now)) if key.starts_with("max") => (now < before, now > before),
            (Some(before), Some(now)) if key.starts_with("min") => (now > before, now < before),
            // Which values two patterns share is not for us to decide.
            _ => (true, true),
        },
    };
    if tighter && uses.request {
        (Level::Major, "callers may send values that are refused now")
    } else if looser && uses.response {
        (Level::Major, "clients may receive values that could not occur")
    } else {
        (Level::Minor, NOT_THE_CLIENT)
    }
}

pub(crate) fn is_true(value: &Value) -> bool {
    value == &Value::Bool(true)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// Levels of an edit of what callers send, and of what clients receive.
    fn by_direction(level: impl Fn(Uses) -> Verdict) -> [Level; 2] {
        [true, false].map(|request| level(Uses { request, response: !request }).0)
    }

    #[test]
    fn an_edit_costs_the_side_that_it_is_hard_on() {
        use Level::{Major, Minor};
        let yes = json!(true);
        let (added, removed) = (Edit::Added(&yes), Edit::Removed(&yes));
        let required = |edit| by_direction(|uses| required_property_verdict(uses, edit));
        assert_eq!((required(added), required(removed)), ([Major, Major], [Minor, Major]));
        let nullable = |edit| by_direction(|uses| nullable_verdict(uses, edit));
        assert_eq!((nullable(added), nullable(removed)), ([Minor, Major], [Major, Minor]));
        let bound = |edit| by_direction(|uses| bound_verdict("maxLength", uses, edit));
        assert_eq!((bound(added), bound(removed)), ([Major, Minor], [Minor, Major]));
    }

    #[test]
    fn the_reason_is_that_of_the_part_and_of_the_side() {
        use Level::{Major, Minor};
        let [yes, no, one, two] = [json!(true), json!(false), json!(1), json!(2)];
        let (optional, required) = (json!({}), json!({ "required": true }));
        let (added, removed, changed) =
            (Edit::Added(&yes), Edit::Removed(&yes), Edit::Changed(&yes, &no));
        let sent = Uses { request: true, response: false };
        let received = Uses { request: false, response: true };
        let of = |kind, key, edit| verdict(kind, key, sent, edit);
        let bound = |uses, edit| bound_verdict("minLength", uses, edit);
        for (found, level, why) in [
            (of(Kind::Operation, "deprecated", added), Minor, "told to leave it"),
            (of(Kind::Operation, "operationId", changed), Major, "methods are named by it"),
            (of(Kind::Operation, "tags", changed), Major, "classes are named by it"),
            (of(Kind::Operation, "requestBody", Edit::Added(&optional)), Minor, "optional"),
            (of(Kind::Operation, "requestBody", Edit::Added(&required)), Major, "another body"),
            (of(Kind::PathItem, "get", added), Minor, "new"),
            (of(Kind::Schema, "nullable", removed), Major, "send a null are refused"),
            (of(Kind::Schema, "x-more", changed), Minor, "some generators read it"),
            (of(Kind::Parameter, "required", added), Major, "leave it out are refused"),
            (of(Kind::Parameter, "required", removed), Minor, "may be left out now"),
            (of(Kind::Parameter, "required", Edit::Removed(&no)), Level::Patch, "words only"),
            (required_property_verdict(sent, added), Major, "leave it out are refused"),
            (required_property_verdict(received, added), Major, "no longer optional"),
            (value_verdict(sent, changed), Major, "constant of this name"),
            (value_verdict(sent, removed), Major, "send it are refused"),
            (value_verdict(received, removed), Major, "lose its constant"),
            (bound(sent, Edit::Changed(&one, &two)), Major, "refused now"),
            (bound(received, Edit::Changed(&one, &two)), Minor, NOT_THE_CLIENT),
            (bound(received, Edit::Changed(&two, &one)), Major, "could not occur"),
            (bound(sent, Edit::Changed(&two, &one)), Minor, NOT_THE_CLIENT),
            (bound(sent, Edit::Changed(&one, &json!(1.0))), Minor, NOT_THE_CLIENT),
            (bound(received, Edit::Changed(&one, &json!(1.0))), Minor, NOT_THE_CLIENT),
            (bound_verdict("pattern", sent, changed), Major, "refused now"),
            (bound_verdict("pattern", received, changed), Major, "could not occur"),
        ] {
            assert!(found.0 == level && found.1.contains(why), "{found:?} is not {why}");
        }
    }
}
