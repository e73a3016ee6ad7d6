//! One module per command.

pub(crate) mod check;
pub(crate) mod code;
pub(crate) mod demo;
mod http_server;
pub(crate) mod link;
pub(crate) mod providers;
pub(crate) mod record;
pub(crate) mod serve;
pub(crate) mod sim;
mod simulated;
pub(crate) mod status;
pub(crate) mod unlink;

pub(crate) use serve::RELOADS;
