//! The files of a crate and the paths that they mention, without their tests and comments.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use proc_macro2::{TokenStream, TokenTree};
use syn::spanned::Spanned as _;
use syn::visit::{self, Visit};

/// Path of a module inside its crate; empty for the root.
pub(super) type ModulePath = Vec<String>;

/// A crate as its root file declares it.
#[derive(Default)]
pub(super) struct Files {
    /// The file that holds each module, inline ones among them.
    modules: BTreeMap<ModulePath, PathBuf>,
    /// Names that a module hands on, and where it has them from.
    handed_on: BTreeMap<(ModulePath, String), Vec<String>>,
    pub(super) mentions: Vec<Mention>,
}

/// A path somewhere in the code, such as `crate::error::Error`.
pub(super) struct Mention {
    pub(super) file: PathBuf,
    pub(super) line: usize,
    /// The module that it stands in.
    pub(super) module: ModulePath,
    path: Vec<String>,
}

impl Mention {
    pub(super) fn text(&self) -> String {
        self.path.join("::")
    }
}

impl Files {
    /// Reads the crate whose root is the file `root`, by whatever `read` gives for a path.
    pub(super) fn of(root: &Path, read: &dyn Fn(&Path) -> Option<String>) -> Self {
        let mut files = Self::default();
        let folder = root.parent().unwrap_or(Path::new("")).to_owned();
        let mut left = vec![(root.to_owned(), folder, ModulePath::new())];
        while let Some((file, folder, module)) = left.pop() {
            let text = read(&file).unwrap_or_else(|| panic!("{} is missing", file.display()));
            let parsed = syn::parse_file(&text)
                .unwrap_or_else(|e| panic!("{}:{}: {e}", file.display(), e.span().start().line));
            let mut reader =
                Reader { files: &mut files, read, file, folder, module, left: &mut left };
            reader.files.modules.insert(reader.module.clone(), reader.file.clone());
            reader.visit_file(&parsed);
        }
        files
    }

    /// The module that a mention names, and what of the path is left there.
    pub(super) fn named(&self, mention: &Mention) -> Option<(ModulePath, Vec<String>)> {
        self.followed(&mention.module, &mention.path)
    }

    /// The module that defines what is mentioned, behind all that only hand it on.
    pub(super) fn defining(&self, mention: &Mention) -> Option<ModulePath> {
        let (mut module, mut rest) = self.named(mention)?;
        // A name that is handed on in a circle does not compile.
        while let Some(name) = rest.first() {
            let Some(origin) = self.handed_on.get(&(module.clone(), name.clone())) else { break };
            let Some((further, mut left)) = self.followed(&module, origin) else { break };
            left.extend(rest.drain(1..));
            (module, rest) = (further, left);
        }
        Some(module)
    }

    fn followed(&self, from: &[String], path: &[String]) -> Option<(ModulePath, Vec<String>)> {
        let (mut module, mut rest) = match path.first()?.as_str() {
            "crate" => (ModulePath::new(), &path[1..]),
            "self" => (from.to_vec(), &path[1..]),
            "super" => (from.to_vec(), path),
            name => {
                let child = [from, &[name.to_owned()]].concat();
                self.modules.get(&child)?;
                (from.to_vec(), path)
            }
        };
        while rest.first().is_some_and(|name| name == "super") {
            module.pop();
            rest = &rest[1..];
        }
        while let Some(name) = rest.first() {
            let child = [&module[..], std::slice::from_ref(name)].concat();
            if !self.modules.contains_key(&child) {
                break;
            }
            module = child;
            rest = &rest[1..];
        }
        Some((module, rest.to_vec()))
    }

    /// The module of a file itself, not one that is written inside of it.
    pub(super) fn module_of(&self, file: &Path) -> ModulePath {
        let modules = self.modules.iter().filter(|(_, of)| *of == file).map(|(module, _)| module);
        modules.min_by_key(|module| module.len()).cloned().unwrap_or_default()
    }

    pub(super) fn file_of(&self, module: &[String]) -> Option<&Path> {
        self.modules.get(module).map(PathBuf::as_path)
    }
}

/// Walks through one file.
struct Reader<'a> {
    files: &'a mut Files,
    read: &'a dyn Fn(&Path) -> Option<String>,
    file: PathBuf,
    /// Where the files of its modules are.
    folder: PathBuf,
    module: ModulePath,
    left: &'a mut Vec<(PathBuf, PathBuf, ModulePath)>,
}

