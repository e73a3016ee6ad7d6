//! A program changes its gateway by its configuration alone: the same stories lead to the same screens at
//! every gateway of the registry, and the documents say where they do not.
//!
//! Each gateway is compared with one sequence of screens for each story. That is the same as comparing each
//! pair: two gateways that equal a third equal each other. Nor does it matter which ran before, because a
//! session takes nothing but its provider from the configuration, and simulated instances share nothing.

#![allow(clippy::unwrap_used, reason = "a test's helpers fail by panicking")]

use std::fs;
use std::path::Path;

use pairing_e2e::page::{COMMAND, Section};
use pairing_e2e::{Story, Telling, dialects};

#[test]
fn the_same_story_leads_to_the_same_screens_at_every_gateway() {
    let mut others = Vec::new();
    for story in Story::ALL {
        let mut is_told = false;
        for &dialect in dialects() {
            match story.at(dialect) {
                Telling::Same(_) => is_told = true,
                Telling::Excluded(_) => {}
                Telling::Other(screens) => others.push(format!("{dialect} {story:?}: {screens:?}")),
            }
        }
        assert!(is_told, "{story:?} happens at no gateway");
    }
    assert!(
        others.is_empty(),
        "screens that no property of the gateway explains: {others:#?}"
    );
}

#[test]
fn the_documents_show_what_the_adapters_declare_and_the_suite_finds() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    for section in Section::all() {
        let document = fs::read_to_string(root.join(section.file)).unwrap();
        let renewed = section.put_into(&document).unwrap();
        assert!(
            document == renewed,
            "{}, {}: run `{COMMAND}`, which writes:\n{}",
            section.file,
            section.name,
            section.text
        );
    }
}
