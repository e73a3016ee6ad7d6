//! What a provider says of its instance.

use std::sync::Arc;

pub use pairing_core::InstancePhase;
use pairing_core::{self as core, PhoneNumber, ProviderError, ProviderErrorKind};

use crate::PasskeyStep;

/// Whether an instance is linked, and if not, what is going on.
#[derive(Clone, uniffi::Record)]
pub struct InstanceStatus {
    /// What is going on.
    pub phase: InstancePhase,
    /// Which number is linked, when the provider says so, like `+5511999998888`. A provider of the
    /// app may give the account's id as WhatsApp writes it, with its device and server; an id that
    /// names no number, such as `…@lid`, counts as none.
    #[uniffi(default = None)]
    pub phone: Option<String>,
    /// What the person does next, where WhatsApp wants a passkey and the provider says so.
    #[uniffi(default = None)]
    pub passkey: Option<Arc<PasskeyStep>>,
}

/// What is going on at an instance.
#[uniffi::remote(Enum)]
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

impl From<core::InstanceStatus> for InstanceStatus {
    fn from(status: core::InstanceStatus) -> Self {
        Self {
            phase: status.phase,
            phone: status.phone.map(|phone| phone.to_string()),
            passkey: status.passkey.map(PasskeyStep::shared),
        }
    }
}

/// What is said beside a phase that has no use for it is left out.
impl TryFrom<InstanceStatus> for core::InstanceStatus {
    type Error = ProviderError;

    fn try_from(status: InstanceStatus) -> Result<Self, Self::Error> {
        Ok(match (status.phase, status.passkey) {
            (InstancePhase::Linked, _) => {
                let phone = status.phone.map(|id| linked_phone(&id)).transpose()?;
                Self::connected(phone.flatten())
            }
            (InstancePhase::PasskeyRequired, Some(passkey)) => {
                Self::passkey_required(passkey.step.clone())
            }
            (phase, _) => Self::in_phase(phase),
        })
    }
}

/// The number that an account's id names, if it names one.
fn linked_phone(id: &str) -> Result<Option<PhoneNumber>, ProviderError> {
    let phone = PhoneNumber::from_account_id(id);
    // An id at one of WhatsApp's servers may stand for a person without telling the number.
    if phone.is_none() && !id.contains('@') {
        return Err(ProviderError::new(
            ProviderErrorKind::MalformedReply,
            "the provider named a linked number that is none",
        ));
    }
    Ok(phone)
}
