//! `-v`: what goes on inside, on standard error.

use std::io;

use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::fmt::writer::BoxMakeWriter;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

use crate::lossy::Lossy;

/// The prefix of the targets of our own crates, whose tests prove that they log no secret.
/// Other crates may log URLs, and a URL may hold a token: theirs are never shown.
const OUR_CRATES: &str = "pairing";

/// Starts writing diagnostics, from one `-v` on. A server names the target of its `notices`: it
/// writes those and warnings in any case, because it has no other way to tell them, and does not
/// wait for a reader. Gives what a server's lines go through.
pub(crate) fn start(verbose: u8, notices: Option<&'static str>) -> Option<Lossy> {
    let serving = notices.is_some();
    let level = match verbose {
        0 if serving => LevelFilter::WARN,
        0 => return None,
        1 => LevelFilter::DEBUG,
        _ => LevelFilter::TRACE,
    };
    // Without a thread for it, better a log that may have to be waited for than none.
    let lossy = serving.then(|| Lossy::over(io::stderr()).ok()).flatten();
    let writer = match lossy.clone() {
        Some(lossy) => BoxMakeWriter::new(move || lossy.clone()),
        None => BoxMakeWriter::new(io::stderr),
    };
    let filter = match notices {
        Some(target) => ours(level).with_target(target, level.max(LevelFilter::INFO)),
        None => ours(level),
    };
    tracing_subscriber::registry()
        .with(filter)
        .with(
            tracing_subscriber::fmt::layer()
                .with_writer(writer)
                .with_ansi(false),
        )
        .init();
    lossy
}

fn ours(level: LevelFilter) -> Targets {
    Targets::new().with_target(OUR_CRATES, level)
}

#[cfg(test)]
mod tests {
    use tracing::Level;

    use super::*;

    #[test]
    fn other_crates_stay_silent_at_every_level() {
        let filter = ours(LevelFilter::TRACE);
        for target in ["pairing", "pairing_core::session", "pairing_adapter"] {
            assert!(filter.would_enable(target, &Level::TRACE), "{target}");
        }
        for target in ["hyper", "reqwest::connect", "rustls", "h2", "axum", "tower"] {
            assert!(!filter.would_enable(target, &Level::ERROR), "{target}");
        }
    }
}
