//! Bytes as the arguments of calls: strings that make sense and strings that do not, bodies, and
//! answers to HTTP.

use std::ffi::{CString, c_char};
use std::ptr;

use arbitrary::Unstructured;
use pairing_providers::providers;

use super::gateway::Planned;

/// The places of [`TEXTS`] where any adapter's name and first field stand.
const ANY_PROVIDER: usize = 1;
const ANY_INSTANCE: usize = 4;

const TEXTS: [&[u8]; 24] = [
    b"zapi",
    b"",
    b" ZAPI ",
    b"instance",
    b"",
    b"token",
    b"client_token",
    b"base_url",
    b"qr_form",
    b"follow_ups",
    b"canary-1",
    b"canary-2",
    b"image",
    b"false",
    b"https://gateway.example.com/canary",
    b"http://gateway.example.com",
    b"+55 11 99999-8888",
    b"5511999998888",
    b"+4915112345678",
    b"0",
    b"",
    b"canary\xff",
    b"\xe2\x82",
    b"2@kYq0eXample,bm90IGEgcmVhbCBjb2Rl,MQ==",
];

const BODIES: [&[u8]; 12] = [
    br#"{"value":"2@canary-1,a"}"#,
    br#"{"value":"2@canary-2,b"}"#,
    br#"{"code":"CANA-RY12"}"#,
    br#"{"pairingCode":"CANA-RY12"}"#,
    br#"{"connected":true}"#,
    br#"{"connected":false}"#,
    br#"{"phone":"5511999998888"}"#,
    br#"{"error":"You are already connected."}"#,
    br#"{"type":"ConnectedCallback","connected":true,"instanceId":"canary-1"}"#,
    b"<html>canary</html>",
    b"",
    b"\x89PNG\r\n\x1a\ncanary",
];

pub(super) struct Choice<'a>(Unstructured<'a>);

impl<'a> Choice<'a> {
    pub(super) fn new(data: &'a [u8]) -> Self {
        Self(Unstructured::new(data))
    }

    pub(super) fn is_over(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn below(&mut self, end: u32) -> u32 {
        self.0.int_in_range(0..=end - 1).unwrap_or_default()
    }

    /// A string of the program's; `None` is NULL.
    pub(super) fn text(&mut self) -> Option<CString> {
        let number = self.below(27) as usize;
        match TEXTS.get(number) {
            Some(_) if [ANY_PROVIDER, ANY_INSTANCE].contains(&number) => {
                let last = u32::try_from(providers().len()).expect("a short list");
                let adapter = providers()[self.below(last) as usize];
                let text = match number {
                    ANY_PROVIDER => adapter.name,
                    _ => adapter.fields.first()?.name,
                };
                Some(CString::new(text).expect("no NUL inside"))
            }
            Some(text) => Some(CString::new(*text).expect("no NUL inside")),
            None if number == 24 => {
                Some(CString::new("canary".repeat(20_000)).expect("no NUL inside"))
            }
            None if number == 25 => {
                let length = self.below(40) as usize;
                let mut bytes = self.0.bytes(length).unwrap_or_default().to_vec();
                bytes.retain(|byte| *byte != 0);
                Some(CString::new(bytes).expect("no NUL inside"))
            }
            None => None,
        }
    }

    pub(super) fn body(&mut self) -> Vec<u8> {
        let number = self.below(14) as usize;
        BODIES.get(number).map_or_else(
            || {
                let length = self.below(60) as usize;
                self.0.bytes(length).unwrap_or_default().to_vec()
            },
            |body| body.to_vec(),
        )
    }

    pub(super) fn planned(&mut self) -> Planned {
        match self.below(8) {
            0 => Planned::Later,
            1 => Planned::Fail(self.below(8)),
            _ => {
                let statuses = [200, 200, 200, 400, 401, 429, 500, 503, 0, 99, 600, u32::MAX];
                let status = statuses[self.below(12) as usize];
                let headers = [None, None, Some(c"application/json"), Some(c"\xff")];
                let waits = [None, None, Some(c"3"), Some(c"\xff")];
                Planned::Complete {
                    status,
                    content_type: headers[self.below(4) as usize],
                    retry_after: waits[self.below(4) as usize],
                    body: self.body(),
                }
            }
        }
    }

    pub(super) fn number(&mut self) -> i64 {
        let numbers = [
            0,
            1,
            -1,
            7,
            1000,
            60_000,
            i64::MAX,
            i64::MIN,
            i64::from(u32::MAX) + 1,
        ];
        numbers[self.below(9) as usize]
    }
}

pub(super) fn pointer(text: &Option<CString>) -> *const c_char {
    text.as_ref().map_or(ptr::null(), |text| text.as_ptr())
}
