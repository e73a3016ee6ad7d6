//! From the configuration to the instances that are served, and what makes two of them the same.

use std::fmt;
use std::sync::Arc;

use pairing_core::{PairingPolicy, PhoneNumber};
use pairing_http::{HttpTransport, ReqwestTransport};
use pairing_providers::{ConfigError, Table};
use pairing_web::HubInstance;
use secrecy::zeroize::Zeroizing;
use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest as _, Sha256};

use crate::args::Global;
use crate::config::{Config, InstanceSection};
use crate::failure::Failure;
use crate::provider::{self, Opened, Purpose};

/// An instance that the hub takes under this name.
pub(super) struct Named {
    pub(super) name: String,
    pub(super) instance: HubInstance,
    pub(super) settings: Settings,
}

/// Everything that the file says about an instance, to see whether that has changed.
#[derive(Debug, PartialEq)]
pub(super) struct Settings {
    provider: String,
    policy: PairingPolicy,
    expect_phone: Option<PhoneNumber>,
    credentials: CredentialHash,
}

/// The SHA-256 of an instance's fields and webhook secret, so that they are not kept for a
/// comparison.
#[derive(PartialEq)]
struct CredentialHash([u8; 32]);

impl CredentialHash {
    fn of(fields: &Table, webhook_secret: Option<&SecretString>) -> Self {
        let mut text = Zeroizing::new(Vec::with_capacity(4096));
        let secret = webhook_secret.map(ExposeSecret::expose_secret);
        // Writing to memory does not fail, and a field is plain JSON.
        let _ = serde_json::to_writer(&mut *text, &(fields, secret));
        Self(Sha256::digest(&*text).into())
    }
}

impl fmt::Debug for CredentialHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CredentialHash(…)")
    }
}

/// One pool of connections for all instances of a file, those of a later reading included.
pub(super) fn transport() -> Result<Arc<dyn HttpTransport>, Failure> {
    let transport = ReqwestTransport::new();
    Ok(Arc::new(transport.map_err(|error| {
        Failure::from(ConfigError::from(error))
    })?))
}

/// The instances of the file; or, without any, the one provider that command line,
/// environment and file describe as for every other command.
pub(super) fn read(
    global: &Global,
    config: &Config,
    transport: &Arc<dyn HttpTransport>,
) -> Result<Vec<Named>, Failure> {
    if config.instances.is_empty() {
        return Ok(vec![only(global, config)?]);
    }
    let single = [
        ("--provider", global.provider.is_some()),
        ("--base-url", global.base_url.is_some()),
    ];
    if let Some((option, _)) = single.into_iter().find(|(_, given)| *given) {
        return Err(Failure::configuration(format!(
            "{option} is for one gateway, and the configuration file has [instances]: leave it \
             out, and write it into the instance's section"
        )));
    }
    let named = |section| of_section(global, config, section, transport);
    config.instances.iter().map(named).collect()
}

fn only(global: &Global, config: &Config) -> Result<Named, Failure> {
    let opened = provider::open_one(global, config, Purpose::Session, None)?;
    let name = opened.provider.name().to_owned();
    let settings = Settings {
        credentials: CredentialHash::of(&config.table(&name), None),
        provider: name.clone(),
        policy: opened.policy.clone(),
        expect_phone: None,
    };
    let instance = instance(opened);
    let fits = instance.check(&name);
    fits.map_err(|error| Failure::configuration(error.to_string()))?;
    Ok(Named {
        name,
        instance,
        settings,
    })
}

fn of_section(
    global: &Global,
    config: &Config,
    section: &InstanceSection,
    transport: &Arc<dyn HttpTransport>,
) -> Result<Named, Failure> {
    let opened = provider::open_instance(global, config, section, transport.clone())?;
    let settings = Settings {
        credentials: CredentialHash::of(&section.fields, section.webhook_secret.as_ref()),
        provider: section.provider.clone(),
        policy: opened.policy.clone(),
        expect_phone: section.expect_phone.clone(),
    };
    let mut instance = instance(opened);
    if let Some(secret) = section.webhook_secret.clone() {
        instance = instance.webhook_secret(secret);
    }
    if let Some(phone) = section.expect_phone.clone() {
        instance = instance.expect_phone(phone);
    }
    let fits = instance.check(&section.name);
    fits.map_err(|error| section.refuse(error))?;
    Ok(Named {
        name: section.name.clone(),
        instance,
        settings,
    })
}

fn instance(opened: Opened) -> HubInstance {
    HubInstance::new(opened.provider)
        .title(opened.title)
        .policy(opened.policy)
}
