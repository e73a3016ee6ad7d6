//! One JSON object a line, as documented: what scripts read.

use std::io::{self, Write};
use std::time::SystemTime;

use pairing_core::{PairingEvent, PairingView};
use serde::Serialize;

use super::View;

/// Writes events as they are.
pub(crate) struct JsonLines<W> {
    output: W,
    /// Where one output tells of several sessions, which of them.
    provider: Option<String>,
}

#[derive(Serialize)]
struct Line<'a> {
    #[serde(flatten)]
    event: &'a PairingEvent,
    #[serde(skip_serializing_if = "Option::is_none")]
    provider: Option<&'a str>,
}

impl<W: Write> JsonLines<W> {
    pub(crate) fn new(output: W) -> Self {
        Self {
            output,
            provider: None,
        }
    }

    pub(crate) fn of_provider(output: W, provider: impl Into<String>) -> Self {
        Self {
            output,
            provider: Some(provider.into()),
        }
    }
}

/// Writes one value as one line, at once.
pub(crate) fn write_json(output: &mut impl Write, value: &impl Serialize) -> io::Result<()> {
    let mut line = serde_json::to_vec(value)?;
    line.push(b'\n');
    output.write_all(&line)?;
    output.flush()
}

impl<W: Write> View for JsonLines<W> {
    fn show(
        &mut self,
        event: &PairingEvent,
        _view: &PairingView,
        _now: SystemTime,
    ) -> io::Result<()> {
        let line = Line {
            event,
            provider: self.provider.as_deref(),
        };
        write_json(&mut self.output, &line)
    }

    fn saved(&mut self, _file: &str, _now: SystemTime) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, UNIX_EPOCH};

    use pairing_core::{Capabilities, EventKind, Expiry, PairingMethod, PairingOutcome, QrText};

    use super::*;

    fn lines(mut lines: JsonLines<&mut Vec<u8>>) {
        let view = PairingView::new(PairingMethod::Qr, 3, Capabilities::none());
        let expires_at = UNIX_EPOCH + Duration::from_secs(1_800_000_000);
        let code = QrText::new("2@a,b").unwrap().into();
        for (seq, kind) in [
            EventKind::Preparing {
                method: PairingMethod::Qr,
            },
            EventKind::CodeReady {
                expires_at,
                expiry: Expiry::UpperBound,
                code,
            },
            EventKind::Finished {
                outcome: PairingOutcome::Connected { phone: None },
            },
        ]
        .into_iter()
        .enumerate()
        {
            let event = PairingEvent {
                kind,
                seq: seq as u64 + 1,
                round: 1,
                attempt: 1,
            };
            lines.show(&event, &view, UNIX_EPOCH).unwrap();
        }
    }

    #[test]
    fn the_lines_are_the_documented_ones() {
        let mut output = Vec::new();
        lines(JsonLines::new(&mut output));
        assert_eq!(
            String::from_utf8(output).unwrap(),
            concat!(
                r#"{"event":"preparing","method":"qr","seq":1,"round":1,"attempt":1}"#,
                "\n",
                r#"{"event":"code_ready","expires_at":"2027-01-15T08:00:00.000Z","#,
                r#""expiry":"upper_bound","code":{"kind":"qr_text","text":"2@a,b"},"#,
                r#""seq":2,"round":1,"attempt":1}"#,
                "\n",
                r#"{"event":"finished","outcome":"connected","seq":3,"round":1,"attempt":1}"#,
                "\n",
            )
        );
    }

    #[test]
    fn several_sessions_in_one_output_have_their_names() {
        let mut output = Vec::new();
        lines(JsonLines::of_provider(&mut output, "zapi"));
        for line in String::from_utf8(output).unwrap().lines() {
            assert!(line.ends_with(r#","provider":"zapi"}"#), "{line}");
        }
    }
}
