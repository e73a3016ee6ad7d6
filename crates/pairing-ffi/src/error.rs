//! The one error of every language: a stable code, a message that is safe to show, and whether
//! trying again can help.

use std::time::Duration;

use pairing_core::{
    CommandError, ErrorReport, InvalidCode, InvalidPhoneNumber, InvalidPolicy, ProviderError,
    ProviderErrorKind, StartError,
};
use pairing_providers::ConfigError;
use pairing_qr::EncodeError;

/// What went wrong, to branch on. The names are stable.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Enum))]
pub enum ErrorCode {
    /// The gateway does not accept the instance id, token or account token.
    InvalidCredentials,
    /// The account demands its security token with every call, and none was sent.
    AccountTokenMissing,
    /// The gateway refuses calls from this IP address.
    AddressNotAllowed,
    /// The subscription of the instance has lapsed.
    SubscriptionLapsed,
    /// The gateway knows no such instance.
    UnknownInstance,
    /// Too many requests; `retry_after` says how long to wait, when the gateway did.
    RateLimited,
    /// The gateway cannot be reached or is failing.
    Unavailable,
    /// No answer in time.
    TimedOut,
    /// An unexpected response of the gateway, or a webhook that cannot be read.
    MalformedReply,
    /// The gateway understood the request and refused it.
    Refused,
    /// The provider cannot do this; its capabilities say so beforehand.
    Unsupported,
    /// The gateway refuses what it was sent, for example a phone number.
    InvalidInput,
    /// A defect in this library, or in a provider or transport that the app brought.
    Internal,
    /// A setting of the provider is missing, unknown or wrong.
    InvalidSettings,
    /// Not an international phone number, or, for a phone code, another account than the expected
    /// number.
    InvalidPhone,
    /// The numbers of the policy do not fit together.
    InvalidPolicy,
    /// Not a pairing code: empty, too long, or not a picture.
    InvalidPairingCode,
    /// An expected number was given, but this provider does not report the linked number.
    PhoneNotVerifiable,
    /// `resume` while the session does not wait for the user.
    NotWaiting,
    /// The session has ended.
    SessionFinished,
    /// Not a text that can be drawn as a QR code: a phone code, a picture, or too long.
    NotDrawable,
    /// Something between this machine and the gateway answered in its place: a firewall, a proxy
    /// or a network that wants a login.
    Intercepted,
    /// The gateway's owner must activate a licence first.
    LicenseRequired,
    /// The gateway has no room for another linked instance.
    CapacityReached,
    /// WhatsApp or the gateway has blocked the account.
    AccountBlocked,
    /// The signature of a webhook is missing or wrong.
    InvalidSignature,
}

impl ErrorCode {
    /// The name in `snake_case`, the same in every language, for logs and statistics. C has
    /// its own, which end in NUL; a test compares them.
    #[cfg(any(test, feature = "uniffi"))]
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::InvalidCredentials => ProviderErrorKind::InvalidCredentials.as_str(),
            Self::AccountTokenMissing => ProviderErrorKind::AccountTokenMissing.as_str(),
            Self::AddressNotAllowed => ProviderErrorKind::AddressNotAllowed.as_str(),
            Self::SubscriptionLapsed => ProviderErrorKind::SubscriptionLapsed.as_str(),
            Self::UnknownInstance => ProviderErrorKind::UnknownInstance.as_str(),
            Self::RateLimited => ProviderErrorKind::RateLimited.as_str(),
            Self::Unavailable => ProviderErrorKind::Unavailable.as_str(),
            Self::TimedOut => ProviderErrorKind::TimedOut.as_str(),
            Self::MalformedReply => ProviderErrorKind::MalformedReply.as_str(),
            Self::Refused => ProviderErrorKind::Refused.as_str(),
            Self::Unsupported => ProviderErrorKind::Unsupported.as_str(),
            Self::InvalidInput => ProviderErrorKind::InvalidInput.as_str(),
            Self::Internal => ProviderErrorKind::Internal.as_str(),
            Self::InvalidSettings => "invalid_settings",
            Self::InvalidPhone => "invalid_phone",
            Self::InvalidPolicy => "invalid_policy",
            Self::InvalidPairingCode => "invalid_pairing_code",
            Self::PhoneNotVerifiable => "phone_not_verifiable",
            Self::NotWaiting => "not_waiting",
            Self::SessionFinished => "session_finished",
            Self::NotDrawable => "not_drawable",
            Self::Intercepted => ProviderErrorKind::Intercepted.as_str(),
            Self::LicenseRequired => ProviderErrorKind::LicenseRequired.as_str(),
            Self::CapacityReached => ProviderErrorKind::CapacityReached.as_str(),
            Self::AccountBlocked => ProviderErrorKind::AccountBlocked.as_str(),
            Self::InvalidSignature => ProviderErrorKind::InvalidSignature.as_str(),
        }
    }

    /// The kind a provider's failure has; what only we say counts as a defect of the provider
    /// that says it.
    pub(crate) const fn provider_kind(self) -> ProviderErrorKind {
        let mut index = 0;
        while index < ProviderErrorKind::ALL.len() {
            let kind = ProviderErrorKind::ALL[index];
            match code_of(kind) {
                Some(code) if code as u8 == self as u8 => return kind,
                _ => index += 1,
            }
        }
        ProviderErrorKind::Internal
    }
}

