//! The hub over HTTP: for the host application, for the page, and for providers' webhooks.

mod actions;
mod api;
mod api_error;
mod body;
mod events;
mod guard;
mod headers;
mod pages;
mod segment;
mod state;
mod webhook_body;
mod webhooks;

use axum::Router;
use axum::http::{HeaderMap, Uri};
use axum::middleware;
use axum::routing::{delete, get, post};

use crate::hub::PairingHub;
use crate::{metrics, openapi};
use api_error::ApiError;

/// Every route, for the document about them.
#[cfg(test)]
pub(crate) const ROUTES: &[(&str, &str)] = &[
    ("get", "/healthz"),
    ("get", "/openapi.json"),
    ("get", "/assets/{file}"),
    ("post", "/api/pairings"),
    ("get", "/api/pairings"),
    ("get", "/api/pairings/{id}"),
    ("delete", "/api/pairings/{id}"),
    ("get", "/api/instances"),
    ("get", "/p/{token}"),
    ("get", "/p/{token}/events"),
    ("get", "/p/{token}/state"),
    ("post", "/p/{token}/start"),
    ("post", "/p/{token}/method"),
    ("post", "/p/{token}/resume"),
    ("post", "/p/{token}/cancel"),
    ("get", "/webhooks/{instance}/{secret}"),
    ("post", "/webhooks/{instance}/{secret}"),
];

/// The hub's routes, to be nested where the host application wants them:
///
/// ```
/// # fn nest(hub: pairing_web::PairingHub) -> axum::Router {
/// axum::Router::new().nest("/pair", pairing_web::router(hub))
/// # }
/// ```
///
/// Links open in a browser at `{mount}/p/{token}`. A link gives access to its pairing; the
/// routes under `{mount}/api` need the admin token. Log no paths: they hold tokens.
pub fn router(hub: PairingHub) -> Router {
    let page_actions = Router::new()
        .route("/p/{token}/start", post(actions::start))
        .route("/p/{token}/method", post(actions::switch_method))
        .route("/p/{token}/resume", post(actions::resume))
        .route("/p/{token}/cancel", post(actions::cancel))
        .route_layer(middleware::from_fn_with_state(
            hub.clone(),
            guard::same_site,
        ));
    let api = Router::new()
        .route("/api/pairings", post(api::create).get(api::list))
        .route("/api/pairings/{id}", get(api::show))
        .route("/api/pairings/{id}", delete(api::cancel))
        .route("/api/instances", get(api::instances));
    let api = admin_only(api, &hub);
    let webhook = post(webhooks::receive).get(webhooks::describe);
    let by_secret = Router::new()
        .route("/p/{token}", get(pages::page))
        .route("/p/{token}/events", get(events::events))
        .route("/p/{token}/state", get(state::state))
        .merge(page_actions)
        .route("/webhooks/{instance}/{secret}", webhook.clone())
        // As some panels write it.
        .route("/webhooks/{instance}/{secret}/", webhook)
        .route_layer(middleware::from_fn_with_state(
            hub.clone(),
            guard::wrong_links,
        ));
    let routes = Router::new()
        .route("/healthz", get(async || "ok"))
        .route("/openapi.json", get(openapi::document))
        .route("/assets/{file}", get(pages::asset))
        .merge(by_secret)
        .merge(api)
        .fallback(async |uri: Uri, headers: HeaderMap| {
            pages::refusal(ApiError::NOT_FOUND, &uri, &headers)
        });
    with_security_layers(routes, &hub).with_state(hub)
}

/// Gives a program's own routes what the hub's have: every answer forbids browsers and proxies
/// to store it, to frame it and to load anything from elsewhere, and is counted by its route. A
/// method that a route does not have is refused in JSON, and to a browser that opens a page with
/// one.
pub fn with_security_layers<S: Clone + Send + Sync + 'static>(
    routes: Router<S>,
    hub: &PairingHub,
) -> Router<S> {
    routes
        .method_not_allowed_fallback(async |uri: Uri, headers: HeaderMap| {
            pages::refusal(ApiError::METHOD_NOT_ALLOWED, &uri, &headers)
        })
        .layer(middleware::from_fn_with_state(hub.clone(), headers::add))
        .layer(middleware::from_fn(metrics::observe))
}

/// Gives a program's own routes only to clients with the hub's admin token: as under
/// `api/`, wrong tokens are limited for each address, together with those under `api/`.
pub fn admin_only<S: Clone + Send + Sync + 'static>(
    routes: Router<S>,
    hub: &PairingHub,
) -> Router<S> {
    routes.route_layer(middleware::from_fn_with_state(
        hub.clone(),
        guard::host_application,
    ))
}
