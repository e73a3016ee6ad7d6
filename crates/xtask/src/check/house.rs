//! House rules about the files themselves: nothing unfinished, nothing huge, and no path of
//! somebody's machine in a tracked file.

use std::path::Path;

use anyhow::{Context as _, Result};

use super::verdict;
use crate::bindings;
use crate::workspace::Workspace;

/// Bigger files belong in a release, not in everybody's clone. In bytes.
const LARGEST: u64 = 1024 * 1024;

/// Marks of unfinished work. Written in halves, or this file would break its own rule.
const UNFINISHED: &[&str] = &[concat!("TO", "DO"), concat!("FIX", "ME")];

/// Beginnings of paths that exist on one machine alone.
const MACHINE_PATHS: &[&str] = &[
    concat!("/ho", "me/"),
    concat!("/ro", "ot/"),
    concat!("/Us", "ers/"),
    concat!("/wo", "rk/"),
];

pub(super) fn run(workspace: &Workspace) -> Result<()> {
    let mut violations = Vec::new();
    for name in workspace.tracked_files()? {
        let path = workspace.root().join(&name);
        // Deleted but not yet committed, a link or a submodule: nothing of ours to read.
        if path.symlink_metadata().is_ok_and(|found| found.is_file()) {
            let name = name.display();
            let found = complaints(&path).with_context(|| format!("cannot read {name}"))?;
            violations.extend(
                found
                    .into_iter()
                    .map(|complaint| format!("{name}{complaint}")),
            );
        }
    }
    verdict(&violations)
}

fn complaints(path: &Path) -> Result<Vec<String>> {
    let size = path.metadata()?.len();
    if size > LARGEST {
        return Ok(vec![format!(": {size} bytes, more than {LARGEST}")]);
    }
    // Pictures and the like are not read.
    Ok(String::from_utf8(std::fs::read(path)?)
        .map(|text| complaints_about(&text))
        .unwrap_or_default())
}

fn complaints_about(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    // The generators' templates speak of their own unfinished work, not of ours.
    let unfinished = if bindings::is_generated(text) {
        &[]
    } else {
        UNFINISHED
    };
    for (index, line) in text.lines().enumerate() {
        let number = index + 1;
        for mark in unfinished.iter().filter(|mark| has_word(line, mark)) {
            found.push(format!(":{number}: {mark}: finish it or open an issue"));
        }
        for path in MACHINE_PATHS.iter().filter(|path| has_path(line, path)) {
            found.push(format!(":{number}: a path of somebody's machine ({path}…)"));
        }
    }
    found
}

fn has_word(line: &str, word: &str) -> bool {
    let is_part = |c: char| c.is_alphanumeric() || c == '_';
    line.match_indices(word).any(|(start, _)| {
        !line[..start].ends_with(is_part) && !line[start + word.len()..].starts_with(is_part)
    })
}

/// Only where a path can begin: the same letters within a URL or a longer path are harmless.
fn has_path(line: &str, path: &str) -> bool {
    line.match_indices(path).any(|(start, _)| {
        !line[..start].ends_with(|c: char| c.is_alphanumeric() || "-_.~}>)*".contains(c))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unfinished_work_is_found_with_its_line() {
        let text = format!("fine\n// {}: think\n", UNFINISHED[0]);
        let found = complaints_about(&text);
        assert_eq!(found.len(), 1);
        assert!(found[0].starts_with(":2: "), "{found:?}");
    }

    #[test]
    fn longer_and_lower_case_words_are_no_marks() {
        let text = format!("{}S clippy::todo MY_{}\n", UNFINISHED[0], UNFINISHED[1]);
        assert!(complaints_about(&text).is_empty());
    }

    #[test]
    fn a_machine_path_is_found_wherever_a_path_can_begin() {
        for path in MACHINE_PATHS {
            for before in ["", "see ", "\"", "(", "=", "file://"] {
                let text = format!("{before}{path}x");
                assert_eq!(complaints_about(&text).len(), 1, "{text}");
            }
        }
    }

    #[test]
    fn the_same_letters_within_a_url_or_a_longer_path_are_fine() {
        for path in MACHINE_PATHS {
            for before in ["https://example.com", "./target", "~", "${root}"] {
                let text = format!("{before}{path}x");
                assert!(complaints_about(&text).is_empty(), "{text}");
            }
        }
    }
}
