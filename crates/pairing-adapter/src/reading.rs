//! From the answer of a code endpoint to a reply: the rules that hold for every gateway.

use pairing_core::{
    CodeReply, PairingCode, PairingMethod, ProviderError, ProviderErrorKind, QrImage,
};

use crate::code::unreadable_picture;
use crate::{Answer, Body, Said, UnreadableForm, read_phone_code, read_qr_code};

/// What an adapter adds to the general rules.
#[derive(Debug, Clone, Copy)]
pub struct CodeRules {
    /// Where a QR code may be, the documented field first.
    pub qr_fields: &'static [&'static str],
    /// Where a phone code may be, the documented field first.
    pub phone_code_fields: &'static [&'static str],
    /// The message for a refusal without a known reason.
    pub refused: &'static str,
}

/// What an answer to a request for a code means.
#[derive(Debug)]
#[must_use]
pub enum Reading {
    /// It is clear.
    Clear(Result<CodeReply, ProviderError>),
    /// It holds a picture: what that says decides.
    Picture {
        /// The picture.
        picture: QrImage,
        /// For the case that the picture is of something else than a pairing code.
        without_it: Box<WithoutCode>,
    },
    /// It holds no usable code and says nothing known: whether the instance is linked decides.
    Unclear {
        /// The result when no status request is allowed.
        alone: Result<CodeReply, ProviderError>,
        /// What to make of it when the instance is not linked.
        unlinked: Result<CodeReply, ProviderError>,
    },
}

/// An answer without a code, or one whose picture is of something else.
#[derive(Debug)]
pub struct WithoutCode {
    answer: Answer,
    fields: &'static [&'static str],
    refused: &'static str,
    said: Option<Said>,
}

impl Reading {
    /// Reads an answer; `said` is what its words mean.
    pub fn of(
        answer: Answer,
        method: &PairingMethod,
        rules: &CodeRules,
        said: Option<Said>,
    ) -> Self {
        if let Body::Object(object) = &answer.body {
            // Before anything in it is taken for a challenge of WhatsApp's, or for a code.
            if let Some(error) = answer.intercepted() {
                return Self::Clear(Err(error));
            }
            if object.has(&["challenge"]) {
                return Self::Clear(Ok(CodeReply::PasskeyRequired));
            }
        }
        let code = find_code(&answer, method, rules);
        let without_code = WithoutCode {
            answer,
            fields: match method {
                PairingMethod::Qr => rules.qr_fields,
                PairingMethod::PhoneCode(_) => rules.phone_code_fields,
            },
            refused: rules.refused,
            said,
        };
        match code {
            Some(PairingCode::QrImage { image: picture }) => Self::Picture {
                picture,
                without_it: Box::new(without_code),
            },
            Some(code) => Self::Clear(Ok(code.into())),
            None => without_code.read(unreadable_picture),
        }
    }

    /// Makes a reply of it. A picture is held to the rule for texts, if the crate was built with
    /// `read-pictures`. `is_linked` asks the gateway, at most once, and only if the
    /// reading is unclear; `None` if it must not be asked.
    ///
    /// # Errors
    ///
    /// What the answer means, or an error of the question that will not pass.
    pub async fn settle(
        self,
        is_linked: Option<impl Future<Output = Result<bool, ProviderError>>>,
    ) -> Result<CodeReply, ProviderError> {
        let (alone, unlinked) = match self.with_picture_read().await {
            Self::Clear(result) => return result,
            Self::Picture { picture, .. } => return Ok(picture.into()),
            Self::Unclear { alone, unlinked } => (alone, unlinked),
        };
        let Some(is_linked) = is_linked else {
            return alone;
        };
        match is_linked.await {
            Ok(true) => Ok(CodeReply::AlreadyConnected),
            Ok(false) => unlinked,
            // An error that will stay is worth more than a guess about the first answer.
            Err(error)
                if !error.is_retryable() && !matches!(alone, Ok(CodeReply::AlreadyConnected)) =>
            {
                Err(error)
            }
            Err(_) => alone,
        }
    }

    #[cfg(feature = "read-pictures")]
    async fn with_picture_read(self) -> Self {
        match self {
            Self::Picture {
                picture,
                without_it,
            } => match crate::read_picture(picture).await {
                Some(picture) => Self::Picture {
                    picture,
                    without_it,
                },
                // What was read as a picture is looked through for no other form.
                None => without_it.read(|_| None),
            },
            other => other,
        }
    }

    #[cfg(not(feature = "read-pictures"))]
    async fn with_picture_read(self) -> Self {
        self
    }

    fn unclear(result: impl Fn() -> Result<CodeReply, ProviderError>) -> Self {
        Self::Unclear {
            alone: result(),
            unlinked: result(),
        }
    }
}

