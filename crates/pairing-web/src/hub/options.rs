//! What a hub is built from, and the limits that keep it small.

use std::path::PathBuf;
use std::time::Duration;

use axum::http::Uri;

use super::PairingHub;
use super::admin_token::AdminToken;
use super::state_file::{self, StateFileError};
use super::until::Clock;
use crate::ancestor::is_ancestor;
use crate::http::{Addresses, InvalidAddresses};

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

/// Builds a [`PairingHub`].
#[derive(Debug)]
#[must_use]
pub struct PairingHubBuilder {
    pub(crate) admin_token: Option<AdminToken>,
    pub(crate) public_url: Option<String>,
    pub(crate) frame_ancestors: Vec<String>,
    pub(crate) limits: HubLimits,
    pub(crate) link_lifetime: Duration,
    pub(crate) linger: Duration,
    pub(crate) state_file: Option<PathBuf>,
    pub(crate) clock: Clock,
    pub(crate) trusted_proxies: Vec<String>,
    pub(crate) client_address_header: String,
}

impl Default for PairingHubBuilder {
    fn default() -> Self {
        Self {
            admin_token: None,
            public_url: None,
            frame_ancestors: Vec::new(),
            limits: HubLimits::default(),
            link_lifetime: Duration::from_secs(30 * 60),
            linger: Duration::from_secs(60),
            state_file: None,
            clock: Clock::default(),
            trusted_proxies: Vec::new(),
            client_address_header: "X-Forwarded-For".to_owned(),
        }
    }
}

impl PairingHubBuilder {
    /// Lets the host application open pairings over HTTP, under `api/`. Without it those
    /// routes do not exist.
    pub fn admin_token(mut self, token: AdminToken) -> Self {
        self.admin_token = Some(token);
        self
    }

    /// Where browsers find the router, mount point included: `https://example.com/pair`.
    /// With it, links are whole URLs.
    pub fn public_url(mut self, url: impl Into<String>) -> Self {
        self.public_url = Some(url.into());
        self
    }

    /// The origins whose pages may show the pairing page in a frame: `https://app.example.com`, an
    /// app in a web view (`capacitor://localhost`, `tauri://localhost`), or all subdomains of a
    /// domain (`https://*.example.com`). Default: none.
    pub fn frame_ancestors<S: Into<String>>(
        mut self,
        origins: impl IntoIterator<Item = S>,
    ) -> Self {
        self.frame_ancestors = origins.into_iter().map(Into::into).collect();
        self
    }

    /// How much the hub takes on.
    pub fn limits(mut self, limits: HubLimits) -> Self {
        self.limits = limits;
        self
    }

    /// How long a link waits to be opened. Default: 30 minutes. Another link to the same pairing
    /// gives it no more. Once opened, by whichever link that still can, the pairing's links live
    /// as long as its session. A session that passed its deadline unused leaves a link the rest of
    /// its time. A lifetime ends by the monotonic clock or by the time of day, whichever comes
    /// first, and links from a state file have no more than this from the start.
    pub fn link_lifetime(mut self, lifetime: Duration) -> Self {
        self.link_lifetime = lifetime;
        self
    }

    /// How long a link still shows how its session ended. Default: 60 seconds.
    pub fn linger(mut self, linger: Duration) -> Self {
        self.linger = linger;
        self
    }

    /// Keeps the links in this file, as hashes, so that they survive a restart. Without it
    /// they end with the process. It is replaced as a whole, so its folder must be writable; a lock
    /// stands beside it, under the same name with `.lock` at its end.
    pub fn state_file(mut self, path: impl Into<PathBuf>) -> Self {
        self.state_file = Some(path.into());
        self
    }

    /// Where the time of day comes from, for tests; the hub's sessions have it as well. Default:
    /// [`SystemTime::now`](std::time::SystemTime::now).
    #[cfg(feature = "test-util")]
    pub fn wall_clock(
        mut self,
        now: impl Fn() -> std::time::SystemTime + Send + Sync + 'static,
    ) -> Self {
        self.clock = Clock::from_fn(now);
        self
    }

    /// The proxies in front, as addresses (`127.0.0.1`) or networks (`10.0.0.0/8`), whose word
    /// is taken for who asked. Wrong admin tokens, links and webhook secrets are limited for each
    /// address; without this everybody behind a proxy counts as one. Default: none.
    pub fn trusted_proxies<S: Into<String>>(
        mut self,
        proxies: impl IntoIterator<Item = S>,
    ) -> Self {
        self.trusted_proxies = proxies.into_iter().map(Into::into).collect();
        self
    }

