//! The simulator as a harness of the conformance suite.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use pairing_conformance::{Calls, Condition, Harness, NotSimulated, TestInstance};
use pairing_core::{PairingCode, PairingProvider, PhoneNumber};
use pairing_sim::{Dialect, Fault, Faults, Rotation, Simulator, SimulatorOptions};

use crate::{Adapter, Bench};

/// Instances of one gateway at one simulator.
#[derive(Debug)]
pub struct SimHarness {
    simulator: Simulator,
    adapter: Adapter,
    rotation: Rotation,
}

impl SimHarness {
    /// A simulator for this adapter, with QR codes that live this long.
    pub fn new(adapter: Adapter, rotation: Rotation) -> Self {
        Self {
            simulator: Simulator::new(SimulatorOptions::default()),
            adapter,
            rotation,
        }
    }
}

#[async_trait]
impl Harness for SimHarness {
    async fn fresh(&self) -> Box<dyn TestInstance> {
        Box::new(Bench::at(&self.simulator, self.adapter, self.rotation))
    }
}

#[async_trait]
impl TestInstance for Bench {
    fn provider(&self) -> Arc<dyn PairingProvider> {
        self.provider.clone()
    }

    fn phone(&self) -> PhoneNumber {
        self.instance.phone()
    }

    async fn use_code(&self, code: &PairingCode) -> bool {
        Bench::use_code(self, code)
    }

    async fn link(&self) {
        self.instance.link();
    }

    async fn unlink(&self) {
        self.instance.unlink();
    }

    fn is_linked(&self) -> bool {
        self.instance.is_linked()
    }

    fn set_condition(&self, condition: Condition) -> Result<(), NotSimulated> {
        let fault = match (condition, self.instance.dialect()) {
            (Condition::Healthy, _) => {
                self.instance.set_faults(Faults::none());
                return Ok(());
            }
            (Condition::Unavailable, _) => Fault::ServerError { status: 503 },
            (Condition::RateLimited { retry_after: None }, _) => Fault::RateLimited,
            (
                Condition::RateLimited {
                    retry_after: Some(wait),
                },
                _,
            ) => Fault::RateLimitedSeconds {
                seconds: wait.as_secs(),
            },
            // Z-API's refusal that echoes the token it refuses.
            (Condition::BadCredentials, Dialect::ZApi) => Fault::ClientTokenNotAllowed,
            (Condition::BadCredentials, Dialect::MegaApi) => Fault::Unauthorized,
            (Condition::InstanceUnknown, Dialect::MegaApi) => Fault::InstanceNotFound,
            (Condition::InstanceUnknown, Dialect::ZApi) => {
                return Err(NotSimulated(
                    "an unknown instance: Z-API has no words for it",
                ));
            }
            (Condition::Intercepted, _) => Fault::FirewallBlock,
            (Condition::MalformedReply, _) => Fault::MalformedJson,
            (Condition::Hanging, _) => Fault::Hang,
            (Condition::NotReady, _) => Fault::EmptyQr,
            (Condition::PasskeyRequired, Dialect::ZApi) => Fault::PasskeyChallenge,
            (Condition::PasskeyRequired, Dialect::MegaApi) => {
                return Err(NotSimulated("a passkey: megaAPI has no words for it"));
            }
            _ => return Err(NotSimulated("this condition")),
        };
        self.instance.set_faults(fault);
        Ok(())
    }

    fn calls(&self) -> Calls {
        let calls = self.instance.calls();
        Calls {
            total: calls.total,
            in_flight: calls.in_flight,
        }
    }

    async fn webhooks(&self) -> Result<Vec<Vec<u8>>, NotSimulated> {
        Ok(self.instance.webhook_bodies())
    }

    fn secrets(&self) -> Vec<String> {
        Bench::secrets(self)
    }

    fn qr_lifetime(&self) -> Duration {
        match self.instance.setup().rotation {
            Rotation::Every20s => Duration::from_secs(20),
            Rotation::First60Then20s => Duration::from_secs(60),
        }
    }
}
