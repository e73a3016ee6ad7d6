//! What the tests of the program share: running it, the gateway it talks to, and readers of
//! what it prints that know nothing of its code.

mod events;
mod gateway;
mod http;
mod program;
mod reader;
mod serving;
mod terminal;

pub(crate) use events::{check_code, check_error, events, events_under, json, object, outcome};
pub(crate) use gateway::{
    FAILS_FAST, Gateway, NOTICES_AT_ONCE, SHORT_CODES, policy_with, quick_start,
};
pub(crate) use http::Request;
pub(crate) use program::{Finished, HANG, Pairing, Running, binary};
pub(crate) use reader::{Theme, has_drawing, read_picture, read_screen};
pub(crate) use serving::{ADMIN_TOKEN, Page, Serving};
pub(crate) use terminal::{LARGE, Terminal, says};

use futures_util::StreamExt as _;
pub(crate) use pairing_e2e::{ZAPI, another, dialects, immediate_dialects};
use pairing_sim::{Calls, Dialect, Fault, all_faults};

/// Runs many programs, some at a time: two processors can serve more than two that wait.
pub(crate) async fn in_parallel(runs: Vec<impl Future<Output = ()>>) {
    let mut runs = futures_util::stream::iter(runs).buffer_unordered(12);
    while runs.next().await.is_some() {}
}

/// Every fault, and first the one that takes as long as the HTTP client's patience: nothing
/// should be left to wait for at the end.
pub(crate) fn slowest_first() -> Vec<Fault> {
    let mut faults = all_faults(dialects());
    faults.sort_by_key(|fault| *fault != Fault::HANG);
    faults
}

/// The n-th gateway that can fail like this and links by the method among the arguments, counted round and
/// round; `None` if there is none.
pub(crate) fn nth_with(
    fault: Fault,
    arguments: &[&str],
    nth: usize,
) -> Option<&'static dyn Dialect> {
    let by_phone_code = arguments.contains(&"phone");
    let all = dialects().iter().copied();
    let able = all.filter(|it| fault.fits(*it) && (!by_phone_code || has_phone_codes(*it)));
    let able: Vec<_> = able.collect();
    let index = nth.checked_rem(able.len())?;
    able.get(index).copied()
}

/// Whether the gateway links by phone code.
pub(crate) fn has_phone_codes(dialect: &dyn Dialect) -> bool {
    pairing_faults::Method::PhoneCode.is_known_to(dialect)
}

/// What the program is told for each method by which the gateway links.
pub(crate) fn methods(dialect: &dyn Dialect) -> Vec<&'static str> {
    let mut methods = vec!["qr", "phone"];
    methods.retain(|method| *method == "qr" || has_phone_codes(dialect));
    methods
}

/// One request is under way at a time. Of one that was given up, the gateway hears only when its
/// connection closes: by then it may have the next.
pub(crate) fn at_most_one_at_a_time(calls: &Calls) -> bool {
    let given_up = calls.dropped_by_client > 0;
    calls.max_in_flight <= 1 + u64::from(given_up)
}
