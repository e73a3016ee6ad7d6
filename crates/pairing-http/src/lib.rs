#![doc = include_str!("lib.md")]
#![cfg_attr(docsrs, feature(doc_cfg))]
#![cfg_attr(
    not(test),
    warn(clippy::string_slice, reason = "its panic quotes the text")
)]

mod host;
#[cfg(feature = "reqwest")]
mod origin_limiter;
#[cfg(feature = "reqwest")]
mod reqwest_transport;
#[cfg(any(test, feature = "test-util"))]
pub mod testing;
mod transport;
mod url;
mod wipe;

#[cfg(feature = "reqwest")]
pub use reqwest_transport::{ReqwestTransport, ReqwestTransportBuilder};
pub use transport::{
    HttpMethod, HttpRequest, HttpResponse, HttpTransport, MAX_BODY_BYTES, TransportError,
    TransportErrorKind,
};
pub use url::{BaseUrl, InvalidBaseUrl, SecretUrl};
pub use wipe::wipe_bytes;
