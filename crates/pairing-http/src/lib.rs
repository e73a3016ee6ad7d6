//! How adapters speak HTTP.

mod transport;
mod url;

pub use transport::{
    HttpMethod, HttpRequest, HttpResponse, HttpTransport, MAX_BODY_BYTES, TransportError,
    TransportErrorKind,
};
pub use url::{BaseUrl, InvalidBaseUrl, SecretUrl};
