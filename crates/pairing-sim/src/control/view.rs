//! What the control surface shows: everything, credentials and live codes included, because
//! here they open nothing.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::calls::Endpoint;
use crate::{Dialect, Fault, Faults, Instance};

#[derive(Serialize)]
pub(super) struct InstanceView {
    dialect: Dialect,
    id: String,
    token: String,
    client_token: Option<String>,
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
        Self {
            dialect: instance.dialect(),
            id: instance.id().to_owned(),
            token: instance.token().to_owned(),
            client_token: instance.client_token().map(str::to_owned),
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
    dialects: Vec<Dialect>,
    endpoints: Vec<Endpoint>,
    usual: Fault,
}

impl FaultView {
    pub(super) fn of(fault: &Fault) -> Self {
        let befallen = |endpoint: &Endpoint| fault.befalls(*endpoint);
        let fitting = |dialect: &Dialect| fault.fits(*dialect);
        Self {
            name: fault.name(),
            description: fault.description(),
            dialects: Dialect::ALL.into_iter().filter(fitting).collect(),
            endpoints: Endpoint::ALL.into_iter().filter(befallen).collect(),
            usual: fault.clone(),
        }
    }
}
