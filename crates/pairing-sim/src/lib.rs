#![doc = include_str!("lib.md")]
#![cfg_attr(docsrs, feature(doc_cfg))]

mod answer;
mod calls;
mod clock;
mod codes;
mod control;
mod dialects;
mod faults;
mod gateway;
mod in_process;
mod instance;
mod random;
mod server;
mod setup;
mod shapes;
mod simulator;
mod webhook;

pub use calls::{Calls, CodeRequest, Endpoint};
pub use codes::{IssuedCode, Rotation};
pub use dialects::Dialect;
pub use faults::{Fault, FaultRule, Faults, UnknownFault};
pub use in_process::InProcessTransport;
pub use instance::{Instance, IssuedCodes, ScanError, TypeError};
pub use server::{Connections, Server};
pub use setup::InstanceSetup;
pub use shapes::{PhoneCodeField, QrPictureBody, QrTextBody, QrTextForm};
pub use simulator::{Simulator, SimulatorOptions};
pub use webhook::InvalidWebhookUrl;
