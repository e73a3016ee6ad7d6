//! Why the hub does not do what it is asked to.

use pairing_core::{CommandError, StartError};

/// Why a pairing was not opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CreateError {
    /// No instance has this name.
    #[error("there is no instance of this name")]
    UnknownInstance,
    /// The instance is being linked, and another number is expected.
    #[error("this instance is being linked already, and with another expected phone number")]
    ExpectsAnotherPhone,
    /// The provider does not tell which number is linked.
    #[error(
        "this provider does not tell which number is linked, so an expected phone number \
         cannot be verified"
    )]
    PhoneNotVerifiable,
    /// As many pairings as the limits allow are not over yet.
    #[error("as many pairings are open as this hub allows")]
    TooManyPairings,
    /// The pairing has as many links as the limits allow, and each has an open event stream.
    #[error("this pairing has as many links as this hub allows, and all of them are in use")]
    TooManyLinks,
    /// The hub is shutting down.
    #[error("the hub is shutting down")]
    ShuttingDown,
    /// The hub is not in a tokio runtime.
    #[error("a pairing must be opened within a tokio runtime")]
    NoRuntime,
    /// The system gave no random numbers.
    #[error("the system gives no random numbers, so no link can be made")]
    NoRandomNumbers,
}

/// Why a page's wish is not fulfilled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum ActionError {
    #[error("this pairing is over")]
    Ended,
    #[error(transparent)]
    Start(#[from] StartError),
    #[error(transparent)]
    Command(#[from] CommandError),
}
