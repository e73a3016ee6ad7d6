//! `Debug` of every public type: each is shown here with secrets in it, or listed with the reason
//! why it can hold none. A new type is neither until somebody decides.
#![allow(clippy::unwrap_used, reason = "a test's helpers fail by panicking")]

mod harmless;
mod scan;
mod shown;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use crate::harmless::{HARMLESS, WHOLE_CRATES};
use crate::scan::public_types;
use crate::shown::Shown;

/// The crates whose types nobody else gets, and why.
const NO_LIBRARIES: &[(&str, &str)] = &[
    (
        "pairing-bindgen",
        "a tool of this repository, which knows no credential",
    ),
    (
        "pairing-cli",
        "a program: what it prints is tested as a whole, in `tests/cli`",
    ),
    (
        "xtask",
        "a tool of this repository, which knows no credential",
    ),
];

/// It defines no type: it re-exports those of the others.
const FACADE: &str = "crates/pairing";

/// Every library crate, by its folder: all in `crates` and `crates/gateways`, and the suite that
/// adapters run.
fn libraries() -> Vec<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut folders = vec!["tests/conformance".to_owned()];
    let mut without = BTreeSet::new();
    for parent in ["crates", "crates/gateways"] {
        for entry in fs::read_dir(root.join(parent)).unwrap() {
            let name = entry.unwrap().file_name().into_string().unwrap();
            let folder = format!("{parent}/{name}");
            if root.join(&folder).join("src/lib.rs").exists() {
                folders.push(folder);
            } else if root.join(&folder).join("Cargo.toml").exists() {
                without.insert(name);
            }
        }
    }
    let listed = NO_LIBRARIES.iter().map(|(name, _)| (*name).to_owned());
    assert_eq!(without, listed.collect(), "crates without a library");
    folders
}

/// As code names the crate: `pairing_acme` for `crates/gateways/acme`.
fn crate_name(folder: &str) -> String {
    let name = folder.rsplit('/').next().unwrap().replace('-', "_");
    match folder.starts_with("crates/gateways/") {
        true => format!("pairing_{name}"),
        false => name,
    }
}

/// What a canary becomes when it is printed: itself, a phone code with its hyphen, a list of
/// bytes, or base64 as it is within a picture's.
const FORMS: [&str; 4] = ["canary", "cana-ry", "99, 97, 110, 97, 114, 121", "y2fuyxj5"];

#[tokio::test]
async fn nothing_that_holds_a_secret_shows_it() {
    for Shown { name, text, also } in shown::all().await {
        let lower = text.to_lowercase();
        for form in FORMS {
            assert!(!lower.contains(form), "{name} shows a secret: {text}");
        }
        for secret in also {
            assert!(secret.len() >= 8, "{name}: too short to tell");
            assert!(!text.contains(&secret), "{name} shows a secret: {text}");
        }
    }
}

#[tokio::test]
async fn every_public_type_that_prints_itself_is_shown_or_cannot_hold_a_secret() {
    let shown: BTreeSet<String> = shown::all().await.into_iter().map(|it| it.name).collect();
    let mut known = BTreeSet::new();
    for folder in libraries() {
        let name = crate_name(&folder);
        let types = public_types(&folder);
        assert_eq!(
            types.is_empty(),
            folder == FACADE,
            "types found in {folder}"
        );
        for found in types {
            let path = format!("{name}::{}", found.name);
            let harmless = HARMLESS.iter().any(|(known, _)| *known == path);
            let whole_crate = WHOLE_CRATES.iter().any(|(known, _)| *known == name);
            if found.has_debug {
                assert!(
                    (harmless || whole_crate) != shown.contains(&path),
                    "{path} implements Debug: show it with secrets in `shown`, or say in \
                     `harmless` why it cannot hold one"
                );
            } else {
                assert!(!harmless, "{path} does not print itself any more");
            }
            known.insert(path);
        }
    }
    let listed = HARMLESS.iter().map(|(path, _)| (*path).to_owned());
    for path in shown.into_iter().chain(listed) {
        assert!(known.contains(&path), "there is no {path}");
    }
}
