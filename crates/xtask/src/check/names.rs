//! Everything particular to a gateway lies in its folder: few files outside name it, so that few are
//! touched when a gateway is added. docs/adr/0023-a-gateways-name-in-few-files.md says what counts.

use std::ffi::OsStr;
use std::path::Path;

use anyhow::{Context as _, Result};

use super::verdict;
use crate::workspace::Workspace;

/// The largest number of files outside its folder that may name a gateway.
const MOST_FILES: usize = 8;

/// The gateway of all examples. Documents, examples, tests and comments may name it; its name in
/// manifests and in code that ships counts like any other.
const EXAMPLE: &str = "zapi";

/// Counted for no gateway: records of the past, what a machine wrote, and a page for those who have a
/// server of one of three gateways, which a new gateway leaves as it is.
const RECORDS: &[&str] = &[
    "CHANGELOG.md",
    "docs/adr",
    "docs/api",
    "docs/dashboards.md",
    "docs/dashboards.pt-BR.md",
    "docs/gateways.md",
    "fuzz/corpus",
    "fuzz/crashes",
];

pub(super) fn run(workspace: &Workspace) -> Result<()> {
    let mut gateways = Vec::new();
    for gateway in workspace.gateways() {
        let folder = gateway.folder().strip_prefix(workspace.root())?;
        let name = folder.file_name().and_then(|name| name.to_str());
        gateways.push((folder, name.context("a gateway's folder has no name")?));
    }
    let mut found = vec![Vec::new(); gateways.len()];
    for path in workspace.tracked_files()? {
        if RECORDS.iter().any(|record| path.starts_with(record)) {
            continue;
        }
        // Pictures are not read. A file that was deleted and is not committed yet is no violation.
        let text = std::fs::read_to_string(workspace.root().join(&path)).unwrap_or_default();
        for ((_, name), files) in gateways.iter().zip(&mut found) {
            // A gateway whose name begins with this one tells itself apart from it, in its folder.
            let is_free = |(folder, other): &(&Path, &str)| {
                path.starts_with(folder) && other.starts_with(name)
            };
            let others = gateways.iter().map(|(_, other)| *other);
            let longer: Vec<&str> = others
                .filter(|other| other != name && other.starts_with(name))
                .collect();
            if !gateways.iter().any(is_free) && counts(&path, &text, name, &longer) {
                files.push(path.display().to_string());
            }
        }
    }
    let crowded = gateways
        .iter()
        .zip(found)
        .filter(|(_, files)| files.len() > MOST_FILES);
    let violations: Vec<String> = crowded
        .map(|((folder, name), files)| {
            format!(
                "{} files outside {} name {name}, {MOST_FILES} may: {}",
                files.len(),
                folder.display(),
                files.join(", ")
            )
        })
        .collect();
    verdict(&violations)
}

/// `longer` are the names of other gateways that begin with this one.
fn counts(path: &Path, text: &str, name: &str, longer: &[&str]) -> bool {
    if name != EXAMPLE {
        let path = path.to_string_lossy();
        return is_named(&path, name, longer) || is_named(text, name, longer);
    }
    let is_test = |part: &OsStr| {
        ["benches", "tests", "tests.rs"]
            .iter()
            .any(|it| part == *it)
    };
    let in_a_crate = path.starts_with("crates") && !path.iter().any(is_test);
    match path.file_name().and_then(OsStr::to_str) {
        Some("Cargo.lock") => is_named(text, name, longer),
        Some("Cargo.toml") => {
            (in_a_crate || path.iter().count() == 1) && is_named(text, name, longer)
        }
        Some(file) if in_a_crate && file.ends_with(".rs") => is_named(&code(text), name, longer),
        _ => false,
    }
}

/// A source text without its comments and without the module of tests at its end.
fn code(text: &str) -> String {
    let marks = ["\n#[cfg(test)]\nmod ", "\n#[cfg(all(test"];
    let ends = marks.iter().filter_map(|mark| text.find(mark));
    let shipped = &text[..ends.min().unwrap_or(text.len())];
    let lines = shipped
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"));
    lines.collect::<Vec<_>>().join("\n")
}

