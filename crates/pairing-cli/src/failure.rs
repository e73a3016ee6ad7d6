//! What ends a command other than its result.

use std::io;

use pairing_core::{InvalidPhoneNumber, ProviderError, StartError};

use crate::exit::Exit;
use crate::texts::Mistake;

/// Why a command did not do what it was asked for.
#[derive(Debug)]
pub(crate) enum Failure {
    /// Arguments, environment or configuration: a sentence that says what to do. Never
    /// quotes a value, which may be a secret.
    Configuration(String),
    /// What a person asked for does not fit together.
    Mistake(Mistake),
    /// The number of this option cannot be called.
    Number(&'static str, Mistake),
    /// The provider failed or refused.
    Provider(ProviderError),
    /// A signal, or the reader of the output has gone.
    Interrupted,
    /// The output cannot be written.
    Output(io::Error),
    /// The file of `--save-qr` cannot be written any more.
    Picture(io::Error),
}

impl Failure {
    pub(crate) fn configuration(message: impl Into<String>) -> Self {
        Self::Configuration(message.into())
    }

    pub(crate) fn exit(&self) -> Exit {
        match self {
            Self::Configuration(_)
            | Self::Mistake(_)
            | Self::Number(..)
            | Self::Output(_)
            | Self::Picture(_) => Exit::Usage,
            Self::Provider(error) => error.kind().into(),
            Self::Interrupted => Exit::Interrupted,
        }
    }
}

/// Why the system does not open a file, in plain words. Its own message may name a file that
/// is not the user's.
pub(crate) fn plain(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "there is no such file or folder".to_owned(),
        io::ErrorKind::PermissionDenied => "this user may not".to_owned(),
        io::ErrorKind::IsADirectory => "it is a folder".to_owned(),
        kind => kind.to_string(),
    }
}

impl From<ProviderError> for Failure {
    fn from(error: ProviderError) -> Self {
        Self::Provider(error)
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            // `pairing … | head -1`: not worth a word.
            io::ErrorKind::BrokenPipe => Self::Interrupted,
            _ => Self::Output(error),
        }
    }
}

impl From<StartError> for Failure {
    fn from(error: StartError) -> Self {
        Self::Mistake(match error {
            StartError::MethodUnsupported => Mistake::MethodUnsupported,
            StartError::PhoneNotVerifiable => Mistake::PhoneNotVerifiable,
            StartError::ExpectsAnotherPhone => Mistake::AnotherPhoneExpected,
            StartError::Policy(_) => {
                let message = format!("{error}; change it in the configuration file");
                return Self::Configuration(message);
            }
            _ => return Self::Configuration(error.to_string()),
        })
    }
}

impl Failure {
    /// What is wrong with the number of an option.
    pub(crate) fn number(option: &'static str, error: InvalidPhoneNumber) -> Self {
        use InvalidPhoneNumber as Invalid;
        let mistake = match error {
            Invalid::CountryCodeMissing | Invalid::LeadingZero | Invalid::UnknownCountryCode => {
                Mistake::CountryCode
            }
            Invalid::NotBrazilian => Mistake::NotBrazilian,
            _ => Mistake::NoPhoneNumber,
        };
        Self::Number(option, mistake)
    }
}
