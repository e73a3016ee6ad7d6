//! Which crate may depend on which: an arrow only ever points down, and nothing that ships
//! depends on the simulator except the `pairing` program, whose demo it is. Adapters and their list
//! have it behind a feature that is off by default.
//!
//! Normal and build dependencies count; what a crate's own tests use is free.
//!
//! Not the `wrappers` of cargo-deny: they would be written the other way round, for each crate all
//! who may use it, with every gateway by name; and a crate without an entry would pass.

use anyhow::Result;

use super::verdict;
use crate::workspace::{Package, Workspace};

/// What a front end may depend on: the list of adapters, never an adapter itself.
const UNDER_A_DOOR: &[&str] = &[
    "pairing-core",
    "pairing-http",
    "pairing-providers",
    "pairing-qr",
];
const REGISTRY: &str = "pairing-providers";
const SIMULATOR: &str = "pairing-sim";

/// Each crate with the ones it may depend on. An adapter needs no row: it may use [`UNDER_AN_ADAPTER`].
const ROWS: &[(&str, &[&str])] = &[
    ("pairing-core", &[]),
    ("pairing-http", &[]),
    (
        "pairing-adapter",
        &["pairing-core", "pairing-http", "pairing-qr"],
    ),
    // And every adapter.
    (REGISTRY, &["pairing-adapter", "pairing-core"]),
    ("pairing-qr", &["pairing-core"]),
    (SIMULATOR, &["pairing-core", "pairing-http", "pairing-qr"]),
    (
        "pairing-cli",
        &[
            "pairing-core",
            "pairing-http",
            REGISTRY,
            "pairing-qr",
            // The one front end on top of another: `pairing serve` is the page with a configuration.
            "pairing-web",
        ],
    ),
    // The facade: no code, only names.
    (
        "whatsapp-pairing",
        &["pairing-core", REGISTRY, "pairing-qr", "pairing-web"],
    ),
    ("pairing-web", UNDER_A_DOOR),
    ("pairing-ffi", UNDER_A_DOOR),
    // Third-party adapters run it too, so it knows the trait and nothing of ours above it.
    ("pairing-conformance", &["pairing-core"]),
    // It reads the library and its sources, and compiles neither.
    ("pairing-bindgen", &[]),
    ("xtask", &[]),
];

/// What any adapter may depend on.
const UNDER_AN_ADAPTER: &[&str] = &["pairing-adapter", "pairing-core"];

/// The one shipped program that may carry the simulator.
const DEMO: &str = "pairing-cli";

/// Behind this feature, adapters and their list bring their gateways for the simulator.
const SIMULATED: &str = "simulator";

/// Folders whose other crates are never shipped and may use everything.
const FREE_WINGS: &[&str] = &["benches", "tests", "examples"];

pub(super) fn run(workspace: &Workspace) -> Result<()> {
    verdict(&violations(workspace))
}

fn violations(workspace: &Workspace) -> Vec<String> {
    workspace
        .packages
        .iter()
        .flat_map(|package| violations_of(workspace, package))
        .collect()
}

