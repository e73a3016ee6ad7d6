//! Why a provider cannot be set up.

use crate::{InvalidCredential, TransportError};

/// Why an adapter cannot be built from its configuration. Quotes no value.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SetupError {
    /// A field of the configuration is wrong.
    #[error(transparent)]
    Credential(#[from] InvalidCredential),
    /// The bundled HTTP client cannot be set up.
    #[error("the HTTP client cannot be set up")]
    Transport(#[from] TransportError),
}
