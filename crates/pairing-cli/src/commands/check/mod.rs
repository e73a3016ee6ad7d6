//! `pairing check`: the configuration, and with `--live` what can be learned from a gateway
//! without changing anything.

mod watched;

use std::io::{self, Write};
use std::time::Duration;

use pairing_core::{
    Capabilities, CodeReply, CodeRequest, InstancePhase, InstanceStatus, PairingProvider,
    ProviderError, ProviderErrorKind,
};
use pairing_http::TransportErrorKind;
use serde::Serialize;

use self::watched::{Observation, Observations};
use super::providers::abilities;
use crate::args::CheckArgs;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::provider::{self, Opened, Purpose};
use crate::texts::{SupportTexts, Texts, fill};
use crate::view::write_json;

/// Beyond this, an expiry or a signature with a time in it may be misjudged.
const MOST_CLOCK_DIFFERENCE: Duration = Duration::from_secs(60);

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
enum Verdict {
    Ok,
    Warning,
    Failed,
    Skipped,
}

/// One check, as a program reads it.
#[derive(Serialize)]
struct CheckLine<'a> {
    check: &'static str,
    result: Verdict,
    #[serde(flatten)]
    detail: Detail<'a>,
}

/// What a check says besides its result.
#[derive(Serialize)]
#[serde(untagged)]
enum Detail<'a> {
    Nothing {},
    Provider {
        provider: &'a str,
    },
    Capabilities {
        capabilities: Capabilities,
    },
    Phase {
        phase: InstancePhase,
        names_phone: bool,
    },
    Seconds {
        seconds: Vec<f64>,
    },
    Clock {
        differs_by_seconds: u64,
    },
    Error {
        error: ProviderErrorKind,
    },
}

#[derive(Serialize)]
struct LastLine {
    passed: bool,
}

/// Writes the checks as they are done.
struct Report {
    json: bool,
    texts: &'static Texts,
    /// The exit code of the first failure.
    failed: Option<Exit>,
}

impl Report {
    fn add(
        &mut self,
        check: &'static str,
        result: Verdict,
        words: &str,
        detail: Detail<'_>,
    ) -> io::Result<()> {
        let mut output = io::stdout();
        if self.json {
            let line = CheckLine {
                check,
                result,
                detail,
            };
            return write_json(&mut output, &line);
        }
        let support = self.texts.support;
        let mark = match result {
            Verdict::Ok => support.ok,
            Verdict::Warning => support.warning,
            Verdict::Failed => support.failed,
            Verdict::Skipped => support.skipped,
        };
        let gap = " ".repeat(9_usize.saturating_sub(mark.chars().count()));
        writeln!(output, "{mark}{gap}{words}")?;
        output.flush()
    }

    fn fail(&mut self, check: &'static str, words: &str, error: &ProviderError) -> io::Result<()> {
        self.failed.get_or_insert(error.kind().into());
        let words = match self.json {
            true => String::new(),
            false => {
                let advice = self.texts.error_lines(error);
                format!("{words}\n{advice}").replace('\n', "\n         ")
            }
        };
        let kind = error.kind();
        self.add(
            check,
            Verdict::Failed,
            &words,
            Detail::Error { error: kind },
        )
    }

    fn skip(&mut self, check: &'static str, words: &str) -> io::Result<()> {
        self.add(check, Verdict::Skipped, words, Detail::Nothing {})
    }

    fn ok(&mut self, check: &'static str, words: &str) -> io::Result<()> {
        self.add(check, Verdict::Ok, words, Detail::Nothing {})
    }

    fn finish(&self) -> io::Result<Exit> {
        let mut output = io::stdout();
        let support = self.texts.support;
        let passed = self.failed.is_none();
        if self.json {
            write_json(&mut output, &LastLine { passed })?;
        } else {
            let words = match passed {
                true => support.passed,
                false => support.not_passed,
            };
            writeln!(output, "{words}")?;
        }
        Ok(self.failed.unwrap_or(Exit::Done))
    }
}

