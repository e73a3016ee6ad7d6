#![doc = include_str!("lib.md")]
#![cfg_attr(docsrs, feature(doc_cfg))]

mod calls;
mod clock;
mod codes;
mod control;
mod dialect;
mod faults;
mod gateway;
mod in_process;
mod instance;
mod random;
mod request;
mod response;
mod server;
mod setup;
mod shapes;
mod simulator;
mod webhook;

pub use calls::{Calls, CodeRequest, Endpoint};
pub use codes::{IssuedCode, Rotation};
pub use dialect::{Dialect, Instances, Own, Route};
pub use faults::{
    Fault, FaultContext, FaultEffect, FaultMeaning, FaultRule, FaultScope, Faults, InvalidFault,
    all_faults,
};
pub use in_process::InProcessTransport;
pub use instance::{Instance, IssuedCodes, NoPhoneCode, ScanError, TypeError};
pub use random::Random;
pub use request::GatewayRequest;
pub use response::GatewayResponse;
pub use server::{Connections, Server};
pub use setup::{InstanceSetup, InvalidSetup};
pub use shapes::{QrPictureBody, QrTextForm};
pub use simulator::{Simulator, SimulatorOptions};
pub use webhook::{InvalidWebhookUrl, Webhook, WebhookTopic};
