//! What a registry and its users expect of every crate's manifest, and that none of ours runs code
//! while others build it.

use anyhow::Result;

use super::verdict;
use crate::workspace::{Package, Workspace};

pub(super) fn run(workspace: &Workspace) -> Result<()> {
    let packages = workspace.packages.iter();
    let publishable = packages.clone().filter(|package| package.is_publishable());
    let scripts = packages.filter(|package| package.has_build_script());
    let violations: Vec<String> = publishable
        .flat_map(missing)
        .chain(scripts.map(|package| {
            format!(
                "{}: has a build script, which would run on the machine of everybody who builds it",
                package.name
            )
        }))
        .collect();
    verdict(&violations)
}

/// What the licence texts are called in every crate: an archive holds its own folder alone.
const LICENCES: &[&str] = &["LICENSE-APACHE", "LICENSE-MIT"];

fn missing(package: &Package) -> Vec<String> {
    let fields = [
        ("description", package.description.is_some()),
        ("license", package.license.is_some()),
        ("rust-version", package.rust_version.is_some()),
        ("repository", package.repository.is_some()),
        ("readme", package.readme.is_some()),
    ]
    .into_iter()
    .filter(|(_, is_there)| !is_there)
    .map(|(field, _)| format!("{}: its Cargo.toml has no `{field}`", package.name));
    let texts = LICENCES
        .iter()
        .filter(|name| !package.folder().join(name).is_file())
        .map(|name| format!("{}: its folder has no {name}", package.name));
    fields.chain(texts).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(package: &str) -> Result<()> {
        run(&Workspace::parse(&format!(
            r#"{{"workspace_root": "/r", "packages": [{package}]}}"#
        ))?)
    }

    #[test]
    fn a_publishable_crate_without_the_fields_is_named_with_each() {
        let bare =
            r#"{"name": "a", "manifest_path": "/r/crates/a/Cargo.toml", "dependencies": []}"#;
        let message = check(bare).unwrap_err().to_string();
        for field in [
            "description",
            "license",
            "rust-version",
            "repository",
            "readme",
            "LICENSE-MIT",
        ] {
            assert!(message.contains(field), "{message}");
        }
    }

    #[test]
    fn a_build_script_is_refused_in_private_crates_too() {
        let with = |kind: &str| {
            format!(
                r#"{{"name": "a", "manifest_path": "/r/crates/a/Cargo.toml", "dependencies": [],
                "publish": [], "targets": [{{"name": "a", "kind": ["lib"]}}, {{"name": "b", "kind": ["{kind}"]}}]}}"#
            )
        };
        let message = check(&with("custom-build")).unwrap_err().to_string();
        assert!(message.contains("a: has a build script"), "{message}");
        assert!(check(&with("test")).is_ok());
    }

    #[test]
    fn complete_and_private_crates_pass() {
        let complete = concat!(
            r#"{"name": "a", "manifest_path": ""#,
            env!("CARGO_MANIFEST_DIR"),
            r#"/../pairing-core/Cargo.toml", "dependencies": [], "description": "d", "license": "MIT",
            "rust_version": "1.88", "repository": "r", "readme": "README.md"}"#
        );
        let private = r#"{"name": "a", "manifest_path": "/r/crates/a/Cargo.toml", "dependencies": [],
            "publish": []}"#;
        for package in [complete, private] {
            assert!(check(package).is_ok(), "{package}");
        }
    }
}
