//! Walks two documents in parallel and lists what changed, as a client sees it: parameters are told
//! apart by name, not by position in the YAML, and components count where they are used.

use std::collections::{BTreeMap, BTreeSet};

use koodrive_codegen::{Kind, kind_of, resolve};
use serde_json::{Map, Value};

use crate::spec::parts;
use crate::spec::rules::{self, Edit, Level, Uses, Verdict};

/// One change, and the keys that lead to it in the newer document.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Change {
    pub(crate) level: Level,
    pub(crate) path: Vec<String>,
    pub(crate) what: String,
}

/// The changes from `base` to `new`; `info.version` is not one.
pub(crate) fn changes(base: &Value, new: &Value) -> Vec<Change> {
    let (mut base, mut new) = (base.clone(), new.clone());
    for document in [&mut base, &mut new] {
        document["info"]["version"] = Value::Null;
    }
    let mut walk = Walk {
        base: &base,
        new: &new,
        uses: parts::uses(&[&base, &new]),
        path: Vec::new(),
        servers: (None, None),
        security: (None, None),
        renamed: BTreeSet::new(),
        found: Vec::new(),
    };
    walk.part(Kind::Document, Uses::default(), &base, &new);
    let mut found = walk.found;
    if found.is_empty() && base != new {
        let what = "changed where no client looks".to_owned();
        found.push(Change { level: Level::Patch, path: vec!["components".into()], what });
    }
    found
}

struct Walk<'a> {
    base: &'a Value,
    new: &'a Value,
    /// By component. A schema that nothing uses may travel either way.
    uses: BTreeMap<String, Uses>,
    path: Vec<String>,
    /// What an operation inherits from its path and the document.
    servers: Both<'a>,
    security: Both<'a>,
    /// Pairs of references that were compared once: schemas can lead back to themselves.
    renamed: BTreeSet<(String, String)>,
    found: Vec<Change>,
}

type Both<'a> = (Option<&'a Value>, Option<&'a Value>);

impl<'a> Walk<'a> {
    fn part(&mut self, kind: Kind, uses: Uses, a: &'a Value, b: &'a Value) {
        let (a, b) = match kind {
            Kind::Schema => match self.schemas(a, b) {
                Some(both) => both,
                None => return,
            },
            _ if kind.may_be_reference() => (resolve(self.base, a), resolve(self.new, b)),
            _ => (a, b),
        };
        let (Some(before), Some(now)) = (a.as_object(), b.as_object()) else { return };
        let inherited = (self.servers, self.security);
        if matches!(kind, Kind::Document | Kind::PathItem | Kind::Operation) {
            let (servers, security) = inherited;
            self.servers = self.access("servers", servers, (a, b), parts::addresses);
            self.security = self.access("security", security, (a, b), parts::alternatives);
        }
        for key in union(before, now) {
            self.path.push(key.clone());
            self.member(kind, key, uses, (before.get(key), now.get(key)));
            self.path.pop();
        }
        (self.servers, self.security) = inherited;
        if kind == Kind::Schema {
            self.enumeration(uses, &parts::values(a), &parts::values(b));
        }
    }

    fn member(&mut self, kind: Kind, key: &str, uses: Uses, both: Both<'a>) {
        match (kind, key) {
            // No client sees the names of these: they are compared where they are used.
            (
                Kind::Components,
                "parameters" | "responses" | "examples" | "requestBodies" | "headers" | "links",
            ) => return,
            (Kind::Schema, "enum" | "x-enum-varnames") => return,
            (Kind::Schema, "required") => {
                let verdict = |edit: Edit<'_>| rules::required_property_verdict(uses, edit);
                return self.edits(&parts::names(both.0), &parts::names(both.1), verdict);
            }
            (Kind::PathItem | Kind::Operation, "parameters") => return self.parameters(both),
            (Kind::Document | Kind::PathItem | Kind::Operation, "servers" | "security") => return,
            (Kind::Response, "headers") | (Kind::Components, _)
                if both.0.is_none() || both.1.is_none() =>
            {
                // The first of its kind is one more, the last of its kind is one less.
                let [before, now] = [both.0, both.1].map(parts::members);
                let members = kind_of(kind, key).unwrap_or(kind);
                let verdict = |edit: Edit<'_>| rules::verdict(members, "", uses, edit);
                return self.edits(&before, &now, verdict);
            }
            _ => {}
        }
        let edit = match both {
            (Some(a), Some(b)) => match kind_of(kind, key).filter(|_| a.is_object()) {
                Some(inner) if b.is_object() => {
                    return self.part(inner, self.uses_of(kind, key, uses), a, b);
                }
                _ if a == b => return,
                _ => Edit::Changed(a, b),
            },
            (Some(a), None) => Edit::Removed(a),
            (None, Some(b)) => Edit::Added(b),
            (None, None) => return,
        };
        self.tell(edit, rules::verdict(kind, key, uses, edit));
    }

