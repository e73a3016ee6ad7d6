//! Suite `c`: the C layer as a C program sees it.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};

use super::Tally;
use super::bench::Bench;
use super::output::TapOutput;
use crate::command;
use crate::toolchains::c;
use crate::workspace::Workspace;

const TESTS: &str = "bindings/c/tests";
const HEADERS: &str = "bindings/c/include";

pub(super) fn run(workspace: &Workspace) -> Result<Tally> {
    c::ensure(workspace)?;
    let bench = Bench::set_up(workspace)?;
    let built = workspace.root().join("target/c");
    fs::create_dir_all(&built)?;
    let mut tally = Tally::default();
    for source in programs(&workspace.root().join(TESTS))? {
        let program = built.join(source.file_stem().context("a program has a name")?);
        let mut compile = command::program(
            workspace,
            "gcc",
            &[
                "-std=c11",
                "-Wall",
                "-Wextra",
                "-Wpedantic",
                "-Werror",
                "-g",
            ],
        );
        compile
            .arg("-I")
            .arg(HEADERS)
            .arg(&source)
            .arg("-o")
            .arg(&program);
        compile.arg("-L").arg(bench.library()).arg("-lpairing_ffi");
        command::run(&mut compile)?;
        let mut test = command::program(workspace, &program, &[]);
        tally += bench.count::<TapOutput>(test.env("LD_LIBRARY_PATH", bench.library()))?;
    }
    Ok(tally)
}

/// The C files of a folder, a program each, in the order of their names.
fn programs(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut found: Vec<PathBuf> = fs::read_dir(folder)
        .with_context(|| format!("cannot list {}", folder.display()))?
        .map(|entry| Ok(entry?.path()))
        .collect::<Result<_>>()?;
    found.retain(|path| path.extension().is_some_and(|extension| extension == "c"));
    found.sort();
    Ok(found)
}
