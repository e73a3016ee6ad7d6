//! From reqwest's errors to ours, without the address that they quote.

use std::error::Error as StdError;
use std::io;

use super::proxies::Route;
use crate::{TransportError, TransportErrorKind};

/// Strips the URL, which may hold the token, before anything can print it.
pub(super) fn transport_error(error: reqwest::Error, route: Route) -> TransportError {
    let error = error.without_url();
    let kind = if route == Route::ThroughProxy && error.is_connect() {
        kind_through_proxy(&error)
    } else if error.is_timeout() {
        TransportErrorKind::Timeout
    } else if is_caused_by_tls(&error) {
        TransportErrorKind::Tls
    } else if error.is_connect() {
        TransportErrorKind::Connect
    } else if error.is_builder() {
        TransportErrorKind::Other
    } else {
        TransportErrorKind::Interrupted
    };
    TransportError::new(kind).with_source(error)
}

/// Why there is no connection. TLS with the gateway begins once the proxy has done its part.
fn kind_through_proxy(error: &reqwest::Error) -> TransportErrorKind {
    // hyper-util keeps the types of these errors to itself.
    let of_proxy = causes(error)
        .map(ToString::to_string)
        .find(|text| text.starts_with("tunnel error") || text.starts_with("SOCKS error"));
    match of_proxy {
        Some(text) if asks_for_login(&text) => TransportErrorKind::ProxyLogin,
        None if is_caused_by_tls(error) => TransportErrorKind::Tls,
        _ => TransportErrorKind::Proxy,
    }
}

/// By the words of hyper-util's `TunnelError` and of its `AuthError` for SOCKS.
fn asks_for_login(text: &str) -> bool {
    [
        "proxy authorization required",
        "does not support user/pass authentication",
        "implements authentication incorrectly",
        "credentials not accepted",
    ]
    .iter()
    .any(|words| text.contains(words))
}

fn is_caused_by_tls(error: &(dyn StdError + 'static)) -> bool {
    causes(error).any(|cause| cause.is::<rustls::Error>())
}

/// The error and what caused it, one after the other.
fn causes<'a>(
    error: &'a (dyn StdError + 'static),
) -> impl Iterator<Item = &'a (dyn StdError + 'static)> {
    std::iter::successors(Some(error), |cause| {
        let cause: &'a (dyn StdError + 'static) = *cause;
        // An io::Error hides what it wraps: its source is the source of that.
        let wrapped = cause
            .downcast_ref::<io::Error>()
            .and_then(io::Error::get_ref);
        match wrapped {
            Some(inner) => Some(inner as &(dyn StdError + 'static)),
            None => cause.source(),
        }
    })
}
