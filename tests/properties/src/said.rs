//! What the library says: sentences of its own, never a piece of what it was sent.

use std::cell::RefCell;
use std::collections::HashSet;
use std::error::Error;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::sync::OnceLock;

use pairing_adapter::testing::CANARY;
use pairing_core::{ErrorReport, ProviderError, ProviderErrorKind};
use pairing_providers::providers;

use crate::instance;

/// The crates whose texts may be shown, besides the adapters.
const SPEAKERS: [&str; 4] = [
    "pairing-adapter",
    "pairing-core",
    "pairing-http",
    "pairing-providers",
];

/// Every text that stands in our sources: an error's message that is not among them was made of
/// something that came in.
pub(crate) fn our_words() -> &'static str {
    static WORDS: OnceLock<String> = OnceLock::new();
    WORDS.get_or_init(|| {
        let crates = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../crates"));
        let mut words = String::new();
        let speakers = SPEAKERS.iter().map(|name| crates.join(name));
        let adapters = providers().iter().map(|adapter| instance::folder(adapter));
        for speaker in speakers.chain(adapters) {
            gather(&speaker.join("src"), &mut words);
        }
        words
    })
}

/// Whether this text stands in our sources. There are few, and each is looked for once.
pub(crate) fn assert_ours(text: &str) {
    thread_local! {
        static KNOWN: RefCell<HashSet<String>> = RefCell::default();
    }
    KNOWN.with_borrow_mut(|known| {
        if !known.contains(text) {
            assert!(our_words().contains(text), "whose words are these: {text}");
            known.insert(text.to_owned());
        }
    });
}

fn gather(folder: &Path, words: &mut String) {
    for entry in fs::read_dir(folder).expect("the sources are beside the tests") {
        let path = entry
            .expect("a folder that was opened can be listed")
            .path();
        if path.is_dir() {
            // What a simulated gateway says is not ours.
            if !path.ends_with("simulator") {
                gather(&path, words);
            }
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let source = fs::read_to_string(&path).expect("sources are text");
            // A text may go on after a backslash at the end of its line.
            for (index, piece) in source.split("\\\n").enumerate() {
                words.push_str(if index == 0 {
                    piece
                } else {
                    piece.trim_start()
                });
            }
        }
    }
}

/// An error of an adapter keeps the rules, and says nothing of what was sent or of the credentials.
pub(crate) fn error_is_ours(error: &ProviderError) {
    assert_ours(error.message());
    assert_no_canary(&everything_printed(error));
    assert!(
        !matches!(
            error.kind(),
            ProviderErrorKind::Internal | ProviderErrorKind::Unsupported
        ),
        "{error:?} for something a gateway sent"
    );
    let report = error.report();
    assert_eq!(report.kind, error.kind());
    assert_eq!(report.retryable, error.is_retryable());
    let json = serde_json::to_string(&report).expect("a report is JSON");
    let read: ErrorReport = serde_json::from_str(&json).expect("its own JSON");
    assert_eq!(read, report);
}

fn everything_printed(error: &ProviderError) -> String {
    let mut printed = format!("{error} {error:?} {error:#?} {:?}", error.report());
    let mut cause = error.source();
    while let Some(source) = cause {
        let _ = write!(printed, " {source} {source:?}");
        cause = source.source();
    }
    printed
}

/// Credentials and codes of tests hold this word; nothing that is printed may.
pub(crate) fn assert_no_canary(printed: &str) {
    assert!(
        !printed.to_ascii_lowercase().contains(CANARY),
        "prints a secret: {printed}"
    );
}