fn violations_of(workspace: &Workspace, package: &Package) -> Vec<String> {
    let is_gateway = workspace.is_gateway(package);
    let row = ROWS.iter().find(|(name, _)| *name == package.name);
    let allowed = match row {
        Some((_, allowed)) => *allowed,
        None if is_gateway => UNDER_AN_ADAPTER,
        None if FREE_WINGS.contains(&workspace.wing(package)) => return Vec::new(),
        None => {
            return vec![format!(
                "{} has no row yet: say in {} which crates it may depend on",
                package.name,
                file!()
            )];
        }
    };
    let has_dialects = is_gateway || package.name == REGISTRY;
    let is_demo = package.name == DEMO;
    let mut violations = Vec::new();
    if has_dialects && package.has_by_default(SIMULATED) {
        violations.push(format!("{} must not be simulated by default", package.name));
    }
    let dependencies = package.dependencies.iter();
    for dependency in dependencies.filter(|it| it.is_shipped() && workspace.has(&it.name)) {
        let name = dependency.name.as_str();
        let may_simulate = is_demo || (has_dialects && dependency.optional);
        let is_allowed = allowed.contains(&name)
            || (name == SIMULATOR && may_simulate)
            || (package.name == REGISTRY && workspace.gateways().any(|it| it.name == name));
        if !is_allowed {
            violations.push(format!("{} must not depend on {name}", package.name));
        }
        if !is_demo && dependency.features.iter().any(|it| it == SIMULATED) {
            violations.push(format!("{} must not simulate {name}", package.name));
        }
    }
    violations
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is wrong in a workspace of these crates: folder, name, dependencies (`dev:` before
    /// those of tests, `optional:`, and `simulated:` where the simulator is switched on). A crate
    /// named `*-simulated` is so by default.
    fn violations_in(crates: &[(&str, &str, &[&str])]) -> Vec<String> {
        let packages: Vec<_> = crates
            .iter()
            .map(|(wing, name, dependencies)| {
                let dependencies = dependencies.iter().map(|dependency| {
                    let (kind, name) = dependency.split_once(':').unwrap_or(("", dependency));
                    serde_json::json!({
                        "name": name,
                        "kind": (kind == "dev").then_some(kind),
                        "optional": kind == "optional",
                        "features": if kind == "simulated" { &[SIMULATED][..] } else { &[] },
                    })
                });
                let default = if name.ends_with("-simulated") {
                    "all"
                } else {
                    "reqwest"
                };
                serde_json::json!({
                    "name": name,
                    "manifest_path": format!("/r/{wing}/{name}/Cargo.toml"),
                    "dependencies": dependencies.collect::<Vec<_>>(),
                    "features": {"default": [default], "all": [SIMULATED], SIMULATED: []},
                })
            })
            .collect();
        let metadata = serde_json::json!({"workspace_root": "/r", "packages": packages});
        violations(&Workspace::parse(&metadata.to_string()).unwrap())
    }

    #[test]
    fn arrows_down_and_crates_of_others_are_fine() {
        let good = violations_in(&[
            ("crates", "pairing-core", &["serde", "dev:pairing-sim"]),
            (
                "crates/gateways",
                "pairing-acme",
                &["pairing-adapter", "optional:pairing-sim"],
            ),
            ("crates", "pairing-adapter", &["pairing-http"]),
            ("crates", "pairing-http", &["reqwest"]),
            (
                "crates",
                "pairing-cli",
                &["simulated:pairing-providers", SIMULATOR],
            ),
            (
                "crates",
                "pairing-providers",
                &["pairing-acme", "optional:pairing-sim"],
            ),
            ("crates", SIMULATOR, &["pairing-core"]),
            ("tests", "pairing-e2e", &[SIMULATOR, "pairing-cli"]),
        ]);
        assert_eq!(good, [""; 0]);
    }

    #[test]
    fn other_arrows_and_crates_without_a_place_are_refused() {
        let bad = violations_in(&[
            ("crates", "pairing-core", &["pairing-http"]),
            ("crates", "pairing-http", &[]),
            ("crates/gateways", "pairing-acme", &["pairing-other"]),
            ("crates/gateways", "pairing-other", &[]),
            ("crates", "pairing-cli", &["pairing-acme"]),
            ("crates", SIMULATOR, &[]),
            (
                "crates",
                "pairing-web",
                &[SIMULATOR, "simulated:pairing-providers"],
            ),
            ("crates/gateways", "pairing-always", &[SIMULATOR]),
            ("crates/gateways", "pairing-simulated", &[]),
            ("crates", "pairing-providers", &[]),
            ("tests", "pairing-conformance", &[SIMULATOR]),
            ("crates", "pairing-new", &[]),
        ]);
        let expected = [
            "pairing-core must not depend on pairing-http",
            "pairing-acme must not depend on pairing-other",
            "pairing-cli must not depend on pairing-acme",
            "pairing-web must not depend on pairing-sim",
            "pairing-web must not simulate pairing-providers",
            "pairing-always must not depend on pairing-sim",
            "pairing-simulated must not be simulated by default",
            "pairing-conformance must not depend on pairing-sim",
            "pairing-new has no row yet",
        ];
        assert_eq!(bad.len(), expected.len(), "{bad:?}");
        for (bad, expected) in bad.iter().zip(expected) {
            assert!(bad.starts_with(expected), "{bad}");
        }
    }
}
