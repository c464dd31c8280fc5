//! Gives the generated objects a JSON Schema, behind the feature `schemars` of koodrive-api.

use syn::{Attribute, Item, ItemStruct, parse_quote};

/// Derives `JsonSchema` for the objects of the module `types`. What is no object is a parameter.
pub(crate) fn derive(file: &mut syn::File) {
    for item in &mut file.items {
        let Item::Mod(module) = item else { continue };
        let is_types = module.ident == "types";
        for item in module.content.iter_mut().flat_map(|(_, items)| items).filter(|_| is_types) {
            if let Item::Struct(item) = item
                && is_object(item)
            {
                item.attrs.push(parse_quote! {
                    #[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]
                });
            }
        }
    }
}

fn is_object(item: &ItemStruct) -> bool {
    let derives_reading = |attribute: &Attribute| match &attribute.meta {
        syn::Meta::List(list) if attribute.path().is_ident("derive") => {
            list.tokens.to_string().contains("Deserialize")
        }
        _ => false,
    };
    matches!(item.fields, syn::Fields::Named(_)) && item.attrs.iter().any(derives_reading)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn objects_have_a_schema_and_parameters_and_builders_have_none() {
        let mut file = syn::parse_file(
            r#"
            pub mod types {
                #[derive(::serde::Deserialize, ::serde::Serialize)]
                pub struct Page { pub code: u8 }
                #[derive(::serde::Serialize)]
                pub struct Cursor(String);
                #[derive(::serde::Deserialize)]
                pub struct Id(String);
                #[derive(Clone)]
                pub struct Settings { size: u8 }
                #[doc(alias(Deserialize))]
                pub struct Reader { size: u8 }
                pub mod builder {
                    #[derive(Clone)]
                    pub struct Page { code: u8 }
                }
            }
            #[derive(::serde::Deserialize)]
            pub struct Client { base: u8 }
            "#,
        )
        .unwrap();
        derive(&mut file);
        let text = prettyplease::unparse(&file);
        let derived = "#[cfg_attr(feature = \"schemars\", derive(::schemars::JsonSchema))]";
        assert_eq!(text.matches(derived).count(), 1, "{text}");
        assert!(
            text.contains(&format!("{derived}\n    pub struct Page {{\n        pub code")),
            "{text}"
        );
    }
}