impl WithoutCode {
    /// Reads its words. `unreadable` finds what would be a picture if its form were read.
    fn read(self, unreadable: fn(&str) -> Option<UnreadableForm>) -> Reading {
        let answer = &self.answer;
        match self.said {
            // The status decides between the two.
            Some(Said::Wait) if answer.words().mean_already_scanned() => {
                Reading::unclear(|| Ok(CodeReply::NotReady))
            }
            Some(Said::Error(error)) => Reading::Clear(Err(error)),
            Some(Said::PasskeyRequired) => Reading::Clear(Ok(CodeReply::PasskeyRequired)),
            Some(Said::AlreadyConnected) => Reading::Clear(Ok(CodeReply::AlreadyConnected)),
            Some(Said::Wait) => Reading::Clear(Ok(CodeReply::NotReady)),
            Some(Said::NotConnected) => Reading::unclear(|| Ok(CodeReply::NotReady)),
            None if answer.is_success() => {
                Self::read_success(answer, self.fields, self.refused, unreadable)
            }
            // The flag may come with any HTTP status. One status request decides.
            None if says_connected(answer) => Reading::unclear(|| Err(answer.error_by_status())),
            None => match answer.status {
                // Clear enough, and no reason for yet another request.
                300..=399 | 401 | 408 | 429 | 500..=599 => {
                    Reading::Clear(Err(answer.error_by_status()))
                }
                _ => Reading::unclear(|| Err(answer.error_by_status())),
            },
        }
    }

    /// A 2xx answer without a usable code and without known words.
    fn read_success(
        answer: &Answer,
        fields: &[&str],
        refused: &'static str,
        unreadable: fn(&str) -> Option<UnreadableForm>,
    ) -> Reading {
        let of_form = |form: UnreadableForm| {
            Reading::unclear(
                || Err(answer.error(ProviderErrorKind::MalformedReply, form.message())),
            )
        };
        let Body::Object(object) = &answer.body else {
            return match &answer.body {
                Body::Text(text) => unreadable(text).map(of_form),
                _ => None,
            }
            .unwrap_or_else(|| Reading::unclear(|| Err(answer.error_by_status())));
        };
        match object.flag(&["connected"]) {
            Some(true) => Reading::Unclear {
                alone: Ok(CodeReply::AlreadyConnected),
                unlinked: Ok(CodeReply::NotReady),
            },
            Some(false) => Reading::unclear(|| Ok(CodeReply::NotReady)),
            None if object.is_failure() => {
                Reading::unclear(|| Err(answer.error(ProviderErrorKind::Refused, refused)))
            }
            None if object.has_empty(fields) => Reading::unclear(|| Ok(CodeReply::NotReady)),
            None => match object.texts(fields).find_map(unreadable) {
                Some(form) => of_form(form),
                None => Reading::unclear(|| Err(answer.error_by_status())),
            },
        }
    }
}

/// Whether a flag in the answer says that the instance is linked.
fn says_connected(answer: &Answer) -> bool {
    matches!(&answer.body, Body::Object(object) if object.flag(&["connected"]) == Some(true))
}

/// A code by positive evidence. An answer that calls itself a failure is searched only for
/// QR codes and only with 2xx: some gateways fill `error` on successes, and no word or number
/// looks like a QR code.
fn find_code(answer: &Answer, method: &PairingMethod, rules: &CodeRules) -> Option<PairingCode> {
    match (method, &answer.body) {
        (PairingMethod::Qr, Body::Picture(picture)) => Some(picture.clone().into()),
        (PairingMethod::Qr, Body::Text(text)) => read_qr_code(text),
        (PairingMethod::Qr, Body::Object(object)) => {
            let failed = if answer.is_success() {
                object.is_flagged_failure()
            } else {
                object.is_failure()
            };
            if failed {
                return None;
            }
            object.texts(rules.qr_fields).find_map(read_qr_code)
        }
        (PairingMethod::PhoneCode(_), _) if !answer.is_success() => None,
        (PairingMethod::PhoneCode(_), Body::Text(text)) => Some(read_phone_code(text)?.into()),
        (PairingMethod::PhoneCode(_), Body::Object(object)) if !object.is_failure() => {
            let mut texts = object.texts(rules.phone_code_fields);
            Some(texts.find_map(read_phone_code)?.into())
        }
        _ => None,
    }
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
    use crate::{BaseUrl, Gateway, HttpMethod, HttpRequest, HttpResponse};

    const RULES: CodeRules = CodeRules {
        qr_fields: &["value"],
        phone_code_fields: &["value"],
        refused: "refused",
    };

    /// What an answer with this body becomes while the instance is not linked.
    async fn reply(body: impl Into<Vec<u8>>) -> Result<CodeReply, ProviderError> {
        let transport = CannedTransport::new([Ok(HttpResponse::new(200, body.into()))]);
        let base = BaseUrl::parse("https://gateway.example.com").unwrap();
        let request = HttpRequest::new(HttpMethod::Get, base.join(&["qr"]));
        let gateway = Gateway::new(Arc::new(transport));
        let answer = gateway.send(request).await.unwrap();
        let is_linked: Ready<Result<bool, ProviderError>> = ready(Ok(false));
        Reading::of(answer, &PairingMethod::Qr, &RULES, None)
            .settle(Some(is_linked))
            .await
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
