//! The last lines of Python's `unittest`: `Ran 12 tests in 0.1s`, then `OK` or
//! `FAILED (failures=1, errors=2, skipped=3)`.

use super::Output;
use crate::test::Tally;

#[derive(Debug, Default)]
pub(crate) struct UnittestOutput {
    ran: u64,
    failed: u64,
    ignored: u64,
}

impl Output for UnittestOutput {
    const ON_STDERR: bool = true;

    fn read(&mut self, line: &str) {
        if let Some(ran) = parse_ran(line) {
            self.ran += ran;
        } else if let Some(verdict) = parse_verdict(line) {
            self.failed += verdict.failed;
            self.ignored += verdict.ignored;
        }
    }

    fn tally(self) -> Tally {
        Tally {
            passed: self.ran.saturating_sub(self.failed + self.ignored),
            failed: self.failed,
            ignored: self.ignored,
        }
    }
}

fn parse_ran(line: &str) -> Option<u64> {
    let (count, rest) = line.strip_prefix("Ran ")?.split_once(' ')?;
    if rest.starts_with("tests in ") || rest.starts_with("test in ") {
        count.parse().ok()
    } else {
        None
    }
}

fn parse_verdict(line: &str) -> Option<Tally> {
    let counts = line
        .strip_prefix("OK (")
        .or_else(|| line.strip_prefix("FAILED ("))?
        .strip_suffix(')')?;
    let mut verdict = Tally::default();
    for part in counts.split(", ") {
        let (what, count) = part.split_once('=')?;
        let count: u64 = count.parse().ok()?;
        match what {
            "failures" | "errors" | "unexpected successes" => verdict.failed += count,
            // Expected failures are tests that nobody has repaired.
            "skipped" | "expected failures" => verdict.ignored += count,
            _ => return None,
        }
    }
    Some(verdict)
}

#[cfg(test)]
mod tests {
    use super::super::counted;
    use super::*;

    fn tally(passed: u64, failed: u64, ignored: u64) -> Tally {
        Tally {
            passed,
            failed,
            ignored,
        }
    }

    #[test]
    fn good_and_bad_runs_add_up() {
        let good = "Ran 1 test in 0.001s\n\nOK\n";
        let bad = "Ran 9 tests in 0.1s\n\nFAILED (failures=1, errors=2, skipped=3)\n";
        assert_eq!(counted::<UnittestOutput>(good), tally(1, 0, 0));
        assert_eq!(
            counted::<UnittestOutput>(&[good, bad].concat()),
            tally(4, 3, 3)
        );
    }

    #[test]
    fn a_failure_before_the_first_test_leaves_no_passed_one() {
        let text = "Ran 0 tests in 0.0s\n\nFAILED (errors=1)\n";
        assert_eq!(counted::<UnittestOutput>(text), tally(0, 1, 0));
    }

    #[test]
    fn a_skipped_test_is_seen_in_a_good_run_too() {
        let text = "Ran 2 tests in 0.0s\n\nOK (skipped=1)\n";
        assert_eq!(counted::<UnittestOutput>(text), tally(1, 0, 1));
    }

    #[test]
    fn what_tests_print_is_not_counted() {
        let text = "Ran into 3 tests\nRan 3 miles in 1s\nOK (fine)\nFAILED (a=b)\n";
        assert_eq!(counted::<UnittestOutput>(text), tally(0, 0, 0));
    }
}
