//! What the program says to people, in their language.
//!
//! Each language is one value of [`Texts`]: a text that is missing does not compile.
//! Errors about configuration files, and those of the argument parser, are in English only.

mod en;
mod es;
mod pt_br;
mod support;

use clap::ValueEnum;
use pairing_core::{InstancePhase, PairingOutcome, ProviderErrorKind};
pub(crate) use support::SupportTexts;

/// A language people can be spoken to in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Language {
    /// Brazilian Portuguese.
    #[value(name = "pt-BR", aliases = ["pt", "pt-br", "pt_BR"])]
    PtBr,
    /// English.
    #[value(name = "en", aliases = ["en-US", "en_US", "en-GB"])]
    En,
    /// Spanish.
    #[value(name = "es", aliases = ["es-419", "es-ES", "es_ES"])]
    Es,
}

impl Language {
    /// The first of `LC_ALL`, `LC_MESSAGES` and `LANG` that is set decides, as for every
    /// Unix program; a language that we do not speak, or none, means English.
    pub(crate) fn from_environment(get: impl Fn(&str) -> Option<String>) -> Self {
        let locale = ["LC_ALL", "LC_MESSAGES", "LANG"]
            .into_iter()
            .find_map(|name| get(name).filter(|value| !value.is_empty()))
            .unwrap_or_default()
            .to_ascii_lowercase();
        match locale.split(['_', '-', '.', '@']).next() {
            Some("pt") => Self::PtBr,
            Some("es") => Self::Es,
            _ => Self::En,
        }
    }

    pub(crate) fn texts(self) -> &'static Texts {
        match self {
            Self::PtBr => &pt_br::TEXTS,
            Self::En => &en::TEXTS,
            Self::Es => &es::TEXTS,
        }
    }
}

/// What happened, and what to do about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Advice {
    pub(crate) what: &'static str,
    /// Empty where nothing is left to do.
    pub(crate) next: &'static str,
}

/// What a person asked for on the command line and does not fit together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mistake {
    /// `--method phone` without a number.
    PhoneMissing,
    /// `--phone` with `--method qr`.
    PhoneWithQr,
    /// `--save-qr` with a phone code.
    SaveQrWithPhone,
    /// `--phone` and `--expect-phone` are different accounts.
    AnotherPhoneExpected,
    /// `--expect-phone` where the linked number stays unknown.
    PhoneNotVerifiable,
    MethodUnsupported,
    /// A number without a country code, or with one that no country has.
    CountryCode,
    NotBrazilian,
    /// Any other text that is no phone number.
    NoPhoneNumber,
}

#[cfg(test)]
impl Mistake {
    const ALL: [Self; 9] = [
        Self::PhoneMissing,
        Self::PhoneWithQr,
        Self::SaveQrWithPhone,
        Self::AnotherPhoneExpected,
        Self::PhoneNotVerifiable,
        Self::MethodUnsupported,
        Self::CountryCode,
        Self::NotBrazilian,
        Self::NoPhoneNumber,
    ];
}

