//! How a scenario can fail.

use std::fmt;

/// Why a scenario did not go as it should.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The agent, or the library behind it, did something else.
    Wrong(String),
    /// We came too late, as on a machine that is overloaded: the right code had died before
    /// the phone was held in front of it. Says nothing about the agent; the scenario is
    /// repeated at half the speed.
    TooLate,
}

impl Failure {
    pub(crate) fn wrong(why: impl Into<String>) -> Self {
        Self::Wrong(why.into())
    }

    /// With everything that led to the error.
    #[allow(clippy::needless_pass_by_value, reason = "what `map_err` hands over")]
    pub(crate) fn from_error(error: anyhow::Error) -> Self {
        Self::wrong(format!("{error:#}"))
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Wrong(why) => f.write_str(why),
            Self::TooLate => f.write_str("this machine is too slow for the life of its codes"),
        }
    }
}