pub(crate) async fn run(mut context: Context, arguments: CheckArgs) -> Result<Exit, Failure> {
    let method = arguments.method.method()?;
    let observations = Observations::default();
    let opened =
        provider::open_watched(&context, Purpose::Call, |inner| observations.watch(inner))?;
    let mut report = Report {
        json: context.json(),
        texts: context.texts,
        failed: None,
    };
    let support = context.texts.support;
    configured(&mut report, &opened, support)?;
    if !arguments.live {
        if !report.json {
            writeln!(io::stdout(), "{}", support.live)?;
        }
        return Ok(report.finish()?);
    }
    let known = status(&mut context, &opened, &observations, &mut report).await?;
    if !arguments.request_code {
        report.skip("code", support.code_not_asked)?;
        return Ok(report.finish()?);
    }
    opened.require(&method)?;
    let request = CodeRequest::new(method);
    code(&mut context, &opened, &request, known, &mut report).await?;
    Ok(report.finish()?)
}

fn configured(report: &mut Report, opened: &Opened, support: &SupportTexts) -> io::Result<()> {
    let provider = opened.provider.name();
    report.add(
        "configuration",
        Verdict::Ok,
        support.configuration,
        Detail::Provider { provider },
    )?;
    let capabilities = opened.provider.capabilities();
    let can = abilities(&capabilities).join(", ");
    report.add(
        "capabilities",
        Verdict::Ok,
        &fill(support.capabilities, &[("abilities", &can)]),
        Detail::Capabilities { capabilities },
    )
}

/// What is known of the instance before a code is asked for.
#[derive(Clone, Copy)]
enum Known {
    Phase(InstancePhase),
    /// The gateway has no status.
    Nothing,
    Failed,
}

/// Asks for the status twice, the second time on a connection that may be kept.
async fn status(
    context: &mut Context,
    opened: &Opened,
    observations: &Observations,
    report: &mut Report,
) -> Result<Known, Failure> {
    let support = report.texts.support;
    if !opened.provider.capabilities().status {
        report.skip("status", support.no_status)?;
        return Ok(Known::Nothing);
    }
    let asked = async { Ok::<_, Failure>(opened.provider.status().await) };
    let mut result = context.unless_interrupted(asked).await?;
    if result.is_ok() {
        let again = async { Ok::<_, Failure>(opened.provider.status().await) };
        result = context.unless_interrupted(again).await?;
    }
    let seen = observations.all();
    way(report, &seen, result.as_ref().err())?;
    understood(report, &result)?;
    speed(report, &seen, opened.policy.request_timeout)?;
    clock(report, &seen)?;
    Ok(match result {
        Ok(status) => Known::Phase(status.phase),
        Err(_) => Known::Failed,
    })
}

/// Connection and encryption.
fn way(report: &mut Report, seen: &[Observation], error: Option<&ProviderError>) -> io::Result<()> {
    let support = report.texts.support;
    let Some(last) = seen.last() else {
        return report.skip("connection", support.not_known);
    };
    match (last.failure, error) {
        (Some(TransportErrorKind::Tls), Some(error)) => {
            report.ok("connection", support.reached)?;
            return report.fail("encryption", support.not_reached, error);
        }
        (Some(_), Some(error)) => {
            report.fail("connection", support.not_reached, error)?;
            return report.skip("encryption", support.not_known);
        }
        _ => report.ok("connection", support.reached)?,
    }
    if last.is_secure {
        report.ok("encryption", support.encrypted)
    } else if last.is_loopback {
        report.ok("encryption", support.this_computer)
    } else {
        let (words, detail) = (support.not_encrypted, Detail::Nothing {});
        report.add("encryption", Verdict::Warning, words, detail)
    }
}

/// What an error is about.
fn about(kind: ProviderErrorKind) -> &'static str {
    use ProviderErrorKind as Kind;
    match kind {
        Kind::MalformedReply | Kind::Intercepted => "answers",
        Kind::InvalidCredentials
        | Kind::AccountTokenMissing
        | Kind::AddressNotAllowed
        | Kind::UnknownInstance => "credentials",
        _ => "status",
    }
}

