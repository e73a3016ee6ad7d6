//! The section `[serve]`: where `pairing serve` listens, and how much it takes on.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use secrecy::zeroize::Zeroize as _;
use secrecy::{ExposeSecret as _, SecretString};
use toml::de::DeValue;
use toml::{Spanned, Table};

use super::source::{Entry, Source};
use crate::failure::Failure;

/// What a file says about serving. Whatever is `None` stays as pairing-web has it. Holds a secret,
/// so no `Debug`.
#[derive(Clone, Default)]
pub(crate) struct ServeSection {
    pub(crate) listen: Option<SocketAddr>,
    pub(crate) admin_token: Option<SecretString>,
    pub(crate) public_url: Option<String>,
    pub(crate) frame_ancestors: Vec<String>,
    pub(crate) trusted_proxies: Vec<String>,
    pub(crate) client_address_header: Option<String>,
    pub(crate) state_file: Option<PathBuf>,
    pub(crate) link_lifetime: Option<Duration>,
    pub(crate) linger: Option<Duration>,
    pub(crate) keep_alive: Option<Duration>,
    pub(crate) max_pairings: Option<usize>,
    pub(crate) max_viewers: Option<usize>,
    pub(crate) max_viewers_per_pairing: Option<usize>,
    pub(crate) max_links_per_pairing: Option<usize>,
    pub(crate) max_ended_pairings: Option<usize>,
    pub(crate) max_actions_per_minute: Option<usize>,
    /// As it stands in the file.
    written: Table,
}

/// All that the section can have.
pub(crate) const KEYS: [&str; 16] = [
    "listen",
    "admin_token",
    "public_url",
    "frame_ancestors",
    "trusted_proxies",
    "client_address_header",
    "state_file",
    "link_lifetime",
    "linger",
    "keep_alive",
    "max_pairings",
    "max_viewers",
    "max_viewers_per_pairing",
    "max_links_per_pairing",
    "max_ended_pairings",
    "max_actions_per_minute",
];

/// What an address to listen on looks like.
pub(crate) const LISTEN: &str = "an IP address with a port, like 127.0.0.1:8910";

impl ServeSection {
    pub(super) fn read(source: &Source<'_>, value: Spanned<DeValue<'_>>) -> Result<Self, Failure> {
        let mut section = Self {
            written: source.plain_table(value.clone(), "serve")?,
            ..Self::default()
        };
        let DeValue::Table(table) = value.into_inner() else {
            return Ok(section);
        };
        // The token is kept where it is wiped, and compared there.
        if let Some(toml::Value::String(mut token)) = section.written.remove("admin_token") {
            token.zeroize();
        }
        for (key, value) in table {
            let entry = Entry::new(source, "serve", &key, value);
            match key.get_ref().as_ref() {
                "listen" => {
                    section.listen = Some(entry.read(LISTEN, |text| text.parse().ok())?);
                }
                "admin_token" => section.admin_token = Some(entry.text()?.into()),
                "public_url" => section.public_url = Some(entry.text()?),
                "frame_ancestors" => {
                    let wanted = "a list of origins, like [\"https://app.example.com\"]";
                    section.frame_ancestors = entry.value(wanted)?;
                }
                "trusted_proxies" => {
                    let wanted = "a list of addresses and networks, like [\"127.0.0.1\"]";
                    section.trusted_proxies = entry.value(wanted)?;
                }
                "client_address_header" => {
                    section.client_address_header = Some(entry.text()?);
                }
                "state_file" => section.state_file = Some(entry.text()?.into()),
                "link_lifetime" => section.link_lifetime = Some(duration(entry)?),
                "linger" => section.linger = Some(duration(entry)?),
                "keep_alive" => section.keep_alive = Some(duration(entry)?),
                "max_pairings" => section.max_pairings = Some(limit(entry)?),
                "max_viewers" => section.max_viewers = Some(limit(entry)?),
                "max_viewers_per_pairing" => {
                    section.max_viewers_per_pairing = Some(limit(entry)?);
                }
                "max_links_per_pairing" => section.max_links_per_pairing = Some(limit(entry)?),
                "max_ended_pairings" => section.max_ended_pairings = Some(limit(entry)?),
                "max_actions_per_minute" => {
                    section.max_actions_per_minute = Some(limit(entry)?);
                }
                _ => return Err(source.unknown_key("serve", &key, &KEYS)),
            }
        }
        Ok(section)
    }

    /// The keys that the other section has with another value, or that only one of them has.
    pub(crate) fn changed_keys(&self, other: &Self) -> Vec<&'static str> {
        let is_changed = |key: &&str| match *key {
            "admin_token" => !has_same_token(self, other),
            key => self.written.get(key) != other.written.get(key),
        };
        KEYS.into_iter().filter(is_changed).collect()
    }
}

fn has_same_token(one: &ServeSection, other: &ServeSection) -> bool {
    match (&one.admin_token, &other.admin_token) {
        (Some(one), Some(other)) => one.expose_secret() == other.expose_secret(),
        (one, other) => one.is_none() && other.is_none(),
    }
}

fn duration(entry: Entry<'_>) -> Result<Duration, Failure> {
    let wanted = "a duration in quotes, like \"30m\" or \"90s\"";
    entry.read(wanted, |text| humantime::parse_duration(text).ok())
}

/// A limit of 0 would refuse every request.
fn limit(entry: Entry<'_>) -> Result<usize, Failure> {
    let wanted = "a whole number from 1, without quotes";
    Ok(entry.value::<std::num::NonZeroUsize>(wanted)?.get())
}
