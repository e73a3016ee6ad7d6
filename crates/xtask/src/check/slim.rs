//! Whoever brings their own HTTP client must not compile ours: without default features the
//! library crates pull in no client, no TLS and no crypto.

use anyhow::Result;

use super::verdict;
use crate::command;
use crate::workspace::Workspace;

/// One library crate as it is built without its default features.
pub(super) struct Build {
    pub(super) package: String,
    /// What it needs to be of any use.
    pub(super) features: Vec<String>,
}

/// Every library crate that a program or an app with its own HTTP client depends on.
pub(super) fn builds(workspace: &Workspace) -> Vec<Build> {
    let adapters: Vec<String> = workspace.gateways().map(|it| it.name.clone()).collect();
    // The registry has a feature for each adapter, with the gateway's name.
    let features = adapters
        .iter()
        .map(|name| name.trim_start_matches("pairing-").to_owned());
    let mut builds: Vec<Build> = ["pairing-core", "pairing-http", "pairing-adapter"]
        .map(str::to_owned)
        .into_iter()
        .chain(adapters.clone())
        .map(|package| build(&package, Vec::new()))
        .collect();
    builds.push(build("pairing-providers", features.collect()));
    let borders = ["capi", "uniffi"].map(str::to_owned).to_vec();
    builds.push(build("pairing-ffi", borders));
    builds
}

fn build(package: &str, features: Vec<String>) -> Build {
    Build {
        package: package.to_owned(),
        features,
    }
}

/// Crates by name, or by the beginning of their name (`hyper*`).
const FORBIDDEN: &[&str] = &[
    "aws-lc*",
    "hyper*",
    "native-tls",
    "openssl*",
    "reqwest",
    "ring",
    "rustls*",
    "webpki*",
];

pub(super) fn run(workspace: &Workspace) -> Result<()> {
    let mut violations = Vec::new();
    for build in builds(workspace) {
        let features = build.features.join(",");
        let tree = command::output(&mut command::cargo(
            workspace,
            &[
                "tree",
                "--package",
                &build.package,
                "--no-default-features",
                "--features",
                &features,
                "--edges=normal",
                "--target=all",
                "--prefix=none",
                "--format={p}",
                "--locked",
            ],
        ))?;
        for name in forbidden(&tree) {
            violations.push(format!(
                "{} pulls in {name}; see `cargo tree -p {} --no-default-features --features '{features}' -e normal -i {name}`",
                build.package, build.package
            ));
        }
    }
    verdict(&violations)
}

/// The forbidden crates in a tree of one `name v1.2.3` a line, each once.
fn forbidden(tree: &str) -> Vec<&str> {
    let mut names: Vec<&str> = tree
        .lines()
        .filter_map(|line| line.split_whitespace().next())
        .filter(|name| FORBIDDEN.iter().any(|pattern| matches(pattern, name)))
        .collect();
    names.sort_unstable();
    names.dedup();
    names
}

fn matches(pattern: &str, name: &str) -> bool {
    match pattern.strip_suffix('*') {
        Some(beginning) => name.starts_with(beginning),
        None => name == pattern,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_client_deep_in_the_tree_is_found_once() {
        let tree = "pairing-acme v0.1.0 (/x/acme)\nserde v1.0.1\nhyper-util v0.1.2\n\
                    ring v0.17.14\naws-lc-sys v0.40.0\nring v0.17.14 (*)\n";
        assert_eq!(forbidden(tree), ["aws-lc-sys", "hyper-util", "ring"]);
    }

    #[test]
    fn names_that_only_look_alike_are_fine() {
        let tree = "pairing-core v0.1.0\nstring v1.0.0\nring-buffer v0.1.0\nreqwest-mock v0.1.0\nmy-rustls v0.1.0\n";
        assert!(forbidden(tree).is_empty());
    }

    #[test]
    fn every_forbidden_pattern_catches_a_crate() {
        for name in [
            "reqwest",
            "hyper",
            "hyper-rustls",
            "rustls",
            "rustls-pki-types",
            "ring",
            "aws-lc-rs",
            "openssl",
            "openssl-sys",
            "native-tls",
            "webpki-roots",
        ] {
            assert_eq!(forbidden(&format!("{name} v1.0.0")), [name]);
        }
    }
}
