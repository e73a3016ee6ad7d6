//! Understands what each language's test harness prints, and counts it.

mod junit;
mod rust;
mod swift;
mod tap;
mod unittest;

use std::process::Command;

use anyhow::Result;

pub(crate) use self::junit::JunitOutput;
pub(crate) use self::rust::RustOutput;
pub(crate) use self::swift::SwiftOutput;
pub(crate) use self::tap::TapOutput;
pub(crate) use self::unittest::UnittestOutput;
use super::Tally;
use crate::command;

/// What reads the lines of one kind of harness.
pub(crate) trait Output: Default {
    /// Whether it reports on stderr too. Elsewhere stderr is only shown, and half a line on it
    /// cannot spoil a line of the report.
    const ON_STDERR: bool = false;

    /// Takes the next line.
    fn read(&mut self, line: &str);

    /// The counts, when there is no more to come.
    fn tally(self) -> Tally;
}

/// Runs tests to the end, shows what they print, and counts it.
///
/// A program that fails without reporting a failed test (it crashed, it did not compile, it found
/// a leak) is one failed test.
pub(crate) fn count<O: Output>(tests: &mut Command) -> Result<Tally> {
    let mut output = O::default();
    let on_line = |line: &str| {
        println!("{line}");
        output.read(&without_colour(line));
    };
    let status = if O::ON_STDERR {
        command::stream_all(tests, on_line)
    } else {
        command::stream(tests, on_line)
    }?;
    if !status.success() {
        eprintln!("`{}` ended with {status}", command::shown(tests));
    }
    Ok(output.tally().of_a_run_that(status.success()))
}

/// Some harnesses colour their words when someone asks for colours always.
pub(super) fn without_colour(line: &str) -> String {
    let mut parts = line.split("\u{1b}[");
    let mut plain = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        plain.push_str(part.split_once('m').map_or(part, |(_, text)| text));
    }
    plain
}

#[cfg(test)]
fn counted<O: Output>(text: &str) -> Tally {
    let mut output = O::default();
    text.lines().for_each(|line| output.read(line));
    output.tally()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tally(passed: u64, failed: u64) -> Tally {
        Tally {
            passed,
            failed,
            ignored: 0,
        }
    }

    fn count_shell<O: Output>(script: &str) -> Tally {
        count::<O>(Command::new("sh").args(["-c", script])).unwrap()
    }

    #[test]
    fn a_bad_end_is_a_failure_whatever_was_reported() {
        assert_eq!(count_shell::<TapOutput>("echo ok - a"), tally(1, 0));
        assert_eq!(count_shell::<TapOutput>("echo ok - a; exit 3"), tally(1, 1));
        assert_eq!(
            count_shell::<TapOutput>("echo not ok - a; exit 3"),
            tally(0, 1)
        );
        assert_eq!(count_shell::<TapOutput>("kill -9 $$"), tally(0, 1));
    }

    #[test]
    fn stderr_is_read_where_the_harness_reports_on_it() {
        let script = "echo Ran 2 tests in 1s >&2; echo ok - a >&2";
        assert_eq!(count_shell::<UnittestOutput>(script), tally(2, 0));
        assert_eq!(count_shell::<TapOutput>(script), tally(0, 0));
    }

    #[test]
    fn colours_are_taken_off() {
        assert_eq!(without_colour("\u{1b}[32mok\u{1b}[0m. 1"), "ok. 1");
        assert_eq!(without_colour("plain"), "plain");
    }
}
