//! Gives the generated types back what typify loses: `Default` beside the flattened map, and the
//! description of a property that is a `$ref`.

use std::collections::BTreeMap;

use quote::ToTokens as _;
use serde_json::Value;
use syn::{Expr, Field, Fields, Item, ItemImpl, ItemStruct, parse_quote};

use crate::references::resolve;

/// Completes the module `types` of the generated file.
pub(crate) fn complete(file: &mut syn::File, document: &Value) {
    let Some(types) = module(&mut file.items, "types") else { return };
    let mut flattened = BTreeMap::new();
    for item in types.iter_mut() {
        let Item::Struct(item) = item else { continue };
        describe_fields(item, document);
        if let Some(field) = item.fields.iter_mut().find(|field| has_serde(field, "flatten")) {
            if !has_doc(field) {
                let doc = "Members that the document does not know.";
                field.attrs.insert(0, parse_quote! { #[doc = #doc] });
            }
            flattened.insert(item.ident.to_string(), field.ident.clone());
            derive_default(item);
            take_any_text(item);
        }
    }
    for item in module(types, "builder").into_iter().flatten() {
        match item {
            Item::Struct(item) if flattened.contains_key(&item.ident.to_string()) => {
                take_any_text(item);
            }
            Item::Impl(item) => {
                let name = item.self_ty.to_token_stream().to_string();
                if let Some(field) = flattened.get(&name) {
                    take_any_text(item);
                    field.iter().for_each(|field| start_empty(item, field));
                }
            }
            _ => {}
        }
    }
}

/// A text of an answer may come as another JSON value, which must not cost the record: where the
/// document has a plain text, the bindings take `wire::Text`.
fn take_any_text<T: quote::ToTokens + syn::parse::Parse>(item: &mut T) {
    const STRICT: &str = ":: std :: option :: Option < :: std :: string :: String >";
    const TEXT: &str = ":: std :: option :: Option < crate :: wire :: Text >";
    let tokens = item.to_token_stream().to_string();
    if let Ok(open) = syn::parse_str(&tokens.replace(STRICT, TEXT)) {
        *item = open;
    }
}

fn module<'a>(items: &'a mut [Item], name: &str) -> Option<&'a mut Vec<Item>> {
    items.iter_mut().find_map(|item| match item {
        Item::Mod(module) if module.ident == name => Some(&mut module.content.as_mut()?.1),
        _ => None,
    })
}

