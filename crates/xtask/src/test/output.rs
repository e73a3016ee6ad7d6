//! Counts what a test harness prints: its sums, or a line for each test, and the number of tests
//! that it announced.
//!
//! As text, because Rust, Python and Swift Testing write nothing else that is stable and complete.

use std::process::Command;

use anyhow::Result;

use super::Tally;
use crate::command;

/// Whose lines are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Harness {
    /// `running 3 tests` and `test result: ok. 2 passed; 0 failed; 1 ignored; …`
    Rust,
    /// `1..3`, and `ok - a name` or `not ok - a name` for each.
    Tap,
    /// `[   3 tests found   ]`, `[   2 tests successful   ]` and so on, at the end.
    Junit,
    /// `Ran 3 tests in 0.1s`, then `OK` or `FAILED (failures=1, errors=2, skipped=3)`.
    Unittest,
    /// `✔ Test name() passed after 0.001 seconds.` and `✔ Test run with 3 tests passed after …`
    Swift,
}

/// Runs tests to the end, shows what they print, and counts it.
///
/// A program that fails without reporting a failed test (it crashed, it did not compile, it found
/// a leak) is one failed test, and so is each test that it announced and did not report.
pub(crate) fn count(harness: Harness, tests: &mut Command) -> Result<Tally> {
    let mut count = Count::default();
    let on_line = |line: &str| {
        println!("{line}");
        count.read(harness, &without_colour(line));
    };
    let status = if matches!(harness, Harness::Unittest | Harness::Swift) {
        command::stream_all(tests, on_line)
    } else {
        // Half a line on stderr must not spoil a line of the report.
        command::stream(tests, on_line)
    }?;
    if !status.success() {
        eprintln!("`{}` ended with {status}", command::shown(tests));
    }
    Ok(count.tally().of_a_run_that(status.success()))
}

#[derive(Debug, Default)]
struct Count {
    tally: Tally,
    announced: u64,
}

impl Count {
    fn read(&mut self, harness: Harness, line: &str) {
        // A line of something else has no number where one is looked for.
        let _ = match harness {
            Harness::Rust => self.rust(line),
            Harness::Tap => self.tap(line),
            Harness::Junit => self.junit(line),
            Harness::Unittest => self.unittest(line),
            Harness::Swift => self.swift(line),
        };
    }

    fn rust(&mut self, line: &str) -> Option<()> {
        if let Some(rest) = line.strip_prefix("running ") {
            let (number, _) = rest.split_once(" test")?;
            self.announced += number.parse::<u64>().ok()?;
            return Some(());
        }
        let sums = line.strip_prefix("test result: ")?.split_once(". ")?.1;
        for sum in sums.split("; ") {
            let (number, what) = sum.split_once(' ')?;
            *self.of(what)? += number.parse::<u64>().ok()?;
        }
        Some(())
    }

    fn tap(&mut self, line: &str) -> Option<()> {
        if let Some(plan) = line.strip_prefix("1..") {
            self.announced = plan.trim().parse().ok()?;
            return Some(());
        }
        let (what, rest) = match line.strip_prefix("not ok") {
            Some(rest) => ("failed", rest),
            None => ("passed", line.strip_prefix("ok")?),
        };
        let is_skipped = rest.to_ascii_lowercase().contains("# skip");
        if rest.is_empty() || rest.starts_with(' ') {
            *self.of(if is_skipped { "ignored" } else { what })? += 1;
        }
        Some(())
    }

    fn junit(&mut self, line: &str) -> Option<()> {
        let inner = line.trim().strip_prefix('[')?.strip_suffix(']')?.trim();
        let (number, what) = inner.split_once(' ')?;
        let number: u64 = number.parse().ok()?;
        *match what {
            "tests found" => &mut self.announced,
            "tests successful" => &mut self.tally.passed,
            // A container fails in what it does before or after all its tests.
            "tests failed" | "containers failed" => &mut self.tally.failed,
            // Aborted is what an assumption does.
            "tests skipped" | "containers skipped" | "tests aborted" | "containers aborted" => {
                &mut self.tally.ignored
            }
            _ => return None,
        } += number;
        Some(())
    }

    fn unittest(&mut self, line: &str) -> Option<()> {
        if let Some(rest) = line.strip_prefix("Ran ") {
            let (number, _) = rest
                .split_once(" test")
                .filter(|it| it.1.contains(" in "))?;
            self.tally.passed += number.parse::<u64>().ok()?;
            return Some(());
        }
        let (_, sums) = line.strip_suffix(')')?.split_once('(')?;
        if !line.starts_with("OK (") && !line.starts_with("FAILED (") {
            return None;
        }
        for sum in sums.split(", ") {
            let (what, number) = sum.split_once('=')?;
            let number: u64 = number.parse().ok()?;
            match what {
                "skipped" | "expected failures" => self.tally.ignored += number,
                _ => self.tally.failed += number,
            }
            // It is one of those that ran.
            self.tally.passed = self.tally.passed.saturating_sub(number);
        }
        Some(())
    }

    fn swift(&mut self, line: &str) -> Option<()> {
        let (symbol, rest) = line.split_once(" Test ")?;
        if symbol.is_empty() || symbol.contains(|c: char| c.is_ascii()) {
            return None;
        }
        if let Some(run) = rest.strip_prefix("run with ") {
            self.announced += run.split_once(" test")?.0.parse::<u64>().ok()?;
        } else if rest.contains(" passed after ") {
            self.tally.passed += 1;
        } else if rest.contains(" failed after ") {
            self.tally.failed += 1;
        } else if rest.contains(" skipped") {
            self.tally.ignored += 1;
        }
        Some(())
    }

