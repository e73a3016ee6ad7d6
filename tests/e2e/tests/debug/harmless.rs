//! The public types that cannot hold a secret, and why.

/// Crates that only ever see credentials and codes which tests made up.
pub(crate) const WHOLE_CRATES: &[(&str, &str)] = &[
    ("pairing_sim", "a simulator: its codes link no phone"),
    ("conformance", "the suite for adapters, run at a simulator"),
];

const NUMBERS: &str = "durations, counts and flags";
const CLOSED: &str = "one of a few words";
const RULE: &str = "names the rule that was broken, and quotes nothing";
const PUBLIC: &str = "names that are ours or that the host application chose";
/// Messages are ours; what adapters make of hostile answers is tested with their fixtures, by the
/// conformance suite and in `tests/traced`.
const OURS: &str = "a kind, and a message that the one who makes it answers for";

/// By crate and name.
pub(crate) const HARMLESS: &[(&str, &str)] = &[
    ("pairing_core::Capabilities", NUMBERS),
    ("pairing_core::CommandError", RULE),
    ("pairing_core::Countdown", NUMBERS),
    ("pairing_core::ErrorReport", OURS),
    ("pairing_core::Expiry", CLOSED),
    ("pairing_core::ImageType", CLOSED),
    ("pairing_core::InvalidCode", RULE),
    ("pairing_core::InvalidPhoneNumber", RULE),
    ("pairing_core::InvalidPolicy", RULE),
    ("pairing_core::Now", NUMBERS),
    ("pairing_core::PairingPolicy", NUMBERS),
    ("pairing_core::ProviderError", OURS),
    ("pairing_core::ProviderErrorKind", CLOSED),
    ("pairing_core::RequestId", NUMBERS),
    ("pairing_core::RetryPolicy", NUMBERS),
    ("pairing_core::StartError", RULE),
    ("pairing_core::WebhookHint", CLOSED),
    ("pairing_ffi::Capabilities", NUMBERS),
    ("pairing_ffi::CodeForm", CLOSED),
    ("pairing_ffi::ErrorCode", CLOSED),
    ("pairing_ffi::Expiry", CLOSED),
    ("pairing_ffi::FailureReport", OURS),
    ("pairing_ffi::FieldKind", CLOSED),
    ("pairing_ffi::FieldSpec", PUBLIC),
    ("pairing_ffi::PairingError", OURS),
    ("pairing_ffi::PairingPolicy", NUMBERS),
    ("pairing_ffi::ProviderDescription", PUBLIC),
    ("pairing_ffi::ProviderInfo", PUBLIC),
    ("pairing_ffi::RetryPolicy", NUMBERS),
    ("pairing_ffi::TransportError", CLOSED),
    ("pairing_ffi::WebhookHint", CLOSED),
    ("pairing_ffi::pairing_capability", CLOSED),
    ("pairing_ffi::pairing_code_kind", CLOSED),
    ("pairing_ffi::pairing_event_kind", CLOSED),
    ("pairing_ffi::pairing_expiry", CLOSED),
    ("pairing_ffi::pairing_http_failure", CLOSED),
    ("pairing_ffi::pairing_method", CLOSED),
    ("pairing_ffi::pairing_outcome", CLOSED),
    ("pairing_ffi::pairing_policy_field", CLOSED),
    ("pairing_ffi::pairing_status", CLOSED),
    ("pairing_adapter::Adapter", PUBLIC),
    ("pairing_adapter::FieldKind", CLOSED),
    ("pairing_adapter::FieldSpec", PUBLIC),
    ("pairing_adapter::GatewayRules", PUBLIC),
    ("pairing_adapter::KnownError", PUBLIC),
    // Only adapters' tests have these, with answers that the tests made up.
    ("pairing_adapter::Fixture", PUBLIC),
    ("pairing_adapter::FixtureAnswer", PUBLIC),
    ("pairing_adapter::FixtureRequest", CLOSED),
    ("pairing_adapter::FixtureSetup", PUBLIC),
    ("pairing_adapter::FollowedUp", PUBLIC),
    ("pairing_adapter::Label", CLOSED),
    ("pairing_http::HttpMethod", CLOSED),
    ("pairing_http::InvalidBaseUrl", RULE),
    ("pairing_adapter::InvalidCredential", RULE),
    ("pairing_adapter::QrForm", CLOSED),
    ("pairing_http::ReqwestTransportBuilder", NUMBERS),
    ("pairing_adapter::SetupError", RULE),
    ("pairing_http::TransportErrorKind", CLOSED),
    ("pairing_adapter::UnreadableForm", CLOSED),
    ("pairing_qr::DecodeError", RULE),
    ("pairing_qr::EncodeError", RULE),
    ("pairing_qr::PictureError", RULE),
    ("pairing_qr::TerminalStyle", NUMBERS),
    ("pairing_web::BuildError", RULE),
    ("pairing_web::CreateError", RULE),
    ("pairing_web::HubLimits", NUMBERS),
    ("pairing_web::InvalidInstance", RULE),
    ("pairing_web::InvalidPairingId", RULE),
    ("pairing_web::NewPairing", PUBLIC),
    ("pairing_web::PairingId", PUBLIC),
    ("pairing_web::PairingState", CLOSED),
    ("pairing_web::ServeOptions", PUBLIC),
    ("pairing_web::StateFileError", RULE),
];
