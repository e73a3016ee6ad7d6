//! Many simultaneous sessions: the simulator, ours and the peers each run in a separate process,
//! whose costs the system reports.
//!
//! Every subject is a program with the same arguments and the same two lines of output:
//! `PROGRAM BASE_URL SESSIONS UNIT_MS SPREAD_MS` says `waiting` once every session has its first
//! code, and `ended LINKED ABANDONED ERRORS` once all are over.

mod cost;
mod gateway;
mod program;
mod subject;
mod tools;

pub use cost::Cost;
pub use gateway::{Gateway, Report, TOKEN, instance_id};
pub use subject::{Load, Running, Subject, Told};
