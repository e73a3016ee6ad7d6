//! What a healthy gateway takes to give its first code.

use std::time::Duration;

use pairing_core::{EventKind, PairingMethod, PairingSession};
use tokio::time::Instant;

use crate::virtual_time::in_virtual_time;
use crate::{Adapter, Bench};

/// What a session did until its first code was on screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Started {
    /// Requests of any kind.
    pub requests: u64,
    /// From the start of the session to the code.
    pub took: Duration,
}

/// Runs a session at a healthy gateway to its first code, in virtual time.
pub fn start_of(adapter: Adapter, by_phone_code: bool) -> Started {
    in_virtual_time(async || {
        let bench = Bench::new(adapter);
        let began = Instant::now();
        let method = match by_phone_code {
            true => bench.phone_code(),
            false => PairingMethod::Qr,
        };
        let builder = PairingSession::builder(bench.provider.clone());
        let mut session = builder.method(method).start().unwrap();
        while let Some(event) = session.next_event().await {
            if matches!(event.kind, EventKind::CodeReady { .. }) {
                break;
            }
        }
        assert!(session.handle().view().code().is_some(), "no code");
        Started {
            requests: bench.instance.calls().total,
            took: began.elapsed(),
        }
    })
}
