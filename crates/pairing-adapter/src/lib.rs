#![doc = include_str!("lib.md")]
#![cfg_attr(docsrs, feature(doc_cfg))]
#![cfg_attr(
    not(test),
    warn(clippy::string_slice, reason = "its panic quotes the text")
)]

mod adapter;
mod body;
mod client;
mod code;
mod config_error;
mod credential;
mod field;
mod interception;
mod interpretation;
mod known_message;
mod linked;
mod linked_id;
mod message;
mod object;
mod phrases;
#[cfg(feature = "read-pictures")]
mod pictures;
mod qr_form;
#[cfg(feature = "record")]
pub mod record;
#[cfg(test)]
mod redaction_tests;
mod response;
mod retry_after;
mod rules;
mod setup;
#[cfg(feature = "signatures")]
mod signature;
#[cfg(any(test, feature = "test-util"))]
pub mod testing;
mod unlinking;
mod unreadable;
mod values;
mod webhook;
mod wipe;

pub use adapter::{Adapter, Configure, InstanceConfig};
pub use body::Body;
pub use client::GatewayClient;
pub use code::{read_phone_code, read_qr_code};
pub use config_error::{ConfigError, shown_key};
pub use credential::{
    InvalidCredential, MAX_CREDENTIAL_BYTES, MAX_NAME_BYTES, check_credential, check_name,
};
pub use field::{FieldKind, FieldSpec};
pub use linked_id::read_linked_value;
pub use message::{MAX_MESSAGE_BYTES, Message};
pub use object::Object;
// The transport's types stand in the kit's own interface: an adapter needs one dependency.
pub use pairing_http::{
    BaseUrl, HttpMethod, HttpRequest, HttpResponse, HttpTransport, InvalidBaseUrl, MAX_BODY_BYTES,
    SecretUrl, TransportError, TransportErrorKind,
};
#[cfg(feature = "reqwest")]
pub use pairing_http::{ReqwestTransport, ReqwestTransportBuilder};
#[cfg(feature = "read-pictures")]
pub use pictures::read_picture;
pub use qr_form::QrForm;
pub use response::GatewayResponse;
pub use rules::{GatewayRules, KnownError};
pub use setup::SetupError;
#[cfg(feature = "signatures")]
pub use signature::{HmacHash, is_same_token};
pub use unreadable::UnreadableForm;
pub use values::{Overrides, Table, Values};
pub use webhook::webhook_object;
