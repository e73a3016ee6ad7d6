//! What an adapter declares about its gateway: field names and the table of its errors.

use pairing_core::{PairingMethod, ProviderErrorKind};

use crate::{Body, Message, Object};

/// Where gateways put a QR code, in the order in which they are tried, after the documented fields.
const QR_FIELDS: &[&str] = &[
    "qrcode",
    "qrCode",
    "base64",
    "qr",
    "value",
    "image",
    "code",
    "urlCode",
    "qrCodeBase64",
    "qr_code",
    "data",
];

/// Where gateways put a phone code, in the order in which they are tried, after the documented
/// fields.
const PHONE_CODE_FIELDS: &[&str] = &["pairingCode", "pairing_code", "phoneCode", "code", "value"];

/// What an adapter adds to the rules that hold for every gateway.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct GatewayRules {
    qr_fields: &'static [&'static str],
    phone_code_fields: &'static [&'static str],
    errors_first: &'static [KnownError],
    errors: &'static [KnownError],
    not_ready_fields: &'static [&'static str],
    quotes_names: bool,
    names_in_any_case: bool,
    further_fields: &'static [&'static str],
    states: &'static [&'static str],
}

impl GatewayRules {
    /// Only the fields that most gateways use, and only the errors that all gateways share.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            qr_fields: &[],
            phone_code_fields: &[],
            errors_first: &[],
            errors: &[],
            not_ready_fields: &[],
            quotes_names: false,
            names_in_any_case: false,
            further_fields: &[],
            states: &[],
        }
    }

    /// The documented fields of a QR code. After them come those that gateways use: `qrcode`,
    /// `qrCode`, `base64`, `qr`, `value`, `image`, `code`, `urlCode`, `qrCodeBase64`, `qr_code`,
    /// `data`.
    #[must_use]
    pub const fn qr_fields(mut self, fields: &'static [&'static str]) -> Self {
        self.qr_fields = fields;
        self
    }

    /// The documented fields of a phone code. After them come those that gateways use:
    /// `pairingCode`, `pairing_code`, `phoneCode`, `code`, `value`.
    #[must_use]
    pub const fn phone_code_fields(mut self, fields: &'static [&'static str]) -> Self {
        self.phone_code_fields = fields;
        self
    }

    /// The gateway's own errors. The first row that fits decides.
    #[must_use]
    pub const fn errors(mut self, rows: &'static [KnownError]) -> Self {
        self.errors = rows;
        self
    }

    /// Fields of a success that holds no code, any of which says that the code is still being made:
    /// for a gateway that does not say so in words.
    #[must_use]
    pub const fn not_ready_fields(mut self, fields: &'static [&'static str]) -> Self {
        self.not_ready_fields = fields;
        self
    }

    /// The gateway quotes the name of the instance in its messages, as in `The "shop" instance does not
    /// exist`. A name may be any text, so what stands between double quotes is no part of a message.
    #[must_use]
    pub const fn quotes_names(mut self) -> Self {
        self.quotes_names = true;
        self
    }

    /// The gateway spells the name of one field in more than one way, such as `LoggedIn` and `loggedIn`:
    /// answers are read with all names in lower case, and so are the names of fields in these rules.
    #[must_use]
    pub const fn names_in_any_case(mut self) -> Self {
        self.names_in_any_case = true;
        self
    }

    /// The body of an answer, with its names as these rules have them.
    pub(crate) fn named(&self, body: Body) -> Body {
        match self.names_in_any_case {
            true => body.with_lower_case_names(),
            false => body,
        }
    }

    /// The message without what it quotes, if the gateway quotes names.
    pub(crate) fn meaning(&self, message: Message) -> Message {
        match self.quotes_names {
            true => message.without_quotation(),
            false => message,
        }
    }

    /// Whether a success without a code says by its fields that the code is still being made.
    pub(crate) fn is_not_ready(&self, object: &Object) -> bool {
        let has = |field: &&str| object.get(&[*field]).is_some();
        self.not_ready_fields.iter().any(has)
    }

    /// Rows in front of the others, for rules that depend on how an instance is configured.
    #[must_use]
    pub const fn errors_first(mut self, rows: &'static [KnownError]) -> Self {
        self.errors_first = rows;
        self
    }

    /// The names of the gateway's further fields. A record of its answers shows a name in clear only if
    /// it is a known one: a gateway may use ids or phone numbers as names.
    #[must_use]
    pub const fn further_fields(mut self, names: &'static [&'static str]) -> Self {
        self.further_fields = names;
        self
    }

    /// The gateway's words for states and kinds, spelled as it spells them. A record of its answers
    /// shows them in clear, and no other value.
    #[must_use]
    pub const fn states(mut self, words: &'static [&'static str]) -> Self {
        self.states = words;
        self
    }

    /// Every name of a field that this gateway is known to use.
    #[cfg(feature = "record")]
    pub(crate) fn known_fields(&self) -> impl Iterator<Item = &'static str> + use<> {
        [
            self.further_fields,
            self.qr_fields,
            self.phone_code_fields,
            self.not_ready_fields,
            QR_FIELDS,
            PHONE_CODE_FIELDS,
        ]
        .into_iter()
        .flatten()
        .copied()
    }

    /// The gateway's words for states and kinds.
    #[cfg(feature = "record")]
    pub(crate) fn known_states(&self) -> &'static [&'static str] {
        self.states
    }

    /// Every phrase of the error table.
    #[cfg(feature = "record")]
    pub(crate) fn phrases(&self) -> impl Iterator<Item = &'static str> + use<> {
        let rows = self.errors_first.iter().chain(self.errors);
        rows.flat_map(|row| row.any_of.iter().chain(row.and_any_of).chain(row.unless))
            .copied()
    }

    /// Where a code may be: the documented fields, then the usual ones.
    pub(crate) fn fields(&self, method: &PairingMethod) -> [&'static [&'static str]; 2] {
        match method {
            PairingMethod::Qr => [self.qr_fields, QR_FIELDS],
            PairingMethod::PhoneCode(_) => [self.phone_code_fields, PHONE_CODE_FIELDS],
        }
    }

    /// WhatsApp's rate limit and its refusal of a number read the same behind every gateway.
    pub(crate) fn error(
        &self,
        message: &Message,
        status: u16,
    ) -> Option<(ProviderErrorKind, &'static str)> {
        if message.is_rate_limit() {
            return Some((
                ProviderErrorKind::RateLimited,
                "WhatsApp or the gateway asks for fewer requests; for phone codes this can last for hours",
            ));
        }
        let mut rows = self.errors_first.iter().chain(self.errors);
        if let Some(row) = rows.find(|row| row.fits(message, status)) {
            return Some((row.kind, row.advice));
        }
        message.is_invalid_phone().then_some((
            ProviderErrorKind::InvalidInput,
            "the gateway does not accept the phone number: write it with country code, like +5511999998888",
        ))
    }
}

