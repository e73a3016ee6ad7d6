//! What a person sees: at most one code, of the kind that was asked for, and never a dead one.

use std::time::{Duration, SystemTime};

use pairing_core::flow::Now;
use pairing_core::{EventKind, PairingMethod};

#[derive(Debug, Default)]
pub(super) struct Screen {
    code: Option<Code>,
    pub(super) ever: bool,
}

#[derive(Debug)]
struct Code {
    is_qr: bool,
    expires_at: SystemTime,
    dead_by: Duration,
}

impl Screen {
    /// `longest` is how long a code that arrives now may live.
    pub(super) fn show(
        &mut self,
        event: &EventKind,
        method: &PairingMethod,
        longest: Duration,
        now: Now,
    ) {
        match event {
            EventKind::CodeReady {
                expires_at, code, ..
            } => {
                assert_eq!(
                    code.is_qr(),
                    *method == PairingMethod::Qr,
                    "the other kind of code"
                );
                if let Some(old) = &self.code {
                    assert!(
                        old.is_qr,
                        "a phone code replaced while somebody may type it"
                    );
                }
                self.code = Some(Code {
                    is_qr: code.is_qr(),
                    expires_at: *expires_at,
                    dead_by: now.elapsed.saturating_add(longest),
                });
                self.ever = true;
            }
            EventKind::CodeExpired => {
                assert!(self.code.take().is_some(), "nothing was shown");
            }
            EventKind::Preparing { .. } | EventKind::InteractionRequired => {
                assert!(self.code.is_none(), "the code must be taken down first");
            }
            EventKind::Finished { .. } => self.code = None,
            EventKind::Retrying { .. } => {}
        }
    }

    pub(super) fn shows_nothing_dead(&self, now: Now) {
        let Some(code) = &self.code else { return };
        assert!(
            now.elapsed < code.dead_by,
            "a code outlived its time by the monotonic clock"
        );
        assert!(
            now.wall < code.expires_at,
            "a code outlived its expiry by the clock on the wall"
        );
    }
}
