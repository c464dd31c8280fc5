//! Every fact of the API reference is in openapi/koodrive.yaml, and nothing that it does not say.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use openapiv3::{
    APIKeyLocation, OpenAPI, Operation, Parameter, ParameterData, ParameterSchemaOrContent,
    ReferenceOr, Response, Schema, SecurityScheme, StatusCode,
};
use serde_json::Value;

use super::table;

fn openapi_file(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../openapi").join(name);
    std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

/// The document as plain values, then as `openapiv3` sees it.
fn document() -> (Value, OpenAPI) {
    let raw: Value = serde_saphyr::from_str(&openapi_file("koodrive.yaml")).unwrap();
    let typed = serde_json::from_value(raw.clone()).unwrap();
    (raw, typed)
}

fn operation(document: &OpenAPI) -> &Operation {
    let found: Vec<_> = document.operations().collect();
    let [(path, method, operation)] = found.as_slice() else {
        panic!("one operation is known, the document has {}", found.len());
    };
    assert_eq!((*path, *method), (table::PATH, table::METHOD));
    operation
}

/// The last part of a `$ref`, which must lead to `section`.
fn component<'a>(reference: &'a str, section: &str) -> &'a str {
    let prefix = format!("#/components/{section}/");
    reference.strip_prefix(&prefix).unwrap_or_else(|| panic!("{reference} is not under {prefix}"))
}

fn schema<'a>(document: &'a OpenAPI, name: &str) -> &'a Schema {
    let components = document.components.as_ref().unwrap();
    components.schemas.get(name).and_then(ReferenceOr::as_item).unwrap_or_else(|| panic!("{name}"))
}

fn resolved<'a>(document: &'a OpenAPI, part: &'a ReferenceOr<Schema>) -> &'a Schema {
    match part {
        ReferenceOr::Item(schema) => schema,
        ReferenceOr::Reference { reference } => schema(document, component(reference, "schemas")),
    }
}

/// What binds a value: the schema without its documentation, objects by their component's name.
fn binding(document: &OpenAPI, part: &ReferenceOr<Schema>) -> Value {
    let schema = resolved(document, part);
    let mut value = serde_json::to_value(schema).unwrap();
    if value["type"] == "object" {
        let ReferenceOr::Reference { reference } = part else { panic!("a nameless object") };
        return component(reference, "schemas").into();
    }
    let map = value.as_object_mut().unwrap();
    map.retain(|key, _| !["description", "example"].contains(&&**key) && !key.starts_with("x-"));
    if let Some(items) = map.get_mut("items") {
        let inner: ReferenceOr<Schema> = serde_json::from_value(items.clone()).unwrap();
        *items = binding(document, &inner);
    }
    value
}

fn data_of(parameter: &Parameter) -> (&'static str, &ParameterData) {
    match parameter {
        Parameter::Query { parameter_data, .. } => ("query", parameter_data),
        Parameter::Header { parameter_data, .. } => ("header", parameter_data),
        Parameter::Path { parameter_data, .. } => ("path", parameter_data),
        Parameter::Cookie { parameter_data, .. } => ("cookie", parameter_data),
    }
}

#[track_caller]
fn assert_says(text: Option<&str>, word: &str, what: &str) {
    let text = text.unwrap_or_else(|| panic!("{what} has no description"));
    // Where a line is broken is nobody's concern.
    let flat = text.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
    assert!(flat.contains(&word.to_lowercase()), "{what}: {text:?} does not say {word:?}");
}

#[test]
fn the_operation_takes_the_documented_parameters() {
    let (_, document) = document();
    let components = document.components.as_ref().unwrap();
    let found: Vec<&Parameter> = operation(&document)
        .parameters
        .iter()
        .map(|part| match part {
            ReferenceOr::Item(parameter) => parameter,
            ReferenceOr::Reference { reference } => {
                components.parameters[component(reference, "parameters")].as_item().unwrap()
            }
        })
        .collect();
    let expected = table::parameters();
    let names: Vec<_> = found.iter().map(|p| p.parameter_data_ref().name.as_str()).collect();
    assert_eq!(names, expected.each_ref().map(|p| p.name));
    assert_eq!(components.parameters.len(), expected.len(), "a parameter nobody uses");
    for (parameter, expected) in found.into_iter().zip(expected) {
        let (place, data) = data_of(parameter);
        assert_eq!(place, expected.place, "{}", expected.name);
        assert_eq!(data.required, expected.required, "{}", expected.name);
        assert_says(data.description.as_deref(), expected.says, expected.name);
        let ParameterSchemaOrContent::Schema(part) = &data.format else { panic!("no schema") };
        assert_eq!(binding(&document, part), expected.schema, "{}", expected.name);
        assert_eq!(data.example, expected.example, "{}", expected.name);
    }
    for line in table::EXAMPLE_REQUEST {
        assert_says(operation(&document).description.as_deref(), line, "the operation");
    }
    let path_item = document.paths.paths[table::PATH].as_item().unwrap();
    assert!(path_item.parameters.is_empty(), "parameters stand at the operation");
}

