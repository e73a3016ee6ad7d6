//! Any adapter, with any answers: only a valid code is shown, an error quotes nothing, and no call
//! costs more requests than documented.

use futures_util::FutureExt as _;
use pairing_adapter::testing::FixtureRequest;
use pairing_core::{
    CodeReply, ImageType, InstanceStatus, PairingCode, PairingMethod, ProviderError,
    ProviderErrorKind,
};
use pairing_providers::Adapter;

use crate::exchange::Exchange;
use crate::instance::{self, Configured};
use crate::said::{assert_no_canary, error_is_ours};
use crate::sent::was_sent;

/// The first byte selects the adapter.
pub(crate) fn check(data: &[u8]) {
    let (adapter, rest) = instance::select(data);
    let exchange = Exchange::read(rest);
    let first = outcome(adapter, &exchange);
    let again = outcome(adapter, &exchange);
    assert_eq!(first, again, "the same answers mean the same");
}

/// Asks, looks at everything that came of it, and says it in words that hold no secret.
fn outcome(adapter: &'static Adapter, exchange: &Exchange) -> String {
    let (transport, shared) = exchange.transport();
    let configured = Configured {
        optional_credentials: exchange.account_token,
        follow_ups: exchange.follow_ups,
        qr_image: exchange.request == FixtureRequest::QrImage,
    };
    let provider = instance::provider(adapter, "canary-instance", configured, shared);
    let method = exchange.method();
    if !provider.capabilities().supports(&method) {
        let refused = ready(provider.request_code(&method.into())).expect_err("it cannot");
        assert_eq!(refused.kind(), ProviderErrorKind::Unsupported);
        assert!(transport.requests().is_empty(), "nothing to ask for");
        return format!("{refused:?}");
    }
    let printed = match exchange.request {
        FixtureRequest::Status => {
            let status = ready(provider.status());
            concluded(exchange, status, status_holds)
        }
        FixtureRequest::Unlink => concluded(exchange, ready(provider.unlink()), |_, ()| {}),
        _ => {
            let reply = ready(provider.request_code(&method.clone().into()));
            concluded(exchange, reply, |exchange, reply| {
                reply_holds(exchange, &method, reply);
            })
        }
    };
    let requests = transport.requests();
    let can_follow_up = |field: &pairing_adapter::FieldSpec| field.name == "follow_ups";
    // Some gateways have to be asked for the state first.
    let most = match adapter.fields.iter().any(can_follow_up) {
        true => 1 + usize::from(exchange.follow_ups),
        // An unlinking may stand between two of them.
        false => 2 + usize::from(exchange.request == FixtureRequest::Unlink),
    };
    assert!((1..=most).contains(&requests.len()), "{requests:?}");
    assert_no_canary(&format!(
        "{provider:?} {requests:?} {printed}",
        provider = provider.name()
    ));
    printed
}

/// A provider over a transport that answers at once has nothing to wait for.
fn ready<T>(call: impl Future<Output = T>) -> T {
    call.now_or_never().expect("nothing to wait for")
}

fn concluded<T: std::fmt::Debug>(
    exchange: &Exchange,
    result: Result<T, ProviderError>,
    holds: impl Fn(&Exchange, &T),
) -> String {
    match &result {
        Ok(value) => holds(exchange, value),
        Err(error) => {
            error_is_ours(error);
            // In the header, or as Cloudflare says it in JSON.
            let named = |answer: &pairing_adapter::HttpResponse| {
                let in_body = String::from_utf8_lossy(&answer.body).contains("retry_after");
                answer.retry_after.is_some() || in_body
            };
            assert!(
                error.retry_after().is_none() || exchange.answers.iter().any(named),
                "a pause that nobody asked for: {error:?}"
            );
        }
    }
    format!("{result:?}")
}

fn status_holds(exchange: &Exchange, status: &InstanceStatus) {
    let Some(phone) = &status.phone else { return };
    assert!(
        status.is_connected(),
        "a number of an instance that is not linked"
    );
    let digits: String = exchange
        .said()
        .chars()
        .filter(char::is_ascii_digit)
        .collect();
    assert!(
        digits.contains(phone.digits()),
        "a number that nobody named"
    );
}

fn reply_holds(exchange: &Exchange, method: &PairingMethod, reply: &CodeReply) {
    let CodeReply::Code(issued) = reply else {
        return;
    };
    let code = &issued.code;
    assert_eq!(
        code.is_qr(),
        *method == PairingMethod::Qr,
        "a code of the other kind"
    );
    code_holds(code);
    assert!(
        was_sent(code, &exchange.answers[0].body),
        "a code that nobody sent"
    );
    let shown = match code {
        PairingCode::QrText { text } => text.expose(),
        PairingCode::PhoneCode { code } => code.expose(),
        PairingCode::QrImage { .. } => return,
    };
    assert!(!format!("{reply:?}").contains(shown));
}

/// What may be put in front of a person: what a camera or a thumb can do something with.
pub(crate) fn code_holds(code: &PairingCode) {
    match code {
        PairingCode::QrText { text } => {
            let text = text.expose();
            let version = text.split('@').next().unwrap_or_default();
            let is_code = (1..=2).contains(&version.len())
                && version.bytes().all(|byte| byte.is_ascii_digit())
                && text.len() > version.len() + 1;
            let link = "https://wa.me/settings/linked_devices";
            let is_link = text.to_ascii_lowercase().starts_with(link);
            assert!(is_code || is_link, "no QR code of WhatsApp's");
            let is_prose =
                |character: char| !character.is_ascii_graphic() || "<>{}".contains(character);
            assert!(!text.contains(is_prose), "prose in a QR code");
        }
        PairingCode::QrImage { image } => {
            let signature: &[u8] = match image.media_type() {
                ImageType::Png => b"\x89PNG\r\n\x1a\n",
                ImageType::Jpeg => b"\xff\xd8\xff",
            };
            assert!(image.expose().starts_with(signature), "another picture");
        }
        PairingCode::PhoneCode { code } => {
            let is_typed = |c: char| c.is_ascii_alphanumeric() || c == '-';
            assert!(code.expose().chars().all(is_typed), "nobody can type it");
            let characters = code.expose().replace('-', "").len();
            assert!((6..=16).contains(&characters), "no length of a phone code");
        }
    }
    let json = serde_json::to_string(code).expect("a code is JSON");
    let read: PairingCode = serde_json::from_str(&json).expect("its own JSON");
    assert_eq!(&read, code);
}
