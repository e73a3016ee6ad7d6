//! How large the library is that an app ships, and how large it may be.

use std::fmt::Write as _;
use std::fs;

use anyhow::{Context as _, Result, bail};

use crate::artifacts;
use crate::command;
use crate::workspace::Workspace;

/// A library that ships: one border, with or without the HTTP client.
struct Build {
    name: &'static str,
    features: &'static str,
    /// In bytes, of the stripped shared library on x86-64 Linux.
    limit: u64,
}

// With all adapters: what was measured for Kotlin, and 3 %. docs/adr/0032 has the figures.
const WITH_HTTP: u64 = 3_470_000;
const WITHOUT_HTTP: u64 = 1_830_000;

const BUILDS: &[Build] = &[
    build("Kotlin, Swift, Python", "uniffi,bundled-http", WITH_HTTP),
    build(
        "Kotlin, Swift, Python, without HTTP",
        "uniffi",
        WITHOUT_HTTP,
    ),
    build("C", "capi,bundled-http", WITH_HTTP),
    build("C, without HTTP", "capi", WITHOUT_HTTP),
];

const fn build(name: &'static str, features: &'static str, limit: u64) -> Build {
    Build {
        name,
        features,
        limit,
    }
}

/// Builds each and prints a table; an error when one is too large.
pub(crate) fn run(workspace: &Workspace) -> Result<()> {
    let mut sizes = Vec::new();
    for build in BUILDS {
        // Measured at once: the next build writes to the same place.
        sizes.push(size(workspace, build)?);
    }
    print!("{}", table(BUILDS, &sizes));
    let too_large: Vec<&str> = BUILDS
        .iter()
        .zip(sizes)
        .filter(|(build, size)| *size > build.limit)
        .map(|(build, _)| build.name)
        .collect();
    if !too_large.is_empty() {
        bail!("larger than the limit: {}", too_large.join(", "));
    }
    Ok(())
}

/// `cargo rustc` for one crate type: built together with the others, a shared library is compiled
/// without link-time optimisation and is a third larger.
fn size(workspace: &Workspace, build: &Build) -> Result<u64> {
    let mut rustc = command::cargo(workspace, &["rustc", "--package", "pairing-ffi", "--lib"]);
    rustc
        .args(["--profile", "dist", "--crate-type", "cdylib"])
        .args(["--no-default-features", "--features", build.features]);
    let library = artifacts::artifacts(&mut rustc)?
        .into_iter()
        .find_map(|artifact| artifact.shared_library("pairing_ffi"))
        .context("the build made no shared library")?;
    Ok(fs::metadata(&library)
        .with_context(|| format!("cannot find {}", library.display()))?
        .len())
}

fn table(builds: &[Build], sizes: &[u64]) -> String {
    let mut table = format!(
        "{:<38} {:>10} {:>10}\n",
        "libpairing_ffi, stripped", "bytes", "limit"
    );
    for (build, size) in builds.iter().zip(sizes) {
        let verdict = if *size > build.limit {
            "  TOO LARGE"
        } else {
            ""
        };
        // Writing to a string cannot fail.
        let _ = writeln!(
            table,
            "{:<38} {size:>10} {:>10}{verdict}",
            build.name, build.limit
        );
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_build_above_its_limit_stands_out_and_one_at_it_does_not() {
        let builds = [build("small", "", 100), build("large", "", 100)];
        let table = table(&builds, &[100, 101]);
        let marked: Vec<bool> = table.lines().map(|line| line.contains("LARGE")).collect();
        assert_eq!(marked, [false, false, true], "{table}");
    }
}
