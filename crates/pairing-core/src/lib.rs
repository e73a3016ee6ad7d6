#![doc = include_str!("lib.md")]
#![cfg_attr(docsrs, feature(doc_cfg))]
#![cfg_attr(
    not(test),
    warn(clippy::string_slice, reason = "its panic quotes the text")
)]

#[macro_use]
mod setters;

mod capabilities;
mod code;
mod countdown;
mod duration_text;
mod error;
mod event;
pub mod flow;
mod method;
#[cfg(feature = "mock")]
pub mod mock;
mod passkey;
mod phone;
mod policy;
mod provider;
mod reply;
mod request;
mod retry;
mod session;
mod status;
#[cfg(feature = "test-util")]
pub mod testing;
mod view;
mod wall_time;
mod webhook;

pub use capabilities::Capabilities;
pub use code::{ImageType, InvalidCode, PairingCode, PhoneCode, QrImage, QrText};
pub use countdown::Countdown;
pub use error::{ErrorReport, ProviderError, ProviderErrorKind};
pub use event::{EventKind, Expiry, PairingEvent, PairingOutcome};
pub use flow::{CommandError, StartError};
pub use method::PairingMethod;
pub use passkey::PasskeyStep;
pub use phone::{InvalidPhoneNumber, PhoneNumber};
pub use policy::{InvalidPolicy, PairingPolicy};
pub use provider::PairingProvider;
pub use reply::{CodeReply, IssuedCode};
pub use request::{CodePurpose, CodeRequest};
pub use retry::{PairingProviderExt, RetryPolicy};
pub use session::{
    PairingEvents, PairingHandle, PairingSession, PairingSessionBuilder, PairingViews,
};
pub use status::{InstancePhase, InstanceStatus};
pub use view::{Actions, PairingView, Retrying, Screen};
pub use webhook::{IncomingWebhook, WebhookHint};
