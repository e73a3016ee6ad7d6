//! What a hub goes by, and the limits that keep it small.

use std::time::Duration;

use super::admin_token::AdminToken;

/// How much a hub takes on. Beyond it, it refuses; what it has goes on undisturbed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct HubLimits {
    /// Pairings that are not over. 1,000.
    pub pairings: usize,
    /// Open event streams in all; and as many pages that poll instead. 10,000.
    pub viewers: usize,
    /// Open event streams of one pairing; and as many pages that poll instead. 50.
    pub viewers_per_pairing: usize,
    /// Links of one pairing. 64. One more takes the place of a link that has expired, or else of
    /// the one that was not used for the longest time; a link with an open event stream keeps its
    /// place, and if all have one, there is none for another.
    pub links_per_pairing: usize,
    /// Pairings that are over and whose end can still be asked for. 1,000, each of which takes
    /// about 6 KiB after a session with a QR code. One more makes the hub forget the one that ended
    /// first, before its ten minutes are over.
    pub ended_pairings: usize,
    /// Actions of one link (start, switch the method, resume, cancel) in a minute. 60: the page
    /// sends one for each click, and in a frame one for each load. So many are taken at once, and later ones at this
    /// rate, one a second.
    pub actions_per_minute: usize,
}

impl Default for HubLimits {
    fn default() -> Self {
        Self {
            pairings: 1_000,
            viewers: 10_000,
            viewers_per_pairing: 50,
            links_per_pairing: 64,
            ended_pairings: 1_000,
            actions_per_minute: 60,
        }
    }
}

setters!(HubLimits {
    with_pairings => pairings: usize;
    with_viewers => viewers: usize;
    with_viewers_per_pairing => viewers_per_pairing: usize;
    with_links_per_pairing => links_per_pairing: usize;
    with_ended_pairings => ended_pairings: usize;
    with_actions_per_minute => actions_per_minute: usize;
});

/// What a hub goes by.
#[derive(Debug)]
pub(crate) struct HubOptions {
    pub(crate) admin_token: Option<AdminToken>,
    pub(crate) public_url: Option<String>,
    pub(crate) frame_ancestors: Vec<String>,
    pub(crate) limits: HubLimits,
    /// How long a link waits to be opened.
    pub(super) link_lifetime: Duration,
    /// How long a link still shows how its session ended.
    pub(super) linger: Duration,
}

impl Default for HubOptions {
    fn default() -> Self {
        Self {
            admin_token: None,
            public_url: None,
            frame_ancestors: Vec::new(),
            limits: HubLimits::default(),
            link_lifetime: Duration::from_secs(30 * 60),
            linger: Duration::from_secs(60),
        }
    }
}
