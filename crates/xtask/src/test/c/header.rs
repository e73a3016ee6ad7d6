//! Whether the tests in C call every function of the header: a new one is not forgotten.

use std::collections::BTreeSet;
use std::fs;

use anyhow::{Result, bail};

use super::verdict;
use crate::test::Tally;
use crate::workspace::Workspace;

const HEADER: &str = "bindings/c/include/pairing.h";
/// Each function with NULL and other nonsense.
const TESTS: &[&str] = &[
    "bindings/c/tests/null_arguments.c",
    "bindings/c/tests/odd_arguments.c",
    "bindings/c/tests/support/all.h",
    "bindings/c/tests/support/gateway.h",
];

pub(super) fn check(workspace: &Workspace) -> Result<Tally> {
    let read = |name: &str| fs::read_to_string(workspace.root().join(name));
    let header = read(HEADER)?;
    let mut tests = String::new();
    for name in TESTS {
        tests.push_str(&read(name)?);
    }
    let missing = uncalled(&header, &tests);
    let name = "every function of the header is tested with arguments that make no sense";
    Ok(verdict(name, none(&missing)))
}

fn none(missing: &[&str]) -> Result<()> {
    if !missing.is_empty() {
        bail!("{}", missing.join(", "));
    }
    Ok(())
}

/// The functions that the header declares and the tests do not call.
fn uncalled<'a>(header: &'a str, tests: &'a str) -> Vec<&'a str> {
    let called: BTreeSet<&str> = tests.lines().flat_map(calls).collect();
    let is_code = |line: &&str| !line.trim_start().starts_with(['*', '/']);
    let declared: BTreeSet<&str> = header.lines().filter(is_code).flat_map(calls).collect();
    declared.difference(&called).copied().collect()
}

/// The names in a line that a parenthesis follows.
fn calls(line: &str) -> impl Iterator<Item = &str> {
    let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    line.match_indices('(').filter_map(move |(end, _)| {
        let before = &line[..end];
        let start = before.rfind(|c| !is_word(c)).map_or(0, |at| at + 1);
        let name = &before[start..];
        name.starts_with("pairing_").then_some(name)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_function_that_no_test_calls_is_found() {
        let header = "\
/** As `pairing_of_old(x)`. */
 * pairing_of_old(x)
struct pairing_event *pairing_new(void);
pairing_status pairing_set(struct pairing_event *event,
                           void (*pairing_callback)(int));
";
        let all = "f(pairing_set(NULL)); pairing_new();";
        assert!(uncalled(header, all).is_empty());
        let one = "pairing_new(); pairing_setting(1);";
        assert_eq!(uncalled(header, one), ["pairing_set"]);
    }
}