const fn code_of(kind: ProviderErrorKind) -> Option<ErrorCode> {
    Some(match kind {
        ProviderErrorKind::InvalidCredentials => ErrorCode::InvalidCredentials,
        ProviderErrorKind::AccountTokenMissing => ErrorCode::AccountTokenMissing,
        ProviderErrorKind::AddressNotAllowed => ErrorCode::AddressNotAllowed,
        ProviderErrorKind::Intercepted => ErrorCode::Intercepted,
        ProviderErrorKind::SubscriptionLapsed => ErrorCode::SubscriptionLapsed,
        ProviderErrorKind::LicenseRequired => ErrorCode::LicenseRequired,
        ProviderErrorKind::CapacityReached => ErrorCode::CapacityReached,
        ProviderErrorKind::AccountBlocked => ErrorCode::AccountBlocked,
        ProviderErrorKind::UnknownInstance => ErrorCode::UnknownInstance,
        ProviderErrorKind::RateLimited => ErrorCode::RateLimited,
        ProviderErrorKind::Unavailable => ErrorCode::Unavailable,
        ProviderErrorKind::TimedOut => ErrorCode::TimedOut,
        ProviderErrorKind::MalformedReply => ErrorCode::MalformedReply,
        ProviderErrorKind::Refused => ErrorCode::Refused,
        ProviderErrorKind::Unsupported => ErrorCode::Unsupported,
        ProviderErrorKind::InvalidInput => ErrorCode::InvalidInput,
        ProviderErrorKind::InvalidSignature => ErrorCode::InvalidSignature,
        ProviderErrorKind::Internal => ErrorCode::Internal,
        // The kinds are non-exhaustive; the assertion below makes this arm unreachable.
        _ => return None,
    })
}

/// A kind that core has and this list has not does not compile.
const _: () = {
    let mut index = 0;
    while index < ProviderErrorKind::ALL.len() {
        assert!(code_of(ProviderErrorKind::ALL[index]).is_some());
        index += 1;
    }
};

impl From<ProviderErrorKind> for ErrorCode {
    fn from(kind: ProviderErrorKind) -> Self {
        code_of(kind).unwrap_or(Self::Internal)
    }
}

/// The name of a code in `snake_case`, the same in every language: for logs and statistics.
#[cfg(feature = "uniffi")]
#[uniffi::export]
pub fn error_code_name(code: ErrorCode) -> String {
    code.as_str().to_owned()
}

/// What a call can fail with.
///
/// A provider that an app implements throws the same; whether a retry helps follows from its
/// `code` then, whatever `retryable` says.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Error))]
pub enum PairingError {
    /// The only one: branch on `code`.
    #[error("{message}")]
    Failed {
        /// What to branch on.
        code: ErrorCode,
        /// A sentence in English, safe to show: it holds no secret and nothing a gateway said.
        message: String,
        /// Whether the same call may succeed later without any change by a person.
        retryable: bool,
        /// How long the gateway asks callers to wait, if it says.
        retry_after: Option<Duration>,
    },
}

impl PairingError {
    /// A failure of the caller's making or of ours, which no repetition mends.
    pub(crate) fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        Self::Failed {
            code,
            message: message.into(),
            retryable: false,
            retry_after: None,
        }
    }

    pub(crate) fn panicked() -> Self {
        Self::new(
            ErrorCode::Internal,
            "the pairing library failed in an unexpected way",
        )
    }
}

