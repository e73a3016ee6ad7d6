//! The C header by cbindgen, from the files of the C layer alone: uniffi's macros in the rest of
//! the crate are more than it can read.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use cbindgen::{Builder, Config};

use crate::generated::{self, Comment};

const SOURCES: &str = "crates/pairing-ffi/src/c";
const CONFIG: &str = "bindings/c/cbindgen.toml";
const HEADER: &str = "bindings/c/include/pairing.h";

pub(crate) fn generate(root: &Path, out: &Path) -> Result<()> {
    let config = Config::from_file(root.join(CONFIG))
        .map_err(|error| anyhow::anyhow!("cannot read {CONFIG}: {error}"))?;
    let sources = rust_files(&root.join(SOURCES))?;
    if sources.is_empty() {
        bail!("there are no sources in {SOURCES}");
    }
    let builder = sources
        .into_iter()
        .fold(Builder::new().with_config(config), Builder::with_src);
    let bindings = builder.generate().context("cbindgen")?;
    let mut text = Vec::new();
    bindings.write(&mut text);
    generated::write(&out.join(HEADER), Comment::Block, &String::from_utf8(text)?)
}

/// Every `.rs` file below the folder, in an order that is the same on every machine.
fn rust_files(folder: &Path) -> Result<Vec<PathBuf>> {
    let context = || format!("cannot list {}", folder.display());
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).with_context(context)? {
        let path = entry.with_context(context)?.path();
        if path.is_dir() {
            found.extend(rust_files(&path)?);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}