/// Derives `Default` when every field may be left out, as typify does without the map.
fn derive_default(item: &mut ItemStruct) {
    let is_optional = |field: &Field| {
        has_serde(field, "flatten")
            || has_serde(field, "default")
            || has_serde(field, "skip_serializing_if")
    };
    if item.fields.iter().all(is_optional) {
        let derive = item.attrs.iter_mut().find(|attribute| attribute.path().is_ident("derive"));
        let Some(syn::Meta::List(list)) = derive.map(|attribute| &mut attribute.meta) else {
            return;
        };
        let derived = &list.tokens;
        if !derived.to_string().split(", ").any(|name| name.trim() == "Default") {
            list.tokens = quote::quote! { #derived, Default };
        }
    }
}

/// Whether `#[serde(…)]` has this word, with or without a value of its own to call.
fn has_serde(field: &Field, word: &str) -> bool {
    let mut found = false;
    for attribute in field.attrs.iter().filter(|attribute| attribute.path().is_ident("serde")) {
        let _ = attribute.parse_nested_meta(|meta| {
            let has_value = meta.input.peek(syn::Token![=]);
            if has_value {
                meta.value()?.parse::<Expr>()?;
            }
            // `default = "…"` names a function, which `Default` would not call.
            found |= meta.path.is_ident(word) && (word != "default" || !has_value);
            Ok(())
        });
    }
    found
}

/// A builder starts without unknown members, instead of asking for the map.
fn start_empty(item: &mut ItemImpl, field: &syn::Ident) {
    for part in &mut item.items {
        let syn::ImplItem::Fn(function) = part else { continue };
        for statement in &mut function.block.stmts {
            let syn::Stmt::Expr(Expr::Struct(value), None) = statement else { continue };
            let is_field =
                |member: &syn::Member| matches!(member, syn::Member::Named(name) if name == field);
            let missing = |value: &Expr| value.to_token_stream().to_string().starts_with("Err");
            for set in &mut value.fields {
                if is_field(&set.member) && missing(&set.expr) {
                    set.expr = parse_quote! { Ok(Default::default()) };
                }
            }
        }
    }
}

/// A property that is a `$ref` carries the description of its component.
fn describe_fields(item: &mut ItemStruct, document: &Value) {
    let schemas = document["components"]["schemas"].as_object();
    let is_it = |name: &str| plain(name) == plain(&item.ident.to_string());
    let schema = schemas.into_iter().flatten().find(|(name, _)| is_it(name));
    let (Some((_, schema)), Fields::Named(fields)) = (schema, &mut item.fields) else { return };
    let properties = schema["properties"].as_object();
    for (name, property) in properties.into_iter().flatten() {
        let described = resolve(document, property)["description"].as_str();
        let field = fields.named.iter_mut().find(|field| {
            !has_doc(field)
                && field.ident.as_ref().is_some_and(|i| plain(&i.to_string()) == plain(name))
        });
        if let (Some(text), Some(field)) = (described, field) {
            field.attrs.insert(0, parse_quote! { #[doc = #text] });
        }
    }
}

fn has_doc(field: &Field) -> bool {
    field.attrs.iter().any(|attribute| attribute.path().is_ident("doc"))
}

/// A name as it is in YAML and in Rust: `deviceOS`, `device_os`, `type`, `type_`.
fn plain(name: &str) -> String {
    name.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// What typify writes for an object with unknown members, shortened.
    const GENERATED: &str = r#"
        pub mod types {
            #[derive(Clone, Debug)]
            pub struct Thing {
                #[serde(rename = "deviceOS", skip_serializing_if = "Option::is_none")]
                pub device_os: Option<String>,
                #[doc = "Its own words."]
                #[serde(skip_serializing_if = "Option::is_none")]
                pub type_: Option<String>,
                #[serde(flatten)]
                pub extra: Map,
            }
            pub mod builder {
                impl Default for Thing {
                    fn default() -> Self {
                        Self {
                            device_os: Ok(Default::default()),
                            extra: Err("no value supplied for extra".to_string()),
                        }
                    }
                }
            }
        }
    "#;

    fn completed(generated: &str) -> String {
        let mut file = syn::parse_file(generated).unwrap();
        let document = json!({ "components": { "schemas": {
            "Os": { "type": "string", "description": "An operating system." },
            "Thing": { "type": "object", "properties": {
                "deviceOS": { "$ref": "#/components/schemas/Os" },
                "type": { "$ref": "#/components/schemas/Os" },
            } },
        } } });
        complete(&mut file, &document);
        prettyplease::unparse(&file)
    }

    #[test]
    fn types_that_keep_unknown_members_have_a_default_again() {
        let text = completed(GENERATED);
        assert!(text.contains("#[derive(Clone, Debug, Default)]"), "{text}");
        assert_eq!(completed(&text), text, "completing twice changes nothing");
    }

    #[test]
    fn a_type_with_a_required_or_a_computed_member_gets_no_default() {
        for serde in ["", "#[serde(default = \"defaults::thing\")]"] {
            let with = format!("{serde} pub needed: u8, #[serde(flatten)]");
            let text = completed(&GENERATED.replace("#[serde(flatten)]", &with));
            assert!(text.contains("#[derive(Clone, Debug)]"), "{text}");
        }
    }

    #[test]
    fn builders_do_not_ask_for_unknown_members() {
        let text = completed(GENERATED);
        assert!(text.contains("extra: Ok(Default::default())"), "{text}");
    }

    #[test]
    fn fields_carry_the_description_of_their_component_unless_they_have_one() {
        let text = completed(GENERATED);
        assert_eq!(text.matches("///An operating system.").count(), 1, "{text}");
        assert_eq!(text.matches("///Its own words.").count(), 1, "{text}");
    }
}
