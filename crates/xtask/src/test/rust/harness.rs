//! Reads what Rust's test harness prints and counts, crashes included.

use super::Tally;

/// The sum over all test binaries of one `cargo test`.
#[derive(Debug, Default)]
pub(super) struct HarnessOutput {
    counted: Tally,
    started: u64,
    reported: u64,
}

impl HarnessOutput {
    /// Takes the next line of stdout.
    pub(super) fn read(&mut self, line: &str) {
        let line = without_colour(line);
        if is_start(&line) {
            self.started += 1;
        } else if let Some(result) = parse_result(&line) {
            self.reported += 1;
            self.counted += result;
        }
    }

    /// The counts, once `cargo test` has ended.
    ///
    /// A binary that started and never reported has crashed: one failure each. Whatever else
    /// made cargo fail (a compile error, a binary that died before its first line) is one more.
    pub(super) fn finish(self, success: bool) -> Tally {
        let mut tally = self.counted;
        tally.failed += self.started.saturating_sub(self.reported);
        if !success && tally.failed == 0 {
            tally.failed = 1;
        }
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

/// The harness colours `ok` when someone asks cargo for colours always.
fn without_colour(line: &str) -> String {
    let mut parts = line.split("\u{1b}[");
    let mut plain = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        plain.push_str(part.split_once('m').map_or(part, |(_, text)| text));
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(success: bool, text: &str) -> Tally {
        let mut output = HarnessOutput::default();
        text.lines().for_each(|line| output.read(line));
        output.finish(success)
    }

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
        assert_eq!(read(true, &GREEN.repeat(3)), tally(6, 0, 0));
        assert_eq!(read(false, &[GREEN, MIXED].concat()), tally(4, 1, 1));
    }

    #[test]
    fn each_crashed_binary_is_a_failure() {
        assert_eq!(read(false, CRASHED), tally(0, 1, 0));
        assert_eq!(
            read(false, &[CRASHED, GREEN, CRASHED].concat()),
            tally(2, 2, 0)
        );
        assert_eq!(read(false, &[MIXED, CRASHED].concat()), tally(2, 2, 1));
    }

    #[test]
    fn a_compile_error_is_a_failure_although_nothing_was_reported() {
        assert_eq!(read(false, ""), tally(0, 1, 0));
        assert_eq!(read(false, GREEN), tally(2, 1, 0));
    }

    #[test]
    fn an_empty_binary_counts_nothing() {
        let empty = "running 0 tests\n\ntest result: ok. 0 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s\n";
        assert_eq!(read(true, empty), tally(0, 0, 0));
    }

    #[test]
    fn colours_do_not_hide_a_result() {
        let line = "test result: \u{1b}[32mok\u{1b}(B\u{1b}[m. 1 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out";
        let plain = "running 1 test\n".to_owned() + &line.replace("\u{1b}(B", "");
        assert_eq!(read(true, &plain), tally(1, 0, 0));
    }

    #[test]
    fn what_tests_print_themselves_is_not_counted() {
        let chatter = "running late\nrunning x tests\ntest result: unknown\n  test result: ok. 9 passed; 0 failed; 0 ignored\n";
        assert_eq!(read(true, &[chatter, GREEN].concat()), tally(2, 0, 0));
    }
}
