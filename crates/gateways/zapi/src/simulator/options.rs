//! What an instance of Z-API can be set up with, and the credentials that are made up for it.

use pairing_sim::{InstanceSetup, InvalidSetup, Random};
use serde::Deserialize;

#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Options {
    /// The account security token (`Client-Token`).
    pub(super) client_token: Option<String>,
    /// Whether the owner of the account has activated it.
    security: bool,
    pub(super) qr_text_body: QrTextBody,
    pub(super) phone_code_field: PhoneCodeField,
}

/// What `/qr-code` answers. Z-API's pages show two of these and clients know the third.
#[derive(Debug, Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum QrTextBody {
    /// `{"value":"2@…"}`
    #[default]
    Text,
    /// `{"value":"data:image/png;base64,…"}`
    Picture,
    /// The text alone, without JSON.
    BareText,
}

/// Which field holds the phone code.
#[derive(Debug, Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum PhoneCodeField {
    /// `value`, as documented.
    #[default]
    Value,
    /// `code`, as many clients read it.
    Code,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            client_token: None,
            security: true,
            qr_text_body: QrTextBody::default(),
            phone_code_field: PhoneCodeField::default(),
        }
    }
}

impl Options {
    /// Draws every credential in any case, so that a given one does not change the others.
    pub(super) fn complete(
        setup: &mut InstanceSetup,
        random: &mut Random,
    ) -> Result<Self, InvalidSetup> {
        const HEX: &[u8] = b"0123456789ABCDEF";
        let mut options: Self = setup.read_options()?;
        let (id, token) = (random.text(HEX, 32), random.text(HEX, 24));
        let client_token = format!("F{}S", random.text(HEX, 31).to_lowercase());
        setup.id.get_or_insert(id);
        setup.token.get_or_insert(token);
        if options.security {
            options.client_token.get_or_insert(client_token);
        } else {
            options.client_token = None;
        }
        Ok(options)
    }
}
