//! `pairing`: links a WhatsApp number with a hosted gateway, from the terminal.
#![cfg_attr(
    not(test),
    warn(clippy::string_slice, reason = "its panic quotes the text")
)]

mod args;
mod commands;
mod config;
mod console;
mod context;
mod exit;
mod failure;
mod gateways;
mod lossy;
mod open_files;
mod picture_file;
mod program;
mod provider;
mod session;
mod signals;
mod texts;
mod tracing_output;
mod view;

use std::process::ExitCode;

use clap::Parser;

fn main() -> ExitCode {
    view::restore_before_panic_message();
    program::run(args::CommandLine::parse()).into()
}
