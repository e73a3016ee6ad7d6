//! Suite `web`: the page of `pairing serve` in Chromium, with `pairing sim` as the gateways.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};

use super::Tally;
use super::output::{self, Harness};
use crate::toolchains::web;
use crate::workspace::Workspace;

/// Of the checkout and of what `node` runs.
const TESTS: &str = "tests";

/// Most tests wait for clocks: more files at a time than processors, each with a browser.
const RUNNER: &[&str] = &[
    "--test",
    "--test-reporter=tap",
    "--test-concurrency=4",
    // In milliseconds; no file takes so long, except one that never ends.
    "--test-timeout=300000",
];

pub(super) fn run(workspace: &Workspace) -> Result<Tally> {
    let files = test_files(&workspace.root().join(web::FOLDER).join(TESTS))?;
    let mut tests = web::node(workspace, RUNNER)?;
    tests.args(files);
    output::count(Harness::Tap, &mut tests)
}

/// Named one by one: a shell's patterns are not Node's, and differ between its versions.
fn test_files(folder: &Path) -> Result<Vec<String>> {
    let mut files = Vec::new();
    for entry in
        fs::read_dir(folder).with_context(|| format!("cannot list {}", folder.display()))?
    {
        let name = entry?.file_name().to_string_lossy().into_owned();
        if name.ends_with(".test.js") {
            files.push(format!("{TESTS}/{name}"));
        }
    }
    files.sort();
    Ok(files)
}
