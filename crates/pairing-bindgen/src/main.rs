//! Generates what other languages see of `pairing-ffi`; `cargo xtask bindings` is how it is run.
//!
//! A program and its own crate, because whatever generates code must not decide with which
//! features the library itself is compiled.

mod c;
mod generated;
mod kotlin;
mod swift;
mod uniffi;

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context as _, Result, bail};

fn main() -> ExitCode {
    match run(std::env::args_os().skip(1).map(PathBuf::from).collect()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            complain(&error);
            ExitCode::FAILURE
        }
    }
}

#[allow(clippy::print_stderr, reason = "a program's last word")]
fn complain(error: &anyhow::Error) {
    eprintln!("pairing-bindgen: {error:#}");
}

fn run(arguments: Vec<PathBuf>) -> Result<()> {
    let [library, root, out] = arguments.as_slice() else {
        bail!("usage: pairing-bindgen LIBRARY REPOSITORY OUT (see `cargo xtask bindings`)");
    };
    uniffi::generate(library, root, out).context("Kotlin, Swift and Python")?;
    c::generate(root, out).context("the C header")
}
