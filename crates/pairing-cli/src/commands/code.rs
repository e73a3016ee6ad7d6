//! `pairing code`: one request, and whatever it is answered with.

use std::io::{self, Write};
use std::time::Duration;

use pairing_core::{
    CodeReply, CodeRequest, Expiry, IssuedCode, PairingCode, PairingMethod, PairingOutcome,
    PairingProviderExt as _, PasskeyStep, ProviderError, ProviderErrorKind,
};
use pairing_qr::read_pairing_text;
use serde::Serialize;

use crate::args::CodeArgs;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::provider::{self, Opened, Purpose};
use crate::view::{ShownCode, draw, write_json};

/// A reply as a program reads it.
#[derive(Serialize)]
#[serde(tag = "reply", rename_all = "snake_case")]
enum ReplyLine<'a> {
    Code {
        code: &'a PairingCode,
        /// Only if the provider says so.
        #[serde(skip_serializing_if = "Option::is_none")]
        expires_in_seconds: Option<u64>,
    },
    NotReady,
    Starting,
    Linking,
    AlreadyConnected,
    AnotherAttempt,
    PasskeyRequired {
        #[serde(flatten)]
        step: &'a PasskeyStep,
    },
}

impl<'a> From<&'a CodeReply> for ReplyLine<'a> {
    fn from(reply: &'a CodeReply) -> Self {
        match reply {
            CodeReply::Code(issued) => Self::Code {
                code: &issued.code,
                expires_in_seconds: issued.expires_in.map(|life| life.as_secs()),
            },
            CodeReply::NotReady { .. } => Self::NotReady,
            CodeReply::Starting { .. } => Self::Starting,
            CodeReply::Linking => Self::Linking,
            CodeReply::AlreadyConnected => Self::AlreadyConnected,
            CodeReply::AnotherAttempt => Self::AnotherAttempt,
            CodeReply::PasskeyRequired(step) => Self::PasskeyRequired { step },
        }
    }
}

pub(crate) async fn run(mut context: Context, arguments: CodeArgs) -> Result<Exit, Failure> {
    let method = arguments.method.method()?;
    let opened = provider::open(&context, Purpose::Call, arguments.form)?;
    opened.require(&method)?;
    let (provider, policy) = (&opened.provider, &opened.policy);
    let request = CodeRequest::new(method.clone());
    let answer = provider.request_code_with_retry(&request, policy, context.retrying());
    let reply = context.unless_interrupted(answer).await?;
    let exit = Exit::from(&reply);
    if context.json() {
        write_json(&mut io::stdout(), &ReplyLine::from(&reply))?;
        return Ok(exit);
    }
    let texts = context.texts;
    let advice = match &reply {
        CodeReply::Code(issued) if context.console.output_is_terminal => {
            let colors = context.console.qr_colors(arguments.drawing.invert);
            let text = for_people(issued, &opened, method, &context, colors)?;
            io::stdout().write_all(text.as_bytes())?;
            return Ok(exit);
        }
        CodeReply::Code(issued) => {
            writeln!(io::stdout(), "{}", for_programs(&issued.code)?)?;
            return Ok(exit);
        }
        CodeReply::AlreadyConnected => {
            (texts.outcome)(&PairingOutcome::AlreadyConnected { phone: None }).lines()
        }
        CodeReply::PasskeyRequired(step) => texts.passkey_lines(step, &opened.title),
        CodeReply::NotReady { .. } => texts.not_ready.lines(),
        CodeReply::Starting { .. } => texts.still_starting.lines(),
        CodeReply::Linking => texts.still_linking.lines(),
        CodeReply::AnotherAttempt => texts.another_attempt.lines(),
    };
    // On standard error, so that nothing takes it for a code.
    let _ = writeln!(io::stderr(), "{advice}");
    Ok(exit)
}

