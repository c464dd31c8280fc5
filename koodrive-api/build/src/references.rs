//! Where a `$ref` leads.

use serde_json::Value;

/// What a `$ref` leads to, through further references; the part itself when it is not a reference.
/// References of a [`Document`](crate::Document) lead somewhere and not in a circle.
pub fn resolve<'a>(root: &'a Value, part: &'a Value) -> &'a Value {
    let mut found = part;
    let mut seen = Vec::new();
    while let Some(target) = found["$ref"].as_str() {
        let next = target.strip_prefix('#').and_then(|pointer| root.pointer(pointer));
        match next {
            Some(next) if !seen.contains(&target) => found = next,
            _ => return &Value::Null,
        }
        seen.push(target);
    }
    found
}

/// The targets that lead from `target` back to one of them without a property or an element in
/// between: such a schema describes no value.
pub(crate) fn circle<'a>(root: &'a Value, target: &'a str) -> Option<Vec<&'a str>> {
    let mut way = Vec::new();
    follow(root, target, &mut way, &mut Vec::new()).then_some(way)
}

fn follow<'a>(
    root: &'a Value,
    target: &'a str,
    way: &mut Vec<&'a str>,
    done: &mut Vec<&'a str>,
) -> bool {
    let returns = way.contains(&target);
    way.push(target);
    if returns {
        return true;
    }
    if !done.contains(&target) {
        done.push(target);
        let part = target.strip_prefix('#').and_then(|pointer| root.pointer(pointer));
        let mut next = Vec::new();
        part.iter().for_each(|part| direct_targets(part, &mut next));
        if next.into_iter().any(|target| follow(root, target, way, done)) {
            return true;
        }
    }
    way.pop();
    false
}

/// The references that stand in place of the part, or of a part that it is composed of.
fn direct_targets<'a>(part: &'a Value, found: &mut Vec<&'a str>) {
    found.extend(part["$ref"].as_str());
    for key in ["allOf", "oneOf", "anyOf"] {
        part[key].as_array().into_iter().flatten().for_each(|part| direct_targets(part, found));
    }
    part.get("not").iter().for_each(|part| direct_targets(part, found));
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_chain_is_followed_to_its_end_and_a_circle_to_nothing() {
        let root = json!({
            "a": { "$ref": "#/b" }, "b": { "$ref": "#/c" }, "c": { "type": "string" },
            "x": { "$ref": "#/y" }, "y": { "$ref": "#/x" }, "z": { "$ref": "#/nowhere" },
        });
        assert_eq!(resolve(&root, &root["a"]), &root["c"]);
        assert_eq!(resolve(&root, &root["c"]), &root["c"]);
        assert_eq!(resolve(&root, &root["x"]), &Value::Null);
        assert_eq!(resolve(&root, &root["z"]), &Value::Null);
    }

    #[test]
    fn a_circle_is_one_without_a_property_or_an_element_in_between() {
        let root = json!({
            "a": { "allOf": [{ "type": "object" }, { "$ref": "#/b" }] },
            "b": { "oneOf": [{ "not": { "$ref": "#/a" } }] },
            "tree": { "properties": { "child": { "$ref": "#/tree" } } },
            "diamond": { "allOf": [{ "$ref": "#/tree" }, { "$ref": "#/tree" }] },
        });
        assert_eq!(circle(&root, "#/a").unwrap(), ["#/a", "#/b", "#/a"]);
        assert_eq!(circle(&root, "#/tree"), None);
        assert_eq!(circle(&root, "#/diamond"), None);
    }
}
