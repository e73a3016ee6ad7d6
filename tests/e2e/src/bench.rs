//! One instance at the simulator with the real adapter for it.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use pairing_adapter::{Overrides, Table, Values};
use pairing_core::{PairingCode, PairingMethod, PairingProvider};
use pairing_providers::{dialects, immediate_dialects, provider};
use pairing_sim::{
    Dialect, InProcessTransport, Instance, InstanceSetup, Rotation, Simulator, SimulatorOptions,
};

/// One adapter in one of the ways it can be set up.
#[derive(Clone, Copy)]
pub struct Adapter {
    described: &'static pairing_providers::Adapter,
    dialect: &'static dyn Dialect,
    /// `None` where the gateway gives codes in one form alone.
    qr_form: Option<&'static str>,
    follow_ups: bool,
}

impl Adapter {
    /// Every adapter in every way.
    pub fn every() -> Vec<Self> {
        dialects().iter().copied().flat_map(Self::ways).collect()
    }

    /// Every adapter in every way whose gateway gives a code to the first request for one.
    pub fn all() -> Vec<Self> {
        immediate_dialects()
            .iter()
            .copied()
            .flat_map(Self::ways)
            .collect()
    }

    /// This adapter as it is set up usually, in its other form of QR codes, and with one request a
    /// call, so that nothing is cleared up by a second one.
    fn ways(dialect: &'static dyn Dialect) -> Vec<Self> {
        let usual = Self::usual(dialect);
        let image = usual.qr_form.map(|_| Self {
            qr_form: Some("image"),
            ..usual
        });
        let terse = usual.has_field("follow_ups").then_some(Self {
            follow_ups: false,
            ..usual
        });
        [Some(usual), image, terse].into_iter().flatten().collect()
    }

    /// This adapter as it is set up usually.
    pub fn usual(dialect: &'static dyn Dialect) -> Self {
        Self::of(provider(dialect.name()).unwrap(), dialect)
    }

    /// An adapter as it is set up usually, also one that the registry does not have.
    pub fn of(
        described: &'static pairing_providers::Adapter,
        dialect: &'static dyn Dialect,
    ) -> Self {
        let usual = Self {
            described,
            dialect,
            qr_form: None,
            follow_ups: true,
        };
        Self {
            qr_form: usual.has_field("qr_form").then_some("text"),
            ..usual
        }
    }

    /// Whether it is set up as usual.
    pub fn is_usual(self) -> bool {
        let usual = Self::of(self.described, self.dialect);
        self.qr_form == usual.qr_form && self.follow_ups == usual.follow_ups
    }

    fn has_field(self, name: &str) -> bool {
        self.described.fields.iter().any(|field| field.name == name)
    }

    /// What it speaks.
    pub fn dialect(self) -> &'static dyn Dialect {
        self.dialect
    }

    /// Whether an answer that is not clear is cleared up by a second request.
    pub fn follows_up(self) -> bool {
        self.follow_ups
    }

    fn provider(
        self,
        instance: &Instance,
        transport: InProcessTransport,
    ) -> Arc<dyn PairingProvider> {
        let settings = instance
            .settings_at(InProcessTransport::BASE_URL)
            .into_iter();
        let mut table: Table = settings
            .map(|(field, value)| (field.to_owned(), value.into()))
            .collect();
        if self.has_field("follow_ups") {
            table.insert("follow_ups".to_owned(), self.follow_ups.into());
        }
        if let Some(form) = self.qr_form {
            table.insert("qr_form".to_owned(), form.into());
        }
        let values = Values::gather(self.described, &table, |_| None, &Overrides::default());
        let config = self.described.configure(&mut values.unwrap());
        config.unwrap().build(Arc::new(transport)).unwrap().into()
    }
}

impl fmt::Debug for Adapter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let form = self.qr_form.unwrap_or("one form");
        write!(
            f,
            "{} ({form}, follow_ups: {})",
            self.dialect, self.follow_ups
        )
    }
}

/// A setup with these credentials: `further` for each that the gateway usually asks for besides the id and
/// the token. Dialects have an option with the name of such a credential.
pub fn setup_with_credentials(
    dialect: &'static dyn Dialect,
    id: &str,
    token: &str,
    further: &str,
) -> InstanceSetup {
    let setup = InstanceSetup::new(dialect).with_credentials(id, token);
    let usual = Simulator::new(SimulatorOptions::default()).add_instance(setup.clone());
    let credentials = dialect.credentials(&usual).into_iter();
    credentials
        .filter(|(_, value)| ![None, Some(id), Some(token)].contains(&value.as_deref()))
        .fold(setup, |setup, (field, _)| setup.with_option(field, further))
}

/// One instance at the simulator with the real adapter for it.
#[derive(Debug, Clone)]
pub struct Bench {
    /// The gateway's and the phone's side.
    pub instance: Instance,
    /// The program's side.
    pub provider: Arc<dyn PairingProvider>,
}

impl Bench {
    /// A fresh instance at its own simulator. Needs a tokio runtime.
    pub fn new(adapter: Adapter) -> Self {
        Self::with_phase(adapter, Duration::ZERO)
    }

    /// Another instance at this simulator.
    pub fn at(simulator: &Simulator, adapter: Adapter, rotation: Rotation) -> Self {
        let setup = InstanceSetup::new(adapter.dialect()).with_rotation(rotation);
        Self::with(
            simulator.transport(),
            simulator.add_instance(setup),
            adapter,
        )
    }

    /// A fresh instance at its own simulator, which changes its first QR code sooner by this.
    pub fn with_phase(adapter: Adapter, phase: Duration) -> Self {
        let simulator = Simulator::new(SimulatorOptions::default());
        let setup = InstanceSetup::new(adapter.dialect()).with_phase(phase);
        Self::with(
            simulator.transport(),
            simulator.add_instance(setup),
            adapter,
        )
    }

    /// A fresh instance at its own simulator, asked by an HTTP client that waits so long.
    pub fn with_patience(adapter: Adapter, patience: Duration) -> Self {
        let simulator = Simulator::new(SimulatorOptions::default());
        let transport = simulator.transport().with_timeout(patience);
        let instance = simulator.add_instance(InstanceSetup::new(adapter.dialect()));
        Self::with(transport, instance, adapter)
    }

    fn with(transport: InProcessTransport, instance: Instance, adapter: Adapter) -> Self {
        Self {
            provider: adapter.provider(&instance, transport),
            instance,
        }
    }

    /// The methods by which this gateway links the instance's phone, the QR code first.
    pub fn methods(&self) -> Vec<PairingMethod> {
        let mut methods = vec![PairingMethod::Qr, self.phone_code()];
        methods.retain(|method| self.provider.capabilities().supports(method));
        methods
    }

    /// By phone code, whether or not this gateway has them.
    pub fn phone_code(&self) -> PairingMethod {
        PairingMethod::PhoneCode(self.instance.phone())
    }

    /// The phone scans or types a code; whether that linked it.
    pub fn use_code(&self, code: &PairingCode) -> bool {
        match code {
            PairingCode::QrText { text } => self.instance.scan(text.expose()).is_ok(),
            PairingCode::QrImage { image } => self.instance.scan_picture(image.expose()).is_ok(),
            PairingCode::PhoneCode { code } => self.instance.type_code(code.expose()).is_ok(),
        }
    }

    /// What may be printed nowhere.
    pub fn secrets(&self) -> Vec<String> {
        self.instance.secrets()
    }
}
