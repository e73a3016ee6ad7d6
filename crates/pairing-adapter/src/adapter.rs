//! How an adapter describes itself to the registry: its name, its fields, and how a provider is
//! made of their values.

use std::fmt;
use std::sync::Arc;

use pairing_core::{Capabilities, PairingProvider};

use crate::{ConfigError, FieldSpec, GatewayRules, HttpTransport, SetupError, Values};

/// One adapter, as front ends list it and as the registry makes a provider with it.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct Adapter {
    /// Its name in configurations, on command lines and as a cargo feature.
    pub name: &'static str,
    /// The gateway's name as the vendor writes it.
    pub title: &'static str,
    /// What one needs to use it, in English.
    pub needs: &'static str,
    /// The vendor's documentation.
    pub documentation: &'static str,
    /// The fields of its configuration.
    pub fields: &'static [FieldSpec],
    /// What it can do, where nothing is configured otherwise.
    pub capabilities: Capabilities,
    rules: &'static GatewayRules,
    configure: Configure,
}

/// Those of an adapter that names none.
const SHARED_RULES: GatewayRules = GatewayRules::new();

/// Picks the fields' values and checks them.
pub type Configure = fn(&mut Values) -> Result<Arc<dyn InstanceConfig>, ConfigError>;

impl Adapter {
    /// An adapter without fields.
    #[must_use]
    pub const fn new(
        name: &'static str,
        title: &'static str,
        capabilities: Capabilities,
        configure: Configure,
    ) -> Self {
        Self {
            name,
            title,
            needs: "",
            documentation: "",
            fields: &[],
            capabilities,
            rules: &SHARED_RULES,
            configure,
        }
    }

    /// Says what one needs to use it, in English.
    #[must_use]
    pub const fn with_needs(mut self, needs: &'static str) -> Self {
        self.needs = needs;
        self
    }

    /// Names the vendor's documentation.
    #[must_use]
    pub const fn with_documentation(mut self, address: &'static str) -> Self {
        self.documentation = address;
        self
    }

    /// Sets the fields of its configuration.
    #[must_use]
    pub const fn with_fields(mut self, fields: &'static [FieldSpec]) -> Self {
        self.fields = fields;
        self
    }

    /// Names the rules of its gateway, whose fields, states and phrases a record of the gateway's
    /// answers shows in clear.
    #[must_use]
    pub const fn with_rules(mut self, rules: &'static GatewayRules) -> Self {
        self.rules = rules;
        self
    }

    /// The rules of its gateway.
    #[must_use]
    pub const fn rules(&self) -> &'static GatewayRules {
        self.rules
    }

    /// The checked configuration that these values make.
    ///
    /// # Errors
    ///
    /// [`ConfigError`] names the field and what to do; never a value.
    pub fn configure(&self, values: &mut Values) -> Result<Arc<dyn InstanceConfig>, ConfigError> {
        (self.configure)(values)
    }
}

/// The checked configuration of one instance, of which its provider is made. `Debug` hides the
/// credentials.
pub trait InstanceConfig: fmt::Debug + Send + Sync {
    /// The provider, over this transport.
    ///
    /// # Errors
    ///
    /// [`SetupError`] for a configuration that cannot work.
    fn build(
        &self,
        transport: Arc<dyn HttpTransport>,
    ) -> Result<Box<dyn PairingProvider>, SetupError>;
}
