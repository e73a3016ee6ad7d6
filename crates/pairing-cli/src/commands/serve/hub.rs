//! From the configuration to a hub without instances.

use std::io;
use std::path::Path;

use pairing_web::{AdminToken, BuildError, HubLimits, PairingHub, StateFile};

use crate::config::ServeSection;
use crate::failure::{self, Failure};

/// A hub as the file wants it. Reads and writes the state file.
pub(super) async fn build(serve: &ServeSection, token: AdminToken) -> Result<PairingHub, Failure> {
    let mut builder = PairingHub::builder()
        .admin_token(token)
        .frame_ancestors(&serve.frame_ancestors)
        .trusted_proxies(&serve.trusted_proxies)
        .limits(limits(serve));
    if let Some(header) = &serve.client_address_header {
        builder = builder.client_address_header(header);
    }
    if let Some(url) = &serve.public_url {
        builder = builder.public_url(url);
    }
    if let Some(lifetime) = serve.link_lifetime {
        builder = builder.link_lifetime(lifetime);
    }
    if let Some(linger) = serve.linger {
        builder = builder.linger(linger);
    }
    let built = match &serve.state_file {
        Some(path) => builder.build_with_store(StateFile::new(path)).await,
        None => builder.build(),
    };
    built.map_err(|error| refusal(&error, serve.state_file.as_deref()))
}

fn limits(serve: &ServeSection) -> HubLimits {
    let mut limits = HubLimits::default();
    for (limit, configured) in [
        (&mut limits.pairings, serve.max_pairings),
        (&mut limits.viewers, serve.max_viewers),
        (
            &mut limits.viewers_per_pairing,
            serve.max_viewers_per_pairing,
        ),
        (&mut limits.links_per_pairing, serve.max_links_per_pairing),
        (&mut limits.ended_pairings, serve.max_ended_pairings),
        (&mut limits.actions_per_minute, serve.max_actions_per_minute),
    ] {
        *limit = configured.unwrap_or(*limit);
    }
    limits
}

/// The key in the file, and what is wrong with it.
fn refusal(error: &BuildError, state_file: Option<&Path>) -> Failure {
    let key = match error {
        BuildError::AdminToken => "admin_token",
        BuildError::PublicUrl => "public_url",
        BuildError::FrameAncestor => "frame_ancestors",
        BuildError::TrustedProxy => "trusted_proxies",
        BuildError::ClientAddressHeader => "client_address_header",
        BuildError::Lifetime => "link_lifetime and linger",
        BuildError::Store(_) => "state_file",
        _ => "a value",
    };
    let named = state_file.filter(|file| !file.as_os_str().is_empty());
    let what = match (error, named.map(Path::display)) {
        (BuildError::Store(error), Some(file)) => {
            let cause = std::error::Error::source(error);
            match cause.and_then(|cause| cause.downcast_ref::<io::Error>()) {
                Some(cause) => format!(
                    "{file} cannot be read or written: {}; name a file in a folder that exists \
                     and in which this program may write",
                    failure::plain(cause)
                ),
                None => format!("{file}: {error}"),
            }
        }
        _ => error.to_string(),
    };
    Failure::configuration(format!("--config: [serve] {key}: {what}"))
}
