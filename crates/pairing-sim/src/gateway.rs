//! The way of every request to a gateway: find the instance, count, apply the faults, answer.

use axum::body::Body;
use axum::extract::State;
use axum::http::Request;
use axum::response::{IntoResponse as _, Response};

use crate::control::no_such_path;
use crate::faults::{FaultContext, FaultEffect};
use crate::{Endpoint, GatewayRequest, GatewayResponse, Instance, Route, Simulator};

/// Serves every path that the control surface does not have.
pub(crate) async fn serve(State(simulator): State<Simulator>, request: Request<Body>) -> Response {
    let request = match GatewayRequest::read(request).await {
        Ok(request) => request,
        Err(unreadable) => return unreadable,
    };
    match simulator.route(&request) {
        Some(Route::To(instance, endpoint)) => {
            answer(&instance, endpoint, &request).await.into_response()
        }
        Some(Route::Refused(refusal)) => refusal.into_response(),
        None => no_such_path(),
    }
}

/// The dialect's response, changed by the instance's faults.
async fn answer(
    instance: &Instance,
    endpoint: Endpoint,
    request: &GatewayRequest,
) -> GatewayResponse {
    let guard = instance.begin_request(endpoint);
    let dialect = instance.dialect();
    let mut response = None;
    for fault in instance.active_faults(endpoint) {
        let context = FaultContext {
            dialect,
            request,
            number: fault.number(),
            clock: instance.clock(),
        };
        response = match fault.effect() {
            FaultEffect::Delay => {
                instance.wait(context.milliseconds()).await;
                continue;
            }
            FaultEffect::Silence => std::future::pending().await,
            FaultEffect::Instead(response) => Some(response(&context)),
            FaultEffect::LinkedElsewhere(response) => {
                if !instance.is_linked() {
                    instance.link();
                }
                Some(response(&context))
            }
            FaultEffect::Change(change) => Some(change(dialect.answer(instance, request).await)),
        };
    }
    let response = match response {
        Some(response) => response,
        None => dialect.answer(instance, request).await,
    };
    guard.answered();
    response
}