/// Answers, credentials and the status itself.
fn understood(
    report: &mut Report,
    result: &Result<InstanceStatus, ProviderError>,
) -> io::Result<()> {
    let support = report.texts.support;
    let error = match result {
        Ok(status) => {
            report.ok("answers", support.understood)?;
            report.ok("credentials", support.accepted)?;
            let phase = status.phase;
            let detail = Detail::Phase {
                phase,
                names_phone: status.phone.is_some(),
            };
            let words = (report.texts.status)(phase);
            return report.add("status", Verdict::Ok, words, detail);
        }
        Err(error) => error,
    };
    if report.failed.is_some() {
        // There was no answer.
        for check in ["answers", "credentials", "status"] {
            report.skip(check, support.not_known)?;
        }
        return Ok(());
    }
    match about(error.kind()) {
        "answers" => {
            report.fail("answers", support.not_understood, error)?;
            report.skip("credentials", support.not_known)?;
            report.skip("status", support.not_known)
        }
        "credentials" => {
            report.ok("answers", support.understood)?;
            report.fail("credentials", support.not_accepted, error)?;
            report.skip("status", support.not_known)
        }
        _ => {
            report.ok("answers", support.understood)?;
            report.skip("credentials", support.not_known)?;
            report.fail("status", support.status_failed, error)
        }
    }
}

/// An answer that takes half of what a session waits for it is slow.
fn speed(report: &mut Report, seen: &[Observation], patience: Duration) -> io::Result<()> {
    let support = report.texts.support;
    let answered = seen.iter().filter(|it| it.failure.is_none());
    let took: Vec<Duration> = answered.map(|it| it.took).collect();
    let Some(longest) = took.iter().max() else {
        return report.skip("speed", support.not_known);
    };
    let (result, words) = match *longest > patience / 2 {
        true => (Verdict::Warning, support.slow),
        false => (Verdict::Ok, support.fast),
    };
    let seconds: Vec<f64> = took.iter().map(|time| hundredths(*time)).collect();
    let times: Vec<_> = seconds.iter().map(|time| format!("{time:.2}")).collect();
    let words = fill(words, &[("times", &times.join(", "))]);
    report.add("speed", result, &words, Detail::Seconds { seconds })
}

fn hundredths(time: Duration) -> f64 {
    (time.as_secs_f64() * 100.0).round() / 100.0
}

fn clock(report: &mut Report, seen: &[Observation]) -> io::Result<()> {
    let support = report.texts.support;
    let Some(difference) = seen.iter().filter_map(|it| it.clock).min() else {
        return report.skip("clock", support.no_time);
    };
    let differs_by_seconds = difference.as_secs();
    let detail = Detail::Clock { differs_by_seconds };
    if difference <= MOST_CLOCK_DIFFERENCE {
        return report.add("clock", Verdict::Ok, support.same_time, detail);
    }
    let words = fill(support.other_time, &[("seconds", &differs_by_seconds)]);
    report.add("clock", Verdict::Warning, &words, detail)
}

/// Requests one code where no number is linked and no attempt runs, and ends the attempt that this
/// may have started.
async fn code(
    context: &mut Context,
    opened: &Opened,
    request: &CodeRequest,
    known: Known,
    report: &mut Report,
) -> Result<(), Failure> {
    let support = report.texts.support;
    match known {
        Known::Phase(InstancePhase::NotLinked | InstancePhase::Idle) | Known::Nothing => {}
        Known::Phase(_) => return Ok(report.skip("code", support.code_not_needed)?),
        Known::Failed => return Ok(report.skip("code", support.not_known)?),
    }
    let provider = &opened.provider;
    let asked = async { Ok::<_, Failure>(provider.request_code(request).await) };
    let result = context.unless_interrupted(asked).await?;
    let is_started = matches!(
        result,
        Ok(CodeReply::Code(_) | CodeReply::NotReady { .. } | CodeReply::Starting { .. })
    );
    match &result {
        Ok(CodeReply::Code(_)) => report.ok("code", support.code)?,
        Ok(CodeReply::NotReady { .. } | CodeReply::Starting { .. }) => {
            let (words, detail) = (support.code_later, Detail::Nothing {});
            report.add("code", Verdict::Warning, words, detail)?;
        }
        Ok(_) => report.skip("code", support.code_not_needed)?,
        Err(error) => report.fail("code", support.code_failed, error)?,
    }
    if is_started && provider.capabilities().abandon {
        // The report is complete without it, and an attempt ends without it, later.
        let left = async { Ok::<_, Failure>(provider.abandon().await) };
        let _ = context.unless_interrupted(left).await?;
    }
    Ok(())
}
