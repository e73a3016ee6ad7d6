//! The test suites by name, and the one sum of what they ran.

mod c;
mod kotlin;
mod output;
mod python;
mod rust;
mod simulator;
mod swift;
mod tally;
mod web;
mod workbench;

use anyhow::{Result, bail};

pub(crate) use self::tally::Tally;
use crate::workspace::Workspace;

/// One way to test this repository. It makes sure of its tools first, and never skips silently.
struct Suite {
    name: &'static str,
    run: fn(&Workspace) -> Result<Tally>,
}

/// A new suite is a module beside this one and a row here.
const SUITES: &[Suite] = &[
    suite("rust", rust::run),
    suite("c", c::run),
    suite("kotlin", kotlin::run),
    suite("swift", swift::run),
    suite("python", python::run),
    suite("web", web::run),
];

const fn suite(name: &'static str, run: fn(&Workspace) -> Result<Tally>) -> Suite {
    Suite { name, run }
}

pub(crate) fn suite_names() -> impl Iterator<Item = &'static str> {
    SUITES.iter().map(|suite| suite.name)
}

/// Runs the chosen suites, or all when none is chosen, each once and to the end.
pub(crate) fn run(workspace: &Workspace, chosen: &[String]) -> Tally {
    let mut total = Tally::default();
    for suite in SUITES {
        if !is_chosen(suite, chosen) {
            continue;
        }
        eprintln!("== suite {}", suite.name);
        total += verdict(suite, workspace).unwrap_or_else(|error| {
            eprintln!("error: suite {}: {error:#}", suite.name);
            Tally::one_failure()
        });
    }
    if let Some(complaint) = total.complaint() {
        eprintln!("error: {complaint}");
    }
    total
}

fn is_chosen(suite: &Suite, chosen: &[String]) -> bool {
    chosen.is_empty() || chosen.iter().any(|name| name == suite.name)
}

/// What the suite counted. One that found nothing to run has failed, whatever the others ran.
fn verdict(suite: &Suite, workspace: &Workspace) -> Result<Tally> {
    let tally = (suite.run)(workspace)?;
    eprintln!("== suite {}: {tally}", suite.name);
    if tally == Tally::default() {
        bail!("no test ran");
    }
    Ok(tally)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_suites_run_unless_some_are_named() {
        let [one, other] = ["one", "other"].map(|name| suite(name, |_| Ok(Tally::default())));
        assert!(is_chosen(&one, &[]));
        let named = ["one".to_owned()];
        assert!(is_chosen(&one, &named));
        assert!(!is_chosen(&other, &named));
    }

    #[test]
    fn a_suite_that_ran_nothing_has_failed() {
        let workspace = Workspace::parse(r#"{"workspace_root": "/r", "packages": []}"#).unwrap();
        let empty = suite("empty", |_| Ok(Tally::default()));
        let error = verdict(&empty, &workspace).unwrap_err();
        assert_eq!(error.to_string(), "no test ran");
        let failing = suite("failing", |_| Ok(Tally::one_failure()));
        assert_eq!(verdict(&failing, &workspace).unwrap(), Tally::one_failure());
    }
}
