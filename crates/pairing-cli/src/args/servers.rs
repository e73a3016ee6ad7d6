//! The arguments of commands that serve until they are stopped.

use std::net::SocketAddr;

use clap::builder::UnknownArgumentValueParser;
use clap::{Args, ValueEnum};

use crate::config::LISTEN;

#[derive(Debug, Args)]
pub(crate) struct ServeArgs {
    /// The address and port to listen on; port 0 takes any free one [default: 127.0.0.1:8910]
    #[arg(long, value_name = "ADDRESS", value_parser = listen_address)]
    pub(crate) listen: Option<SocketAddr>,
    // Other commands have it, and nothing else here looks like it.
    #[arg(
        long = "port",
        hide = true,
        value_parser = UnknownArgumentValueParser::suggest_arg("--listen")
    )]
    _port: Option<String>,
}

fn listen_address(text: &str) -> Result<SocketAddr, String> {
    text.parse().map_err(|_| format!("must be {LISTEN}"))
}

/// Beyond this, a code dies sooner than a request over loopback takes.
pub(super) const MOST_SPEED: i64 = 100;

/// Where `pairing sim` listens by default.
const SIM_PORT: u16 = 8909;

#[derive(Debug, Args)]
pub(crate) struct SimArgs {
    /// The port on 127.0.0.1; 0 takes any free one
    #[arg(long, default_value_t = SIM_PORT)]
    pub(crate) port: u16,
    /// How many times faster than in reality codes die
    #[arg(
        long,
        value_name = "N",
        default_value_t = 1,
        value_parser = clap::value_parser!(u32).range(1..=MOST_SPEED)
    )]
    pub(crate) speed: u32,
    /// How long QR codes live
    #[arg(long, value_enum, default_value_t = RotationArg::Every20)]
    pub(crate) rotation: RotationArg,
    /// What all codes and credentials are made from: the same seed gives the same ones
    #[arg(long, value_name = "N")]
    pub(crate) seed: Option<u64>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum RotationArg {
    /// 20 s each, as behind a browser
    #[value(name = "20s")]
    Every20,
    /// The first 60 s, the others 20 s, as behind a socket
    #[value(name = "60s-20s")]
    First60Then20,
}
