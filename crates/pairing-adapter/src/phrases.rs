//! What gateways say alike, in English, Portuguese and Spanish: they pass on WhatsApp's own messages,
//! or those of the few libraries beneath them.

use crate::Message;

/// The state of an instance that has a number, up to where gender and tense differ.
const LINKED: &[&str] = &[
    "connected",
    "logged in",
    "logged-in",
    "loggedin",
    "paired",
    "linked",
    "conectad",
    "logad",
    "paread",
    "vinculad",
];

/// The state of one that has none.
const UNLINKED: &[&str] = &[
    "disconnected",
    "logged out",
    "logged-out",
    "unlinked",
    "unpaired",
    "desconectad",
    "deslogad",
    "desvinculad",
];

/// Too many requests, WhatsApp's own `rate-overlimit` included.
const RATE_LIMIT: &[&str] = &[
    "rate-overlimit",
    "rate overlimit",
    "rate limit",
    "rate-limit",
    "ratelimit",
    "too many requests",
    "too many attempts",
    "muitas requisições",
    "muitas tentativas",
];

/// The code was used.
const SCANNED: &[&str] = &[
    "already scanned",
    "already been scanned",
    "já escanead",
    "já foi escanead",
    "ya escanead",
    "ya fue escanead",
];

/// The code is still being made. "Error generating the code" is no promise that it will come.
const NOT_READY: &[&str] = &[
    "not ready",
    "not yet",
    "generated yet",
    "not been generated",
    "being generated",
    "still generating",
    "is initializing",
    "still initializing",
    "please wait",
    "aguarde",
    "carregando",
    "sendo gerad",
];

/// WhatsApp wants a passkey.
const PASSKEY: &[&str] = &["passkey", "pass key", "webauthn", "chave de acesso"];

/// The phone number is refused.
const INVALID_PHONE: &[&str] = &[
    "invalid phone",
    "invalid number",
    "phone is invalid",
    "phone number is invalid",
    "phone number is not valid",
    "phone number is required",
    "phonenumber is required",
    "número inválido",
    "telefone inválido",
];

/// What records may quote of a text.
#[cfg(feature = "record")]
pub(crate) const QUOTABLE: &[&[&str]] = &[RATE_LIMIT, SCANNED, NOT_READY, PASSKEY, INVALID_PHONE];

impl Message {
    /// Too many requests, WhatsApp's own `rate-overlimit` included.
    pub(crate) fn is_rate_limit(&self) -> bool {
        self.contains_any(RATE_LIMIT)
    }

    /// A number is linked already.
    pub(crate) fn is_already_linked(&self) -> bool {
        self.states(LINKED)
            .any(|before| linked(before) == Some(true))
            || [
                "already authenticated",
                "instance is connected",
                "instância está conectad",
                "instancia está conectad",
                "instancia esta conectad",
            ]
            .iter()
            .any(|phrase| self.contains_unnegated(phrase))
    }

    /// No number is linked.
    pub(crate) fn is_not_linked(&self) -> bool {
        self.states(LINKED)
            .any(|before| linked(before) == Some(false))
            || self.contains("not authenticated with whatsapp")
            || self
                .states(UNLINKED)
                .any(|before| !lead(before).any(is_negation))
    }

    /// Whether it names the state of a number, with or without saying that it holds.
    #[cfg(feature = "record")]
    pub(crate) fn names_linked(&self) -> bool {
        self.states(LINKED).next().is_some()
    }

    /// What comes before each of these words, where it begins a word.
    fn states(&self, words: &'static [&'static str]) -> impl Iterator<Item = &str> {
        let said = self.expose();
        words
            .iter()
            .flat_map(move |word| said.match_indices(word))
            .filter_map(move |(start, _)| said.get(..start))
            .filter(|before| !before.ends_with(char::is_alphanumeric))
    }

    /// The code was used, or is still being made: some gateways say one sentence for both.
    pub(crate) fn is_already_scanned(&self) -> bool {
        self.contains_any(SCANNED)
    }

    /// The code is still being made.
    pub(crate) fn is_not_ready(&self) -> bool {
        self.contains_any(NOT_READY)
    }

    /// WhatsApp wants a passkey.
    pub(crate) fn is_passkey(&self) -> bool {
        self.contains_any(PASSKEY)
    }

    /// The phone number is refused.
    pub(crate) fn is_invalid_phone(&self) -> bool {
        self.contains_any(INVALID_PHONE)
    }
}

