//! What a provider can do, known before it is asked.

use serde::{Deserialize, Serialize};

use crate::PairingMethod;

/// What a provider supports. Whatever is `false` here answers
/// [`Unsupported`](crate::ProviderErrorKind::Unsupported); the conformance suite proves
/// both directions.
///
/// ```
/// use pairing_core::Capabilities;
///
/// const MINE: Capabilities = Capabilities::none().with_qr_text().with_status();
/// assert!(MINE.supports_qr() && !MINE.phone_code);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Capabilities {
    /// QR codes as text.
    pub qr_text: bool,
    /// QR codes as pictures.
    pub qr_image: bool,
    /// Phone codes.
    pub phone_code: bool,
    /// [`status`](crate::PairingProvider::status).
    pub status: bool,
    /// Status names the linked number, so that a wrong account can be noticed.
    pub linked_phone: bool,
    /// [`unlink`](crate::PairingProvider::unlink).
    pub unlink: bool,
    /// [`abandon`](crate::PairingProvider::abandon).
    pub abandon: bool,
    /// The gateway replaces a phone code by itself when it dies, and answers each request with the
    /// present one: asking again sends no further request to WhatsApp.
    pub renews_phone_codes: bool,
    /// [`read_webhook`](crate::PairingProvider::read_webhook).
    pub webhooks: bool,
}

macro_rules! with {
    ($($method:ident => $field:ident: $doc:literal;)*) => {$(
        #[doc = $doc]
        #[must_use]
        pub const fn $method(mut self) -> Self {
            self.$field = true;
            self
        }
    )*};
}

impl Capabilities {
    /// Nothing; the start of a `with_…` chain.
    #[must_use]
    pub const fn none() -> Self {
        Self {
            qr_text: false,
            qr_image: false,
            phone_code: false,
            status: false,
            linked_phone: false,
            unlink: false,
            abandon: false,
            renews_phone_codes: false,
            webhooks: false,
        }
    }

    with! {
        with_qr_text => qr_text: "QR codes come as text.";
        with_qr_image => qr_image: "QR codes come as pictures.";
        with_phone_code => phone_code: "Phone codes can be requested.";
        with_status => status: "The status can be asked for.";
        with_linked_phone => linked_phone: "The status names the linked number.";
        with_unlink => unlink: "The number can be unlinked.";
        with_abandon => abandon: "An attempt can be ended without unlinking.";
        with_renews_phone_codes => renews_phone_codes: "The gateway renews phone codes by itself.";
        with_webhooks => webhooks: "Webhooks can be read.";
    }

    /// QR codes in at least one form.
    #[must_use]
    pub const fn supports_qr(&self) -> bool {
        self.qr_text || self.qr_image
    }

    /// Whether the provider can name the linked number, so that an expected one can be verified.
    #[must_use]
    pub const fn verifies_phones(&self) -> bool {
        self.status && self.linked_phone
    }

    /// Whether codes for this method can be requested.
    #[must_use]
    pub const fn supports(&self, method: &PairingMethod) -> bool {
        match method {
            PairingMethod::Qr => self.supports_qr(),
            PairingMethod::PhoneCode(_) => self.phone_code,
        }
    }
}
