//! The page of faults from the field: each fault is listed once, and what shows it exists.

use std::collections::{BTreeSet, HashSet};
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};

use super::verdict;
use crate::workspace::Workspace;

const PAGE: &str = "docs/field-faults.md";
const FAULTS: u32 = 35;

/// What the page may name.
#[derive(Default)]
struct Known {
    files: Vec<PathBuf>,
    tests: HashSet<String>,
    /// The text of all tests in JavaScript.
    scripts: String,
}

pub(super) fn run(workspace: &Workspace) -> Result<()> {
    let mut known = Known::default();
    for file in workspace.tracked_files()? {
        let path = workspace.root().join(&file);
        // Deleted but not yet committed: no longer there to be named.
        if !path.exists() {
            continue;
        }
        if file.extension().is_some_and(|end| end == "rs") {
            known.tests.extend(tests(&fs::read_to_string(path)?));
        } else if file.to_string_lossy().ends_with(".test.js") {
            known.scripts += &fs::read_to_string(path)?;
        }
        known.files.push(file);
    }
    let page = fs::read_to_string(workspace.root().join(PAGE)).context(PAGE)?;
    verdict(&complaints(&page, &known))
}

/// The tests of a source: functions below an attribute such as `#[test]` or `#[tokio::test(…)]`.
fn tests(source: &str) -> Vec<String> {
    let is_part = |c: &char| c.is_alphanumeric() || *c == '_';
    let mut found = Vec::new();
    let mut is_test = false;
    for line in source.lines().map(str::trim_start) {
        if line.starts_with("#[") {
            is_test |=
                line.starts_with("#[test") || line.contains("::test]") || line.contains("::test(");
        } else if let Some((_, rest)) = line.split_once("fn ") {
            if is_test {
                found.push(rest.chars().take_while(is_part).collect());
            }
            is_test = false;
        } else if !line.starts_with("//") {
            is_test = false;
        }
    }
    found
}

fn complaints(page: &str, known: &Known) -> Vec<String> {
    let mut found = Vec::new();
    let mut missing: BTreeSet<u32> = (1..=FAULTS).collect();
    let rows = page.lines().filter(|line| line.starts_with('|')).skip(2);
    for row in rows {
        let cells: Vec<_> = row.trim_matches('|').split('|').map(str::trim).collect();
        let &[number, .., shown_by] = cells.as_slice() else {
            found.push(format!("a row of one cell: {row}"));
            continue;
        };
        if cells.len() != 4 {
            found.push(format!("{number}: {} cells, not 4", cells.len()));
        }
        if number.parse().is_ok_and(|number| !missing.remove(&number)) {
            found.push(format!("{number}: there twice, or none of 1 to {FAULTS}"));
        }
        if !shown_by.contains('`') {
            found.push(format!("{number}: names neither a test nor a file"));
        }
        for (index, text) in shown_by.split('`').enumerate() {
            let unknown: Vec<_> = match index % 2 {
                1 => Some(text)
                    .filter(|name| !known.has(name))
                    .into_iter()
                    .collect(),
                // Between names, in quotation marks: titles of tests in JavaScript.
                _ => (text.split('"').skip(1).step_by(2))
                    .filter(|title| title.is_empty() || !known.scripts.contains(title))
                    .collect(),
            };
            found.extend(unknown.iter().map(|it| format!("{number}: no {it:?}")));
        }
    }
    found.extend(missing.iter().map(|number| format!("{number}: is missing")));
    found
}

impl Known {
    fn has(&self, name: &str) -> bool {
        match name.contains(['/', '.']) {
            true => self.files.iter().any(|file| is_below(file, name)),
            false => self.tests.contains(name),
        }
    }
}

/// Whether the file has this path or lies below it. A `*` is the name of any one folder: fixtures of
/// a gateway are named without the gateway.
fn is_below(file: &Path, path: &str) -> bool {
    let mut parts = file.iter();
    Path::new(path).iter().all(|expected| {
        let part = parts.next();
        part.is_some_and(|part| expected == "*" || part == expected)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known() -> Known {
        Known {
            files: vec!["a/b.json".into(), "a/c.test.js".into()],
            tests: tests(
                "#[tokio::test(start_paused = true)]\nasync fn it_works() {}\n\
                 #[test]\n/// Why.\nfn it() {}\nfn helper() {}",
            )
            .into_iter()
            .collect(),
            scripts: "webTest('it links', () => {});".to_owned(),
        }
    }

    /// What is complained about if the last cell of the first row is this.
    fn about(shown_by: &str) -> Vec<String> {
        complaints(&page(&[1], shown_by), &known())
    }

    /// A page without the rows `left_out`.
    fn page(first: &[u32], shown_by: &str) -> String {
        let row = |number: &u32, shown: &str| format!("| {number} | a | b | {shown} |\n");
        let head = "One sentence.\n\n| number | a | b | shown by |\n|---|---|---|---|\n";
        let first: String = first.iter().map(|number| row(number, shown_by)).collect();
        let rest: String = (2..=FAULTS).map(|number| row(&number, "`it`")).collect();
        format!("{head}{first}| A1 | a | b | `it` |\n{rest}")
    }

    #[test]
    fn tests_files_folders_and_titles_that_exist_pass() {
        for shown_by in [
            "`it_works`",
            "`it`, `a/b.json`, `a/`, `*/b.json`",
            "`a/c.test.js`: \"it links\"; `it`",
        ] {
            assert_eq!(about(shown_by), [""; 0], "{shown_by}");
        }
    }

    #[test]
    fn what_does_not_exist_is_named_with_its_row() {
        for (shown_by, missing) in [
            ("`it`, `it_work`", "it_work"),
            ("`it_works_not`", "it_works_not"),
            ("`helper`", "helper"),
            ("``", ""),
            ("`a/b.jso`", "a/b.jso"),
            ("`it`, `a/d.json`", "a/d.json"),
            ("`*/d.json`", "*/d.json"),
            ("`a/c.test.js`: \"it links not\"", "it links not"),
            ("`it`: \"\"", ""),
        ] {
            assert_eq!(about(shown_by), [format!("1: no {missing:?}")]);
        }
    }

    #[test]
    fn a_row_that_names_nothing_or_has_another_form_is_found() {
        for shown_by in ["", "somewhere", "\"it links\""] {
            let found = about(shown_by);
            assert_eq!(found, ["1: names neither a test nor a file"], "{shown_by}");
        }
        assert_eq!(about("c | `it`"), ["1: 5 cells, not 4"]);
        let cut = page(&[1], "`it`") + "| a\n";
        assert_eq!(complaints(&cut, &known()), ["a row of one cell: | a"]);
    }

    #[test]
    fn each_number_is_there_once() {
        let numbers = |first: &[u32]| complaints(&page(first, "`it`"), &known());
        assert_eq!(numbers(&[]), ["1: is missing"]);
        for wrong in [0, 2, FAULTS + 1] {
            let found = numbers(&[1, wrong]);
            let expected = format!("{wrong}: there twice, or none of 1 to {FAULTS}");
            assert_eq!(found, [expected]);
        }
        assert_eq!(complaints("", &known()).len(), FAULTS as usize);
    }
}
