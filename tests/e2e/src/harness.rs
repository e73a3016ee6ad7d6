//! The simulator as a harness of the conformance suite.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use pairing_conformance::{Calls, Condition, Harness, NotSimulated, TestInstance};
use pairing_core::{PairingCode, PairingProvider, PhoneNumber};
use pairing_sim::{Fault, FaultMeaning, Faults, Rotation, Simulator, SimulatorOptions};

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
        let own = |meaning| {
            let fault = self.instance.dialect().fault_meaning(meaning);
            fault.ok_or(NotSimulated("the gateway has no words for this condition"))
        };
        let fault = match condition {
            Condition::Healthy => {
                self.instance.set_faults(Faults::none());
                return Ok(());
            }
            Condition::Unavailable => Fault::SERVER_ERROR.with(503),
            Condition::RateLimited { retry_after: None } => Fault::RATE_LIMITED,
            Condition::RateLimited {
                retry_after: Some(wait),
            } => Fault::RATE_LIMITED_SECONDS.with(wait.as_secs()),
            Condition::InvalidCredentials => own(FaultMeaning::InvalidCredentials)?,
            Condition::UnknownInstance => own(FaultMeaning::UnknownInstance)?,
            Condition::Intercepted => Fault::FIREWALL_BLOCK,
            Condition::MalformedReply => Fault::MALFORMED_JSON,
            Condition::Hanging => Fault::HANG,
            Condition::NotReady => Fault::EMPTY_QR,
            Condition::PhoneCodeNotReady => own(FaultMeaning::PhoneCodeNotReady)?,
            Condition::PasskeyRequired => own(FaultMeaning::PasskeyRequired)?,
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

    fn settling_time(&self) -> Duration {
        self.instance.dialect().settling_time(&self.instance)
    }

    fn second_attempts(&self) -> u64 {
        self.instance.dialect().second_attempts(&self.instance)
    }

    fn qr_lifetime(&self) -> Duration {
        self.instance.setup().rotation.first()
    }

    /// Longer where the gateway says so.
    fn phone_code_lifetime(&self) -> Duration {
        let life = self.instance.setup().phone_code_life_s.into();
        Duration::from_secs(life).max(Duration::from_secs(180))
    }
}