    /// The header in which the trusted proxies say who asked: a list of addresses, of which the
    /// last that is no trusted proxy counts, or `Forwarded` as in RFC 7239. The proxies must set
    /// it or add to it, whatever the client sent. Default: `X-Forwarded-For`.
    pub fn client_address_header(mut self, header: impl Into<String>) -> Self {
        self.client_address_header = header.into();
        self
    }

    /// Builds the hub. With a state file it reads and writes that, which takes as long as the disk
    /// does, and keeps it from every other hub until this one is shut down or dropped.
    ///
    /// # Errors
    ///
    /// [`BuildError`] says which option is not fine.
    pub fn build(mut self) -> Result<PairingHub, BuildError> {
        const LONGEST: Duration = Duration::from_secs(366 * 24 * 3600);
        if self.link_lifetime.is_zero() || self.link_lifetime.max(self.linger) > LONGEST {
            return Err(BuildError::Lifetime);
        }
        if let Some(url) = &mut self.public_url {
            let trimmed = url.trim_end_matches('/').len();
            url.truncate(trimmed);
            let uri: Uri = url.parse().map_err(|_| BuildError::PublicUrl)?;
            let is_web = matches!(uri.scheme_str(), Some("http" | "https"));
            if !is_web || uri.query().is_some() || url.contains(['@', '#']) {
                return Err(BuildError::PublicUrl);
            }
        }
        if !self
            .frame_ancestors
            .iter()
            .all(|origin| is_ancestor(origin))
        {
            return Err(BuildError::FrameAncestor);
        }
        let addresses = Addresses::new(&self.trusted_proxies, &self.client_address_header)?;
        let (state_file, restored) = match &self.state_file {
            Some(path) => {
                let (file, restored) = state_file::open(path, self.clock.now().wall)?;
                (Some(file), restored)
            }
            None => (None, Vec::new()),
        };
        Ok(PairingHub::new(self, addresses, state_file, restored))
    }
}

/// Why a hub cannot be built.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BuildError {
    /// The admin token is short or does not fit into a header.
    #[error(
        "the admin token must be at least 16 visible ASCII characters, such as \
         `openssl rand -hex 32` makes"
    )]
    AdminToken,
    /// Not an address of a web page.
    #[error("the public URL must be like https://example.com/pair, without a query, a user or a #")]
    PublicUrl,
    /// Neither an origin nor the subdomains of a domain.
    #[error(
        "a frame ancestor must be an origin without a path, like https://app.example.com or \
         capacitor://localhost, or https://*.example.com for all subdomains"
    )]
    FrameAncestor,
    /// Neither an address nor a network.
    #[error("a trusted proxy must be an address like 127.0.0.1, or a network like 10.0.0.0/8")]
    TrustedProxy,
    /// No name of a header.
    #[error("the client address header must be a header's name, like X-Forwarded-For")]
    ClientAddressHeader,
    /// A lifetime of nothing, or of more than a year.
    #[error("the link lifetime must be greater than zero, and no lifetime more than a year")]
    Lifetime,
    /// The state file cannot be used.
    #[error(transparent)]
    StateFile(#[from] StateFileError),
}

impl From<InvalidAddresses> for BuildError {
    fn from(invalid: InvalidAddresses) -> Self {
        match invalid {
            InvalidAddresses::Proxy => Self::TrustedProxy,
            InvalidAddresses::Header => Self::ClientAddressHeader,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_work_is_refused() {
        let build = |builder: PairingHubBuilder| builder.build().map(drop);
        for url in ["example.com", "ftp://x", "https://x/?a", "https://u@x", ""] {
            let refused = build(PairingHub::builder().public_url(url));
            assert!(matches!(refused, Err(BuildError::PublicUrl)), "{url}");
        }
        let refused = build(PairingHub::builder().frame_ancestors(["*"]));
        assert!(matches!(refused, Err(BuildError::FrameAncestor)));
        let refused = build(PairingHub::builder().trusted_proxies(["proxy.example.com"]));
        assert!(matches!(refused, Err(BuildError::TrustedProxy)));
        let refused = build(PairingHub::builder().client_address_header("a b"));
        assert!(matches!(refused, Err(BuildError::ClientAddressHeader)));
        let refused = build(PairingHub::builder().link_lifetime(Duration::ZERO));
        assert!(matches!(refused, Err(BuildError::Lifetime)));
    }
}
