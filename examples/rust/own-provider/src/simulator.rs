//! Acme as the simulator plays it: the same endpoints on loopback, with their quirks.

use async_trait::async_trait;
use pairing_sim::FaultEffect::Instead;
use pairing_sim::FaultMeaning::{InvalidCredentials, UnknownInstance};
use pairing_sim::FaultScope::All;
use pairing_sim::{
    Dialect, Endpoint, Fault, GatewayRequest, GatewayResponse, Instance, InstanceSetup, Instances,
    InvalidSetup, Own, Random, Route,
};
use serde_json::json;

/// Acme as the simulator plays it: below `/v1/`.
pub const DIALECT: &dyn Dialect = &AcmeDialect;

#[derive(Debug)]
struct AcmeDialect;

const FAULTS: &[Fault] = &[
    Fault::new(
        "unauthorized",
        All,
        "HTTP 401, as for a wrong token",
        Instead(|at| at.dialect.refusal(401, "unauthorized")),
    )
    .meaning(InvalidCredentials),
    Fault::new(
        "instance_not_found",
        All,
        "HTTP 404 \"no such instance\"",
        Instead(|at| at.dialect.refusal(404, "no such instance")),
    )
    .meaning(UnknownInstance),
];

#[async_trait]
impl Dialect for AcmeDialect {
    fn name(&self) -> &'static str {
        crate::ADAPTER.name
    }

    fn help(&self) -> &'static str {
        "  Acme, header Authorization: Bearer {token}
    GET    /v1/{id}/qr                                      QR code as text
    GET    /v1/{id}                                         linked or not
"
    }

    fn open(&self, setup: &mut InstanceSetup, random: &mut Random) -> Result<Own, InvalidSetup> {
        const LETTERS: &[u8] = b"abcdefghjkmnpqrstuvwxyz";
        let (id, token) = (random.text(LETTERS, 12), random.text(LETTERS, 22));
        setup.id.get_or_insert(id);
        setup.token.get_or_insert(token);
        Ok(Box::new(()))
    }

    fn credentials(&self, instance: &Instance) -> Vec<(&'static str, Option<String>)> {
        vec![
            ("instance", Some(instance.id().to_owned())),
            ("token", Some(instance.token().to_owned())),
        ]
    }

    fn example(&self, instance: &Instance, base_url: &str) -> String {
        let (id, token) = (instance.id(), instance.token());
        format!("curl -H 'Authorization: Bearer {token}' {base_url}/v1/{id}/qr")
    }

    fn route(&self, request: &GatewayRequest, instances: &Instances<'_>) -> Option<Route> {
        let segments = request.segments();
        let (id, endpoint) = match (request.method(), &*segments) {
            ("GET", ["v1", id, "qr"]) => (*id, Endpoint::CodeQrText),
            ("GET", ["v1", id]) => (*id, Endpoint::Status),
            (_, ["v1", ..]) => return Some(Route::Refused(self.refusal(404, "no such path"))),
            _ => return None,
        };
        Some(match instances.by_id(id) {
            Some(instance) => Route::To(instance, endpoint),
            None => Route::Refused(self.refusal(404, "no such instance")),
        })
    }

    async fn answer(&self, instance: &Instance, request: &GatewayRequest) -> GatewayResponse {
        if request.bearer() != Some(instance.token()) {
            return self.refusal(401, "unauthorized");
        }
        if request.segments().ends_with(&["qr"]) {
            return match instance.issue_qr() {
                Some(text) => GatewayResponse::json(200, &json!({"qr": text})),
                None => self.refusal(409, "already linked"),
            };
        }
        let status = match instance.linked_phone() {
            Some(phone) => json!({"linked": true, "phone": phone.digits()}),
            None => json!({"linked": false}),
        };
        GatewayResponse::json(200, &status)
    }

    fn refusal(&self, status: u16, message: &str) -> GatewayResponse {
        GatewayResponse::json(status, &json!({"error": message}))
    }

    fn empty_qr(&self) -> GatewayResponse {
        GatewayResponse::json(202, &json!({}))
    }

    fn faults(&self) -> &'static [Fault] {
        FAULTS
    }
}
