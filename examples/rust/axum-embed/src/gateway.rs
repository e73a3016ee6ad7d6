//! Where the shop's instance is: at Z-API with the credentials in the environment; or, if
//! there are none, on a simulator in this process, so that the example runs without an account.

use std::env;
use std::error::Error;

use pairing_sim::{Instance, InstanceSetup, Server, Simulator, SimulatorOptions};
use pairing_zapi::simulator as zapi;
use pairing_zapi::{ZApi, ZApiConfig};

/// The instance, and what the shop needs to know about it.
pub struct Gateway {
    pub provider: ZApi,
    /// If the gateway sends webhooks: what tells them from anybody else's requests.
    pub webhook_secret: Option<String>,
    pub simulated_phone: Option<SimulatedPhone>,
}

/// The simulator, which ends when this is dropped.
pub struct SimulatedPhone {
    server: Server,
    instance: Instance,
}

impl Gateway {
    /// `webhooks` is the URL of the shop's webhook receiver, without the secret.
    pub async fn open(webhooks: &str) -> Result<Self, Box<dyn Error>> {
        match env::var("PAIRING_ZAPI_INSTANCE") {
            Ok(instance) => Self::real(instance),
            Err(_) => Self::simulated(webhooks).await,
        }
    }

    fn real(instance: String) -> Result<Self, Box<dyn Error>> {
        let token = env::var("PAIRING_ZAPI_TOKEN")
            .map_err(|_| "PAIRING_ZAPI_INSTANCE is set, so PAIRING_ZAPI_TOKEN must be too")?;
        let mut config = ZApiConfig::new(instance, token);
        config.client_token = env::var("PAIRING_ZAPI_CLIENT_TOKEN").ok().map(Into::into);
        Ok(Self {
            provider: ZApi::new(config)?,
            // At Z-API, the same secret ends the URL for "on connect" and "on disconnect":
            // https://shop.example.com/pair/webhooks/shop-1/SECRET
            webhook_secret: env::var("SHOP_WEBHOOK_SECRET").ok(),
            simulated_phone: None,
        })
    }

    async fn simulated(webhooks: &str) -> Result<Self, Box<dyn Error>> {
        let simulator = Simulator::new(SimulatorOptions::default());
        let server = simulator.serve(([127, 0, 0, 1], 0).into()).await?;
        let instance = simulator.add_instance(InstanceSetup::new(zapi::DIALECT));
        let mut config = ZApiConfig::new(instance.id(), instance.token());
        config.client_token = instance.settings().remove("client_token").map(Into::into);
        config.base_url = Some(server.base_url().parse()?);
        let secret = random_secret()?;
        instance.set_webhook(Some(format!("{webhooks}/{secret}")))?;
        Ok(Self {
            provider: ZApi::new(config)?,
            webhook_secret: Some(secret),
            simulated_phone: Some(SimulatedPhone { server, instance }),
        })
    }
}

impl SimulatedPhone {
    /// A POST here lets the phone scan the code of the moment.
    pub fn scan_url(&self) -> String {
        let (simulator, id) = (self.server.base_url(), self.instance.id());
        format!("{simulator}/_sim/instances/{id}/scan")
    }
}

/// 128 bits, in characters that fit into a URL.
fn random_secret() -> Result<String, getrandom::Error> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes)?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}
