//! The test suites by name, and the one sum of what they ran.

mod rust;
mod tally;

use anyhow::Result;

pub(crate) use self::tally::Tally;
use crate::workspace::Workspace;

/// One way to test this repository. It makes sure of its tools first, and never skips silently.
struct Suite {
    name: &'static str,
    run: fn(&Workspace) -> Result<Tally>,
}

/// A new suite is a module beside this one and a row here.
const SUITES: &[Suite] = &[Suite {
    name: "rust",
    run: rust::run,
}];

pub(crate) fn suite_names() -> impl Iterator<Item = &'static str> {
    SUITES.iter().map(|suite| suite.name)
}

/// Runs the chosen suites, or all when none is chosen, each once and to the end.
pub(crate) fn run(workspace: &Workspace, chosen: &[String]) -> Tally {
    let mut total = Tally::default();
    for suite in SUITES {
        if !chosen.is_empty() && !chosen.iter().any(|name| name == suite.name) {
            continue;
        }
        eprintln!("== suite {}", suite.name);
        total += (suite.run)(workspace).unwrap_or_else(|error| {
            eprintln!("error: suite {}: {error:#}", suite.name);
            Tally::one_failure()
        });
    }
    if let Some(complaint) = total.complaint() {
        eprintln!("error: {complaint}");
    }
    total
}
