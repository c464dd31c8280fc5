//! A document that is not valid YAML, or not OpenAPI 3.0, is refused by the build step with one
//! error that names file, line, column and cause.

use std::path::{Path, PathBuf};

use koodrive_codegen::Document;

const NAME: &str = "openapi/koodrive.yaml";

/// Marks, in a replacement, the character that the error must point at.
const HERE: char = '‸';

fn spec() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(NAME)
}

fn error_of(text: &str) -> String {
    match Document::parse(text.to_owned(), NAME) {
        Ok(_) => "accepted".to_owned(),
        Err(error) => error.to_string(),
    }
}

/// What is done to the good document: the first `find` becomes `put`; and what the error says
/// after the place.
struct Case {
    find: &'static str,
    put: &'static str,
    says: &'static str,
}

const CASES: &[Case] = &[
    // Not YAML.
    Case {
        find: "      operationId: listBackupRecords\n",
        put: "      operationId: [listBackupRecords\n      tags‸:\n        - x\n",
        says: "not valid YAML: illegal placement of ':' indicator",
    },
    Case {
        find: "    get:\n      operationId",
        put: "    get:\n\t‸operationId",
        says: "not valid YAML: tabs disallowed",
    },
    Case {
        find: "  title: KooDrive Backup API\n",
        put: "  title: KooDrive Backup API\n  ‸title: again\n",
        says: "not valid YAML: duplicated key",
    },
    Case {
        find: "  title: KooDrive Backup API\n",
        put: "  title: ‸!secret KooDrive Backup API\n",
        says: "not valid YAML: tags are not used in OpenAPI",
    },
    Case {
        find: "openapi: 3.0.3\n",
        put: "‸openapi: 3.0.3\n---\nopenapi: 3.0.3\n",
        says: "holds 2 YAML documents, not one",
    },
    Case {
        find: "    PageSize:\n      type: integer\n",
        put: "    Anchored: &anchor\n      type: string\n    PageSize: ‸*anchor\n    Rest:\n      type: integer\n",
        says: "aliases are not used here; write a $ref",
    },
    // Not OpenAPI 3.0: a part is missing or of another version.
    Case {
        find: "openapi: 3.0.3",
        put: "‸openapi: 3.1.0",
        says: "not OpenAPI 3.0: openapi: expected version 3.0.x, found \"3.1.0\"",
    },
    Case {
        find: "openapi: 3.0.3",
        put: "‸openapi: 3",
        says: "not OpenAPI 3.0: openapi: expected version 3.0.x, found 3",
    },
    Case {
        find: "openapi: 3.0.3\n\ninfo:\n",
        put: "‸openapi: 3.0.3\n\nx-info:\n",
        says: "not OpenAPI 3.0: missing field `info`",
    },
    Case {
        find: "info:\n  title: KooDrive Backup API\n  version: ",
        put: "‸info:\n  title: KooDrive Backup API\n  version: 1.0 # ",
        says: "not OpenAPI 3.0: info: invalid type: floating point `1.0`, expected a string",
    },
    // A field is misspelt.
    Case {
        find: "paths:\n",
        put: "‸pathes:\n",
        says: "not OpenAPI 3.0: pathes: unknown field, expected one of openapi, info,",
    },
    Case {
        find: "      operationId: listBackup",
        put: "      ‸operationID: listBackup",
        says: "not OpenAPI 3.0: paths./koodrive/ose/v1/backup/record.get.operationID: unknown field",
    },
    Case {
        find: "          description: |\n            Response body",
        put: "          ‸summary: x\n          description: |\n            Response body",
        says: "not OpenAPI 3.0: paths./koodrive/ose/v1/backup/record.get.responses.200.summary: unknown",
    },
    Case {
        find: "      maximum: 100",
        put: "      ‸maxmum: 100",
        says: "not OpenAPI 3.0: components.schemas.PageSize.maxmum: unknown field",
    },
    // A value is none of those it may have.
    Case {
        find: "    PageSizeQuery:\n      name: pageSize\n      in: query",
        put: "    ‸PageSizeQuery:\n      name: pageSize\n      in: body",
        says: "not OpenAPI 3.0: components.parameters.PageSizeQuery: unknown variant `body`, expected one of",
    },
    Case {
        find: "    ModuleCodeQuery:\n      name: moduleCode\n      in: query\n      required: true",
        put: "    ‸ModuleCodeQuery:\n      name: moduleCode\n      in: query\n      required: yes",
        says: "not OpenAPI 3.0: components.parameters.ModuleCodeQuery: invalid type: string \"yes\", expected",
    },
    Case {
        find: "    userId:\n      type: apiKey",
        put: "    ‸userId:\n      type: key",
        says: "not OpenAPI 3.0: components.securitySchemes.userId: unknown variant `key`, expected one of",
    },
    Case {
        find: "    PageSize:\n      type: integer\n",
        put: "    PageSize:\n      ‸type: integr\n",
        says: "not OpenAPI 3.0: components.schemas.PageSize.type: \"integr\" is none of array, boolean,",
    },
    Case {
        find: "      schema:\n        type: string\n        minLength: 1\n        maxLength: 1000",
        put: "      ‸schema:\n        type: string\n        minLength: 1\n        maxLength: x",
        says: "not OpenAPI 3.0: components.parameters.CursorQuery.schema: invalid type: string \"x\"",
    },
    // Valid, but of no use to the generator.
    Case {
        find: "        - $ref: '#/components/parameters/CursorQuery'",
        put: "        - ‸$ref: '#/components/parameters/Cursor'",
        says: "not OpenAPI 3.0: paths./koodrive/ose/v1/backup/record.get.parameters.2.$ref: \"#/components/parameters/Cursor\" leads nowhere",
    },
    Case {
        find: "        - $ref: '#/components/parameters/CursorQuery'",
        put: "        - ‸$ref: 'other.yaml#/Cursor'",
        says: "not OpenAPI 3.0: paths./koodrive/ose/v1/backup/record.get.parameters.2.$ref: \"other.yaml#/Cursor\" is not a reference inside this document",
    },
    Case {
        find: "    RecordId:\n      type: string\n",
        put: "    RecordId:\n      ‸$ref: '#/components/schemas/RecordId'\n    Rest:\n      type: string\n",
        says: "not OpenAPI 3.0: components.schemas.RecordId.$ref: it leads back to itself: #/components/schemas/RecordId -> #/components/schemas/RecordId",
    },
    Case {
        find: "    RecordId:\n      type: string\n",
        put: "    RecordId:\n      allOf:\n        - ‸$ref: '#/components/schemas/Rest'\n    Rest:\n      anyOf:\n        - $ref: '#/components/schemas/RecordId'\n",
        says: "not OpenAPI 3.0: components.schemas.RecordId.allOf.0.$ref: it leads back to itself: #/components/schemas/Rest -> #/components/schemas/RecordId -> ",
    },
    Case {
        find: "        4XX:\n",
        put: "        ‸default:\n",
        says: "not OpenAPI 3.0: paths./koodrive/ose/v1/backup/record.get.responses.default: progenitor cannot tell it from the others; write 4XX and 5XX",
    },
];

