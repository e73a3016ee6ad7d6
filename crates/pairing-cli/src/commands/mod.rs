//! One module per command.

pub(crate) mod code;
pub(crate) mod demo;
pub(crate) mod link;
pub(crate) mod providers;
pub(crate) mod sim;
mod simulated;
pub(crate) mod status;
pub(crate) mod unlink;
