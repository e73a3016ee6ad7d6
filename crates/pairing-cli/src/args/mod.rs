//! The command line.
//!
//! No secret is ever an argument: other users of the machine can read those.

mod help;
mod servers;
mod support;

use std::path::PathBuf;

use clap::{ArgAction, Args, Parser, Subcommand, ValueEnum};
use pairing_core::{PairingMethod, PhoneNumber};

use crate::failure::Failure;
use crate::gateways;
use crate::picture_file::PicturePath;
use crate::texts::{Language, Mistake};
use servers::MOST_SPEED;
pub(crate) use servers::{RotationArg, ServeArgs, SimArgs};
pub(crate) use support::{CheckArgs, RecordArgs, RecordedCall};

/// Link a WhatsApp number with a hosted gateway, by QR code or by phone code.
#[derive(Debug, Parser)]
#[command(
    name = "pairing",
    version,
    about = "Link a WhatsApp number with a hosted gateway, by QR code or by phone code",
    after_help = help::SHORT,
    after_long_help = help::long(),
    disable_help_subcommand = true,
    max_term_width = 100
)]
pub(crate) struct CommandLine {
    #[command(flatten)]
    pub(crate) global: Global,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// What every command understands.
#[derive(Debug, Args)]
#[command(next_help_heading = "Global options")]
pub(crate) struct Global {
    /// The gateway; `pairing providers` says more about each
    #[arg(long, global = true, value_parser = gateways::names())]
    pub(crate) provider: Option<String>,
    /// The gateway's address, if not the usual one; plain http only for this computer
    #[arg(long, global = true, value_name = "URL")]
    pub(crate) base_url: Option<String>,
    /// A TOML file with the provider, its credentials and the policy
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// For people, or one JSON object a line for programs
    #[arg(long, global = true, value_enum, default_value_t = Output::Text)]
    pub(crate) output: Output,
    /// The language for people [default: from LC_ALL, LC_MESSAGES or LANG]
    #[arg(long, global = true, value_enum)]
    pub(crate) lang: Option<Language>,
    /// One HTTP request and no backoff: nothing is repeated and nothing looked up besides. With
    /// link: the first failure ends it
    #[arg(long, global = true)]
    pub(crate) no_retry: bool,
    /// Say on standard error what is going on; twice for more. Shows no secret
    #[arg(short, long, global = true, action = ArgAction::Count)]
    pub(crate) verbose: u8,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Output {
    Text,
    Json,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Show each gateway's pairing on a simulator, without an account
    #[command(after_help = help::DEMO)]
    Demo(DemoArgs),
    /// Link a number: show codes until one is used
    #[command(after_help = help::LINK)]
    Link(LinkArgs),
    /// Ask for one code and print the reply
    #[command(after_help = help::CODE)]
    Code(CodeArgs),
    /// Ask once whether a number is linked
    #[command(after_help = help::STATUS)]
    Status,
    /// Unlink the number
    #[command(after_help = help::UNLINK)]
    Unlink(UnlinkArgs),
    /// Check the configuration, and with --live the gateway
    #[command(after_help = help::CHECK)]
    Check(CheckArgs),
    /// Record what the gateway answers, without any value, for a bug report
    #[command(after_help = help::RECORD)]
    Record(RecordArgs),
    /// List the gateways, what they can do and what they need
    #[command(after_help = help::PROVIDERS)]
    Providers(ProvidersArgs),
    /// Serve the pairing page for your application
    #[command(after_help = help::SERVE)]
    Serve(ServeArgs),
    /// Serve the gateways on this computer, to develop against
    #[command(after_help = help::SIM)]
    Sim(SimArgs),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Method {
    /// Scan a QR code with the phone
    Qr,
    /// Type a code on the phone
    Phone,
}

#[derive(Debug, Args)]
pub(crate) struct ProvidersArgs {
    /// One gateway, with a configuration file to fill in
    #[arg(value_parser = gateways::names())]
    pub(crate) name: Option<String>,
}

/// How to link, for commands that ask for codes.
#[derive(Debug, Args)]
pub(crate) struct MethodArgs {
    /// How to link the phone [default: qr, or phone if --phone is given]
    #[arg(long, value_enum)]
    method: Option<Method>,
    /// The number of the phone on which the code is typed, with country code
    #[arg(long, value_name = "NUMBER")]
    phone: Option<String>,
}

impl MethodArgs {
    pub(crate) fn method(&self) -> Result<PairingMethod, Failure> {
        match (self.method, &self.phone) {
            (None | Some(Method::Qr), None) => Ok(PairingMethod::Qr),
            (None | Some(Method::Phone), Some(phone)) => Ok(PairingMethod::PhoneCode(
                PhoneNumber::parse_user_input(phone)
                    .map_err(|error| Failure::number("--phone", error))?,
            )),
            (Some(Method::Phone), None) => Err(Failure::Mistake(Mistake::PhoneMissing)),
            (Some(Method::Qr), Some(_)) => Err(Failure::Mistake(Mistake::PhoneWithQr)),
        }
    }
}

#[derive(Debug, Args)]
pub(crate) struct LinkArgs {
    #[command(flatten)]
    pub(crate) method: MethodArgs,
    /// Fail if another number than this one is linked
    #[arg(long, value_name = "NUMBER")]
    expect_phone: Option<String>,
    /// Also keep the live QR code in this file (.png or .svg); dead ones are removed
    #[arg(long, value_name = "FILE")]
    pub(crate) save_qr: Option<PicturePath>,
    #[command(flatten)]
    pub(crate) drawing: DrawingArgs,
}

impl LinkArgs {
    pub(crate) fn expected_phone(&self) -> Result<Option<PhoneNumber>, Failure> {
        let phone = self
            .expect_phone
            .as_deref()
            .map(PhoneNumber::parse_user_input);
        phone
            .transpose()
            .map_err(|error| Failure::number("--expect-phone", error))
    }
}

#[derive(Debug, Args)]
pub(crate) struct DrawingArgs {
    /// Draw for dark letters on a light background, in the terminal's own colours
    #[arg(long)]
    pub(crate) invert: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Form {
    /// What the QR code says
    Text,
    /// A picture of it
    Image,
}

#[derive(Debug, Args)]
pub(crate) struct CodeArgs {
    #[command(flatten)]
    pub(crate) method: MethodArgs,
    /// The form of QR code to ask for, where the gateway has both
    #[arg(long, value_enum)]
    pub(crate) form: Option<Form>,
    #[command(flatten)]
    pub(crate) drawing: DrawingArgs,
}

#[derive(Debug, Args)]
pub(crate) struct UnlinkArgs {
    /// Do not ask; needed where nobody can answer
    #[arg(short, long)]
    pub(crate) yes: bool,
}

#[derive(Debug, Args)]
pub(crate) struct DemoArgs {
    /// Show the pairing page in a browser instead: prints a link for each gateway
    #[arg(long, conflicts_with_all = ["method", "invert"])]
    pub(crate) web: bool,
    /// The port of the page on 127.0.0.1; 0 takes any free one
    #[arg(long, requires = "web", default_value_t = 0)]
    pub(crate) port: u16,
    /// How the simulated phone is linked
    #[arg(long, value_enum, default_value_t = Method::Qr)]
    pub(crate) method: Method,
    /// How many times faster than in reality everything happens [default: 5, with --web 2]
    #[arg(
        long,
        value_name = "N",
        value_parser = clap::value_parser!(u32).range(1..=MOST_SPEED)
    )]
    speed: Option<u32>,
    /// Let nobody use the codes, to see what happens then
    #[arg(long)]
    pub(crate) never_scan: bool,
    #[command(flatten)]
    pub(crate) drawing: DrawingArgs,
}

impl DemoArgs {
    pub(crate) fn speed(&self) -> u32 {
        // On the page there is something to read and to click before the phone scans.
        self.speed.unwrap_or(if self.web { 2 } else { 5 })
    }
}

#[cfg(test)]
mod tests;
