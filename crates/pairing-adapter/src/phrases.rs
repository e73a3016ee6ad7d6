//! What gateways say alike, in English, Portuguese and Spanish: they pass on WhatsApp's own messages,
//! or those of the few libraries beneath them.

use crate::Words;

impl Words {
    /// Too many requests, WhatsApp's own `rate-overlimit` included.
    #[must_use]
    pub fn mean_rate_limit(&self) -> bool {
        self.say_any(&[
            "rate-overlimit",
            "rate overlimit",
            "rate limit",
            "rate-limit",
            "ratelimit",
            "too many requests",
            "too many attempts",
            "muitas requisições",
            "muitas tentativas",
        ])
    }

    /// A number is linked already.
    #[must_use]
    pub fn mean_already_connected(&self) -> bool {
        [
            "already connected",
            "already logged in",
            "already logged-in",
            "already authenticated",
            "already paired",
            "already linked",
            "already loggedin",
            "instance is connected",
            "já está conectad",
            "já conectad",
            "ja esta conectad",
            "ja conectad",
            "já está logad",
            "já vinculad",
            "ya está conectad",
            "ya esta conectad",
            "ya conectad",
            "ya está vinculad",
            "ya vinculad",
        ]
        .iter()
        .any(|phrase| self.affirm(phrase))
    }

    /// No number is linked.
    #[must_use]
    pub fn mean_not_connected(&self) -> bool {
        self.say_any(&[
            "not connected",
            "not logged in",
            "not logged-in",
            "not authenticated with whatsapp",
            "not paired",
            "not linked",
            // "isn't", "wasn't", "aren't", with either apostrophe.
            "n't connected",
            "n’t connected",
            "n't logged in",
            "n’t logged in",
            "disconnected",
            "não está conectad",
            "não estava conectad",
            "não conectad",
            "nao esta conectad",
            "no está conectad",
            "no esta conectad",
            "no conectad",
            "desconectad",
        ])
    }

    /// The code was used, or is still being made: some gateways say one sentence for both.
    #[must_use]
    pub fn mean_already_scanned(&self) -> bool {
        self.say_any(&[
            "already scanned",
            "already been scanned",
            "já escanead",
            "já foi escanead",
            "ya escanead",
            "ya fue escanead",
        ])
    }

    /// The code is still being made.
    #[must_use]
    pub fn mean_wait(&self) -> bool {
        // "Error generating the code" is no promise that it will come.
        self.say_any(&[
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
        ])
    }

    /// WhatsApp wants a passkey.
    #[must_use]
    pub fn mean_passkey(&self) -> bool {
        self.say_any(&["passkey", "pass key", "webauthn", "chave de acesso"])
    }

    /// The phone number is refused.
    #[must_use]
    pub fn mean_invalid_phone(&self) -> bool {
        self.say_any(&[
            "invalid phone",
            "invalid number",
            "phone is invalid",
            "phone number is invalid",
            "phone number is not valid",
            "phone number is required",
            "phonenumber is required",
            "número inválido",
            "telefone inválido",
        ])
    }
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
        ] {
            let words = Words::of(text);
            assert!(
                words.mean_already_connected() && !words.mean_not_connected(),
                "{text}"
            );
        }
        for text in [
            "You are not connected.",
            "Device disconnected",
            "not already connected",
            "instance is disconnected",
        ] {
            assert!(!Words::of(text).mean_already_connected(), "{text}");
        }
        for text in [
            "phone isn't connected",
            "The phone wasn’t connected",
            "O telefone não estava conectado",
            "El teléfono no está conectado",
            "Instance is not paired",
        ] {
            let words = Words::of(text);
            assert!(
                words.mean_not_connected() && !words.mean_already_connected(),
                "{text}"
            );
        }
    }

    #[test]
    fn every_meaning_has_its_words() {
        assert!(Words::of("429: rate-overlimit").mean_rate_limit());
        assert!(Words::of("QR code not ready, please wait").mean_wait());
        assert!(Words::of("Passkey confirmation required").mean_passkey());
        assert!(Words::of("Invalid phone number").mean_invalid_phone());
        for text in ["Qrcode fetched", "Error generating QR code"] {
            assert!(!Words::of(text).mean_wait(), "{text}");
        }
    }
}
