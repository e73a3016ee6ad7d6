//! The Test Anything Protocol, as far as a test program in C needs it: `ok - a name` and
//! `not ok - a name`, a line each, and after the last one `1..N` with the number of them.

use super::Output;
use crate::test::Tally;

#[derive(Debug, Default)]
pub(crate) struct TapOutput {
    counted: Tally,
    planned: Option<u64>,
}

impl Output for TapOutput {
    fn read(&mut self, line: &str) {
        if let Some(plan) = line.strip_prefix("1..") {
            self.planned = plan.trim().parse().ok().or(self.planned);
            return;
        }
        let (rest, count) = if let Some(rest) = line.strip_prefix("not ok") {
            (rest, &mut self.counted.failed)
        } else if let Some(rest) = line.strip_prefix("ok") {
            (rest, &mut self.counted.passed)
        } else {
            return;
        };
        if !rest.is_empty() && !rest.starts_with(' ') {
            return;
        }
        if rest.to_ascii_lowercase().contains("# skip") {
            self.counted.ignored += 1;
        } else {
            *count += 1;
        }
    }

    /// A program that promised more tests than it ran lost them on the way.
    fn tally(self) -> Tally {
        let Tally {
            passed,
            failed,
            ignored,
        } = self.counted;
        let ran = passed + failed + ignored;
        let lost = self.planned.unwrap_or(ran).saturating_sub(ran);
        Tally {
            failed: failed + lost,
            ..self.counted
        }
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
    fn each_line_is_a_test_numbered_or_not() {
        let text = "ok - a\nok 2 - b\nnot ok - c\nok - d # SKIP no display\n# a remark\n1..4\n";
        assert_eq!(counted::<TapOutput>(text), tally(2, 1, 1));
    }

    #[test]
    fn tests_that_were_promised_and_never_ran_have_failed() {
        assert_eq!(counted::<TapOutput>("1..3\nok - a\n"), tally(1, 2, 0));
    }

    #[test]
    fn other_lines_are_not_counted() {
        let text = "okay\nit is ok - x\nnot okay\n  ok - indented is a part of another test\n";
        assert_eq!(counted::<TapOutput>(text), tally(0, 0, 0));
    }
}
