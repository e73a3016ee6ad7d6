//! Writes the inputs the fuzzer starts from: `pairing-seeds FOLDER`, below it a folder per target.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context as _, Result};
use pairing_properties::TARGETS;

fn main() -> Result<()> {
    let folder = std::env::args_os()
        .nth(1)
        .context("usage: pairing-seeds FOLDER")?;
    for target in TARGETS {
        let folder = PathBuf::from(&folder).join(target.name);
        fs::create_dir_all(&folder)?;
        for (index, seed) in (target.seeds)().iter().enumerate() {
            fs::write(folder.join(format!("seed-{index:03}")), seed)?;
        }
    }
    Ok(())
}