impl Reader<'_> {
    fn mention(&mut self, line: usize, path: Vec<String>) {
        let (file, module) = (self.file.clone(), self.module.clone());
        self.files.mentions.push(Mention { file, line, module, path });
    }

    /// The paths of a `use`, each on its own, with the name that it gets here.
    fn uses(&mut self, tree: &syn::UseTree, before: &[String], hands_on: bool) {
        let then = |name: &syn::Ident| [before, &[name.to_string()]].concat();
        let (line, path, name) = match tree {
            syn::UseTree::Path(path) => {
                return self.uses(&path.tree, &then(&path.ident), hands_on);
            }
            syn::UseTree::Group(group) => {
                return group.items.iter().for_each(|tree| self.uses(tree, before, hands_on));
            }
            syn::UseTree::Name(name) => (name.span(), then(&name.ident), Some(&name.ident)),
            syn::UseTree::Rename(name) => (name.span(), then(&name.ident), Some(&name.rename)),
            syn::UseTree::Glob(glob) => (glob.span(), before.to_vec(), None),
        };
        match name.filter(|_| hands_on) {
            Some(name) => {
                let name = (self.module.clone(), name.to_string());
                self.files.handed_on.insert(name, path);
            }
            None => self.mention(line.start().line, path),
        }
    }

    /// What a macro is given is no syntax yet: every `crate::…` in it counts.
    fn tokens(&mut self, tokens: TokenStream) {
        let mut tokens = tokens.into_iter().peekable();
        while let Some(token) = tokens.next() {
            match token {
                TokenTree::Group(group) => self.tokens(group.stream()),
                TokenTree::Ident(ident) if ident == "crate" => {
                    let mut path = vec!["crate".to_owned()];
                    loop {
                        while tokens
                            .next_if(
                                |next| matches!(next, TokenTree::Punct(p) if p.as_char() == ':'),
                            )
                            .is_some()
                        {}
                        match tokens.next_if(|next| matches!(next, TokenTree::Ident(_))) {
                            Some(TokenTree::Ident(name)) => path.push(name.to_string()),
                            _ => break,
                        }
                    }
                    self.mention(ident.span().start().line, path);
                }
                _ => {}
            }
        }
    }

    fn declared_file(&self, item: &syn::ItemMod, name: &str) -> PathBuf {
        let named = item.attrs.iter().find_map(|attribute| {
            let syn::Meta::NameValue(pair) = &attribute.meta else { return None };
            let syn::Expr::Lit(literal) = &pair.value else { return None };
            let syn::Lit::Str(text) = &literal.lit else { return None };
            pair.path.is_ident("path").then(|| text.value())
        });
        match named {
            Some(path) => self.file.with_file_name(path),
            None => {
                let nested = self.folder.join(name).join("mod.rs");
                let file = self.folder.join(format!("{name}.rs"));
                if (self.read)(&file).is_some() { file } else { nested }
            }
        }
    }
}

impl<'ast> Visit<'ast> for Reader<'_> {
    fn visit_item(&mut self, item: &'ast syn::Item) {
        if !is_test(attributes(item)) {
            visit::visit_item(self, item);
        }
    }

    fn visit_impl_item_fn(&mut self, item: &'ast syn::ImplItemFn) {
        if !is_test(&item.attrs) {
            visit::visit_impl_item_fn(self, item);
        }
    }

    fn visit_item_mod(&mut self, item: &'ast syn::ItemMod) {
        let name = item.ident.to_string();
        let folder = self.folder.join(&name);
        if item.content.is_none() {
            let file = self.declared_file(item, &name);
            let module = [&self.module[..], &[name]].concat();
            self.left.push((file, folder, module));
            return;
        }
        let outer = std::mem::replace(&mut self.folder, folder);
        self.module.push(name);
        self.files.modules.insert(self.module.clone(), self.file.clone());
        visit::visit_item_mod(self, item);
        self.module.pop();
        self.folder = outer;
    }

    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        if item.leading_colon.is_none() {
            let hands_on = !matches!(item.vis, syn::Visibility::Inherited);
            self.uses(&item.tree, &[], hands_on);
        }
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        if path.leading_colon.is_none() && path.segments.len() > 1 {
            let names = path.segments.iter().map(|segment| segment.ident.to_string()).collect();
            self.mention(path.span().start().line, names);
        }
        visit::visit_path(self, path);
    }

    fn visit_macro(&mut self, invoked: &'ast syn::Macro) {
        self.visit_path(&invoked.path);
        self.tokens(invoked.tokens.clone());
    }

    // `pub(in crate::…)` and what attributes say are no uses.
    fn visit_visibility(&mut self, _: &'ast syn::Visibility) {}
    fn visit_attribute(&mut self, _: &'ast syn::Attribute) {}
}

fn attributes(item: &syn::Item) -> &[syn::Attribute] {
    match item {
        syn::Item::Const(item) => &item.attrs,
        syn::Item::Enum(item) => &item.attrs,
        syn::Item::Fn(item) => &item.attrs,
        syn::Item::Impl(item) => &item.attrs,
        syn::Item::Macro(item) => &item.attrs,
        syn::Item::Mod(item) => &item.attrs,
        syn::Item::Static(item) => &item.attrs,
        syn::Item::Struct(item) => &item.attrs,
        syn::Item::Trait(item) => &item.attrs,
        syn::Item::Type(item) => &item.attrs,
        syn::Item::Use(item) => &item.attrs,
        _ => &[],
    }
}

/// Whether the attributes hold `#[cfg(test)]`.
fn is_test(attributes: &[syn::Attribute]) -> bool {
    attributes.iter().any(|attribute| match &attribute.meta {
        syn::Meta::List(list) if list.path.is_ident("cfg") => has_word(list.tokens.clone(), "test"),
        _ => false,
    })
}

fn has_word(tokens: TokenStream, word: &str) -> bool {
    tokens.into_iter().any(|token| match token {
        TokenTree::Ident(ident) => ident == word,
        TokenTree::Group(group) => has_word(group.stream(), word),
        _ => false,
    })
}
