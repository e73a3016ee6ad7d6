//! From the response of a code endpoint to a reply: the rules that hold for every gateway.

use std::pin::Pin;

use pairing_core::{
    CodeReply, PairingCode, PairingMethod, PasskeyStep, ProviderError, ProviderErrorKind,
};

use crate::code::unreadable_picture;
use crate::known_message::KnownMessage;
use crate::{Body, GatewayResponse, UnreadableForm, read_phone_code, read_qr_code};

/// What a response without a code means.
#[derive(Debug)]
enum Interpretation {
    Clear(Result<CodeReply, ProviderError>),
    /// Whether the instance is linked decides.
    NeedsStatus {
        /// The result where no status can be had.
        fallback: Result<CodeReply, ProviderError>,
        if_not_linked: Result<CodeReply, ProviderError>,
    },
}

impl Interpretation {
    fn needs_status(result: impl Fn() -> Result<CodeReply, ProviderError>) -> Self {
        Self::NeedsStatus {
            fallback: result(),
            if_not_linked: result(),
        }
    }

    /// `is_linked` is what the gateway said when it was asked for its status.
    fn settle(
        self,
        is_linked: Option<Result<bool, ProviderError>>,
    ) -> Result<CodeReply, ProviderError> {
        let (fallback, if_not_linked) = match self {
            Self::Clear(result) => return result,
            Self::NeedsStatus {
                fallback,
                if_not_linked,
            } => (fallback, if_not_linked),
        };
        match is_linked {
            Some(Ok(true)) => Ok(CodeReply::AlreadyConnected),
            Some(Ok(false)) => if_not_linked,
            // An error that stays says more than a guess about the first response.
            Some(Err(error))
                if !error.is_retryable()
                    && !matches!(fallback, Ok(CodeReply::AlreadyConnected)) =>
            {
                Err(error)
            }
            Some(Err(_)) | None => fallback,
        }
    }
}

impl GatewayResponse {
    /// The reply that the response to a request for a code means. Prose is searched only if the
    /// response holds no code. What a picture shows is held to the rule for texts, if the crate was
    /// built with `read-pictures`. `is_linked` asks the gateway for its status: at most once, and
    /// only if the response leaves open whether a number is linked; `None` if it must not be asked.
    ///
    /// # Errors
    ///
    /// What the response means, or an error of the status request that a retry cannot clear.
    pub async fn code_reply(
        self,
        method: &PairingMethod,
        is_linked: Option<impl Future<Output = Result<bool, ProviderError>>>,
    ) -> Result<CodeReply, ProviderError> {
        // A code is not kept while the gateway takes its time for the status.
        let interpretation = self.interpret(method).await;
        match (&interpretation, is_linked) {
            (Interpretation::NeedsStatus { .. }, Some(is_linked)) => {
                interpretation.settle(Some(is_linked.await))
            }
            _ => interpretation.settle(None),
        }
    }

