//! One figure of one subject, as a line of JSON.

use std::io::{self, Write};

use serde::{Deserialize, Serialize};

/// One figure of one subject in one table.
///
/// ```
/// use pairing_benches::{Measured, Record};
///
/// let line = Record::new("flow", "pairing", "time per input", "ns", Measured::of(&[81.0, 79.0, 80.0]))
///     .at("a whole session")
///     .goal("< 200")
///     .to_line();
/// assert!(line.contains(r#""median":80.0,"min":79.0,"max":81.0,"runs":3,"goal":"< 200""#));
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Record {
    /// The table, which is the name of the program.
    pub table: String,
    /// Who was measured: `pairing`, or the peer.
    pub subject: String,
    /// What was measured, in words that end up as a heading.
    pub metric: String,
    /// Under which condition; subjects are compared where metric and condition are the same.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub at: String,
    /// The unit: `B`, `KiB`, `ns`, `µs`, `ms`, `s`, `instructions`, `calls`, …
    pub unit: String,
    /// The figure itself.
    #[serde(flatten)]
    pub measured: Measured,
    /// What `pairing` is to reach here: `<= 1500`, `< 200`, or in relation to a peer under the
    /// same metric and condition: `<= 0.05x node` is a twentieth of it, `>= 5x express` five times
    /// as much. Several are separated by `; ` and must all be met. Anything else is shown as it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub goal: Option<String>,
}

/// The median of some runs, with their spread.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Measured {
    /// The middle one; of an even number, the mean of the middle two.
    pub median: f64,
    /// The smallest.
    pub min: f64,
    /// The largest.
    pub max: f64,
    /// How many.
    pub runs: usize,
}

impl Measured {
    /// Of these runs. Of none, everything is NaN, which JSON writes as null and nobody can read
    /// back as a figure.
    #[must_use]
    pub fn of(runs: &[f64]) -> Self {
        let mut sorted = runs.to_vec();
        sorted.sort_by(f64::total_cmp);
        let middle = |index: usize| sorted.get(index).copied().unwrap_or(f64::NAN);
        let half = sorted.len() / 2;
        let median = if sorted.len() % 2 == 1 {
            middle(half)
        } else {
            f64::midpoint(middle(half.wrapping_sub(1)), middle(half))
        };
        Self {
            median,
            min: middle(0),
            max: middle(sorted.len().wrapping_sub(1)),
            runs: sorted.len(),
        }
    }

    /// One run, of something that comes out the same every time: bytes, instructions, calls.
    #[must_use]
    pub fn once(value: f64) -> Self {
        Self::of(&[value])
    }
}

impl Record {
    /// A figure without condition and goal.
    #[must_use]
    pub fn new(table: &str, subject: &str, metric: &str, unit: &str, measured: Measured) -> Self {
        Self {
            table: table.to_owned(),
            subject: subject.to_owned(),
            metric: metric.to_owned(),
            at: String::new(),
            unit: unit.to_owned(),
            measured,
            goal: None,
        }
    }

    /// Under this condition.
    #[must_use]
    pub fn at(mut self, condition: impl Into<String>) -> Self {
        self.at = condition.into();
        self
    }

    /// With this goal.
    #[must_use]
    pub fn goal(mut self, goal: impl Into<String>) -> Self {
        self.goal = Some(goal.into());
        self
    }

    /// The line of JSON, without its end.
    ///
    /// # Panics
    ///
    /// Never: strings and numbers always have a JSON form.
    #[must_use]
    pub fn to_line(&self) -> String {
        serde_json::to_string(self).expect("strings and numbers have a JSON form")
    }

    /// Writes the line to standard output.
    ///
    /// # Errors
    ///
    /// When nobody listens there.
    pub fn print(&self) -> io::Result<()> {
        writeln!(io::stdout().lock(), "{}", self.to_line())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_the_middle_or_the_mean_of_the_middle_two() {
        assert_eq!(Measured::of(&[3.0, 1.0, 2.0]).median, 2.0);
        let even = Measured::of(&[4.0, 1.0, 3.0, 2.0]);
        assert_eq!(
            (even.median, even.min, even.max, even.runs),
            (2.5, 1.0, 4.0, 4)
        );
    }

    #[test]
    fn no_run_gives_no_figure() {
        let nothing = Measured::of(&[]);
        assert!(nothing.median.is_nan() && nothing.min.is_nan() && nothing.max.is_nan());
        let line = Record::new("flow", "pairing", "time", "ns", nothing).to_line();
        assert!(serde_json::from_str::<Record>(&line).is_err(), "{line}");
    }

    #[test]
    fn a_line_is_read_back_as_it_was() {
        let record = Record::new(
            "waiting",
            "node",
            "memory per session",
            "B",
            Measured::once(7.5),
        )
        .at("1000 sessions");
        let line = record.to_line();
        assert!(!line.contains('\n') && !line.contains("goal"), "{line}");
        assert_eq!(serde_json::from_str::<Record>(&line).unwrap(), record);
    }
}
