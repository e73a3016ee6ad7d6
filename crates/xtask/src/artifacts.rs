//! Builds what a suite runs or loads and says where cargo put it.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use anyhow::{Context as _, Result, bail};
use serde::Deserialize;

use crate::command;
use crate::workspace::Workspace;

/// The program `pairing`, built once per run.
pub(crate) fn pairing(workspace: &Workspace) -> Result<&'static Path> {
    static BUILT: OnceLock<PathBuf> = OnceLock::new();
    once(&BUILT, || binary(workspace, "pairing"))
}

/// The generator of the bindings, built once per run.
pub(crate) fn generator(workspace: &Workspace) -> Result<&'static Path> {
    static BUILT: OnceLock<PathBuf> = OnceLock::new();
    once(&BUILT, || binary(workspace, "pairing-bindgen"))
}

/// The folder with `libpairing_ffi` as a shared and as a static library, built once per run with
/// the features it ships with. Unstripped: the generator reads the metadata in it.
pub(crate) fn ffi_library(workspace: &Workspace) -> Result<&'static Path> {
    static BUILT: OnceLock<PathBuf> = OnceLock::new();
    once(&BUILT, || {
        let selection = ["--package", "pairing-ffi", "--lib"];
        let library = build(workspace, &selection, |artifact| {
            artifact.shared_library("pairing_ffi")
        })?;
        let library = library.context("the build made no shared library `pairing_ffi`")?;
        let folder = library.parent().context("a library is in a folder")?;
        Ok(folder.to_owned())
    })
}

/// The file in [`ffi_library`]'s folder that other languages load.
pub(crate) fn ffi_shared_library(workspace: &Workspace) -> Result<PathBuf> {
    let name = format!(
        "{}pairing_ffi{}",
        std::env::consts::DLL_PREFIX,
        std::env::consts::DLL_SUFFIX
    );
    Ok(ffi_library(workspace)?.join(name))
}

/// Builds the binary `name` and returns its path.
///
/// The whole workspace's binaries and examples, not the one package alone: cargo then settles
/// on the features that `cargo test --workspace` uses, and every dependency is compiled once.
fn binary(workspace: &Workspace, name: &str) -> Result<PathBuf> {
    let selection = ["--workspace", "--bins", "--examples", "--all-features"];
    build(workspace, &selection, |artifact| artifact.binary(name))?
        .with_context(|| format!("the build made no binary `{name}`"))
}

/// Runs `cargo build` and returns the last thing that `wanted` finds among what it made.
fn build(
    workspace: &Workspace,
    selection: &[&str],
    wanted: impl Fn(Artifact) -> Option<PathBuf>,
) -> Result<Option<PathBuf>> {
    let mut build = command::cargo(workspace, &["build"]);
    build
        .args(selection)
        .args(["--locked", "--message-format=json-render-diagnostics"]);
    let mut found = None;
    let status = command::stream(&mut build, |line| {
        found = Artifact::parse(line).and_then(&wanted).or(found.take());
    })?;
    if !status.success() {
        bail!("`{}` failed ({status})", command::shown(&build));
    }
    Ok(found)
}

fn once(
    cell: &'static OnceLock<PathBuf>,
    build: impl FnOnce() -> Result<PathBuf>,
) -> Result<&'static Path> {
    if let Some(path) = cell.get() {
        return Ok(path);
    }
    let path = build()?;
    Ok(cell.get_or_init(|| path))
}

/// What one line of cargo's JSON says was made.
#[derive(Debug, Deserialize)]
pub(crate) struct Artifact {
    target: Target,
    executable: Option<PathBuf>,
    #[serde(default)]
    filenames: Vec<PathBuf>,
}

#[derive(Debug, Deserialize)]
struct Target {
    name: String,
    kind: Vec<String>,
}

impl Artifact {
    /// `None` for messages of other kinds.
    pub(crate) fn parse(line: &str) -> Option<Self> {
        serde_json::from_str(line).ok()
    }

    fn binary(self, name: &str) -> Option<PathBuf> {
        let is_wanted = self.target.name == name && self.target.kind == ["bin"];
        self.executable.filter(|_| is_wanted)
    }

    pub(crate) fn shared_library(self, name: &str) -> Option<PathBuf> {
        if self.target.name != name {
            return None;
        }
        let suffix = std::env::consts::DLL_EXTENSION;
        self.filenames
            .into_iter()
            .find(|path| path.extension().is_some_and(|found| found == suffix))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_binary_is_found_among_cargos_messages() {
        let line = r#"{"reason":"compiler-artifact","target":{"kind":["bin"],"name":"pairing"},"executable":"/t/pairing"}"#;
        let binary = |name| Artifact::parse(line)?.binary(name);
        assert_eq!(binary("pairing"), Some(PathBuf::from("/t/pairing")));
        assert_eq!(binary("xtask"), None);
    }

    #[test]
    fn libraries_examples_and_other_messages_are_no_binary() {
        for line in [
            r#"{"reason":"compiler-artifact","target":{"kind":["lib"],"name":"pairing"},"executable":null}"#,
            r#"{"reason":"compiler-artifact","target":{"kind":["example"],"name":"pairing"},"executable":"/t/pairing"}"#,
            r#"{"reason":"build-finished","success":true}"#,
            "not JSON",
        ] {
            let found = Artifact::parse(line).and_then(|artifact| artifact.binary("pairing"));
            assert_eq!(found, None, "{line}");
        }
    }

    #[test]
    fn the_shared_library_is_found_among_the_files_of_a_library() {
        let name = format!("/t/libours.{}", std::env::consts::DLL_EXTENSION);
        let line = serde_json::json!({
            "reason": "compiler-artifact",
            "target": {"kind": ["lib", "cdylib", "staticlib"], "name": "ours"},
            "filenames": ["/t/libours.rlib", name, "/t/libours.a"],
            "executable": null,
        })
        .to_string();
        let library = |name| Artifact::parse(&line)?.shared_library(name);
        assert_eq!(library("ours"), Some(PathBuf::from(name)));
        assert_eq!(library("theirs"), None);
    }
}
