//! Searches every path of a session, deeper than the tests do, and says what was searched.

use anyhow::{Context as _, Result, bail};
use serde::Deserialize;

use crate::command;
use crate::workspace::Workspace;

/// What `crates/pairing-core/tests/flow/search` reads.
const DEPTH: &str = "PAIRING_SEARCH_DEPTH";
/// What it prints before each figure.
const MARK: &str = "searched ";

/// One kind of session, searched.
#[derive(Debug, Deserialize, PartialEq, Eq)]
struct Searched {
    session: String,
    depth: usize,
    states: usize,
    steps: usize,
    ends: usize,
}

/// Fails when a path breaks a rule, which is printed with the path.
pub(crate) fn run(workspace: &Workspace, depth: usize) -> Result<()> {
    let mut tests = command::cargo(
        workspace,
        &[
            "test",
            "--release",
            "--locked",
            "--package",
            "pairing-core",
            "--test",
            "flow",
            "search::every_path_of",
        ],
    );
    tests
        .args(["--", "--nocapture"])
        .env(DEPTH, depth.to_string());
    let mut all = Vec::new();
    let mut mistake = None;
    let status = command::stream(&mut tests, |line| match read(line) {
        Some(Ok(searched)) => {
            println!("{}", row(&searched));
            all.push(searched);
        }
        Some(Err(error)) => mistake = Some(error),
        None => {}
    })?;
    if let Some(error) = mistake {
        return Err(error);
    }
    if !status.success() || all.is_empty() {
        bail!("a rule is broken, or nothing was searched");
    }
    println!("{}", row(&total(&all)));
    Ok(())
}

fn read(line: &str) -> Option<Result<Searched>> {
    let figures = &line[line.find(MARK)? + MARK.len()..];
    Some(serde_json::from_str(figures).with_context(|| format!("not a figure: {line}")))
}

fn total(all: &[Searched]) -> Searched {
    let sum = |figure: fn(&Searched) -> usize| all.iter().map(figure).sum();
    Searched {
        session: format!("{} kinds of sessions", all.len()),
        depth: all.iter().map(|one| one.depth).max().unwrap_or_default(),
        states: sum(|one| one.states),
        steps: sum(|one| one.steps),
        ends: sum(|one| one.ends),
    }
}

fn row(searched: &Searched) -> String {
    format!(
        "{}: {} states, {} steps up to depth {}, {} sessions run to their end",
        searched.session, searched.states, searched.steps, searched.depth, searched.ends
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn searched(states: usize) -> Searched {
        Searched {
            session: "qr".to_owned(),
            depth: 3,
            states,
            steps: 20,
            ends: 5,
        }
    }

    #[test]
    fn figures_are_found_wherever_a_line_has_them() {
        let line =
            r#"test a ... searched {"session":"qr","depth":3,"states":7,"steps":20,"ends":5}"#;
        assert_eq!(read(line).unwrap().unwrap(), searched(7));
        assert!(read("test a ... ok").is_none());
        assert!(read("searched nothing").unwrap().is_err());
    }

    #[test]
    fn the_total_adds_up() {
        let total = total(&[searched(7), searched(8)]);
        assert_eq!((total.states, total.steps, total.depth), (15, 40, 3));
    }
}