#[test]
fn every_call_needs_the_three_headers() {
    let (_, document) = document();
    let schemes = &document.components.as_ref().unwrap().security_schemes;
    let names: BTreeSet<&str> = schemes.keys().map(String::as_str).collect();
    assert_eq!(names, table::SECURITY_SCHEMES.map(|(name, ..)| name).into());
    for (name, header, facts) in table::SECURITY_SCHEMES {
        let Some(SecurityScheme::APIKey { location, name: found, description, .. }) =
            schemes[name].as_item()
        else {
            panic!("{name} is no apiKey: clients would put their own words into the header");
        };
        assert!(matches!(location, APIKeyLocation::Header), "{name}");
        assert_eq!(found, header, "{name}");
        for fact in facts {
            assert_says(description.as_deref(), fact, name);
        }
    }
    let [all_of] = document.security.as_deref().unwrap() else {
        panic!("two alternatives in one header overwrite each other in generated clients");
    };
    assert_eq!(all_of.keys().map(String::as_str).collect::<BTreeSet<_>>(), names);
    assert!(operation(&document).security.is_none(), "the operation would override the document");
}

#[test]
fn responses_are_the_documented_one_and_four_undocumented_ones() {
    let (_, document) = document();
    let components = document.components.as_ref().unwrap();
    let responses = &operation(&document).responses;
    assert!(responses.default.is_none());
    let statuses: BTreeSet<_> = responses.responses.keys().map(StatusCode::to_string).collect();
    assert_eq!(statuses, table::RESPONSES.map(|(status, ..)| status.to_owned()).into());
    assert_eq!(components.responses.len(), table::RESPONSES.len() - 1, "one that nobody uses");
    for (status, name, headers) in table::RESPONSES {
        let found = responses.responses.iter().find(|(key, _)| key.to_string() == status);
        let (response, says, schema) = match (name, found.unwrap().1) {
            (None, ReferenceOr::Item(response)) => (response, table::SUCCESS, "BackupRecordPage"),
            (Some(name), ReferenceOr::Reference { reference }) => {
                assert_eq!(component(reference, "responses"), name, "{status}");
                let response = components.responses[name].as_item().unwrap();
                (response, "documents no body", "ErrorResponse")
            }
            _ => panic!("only 200 stands at the operation, not {status}"),
        };
        assert_says(Some(&response.description), says, status);
        assert_eq!(body(response), schema, "{status}");
        let names: BTreeSet<&str> = response.headers.keys().map(String::as_str).collect();
        assert_eq!(names, headers.iter().copied().collect(), "{status}");
        for (name, header) in &response.headers {
            let ReferenceOr::Reference { reference } = header else { panic!("{status} {name}") };
            assert_eq!(component(reference, "headers"), name, "{status}");
        }
    }
}

/// The component of the one kind of body that a response has.
fn body(response: &Response) -> &str {
    assert_eq!(response.content.keys().collect::<Vec<_>>(), ["application/json"]);
    match response.content["application/json"].schema.as_ref().unwrap() {
        ReferenceOr::Reference { reference } => component(reference, "schemas"),
        ReferenceOr::Item(_) => panic!("a body without a name"),
    }
}

/// A mock answers a bad request with the first example.
#[test]
fn the_first_example_of_a_refusal_is_of_a_wrong_parameter() {
    // Plain values do not keep the order.
    let text = openapi_file("koodrive.yaml");
    let (_, refusal) = text.split_once("\n    ClientError:\n").unwrap();
    let (_, examples) = refusal.split_once("examples:\n").unwrap();
    assert_eq!(examples.lines().next().unwrap().trim(), "parameterRefused:");
}

