//! The arguments of what helps to find out why a gateway does not work.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::{DrawingArgs, MethodArgs};

#[derive(Debug, Args)]
pub(crate) struct CheckArgs {
    /// Ask the gateway too; changes nothing
    #[arg(long)]
    pub(crate) live: bool,
    /// Request one code as well, unless a number is linked
    #[arg(long, requires = "live")]
    pub(crate) request_code: bool,
    #[command(flatten)]
    pub(crate) method: MethodArgs,
}

/// A call that can be recorded on its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum RecordedCall {
    /// Whether a number is linked.
    Status,
    /// One code. It is not shown.
    Code,
    /// Unlinks the number; only with --yes.
    Unlink,
}

#[derive(Debug, Args)]
pub(crate) struct RecordArgs {
    /// What to ask, in this order [default: status]
    #[arg(value_enum, value_name = "CALL")]
    pub(crate) calls: Vec<RecordedCall>,
    /// Link a number, and record all calls of that
    #[arg(long, conflicts_with = "calls", requires = "output_file")]
    pub(crate) session: bool,
    #[command(flatten)]
    pub(crate) method: MethodArgs,
    /// Confirm that `unlink` unlinks the number
    #[arg(short, long)]
    pub(crate) yes: bool,
    /// A file that does not exist yet, which only you can read [default: standard output]
    #[arg(long, value_name = "FILE")]
    pub(crate) output_file: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) drawing: DrawingArgs,
}