    /// In a box, which the compiler cannot unpack into each adapter's own future.
    fn interpret(
        self,
        method: &PairingMethod,
    ) -> Pin<Box<dyn Future<Output = Interpretation> + Send + '_>> {
        Box::pin(async move {
            match self.code(method) {
                Ok(Some(code)) => match usable(code).await {
                    Some(code) => Interpretation::Clear(Ok(code.into())),
                    // What was read as a picture is searched for no other form.
                    None => self.without_code(method, |_| None),
                },
                Ok(None) => self.without_code(method, unreadable_picture),
                Err(error) => Interpretation::Clear(Err(error)),
            }
        })
    }

    /// The code in the response, found by positive evidence; what a picture shows is not read. A
    /// response that calls itself a failure is searched only for QR codes and only with 2xx: some
    /// gateways fill `error` on successes, and no word or number looks like a QR code.
    ///
    /// # Errors
    ///
    /// The error of a firewall, proxy or login page that answered in the gateway's place.
    pub fn code(&self, method: &PairingMethod) -> Result<Option<PairingCode>, ProviderError> {
        Ok(match (method, &self.body) {
            (PairingMethod::Qr, Body::Picture(picture)) => Some(picture.clone().into()),
            (PairingMethod::Qr, Body::Text(text)) => read_qr_code(text),
            (PairingMethod::PhoneCode(_), Body::Text(text)) if self.is_success() => {
                read_phone_code(text).map(Into::into)
            }
            (_, Body::Object(object)) => {
                if let Some(error) = self.intercepted() {
                    return Err(error);
                }
                // WhatsApp's challenge for a passkey looks like a code.
                if object.has(CHALLENGE) {
                    return Ok(None);
                }
                let fields = self.rules.fields(method);
                let mut texts = fields.iter().flat_map(|names| object.texts(names));
                match method {
                    PairingMethod::Qr if self.is_success() && object.is_flagged_failure() => None,
                    PairingMethod::Qr if !self.is_success() && object.is_failure() => None,
                    PairingMethod::Qr => texts.find_map(read_qr_code),
                    PairingMethod::PhoneCode(_) if !self.is_success() || object.is_failure() => {
                        None
                    }
                    PairingMethod::PhoneCode(_) => texts.find_map(read_phone_code).map(Into::into),
                }
            }
            _ => None,
        })
    }

    /// `unreadable` finds what would be a picture if its form were read.
    fn without_code(
        &self,
        method: &PairingMethod,
        unreadable: fn(&str) -> Option<UnreadableForm>,
    ) -> Interpretation {
        use Interpretation as It;
        if self.object().is_some_and(|object| object.has(CHALLENGE)) {
            return It::Clear(Ok(CodeReply::PasskeyRequired(PasskeyStep::new())));
        }
        match self.known_message() {
            Some(KnownMessage::Error(error)) => It::Clear(Err(error)),
            Some(KnownMessage::PasskeyRequired) => {
                It::Clear(Ok(CodeReply::PasskeyRequired(PasskeyStep::new())))
            }
            Some(KnownMessage::AlreadyLinked) => It::Clear(Ok(CodeReply::AlreadyConnected)),
            Some(KnownMessage::NotReady) => It::Clear(Ok(CodeReply::NOT_READY)),
            Some(KnownMessage::ScannedOrNotReady | KnownMessage::NotLinked) => {
                It::needs_status(|| Ok(CodeReply::NOT_READY))
            }
            None if self.is_success() => self.without_known_message(method, unreadable),
            // The flag may come with any HTTP status. One status request decides.
            None if self.connected_flag() == Some(true) => {
                It::needs_status(|| Err(self.error_by_status()))
            }
            None if self.is_clear_by_status() => It::Clear(Err(self.error_by_status())),
            None => It::needs_status(|| Err(self.error_by_status())),
        }
    }

    /// Of a 2xx response.
    fn without_known_message(
        &self,
        method: &PairingMethod,
        unreadable: fn(&str) -> Option<UnreadableForm>,
    ) -> Interpretation {
        use Interpretation as It;
        let of_form = |form: UnreadableForm| {
            It::needs_status(|| Err(self.error(ProviderErrorKind::MalformedReply, form.message())))
        };
        let by_status = || It::needs_status(|| Err(self.error_by_status()));
        let Some(object) = self.object() else {
            let form = match &self.body {
                Body::Text(text) => unreadable(text),
                _ => None,
            };
            return form.map_or_else(by_status, of_form);
        };
        let fields = self.rules.fields(method);
        match self.connected_flag() {
            Some(true) => It::NeedsStatus {
                fallback: Ok(CodeReply::AlreadyConnected),
                if_not_linked: Ok(CodeReply::NOT_READY),
            },
            Some(false) => It::needs_status(|| Ok(CodeReply::NOT_READY)),
            None if object.is_failure() => It::needs_status(|| Err(self.refused())),
            None if self.rules.is_not_ready(object) => It::Clear(Ok(CodeReply::NOT_READY)),
            None if fields.iter().any(|names| object.has_empty(names)) => {
                It::needs_status(|| Ok(CodeReply::NOT_READY))
            }
            None => {
                let mut texts = fields.iter().flat_map(|names| object.texts(names));
                let form = texts.find_map(unreadable);
                form.map_or_else(by_status, of_form)
            }
        }
    }

    fn connected_flag(&self) -> Option<bool> {
        self.object()?.flag(&["connected"])
    }
}

