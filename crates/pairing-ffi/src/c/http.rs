//! HTTP by functions of the program: the table of callbacks, and requests as they see them.

use std::ffi::{c_char, c_void};

use ::pairing_http::HttpRequest;
use secrecy::ExposeSecret;

use super::exchange::pairing_http_exchange;
use super::text::{Text, pointer};

/// Functions that make HTTP requests for the library, in place of its own HTTP client.
///
/// They are called from threads of the library and must not let a C++ exception, or a
/// longjmp, out. They may be called at the same time as one another. `user_data` goes to
/// each of them; the library does nothing else with it.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct pairing_http {
    /// Passed on to every function. May be NULL.
    pub user_data: *mut c_void,
    /// Sends a request. Must not be NULL.
    ///
    /// It may block, because it is called on a helper thread of the library: at most eight at
    /// a time, others wait. Or it returns immediately and the program answers later, from any
    /// thread; that is the way for many sessions. Answer exactly once, with
    /// `pairing_http_exchange_complete` or `pairing_http_exchange_fail`; `request` is valid
    /// until then. An answer that never comes ends in a timeout of the policy, but the
    /// exchange stays allocated until it is answered.
    ///
    /// Follow no redirects, keep no cookies, repeat nothing, verify certificates, and set a
    /// timeout of 15 seconds or more. Log neither URL nor headers nor body: they hold credentials
    /// and phone numbers.
    pub send: Option<
        unsafe extern "C" fn(
            user_data: *mut c_void,
            request: *const pairing_http_request,
            exchange: *mut pairing_http_exchange,
        ),
    >,
    /// Says that the library no longer needs the answer to an exchange, so that the program can
    /// abort its request. The exchange must still be answered. May be NULL.
    ///
    /// `id` is that of `pairing_http_exchange_get_id`. Called at most once per exchange, never
    /// before `send` has returned; a `send` that blocks looks at
    /// `pairing_http_exchange_is_cancelled` instead. The exchange may be answered by another
    /// thread meanwhile, so look the id up among those not answered yet. Do not block: all
    /// sessions wait for it.
    pub cancel: Option<unsafe extern "C" fn(user_data: *mut c_void, id: u64)>,
    /// Says that no function of this table will be called any more, so that `user_data` can
    /// be freed. Called once, on any thread, after the provider and its sessions were freed.
    /// Exchanges may still be answered afterwards. May be NULL.
    pub release: Option<unsafe extern "C" fn(user_data: *mut c_void)>,
}

/// A request to be sent. Its strings are valid until its exchange is answered, and are wiped
/// from memory then.
pub struct pairing_http_request {
    method: Text,
    url: Text,
    headers: Vec<(Text, Text)>,
    body: Option<Text>,
}

impl pairing_http_request {
    pub(super) fn new(request: &HttpRequest) -> Self {
        let header = |(name, value): &(&str, secrecy::SecretString)| {
            (Text::new(name), Text::new(value.expose_secret()))
        };
        Self {
            method: Text::new(request.method.as_str()),
            url: Text::new(request.url.expose()),
            headers: request.headers.iter().map(header).collect(),
            body: request
                .body
                .as_ref()
                .map(|body| Text::new(body.expose_secret())),
        }
    }

    fn header(request: Option<&Self>, index: usize) -> Option<&(Text, Text)> {
        request?.headers.get(index)
    }
}

/// The method: "GET", "POST", "PUT" or "DELETE".
#[unsafe(no_mangle)]
pub extern "C" fn pairing_http_request_get_method(
    request: Option<&pairing_http_request>,
) -> *const c_char {
    pointer(request.map(|request| &request.method))
}

/// The whole URL. It may hold credentials: not for a log, nor for a command line.
#[unsafe(no_mangle)]
pub extern "C" fn pairing_http_request_get_url(
    request: Option<&pairing_http_request>,
) -> *const c_char {
    pointer(request.map(|request| &request.url))
}

/// How many headers to send.
#[unsafe(no_mangle)]
pub extern "C" fn pairing_http_request_get_header_count(
    request: Option<&pairing_http_request>,
) -> usize {
    request.map_or(0, |request| request.headers.len())
}

/// The name of the header with this index, from 0, in lower case; NULL beyond the last.
#[unsafe(no_mangle)]
pub extern "C" fn pairing_http_request_get_header_name(
    request: Option<&pairing_http_request>,
    index: usize,
) -> *const c_char {
    pointer(pairing_http_request::header(request, index).map(|(name, _)| name))
}

/// The value of the header with this index, from 0; NULL beyond the last. It may be a
/// credential.
#[unsafe(no_mangle)]
pub extern "C" fn pairing_http_request_get_header_value(
    request: Option<&pairing_http_request>,
    index: usize,
) -> *const c_char {
    pointer(pairing_http_request::header(request, index).map(|(_, value)| value))
}

/// The body to send, in UTF-8; NULL without one. Its type is among the headers. It may hold a phone
/// number.
#[unsafe(no_mangle)]
pub extern "C" fn pairing_http_request_get_body(
    request: Option<&pairing_http_request>,
) -> *const c_char {
    pointer(request.and_then(|request| request.body.as_ref()))
}

#[cfg(test)]
mod tests {
    use ::pairing_http::{BaseUrl, HttpMethod};

    use super::*;
    use crate::c::tests::support::read;

    #[test]
    fn a_request_has_its_body_and_says_its_type() {
        let url = BaseUrl::parse("https://gateway.example.com")
            .unwrap()
            .join(&["code"]);
        let request = HttpRequest::new(HttpMethod::Post, url);
        let without = pairing_http_request::new(&request);
        assert_eq!(read(pairing_http_request_get_body(Some(&without))), None);
        let with = pairing_http_request::new(&request.with_json("{}"));
        let with = Some(&with);
        assert_eq!(read(pairing_http_request_get_body(with)), Some("{}"));
        assert_eq!(
            read(pairing_http_request_get_header_value(with, 0)),
            Some("application/json")
        );
    }
}