impl From<ProviderError> for PairingError {
    fn from(error: ProviderError) -> Self {
        Self::Failed {
            code: error.kind().into(),
            message: error.message().to_owned(),
            retryable: error.is_retryable(),
            retry_after: error.retry_after(),
        }
    }
}

/// The way back, for providers that an app implements.
impl From<PairingError> for ProviderError {
    fn from(error: PairingError) -> Self {
        let PairingError::Failed {
            code,
            message,
            retry_after,
            ..
        } = error;
        let error = Self::new(code.provider_kind(), message);
        match retry_after {
            Some(wait) => error.with_retry_after(wait),
            None => error,
        }
    }
}

/// An exception that the app's provider did not declare. Its text stays where it was thrown:
/// HTTP clients put URLs into theirs, and URLs hold tokens.
#[cfg(feature = "uniffi")]
impl From<uniffi::UnexpectedUniFFICallbackError> for PairingError {
    fn from(_: uniffi::UnexpectedUniFFICallbackError) -> Self {
        Self::new(
            ErrorCode::Internal,
            "the app's own provider threw an unexpected exception",
        )
    }
}

impl From<StartError> for PairingError {
    fn from(error: StartError) -> Self {
        let code = match error {
            StartError::Policy(_) => ErrorCode::InvalidPolicy,
            StartError::MethodUnsupported => ErrorCode::Unsupported,
            StartError::PhoneNotVerifiable => ErrorCode::PhoneNotVerifiable,
            StartError::ExpectsAnotherPhone => ErrorCode::InvalidPhone,
            StartError::NoRuntime => ErrorCode::Internal,
        };
        Self::new(code, error.to_string())
    }
}

impl From<CommandError> for PairingError {
    fn from(error: CommandError) -> Self {
        let code = match error {
            CommandError::MethodUnsupported => ErrorCode::Unsupported,
            CommandError::ExpectsAnotherPhone => ErrorCode::InvalidPhone,
            CommandError::NotWaiting => ErrorCode::NotWaiting,
            CommandError::Finished => ErrorCode::SessionFinished,
        };
        Self::new(code, error.to_string())
    }
}

impl From<ConfigError> for PairingError {
    fn from(error: ConfigError) -> Self {
        let message = match error {
            // Its own words send the reader to environment variables and files.
            ConfigError::Missing {
                provider,
                field,
                help,
                ..
            } => format!("`{field}` of {provider} is missing ({help})"),
            ConfigError::UnknownKey {
                provider,
                key,
                known,
            } => format!("{provider} has no setting `{key}`: it has {known}"),
            error => error.to_string(),
        };
        Self::new(ErrorCode::InvalidSettings, message)
    }
}

macro_rules! caused_by_the_caller {
    ($($error:ty => $code:ident),* $(,)?) => {$(
        impl From<$error> for PairingError {
            fn from(error: $error) -> Self {
                Self::new(ErrorCode::$code, error.to_string())
            }
        }
    )*};
}

caused_by_the_caller! {
    InvalidPhoneNumber => InvalidPhone,
    InvalidPolicy => InvalidPolicy,
    InvalidCode => InvalidPairingCode,
    EncodeError => NotDrawable,
}

/// The failure that an event reports.
#[cfg(feature = "uniffi")]
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct FailureReport {
    /// What to branch on.
    pub code: ErrorCode,
    /// A sentence in English, safe to show.
    pub message: String,
    /// Whether the same request may succeed later.
    pub retryable: bool,
    /// How long the gateway asks callers to wait, if it says.
    pub retry_after: Option<Duration>,
}

#[cfg(feature = "uniffi")]
impl From<ErrorReport> for FailureReport {
    fn from(report: ErrorReport) -> Self {
        let PairingError::Failed {
            code,
            message,
            retryable,
            retry_after,
        } = report.into();
        Self {
            code,
            message,
            retryable,
            retry_after,
        }
    }
}

impl From<ErrorReport> for PairingError {
    fn from(report: ErrorReport) -> Self {
        Self::Failed {
            code: report.kind.into(),
            message: report.message.into_owned(),
            retryable: report.retryable,
            retry_after: report.retry_after_seconds.map(Duration::from_secs),
        }
    }
}
