//! Kotlin, Swift and Python by uniffi's own generators, from the metadata in a built library.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};
use camino::Utf8PathBuf;
use uniffi_bindgen::bindings::{GenerateOptions, TargetLanguage, generate_with_bindgen_paths};
use uniffi_bindgen::{BindgenPaths, BindgenPathsLayer};

use crate::generated::{self, Comment};
use crate::{kotlin, swift};

/// A file as uniffi names it, and where it lives in this repository.
struct Output {
    from: &'static str,
    to: &'static str,
    comment: Comment,
    mend: fn(&str) -> Result<String>,
}

const fn output(from: &'static str, to: &'static str, comment: Comment) -> Output {
    Output {
        from,
        to,
        comment,
        mend: |text| Ok(text.to_owned()),
    }
}

const OUTPUTS: &[Output] = &[
    Output {
        from: "pairing/pairing.kt",
        to: "bindings/kotlin/src/generated/kotlin/pairing/pairing.kt",
        comment: Comment::Slashes,
        mend: kotlin::mend,
    },
    Output {
        from: "pairing.swift",
        to: "bindings/swift/Sources/PairingGenerated/pairing.swift",
        comment: Comment::Slashes,
        mend: swift::mend,
    },
    output(
        "pairingFFI.h",
        "bindings/swift/Sources/PairingFFI/pairingFFI.h",
        Comment::Slashes,
    ),
    output(
        "pairingFFI.modulemap",
        "bindings/swift/Sources/PairingFFI/module.modulemap",
        Comment::Slashes,
    ),
    output(
        "pairing.py",
        "bindings/python/pairing/_native.py",
        Comment::Hash,
    ),
];

/// Where the crate's `uniffi.toml` is. Without it uniffi would have to ask cargo, and run within
/// the workspace to get an answer.
struct OneCrate(Utf8PathBuf);

impl BindgenPathsLayer for OneCrate {
    fn get_crate_root(&self, name: &str) -> Option<Utf8PathBuf> {
        (name == "pairing_ffi").then(|| self.0.clone())
    }
}

pub(crate) fn generate(library: &Path, root: &Path, out: &Path) -> Result<()> {
    let raw = out.join("raw");
    let mut paths = BindgenPaths::default();
    paths.add_layer(OneCrate(utf8(&root.join("crates/pairing-ffi"))?));
    let options = GenerateOptions {
        languages: vec![
            TargetLanguage::Kotlin,
            TargetLanguage::Swift,
            TargetLanguage::Python,
        ],
        source: utf8(library)?,
        out_dir: utf8(&raw)?,
        ..GenerateOptions::default()
    };
    generate_with_bindgen_paths(options, paths)?;
    for output in OUTPUTS {
        let from = output.from;
        let text =
            fs::read_to_string(raw.join(from)).with_context(|| format!("uniffi made no {from}"))?;
        let text = (output.mend)(&text).with_context(|| from.to_owned())?;
        generated::write(&out.join(output.to), output.comment, &text)?;
    }
    fs::remove_dir_all(&raw).context("cannot tidy up")
}

fn utf8(path: &Path) -> Result<Utf8PathBuf> {
    Utf8PathBuf::from_path_buf(path.to_owned())
        .map_err(|path| anyhow::anyhow!("{} is not UTF-8", path.display()))
}
