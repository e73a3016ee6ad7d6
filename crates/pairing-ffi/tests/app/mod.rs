//! An app that reads a session, as all tests of the apps' layer need one.

use std::future::Future;

use pairing_ffi::{PairingEvent, PairingSession};

/// The app's side: a thread of its own that waits, without a reactor.
pub(crate) fn wait<T>(work: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap()
        .block_on(work)
}

pub(crate) async fn next(session: &PairingSession) -> Option<PairingEvent> {
    while session.wait_for_event().await {
        if let Some(event) = session.take_event() {
            return Some(event);
        }
    }
    None
}
