//! That the crates which say `rust-version = "1.85"` build with the Rust and the cargo of Debian 13.

use std::env;
use std::path::PathBuf;

use anyhow::{Context as _, Result, bail};

use crate::command;
use crate::toolchains::trixie::Root;
use crate::workspace::Workspace;

/// What Debian 13 has.
const RUST: &str = "1.85";
const PACKAGES: &[&str] = &["base-files", "cargo", "rustc"];
/// Debuggers and GCC's own compilers but the one for C, which `ring` is built with.
const LEFT_OUT: &[&str] = &[
    "/usr/lib/python3*",
    "/usr/libexec/gcc/*/cc1plus",
    "/usr/libexec/gcc/*/lto1",
    "/usr/bin/*lto-dump*",
];

/// Those below every gateway; the gateways come from their folder.
const LIBRARIES: &[&str] = &[
    "pairing-core",
    "pairing-http",
    "pairing-adapter",
    "pairing-qr",
];

pub(super) fn run(workspace: &Workspace) -> Result<()> {
    let root = Root::ensure(workspace, "rust", PACKAGES, LEFT_OUT)?;
    let cargo_home = env::var_os("CARGO_HOME")
        .map(PathBuf::from)
        .or_else(|| Some(env::home_dir()?.join(".cargo")))
        .context("no home folder, and so no crates that cargo downloaded")?;
    let mut program = vec!["cargo", "check", "--lib", "--all-features"];
    // Offline: the steps before have downloaded everything.
    program.extend(["--locked", "--offline"]);
    for package in &workspace.packages {
        if !LIBRARIES.contains(&package.name.as_str()) && !workspace.is_gateway(package) {
            continue;
        }
        if package.rust_version.as_deref() != Some(RUST) {
            bail!("{} does not say `rust-version = \"{RUST}\"`", package.name);
        }
        program.extend(["--package", &package.name]);
    }
    let mut check = root.command(workspace, workspace.root(), &[&cargo_home], &program);
    check
        .env("CARGO_HOME", &cargo_home)
        .env(
            "CARGO_TARGET_DIR",
            workspace.root().join("target/debian-13"),
        )
        // Debian makes `cc` when it installs a compiler, and here none is installed.
        .env("CC", "gcc")
        .env("RUSTFLAGS", "-Clinker=gcc");
    command::run(&mut check)
}
