//! The program's own HTTP: answers in place of a network, at once, later or only after the end.

use std::collections::{HashSet, VecDeque};
use std::ffi::{CStr, c_void};
use std::ptr;
use std::sync::{Arc, Condvar, Mutex};
use std::time::Duration;

use super::header::*;

/// What the library promises to come does so at once; this is a machine under load.
const FOREVER: Duration = Duration::from_secs(20);

/// An answer before its request.
pub(super) enum Planned {
    Complete {
        status: u32,
        content_type: Option<&'static CStr>,
        retry_after: Option<&'static CStr>,
        body: Vec<u8>,
    },
    Fail(u32),
    Later,
}

/// One pairing_http, and all that came through it.
#[derive(Default)]
pub(super) struct Gateway {
    state: Mutex<State>,
    released: Condvar,
}

#[derive(Default)]
struct State {
    planned: VecDeque<Planned>,
    open: Vec<Open>,
    seen: HashSet<u64>,
    cancelled: HashSet<u64>,
    released: bool,
    broken: Option<&'static str>,
}

/// An exchange that waits for its answer, which may come from any thread.
struct Open(*mut Exchange);

// SAFETY: the header says that an exchange is answered from any thread.
unsafe impl Send for Open {}

impl Gateway {
    /// The structure to open a provider with. Its `release` takes back what this gives.
    pub(super) fn http(self: &Arc<Self>) -> Http {
        Http {
            user_data: Arc::into_raw(self.clone()).cast_mut().cast(),
            send: Some(send),
            cancel: Some(cancel),
            release: Some(release),
        }
    }

    /// Takes back what [`http`](Self::http) gave, for a provider that was not opened.
    pub(super) fn forget(http: &Http) {
        // SAFETY: `http` made it, and nothing was opened that could release it.
        drop(unsafe { Arc::from_raw(http.user_data.cast_const().cast::<Self>()) });
    }

    pub(super) fn plan(&self, answer: Planned) {
        self.state.lock().unwrap().planned.push_back(answer);
    }

    /// Answers one request that waits, if there is any.
    pub(super) fn answer_one(&self, which: usize, answer: &Planned) -> Option<Status> {
        let open = {
            let mut state = self.state.lock().unwrap();
            let count = state.open.len();
            (count > 0).then(|| state.open.swap_remove(which % count))
        }?;
        // SAFETY: nobody else holds it any more.
        Some(unsafe { give(open.0, answer) })
    }

    /// Everything is freed: waits for the release, and answers what is left.
    pub(super) fn end(&self) {
        let state = self.state.lock().unwrap();
        let waited = self
            .released
            .wait_timeout_while(state, FOREVER, |state| !state.released);
        let (mut state, time) = waited.unwrap();
        assert!(!time.timed_out(), "the callbacks were never released");
        assert_eq!(state.broken, None);
        assert!(
            state.cancelled.is_subset(&state.seen),
            "cancelled what was never sent"
        );
        for open in std::mem::take(&mut state.open) {
            // SAFETY: nobody else holds it any more.
            unsafe { pairing_http_exchange_fail(open.0, 1) };
        }
    }
}

/// # Safety
///
/// The exchange is not answered yet.
unsafe fn give(exchange: *mut Exchange, answer: &Planned) -> Status {
    let text = |text: &Option<&'static CStr>| text.map_or(ptr::null(), CStr::as_ptr);
    match answer {
        Planned::Complete {
            status,
            content_type,
            retry_after,
            body,
        } => {
            let (content_type, retry_after) = (text(content_type), text(retry_after));
            // The texts for `Retry-After` serve as dates too.
            // SAFETY: as the caller promises; the body is as long as it says.
            unsafe {
                pairing_http_exchange_set_date(exchange, retry_after);
                pairing_http_exchange_complete(
                    exchange,
                    *status,
                    content_type,
                    retry_after,
                    body.as_ptr(),
                    body.len(),
                )
            }
        }
        Planned::Fail(failure) => {
            // SAFETY: as the caller promises.
            unsafe { pairing_http_exchange_fail(exchange, *failure) }
        }
        Planned::Later => OK,
    }
}

unsafe extern "C" fn send(
    user_data: *mut c_void,
    request: *const Request,
    exchange: *mut Exchange,
) {
    // SAFETY: the user data of `Gateway::http`, which is not released before the last call.
    let gateway = unsafe { &*user_data.cast_const().cast::<Gateway>() };
    // SAFETY: both are valid until the exchange is answered.
    let (sound, id) = unsafe { (is_sound(request), pairing_http_exchange_get_id(exchange)) };
    let planned = {
        let mut state = gateway.state.lock().unwrap();
        if state.released {
            state.broken = Some("a request after the release");
        }
        if !state.seen.insert(id) {
            state.broken = Some("two exchanges of one id");
        }
        if !sound {
            state.broken = Some("a request without method, address or headers");
        }
        let planned = state.planned.pop_front().unwrap_or(Planned::Later);
        if matches!(planned, Planned::Later) {
            state.open.push(Open(exchange));
        }
        planned
    };
    if !matches!(planned, Planned::Later) {
        // SAFETY: it was not answered yet.
        unsafe {
            pairing_http_exchange_is_cancelled(exchange);
            give(exchange, &planned);
        }
    }
}

/// # Safety
///
/// The request is valid.
unsafe fn is_sound(request: *const Request) -> bool {
    // SAFETY: as the caller promises; strings are valid as long as the request.
    unsafe {
        let method = CStr::from_ptr(pairing_http_request_get_method(request));
        let url = CStr::from_ptr(pairing_http_request_get_url(request));
        let count = pairing_http_request_get_header_count(request);
        let header = |index| {
            let name = pairing_http_request_get_header_name(request, index);
            let value = pairing_http_request_get_header_value(request, index);
            (!name.is_null() && !value.is_null()).then(|| {
                CStr::from_ptr(name).to_bytes().len() + CStr::from_ptr(value).to_bytes().len()
            })
        };
        let body = pairing_http_request_get_body(request);
        let is_text = body.is_null() || CStr::from_ptr(body).to_str().is_ok();
        [&b"GET"[..], b"DELETE", b"POST", b"PUT"].contains(&method.to_bytes())
            && is_text
            && url.to_bytes().starts_with(b"http")
            && (0..count).all(|index| header(index).is_some())
            && header(count).is_none()
    }
}

unsafe extern "C" fn cancel(user_data: *mut c_void, id: u64) {
    // SAFETY: as in `send`.
    let gateway = unsafe { &*user_data.cast_const().cast::<Gateway>() };
    let mut state = gateway.state.lock().unwrap();
    if !state.cancelled.insert(id) {
        state.broken = Some("cancelled twice");
    }
}

unsafe extern "C" fn release(user_data: *mut c_void) {
    // SAFETY: the user data of `Gateway::http`, which nothing uses after this.
    let gateway = unsafe { Arc::from_raw(user_data.cast_const().cast::<Gateway>()) };
    let mut state = gateway.state.lock().unwrap();
    if state.released {
        state.broken = Some("released twice");
    }
    state.released = true;
    gateway.released.notify_all();
}
