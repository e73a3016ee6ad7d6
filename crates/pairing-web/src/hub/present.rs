//! The present of a pairing in one answer, for pages that no event stream reaches.

use std::sync::atomic::Ordering;

use serde::Deserialize;
use zeroize::Zeroizing;

use super::link::Link;
use super::viewers::Viewers;
use crate::metrics;

/// What comes of a question for the present.
pub(crate) enum Present {
    /// Nothing has changed since the answer with this tag.
    Unchanged { tag: String },
    /// JSON: what a stream would begin with.
    Changed {
        tag: String,
        body: Zeroizing<Vec<u8>>,
    },
    /// As many ask as the limits allow.
    TooMany,
}

/// Why a page begins to ask for the present instead of watching the stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum FallbackReason {
    /// The stream brings nothing.
    Silent,
    /// The browser's other tabs need the connections.
    Tabs,
}

impl FallbackReason {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Silent => "silent",
            Self::Tabs => "tabs",
        }
    }
}

impl Viewers {
    /// `known` is the tag of the answer that the page has.
    pub(crate) fn present(&self, link: &Link, known: Option<&str>) -> Present {
        let pairing = &link.pairing;
        let limits = &self.limits;
        if !pairing.polls.admits(limits.viewers_per_pairing) || !self.polls.admits(limits.viewers) {
            return Present::TooMany;
        }
        let feed = pairing.feed();
        let page = pairing.describe();
        let frame = feed.present(pairing.now());
        let seq = frame.as_ref().map_or(0, |frame| frame.seq);
        let tag = format!("\"{}-{seq}-{}\"", feed.session(), page.state_name());
        if known == Some(tag.as_str()) {
            return Present::Unchanged { tag };
        }
        let held = frame.as_ref().map_or(0, |frame| frame.bytes.len());
        // Enough for all, so that no copy of a code is left behind.
        let mut body = Zeroizing::new(Vec::with_capacity(2048 + held));
        body.extend_from_slice(b"{\"page\":");
        // Writing to memory does not fail.
        let _ = serde_json::to_writer(&mut *body, &page);
        if let Some(frame) = frame {
            body.extend_from_slice(b",\"view\":");
            body.extend_from_slice(frame.json());
        }
        body.push(b'}');
        Present::Changed { tag, body }
    }

    /// A page says that it begins to poll. The operator reads it once for each pairing.
    pub(crate) fn note_fallback(&self, link: &Link, reason: FallbackReason) {
        metrics::fallback(reason.as_str());
        let pairing = &link.pairing;
        if reason == FallbackReason::Silent
            && !pairing.is_fallback_logged.swap(true, Ordering::Relaxed)
        {
            tracing::warn!(
                pairing = %pairing.id, instance = %pairing.name,
                "the event stream does not reach a page, which polls instead: a proxy or a virus \
                 scanner may hold it back (docs/web.md, \"Behind a reverse proxy\")"
            );
        }
    }
}
