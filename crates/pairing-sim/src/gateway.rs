//! The way of every request to a gateway: find the instance, count, meet the faults, answer.

use axum::Router;
use axum::body::Bytes;
use axum::extract::{FromRequest, Path, Query, Request, State};
use axum::http::{HeaderMap, Method};
use axum::response::{IntoResponse, Response};
use axum::routing::any;
use serde::Deserialize;

use crate::answer::Answer;
use crate::dialects::{Call, megaapi, zapi};
use crate::faults::{Misdeed, misdeed};
use crate::instance::Instance;
use crate::{Dialect, Endpoint, Simulator};

/// Both gateways. The paths of a dialect are read by the dialect.
pub(crate) fn routes() -> Router<Simulator> {
    Router::new()
        .route("/instances/{id}/token/{token}/{*call}", any(to_zapi))
        .route("/rest/{*call}", any(to_megaapi))
}

#[derive(Deserialize)]
struct PhoneQuery {
    #[serde(rename = "phoneNumber")]
    phone: Option<String>,
}

/// The parts of a request, with `path` as the dialect wants it.
async fn call(path: &str, request: Request) -> Result<Call, Response> {
    let method: Method = request.method().clone();
    let headers: HeaderMap = request.headers().clone();
    let phone = Query::<PhoneQuery>::try_from_uri(request.uri());
    let body = Bytes::from_request(request, &())
        .await
        .map_err(IntoResponse::into_response)?;
    Ok(Call {
        method,
        path: path.split('/').map(str::to_owned).collect(),
        headers,
        phone_query: phone.ok().and_then(|Query(query)| query.phone),
        body,
    })
}

async fn to_zapi(
    State(simulator): State<Simulator>,
    Path((id, token, path)): Path<(String, String, String)>,
    request: Request,
) -> Result<Response, Response> {
    let call = call(&path, request).await?;
    let Some(instance) = simulator.find(Dialect::ZApi, &id) else {
        // No body for an unknown instance is known; these words are met with wrong ones.
        return Ok(zapi::client_token_not_configured().into_response());
    };
    let ask = zapi::Ask::read(&call);
    let answer = serve(&instance, ask.endpoint(), &call, || {
        zapi::refuse(&instance, &token, &call)
            .unwrap_or_else(|| zapi::answer(&instance, ask, &call))
    });
    Ok(answer.await.into_response())
}

async fn to_megaapi(
    State(simulator): State<Simulator>,
    Path(path): Path<String>,
    request: Request,
) -> Result<Response, Response> {
    let call = call(&path, request).await?;
    let Some((ask, key)) = megaapi::Ask::read(&call) else {
        return Ok(megaapi::not_found(&call).into_response());
    };
    let Some(instance) = simulator.find(Dialect::MegaApi, &key) else {
        let refusal = match megaapi::bearer(&call) {
            Some(_) => megaapi::instance_not_found(),
            None => megaapi::unauthorized(),
        };
        return Ok(refusal.into_response());
    };
    let answer = serve(&instance, ask.endpoint(), &call, || {
        megaapi::refuse(&instance, &call).unwrap_or_else(|| megaapi::answer(&instance, &ask, &call))
    });
    Ok(answer.await.into_response())
}

/// Lets the instance's faults do their worst to the `usual` answer.
async fn serve(
    instance: &Instance,
    endpoint: Endpoint,
    call: &Call,
    usual: impl FnOnce() -> Answer,
) -> Answer {
    let visit = instance.visit(endpoint);
    let mut usual = Some(usual);
    let mut answer = None;
    for fault in instance.strike(endpoint) {
        match misdeed(&fault, instance.dialect(), call.header("client-token")) {
            Misdeed::Delay(simulated) => instance.delay(simulated).await,
            Misdeed::Silence => std::future::pending().await,
            Misdeed::Instead(instead) => answer = Some(instead),
            Misdeed::LinkedElsewhere(instead) => {
                if !instance.is_linked() {
                    instance.link();
                }
                answer = Some(instead);
            }
            Misdeed::Spoil(spoil) => answer = usual.take().map(|usual| spoil(usual())),
        }
    }
    let answer = answer.or_else(|| usual.map(|usual| usual()));
    visit.answered();
    // One of the two is there: `usual` is only taken to make an answer.
    answer.unwrap_or_else(|| Answer::empty(500))
}