impl Default for GatewayRules {
    fn default() -> Self {
        Self::new()
    }
}

/// One row of a gateway's error table: which message it is about, and what that means.
///
/// ```
/// use pairing_adapter::KnownError;
/// use pairing_core::ProviderErrorKind;
///
/// const ERRORS: &[KnownError] = &[
///     KnownError::new(
///         ProviderErrorKind::UnknownInstance,
///         "the gateway knows no such instance: check the instance id",
///         &["instance not found", "instance does not exist"],
///     )
///     .unless(&["starting"]),
/// ];
/// ```
#[derive(Debug, Clone, Copy)]
pub struct KnownError {
    kind: ProviderErrorKind,
    advice: &'static str,
    any_of: &'static [&'static str],
    and_any_of: &'static [&'static str],
    unless: &'static [&'static str],
    unless_status: u16,
    test: Option<fn(&Message) -> bool>,
}

impl KnownError {
    /// An error of this kind if the message contains any of the phrases, which are in lower case
    /// with single spaces. `advice` is shown to users: the cause, then what to do.
    #[must_use]
    pub const fn new(
        kind: ProviderErrorKind,
        advice: &'static str,
        any_of: &'static [&'static str],
    ) -> Self {
        Self {
            kind,
            advice,
            any_of,
            and_any_of: &[],
            unless: &[],
            unless_status: 0,
            test: None,
        }
    }

    /// For what phrases cannot tell: a function decides.
    #[must_use]
    pub const fn when(
        kind: ProviderErrorKind,
        advice: &'static str,
        test: fn(&Message) -> bool,
    ) -> Self {
        let mut row = Self::new(kind, advice, &[]);
        row.test = Some(test);
        row
    }

    /// Only if the message contains one of these phrases as well.
    #[must_use]
    pub const fn and_any_of(mut self, phrases: &'static [&'static str]) -> Self {
        self.and_any_of = phrases;
        self
    }

    /// Not if the message contains any of these phrases.
    #[must_use]
    pub const fn unless(mut self, phrases: &'static [&'static str]) -> Self {
        self.unless = phrases;
        self
    }

    /// Not with this HTTP status, which has its own meaning.
    #[must_use]
    pub const fn unless_status(mut self, status: u16) -> Self {
        self.unless_status = status;
        self
    }

    fn fits(&self, message: &Message, status: u16) -> bool {
        let found = match self.test {
            Some(test) => test(message),
            None => message.contains_any(self.any_of),
        };
        found
            && (self.and_any_of.is_empty() || message.contains_any(self.and_any_of))
            && !message.contains_any(self.unless)
            && status != self.unless_status
    }
}

