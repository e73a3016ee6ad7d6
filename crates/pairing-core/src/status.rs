//! How far an instance is on its way to a link.

use serde::{Deserialize, Serialize};

use crate::{PasskeyStep, PhoneNumber};

/// Whether an instance is linked, and if not, what is going on.
///
/// As JSON, `connected` stands beside the phase: `{"connected":false,"phase":"starting"}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Wire", into = "Wire")]
#[non_exhaustive]
pub struct InstanceStatus {
    /// What is going on.
    pub phase: InstancePhase,
    /// The linked number, when the provider says so.
    pub phone: Option<PhoneNumber>,
    /// What the person does next, where WhatsApp wants a passkey and the provider says so.
    pub passkey: Option<PasskeyStep>,
}

/// What is going on at an instance. Serialised in `snake_case`; these names are stable.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum InstancePhase {
    /// Not linked; the gateway says nothing more.
    NotLinked,
    /// Not linked, and no attempt to link runs.
    Idle,
    /// An attempt is starting; there is no code yet.
    Starting,
    /// A code waits to be scanned or typed.
    WaitingForPhone,
    /// A code was used, and the link is being made.
    Linking,
    /// WhatsApp wants a passkey: a person finishes elsewhere.
    PasskeyRequired,
    /// A number is linked.
    Linked,
}

impl InstancePhase {
    /// Every phase, for tables and exhaustive tests.
    pub const ALL: [Self; 7] = [
        Self::NotLinked,
        Self::Idle,
        Self::Starting,
        Self::WaitingForPhone,
        Self::Linking,
        Self::PasskeyRequired,
        Self::Linked,
    ];

    /// The stable name, as in JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NotLinked => "not_linked",
            Self::Idle => "idle",
            Self::Starting => "starting",
            Self::WaitingForPhone => "waiting_for_phone",
            Self::Linking => "linking",
            Self::PasskeyRequired => "passkey_required",
            Self::Linked => "linked",
        }
    }
}

impl InstanceStatus {
    /// Linked, to this number if the provider names it.
    #[must_use]
    pub const fn connected(phone: Option<PhoneNumber>) -> Self {
        Self {
            phase: InstancePhase::Linked,
            phone,
            passkey: None,
        }
    }

    /// Not linked; the gateway says nothing more.
    #[must_use]
    pub const fn disconnected() -> Self {
        Self::in_phase(InstancePhase::NotLinked)
    }

    /// In this phase.
    #[must_use]
    pub const fn in_phase(phase: InstancePhase) -> Self {
        Self {
            phase,
            phone: None,
            passkey: None,
        }
    }

    /// Waiting for a passkey.
    #[must_use]
    pub const fn passkey_required(step: PasskeyStep) -> Self {
        Self {
            phase: InstancePhase::PasskeyRequired,
            phone: None,
            passkey: Some(step),
        }
    }

    /// Whether a number is linked.
    #[must_use]
    pub const fn is_connected(&self) -> bool {
        matches!(self.phase, InstancePhase::Linked)
    }
}

/// What a status is in JSON.
#[derive(Serialize, Deserialize)]
struct Wire {
    connected: bool,
    #[serde(default)]
    phase: Option<InstancePhase>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    phone: Option<PhoneNumber>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    passkey: Option<PasskeyStep>,
}

impl From<InstanceStatus> for Wire {
    fn from(status: InstanceStatus) -> Self {
        Self {
            connected: status.is_connected(),
            phase: Some(status.phase),
            phone: status.phone,
            passkey: status.passkey,
        }
    }
}

/// `connected` decides, as it did before there were phases.
impl From<Wire> for InstanceStatus {
    fn from(wire: Wire) -> Self {
        let phase = match (wire.connected, wire.phase) {
            (true, _) => InstancePhase::Linked,
            (false, Some(phase)) if phase != InstancePhase::Linked => phase,
            (false, _) => InstancePhase::NotLinked,
        };
        Self {
            phase,
            phone: wire.phone,
            passkey: wire.passkey,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_names_and_as_str_agree() {
        for phase in InstancePhase::ALL {
            let json = serde_json::to_string(&phase).unwrap();
            assert_eq!(json, format!("\"{}\"", phase.as_str()));
            let status = InstanceStatus::in_phase(phase);
            let json = serde_json::to_string(&status).unwrap();
            assert_eq!(
                serde_json::from_str::<InstanceStatus>(&json).unwrap(),
                status
            );
        }
    }

    #[test]
    fn connected_decides() {
        let read = |json| serde_json::from_str::<InstanceStatus>(json).unwrap().phase;
        assert_eq!(read(r#"{"connected":true}"#), InstancePhase::Linked);
        assert_eq!(read(r#"{"connected":false}"#), InstancePhase::NotLinked);
        assert_eq!(
            read(r#"{"connected":false,"phase":"linked"}"#),
            InstancePhase::NotLinked
        );
    }
}
