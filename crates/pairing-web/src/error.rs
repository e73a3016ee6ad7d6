//! Why a hub is not built, or does not do what it is asked to.

use pairing_core::{CommandError, StartError};

use crate::store::StoreError;

/// Why a hub cannot be built.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BuildError {
    /// The admin token is short or does not fit into a header.
    #[error(
        "the admin token must be at least 16 visible ASCII characters, such as \
         `openssl rand -hex 32` makes"
    )]
    AdminToken,
    /// Not an address of a web page.
    #[error("the public URL must be like https://example.com/pair, without a query, a user or a #")]
    PublicUrl,
    /// Neither an origin nor the subdomains of a domain.
    #[error(
        "a frame ancestor must be an origin without a path, like https://app.example.com or \
         capacitor://localhost, or https://*.example.com for all subdomains"
    )]
    FrameAncestor,
    /// Neither an address nor a network.
    #[error("a trusted proxy must be an address like 127.0.0.1, or a network like 10.0.0.0/8")]
    TrustedProxy,
    /// No name of a header.
    #[error("the client address header must be a header's name, like X-Forwarded-For")]
    ClientAddressHeader,
    /// A lifetime of nothing, or of more than a year.
    #[error("the link lifetime must be greater than zero, and no lifetime more than a year")]
    Lifetime,
    /// The store cannot be used.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The hub is not in a tokio runtime, on which it would write the store.
    #[error("a hub with a store must be built within a tokio runtime")]
    NoRuntime,
}

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

/// Why an action of a page is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum ActionError {
    #[error("this pairing is over")]
    Ended,
    #[error(transparent)]
    Start(#[from] StartError),
    #[error(transparent)]
    Command(#[from] CommandError),
}
