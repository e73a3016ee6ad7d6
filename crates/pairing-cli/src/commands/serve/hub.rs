//! From the configuration to a hub with its instances.

use std::path::Path;
use std::sync::Arc;

use pairing_http::{HttpTransport, ReqwestTransport};
use pairing_providers::ConfigError;
use pairing_web::{AdminToken, BuildError, HubInstance, HubLimits, PairingHub, StateFileError};

use crate::config::{InstanceSection, ServeSection};
use crate::failure::{self, Failure};
use crate::program::Context;
use crate::provider::{self, Opened, Purpose};

/// An instance with its name, and the section to blame for what is wrong with it.
pub(super) struct Named {
    name: String,
    instance: HubInstance,
    section: Option<InstanceSection>,
}

/// The instances of the file; or, without any, the one provider that command line,
/// environment and file describe as for every other command.
pub(super) fn instances(context: &mut Context) -> Result<Vec<Named>, Failure> {
    let sections = std::mem::take(&mut context.config.instances);
    if sections.is_empty() {
        let opened = provider::open(context, Purpose::Session, None)?;
        return Ok(vec![Named {
            name: opened.provider.name().to_owned(),
            instance: instance(opened),
            section: None,
        }]);
    }
    let single = [
        ("--provider", context.global.provider.is_some()),
        ("--base-url", context.global.base_url.is_some()),
    ];
    if let Some((option, _)) = single.into_iter().find(|(_, given)| *given) {
        return Err(Failure::configuration(format!(
            "{option} is for one gateway, and the configuration file has [instances]: leave it \
             out, and write it into the instance's section"
        )));
    }
    // One pool of connections for all of them.
    let transport: Arc<dyn HttpTransport> =
        Arc::new(ReqwestTransport::new().map_err(|error| Failure::from(ConfigError::from(error)))?);
    let mut instances = Vec::new();
    for section in sections {
        let opened = provider::open_instance(context, &section, transport.clone())?;
        let mut instance = instance(opened);
        if let Some(secret) = section.webhook_secret.clone() {
            instance = instance.webhook_secret(secret);
        }
        if let Some(phone) = section.expect_phone.clone() {
            instance = instance.expect_phone(phone);
        }
        instances.push(Named {
            name: section.name.clone(),
            instance,
            section: Some(section),
        });
    }
    Ok(instances)
}

fn instance(opened: Opened) -> HubInstance {
    HubInstance::new(opened.provider)
        .title(opened.title)
        .policy(opened.policy)
}

/// A hub as the file wants it, without instances.
pub(super) fn build(serve: &mut ServeSection, token: AdminToken) -> Result<PairingHub, Failure> {
    let mut builder = PairingHub::builder()
        .admin_token(token)
        .frame_ancestors(std::mem::take(&mut serve.frame_ancestors))
        .trusted_proxies(std::mem::take(&mut serve.trusted_proxies))
        .limits(limits(serve));
    if let Some(header) = serve.client_address_header.take() {
        builder = builder.client_address_header(header);
    }
    if let Some(url) = serve.public_url.take() {
        builder = builder.public_url(url);
    }
    let state_file = serve.state_file.take();
    if let Some(path) = &state_file {
        builder = builder.state_file(path);
    }
    if let Some(lifetime) = serve.link_lifetime {
        builder = builder.link_lifetime(lifetime);
    }
    if let Some(linger) = serve.linger {
        builder = builder.linger(linger);
    }
    builder
        .build()
        .map_err(|error| refusal(&error, state_file.as_deref()))
}

fn limits(serve: &ServeSection) -> HubLimits {
    let usual = HubLimits::default();
    HubLimits {
        pairings: serve.max_pairings.unwrap_or(usual.pairings),
        viewers: serve.max_viewers.unwrap_or(usual.viewers),
        viewers_per_pairing: serve
            .max_viewers_per_pairing
            .unwrap_or(usual.viewers_per_pairing),
        links_per_pairing: serve
            .max_links_per_pairing
            .unwrap_or(usual.links_per_pairing),
    }
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
        BuildError::StateFile(_) => "state_file",
        _ => "a value",
    };
    let file = state_file.unwrap_or(Path::new("")).display();
    let what = match error {
        BuildError::StateFile(StateFileError::Io(error)) => format!(
            "{file} cannot be read or written: {}; name a file in a folder that exists and in \
             which this program may write",
            failure::plain(error)
        ),
        BuildError::StateFile(error) => format!("{file}: {error}"),
        error => error.to_string(),
    };
    Failure::configuration(format!("--config: [serve] {key}: {what}"))
}

/// Makes the instances known to the hub, and gives their names.
pub(super) fn add(hub: &PairingHub, instances: Vec<Named>) -> Result<Vec<String>, Failure> {
    let mut names = Vec::new();
    for named in instances {
        hub.add_instance(&named.name, named.instance)
            .map_err(|error| match &named.section {
                Some(section) => section.refuse(error),
                None => Failure::configuration(error.to_string()),
            })?;
        names.push(named.name);
    }
    Ok(names)
}
