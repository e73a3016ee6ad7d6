//! Runs thousands of sessions with a failing gateway, more than the tests do.

use anyhow::{Result, bail};

use crate::command;
use crate::workspace::Workspace;

/// What `benches/tests/soak` reads.
const SESSIONS: &str = "PAIRING_SOAK_SESSIONS";
/// What it prints before its figures.
const MARK: &str = "soaked: ";

/// Fails when a session is lost, stuck or has not exactly one outcome, or when anything is left.
pub(crate) fn run(workspace: &Workspace, sessions: usize) -> Result<()> {
    let mut test = command::cargo(
        workspace,
        &[
            "test",
            "--release",
            "--locked",
            "--package",
            "pairing-benches",
            "--test",
            "soak",
        ],
    );
    test.args(["--", "--nocapture"])
        .env(SESSIONS, sessions.to_string());
    let mut figures = None;
    let status = command::stream(&mut test, |line| {
        figures = figures.take().or_else(|| read(line));
    })?;
    match figures {
        Some(figures) if status.success() => println!("{figures}"),
        _ => bail!("a session is lost or stuck, or something is left"),
    }
    Ok(())
}

fn read(line: &str) -> Option<String> {
    let start = line.find(MARK)? + MARK.len();
    Some(line[start..].to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_found_wherever_a_line_has_them() {
        let line = "test it ... soaked: 10 sessions";
        assert_eq!(read(line).as_deref(), Some("10 sessions"));
        assert_eq!(read("test it ... ok"), None);
    }
}
