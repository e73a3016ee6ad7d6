//! Counts of tests, and the rule when they are good enough.

use std::fmt;
use std::ops::AddAssign;

/// How many tests ended how.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Tally {
    pub(crate) passed: u64,
    pub(crate) failed: u64,
    pub(crate) ignored: u64,
}

impl Tally {
    /// Something that could not even run.
    pub(crate) fn one_failure() -> Self {
        Self {
            failed: 1,
            ..Self::default()
        }
    }

    /// The same with the program's own verdict: one that failed although no test did (it crashed,
    /// it did not compile) is one failed test.
    pub(crate) fn of_a_run_that(mut self, succeeded: bool) -> Self {
        if !succeeded && self.failed == 0 {
            self.failed = 1;
        }
        self
    }

    /// Nothing failed, nothing was left out, and there was something to run.
    pub(crate) fn is_good(&self) -> bool {
        self.complaint().is_none()
    }

    /// Why the run is not good although a glance at the counts might not say so.
    pub(crate) fn complaint(&self) -> Option<&'static str> {
        if self.failed > 0 {
            Some("tests failed")
        } else if self.ignored > 0 {
            Some("an ignored test is a test nobody runs: repair it or remove it")
        } else if self.passed == 0 {
            Some("no test ran")
        } else {
            None
        }
    }
}

impl AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.ignored += other.ignored;
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} passed, {} failed", self.passed, self.failed)?;
        if self.ignored > 0 {
            write!(f, ", {} skipped", self.ignored)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tally(passed: u64, failed: u64, ignored: u64) -> Tally {
        Tally {
            passed,
            failed,
            ignored,
        }
    }

    #[test]
    fn good_means_something_ran_and_nothing_failed_or_was_ignored() {
        assert!(tally(1, 0, 0).is_good());
        assert!(!tally(0, 0, 0).is_good());
        assert!(!tally(9, 1, 0).is_good());
        assert!(!tally(9, 0, 1).is_good());
    }

    #[test]
    fn a_run_that_failed_has_at_least_one_failure() {
        assert_eq!(tally(2, 0, 0).of_a_run_that(true), tally(2, 0, 0));
        assert_eq!(tally(2, 0, 0).of_a_run_that(false), tally(2, 1, 0));
        assert_eq!(tally(2, 3, 0).of_a_run_that(false), tally(2, 3, 0));
    }

    #[test]
    fn the_last_line_names_skipped_tests_only_when_there_are_some() {
        assert_eq!(tally(7, 0, 0).to_string(), "7 passed, 0 failed");
        assert_eq!(tally(7, 1, 2).to_string(), "7 passed, 1 failed, 2 skipped");
    }

    #[test]
    fn suites_add_up() {
        let mut total = tally(1, 2, 3);
        total += tally(10, 20, 30);
        assert_eq!(total, tally(11, 22, 33));
    }
}
