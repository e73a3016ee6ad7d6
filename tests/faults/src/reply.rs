//! What a call outside a session comes to, as the table writes it.

use anyhow::{Result, ensure};
use pairing_core::ProviderErrorKind;
use pairing_sim::{Endpoint, Fault};

use crate::Call;
use crate::expected::word;

/// What the caller gets in the end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reply {
    /// What a healthy gateway would have said.
    Ok,
    /// No code yet.
    NotReady,
    /// No code yet: the instance is starting.
    Starting,
    /// No code: a phone is linking.
    Linking,
    /// No code: an attempt by another method or for another number runs.
    AnotherAttempt,
    /// No code, because a phone is linked.
    AlreadyConnected,
    /// No code: WhatsApp wants a passkey.
    PasskeyRequired,
    /// No phone is linked, whether or not one is.
    NotConnected,
    /// An error of this kind.
    Error(ProviderErrorKind),
}

impl Reply {
    /// Reads what this call comes to under this fault. `state_first`: the gateway may be asked for its
    /// state before a code.
    pub(crate) fn parse(text: &str, call: Call, fault: &Fault, state_first: bool) -> Result<Self> {
        let endpoint = call.endpoint();
        let befalls_state = state_first && endpoint.is_code() && fault.applies_to(Endpoint::Status);
        let reply = match text {
            "ok" => Self::Ok,
            "not_ready" => Self::NotReady,
            "starting" => Self::Starting,
            "linking" => Self::Linking,
            "another_attempt" => Self::AnotherAttempt,
            "already_connected" => Self::AlreadyConnected,
            "passkey_required" => Self::PasskeyRequired,
            "not_connected" => Self::NotConnected,
            kind => Self::Error(word(kind)?),
        };
        let fits = match reply {
            Self::Ok | Self::Error(_) => true,
            Self::NotReady
            | Self::Starting
            | Self::Linking
            | Self::AnotherAttempt
            | Self::AlreadyConnected
            | Self::PasskeyRequired => endpoint.is_code(),
            Self::NotConnected => call == Call::Status,
        };
        ensure!(fits, "`{text}`: {} has no such answer", call.name());
        ensure!(
            reply == Self::Ok || fault.applies_to(endpoint) || befalls_state,
            "{} is not befallen, and so answered as ever",
            call.name()
        );
        Ok(reply)
    }

    /// As the table has it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::NotReady => "not_ready",
            Self::Starting => "starting",
            Self::Linking => "linking",
            Self::AnotherAttempt => "another_attempt",
            Self::AlreadyConnected => "already_connected",
            Self::PasskeyRequired => "passkey_required",
            Self::NotConnected => "not_connected",
            Self::Error(kind) => kind.as_str(),
        }
    }
}

#[cfg(test)]
mod tests {
    use pairing_sim::{FaultEffect, FaultScope};

    use super::*;

    #[test]
    fn a_reply_is_named_as_it_is_read() {
        for (text, call) in [
            ("ok", Call::Unlink),
            ("not_ready", Call::Qr),
            ("starting", Call::Qr),
            ("linking", Call::PhoneCode),
            ("another_attempt", Call::PhoneCode),
            ("already_connected", Call::PhoneCode),
            ("passkey_required", Call::Qr),
            ("not_connected", Call::Status),
            ("timed_out", Call::Unlink),
        ] {
            assert_eq!(
                Reply::parse(text, call, &Fault::HANG, false)
                    .unwrap()
                    .name(),
                text
            );
        }
    }

    #[test]
    fn what_no_call_could_say_is_refused() {
        for (text, call) in [
            ("", Call::Qr),
            ("tired", Call::Qr),
            ("not_connected", Call::Qr),
            ("not_ready", Call::Status),
            ("already_connected", Call::Unlink),
        ] {
            assert!(
                Reply::parse(text, call, &Fault::HANG, false).is_err(),
                "{text} {call:?}"
            );
        }
        assert!(Reply::parse("not_ready", Call::Qr, &Fault::EMPTY_QR, false).is_ok());
        assert!(Reply::parse("not_ready", Call::PhoneCode, &Fault::EMPTY_QR, false).is_err());
    }

    #[test]
    fn a_fault_of_the_state_alone_befalls_a_request_for_a_code_where_the_state_comes_first() {
        let fault = Fault::new("of_the_state", FaultScope::Status, "", FaultEffect::Silence);
        assert!(Reply::parse("timed_out", Call::Qr, &fault, true).is_ok());
        assert!(Reply::parse("timed_out", Call::Qr, &fault, false).is_err());
        assert!(Reply::parse("timed_out", Call::Unlink, &fault, true).is_err());
    }
}
