//! Which public types a crate has, read off its sources. `unreachable_pub` is a lint of the
//! workspace, so `pub` means that users get it; `rustfmt` writes one item a line.

use std::fs;
use std::path::{Path, PathBuf};

/// A public type and whether it prints itself.
pub(crate) struct Type {
    pub(crate) name: String,
    pub(crate) has_debug: bool,
}

/// Of the crate in this folder of the workspace.
pub(crate) fn public_types(folder: &str) -> Vec<Type> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut files = Vec::new();
    collect(&root.join(folder).join("src"), &mut files);
    let sources: Vec<String> = files.iter().map(|file| without_tests(file)).collect();
    let all = sources.concat();
    let found = sources.iter().flat_map(|source| in_source(source, &all));
    found.collect()
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_str().unwrap();
        let is_test = name == "tests" || name.ends_with("_tests");
        match path.extension() {
            _ if is_test => {}
            None => collect(&path, files),
            Some(extension) if extension == "rs" => files.push(path),
            Some(_) => {}
        }
    }
}

/// The tests of a module are at its end.
fn without_tests(file: &Path) -> String {
    let source = fs::read_to_string(file).unwrap();
    match source.split_once("#[cfg(test)]\nmod tests {") {
        Some((before, _)) => before.to_owned(),
        None => source,
    }
}

fn in_source(source: &str, all: &str) -> Vec<Type> {
    let lines: Vec<&str> = source.lines().map(str::trim_start).collect();
    let mut found = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        let kinds = ["pub struct ", "pub enum ", "pub union "];
        let Some(rest) = kinds.iter().find_map(|kind| line.strip_prefix(kind)) else {
            continue;
        };
        let ends_it = |letter: char| !(letter.is_alphanumeric() || letter == '_');
        let name = rest.split(ends_it).next().unwrap().to_owned();
        let derives = attributes(&lines[..at]).contains("Debug");
        let by_hand = format!("Debug for {name} ");
        let by_macro = format!("secret_text!({name})");
        found.push(Type {
            has_debug: derives || all.contains(&by_hand) || all.contains(&by_macro),
            name,
        });
    }
    found
}

/// The `derive`s above an item; one may take several lines.
fn attributes(above: &[&str]) -> String {
    let item = above.iter().rev();
    let item = item.take_while(|line| !line.is_empty() && !line.ends_with(['}', ';', '{']));
    let not_docs = item.filter(|line| !line.starts_with("//"));
    not_docs.copied().collect()
}

#[test]
fn the_scan_tells_what_is_public_and_what_prints() {
    let source = "/// Debug\npub struct Silent;\n\n#[derive(\n    Clone,\n    Debug,\n)]\n\
                  pub enum Derived {}\n\npub(crate) struct Private;\n\npub struct Hand<'a>(&'a u8);\n\
                  impl fmt::Debug for Other {}\n";
    let found = in_source(source, "impl fmt::Debug for Hand {}");
    let found: Vec<_> = found
        .iter()
        .map(|found| (found.name.as_str(), found.has_debug))
        .collect();
    assert_eq!(
        found,
        [("Silent", false), ("Derived", true), ("Hand", true)]
    );
}