/// Where WhatsApp's challenge for a passkey is.
const CHALLENGE: &[&str] = &["challenge"];

/// `None` for a picture of something else than a pairing code.
#[cfg(feature = "read-pictures")]
async fn usable(code: PairingCode) -> Option<PairingCode> {
    match code {
        PairingCode::QrImage { image } => crate::read_picture(image).await.map(Into::into),
        code => Some(code),
    }
}

#[cfg(not(feature = "read-pictures"))]
async fn usable(code: PairingCode) -> Option<PairingCode> {
    Some(code)
}

#[cfg(test)]
#[cfg(feature = "read-pictures")]
mod tests {
    use std::future::{Ready, ready};
    use std::sync::Arc;

    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;
    use pairing_qr::QrMatrix;

    use super::*;
    use crate::testing::CannedTransport;
    use crate::{BaseUrl, GatewayClient, GatewayRules, HttpMethod, HttpRequest, HttpResponse};

    static RULES: GatewayRules = GatewayRules::new();

    /// What an answer with this body becomes while the instance is not linked.
    async fn reply(body: impl Into<Vec<u8>>) -> Result<CodeReply, ProviderError> {
        let transport = CannedTransport::new([Ok(HttpResponse::new(200, body.into()))]);
        let base = BaseUrl::parse("https://gateway.example.com").unwrap();
        let request = HttpRequest::new(HttpMethod::Get, base.join(&["qr"]));
        let gateway = GatewayClient::new(Arc::new(transport), &RULES);
        let answer = gateway.send(request).await.unwrap();
        let is_linked: Ready<Result<bool, ProviderError>> = ready(Ok(false));
        answer.code_reply(&PairingMethod::Qr, Some(is_linked)).await
    }

    fn png(text: &str) -> Vec<u8> {
        QrMatrix::encode(text).unwrap().to_png(3).unwrap()
    }

    #[tokio::test]
    async fn a_picture_of_anything_but_a_pairing_code_is_the_error_that_its_text_is() {
        for text in [
            "undefined",
            "null",
            "https://shop.example.com/",
            "upi://pay?pa=shop@bank&am=1",
            "WIFI:T:WPA;S:cafe;P:canary;;",
            "00020126580014br.gov.bcb.pix0136canary",
            "sgnl://linkdevice?uuid=canary&pub_key=canary",
            "please wait",
        ] {
            let file = png(text);
            let base64 = STANDARD.encode(&file);
            let as_text = reply(format!(r#"{{"value":"{text}"}}"#)).await;
            let expected = as_text.unwrap_err();
            assert_eq!(expected.kind(), ProviderErrorKind::MalformedReply);
            for body in [
                file.clone(),
                base64.clone().into(),
                format!(r#"{{"value":"{base64}"}}"#).into(),
                format!(r#"{{"value":"data:image/png;base64,{base64}"}}"#).into(),
            ] {
                let error = reply(body).await.unwrap_err();
                assert_eq!(error.kind(), expected.kind(), "{text}");
                assert_eq!(error.to_string(), expected.to_string(), "{text}");
            }
        }
    }

    #[tokio::test]
    async fn a_picture_of_a_pairing_code_or_in_an_unknown_style_is_handed_on_byte_for_byte() {
        let unknown_style = b"\x89PNG\r\n\x1a\nin another style".to_vec();
        for file in [png("2@abc,def"), unknown_style] {
            let Ok(CodeReply::Code(issued)) = reply(file.clone()).await else {
                unreachable!("a picture is a code");
            };
            let PairingCode::QrImage { image } = issued.code else {
                unreachable!("it stays a picture");
            };
            assert_eq!(image.expose(), file);
        }
    }
}
