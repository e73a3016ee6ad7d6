//! Builds what a suite runs or loads and says where cargo put it.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use anyhow::{Context as _, Result, bail};
use serde::Deserialize;

use crate::command;
use crate::workspace::Workspace;

const GENERATOR: &str = "pairing-bindgen";

/// The program `pairing`.
pub(crate) fn pairing(workspace: &Workspace) -> Result<&'static Path> {
    binary(workspace, "pairing")
}

/// The program that plays the scenarios of `tests/scenarios` with an agent in any language.
pub(crate) fn scenarios(workspace: &Workspace) -> Result<&'static Path> {
    binary(workspace, "pairing-scenarios")
}

/// The generator of the bindings, as it was built with everything else.
pub(crate) fn generator(workspace: &Workspace) -> Result<&'static Path> {
    binary(workspace, GENERATOR)
}

/// The generator of the bindings, in its own call: whoever needs new bindings has probably
/// just changed something that nothing else compiles with yet.
pub(crate) fn generator_alone(workspace: &Workspace) -> Result<PathBuf> {
    let made = build(workspace, &["--package", GENERATOR, "--bins"])?;
    let binary = made
        .into_iter()
        .find_map(|artifact| artifact.binary().filter(|(name, _)| name == GENERATOR));
    Ok(binary.with_context(|| no_binary(GENERATOR))?.1)
}

/// The folder with `libpairing_ffi` as a shared and as a static library, built once per run with
/// the features it ships with. Unstripped: the generator reads the metadata in it.
pub(crate) fn ffi_library(workspace: &Workspace) -> Result<&'static Path> {
    static FOLDER: OnceLock<PathBuf> = OnceLock::new();
    if let Some(folder) = FOLDER.get() {
        return Ok(folder);
    }
    let made = build(workspace, &["--package", "pairing-ffi", "--lib"])?;
    let library = made
        .into_iter()
        .find_map(|artifact| artifact.shared_library("pairing_ffi"))
        .context("the build made no shared library `pairing_ffi`")?;
    let folder = library.parent().context("a library is in a folder")?;
    Ok(FOLDER.get_or_init(|| folder.to_owned()))
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

/// The path of one of the workspace's binaries, built once per run.
///
/// All of them and the examples, not the one package alone: cargo then settles on the features
/// that `cargo test --workspace` uses, and every dependency is compiled once.
fn binary(workspace: &Workspace, name: &str) -> Result<&'static Path> {
    static BINARIES: OnceLock<Vec<(String, PathBuf)>> = OnceLock::new();
    let binaries = match BINARIES.get() {
        Some(binaries) => binaries,
        None => {
            let selection = ["--workspace", "--bins", "--examples", "--all-features"];
            let made = build(workspace, &selection)?;
            let binaries = made.into_iter().filter_map(Artifact::binary).collect();
            BINARIES.get_or_init(|| binaries)
        }
    };
    binaries
        .iter()
        .find(|(found, _)| found == name)
        .map(|(_, path)| path.as_path())
        .with_context(|| no_binary(name))
}

fn no_binary(name: &str) -> String {
    format!("the build made no binary `{name}`")
}

/// Runs `cargo build` and returns what it made.
fn build(workspace: &Workspace, selection: &[&str]) -> Result<Vec<Artifact>> {
    let mut build = command::cargo(workspace, &["build"]);
    build.args(selection);
    artifacts(&mut build)
}

/// Runs cargo, shows what it complains about, and returns what it made.
pub(crate) fn artifacts(cargo: &mut Command) -> Result<Vec<Artifact>> {
    cargo.args(["--locked", "--message-format=json-render-diagnostics"]);
    let mut made = Vec::new();
    let status = command::stream(cargo, |line| made.extend(Artifact::parse(line)))?;
    if !status.success() {
        bail!("`{}` failed ({status})", command::shown(cargo));
    }
    Ok(made)
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
    fn parse(line: &str) -> Option<Self> {
        serde_json::from_str(line).ok()
    }

    /// Its name and path, if it is a program.
    fn binary(self) -> Option<(String, PathBuf)> {
        let is_binary = self.target.kind == ["bin"];
        Some((self.target.name, self.executable?)).filter(|_| is_binary)
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
        let found = Artifact::parse(line).and_then(Artifact::binary);
        assert_eq!(
            found,
            Some(("pairing".to_owned(), PathBuf::from("/t/pairing")))
        );
    }

    #[test]
    fn libraries_examples_and_other_messages_are_no_binary() {
        for line in [
            r#"{"reason":"compiler-artifact","target":{"kind":["lib"],"name":"pairing"},"executable":null}"#,
            r#"{"reason":"compiler-artifact","target":{"kind":["example"],"name":"pairing"},"executable":"/t/pairing"}"#,
            r#"{"reason":"build-finished","success":true}"#,
            "not JSON",
        ] {
            let found = Artifact::parse(line).and_then(Artifact::binary);
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