/// Everything that is said in one language. `{name}` is replaced by [`fill`].
pub(crate) struct Texts {
    /// How to scan; above a QR code.
    pub(crate) scan: &'static str,
    /// How to type; above a phone code. `{phone}`
    pub(crate) enter: &'static str,
    /// `{provider}`
    pub(crate) preparing: &'static str,
    /// The gateway starts the instance. `{provider}`
    pub(crate) starting: &'static str,
    /// A code was used, and the link is being made.
    pub(crate) linking: &'static str,
    /// Linked, and it is still to be seen whether it stays so.
    pub(crate) linked: &'static str,
    /// WhatsApp wants a passkey. What to do follows, by what is known.
    pub(crate) passkey: &'static str,
    /// A link follows.
    pub(crate) passkey_open: &'static str,
    /// `{code}`
    pub(crate) passkey_compare: &'static str,
    /// Where there is neither a link nor a code. `{provider}`
    pub(crate) passkey_dashboard: &'static str,
    pub(crate) passkey_waits: &'static str,
    /// Enter brings codes again.
    pub(crate) passkey_enter: &'static str,
    /// The life of a code that the provider named. `{time}`
    pub(crate) valid: &'static str,
    /// The life of a code that may die sooner. `{time}`
    pub(crate) valid_at_most: &'static str,
    /// `{attempt}`, `{attempts}`
    pub(crate) attempt: &'static str,
    /// From the second round on. `{round}`
    pub(crate) round: &'static str,
    /// The code that was shown is dead, and no other is there yet.
    pub(crate) expired: &'static str,
    /// `{time}`; after what went wrong.
    pub(crate) retrying: &'static str,
    /// The codes expired unused, and Enter brings more.
    pub(crate) press_enter: &'static str,
    /// The codes expired unused, without a person to ask.
    pub(crate) codes_unused: Advice,
    /// `{columns}`, `{rows}`, `{have_columns}`, `{have_rows}`
    pub(crate) too_small: &'static str,
    /// The provider's picture cannot be read.
    pub(crate) unreadable_picture: &'static str,
    /// `{file}`
    pub(crate) saved: &'static str,
    /// Where the message of the adapter says more. `{message}`
    pub(crate) detail: &'static str,
    /// `{time}`
    pub(crate) retry_after: &'static str,
    pub(crate) interrupted: &'static str,
    /// The number, where it is known. `{phone}`
    pub(crate) linked_phone: &'static str,
    /// Where the instance is on its way to a link.
    pub(crate) status: fn(InstancePhase) -> &'static str,
    pub(crate) not_ready: Advice,
    /// In place of one code.
    pub(crate) still_starting: Advice,
    pub(crate) still_linking: Advice,
    pub(crate) another_attempt: Advice,
    /// `{provider}`
    pub(crate) unlink_question: &'static str,
    /// The answers that mean yes, in lower case.
    pub(crate) yes: &'static [&'static str],
    pub(crate) unlink_declined: &'static str,
    pub(crate) unlinked: &'static str,
    /// `{speed}`
    pub(crate) demo_intro: &'static str,
    pub(crate) demo_scans: &'static str,
    pub(crate) demo_types: &'static str,
    pub(crate) demo_never: &'static str,
    /// What stands in front of the provider's name when its turn comes. `{provider}`
    pub(crate) demo_provider: &'static str,
    pub(crate) demo_done: &'static str,
    pub(crate) demo_web_plays: &'static str,
    pub(crate) demo_web_never: &'static str,
    /// In front of a link.
    pub(crate) demo_web_again: &'static str,
    /// `{reason}`, which is the system's.
    pub(crate) output_unwritable: &'static str,
    /// Another program has put a file where `--save-qr` writes.
    pub(crate) picture_taken: Advice,
    /// `{reason}`, which is the system's.
    pub(crate) picture_unwritable: &'static str,
    /// `{file}`
    pub(crate) config_exposed: &'static str,
    /// `{url}`, `{instances}`
    pub(crate) serve_ready: &'static str,
    /// `{url}`
    pub(crate) serve_create: &'static str,
    /// `{address}`
    pub(crate) serve_exposed: &'static str,
    pub(crate) serve_stopped: &'static str,
    /// `{url}`
    pub(crate) sim_ready: &'static str,
    pub(crate) sim_paste: &'static str,
    /// `{url}`
    pub(crate) sim_control: &'static str,
    pub(crate) sim_stop: &'static str,
    /// What `pairing check` and `pairing record` say.
    pub(crate) support: &'static SupportTexts,
    pub(crate) outcome: fn(&PairingOutcome) -> Advice,
    pub(crate) error: fn(ProviderErrorKind) -> Advice,
    pub(crate) mistake: fn(Mistake) -> Advice,
}

/// Puts values into the `{name}` places of a text.
pub(crate) fn fill(text: &str, values: &[(&str, &dyn std::fmt::Display)]) -> String {
    let mut filled = text.to_owned();
    for (name, value) in values {
        filled = filled.replace(&format!("{{{name}}}"), &value.to_string());
    }
    filled
}

#[cfg(test)]
mod tests;
