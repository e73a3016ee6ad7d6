//! `Debug` of every public type: each is shown here with secrets in it, or listed with the reason
//! why it can hold none. A new type is neither until somebody decides.
#![allow(clippy::unwrap_used, reason = "a test's helpers fail by panicking")]

mod harmless;
mod scan;
mod shown;

use std::collections::BTreeSet;

use crate::harmless::{HARMLESS, WHOLE_CRATES};
use crate::scan::public_types;
use crate::shown::Shown;

/// Every library crate, by its folder.
const CRATES: &[&str] = &[
    "crates/pairing-core",
    "crates/pairing-ffi",
    "crates/pairing-http",
    "crates/pairing-megaapi",
    "crates/pairing-providers",
    "crates/pairing-qr",
    "crates/pairing-sim",
    "crates/pairing-web",
    "crates/pairing-zapi",
    "tests/conformance",
];

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
    for folder in CRATES {
        let name = folder.rsplit('/').next().unwrap().replace('-', "_");
        let types = public_types(folder);
        assert!(!types.is_empty(), "no type found in {folder}");
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
