//! Who watches: how many event streams and polling pages there may be, and when they end.

use std::sync::Arc;
use std::sync::atomic::AtomicUsize;

use tokio::sync::watch;

use super::options::HubLimits;
use super::pace::Pace;

pub(crate) struct Viewers {
    pub(super) limits: HubLimits,
    /// Open event streams.
    pub(super) open: Arc<AtomicUsize>,
    /// Of the answers to pages that poll.
    pub(super) polls: Pace,
    /// Tells the event streams to end.
    pub(super) closing: watch::Sender<bool>,
}

impl Viewers {
    pub(super) fn new(limits: HubLimits) -> Self {
        Self {
            limits,
            open: Arc::default(),
            polls: Pace::default(),
            closing: watch::Sender::new(false),
        }
    }
}
