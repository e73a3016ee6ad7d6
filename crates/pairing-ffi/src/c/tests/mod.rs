//! The layer as C sees it, called from Rust: what each function answers to anything at all,
//! sessions, the descriptor, and HTTP by callbacks.

mod arguments;
mod descriptor;
mod events;
mod http;
mod panics;
mod program;
mod secrets;
mod sessions;
pub(super) mod support;

/// Functions that take a handle as `const` may run at the same time, and any thread may free it.
#[expect(dead_code, reason = "that it compiles is the test")]
fn handles_are_shared_and_sent() {
    fn check<Handle: Send + Sync>() {}
    check::<super::buffer::pairing_buffer>();
    check::<super::event::pairing_event>();
    check::<super::exchange::pairing_http_exchange>();
    check::<super::http::pairing_http_request>();
    check::<super::instance_status::pairing_instance_status>();
    check::<super::options::pairing_options>();
    check::<super::policy::pairing_policy>();
    check::<super::provider::pairing_provider>();
    check::<super::qr::pairing_qr>();
    check::<super::session::pairing_session>();
    check::<super::settings::pairing_settings>();
    check::<super::view::pairing_view>();
}
