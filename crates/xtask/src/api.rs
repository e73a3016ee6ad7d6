//! The public surface of the libraries, listed in `docs/api/`, so that a change shows in review.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context as _, Result, bail};

use crate::command;
use crate::workspace::{Package, Workspace};

/// Libraries without a surface for Rust programs: their users are other languages, and tests.
const LEFT_OUT: [&str; 2] = ["pairing-ffi", "pairing-sim"];

/// Writes the listings.
pub(crate) fn write(workspace: &Workspace) -> Result<()> {
    fs::create_dir_all(workspace.root().join("docs/api"))?;
    for (path, listing) in listings(workspace)? {
        fs::write(path, listing)?;
    }
    Ok(())
}

/// Compares the listings with what is committed.
pub(crate) fn check(workspace: &Workspace) -> Result<()> {
    let mut drift = String::new();
    for (path, listing) in listings(workspace)? {
        let committed = fs::read_to_string(&path).unwrap_or_default();
        for (mark, these, those) in [('-', &committed, &listing), ('+', &listing, &committed)] {
            let known: Vec<&str> = those.lines().collect();
            for line in these.lines().filter(|line| !known.contains(line)) {
                drift += &format!("\n  {mark} {line}");
            }
        }
    }
    if !drift.is_empty() {
        bail!(
            "the public surface is not the one in docs/api; if the change is meant, run \
             `cargo xtask api`:{drift}"
        );
    }
    Ok(())
}

/// The file of each library, and what belongs into it.
fn listings(workspace: &Workspace) -> Result<Vec<(PathBuf, String)>> {
    let listed = |package: &&Package| {
        package.is_publishable()
            && workspace.wing(package) == "crates"
            && !LEFT_OUT.contains(&package.name.as_str())
    };
    let packages = workspace.packages.iter().filter(listed);
    let libraries: Vec<(&Package, &str)> = packages
        .filter_map(|package| Some((package, package.library()?)))
        .collect();
    let mut rustdoc = command::cargo(
        workspace,
        &["doc", "--lib", "--no-deps", "--all-features", "--locked"],
    );
    for (package, _) in &libraries {
        rustdoc.args(["--package", &package.name]);
    }
    let permitted = workspace
        .root()
        .join("crates/xtask/src/unstable-rustdoc.sh");
    rustdoc.env("RUSTDOC", permitted);
    rustdoc.env("RUSTDOCFLAGS", "-Zunstable-options --output-format=json");
    command::run(&mut rustdoc)?;
    let listing = |(package, library): &(&Package, &str)| {
        let json = workspace.root().join(format!("target/doc/{library}.json"));
        let surface = public_api::Builder::from_rustdoc_json(json)
            .omit_auto_derived_impls(true)
            .omit_auto_trait_impls(true)
            .omit_blanket_impls(true)
            .build()
            .context("`public-api` reads the JSON of one release of Rust: the one in Cargo.toml")?;
        let file = format!("docs/api/{}.txt", package.name);
        Ok((workspace.root().join(file), surface.to_string()))
    };
    libraries.iter().map(listing).collect()
}