    /// Compares what holds at this level, unless it only inherits; returns what holds below.
    fn access(
        &mut self,
        key: &str,
        inherited: Both<'a>,
        (a, b): (&'a Value, &'a Value),
        read: fn(Option<&Value>) -> Map<String, Value>,
    ) -> Both<'a> {
        let own = (a.get(key), b.get(key));
        let (before, now) = (own.0.or(inherited.0), own.1.or(inherited.1));
        if own != (None, None) {
            self.path.push(key.to_owned());
            self.edits(&read(before), &read(now), rules::access_verdict);
            self.path.pop();
        }
        (before, now)
    }

    fn uses_of(&self, kind: Kind, key: &str, outer: Uses) -> Uses {
        match kind {
            Kind::Operation => Uses { request: key != "responses", response: key == "responses" },
            Kind::Members(Kind::Schema) if self.path.len() == 3 && self.path[0] == "components" => {
                self.uses.get(key).copied().unwrap_or(Uses { request: true, response: true })
            }
            _ => outer,
        }
    }

    /// The schemas to compare, unless their references have told everything.
    fn schemas(&mut self, a: &'a Value, b: &'a Value) -> Option<(&'a Value, &'a Value)> {
        let (before, now) = (a["$ref"].as_str(), b["$ref"].as_str());
        if before == now {
            // The component itself is compared under components.schemas.
            return before.is_none().then_some((a, b));
        }
        let [before, now] =
            [before, now].map(|name| name.unwrap_or("a schema in place").to_owned());
        let (a, b) = (resolve(self.base, a), resolve(self.new, b));
        let named = |schema: &Value| schema["type"] == "object" || schema.get("enum").is_some();
        if named(a) || named(b) {
            let why = "generated types are named by components";
            self.say(Level::Major, format!("{before} -> {now} ({why})"));
        } else {
            self.say(Level::Patch, format!("{before} -> {now}"));
        }
        self.renamed.insert((before, now)).then_some((a, b))
    }

    fn enumeration(&mut self, uses: Uses, before: &Map<String, Value>, now: &Map<String, Value>) {
        self.path.push("enum".into());
        if before.is_empty() != now.is_empty() {
            self.say(Level::Major, "a list of values came or went: generated types change".into());
        } else {
            self.edits(before, now, |edit| rules::value_verdict(uses, edit));
        }
        self.path.pop();
    }

    fn parameters(&mut self, (a, b): Both<'a>) {
        let (before, now) = (parts::parameters(self.base, a), parts::parameters(self.new, b));
        let uses = Uses { request: true, response: false };
        let find = |list: &[(String, &'a Value)], name: &str| {
            list.iter().find(|(other, _)| other == name).map(|(_, parameter)| *parameter)
        };
        for (name, parameter) in &before {
            self.path.push(name.clone());
            match find(&now, name) {
                Some(other) => self.part(Kind::Parameter, uses, parameter, other),
                None => self.tell(
                    Edit::Removed(parameter),
                    rules::parameter_verdict(Edit::Removed(parameter)),
                ),
            }
            self.path.pop();
        }
        for (name, parameter) in now.iter().filter(|(name, _)| find(&before, name).is_none()) {
            self.path.push(name.clone());
            self.tell(Edit::Added(parameter), rules::parameter_verdict(Edit::Added(parameter)));
            self.path.pop();
        }
        let kept: Vec<&String> =
            before.iter().map(|(name, _)| name).filter(|name| find(&now, name).is_some()).collect();
        if !now.iter().map(|(name, _)| name).take(kept.len()).eq(kept) {
            let why = "some generated methods take parameters by position";
            self.say(Level::Major, format!("in other places ({why})"));
        }
    }

    /// Compares two maps whose values have no parts.
    fn edits(
        &mut self,
        before: &Map<String, Value>,
        now: &Map<String, Value>,
        verdict: impl Fn(Edit<'_>) -> Verdict,
    ) {
        for key in union(before, now) {
            let edit = match (before.get(key), now.get(key)) {
                (Some(a), Some(b)) if a != b => Edit::Changed(a, b),
                (Some(a), None) => Edit::Removed(a),
                (None, Some(b)) => Edit::Added(b),
                _ => continue,
            };
            self.path.push(key.clone());
            self.tell(edit, verdict(edit));
            self.path.pop();
        }
    }

    fn tell(&mut self, edit: Edit<'_>, (level, why): Verdict) {
        let short = |value: &Value| !value.is_object() && value.to_string().len() < 60;
        let what = match edit {
            Edit::Added(_) => format!("added ({why})"),
            Edit::Removed(_) => format!("removed ({why})"),
            Edit::Changed(a, b) if short(a) && short(b) => format!("{a} -> {b} ({why})"),
            Edit::Changed(..) => format!("changed ({why})"),
        };
        self.say(level, what);
    }

    fn say(&mut self, level: Level, what: String) {
        self.found.push(Change { level, path: self.path.clone(), what });
    }
}

/// The keys of both, each once.
fn union<'m>(
    a: &'m Map<String, Value>,
    b: &'m Map<String, Value>,
) -> impl Iterator<Item = &'m String> {
    a.keys().chain(b.keys().filter(|key| !a.contains_key(*key)))
}