/// Whether a state is said to hold or not to hold, by the words before it; `None` if it is only
/// named, as in "keep the phone connected".
fn linked(before: &str) -> Option<bool> {
    let already = lead(before).position(is_already);
    let negation = lead(before).position(is_negation);
    match (already, negation) {
        // "Not already connected", "ya no está conectado".
        (Some(already), Some(negation)) => Some(negation > already + 1),
        (Some(_), None) => Some(true),
        (None, Some(_)) => Some(false),
        (None, None) => None,
    }
}

/// The three words before, nearest first, of the same clause.
fn lead(before: &str) -> impl Iterator<Item = &str> {
    before
        .trim_end()
        .rsplit(' ')
        .take(3)
        .take_while(|word| !word.ends_with(['.', ',', ':', ';', '!', '?']))
        .map(|word| word.trim_start_matches(|it: char| !it.is_alphanumeric()))
}

fn is_already(word: &str) -> bool {
    ["already", "já", "ja", "ya"].contains(&word)
}

fn is_negation(word: &str) -> bool {
    ["not", "no", "never", "cannot", "não", "nao", "nunca"].contains(&word)
        || ["n't", "n’t"].iter().any(|end| word.ends_with(end))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn linked_and_not_linked_are_not_confused() {
        for text in [
            "You are already connected",
            "User is already logged in",
            "Já conectado",
            "Already Loggedin",
            "Instance is connected",
            "Ya conectado",
            "La instancia ya está conectada",
            "A instância já se encontra conectada",
            "O aparelho já estava pareado",
            "Session already successfully connected",
            "No code was made: already connected",
            "A instância está conectada",
        ] {
            let words = Message::of(text);
            assert!(
                words.is_already_linked() && !words.is_not_linked(),
                "{text}"
            );
        }
        for text in [
            "You are not connected.",
            "Device disconnected",
            "not already connected",
            "instance is disconnected",
            "Keep the phone connected to the internet",
            "Ya no está conectado",
            "já não está conectado",
        ] {
            assert!(!Message::of(text).is_already_linked(), "{text}");
        }
        for text in [
            "phone isn't connected",
            "The phone wasn’t connected",
            "O telefone não estava conectado",
            "El teléfono no está conectado",
            "Instance is not paired",
            "The device isn't paired",
            "You are not currently connected",
            "The phone is no longer connected",
            "There is no connected phone",
            "Não está logado",
            "O número não está mais vinculado",
            "La instancia nunca fue vinculada",
            "Instance logged out",
            "Sessão já desconectada",
        ] {
            let words = Message::of(text);
            assert!(
                words.is_not_linked() && !words.is_already_linked(),
                "{text}"
            );
        }
    }

    #[test]
    fn what_could_not_be_unlinked_is_not_taken_as_unlinked() {
        for text in [
            "The instance could not be disconnected",
            "A instância não foi desconectada",
            "No se ha desconectado",
            "The phone was not logged out",
            "Logout failed",
            "Could not log out",
        ] {
            assert!(!Message::of(text).is_not_linked(), "{text}");
        }
    }

    #[test]
    fn every_meaning_has_its_words() {
        assert!(Message::of("429: rate-overlimit").is_rate_limit());
        assert!(Message::of("QR code not ready, please wait").is_not_ready());
        assert!(Message::of("Passkey confirmation required").is_passkey());
        assert!(Message::of("Invalid phone number").is_invalid_phone());
        for text in ["Qrcode fetched", "Error generating QR code"] {
            assert!(!Message::of(text).is_not_ready(), "{text}");
        }
    }
}
