//! Suite `python`: the Python package, under `unittest`, and the scenarios with its agent.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};

use super::Tally;
use super::output::Harness;
use super::workbench::Workbench;
use crate::artifacts;
use crate::toolchains::python::python;
use crate::workspace::Workspace;

const PACKAGE: &str = "bindings/python/pairing";
const EXAMPLES: &str = "examples/python";
const TESTS: &str = "bindings/python/tests";
const AGENT: &str = "bindings/python/tests/scenario_agent.py";

pub(super) fn run(workspace: &Workspace) -> Result<Tally> {
    let unittest = ["-m", "unittest", "discover", "-v", "-s", TESTS];
    let mut tests = python(workspace, &[&["-W", "error"], &unittest[..]].concat())?;
    let mut agent = python(workspace, &["-W", "error", AGENT])?;
    let workbench = Workbench::set_up(workspace)?;
    let package = stage(workspace)?;
    let examples = workspace.root().join(EXAMPLES);
    tests.env("PYTHONPATH", std::env::join_paths([&package, &examples])?);
    agent.env("PYTHONPATH", &package);
    let mut tally = workbench.count(Harness::Unittest, &mut tests)?;
    tally += workbench.play(workspace, &agent, &[])?;
    Ok(tally)
}

/// Lays the package out as a wheel would: the library beside the code, which looks for it there.
fn stage(workspace: &Workspace) -> Result<PathBuf> {
    let stage = workspace.root().join("target/python");
    if stage.exists() {
        fs::remove_dir_all(&stage)?;
    }
    let package = stage.join("pairing");
    fs::create_dir_all(&package)?;
    let sources = workspace.root().join(PACKAGE);
    for entry in fs::read_dir(&sources).with_context(|| format!("cannot list {PACKAGE}"))? {
        let path = entry?.path();
        if path.is_file() {
            copy(&path, &package)?;
        }
    }
    copy(&artifacts::ffi_shared_library(workspace)?, &package)?;
    Ok(stage)
}

fn copy(file: &Path, folder: &Path) -> Result<()> {
    let name = file.file_name().context("a file has a name")?;
    fs::copy(file, folder.join(name)).with_context(|| format!("cannot copy {}", file.display()))?;
    Ok(())
}
