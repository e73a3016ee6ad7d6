//! Reads what Rust's test harness prints, crashes included.

use super::Output;
use crate::test::Tally;

/// The sum over all test binaries of one `cargo test`.
#[derive(Debug, Default)]
pub(crate) struct RustOutput {
    counted: Tally,
    started: u64,
    reported: u64,
}

impl Output for RustOutput {
    fn read(&mut self, line: &str) {
        if is_start(line) {
            self.started += 1;
        } else if let Some(result) = parse_result(line) {
            self.reported += 1;
            self.counted += result;
        }
    }

    /// A binary that started and never reported has crashed: one failure each.
    fn tally(self) -> Tally {
        let mut tally = self.counted;
        tally.failed += self.started.saturating_sub(self.reported);
        tally
    }
}

/// `running 12 tests`
fn is_start(line: &str) -> bool {
    line.strip_prefix("running ")
        .and_then(|rest| rest.strip_suffix(" tests").or(rest.strip_suffix(" test")))
        .is_some_and(|number| number.parse::<u64>().is_ok())
}

/// `test result: ok. 3 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; …`
fn parse_result(line: &str) -> Option<Tally> {
    let rest = line.strip_prefix("test result: ")?;
    let counts = rest
        .strip_prefix("ok. ")
        .or_else(|| rest.strip_prefix("FAILED. "))?;
    let count = |label: &str| {
        counts.split(';').find_map(|part| {
            let number = part.trim().strip_suffix(label)?;
            number.trim_end().parse().ok()
        })
    };
    Some(Tally {
        passed: count("passed")?,
        failed: count("failed")?,
        ignored: count("ignored")?,
    })
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

    const GREEN: &str = "
running 2 tests
test a ... ok
test b ... ok

test result: ok. 2 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s
";
    const MIXED: &str = "
running 4 tests
test c ... FAILED

test result: FAILED. 2 passed; 1 failed; 1 ignored; 0 measured; 0 filtered out; finished in 1.20s
";
    const CRASHED: &str = "
running 5 tests
test d ... ok
";

    #[test]
    fn several_binaries_add_up() {
        assert_eq!(counted::<RustOutput>(&GREEN.repeat(3)), tally(6, 0, 0));
        assert_eq!(
            counted::<RustOutput>(&[GREEN, MIXED].concat()),
            tally(4, 1, 1)
        );
    }

    #[test]
    fn each_crashed_binary_is_a_failure() {
        assert_eq!(counted::<RustOutput>(CRASHED), tally(0, 1, 0));
        assert_eq!(
            counted::<RustOutput>(&[CRASHED, GREEN, CRASHED].concat()),
            tally(2, 2, 0)
        );
        assert_eq!(
            counted::<RustOutput>(&[MIXED, CRASHED].concat()),
            tally(2, 2, 1)
        );
    }

    #[test]
    fn an_empty_binary_counts_nothing() {
        let empty = "running 0 tests\n\ntest result: ok. 0 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s\n";
        assert_eq!(counted::<RustOutput>(empty), tally(0, 0, 0));
    }

    #[test]
    fn what_tests_print_themselves_is_not_counted() {
        let chatter = "running late\nrunning x tests\ntest result: unknown\n  test result: ok. 9 passed; 0 failed; 0 ignored\n";
        assert_eq!(
            counted::<RustOutput>(&[chatter, GREEN].concat()),
            tally(2, 0, 0)
        );
    }
}