/// Whether the text contains this name at the beginning of a word, in any spelling: `acmeapi`,
/// `ACME_API`, `acme-api`, `toAcmeApi`; and not as the beginning of a longer name.
fn is_named(text: &str, name: &str, longer: &[&str]) -> bool {
    let text = text.as_bytes();
    (0..text.len()).any(|at| {
        let is_longer = |other: &&str| spells(&text[at..], other);
        begins_word(text, at) && spells(&text[at..], name) && !longer.iter().any(is_longer)
    })
}

fn begins_word(text: &[u8], at: usize) -> bool {
    let Some(before) = at.checked_sub(1).map(|before| text[before]) else {
        return true;
    };
    !before.is_ascii_alphanumeric()
        || (before.is_ascii_lowercase() && text[at].is_ascii_uppercase())
}

fn spells(text: &[u8], name: &str) -> bool {
    let mut letters = text.iter().filter(|letter| !b"-_".contains(letter));
    let mut expected = name.bytes().filter(|letter| *letter != b'-');
    expected.all(|expected| {
        letters
            .next()
            .is_some_and(|letter| letter.eq_ignore_ascii_case(&expected))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_of_a_name_is_found_and_a_longer_word_is_not() {
        for text in [
            "acmeapi",
            "see Acme-API",
            "PAIRING_ACMEAPI_TOKEN",
            "toAcmeApi",
            "acme_api",
        ] {
            assert!(is_named(text, "acmeapi", &[]), "{text}");
        }
        for text in ["", "acme", "tacmeapi", "TACMEAPI", "acme\napi", "acmeap"] {
            assert!(!is_named(text, "acmeapi", &[]), "{text}");
        }
    }

    #[test]
    fn a_name_with_a_hyphen_is_found_and_is_not_taken_for_a_shorter_one() {
        for text in ["acme-go", "AcmeGo", "PAIRING_ACME_GO_TOKEN"] {
            assert!(is_named(text, "acme-go", &[]), "{text}");
            assert!(!is_named(text, "acme", &["acme-go"]), "{text}");
        }
        assert!(is_named("acme-go and acme", "acme", &["acme-go"]));
        assert!(!is_named("acme", "acme-go", &[]));
    }

    #[test]
    fn a_gateway_counts_wherever_it_is_named() {
        for path in [
            "docs/page.md",
            "tests/e2e/a.rs",
            "crates/a/src/lib.rs",
            "Cargo.lock",
        ] {
            assert!(
                counts(Path::new(path), "// AcmeApi", "acmeapi", &[]),
                "{path}"
            );
            assert!(
                !counts(Path::new(path), "// the gateway", "acmeapi", &[]),
                "{path}"
            );
        }
        assert!(counts(Path::new("tests/acmeapi.rs"), "", "acmeapi", &[]));
    }

    #[test]
    fn the_example_counts_in_manifests_and_in_code_that_ships() {
        let used = format!("const NAME: &str = \"{EXAMPLE}\";\n");
        let shown = format!(
            "/// Like `{EXAMPLE}`.\nconst A: u8 = 1;\n#[cfg(test)]\nmod tests {{\n{used}}}\n"
        );
        let shipped = Path::new("crates/a/src/b.rs");
        assert!(counts(shipped, &used, EXAMPLE, &[]));
        assert!(!counts(shipped, &shown, EXAMPLE, &[]));
        assert!(counts(Path::new("Cargo.toml"), &used, EXAMPLE, &[]));
        for path in [
            "docs/page.md",
            "examples/a/src/main.rs",
            "crates/a/tests/b.rs",
            "crates/a/src/tests.rs",
            "examples/a/Cargo.toml",
        ] {
            assert!(!counts(Path::new(path), &used, EXAMPLE, &[]), "{path}");
        }
    }
}
