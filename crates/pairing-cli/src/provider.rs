//! From the command line, the environment and the file to a provider. Nothing here knows
//! any single one: all there is to know stands in the table of `pairing-providers`.

use std::sync::Arc;

use clap::builder::PossibleValuesParser;
use pairing_core::{PairingMethod, PairingPolicy, PairingProvider, RetryPolicy, StartError};
use pairing_http::{BaseUrl, HttpTransport};
use pairing_providers::{
    Adapter, ConfigError, FieldSpec, Overrides, QrForm, load, provider, providers,
};

use crate::args::{Form, Global};
use crate::config::{Config, InstanceSection, KnownTable};
use crate::failure::Failure;
use crate::program::Context;

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

/// The variable that holds the admin token of `pairing serve`.
pub(crate) const ADMIN_TOKEN: &str = "PAIRING_ADMIN_TOKEN";

/// The values of `--provider`.
pub(crate) fn names() -> PossibleValuesParser {
    PossibleValuesParser::new(providers().iter().map(|provider| provider.name))
}

/// The environment variables of all providers and what they hold, for help texts.
pub(crate) fn variables() -> Vec<(String, String)> {
    let mut variables = Vec::new();
    let mut shared = Vec::new();
    for provider in providers() {
        for field in provider.fields {
            let mut names = field.env_vars(provider.name).into_iter();
            if let Some(own) = names.next().filter(|_| needs_a_line(field)) {
                variables.push((own, format!("{}: {}", provider.title, field.help)));
            }
            shared.extend(names);
        }
    }
    shared.sort();
    shared.dedup();
    for name in shared {
        let help = "the address of whichever gateway is used, as --base-url";
        variables.push((name, help.to_owned()));
    }
    variables
}

/// Not what has a default; `pairing providers` lists that too.
fn needs_a_line(field: &FieldSpec) -> bool {
    field.secret || field.required
}

/// The configuration file that the command line names. Read before signals are ours: a pipe
/// that nobody writes to must still give way to Ctrl-C.
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

/// The same with another configuration than the one that the program was started with.
pub(crate) fn open_one(
    global: &Global,
    config: &Config,
    purpose: Purpose,
    form: Option<Form>,
) -> Result<Opened, Failure> {
    let name = global
        .provider
        .as_deref()
        .or(config.provider.as_deref())
        .ok_or_else(|| {
            let names: Vec<_> = providers().iter().map(|provider| provider.name).collect();
            Failure::configuration(format!(
                "which gateway? Add --provider with one of {}; `pairing providers` says more, \
                 and `pairing demo` needs none",
                names.join(", ")
            ))
        })?;
    let mut overrides = Overrides::default();
    overrides.base_url = base_url(global)?;
    overrides.qr_form = form.map(|form| match form {
        Form::Text => QrForm::Text,
        Form::Image => QrForm::Image,
    });
    let single = global.no_retry && purpose == Purpose::Call;
    overrides.follow_ups = single.then_some(false);
    let environment = |name: &str| std::env::var(name).ok();
    let provider = load(name, &config.table(name), environment, &overrides)
        .and_then(|config| config.build())?;
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

/// The row of a provider.
pub(crate) fn info(name: &str) -> Result<&'static Adapter, Failure> {
    Ok(provider(name)?)
}

/// The variables of a provider alone, in the words of its row, for values that `value`
/// knows by the field's name. An address goes into its own variable too: in the one that all
/// providers share, it would send the next provider's credentials to this host.
pub(crate) fn variables_for(
    info: &Adapter,
    value: impl Fn(&str) -> Option<String>,
) -> Vec<(String, String)> {
    info.fields
        .iter()
        .filter_map(|field| {
            let name = field.env_vars(info.name).into_iter().next()?;
            Some((name, value(field.name)?))
        })
        .collect()
}

fn title(name: &str) -> String {
    provider(name).map_or_else(|_| name.to_owned(), |info| info.title.to_owned())
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

pub(crate) fn known_tables() -> Vec<KnownTable<'static>> {
    let table = |info: &'static Adapter| KnownTable {
        name: info.name,
        fields: info.fields.iter().map(|field| field.name).collect(),
        secrets: info
            .fields
            .iter()
            .filter(|field| field.secret)
            .map(|field| field.name)
            .collect(),
    };
    providers().iter().copied().map(table).collect()
}

impl From<ConfigError> for Failure {
    fn from(error: ConfigError) -> Self {
        Self::Configuration(error.to_string())
    }
}
