//! What `swift test` prints: a line for the end of each test, from Swift Testing and from XCTest.

use super::Output;
use crate::test::Tally;

/// `swift test` runs both harnesses; a project may use either.
#[derive(Debug, Default)]
pub(crate) struct SwiftOutput {
    counted: Tally,
}

enum End {
    Passed,
    Failed,
    Skipped,
}

impl Output for SwiftOutput {
    const ON_STDERR: bool = true;

    fn read(&mut self, line: &str) {
        match swift_testing(line).or_else(|| xctest(line)) {
            Some(End::Passed) => self.counted.passed += 1,
            Some(End::Failed) => self.counted.failed += 1,
            Some(End::Skipped) => self.counted.ignored += 1,
            None => {}
        }
    }

    fn tally(self) -> Tally {
        self.counted
    }
}

/// `✔ Test name() passed after 0.001 seconds.`; a display name stands in quotes.
fn swift_testing(line: &str) -> Option<End> {
    let (symbol, rest) = line.split_once(' ')?;
    if symbol.is_empty() || symbol.contains(|c: char| c.is_ascii()) {
        return None;
    }
    let rest = rest.strip_prefix("Test ")?;
    let end = match rest.strip_prefix('"') {
        Some(quoted) => quoted.split_once("\" ")?.1,
        // The sum of all is a `Test run`, and says nothing new.
        None => rest.split_once(' ').filter(|(name, _)| *name != "run")?.1,
    };
    if end.starts_with("passed after ") {
        Some(End::Passed)
    } else if end.starts_with("failed after ") {
        Some(End::Failed)
    } else if end.starts_with("skipped") {
        Some(End::Skipped)
    } else {
        None
    }
}

/// `Test Case 'Class.name' passed (0.01 seconds)`
fn xctest(line: &str) -> Option<End> {
    let (_, end) = line.strip_prefix("Test Case '")?.split_once("' ")?;
    match end.split_once(" (")?.0 {
        "passed" => Some(End::Passed),
        "failed" => Some(End::Failed),
        "skipped" => Some(End::Skipped),
        _ => None,
    }
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
    fn tests_of_swift_testing_are_counted_once_each() {
        let text = "
◇ Test run started.
◇ Suite S started.
✘ Test off() skipped: \"why\"
✘ Test later() skipped.
◇ Test \"a display name\" started.
✘ Test many(n:) recorded an issue with 1 argument n → 2 at a.swift:8:45: Expectation failed
✘ Test many(n:) failed after 0.001 seconds with 1 issue.
✔ Test \"a display name\" passed after 0.001 seconds.
✔ Test good() passed after 0.001 seconds.
✘ Test known() passed after 0.001 seconds with 1 known issue.
✘ Suite S passed after 0.002 seconds with 1 known issue.
✘ Test run with 6 tests failed after 0.002 seconds with 2 issues (including 1 known issue).
";
        assert_eq!(counted::<SwiftOutput>(text), tally(3, 1, 2));
    }

    #[test]
    fn tests_of_xctest_are_counted_once_each() {
        let text = "
Test Suite 'X' started at 2026-11-22 06:02:56.591
Test Case 'X.testA' started at 2026-11-22 06:02:56.591
Test Case 'X.testA' passed (0.01 seconds)
a.swift:10: error: X.testB : XCTAssertEqual failed: (\"2\") is not equal to (\"3\") -
Test Case 'X.testB' failed (0.0 seconds)
Test Case 'X.testC' skipped (0.0 seconds)
Test Suite 'X' failed at 2026-11-22 06:02:56.600
	 Executed 3 tests, with 1 test skipped and 1 failure (0 unexpected) in 0.01 (0.01) seconds
";
        assert_eq!(counted::<SwiftOutput>(text), tally(1, 1, 1));
    }

    #[test]
    fn what_tests_print_is_not_counted() {
        let text = "Test good() passed after noon\nI Test it passed after all\nTest Case closed\n";
        assert_eq!(counted::<SwiftOutput>(text), tally(0, 0, 0));
    }
}
