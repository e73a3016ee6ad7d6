//! What the control surface shows: everything, credentials and live codes included, because
//! here they open nothing.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::calls::Endpoint;
use crate::{Fault, Faults, Instance, Simulator};

#[derive(Serialize)]
pub(super) struct InstanceView {
    dialect: &'static str,
    id: String,
    token: String,
    /// The credentials besides these two.
    #[serde(flatten)]
    further: BTreeMap<&'static str, Option<String>>,
    /// The adapter's settings for this instance, except the address.
    settings: BTreeMap<&'static str, String>,
    /// The number of the simulated phone.
    phone: String,
    linked: bool,
    linked_phone: Option<String>,
    current_qr: Option<String>,
    current_phone_code: Option<String>,
    webhook: Option<String>,
    faults: Faults,
}

impl InstanceView {
    pub(super) fn of(instance: &Instance) -> Self {
        let linked_phone = instance.linked_phone();
        let (id, token) = (instance.id(), instance.token());
        let is_further = |value: Option<&str>| value != Some(id) && value != Some(token);
        let credentials = instance.dialect().credentials(instance).into_iter();
        Self {
            dialect: instance.dialect().name(),
            id: id.to_owned(),
            token: token.to_owned(),
            further: credentials
                .filter(|(_, value)| is_further(value.as_deref()))
                .collect(),
            settings: instance.settings(),
            phone: instance.phone().to_string(),
            linked: linked_phone.is_some(),
            linked_phone: linked_phone.map(|phone| phone.to_string()),
            current_qr: instance.current_qr(),
            current_phone_code: instance.current_phone_code(),
            webhook: instance.webhook(),
            faults: instance.faults(),
        }
    }
}

#[derive(Serialize)]
pub(super) struct FaultView {
    name: &'static str,
    description: &'static str,
    dialects: Vec<&'static str>,
    endpoints: Vec<Endpoint>,
    usual: Fault,
}

impl FaultView {
    pub(super) fn of(fault: Fault, simulator: &Simulator) -> Self {
        let applies = |endpoint: &Endpoint| fault.applies_to(*endpoint);
        let dialects = simulator.dialects().into_iter();
        Self {
            name: fault.name(),
            description: fault.description(),
            dialects: dialects
                .filter(|dialect| fault.fits(*dialect))
                .map(|dialect| dialect.name())
                .collect(),
            endpoints: Endpoint::ALL.into_iter().filter(applies).collect(),
            usual: fault,
        }
    }
}