#[cfg(test)]
mod tests {
    use pairing_core::ProviderErrorKind as Kind;

    use super::*;

    const RULES: GatewayRules = GatewayRules::new().errors(&[
        KnownError::new(Kind::SubscriptionLapsed, "lapsed", &["expired"])
            .unless(&["token"])
            .unless_status(403),
        KnownError::new(Kind::InvalidCredentials, "credentials", &["token"])
            .and_any_of(&["invalid", "expired"]),
        KnownError::when(Kind::AddressNotAllowed, "address", |message| {
            message.expose().starts_with("[")
        }),
    ]);

    fn kind(text: &str, status: u16) -> Option<Kind> {
        let error = RULES.error(&Message::of(text), status);
        error.map(|(kind, _)| kind)
    }

    #[test]
    fn the_first_row_whose_conditions_all_hold_decides() {
        assert_eq!(
            kind("Your plan EXPIRED", 200),
            Some(Kind::SubscriptionLapsed)
        );
        assert_eq!(kind("Your plan expired", 403), None);
        assert_eq!(kind("token expired", 200), Some(Kind::InvalidCredentials));
        assert_eq!(kind("token received", 200), None);
        assert_eq!(kind("[192.0.2.1] no", 200), Some(Kind::AddressNotAllowed));
        const FIRST: &[KnownError] = &[KnownError::new(Kind::Refused, "first", &["plan"])];
        let message = Message::of("Your plan expired");
        let found = RULES.errors_first(FIRST).error(&message, 200);
        assert_eq!(found, Some((Kind::Refused, "first")));
    }

    #[test]
    fn whatsapps_own_refusals_need_no_row() {
        assert_eq!(
            kind("rate-overlimit: token expired", 200),
            Some(Kind::RateLimited)
        );
        assert_eq!(kind("invalid phone number", 200), Some(Kind::InvalidInput));
        const OWN: &[KnownError] = &[KnownError::new(Kind::Refused, "own", &["phone"])];
        let message = Message::of("invalid phone number");
        let found = GatewayRules::new().errors(OWN).error(&message, 200);
        assert_eq!(found, Some((Kind::Refused, "own")));
    }
}
