//! `cargo deny` over licences, bans and sources, at one pinned version.
//!
//! Not over advisories: their database is a git repository, and this check needs no network
//! beyond the registry.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Result, bail};

use crate::command;
use crate::workspace::Workspace;

const VERSION: &str = "0.20.2";
/// Inside the workspace and ignored by git.
const FOLDER: &str = ".tools";

pub(super) fn run(workspace: &Workspace) -> Result<()> {
    let deny = ensure_installed(workspace)?;
    command::run(&mut command::program(
        workspace,
        deny,
        &[
            "--locked",
            "--all-features",
            "check",
            "--hide-inclusion-graph",
            "licenses",
            "bans",
            "sources",
        ],
    ))
}

/// The pinned cargo-deny: ours, or the one on the path if it is the same.
fn ensure_installed(workspace: &Workspace) -> Result<PathBuf> {
    let own = workspace
        .root()
        .join(FOLDER)
        .join("bin")
        .join(format!("cargo-deny{}", std::env::consts::EXE_SUFFIX));
    for candidate in [own.clone(), PathBuf::from("cargo-deny")] {
        if is_pinned(&candidate) {
            return Ok(candidate);
        }
    }
    let mut install = command::cargo(
        workspace,
        &[
            "install",
            "--locked",
            "cargo-deny",
            "--version",
            VERSION,
            "--root",
            FOLDER,
        ],
    );
    // It runs for a second; optimising it would cost minutes on a fresh machine.
    install
        .env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "0")
        .env("CARGO_PROFILE_RELEASE_LTO", "off")
        .env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16");
    command::run(&mut install)?;
    if !is_pinned(&own) {
        bail!("`{}` left no working cargo-deny", command::shown(&install));
    }
    Ok(own)
}

fn is_pinned(program: &PathBuf) -> bool {
    Command::new(program)
        .arg("--version")
        .output()
        .is_ok_and(|output| {
            String::from_utf8_lossy(&output.stdout).trim() == format!("cargo-deny {VERSION}")
        })
}
