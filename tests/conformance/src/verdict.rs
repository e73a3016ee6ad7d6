//! How a behaviour came out.

use std::fmt;

use crate::{Behaviour, NotSimulated};

/// How a behaviour came out: `Ok` is a pass, and nothing else is.
pub type Verdict = Result<(), NotPassed>;

/// Why a behaviour did not pass.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NotPassed {
    /// The provider does not do what it must. The text says what was seen.
    #[error("{0}")]
    Failed(String),
    /// The provider's capabilities leave nothing to test here.
    #[error("the provider declares no {0}")]
    NotApplicable(&'static str),
    /// The harness cannot simulate what the behaviour needs.
    #[error(transparent)]
    NotRun(#[from] NotSimulated),
}

/// Ends the behaviour as failed unless the condition holds.
macro_rules! ensure {
    ($condition:expr, $($message:tt)+) => {
        if !$condition {
            return Err($crate::NotPassed::Failed(format!($($message)+)));
        }
    };
}
pub(crate) use ensure;

/// How all behaviours came out. `Display` lists them, one a line.
#[derive(Debug, Clone)]
pub struct Report {
    /// In the order of [`Behaviour::ALL`].
    pub results: Vec<(Behaviour, Verdict)>,
}

impl Report {
    /// Whether nothing failed and everything that applies was run.
    #[must_use]
    pub fn is_conformant(&self) -> bool {
        self.failed().next().is_none() && self.not_run().next().is_none()
    }

    /// The behaviours that passed.
    pub fn passed(&self) -> impl Iterator<Item = &Behaviour> {
        self.select(|verdict| verdict.is_ok())
    }

    /// The behaviours the provider lacks although it must have them.
    pub fn failed(&self) -> impl Iterator<Item = &Behaviour> {
        self.select(|verdict| matches!(verdict, Err(NotPassed::Failed(_))))
    }

    /// The behaviours its capabilities exclude.
    pub fn not_applicable(&self) -> impl Iterator<Item = &Behaviour> {
        self.select(|verdict| matches!(verdict, Err(NotPassed::NotApplicable(_))))
    }

    /// The behaviours nothing is known about, because the harness cannot simulate them.
    pub fn not_run(&self) -> impl Iterator<Item = &Behaviour> {
        self.select(|verdict| matches!(verdict, Err(NotPassed::NotRun(_))))
    }

    fn select(&self, wanted: fn(&Verdict) -> bool) -> impl Iterator<Item = &Behaviour> {
        self.results
            .iter()
            .filter(move |(_, verdict)| wanted(verdict))
            .map(|(behaviour, _)| behaviour)
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (behaviour, verdict) in &self.results {
            let word = match verdict {
                Ok(()) => "passed",
                Err(NotPassed::Failed(_)) => "FAILED",
                Err(NotPassed::NotApplicable(_)) => "not applicable",
                Err(NotPassed::NotRun(_)) => "NOT RUN",
            };
            write!(f, "{word:14} {}", behaviour.name())?;
            match verdict {
                Ok(()) => writeln!(f)?,
                Err(why) => writeln!(f, ": {why}")?,
            }
        }
        write!(
            f,
            "{} passed, {} failed, {} not applicable, {} not run",
            self.passed().count(),
            self.failed().count(),
            self.not_applicable().count(),
            self.not_run().count()
        )
    }
}
