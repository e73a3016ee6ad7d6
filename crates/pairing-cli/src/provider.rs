//! From the command line, the environment and the file to a provider.

use std::sync::Arc;

use pairing_core::{PairingMethod, PairingPolicy, PairingProvider, RetryPolicy, StartError};
use pairing_http::{BaseUrl, HttpTransport, ReqwestTransport};
use pairing_providers::{ConfigError, Overrides, ProviderConfig, QrForm, load, providers};

use crate::args::{Form, Global};
use crate::config::{Config, InstanceSection};
use crate::context::Context;
use crate::failure::Failure;
use crate::gateways::{known_tables, title};

/// A provider that is ready to be asked.
pub(crate) struct Opened {
    pub(crate) provider: Box<dyn PairingProvider>,
    /// Its name as people know it.
    pub(crate) title: String,
    pub(crate) policy: PairingPolicy,
}

impl Opened {
    /// Refuses a method that the provider lacks, before anything is asked.
    pub(crate) fn require(&self, method: &PairingMethod) -> Result<(), Failure> {
        if self.provider.capabilities().supports(method) {
            Ok(())
        } else {
            Err(StartError::MethodUnsupported.into())
        }
    }
}

/// The configuration file that the command line names. Read before signals are ours: a pipe
/// without a writer must still give way to Ctrl-C.
pub(crate) fn read_config(global: &Global) -> Result<Config, Failure> {
    match &global.config {
        Some(path) => Config::read(path, &known_tables()),
        None => Ok(Config::default()),
    }
}

/// What a provider is opened for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// One call, which `--no-retry` makes one HTTP request.
    Call,
    /// A session, in which every answer must be understood: `--no-retry` leaves out the
    /// backoff, not the questions that clear up an answer.
    Session,
}

/// The provider that the command line or the file names, with everything it needs.
pub(crate) fn open(
    context: &Context,
    purpose: Purpose,
    form: Option<Form>,
) -> Result<Opened, Failure> {
    open_one(&context.global, &context.config, purpose, form)
}

/// The same with every request seen by what `watch` puts around the bundled HTTP client.
pub(crate) fn open_watched(
    context: &Context,
    purpose: Purpose,
    watch: impl FnOnce(Arc<dyn HttpTransport>) -> Arc<dyn HttpTransport>,
) -> Result<Opened, Failure> {
    let (global, config) = (&context.global, &context.config);
    open_built(global, config, purpose, None, |config| {
        let transport = ReqwestTransport::new()?;
        config.build_with(watch(Arc::new(transport)))
    })
}

/// The name of the provider that the command line or the file names.
pub(crate) fn chosen<'a>(global: &'a Global, config: &'a Config) -> Result<&'a str, Failure> {
    let named = global.provider.as_deref().or(config.provider.as_deref());
    named.ok_or_else(|| {
        let names: Vec<_> = providers().iter().map(|provider| provider.name).collect();
        Failure::configuration(format!(
            "which gateway? Add --provider with one of {}; `pairing providers` says more, and \
             `pairing demo` needs none",
            names.join(", ")
        ))
    })
}

/// The same with another configuration than the one that the program was started with.
pub(crate) fn open_one(
    global: &Global,
    config: &Config,
    purpose: Purpose,
    form: Option<Form>,
) -> Result<Opened, Failure> {
    open_built(global, config, purpose, form, ProviderConfig::build)
}

fn open_built(
    global: &Global,
    config: &Config,
    purpose: Purpose,
    form: Option<Form>,
    build: impl FnOnce(ProviderConfig) -> Result<Box<dyn PairingProvider>, ConfigError>,
) -> Result<Opened, Failure> {
    let name = chosen(global, config)?;
    let mut overrides = Overrides::default();
    overrides.base_url = base_url(global)?;
    overrides.qr_form = form.map(|form| match form {
        Form::Text => QrForm::Text,
        Form::Image => QrForm::Image,
    });
    let single = global.no_retry && purpose == Purpose::Call;
    overrides.follow_ups = single.then_some(false);
    let environment = |name: &str| std::env::var(name).ok();
    let provider = load(name, &config.table(name), environment, &overrides).and_then(build)?;
    let mut policy = config.policy(provider.recommended_policy())?;
    if global.no_retry {
        policy.retry = RetryPolicy::never();
    }
    Ok(Opened {
        title: title(name),
        provider,
        policy,
    })
}

/// The provider of an instance, with what its section says and nothing else: the environment
/// cannot tell two instances of one gateway apart.
pub(crate) fn open_instance(
    global: &Global,
    config: &Config,
    section: &InstanceSection,
    transport: Arc<dyn HttpTransport>,
) -> Result<Opened, Failure> {
    let nothing = |_: &str| None;
    let provider = load(
        &section.provider,
        &section.fields,
        nothing,
        &Overrides::default(),
    )
    .and_then(|config| config.build_with(transport))
    .map_err(|error| section.refuse(in_a_section(&error)))?;
    let recommended = provider.recommended_policy();
    let mut policy = match config.policy_of(section, recommended) {
        Ok(policy) => policy,
        Err(Failure::Configuration(what)) => return Err(section.refuse(what)),
        Err(other) => return Err(other),
    };
    if global.no_retry {
        policy.retry = RetryPolicy::never();
    }
    Ok(Opened {
        title: title(&section.provider),
        provider,
        policy,
    })
}

/// What is wrong, where no environment variable can help.
fn in_a_section(error: &ConfigError) -> String {
    match error {
        ConfigError::Missing { field, help, .. } => format!("{field} is missing: {help}"),
        ConfigError::WrongType {
            field, expected, ..
        } => format!("{field}: must be {expected}"),
        ConfigError::BaseUrl { problem, .. } => format!("base_url: {problem}"),
        ConfigError::Credential { problem, .. } => problem.to_string(),
        other => other.to_string(),
    }
}

/// A provider that takes everything from these variables instead of the environment.
pub(crate) fn open_with(name: &str, variables: &[(String, String)]) -> Result<Opened, Failure> {
    let environment = |name: &str| {
        let variable = variables.iter().find(|(variable, _)| variable == name)?;
        Some(variable.1.clone())
    };
    let table = pairing_providers::Table::new();
    let provider =
        load(name, &table, environment, &Overrides::default()).and_then(|config| config.build())?;
    Ok(Opened {
        title: title(name),
        policy: provider.recommended_policy(),
        provider,
    })
}

fn base_url(global: &Global) -> Result<Option<BaseUrl>, Failure> {
    let Some(text) = &global.base_url else {
        return Ok(None);
    };
    match BaseUrl::parse(text) {
        Ok(url) => Ok(Some(url)),
        Err(problem) => Err(Failure::configuration(format!("--base-url: {problem}"))),
    }
}