    fn of(&mut self, what: &str) -> Option<&mut u64> {
        match what {
            "passed" => Some(&mut self.tally.passed),
            "failed" => Some(&mut self.tally.failed),
            "ignored" => Some(&mut self.tally.ignored),
            _ => None,
        }
    }

    /// What was announced and not reported was lost in a crash.
    fn tally(&self) -> Tally {
        let Tally {
            passed,
            failed,
            ignored,
        } = self.tally;
        let lost = self.announced.saturating_sub(passed + failed + ignored);
        Tally {
            failed: failed + lost,
            ..self.tally
        }
    }
}

/// Some harnesses colour their words when someone asks for colours always.
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

    /// Passed, failed, ignored, of what a program prints on both outputs before it ends.
    fn counted(harness: Harness, text: &str, end: &str) -> (u64, u64, u64) {
        let to_stderr = if harness == Harness::Unittest {
            ">&2"
        } else {
            ""
        };
        let script = format!("cat {to_stderr} <<'END'\n{text}\nEND\n{end}");
        let tally = count(harness, Command::new("sh").args(["-c", &script])).unwrap();
        (tally.passed, tally.failed, tally.ignored)
    }

    const RUST: &str = "running 2 tests\ntest a ... ok\n\n\
        test result: \u{1b}[32mok\u{1b}[0m. 1 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; \
        finished in 0.00s\n";
    const TAP: &str =
        "ok - a\nnot ok 2 - b\nok - c # SKIP no display\n  ok - within another\n1..3\n";
    const JUNIT: &str = "[         1 containers failed     ]\n[        14 tests found           ]\n\
        [         2 tests skipped         ]\n[         1 tests aborted         ]\n\
        [         9 tests successful      ]\n[         2 tests failed          ]\n";
    const UNITTEST: &str = "Ran 9 tests in 0.1s\n\nFAILED (failures=1, errors=2, skipped=3)\n";
    const SWIFT: &str = "◇ Test good() started.\n✘ Test off() skipped: \"why\"\n\
        ✘ Test many(n:) recorded an issue at a.swift:8:45: Expectation failed\n\
        ✘ Test many(n:) failed after 0.001 seconds with 1 issue.\n\
        ✔ Test \"a display name\" passed after 0.001 seconds.\n✔ Test good() passed after 0.001 seconds.\n\
        ✘ Suite S failed after 0.002 seconds with 1 issue.\n\
        ✘ Test run with 4 tests failed after 0.002 seconds with 1 issue.\n";

    #[test]
    fn each_harness_is_counted() {
        for (harness, text, expected) in [
            (Harness::Rust, RUST, (1, 0, 1)),
            (Harness::Tap, TAP, (1, 1, 1)),
            (Harness::Junit, JUNIT, (9, 3, 3)),
            (Harness::Unittest, UNITTEST, (3, 3, 3)),
            (Harness::Swift, SWIFT, (2, 1, 1)),
        ] {
            assert_eq!(counted(harness, text, ""), expected, "{harness:?}");
        }
        let twice = RUST.repeat(2);
        assert_eq!(counted(Harness::Rust, &twice, ""), (2, 0, 2));
    }

    #[test]
    fn a_bad_end_is_a_failure_whatever_was_reported() {
        assert_eq!(counted(Harness::Tap, "ok - a", "exit 3"), (1, 1, 0));
        assert_eq!(counted(Harness::Tap, "not ok - a", "exit 3"), (0, 1, 0));
        assert_eq!(counted(Harness::Swift, "", "kill -9 $$"), (0, 1, 0));
    }

    #[test]
    fn tests_that_were_announced_and_not_reported_have_failed() {
        let crashed = RUST.to_owned() + "running 5 tests\ntest d ... ok\n";
        assert_eq!(counted(Harness::Rust, &crashed, ""), (1, 5, 1));
        assert_eq!(counted(Harness::Tap, "1..3\nok - a", ""), (1, 2, 0));
        let cut = "[  3 tests found  ]\n[  1 tests successful  ]";
        assert_eq!(counted(Harness::Junit, cut, ""), (1, 2, 0));
        let cut = "✔ Test run with 2 tests passed after 1 seconds.";
        assert_eq!(counted(Harness::Swift, cut, ""), (0, 2, 0));
    }

    #[test]
    fn what_tests_print_is_not_counted() {
        for (harness, text) in [
            (
                Harness::Rust,
                "running late\nrunning x tests\ntest result: unknown\n  test result: ok. 9 passed; 0 failed",
            ),
            (
                Harness::Tap,
                "okay\nit is ok - x\nnot okay\n  ok - a part of another",
            ),
            (
                Harness::Junit,
                "3 tests successful\n[tests successful]\n[ many tests successful ]",
            ),
            (
                Harness::Unittest,
                "Ran into 3 tests\nRan 3 miles in 1s\nOK (fine)\nFAILED (a=b)\n(c=1)",
            ),
            (
                Harness::Swift,
                "Test good() passed after noon\nI Test it passed after all",
            ),
        ] {
            assert_eq!(counted(harness, text, ""), (0, 0, 0), "{harness:?}");
        }
    }
}
