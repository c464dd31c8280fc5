//! The parts of an OpenAPI 3.0 document that are checked one by one, and the fields each may have.
//! Source: OpenAPI Specification 3.0.3, section 4.7.

use openapiv3::{
    Components, Example, Header, Info, MediaType, OpenAPI, Operation, Parameter, PathItem,
    RequestBody, Response, Schema, SecurityScheme, Server, Tag,
};
use serde_json::Value;

/// What a part of the document is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
#[expect(missing_docs, reason = "the specification describes them under these names")]
pub enum Kind {
    Document,
    Info,
    Server,
    Tag,
    PathItem,
    Operation,
    Components,
    Parameter,
    RequestBody,
    Response,
    Header,
    MediaType,
    Example,
    SecurityScheme,
    Schema,
    /// A map or list whose members are all of one kind, named by where it stands.
    Members(&'static Kind),
}

pub(crate) const SCHEMA_TYPES: [&str; 6] =
    ["array", "boolean", "integer", "number", "object", "string"];

/// The kind of `key` inside a part of kind `kind`; `None` where nothing is to be checked.
pub fn kind_of(kind: Kind, key: &str) -> Option<Kind> {
    use Kind::*;
    Some(match (kind, key) {
        (Members(member), key) if !key.starts_with("x-") => *member,
        (Document, "info") => Info,
        (Document, "servers") => Members(&Server),
        (Document, "tags") => Members(&Tag),
        (Document, "paths") => Members(&PathItem),
        (Document, "components") => Components,
        (PathItem, "get" | "put" | "post" | "delete" | "options" | "head" | "patch" | "trace") => {
            Operation
        }
        (PathItem | Operation | Components, "parameters") => Members(&Parameter),
        (Operation | Components, "responses") => Members(&Response),
        (Operation, "requestBody") => RequestBody,
        (Components, "requestBodies") => Members(&RequestBody),
        (Response | Components, "headers") => Members(&Header),
        (Response | RequestBody | Parameter | Header, "content") => Members(&MediaType),
        (MediaType | Parameter | Header | Components, "examples") => Members(&Example),
        (MediaType | Parameter | Header, "schema") => Schema,
        (Components, "securitySchemes") => Members(&SecurityScheme),
        (Components, "schemas") | (Schema, "properties" | "allOf" | "oneOf" | "anyOf") => {
            Members(&Schema)
        }
        (Schema, "items" | "not") => Schema,
        _ => return None,
    })
}

impl Kind {
    /// Whether `{"$ref": …}` may stand in its place.
    pub fn may_be_reference(self) -> bool {
        use Kind::*;
        matches!(
            self,
            Parameter | RequestBody | Response | Header | Example | SecurityScheme | Schema
        )
    }

    /// The fields it may have besides `x-…`; `None` where names are free.
    pub(crate) fn fields(self) -> Option<&'static [&'static str]> {
        Some(match self {
            Kind::Document => &[
                "openapi",
                "info",
                "servers",
                "paths",
                "components",
                "security",
                "tags",
                "externalDocs",
            ],
            Kind::Info => {
                &["title", "description", "termsOfService", "contact", "license", "version"]
            }
            Kind::Server => &["url", "description", "variables"],
            Kind::Tag => &["name", "description", "externalDocs"],
            Kind::PathItem => &[
                "$ref",
                "summary",
                "description",
                "get",
                "put",
                "post",
                "delete",
                "options",
                "head",
                "patch",
                "trace",
                "servers",
                "parameters",
            ],
            Kind::Operation => &[
                "tags",
                "summary",
                "description",
                "externalDocs",
                "operationId",
                "parameters",
                "requestBody",
                "responses",
                "callbacks",
                "deprecated",
                "security",
                "servers",
            ],
            Kind::Components => &[
                "schemas",
                "responses",
                "parameters",
                "examples",
                "requestBodies",
                "headers",
                "securitySchemes",
                "links",
                "callbacks",
            ],
            Kind::Parameter => &[
                "name",
                "in",
                "description",
                "required",
                "deprecated",
                "allowEmptyValue",
                "style",
                "explode",
                "allowReserved",
                "schema",
                "example",
                "examples",
                "content",
            ],
            Kind::RequestBody => &["description", "content", "required"],
            Kind::Response => &["description", "headers", "content", "links"],
            Kind::Header => &[
                "description",
                "required",
                "deprecated",
                "style",
                "explode",
                "schema",
                "example",
                "examples",
                "content",
            ],
            Kind::MediaType => &["schema", "example", "examples", "encoding"],
            Kind::Example => &["summary", "description", "value", "externalValue"],
            Kind::SecurityScheme => &[
                "type",
                "description",
                "name",
                "in",
                "scheme",
                "bearerFormat",
                "flows",
                "openIdConnectUrl",
            ],
            Kind::Schema => &[
                "title",
                "multipleOf",
                "maximum",
                "exclusiveMaximum",
                "minimum",
                "exclusiveMinimum",
                "maxLength",
                "minLength",
                "pattern",
                "maxItems",
                "minItems",
                "uniqueItems",
                "maxProperties",
                "minProperties",
                "required",
                "enum",
                "type",
                "allOf",
                "oneOf",
                "anyOf",
                "not",
                "items",
                "properties",
                "additionalProperties",
                "description",
                "format",
                "default",
                "nullable",
                "discriminator",
                "readOnly",
                "writeOnly",
                "xml",
                "externalDocs",
                "example",
                "deprecated",
            ],
            Kind::Members(_) => return None,
        })
    }

    /// Reads the part as what it should be; the inner parts have been read already.
    pub(crate) fn read(self, part: &Value) -> serde_json::Result<()> {
        fn as_a<T: serde::de::DeserializeOwned>(part: &Value) -> serde_json::Result<()> {
            serde_json::from_value::<T>(part.clone()).map(drop)
        }
        match self {
            Kind::Document => as_a::<OpenAPI>(part),
            Kind::Info => as_a::<Info>(part),
            Kind::Server => as_a::<Server>(part),
            Kind::Tag => as_a::<Tag>(part),
            Kind::PathItem => as_a::<PathItem>(part),
            Kind::Operation => as_a::<Operation>(part),
            Kind::Components => as_a::<Components>(part),
            Kind::Parameter => as_a::<Parameter>(part),
            Kind::RequestBody => as_a::<RequestBody>(part),
            Kind::Response => as_a::<Response>(part),
            Kind::Header => as_a::<Header>(part),
            Kind::MediaType => as_a::<MediaType>(part),
            Kind::Example => as_a::<Example>(part),
            Kind::SecurityScheme => as_a::<SecurityScheme>(part),
            Kind::Schema => as_a::<Schema>(part),
            Kind::Members(_) => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Kind::*;
    use super::*;

    #[test]
    fn a_part_is_named_by_where_it_stands() {
        for (kind, key, expected) in [
            (Document, "servers", Some(Members(&Server))),
            (Document, "tags", Some(Members(&Tag))),
            (Document, "x-servers", None),
            (Operation, "requestBody", Some(RequestBody)),
            (Components, "requestBodies", Some(Members(&RequestBody))),
            (Schema, "items", Some(Schema)),
            (Schema, "not", Some(Schema)),
            (Schema, "properties", Some(Members(&Schema))),
            (Members(&Schema), "items", Some(Schema)),
            (Members(&Schema), "x-items", None),
            (MediaType, "examples", Some(Members(&Example))),
            (Operation, "tags", None),
        ] {
            assert_eq!(kind_of(kind, key), expected, "{kind:?} {key}");
        }
    }
}
