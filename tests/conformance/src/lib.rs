#![doc = include_str!("lib.md")]
#![cfg_attr(docsrs, feature(doc_cfg))]

pub mod behaviours;
mod harness;
mod operation;
mod run;
mod verdict;

pub use harness::{Calls, Condition, Harness, NotSimulated, TestInstance};
pub use run::{Behaviour, assert_conformant, run_all};
pub use verdict::{NotPassed, Report, Verdict};

/// The most calls to a gateway that one request to a provider may cost: the request itself,
/// and a question about the status where its answer leaves open what happened.
pub const MAX_CALLS_PER_REQUEST: u64 = 2;
