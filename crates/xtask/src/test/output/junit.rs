//! The summary of JUnit's console launcher: `[        12 tests successful      ]` and its like.

use super::Output;
use crate::test::Tally;

#[derive(Debug, Default)]
pub(crate) struct JunitOutput {
    counted: Tally,
}

impl Output for JunitOutput {
    fn read(&mut self, line: &str) {
        let Some((count, what)) = parse(line) else {
            return;
        };
        match what {
            "tests successful" => self.counted.passed += count,
            // A container fails in what it does before or after all its tests.
            "tests failed" | "containers failed" => self.counted.failed += count,
            // Aborted is what an assumption does.
            "tests skipped" | "containers skipped" | "tests aborted" | "containers aborted" => {
                self.counted.ignored += count;
            }
            _ => {}
        }
    }

    fn tally(self) -> Tally {
        self.counted
    }
}

fn parse(line: &str) -> Option<(u64, &str)> {
    let inner = line.trim().strip_prefix('[')?.strip_suffix(']')?.trim();
    let (count, what) = inner.split_once(' ')?;
    Some((count.parse().ok()?, what))
}

#[cfg(test)]
mod tests {
    use super::super::counted;
    use super::*;

    const SUMMARY: &str = "
Test run finished after 73 ms
[         3 containers found      ]
[         0 containers skipped    ]
[         3 containers started    ]
[         0 containers aborted    ]
[         3 containers successful ]
[         1 containers failed     ]
[        14 tests found           ]
[         2 tests skipped         ]
[        12 tests started         ]
[         1 tests aborted         ]
[         9 tests successful      ]
[         2 tests failed          ]
";

    #[test]
    fn the_summary_is_read_and_failures_around_the_tests_count_too() {
        let expected = Tally {
            passed: 9,
            failed: 3,
            ignored: 3,
        };
        assert_eq!(counted::<JunitOutput>(SUMMARY), expected);
    }

    #[test]
    fn what_tests_print_is_not_counted() {
        let text = "3 tests successful\n[tests successful]\n[ many tests successful ]\n";
        assert_eq!(counted::<JunitOutput>(text), Tally::default());
    }
}
