//! Where the programs are, and how those come about that this crate's build does not make.

use std::env;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result, bail};

/// A program of this crate, built with the one that runs.
pub(super) fn beside(name: &str) -> Result<PathBuf> {
    let own = env::current_exe().context("this program has a path")?;
    let path = own.with_file_name(name);
    if !path.exists() {
        bail!("{name} is missing: build all programs of pairing-benches");
    }
    Ok(path)
}

pub(super) fn peers() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("peers")
}

/// The plain loop in Rust, with the same compiler, profile and reqwest as ours.
pub(super) fn plain_rust() -> Result<PathBuf> {
    run(Command::new("cargo")
        .args(["build", "--quiet", "--release", "-p", "pairing-bench-plain"])
        .current_dir(peers().join("rust")))?;
    beside("pairing-bench-plain")
}

pub(super) fn go() -> Result<PathBuf> {
    let program = tools_directory().join("loop-go");
    run(Command::new("go")
        .args(["build", "-o"])
        .arg(&program)
        .arg(".")
        .current_dir(peers().join("go")))?;
    Ok(program)
}

/// A Python of its own, with what `requirements.txt` pins.
pub(super) fn python() -> Result<PathBuf> {
    let home = tools_directory().join("python");
    let python = home.join("bin/python3");
    let done = home.join("installed");
    if !done.exists() {
        run(Command::new("python3").args(["-m", "venv"]).arg(&home))?;
        run(Command::new(&python)
            .args(["-m", "pip", "install", "--quiet", "-r"])
            .arg(peers().join("python/requirements.txt")))?;
        std::fs::write(done, "")?;
    }
    Ok(python)
}

fn tools_directory() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../.tools/benches")
}

/// Standard output belongs to the records.
fn run(command: &mut Command) -> Result<()> {
    let program = command.get_program().to_owned();
    let status = command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .status()
        .with_context(|| format!("{program:?} is not installed"))?;
    if !status.success() {
        bail!("{program:?} failed: {status}");
    }
    Ok(())
}
