//! The library as `cargo cinstall` installs it, and the examples as its users build them.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, bail};

use super::builds::Build;
use super::{succeeds, verdict};
use crate::command;
use crate::test::Tally;
use crate::test::output::Harness;
use crate::test::workbench::Workbench;
use crate::toolchains::c;
use crate::workspace::Workspace;

/// As `bindings/c/README.md` tells it; the profile is that of the libraries that ship.
const INSTALL: &[&str] = &[
    "capi",
    "install",
    "--package=pairing-ffi",
    "--no-default-features",
    "--features=bundled-http,capi",
    "--profile=dist",
    "--locked",
];

const README: &str = "bindings/c/README.md";

/// The tests of the examples that link an instance; the others ran before.
const LINKING: &str = "links";

pub(super) fn check(
    workspace: &Workspace,
    workbench: &Workbench,
    programs: &Build,
) -> Result<Tally> {
    let version = library_version(workspace)?;
    let folder = workspace.root().join("target/c/installed");
    let prefix = folder.join("prefix");
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    let mut install = command::program(workspace, c::ensure_cargo_c(workspace)?, INSTALL);
    command::run(install.arg("--prefix").arg(&prefix))?;
    let packages = parent_of(&prefix, "pairing.pc")?;
    let libraries = packages.parent().context("it is in a folder")?;
    let mut tally = verdict(
        "the installation is complete",
        is_complete(&prefix, libraries, &version),
    );

    tally += verdict(
        "pkg-config tells the version",
        pkg_config_version(workspace, &packages, &version),
    );
    let made = folder.join("make");
    let mut make = command::program(workspace, "make", &["--directory=examples/c"]);
    make.arg(format!("BUILD={}", made.display()))
        .args(["CFLAGS=-Werror", "CC=gcc"])
        .env("PKG_CONFIG_PATH", &packages);
    tally += succeeds("the examples build with make and pkg-config", &mut make);
    tally += examples(workbench, programs, &made, libraries)?;
    let mut compile = readme_program(workspace, &folder)?;
    compile.env("PKG_CONFIG_PATH", &packages);
    tally += succeeds("the program of the README builds", &mut compile);

    let mut find = command::program(workspace, "cmake", &["-S", "bindings/c/tests/cmake"]);
    find.arg("-B").arg(folder.join("versions"));
    find.arg(format!("-DVERSION={version}"));
    let search = format!("-DCMAKE_PREFIX_PATH={}", prefix.display());
    tally += succeeds("CMake finds the versions that fit", find.arg(&search));
    let built = folder.join("cmake");
    let mut configure = command::program(workspace, "cmake", &["-S", "examples/c", "-B"]);
    configure.arg(&built).args([&search, "-DSTATIC=ON"]);
    tally += succeeds("CMake finds the static library", &mut configure);
    let mut build = command::program(workspace, "cmake", &["--build"]);
    tally += succeeds("the examples build with CMake", build.arg(&built));
    // The shared library is out of reach: it must not be needed.
    tally += examples(workbench, programs, &built, Path::new(""))?;
    Ok(tally)
}

/// Compiles the first program in `bindings/c/README.md` as told there, but strictly.
fn readme_program(workspace: &Workspace, folder: &Path) -> Result<Command> {
    let readme = fs::read_to_string(workspace.root().join(README))?;
    let program = readme
        .split_once("```c\n")
        .and_then(|(_, rest)| rest.split_once("```\n"))
        .with_context(|| format!("{README} has no program"))?;
    let source = folder.join("link.c");
    fs::write(&source, program.0)?;
    let line = "gcc -std=c11 -Wall -Wextra -Wpedantic -Werror link.c -o link \
                $(pkg-config --cflags --libs pairing)";
    let mut shell = command::program(workspace, "sh", &["-c", line]);
    shell.current_dir(folder);
    Ok(shell)
}

/// Runs what was built in `folder`, with the shared libraries in `libraries`.
fn examples(
    workbench: &Workbench,
    programs: &Build,
    folder: &Path,
    libraries: &Path,
) -> Result<Tally> {
    let mut tests = programs.examples_test(Command::new, folder);
    tests.arg(LINKING).env("LD_LIBRARY_PATH", libraries);
    workbench.count(Harness::Tap, &mut tests)
}

/// The header's, which the tests in C compare with the library's.
fn library_version(workspace: &Workspace) -> Result<String> {
    let header = fs::read_to_string(workspace.root().join("bindings/c/include/pairing.h"))?;
    let line = header
        .lines()
        .find_map(|line| line.strip_prefix("#define PAIRING_VERSION_STRING "));
    Ok(line
        .context("the header has no version")?
        .trim_matches('"')
        .to_owned())
}

fn is_complete(prefix: &Path, libraries: &Path, version: &str) -> Result<()> {
    let files = [
        libraries.join(format!("libpairing.so.{version}")),
        libraries.join("libpairing.so"),
        libraries.join("libpairing.a"),
        prefix.join("include/pairing.h"),
        prefix.join("share/cmake/pairing/pairingConfig.cmake"),
        prefix.join("share/cmake/pairing/pairingConfigVersion.cmake"),
        prefix.join("share/doc/pairing/CONVENTIONS.md"),
    ];
    for file in files {
        if !file.is_file() {
            bail!("{} is missing", file.strip_prefix(prefix)?.display());
        }
    }
    Ok(())
}

fn pkg_config_version(workspace: &Workspace, packages: &Path, version: &str) -> Result<()> {
    let mut ask = command::program(workspace, "pkg-config", &["--modversion", "pairing"]);
    let told = command::output(ask.env("PKG_CONFIG_PATH", packages))?;
    if told.trim() != version {
        bail!("{} instead of {version}", told.trim());
    }
    Ok(())
}

/// The folder with this file, somewhere below `folder`.
fn parent_of(folder: &Path, file: &str) -> Result<PathBuf> {
    let mut pending = vec![folder.to_owned()];
    while let Some(next) = pending.pop() {
        if next.join(file).is_file() {
            return Ok(next);
        }
        for entry in fs::read_dir(&next)? {
            let path = entry?.path();
            if path.is_dir() {
                pending.push(path);
            }
        }
    }
    bail!("{file} was not installed")
}