/// How to use the code, the code, and how long it lives.
fn for_people(
    issued: &IssuedCode,
    opened: &Opened,
    method: PairingMethod,
    context: &Context,
    colors: crate::view::QrColors,
) -> Result<String, Failure> {
    let (left, expiry): (Duration, Expiry) = match issued.expires_in {
        Some(exact) => (exact, Expiry::Exact),
        None => (opened.policy.lifetime(&method), Expiry::UpperBound),
    };
    let drawing = match ShownCode::from_code(&issued.code) {
        ShownCode::Qr(matrix) => draw(&matrix, colors, pairing_qr::QUIET_ZONE).join("\n"),
        ShownCode::Phone(code) => format!("\n    {code}\n"),
        ShownCode::UnreadablePicture => return Err(unreadable_picture().into()),
    };
    Ok(format!(
        "{}\n{drawing}\n{}\n",
        context.texts.instructions(&method),
        context.texts.life(left, expiry)
    ))
}

/// What a person would scan or type, as text.
fn for_programs(code: &PairingCode) -> Result<String, Failure> {
    match code {
        PairingCode::QrText { text } => Ok(text.expose().to_owned()),
        PairingCode::PhoneCode { code } => Ok(code.expose().to_owned()),
        PairingCode::QrImage { image } => {
            let text = read_pairing_text(image).map_err(|_| unreadable_picture())?;
            Ok(text.expose().to_owned())
        }
    }
}

fn unreadable_picture() -> ProviderError {
    ProviderError::new(
        ProviderErrorKind::MalformedReply,
        "no QR code can be read in the gateway's picture; --output json passes the picture on",
    )
}

#[cfg(test)]
mod tests {
    use pairing_core::QrText;

    use super::*;

    fn json(reply: &CodeReply) -> String {
        serde_json::to_string(&ReplyLine::from(reply)).unwrap()
    }

    #[test]
    fn replies_are_the_documented_lines() {
        let code = CodeReply::from(QrText::new("2@a,b").unwrap());
        assert_eq!(
            json(&code),
            r#"{"reply":"code","code":{"kind":"qr_text","text":"2@a,b"}}"#
        );
        for (reply, line) in [
            (CodeReply::NOT_READY, r#"{"reply":"not_ready"}"#),
            (CodeReply::STARTING, r#"{"reply":"starting"}"#),
            (CodeReply::Linking, r#"{"reply":"linking"}"#),
            (CodeReply::AnotherAttempt, r#"{"reply":"another_attempt"}"#),
            (
                CodeReply::AlreadyConnected,
                r#"{"reply":"already_connected"}"#,
            ),
            (
                CodeReply::PasskeyRequired(PasskeyStep::new()),
                r#"{"reply":"passkey_required"}"#,
            ),
            (
                CodeReply::PasskeyRequired(PasskeyStep::new().with_confirmation_code("1234")),
                r#"{"reply":"passkey_required","confirmation_code":"1234"}"#,
            ),
        ] {
            assert_eq!(json(&reply), line);
        }
    }

    #[test]
    fn a_pipe_gets_the_text_of_a_picture() {
        let picture = pairing_qr::QrMatrix::encode("2@a")
            .unwrap()
            .to_png(4)
            .unwrap();
        let code = pairing_core::QrImage::new(picture).unwrap().into();
        assert_eq!(for_programs(&code).unwrap(), "2@a");
    }

    #[test]
    fn a_pipe_gets_no_line_and_no_escape_that_a_gateway_drew_nor_another_qr_code() {
        for text in [
            "2@a\nrm -rf",
            "2@a\u{1b}[2J",
            "undefined",
            "upi://pay?pa=a@b",
        ] {
            let picture = pairing_qr::QrMatrix::encode(text)
                .unwrap()
                .to_png(4)
                .unwrap();
            let code = pairing_core::QrImage::new(picture).unwrap().into();
            assert!(for_programs(&code).is_err(), "{text:?}");
        }
    }
}
