//! What the host application may know about a pairing: everything but its codes.

use std::time::SystemTime;

use pairing_core::{EventKind, PairingEvent, PairingOutcome, PasskeyStep};
use serde::{Serialize, Serializer};

use super::frame::moment;
use crate::token::PairingId;

/// Where a pairing stands. Without codes and links, those of a passkey included, so it may be logged and stored; the event
/// may name the linked number.
#[derive(Debug, Clone, Serialize)]
#[non_exhaustive]
pub struct PairingSummary {
    /// Its id.
    pub id: PairingId,
    /// The name of its instance.
    pub instance: String,
    /// The short name of its provider.
    pub provider: String,
    /// Open event streams. Pages that poll are not among them.
    pub viewers: usize,
    /// Where it stands.
    pub state: PairingState,
    /// `qr` or `phone_code`, while it runs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub method: Option<&'static str>,
    /// By when the session must be started by the link that has the most time, or, once it is, by
    /// when it will be over. `None` when it is over. RFC 3339 in JSON.
    #[serde(
        serialize_with = "optional_moment",
        skip_serializing_if = "Option::is_none"
    )]
    pub expires_at: Option<SystemTime>,
    /// The event that describes the present, without a code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub event: Option<CodelessEvent>,
}

impl PairingSummary {
    /// How it ended, if it has.
    #[must_use]
    pub fn outcome(&self) -> Option<&PairingOutcome> {
        self.event.as_ref()?.0.outcome()
    }
}

/// Where a pairing stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum PairingState {
    /// No session was started yet, or the last one was not used: the provider is asked for
    /// nothing.
    Idle,
    /// Its session runs.
    Running,
    /// It is over.
    Ended,
}

impl PairingState {
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Idle => "idle",
            Self::Running => "running",
            Self::Ended => "ended",
        }
    }
}

/// An event of which the code, if it has one, cannot be had, nor what a person needs for a passkey.
#[derive(Debug, Clone)]
pub struct CodelessEvent(PairingEvent);

impl From<PairingEvent> for CodelessEvent {
    fn from(event: PairingEvent) -> Self {
        Self(event)
    }
}

impl Serialize for CodelessEvent {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct CodeReady {
            event: &'static str,
            expires_at: String,
            expiry: pairing_core::Expiry,
            seq: u64,
            round: u32,
            attempt: u32,
        }
        match &self.0.kind {
            EventKind::CodeReady {
                expires_at, expiry, ..
            } => CodeReady {
                event: "code_ready",
                expires_at: moment(*expires_at),
                expiry: *expiry,
                seq: self.0.seq,
                round: self.0.round,
                attempt: self.0.attempt,
            }
            .serialize(to),
            EventKind::PasskeyRequired { .. } => PairingEvent {
                kind: EventKind::PasskeyRequired {
                    step: PasskeyStep::new(),
                },
                ..self.0.clone()
            }
            .serialize(to),
            _ => self.0.serialize(to),
        }
    }
}

fn optional_moment<S: Serializer>(at: &Option<SystemTime>, to: S) -> Result<S::Ok, S::Error> {
    at.map(moment).serialize(to)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use pairing_core::{Expiry, QrText};

    use super::*;

    #[test]
    fn neither_the_link_nor_the_code_of_a_passkey_gets_into_the_summary() {
        let step = PasskeyStep::new()
            .with_url("https://canary.example")
            .with_confirmation_code("CANARY");
        let event = CodelessEvent::from(PairingEvent {
            kind: EventKind::PasskeyRequired { step },
            seq: 2,
            round: 1,
            attempt: 0,
        });
        assert_eq!(
            serde_json::to_string(&event).unwrap(),
            r#"{"event":"passkey_required","seq":2,"round":1,"attempt":0}"#
        );
        let debug = format!("{event:?}").to_lowercase();
        assert!(!debug.contains("canary"), "{debug}");
    }

    #[test]
    fn a_code_does_not_get_into_the_summary() {
        let event = PairingEvent {
            kind: EventKind::CodeReady {
                expires_at: SystemTime::UNIX_EPOCH + Duration::from_secs(1_800_000_000),
                expiry: Expiry::Exact,
                code: QrText::new("2@canary").unwrap().into(),
            },
            seq: 2,
            round: 1,
            attempt: 1,
        };
        let mut full = serde_json::to_value(&event).unwrap();
        assert!(full.to_string().contains("canary"));
        let event = CodelessEvent::from(event);
        let json = serde_json::to_value(&event).unwrap();
        assert!(!json.to_string().contains("canary"));
        assert!(!format!("{event:?}").contains("canary"));
        // Nothing else is missing, also when core adds a field.
        full.as_object_mut().unwrap().remove("code");
        assert_eq!(json, full);
    }
}
