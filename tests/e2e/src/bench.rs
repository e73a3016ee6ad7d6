//! One instance at the simulator with the real adapter for it.

use std::sync::Arc;
use std::time::Duration;

use pairing_core::{PairingCode, PairingMethod, PairingProvider};
use pairing_megaapi::{MegaApi, MegaApiConfig};
use pairing_sim::{
    Dialect, InProcessTransport, Instance, InstanceSetup, Rotation, Simulator, SimulatorOptions,
};
use pairing_zapi::{QrForm, ZApi, ZApiConfig};

/// The adapters there are, in every way they can be set up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Adapter {
    /// Z-API, QR codes as text.
    ZApiText,
    /// Z-API, QR codes as pictures.
    ZApiImage,
    /// Z-API, one request a call: nothing is cleared up by a second one.
    ZApiTerse,
    /// megaAPI, which sends pictures.
    MegaApi,
    /// megaAPI, one request a call.
    MegaApiTerse,
}

impl Adapter {
    /// Every adapter in every way.
    pub const ALL: [Self; 5] = [
        Self::ZApiText,
        Self::ZApiImage,
        Self::ZApiTerse,
        Self::MegaApi,
        Self::MegaApiTerse,
    ];

    /// What it speaks.
    pub fn dialect(self) -> Dialect {
        match self {
            Self::ZApiText | Self::ZApiImage | Self::ZApiTerse => Dialect::ZApi,
            Self::MegaApi | Self::MegaApiTerse => Dialect::MegaApi,
        }
    }

    /// Whether an answer that is not clear is cleared up by a second request.
    pub fn follows_up(self) -> bool {
        !matches!(self, Self::ZApiTerse | Self::MegaApiTerse)
    }

    fn provider(
        self,
        instance: &Instance,
        transport: InProcessTransport,
    ) -> Arc<dyn PairingProvider> {
        let transport = Arc::new(transport);
        let base_url = InProcessTransport::BASE_URL.parse().unwrap();
        let follow_ups = self.follows_up();
        match self.dialect() {
            Dialect::ZApi => {
                let mut config = ZApiConfig::new(instance.id(), instance.token());
                config.client_token = instance.client_token().map(Into::into);
                config.base_url = Some(base_url);
                config.follow_ups = follow_ups;
                if self == Self::ZApiImage {
                    config.qr_form = QrForm::Image;
                }
                Arc::new(ZApi::with_transport(config, transport).unwrap())
            }
            Dialect::MegaApi => {
                let config = MegaApiConfig::new(instance.id(), instance.token(), base_url)
                    .with_follow_ups(follow_ups);
                Arc::new(MegaApi::with_transport(config, transport).unwrap())
            }
        }
    }
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
    /// A fresh instance at a simulator of its own. Needs a tokio runtime.
    pub fn new(adapter: Adapter) -> Self {
        Self::at(
            &Simulator::new(SimulatorOptions::default()),
            adapter,
            Rotation::default(),
        )
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

    /// A fresh instance at a simulator of its own, which changes its first QR code sooner by this.
    pub fn with_phase(adapter: Adapter, phase: Duration) -> Self {
        let simulator = Simulator::new(SimulatorOptions::default());
        let setup = InstanceSetup::new(adapter.dialect()).with_phase(phase);
        Self::with(
            simulator.transport(),
            simulator.add_instance(setup),
            adapter,
        )
    }

    /// A fresh instance at a simulator of its own, asked by an HTTP client that waits so long.
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

    /// Both ways to link this instance's phone.
    pub fn methods(&self) -> [PairingMethod; 2] {
        [
            PairingMethod::Qr,
            PairingMethod::PhoneCode(self.instance.phone()),
        ]
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
        let instance = &self.instance;
        [
            Some(instance.id()),
            Some(instance.token()),
            instance.client_token(),
        ]
        .into_iter()
        .flatten()
        .map(str::to_owned)
        .collect()
    }
}
