//! The sessions by id, and how one is opened.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;
use pairing_core::{
    CommandError, InvalidPhoneNumber, PairingEvent, PairingMethod, PairingPolicy, PairingSession,
    PhoneNumber, ProviderError, StartError,
};
use pairing_http::{HttpTransport, ReqwestTransport};
use pairing_providers::{ConfigError, Overrides, ProviderConfig, Table};

/// Why a command is not done.
pub(super) struct Refusal {
    pub(super) code: &'static str,
    pub(super) retryable: bool,
    pub(super) message: String,
}

impl Refusal {
    pub(super) fn new(code: &'static str, message: impl ToString) -> Self {
        Self {
            code,
            retryable: false,
            message: message.to_string(),
        }
    }

    pub(super) fn bad_command(message: &str) -> Self {
        Self::new("bad_command", message)
    }
}

impl From<ConfigError> for Refusal {
    fn from(error: ConfigError) -> Self {
        Self::new("invalid_settings", error)
    }
}

impl From<InvalidPhoneNumber> for Refusal {
    fn from(error: InvalidPhoneNumber) -> Self {
        Self::new("invalid_phone", error)
    }
}

impl From<StartError> for Refusal {
    fn from(error: StartError) -> Self {
        let code = match error {
            StartError::Policy(_) => "invalid_policy",
            StartError::MethodUnsupported => "unsupported",
            StartError::PhoneNotVerifiable => "phone_not_verifiable",
            StartError::ExpectsAnotherPhone => "invalid_phone",
            StartError::NoRuntime => "internal",
        };
        Self::new(code, error)
    }
}

impl From<CommandError> for Refusal {
    fn from(error: CommandError) -> Self {
        let code = match error {
            CommandError::MethodUnsupported => "unsupported",
            CommandError::ExpectsAnotherPhone => "invalid_phone",
            CommandError::NotWaiting => "not_waiting",
            CommandError::Finished => "session_finished",
        };
        Self::new(code, error)
    }
}

impl From<ProviderError> for Refusal {
    fn from(error: ProviderError) -> Self {
        Self {
            code: error.kind().as_str(),
            retryable: error.is_retryable(),
            message: error.message().to_owned(),
        }
    }
}

/// A session and what came from it last.
pub(super) struct Held {
    pub(super) config: ProviderConfig,
    pub(super) session: PairingSession,
    pub(super) last: Option<PairingEvent>,
}

pub(super) struct Sessions {
    transport: Arc<dyn HttpTransport>,
    held: HashMap<String, Held>,
}

impl Sessions {
    pub(super) fn new() -> Result<Self> {
        Ok(Self {
            transport: Arc::new(ReqwestTransport::new()?),
            held: HashMap::new(),
        })
    }

    pub(super) fn get(&mut self, id: &str) -> Result<&mut Held, Refusal> {
        self.held
            .get_mut(id)
            .ok_or_else(|| Refusal::bad_command("there is no session of this id"))
    }

    pub(super) fn keep(&mut self, id: &str, held: Held) {
        self.held.insert(id.to_owned(), held);
    }

    pub(super) fn forget(&mut self, id: &str) -> Result<(), Refusal> {
        self.get(id)?;
        self.held.remove(id);
        Ok(())
    }

    /// Starts a session from the fields of `start` after the id.
    pub(super) fn open(&self, fields: &str) -> Result<Held, Refusal> {
        let mut fields = fields.split(' ');
        let mut next = || {
            let field = fields.next();
            field.ok_or_else(|| Refusal::bad_command("a field is missing"))
        };
        let (provider, method, phone, expected) = (next()?, next()?, next()?, next()?);
        let speed: u32 = number(next()?)?;
        let mut settings = Table::new();
        let mut changes = Vec::new();
        let mut expect_webhooks = false;
        for field in fields {
            if field == "expect_webhooks=1" {
                expect_webhooks = true;
                continue;
            }
            let Some((key, value)) = field.split_once('=') else {
                return Err(Refusal::bad_command("a setting is key=value"));
            };
            match key.strip_prefix("policy.") {
                Some(key) => changes.push((key, number(value)?)),
                None => {
                    settings.insert(key.to_owned(), value.into());
                }
            }
        }
        let config = pairing_providers::load(provider, &settings, |_| None, &Overrides::default())?;
        let provider = config.clone().build_with(self.transport.clone())?;
        let mut policy = provider.recommended_policy().scaled_down(speed);
        for (key, value) in changes {
            change(&mut policy, key, value)?;
        }
        let mut builder = PairingSession::builder(provider)
            .method(read_method(method, phone)?)
            .policy(policy);
        if expected != "-" {
            builder = builder.expect_phone(PhoneNumber::parse_user_input(expected)?);
        }
        if expect_webhooks {
            builder = builder.expect_webhooks();
        }
        Ok(Held {
            config,
            session: builder.start()?,
            last: None,
        })
    }
}

fn read_method(method: &str, phone: &str) -> Result<PairingMethod, Refusal> {
    match method {
        "qr" => Ok(PairingMethod::Qr),
        "phone_code" => Ok(PairingMethod::PhoneCode(PhoneNumber::parse_user_input(
            phone,
        )?)),
        _ => Err(Refusal::bad_command("the method is qr or phone_code")),
    }
}

fn change(policy: &mut PairingPolicy, key: &str, value: u32) -> Result<(), Refusal> {
    let duration = Duration::from_millis(value.into());
    match key {
        "deadline_ms" => policy.deadline = duration,
        "status_interval_ms" => policy.status_interval = duration,
        "webhook_status_interval_ms" => policy.webhook_status_interval = duration,
        "codes_per_round" => policy.codes_per_round = value,
        _ => return Err(Refusal::bad_command("this policy key is unknown")),
    }
    Ok(())
}

pub(super) fn number(text: &str) -> Result<u32, Refusal> {
    text.parse()
        .map_err(|_| Refusal::bad_command("a number is expected"))
}
