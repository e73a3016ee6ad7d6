//! A program with HTTP of its own: it hands each exchange to the test, which answers.

use std::ffi::c_void;
use std::ptr;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;

use super::support::{out, read};
use crate::c::exchange::*;
use crate::c::http::*;
use crate::c::instance_status::*;
use crate::c::provider::*;
use crate::c::settings::*;
use crate::c::status::pairing_status;

/// What the library did, in order.
#[derive(Debug)]
pub(super) enum Done {
    Sent(Exchange),
    Cancelled(u64),
    Released,
}

/// An exchange on its way between threads, as a C program passes it on.
#[derive(Debug)]
pub(super) struct Exchange(pub(super) *mut pairing_http_exchange);

// SAFETY: the header allows to answer from any thread.
unsafe impl Send for Exchange {}

impl Exchange {
    pub(super) fn get(&self) -> Option<&pairing_http_exchange> {
        // SAFETY: not answered yet, so it is alive.
        unsafe { self.0.as_ref() }
    }

    pub(super) fn id(&self) -> u64 {
        pairing_http_exchange_get_id(self.get())
    }

    pub(super) fn complete(self, http_status: u32, body: &[u8]) -> pairing_status {
        // SAFETY: consumed here and nowhere else; the body has its size.
        unsafe {
            let exchange = Some(Box::from_raw(self.0));
            let (data, size) = (body.as_ptr(), body.len());
            pairing_http_exchange_complete(
                exchange,
                http_status,
                c"application/json".as_ptr(),
                ptr::null(),
                data,
                size,
            )
        }
    }

    pub(super) fn fail(self, failure: pairing_http_failure) -> pairing_status {
        // SAFETY: consumed here and nowhere else.
        pairing_http_exchange_fail(Some(unsafe { Box::from_raw(self.0) }), failure as u32)
    }
}

struct Program {
    done: Sender<Done>,
    /// What the program waits for within `send`.
    gate: Option<Receiver<()>>,
}

unsafe extern "C" fn send(
    user_data: *mut c_void,
    request: *const pairing_http_request,
    exchange: *mut pairing_http_exchange,
) {
    // SAFETY: the tests keep the program until it is released, and the request is alive.
    let (program, request) = unsafe { (&*user_data.cast::<Program>(), request.as_ref()) };
    assert_eq!(read(pairing_http_request_get_method(request)), Some("GET"));
    program.done.send(Done::Sent(Exchange(exchange))).unwrap();
    if let Some(gate) = &program.gate {
        gate.recv().unwrap();
    }
}

unsafe extern "C" fn cancel(user_data: *mut c_void, id: u64) {
    // SAFETY: as in `send`.
    let program = unsafe { &*user_data.cast::<Program>() };
    program.done.send(Done::Cancelled(id)).unwrap();
}

unsafe extern "C" fn release(user_data: *mut c_void) {
    // SAFETY: made by `Box::into_raw`, and released once.
    let program = unsafe { Box::from_raw(user_data.cast::<Program>()) };
    program.done.send(Done::Released).unwrap();
}

pub(super) fn table(gate: Option<Receiver<()>>) -> (pairing_http, Receiver<Done>) {
    let (done, seen) = channel();
    let program = Box::new(Program { done, gate });
    let table = pairing_http {
        user_data: Box::into_raw(program).cast(),
        send: Some(send),
        cancel: Some(cancel),
        release: Some(release),
    };
    (table, seen)
}

fn settings() -> Box<pairing_settings> {
    let mut settings = pairing_settings_new().unwrap();
    for (name, value) in [(c"instance", c"3C01"), (c"token", c"A0F5")] {
        // SAFETY: both end with NUL.
        unsafe { pairing_settings_set(Some(&mut settings), name.as_ptr(), value.as_ptr()) };
    }
    settings
}

pub(super) fn open(http: &pairing_http) -> Result<Box<pairing_provider>, pairing_status> {
    let settings = settings();
    // SAFETY: the name ends with NUL, and the table is sound.
    out(|slot| unsafe {
        pairing_provider_open(c"zapi".as_ptr(), Some(&settings), Some(http), slot)
    })
}

pub(super) fn sent(seen: &Receiver<Done>) -> Exchange {
    match seen.recv().unwrap() {
        Done::Sent(exchange) => exchange,
        other => panic!("{other:?}"),
    }
}

pub(super) fn cancelled(seen: &Receiver<Done>) -> u64 {
    match seen.recv().unwrap() {
        Done::Cancelled(id) => id,
        other => panic!("{other:?}"),
    }
}

pub(super) fn released(seen: &Receiver<Done>) {
    match seen.recv().unwrap() {
        Done::Released => assert!(seen.recv().is_err(), "nothing is called afterwards"),
        other => panic!("{other:?}"),
    }
}

/// Asks for the status while the test answers.
pub(super) fn status_with(
    answer: impl FnOnce(Exchange) -> pairing_status,
) -> (pairing_status, Result<bool, pairing_status>) {
    let (http, seen) = table(None);
    let provider = open(&http).unwrap();
    let result = thread::scope(|scope| {
        let asking = scope.spawn(|| {
            let status = out(|slot| pairing_provider_status(Some(&provider), 60_000, slot))?;
            Ok(pairing_instance_status_get_connected(Some(&status)))
        });
        let answered = answer(sent(&seen));
        (answered, asking.join().unwrap())
    });
    pairing_provider_free(Some(provider));
    released(&seen);
    result
}