#[test]
fn a_wrong_document_gives_one_error_with_its_place_and_cause() {
    let good = std::fs::read_to_string(spec()).unwrap();
    for Case { find, put, says } in CASES {
        assert!(good.contains(find), "the document no longer has {find:?}: fix this case");
        let marked = good.replacen(find, put, 1);
        let (line, column) = place_of_mark(&marked);
        let error = error_of(&marked.replace(HERE, ""));
        let expected = format!("{NAME}:{line}:{column}: {says}");
        assert!(error.starts_with(&expected), "{put}\nexpected {expected}\nfound    {error}");
        assert_eq!(error.lines().count(), 1, "{error}");
    }
}

fn place_of_mark(marked: &str) -> (usize, usize) {
    let before = &marked[..marked.find(HERE).expect("a mark")];
    let line = before.rsplit('\n').next().unwrap_or(before);
    (before.matches('\n').count() + 1, line.chars().count() + 1)
}

#[test]
fn the_committed_document_is_read() {
    let document = Document::read(&spec(), NAME).unwrap();
    assert_eq!(document.typed().info.title, "KooDrive Backup API");
}

#[test]
fn a_missing_file_is_named() {
    let error = Document::read(Path::new("nowhere.yaml"), NAME).unwrap_err().to_string();
    assert!(error.starts_with("openapi/koodrive.yaml: "), "{error}");
}

#[test]
fn a_place_of_the_document_is_that_of_the_deepest_node_on_the_path() {
    let text = "openapi: 3.0.3\ninfo:\n  title: t\n  version: 1.0.0\npaths: {}\n";
    let document = Document::parse(text.to_owned(), NAME).unwrap();
    assert_eq!(document.name(), NAME);
    for (path, place) in [("info version", "4:3"), ("info contact", "2:1"), ("", "1:1")] {
        let path: Vec<_> = path.split_whitespace().map(str::to_owned).collect();
        assert_eq!(document.place(&path), format!("{NAME}:{place}"));
    }
}

/// The error of a small document with this operation, from its line 6 on.
fn error_of_get(operation: &str) -> String {
    error_of(&format!(
        "openapi: 3.0.3\ninfo: {{ title: t, version: 1.0.0 }}\npaths:\n  /x:\n    get:\n{operation}"
    ))
}

#[test]
fn a_status_is_found_as_a_number_and_as_a_text() {
    for status in ["200", "'200'"] {
        let responses = "      responses:\n        4XX: { description: d }\n";
        let says = error_of_get(&format!("{responses}        {status}: {{ }}\n"));
        assert!(says.starts_with(&format!("{NAME}:8:9: ")), "{says}");
    }
}

#[test]
fn a_reference_where_none_may_stand_is_refused() {
    let says = error_of_get("      $ref: '#/paths/~1y'\n  /y: {}\n");
    assert!(says.contains("paths./x.get"), "{says}");
}

#[test]
fn one_response_for_everything_is_accepted() {
    let says = error_of_get("      responses:\n        default: { description: d }\n");
    assert_eq!(says, "accepted");
}
