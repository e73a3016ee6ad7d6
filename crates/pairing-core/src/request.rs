//! What a provider is asked for when it is asked for a code.

use crate::PairingMethod;

/// One request for a code: what the session knows and the gateway does not say.
///
/// A provider remembers nothing, so the session lends it its memory.
///
/// ```
/// use pairing_core::{CodePurpose, CodeRequest, PairingMethod};
///
/// let request = CodeRequest::new(PairingMethod::Qr);
/// assert_eq!(request.purpose, CodePurpose::StartAttempt);
/// assert!(!request.may_be_linking);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct CodeRequest {
    /// The kind of code, and the number that a phone code is for.
    pub method: PairingMethod,
    /// Why the code is asked for.
    pub purpose: CodePurpose,
    /// A code of this session was on screen a moment ago, so a phone may be linking right now. A
    /// gateway without an attempt then has perhaps just ended one with a link: where the provider
    /// cannot tell, it answers [`CodeReply::Linking`](crate::CodeReply::Linking) and starts
    /// nothing.
    pub may_be_linking: bool,
}

/// Why a code is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CodePurpose {
    /// The session has had no code for this method and number yet, and no answer that one is being
    /// made. An attempt that runs at the gateway belongs to another program, another method or
    /// another number.
    StartAttempt,
    /// The first code of a later round: the user came back. An attempt that runs at the gateway is
    /// this session's.
    OpenRound,
    /// The next code of the round, or the same request again after a reply without a code.
    Renew,
}

impl CodeRequest {
    /// For a first code, by a program that has shown none.
    #[must_use]
    pub const fn new(method: PairingMethod) -> Self {
        Self {
            method,
            purpose: CodePurpose::StartAttempt,
            may_be_linking: false,
        }
    }

    /// For this purpose.
    #[must_use]
    pub const fn with_purpose(mut self, purpose: CodePurpose) -> Self {
        self.purpose = purpose;
        self
    }

    /// Whether a phone may be linking right now.
    #[must_use]
    pub const fn with_may_be_linking(mut self, may_be_linking: bool) -> Self {
        self.may_be_linking = may_be_linking;
        self
    }
}

impl From<PairingMethod> for CodeRequest {
    fn from(method: PairingMethod) -> Self {
        Self::new(method)
    }
}
