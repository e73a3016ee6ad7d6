//! Builds a hub from options that fit together.

use std::time::Duration;

use axum::http::Uri;
use tokio::runtime::Handle;

use super::PairingHub;
use super::admin_token::AdminToken;
use super::deadline::Clock;
use super::options::{HubLimits, HubOptions};
use crate::ancestor::is_ancestor;
use crate::clients::{Addresses, InvalidAddresses};
use crate::error::BuildError;
use crate::store::{PairingStore, RecordChange};

/// Builds a [`PairingHub`].
#[derive(Debug)]
#[must_use]
pub struct PairingHubBuilder {
    options: HubOptions,
    clock: Clock,
    trusted_proxies: Vec<String>,
    client_address_header: String,
}

impl Default for PairingHubBuilder {
    fn default() -> Self {
        Self {
            options: HubOptions::default(),
            clock: Clock::default(),
            trusted_proxies: Vec::new(),
            client_address_header: "X-Forwarded-For".to_owned(),
        }
    }
}

impl PairingHub {
    /// What a hub is made from.
    pub fn builder() -> PairingHubBuilder {
        PairingHubBuilder::default()
    }
}

impl PairingHubBuilder {
    /// Lets the host application open pairings over HTTP, under `api/`. Without it those
    /// routes do not exist.
    pub fn admin_token(mut self, token: AdminToken) -> Self {
        self.options.admin_token = Some(token);
        self
    }

    /// Where browsers find the router, mount point included: `https://example.com/pair`.
    /// With it, links are whole URLs.
    pub fn public_url(mut self, url: impl Into<String>) -> Self {
        self.options.public_url = Some(url.into());
        self
    }

    /// The origins whose pages may show the pairing page in a frame: `https://app.example.com`, an
    /// app in a web view (`capacitor://localhost`, `tauri://localhost`), or all subdomains of a
    /// domain (`https://*.example.com`). Default: none.
    pub fn frame_ancestors<S: Into<String>>(
        mut self,
        origins: impl IntoIterator<Item = S>,
    ) -> Self {
        self.options.frame_ancestors = origins.into_iter().map(Into::into).collect();
        self
    }

    /// How much the hub takes on.
    pub fn limits(mut self, limits: HubLimits) -> Self {
        self.options.limits = limits;
        self
    }

    /// How long a link waits to be opened. Default: 30 minutes. Another link to the same pairing
    /// gives it no more. Once opened, by whichever link that still can, the pairing's links live
    /// as long as its session. A session that passed its deadline unused leaves a link the rest of
    /// its time. A lifetime ends by the monotonic clock or by the time of day, whichever comes
    /// first, and links from a store have no more than this from the start.
    pub fn link_lifetime(mut self, lifetime: Duration) -> Self {
        self.options.link_lifetime = lifetime;
        self
    }

    /// How long a link still shows how its session ended. Default: 60 seconds.
    pub fn linger(mut self, linger: Duration) -> Self {
        self.options.linger = linger;
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

    /// Builds a hub whose links end with the process.
    ///
    /// # Errors
    ///
    /// [`BuildError`] says which option is not fine.
    pub fn build(self) -> Result<PairingHub, BuildError> {
        let (options, clock, addresses) = self.check()?;
        Ok(PairingHub::new(options, clock, addresses, None, Vec::new()))
    }

    /// Builds a hub that keeps its links in this store, as hashes, so that they survive a restart:
    /// in a [`StateFile`](crate::StateFile), a [`MemoryStore`](crate::MemoryStore), or a store of
    /// your own. Reads and writes it, which takes as long as the store does.
    ///
    /// ```
    /// # async fn serve() -> Result<(), pairing_web::BuildError> {
    /// use pairing_web::{PairingHub, StateFile};
    ///
    /// let hub = PairingHub::builder()
    ///     .build_with_store(StateFile::new("/var/lib/shop/links.json"))
    ///     .await?;
    /// # let _ = hub;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`BuildError`] says which option is not fine, or why the store cannot be used.
    pub async fn build_with_store(
        self,
        store: impl PairingStore + 'static,
    ) -> Result<PairingHub, BuildError> {
        let runtime = Handle::try_current().map_err(|_| BuildError::NoRuntime)?;
        let (options, clock, addresses) = self.check()?;
        let now = clock.now().wall;
        let (over, restored): (Vec<_>, Vec<_>) = store
            .load()
            .await?
            .into_iter()
            .partition(|record| record.is_over(now));
        let over: Vec<_> = over
            .into_iter()
            .map(|record| RecordChange::Delete(record.id))
            .collect();
        // Also without a change: a store that cannot be written is found now.
        store.apply(&over).await?;
        let hub = PairingHub::new(options, clock, addresses, Some(Box::new(store)), restored);
        hub.begin_tidying(&runtime);
        Ok(hub)
    }

    /// What the hub is made of, if it is fine.
    fn check(mut self) -> Result<(HubOptions, Clock, Addresses), BuildError> {
        const LONGEST: Duration = Duration::from_secs(366 * 24 * 3600);
        let options = &mut self.options;
        if options.link_lifetime.is_zero() || options.link_lifetime.max(options.linger) > LONGEST {
            return Err(BuildError::Lifetime);
        }
        if let Some(url) = &mut options.public_url {
            let trimmed = url.trim_end_matches('/').len();
            url.truncate(trimmed);
            let uri: Uri = url.parse().map_err(|_| BuildError::PublicUrl)?;
            let is_web = matches!(uri.scheme_str(), Some("http" | "https"));
            if !is_web || uri.query().is_some() || url.contains(['@', '#']) {
                return Err(BuildError::PublicUrl);
            }
        }
        let ancestors = &options.frame_ancestors;
        if !ancestors.iter().all(|origin| is_ancestor(origin)) {
            return Err(BuildError::FrameAncestor);
        }
        let addresses = Addresses::new(&self.trusted_proxies, &self.client_address_header);
        let addresses = addresses.map_err(|invalid| match invalid {
            InvalidAddresses::Proxy => BuildError::TrustedProxy,
            InvalidAddresses::Header => BuildError::ClientAddressHeader,
        })?;
        Ok((self.options, self.clock, addresses))
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