#[test]
fn objects_have_the_documented_members_and_no_more() {
    let (_, document) = document();
    let mut unexpected: BTreeSet<&str> =
        document.components.as_ref().unwrap().schemas.keys().map(String::as_str).collect();
    for (name, members) in table::objects() {
        let value = serde_json::to_value(schema(&document, name)).unwrap();
        let bound: Vec<_> = value.as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(BTreeSet::from_iter(bound), ["description", "properties", "type"].into());
        let properties: BTreeMap<String, ReferenceOr<Schema>> =
            serde_json::from_value(value["properties"].clone()).unwrap();
        let expected: BTreeSet<&str> = members.iter().map(|(member, ..)| *member).collect();
        assert_eq!(properties.keys().map(String::as_str).collect::<BTreeSet<_>>(), expected);
        for (member, expected, says) in members {
            let what = format!("{name}.{member}");
            let part = &properties[member];
            assert_eq!(binding(&document, part), expected, "{what}");
            let description = &resolved(&document, part).schema_data.description;
            assert_says(description.as_deref(), says, &what);
        }
        unexpected.remove(name);
    }
    table::enumerations().iter().for_each(|e| assert!(unexpected.remove(e.component)));
    table::SCALARS.iter().for_each(|name| assert!(unexpected.remove(name), "{name}"));
    assert!(unexpected.is_empty(), "not on the page: {unexpected:?}");
}

#[test]
fn nothing_in_a_response_is_required_or_closed() {
    let (raw, _) = document();
    for (name, schema) in raw["components"]["schemas"].as_object().unwrap() {
        for key in ["required", "additionalProperties", "nullable", "default"] {
            assert!(schema.get(key).is_none(), "{name} has {key}; the page says nothing of it");
        }
    }
}

#[test]
fn enum_names_and_descriptions_agree_in_all_three_forms() {
    let (raw, _) = document();
    for table::Enumeration { component, values } in table::enumerations() {
        let schema = &raw["components"]["schemas"][component];
        let list = |f: fn(&(Value, &'static str, &'static str)) -> Value| -> Value {
            values.iter().map(f).collect()
        };
        assert_eq!(schema["enum"], list(|v| v.0.clone()), "{component}");
        assert_eq!(schema["x-enum-varnames"], list(|v| v.1.into()), "{component}");
        assert_eq!(schema["x-enum-descriptions"], list(|v| v.2.into()), "{component}");
        let by_value: Value = values
            .iter()
            .map(|(value, _, says)| (text_of(value), Value::from(*says)))
            .collect::<serde_json::Map<_, _>>()
            .into();
        assert_eq!(schema["x-enumDescriptions"], by_value, "{component}");
        for (value, _, says) in &values {
            let line = format!("- `{}`: {says}", text_of(value));
            assert_says(schema["description"].as_str(), &line, component);
        }
    }
}

fn text_of(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

#[test]
fn the_documented_example_is_there_unchanged() {
    let (raw, _) = document();
    let found = &raw["components"]["examples"]["ListBackupRecordsDocumented"]["value"];
    assert_eq!(*found, serde_json::from_str::<Value>(table::EXAMPLE).unwrap());
    let pointer = "/paths/~1koodrive~1ose~1v1~1backup~1record/get/responses/200/content\
                   /application~1json/examples/documented/$ref";
    let used = raw.pointer(pointer).unwrap();
    assert_eq!(used, "#/components/examples/ListBackupRecordsDocumented");
}

#[test]
fn the_public_hosts_are_known() {
    let (_, document) = document();
    let hosts: Vec<&str> = document.servers.iter().map(|server| server.url.as_str()).collect();
    assert_eq!(hosts, table::HOSTS);
}

#[test]
fn components_hold_nothing_else() {
    let (raw, _) = document();
    let sections: BTreeSet<&str> =
        raw["components"].as_object().unwrap().keys().map(String::as_str).collect();
    let known = ["examples", "headers", "parameters", "responses", "schemas", "securitySchemes"];
    assert_eq!(sections, known.into());
    let headers = raw["components"]["headers"].as_object().unwrap();
    assert_eq!(headers.keys().collect::<Vec<_>>(), ["Retry-After", "X-Traceid"]);
}

#[test]
fn the_version_is_the_newest_of_the_changelog() {
    let (_, document) = document();
    let changelog = openapi_file("CHANGELOG.md");
    let newest = changelog
        .lines()
        .filter_map(|line| line.strip_prefix("## [")?.split_once(']'))
        .map(|(version, _)| version)
        .find(|version| *version != "Unreleased");
    assert_eq!(newest, Some(document.info.version.as_str()));
    for overlay in ["clients", "3.1"] {
        let text = openapi_file(&format!("overlays/{overlay}.overlay.yaml"));
        let overlay: Value = serde_saphyr::from_str(&text).unwrap();
        assert_eq!(overlay["info"]["version"], document.info.version.as_str());
    }
}
