//! An exchange with a gateway as bytes: short enough at the front for a fuzzer to change one thing
//! at a time, and the bodies as they are.
//!
//! ```text
//! request  status content-type retry-after body  [separator status content-type retry-after body]…
//! ```

use std::sync::Arc;

use pairing_adapter::HttpResponse;
use pairing_adapter::testing::{CannedTransport, FixtureRequest};
use pairing_core::{PairingMethod, PhoneNumber};

const SEPARATOR: &[u8] = b"\n--\n";

const REQUESTS: [FixtureRequest; 5] = [
    FixtureRequest::Qr,
    FixtureRequest::QrImage,
    FixtureRequest::PhoneCode,
    FixtureRequest::Status,
    FixtureRequest::Unlink,
];
/// Beside the request, in the same byte.
const FOLLOW_UPS: u8 = 0x80;
const ACCOUNT_TOKEN: u8 = 0x40;

const STATUSES: [u16; 23] = [
    200, 201, 202, 204, 301, 302, 400, 401, 402, 403, 404, 405, 408, 409, 415, 422, 429, 500, 501,
    502, 503, 504, 599,
];
const CONTENT_TYPES: [Option<&str>; 5] = [
    None,
    Some("application/json"),
    Some("text/html; charset=utf-8"),
    Some("image/png"),
    Some("text/plain"),
];
const RETRY_AFTERS: [Option<&str>; 8] = [
    None,
    Some("7"),
    Some("0"),
    Some("-1"),
    Some("soon"),
    Some("99999999999999999999"),
    Some("Fri, 31 Dec 1999 23:59:59 GMT"),
    Some("Fri, 31 Dec 9999 23:59:59 GMT"),
];

/// What is asked, and what comes back in turn.
pub(crate) struct Exchange {
    pub(crate) request: FixtureRequest,
    pub(crate) follow_ups: bool,
    pub(crate) account_token: bool,
    pub(crate) answers: Vec<HttpResponse>,
}

impl Exchange {
    pub(crate) fn read(data: &[u8]) -> Self {
        let (head, rest) = data.split_first().unwrap_or((&0, &[]));
        Self {
            request: choice(&REQUESTS, head & !(FOLLOW_UPS | ACCOUNT_TOKEN)),
            follow_ups: head & FOLLOW_UPS != 0,
            account_token: head & ACCOUNT_TOKEN != 0,
            answers: split(rest).into_iter().map(answer).collect(),
        }
    }

    /// The contrary of [`read`](Self::read), for what it can tell.
    pub(crate) fn write(
        request: FixtureRequest,
        flags: (bool, bool),
        answers: &[HttpResponse],
    ) -> Vec<u8> {
        let mut head = index_of(&REQUESTS, &request);
        head |= if flags.0 { FOLLOW_UPS } else { 0 };
        head |= if flags.1 { ACCOUNT_TOKEN } else { 0 };
        let answers: Vec<Vec<u8>> = answers.iter().map(written).collect();
        [vec![head], answers.join(SEPARATOR)].concat()
    }

    pub(crate) fn method(&self) -> PairingMethod {
        match self.request {
            FixtureRequest::PhoneCode => {
                let phone = PhoneNumber::parse("+5511999998888").expect("a valid number");
                PairingMethod::PhoneCode(phone)
            }
            _ => PairingMethod::Qr,
        }
    }

    pub(crate) fn transport(&self) -> (CannedTransport, Arc<CannedTransport>) {
        let transport = CannedTransport::new(self.answers.iter().cloned().map(Ok));
        (transport.clone(), Arc::new(transport))
    }

    /// All bodies, as text.
    pub(crate) fn said(&self) -> String {
        let bodies = self.answers.iter();
        let texts = bodies.map(|answer| String::from_utf8_lossy(&answer.body).into_owned());
        texts.collect::<Vec<_>>().join("\n")
    }
}

fn choice<T: Copy>(table: &[T], byte: u8) -> T {
    table[usize::from(byte) % table.len()]
}

fn index_of<T: PartialEq>(table: &[T], value: &T) -> u8 {
    let index = table.iter().position(|known| known == value);
    u8::try_from(index.unwrap_or_default()).expect("the tables are short")
}

fn split(mut rest: &[u8]) -> Vec<&[u8]> {
    let mut parts = Vec::new();
    let separator = |part: &[u8]| {
        let mut windows = part.windows(SEPARATOR.len());
        windows.position(|window| window == SEPARATOR)
    };
    while let Some(at) = separator(rest) {
        parts.push(&rest[..at]);
        rest = &rest[at + SEPARATOR.len()..];
    }
    parts.push(rest);
    parts
}

fn answer(part: &[u8]) -> HttpResponse {
    let [status, content_type, retry_after, body @ ..] = part else {
        return HttpResponse::new(200, part);
    };
    let mut response = HttpResponse::new(choice(&STATUSES, *status), body);
    response.content_type = choice(&CONTENT_TYPES, *content_type).map(str::to_owned);
    response.retry_after = choice(&RETRY_AFTERS, *retry_after).map(str::to_owned);
    response
}

fn written(response: &HttpResponse) -> Vec<u8> {
    let mut bytes = vec![
        index_of(&STATUSES, &response.status),
        index_of(&CONTENT_TYPES, &response.content_type.as_deref()),
        index_of(&RETRY_AFTERS, &response.retry_after.as_deref()),
    ];
    bytes.extend_from_slice(&response.body);
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        let answers = [
            HttpResponse::new(429, "{}").with_retry_after("7"),
            HttpResponse::new(200, "").with_content_type("image/png"),
        ];
        let bytes = Exchange::write(FixtureRequest::PhoneCode, (true, false), &answers);
        let read = Exchange::read(&bytes);
        assert_eq!(read.request, FixtureRequest::PhoneCode);
        assert_eq!((read.follow_ups, read.account_token), (true, false));
        let [first, second] = &read.answers[..] else {
            panic!("two answers");
        };
        assert_eq!((first.status, &first.body[..]), (429, &b"{}"[..]));
        assert_eq!(first.retry_after.as_deref(), Some("7"));
        assert_eq!((second.status, &second.body[..]), (200, &b""[..]));
        assert_eq!(second.content_type.as_deref(), Some("image/png"));
    }

    #[test]
    fn any_bytes_are_an_exchange() {
        for data in [&b""[..], b"\xff", b"\xff\xff", b"\0\n--\n\n--\n"] {
            assert!(!Exchange::read(data).answers.is_empty());
        }
    }
}
