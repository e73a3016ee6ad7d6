#![doc = include_str!("lib.md")]
#![cfg_attr(
    not(test),
    warn(clippy::string_slice, reason = "its panic quotes the text")
)]

mod body;
mod code;
mod credential;
mod gateway;
mod host;
mod linked_id;
mod object;
mod phrases;
#[cfg(feature = "reqwest")]
mod places;
mod qr_form;
mod reading;
#[cfg(test)]
mod redaction_tests;
#[cfg(feature = "reqwest")]
mod reqwest_transport;
mod retry_after;
mod said;
mod setup;
#[cfg(any(test, feature = "test-util"))]
pub mod testing;
mod transport;
mod unreadable;
mod url;
mod wipe;
mod words;

pub use body::Body;
pub use code::{read_phone_code, read_qr_code};
pub use credential::{
    InvalidCredential, MAX_CREDENTIAL_BYTES, check_credential, deserialize_optional_secret,
    deserialize_secret,
};
pub use gateway::{Answer, Gateway};
pub use linked_id::{read_linked_phone, read_linked_value};
pub use object::Object;
pub use qr_form::QrForm;
pub use reading::{CodeRules, Reading};
#[cfg(feature = "reqwest")]
pub use reqwest_transport::{ReqwestTransport, ReqwestTransportBuilder};
pub use said::Said;
pub use setup::SetupError;
pub use transport::{
    HttpMethod, HttpRequest, HttpResponse, HttpTransport, MAX_BODY_BYTES, TransportError,
    TransportErrorKind,
};
pub use unreadable::UnreadableForm;
pub use url::{BaseUrl, InvalidBaseUrl, SecretUrl};
pub use words::{MAX_WORDS_BYTES, Words};
