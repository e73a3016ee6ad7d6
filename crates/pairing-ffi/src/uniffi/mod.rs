//! The surface for Kotlin, Swift and Python, by uniffi.

mod at_exit;
mod code;
mod event;
mod method;
mod passkey;
mod policy;
mod provider;
mod qr;
mod session;
mod transport;
mod view;
mod webhook;

pub use code::{CodeForm, PairingCode};
pub use event::{EventKind, Expiry, PairingEvent, PairingOutcome};
pub use method::{PairingMethod, normalize_phone};
pub use passkey::PasskeyStep;
pub use policy::{PairingPolicy, RetryPolicy, default_policy, scaled_down_policy};
pub use provider::{
    Capabilities, CodePurpose, CodeReply, CodeRequest, FieldKind, FieldSpec, InstancePhase,
    InstanceStatus, PairingProvider, ProviderDescription, ProviderInfo, open_provider, providers,
};
pub use qr::QrMatrix;
pub use session::{PairingSession, SessionOptions};
pub use transport::{HttpRequest, HttpResponse, HttpTransport, TransportError, max_body_bytes};
pub use view::{Actions, PairingView, Retrying, Screen};
pub use webhook::{IncomingWebhook, WebhookHint};
