//! `-v`: what goes on inside, on standard error.

use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

/// The prefix of the targets of our own crates, whose tests prove that they log no secret.
/// Other crates may log URLs, and a URL may hold a token: theirs are never shown.
const OUR_CRATES: &str = "pairing";

/// Starts writing diagnostics: from one `-v` on, and while `serving` warnings in any case,
/// because a server has nobody else to tell.
pub(crate) fn start(verbose: u8, serving: bool) {
    let level = match verbose {
        0 if serving => LevelFilter::WARN,
        0 => return,
        1 => LevelFilter::DEBUG,
        _ => LevelFilter::TRACE,
    };
    tracing_subscriber::registry()
        .with(ours(level))
        .with(
            tracing_subscriber::fmt::layer()
                .with_writer(std::io::stderr)
                .with_ansi(false),
        )
        .init();
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
