//! The control surface below `/_sim/`: what a test in any language, or a person with curl,
//! does to the simulator.

mod error;
mod help;
mod view;

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post, put};
use axum::{Json, Router};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use pairing_core::PhoneNumber;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use self::error::Error;
use self::view::{FaultView, InstanceView};
use crate::calls::Calls;
use crate::{Faults, Instance, InstanceSetup, Simulator, all_faults};

type Reply<T> = Result<Json<T>, Error>;
type Sim = State<Simulator>;

pub(crate) fn routes() -> Router<Simulator> {
    Router::new()
        .route("/", get(help::page))
        .route("/_sim", get(help::page))
        .route("/_sim/", get(help::page))
        .route("/_sim/faults", get(every_fault))
        .route("/_sim/instances", get(list).post(add))
        .route("/_sim/instances/{id}", get(show))
        .route("/_sim/instances/{id}/calls", get(calls).delete(reset_calls))
        .route(
            "/_sim/instances/{id}/faults",
            get(faults).put(set_faults).delete(clear_faults),
        )
        .route("/_sim/instances/{id}/scan", post(scan))
        .route("/_sim/instances/{id}/type", post(type_code))
        .route("/_sim/instances/{id}/link", post(link))
        .route("/_sim/instances/{id}/unlink", post(unlink))
        .route(
            "/_sim/instances/{id}/webhook",
            put(set_webhook).get(webhook_bodies),
        )
        .method_not_allowed_fallback(|| async { Error::WrongVerb })
}

/// What is said at a path that neither the control surface nor a gateway has.
pub(crate) fn no_such_path() -> Response {
    Error::NoSuchPath.into_response()
}

async fn list(State(simulator): Sim) -> Json<Vec<InstanceView>> {
    let instances = simulator.instances();
    Json(instances.iter().map(InstanceView::of).collect())
}

async fn add(
    State(simulator): Sim,
    body: Bytes,
) -> Result<(StatusCode, Json<InstanceView>), Error> {
    let setup = InstanceSetup::from_json(&body, &simulator.dialects())?;
    let own = setup.options.iter();
    let texts = own.filter_map(|(name, value)| Some((name.as_str(), value.as_str()?)));
    for (field, value) in [("id", &setup.id), ("token", &setup.token)]
        .into_iter()
        .filter_map(|(field, value)| Some((field, value.as_deref()?)))
        .chain(texts)
    {
        if !is_credential(value) {
            return Err(Error::Invalid(format!(
                "{field} must be 1 to 200 visible ASCII characters"
            )));
        }
    }
    let taken = |id: &String| simulator.find(id).is_some();
    if setup.id.as_ref().is_some_and(taken) {
        return Err(Error::Conflict(
            "an instance with this id exists already".into(),
        ));
    }
    let instance = simulator.try_add_instance(setup)?;
    Ok((StatusCode::CREATED, Json(InstanceView::of(&instance))))
}

/// What fits into a path and a header.
fn is_credential(text: &str) -> bool {
    (1..=200).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic())
}

async fn show(State(simulator): Sim, Path(id): Path<String>) -> Reply<InstanceView> {
    done(&find(&simulator, &id)?)
}

async fn calls(State(simulator): Sim, Path(id): Path<String>) -> Reply<Calls> {
    Ok(Json(find(&simulator, &id)?.calls()))
}

async fn reset_calls(State(simulator): Sim, Path(id): Path<String>) -> Reply<Calls> {
    let instance = find(&simulator, &id)?;
    instance.reset_calls();
    Ok(Json(instance.calls()))
}

async fn every_fault(State(simulator): Sim) -> Json<Vec<FaultView>> {
    let faults = all_faults(&simulator.dialects()).into_iter();
    Json(
        faults
            .map(|fault| FaultView::of(fault, &simulator))
            .collect(),
    )
}

async fn faults(State(simulator): Sim, Path(id): Path<String>) -> Reply<Faults> {
    Ok(Json(find(&simulator, &id)?.faults()))
}

async fn set_faults(State(simulator): Sim, Path(id): Path<String>, body: Bytes) -> Reply<Faults> {
    let instance = find(&simulator, &id)?;
    let faults = Faults::from_json(read(&body)?, instance.dialect())?;
    instance.set_faults(faults);
    Ok(Json(instance.faults()))
}

async fn clear_faults(State(simulator): Sim, Path(id): Path<String>) -> Reply<Faults> {
    let instance = find(&simulator, &id)?;
    instance.set_faults(Faults::none());
    Ok(Json(instance.faults()))
}

#[derive(Deserialize, Default)]
#[serde(default, deny_unknown_fields)]
struct Scan {
    text: Option<String>,
    picture: Option<String>,
}

async fn scan(State(simulator): Sim, Path(id): Path<String>, body: Bytes) -> Reply<InstanceView> {
    let instance = find(&simulator, &id)?;
    match read_or_default(&body)? {
        Scan {
            text: Some(text),
            picture: None,
        } => instance.scan(&text)?,
        Scan {
            text: None,
            picture: Some(picture),
        } => {
            // A data URI is as good as its base64.
            let base64 = picture
                .split_once(";base64,")
                .map_or(&*picture, |(_, base64)| base64);
            let picture = STANDARD
                .decode(base64)
                .map_err(|_| Error::Invalid("picture must be a PNG or JPEG in base64".into()))?;
            instance.scan_picture(&picture)?;
        }
        Scan {
            text: None,
            picture: None,
        } => instance.scan_current()?,
        Scan { .. } => return Err(Error::Invalid("give text or picture, not both".into())),
    }
    done(&instance)
}

#[derive(Deserialize, Default)]
#[serde(default, deny_unknown_fields)]
struct Typed {
    code: Option<String>,
}

async fn type_code(
    State(simulator): Sim,
    Path(id): Path<String>,
    body: Bytes,
) -> Reply<InstanceView> {
    let instance = find(&simulator, &id)?;
    match read_or_default(&body)? {
        Typed { code: Some(code) } => instance.type_code(&code)?,
        Typed { code: None } => instance.type_current()?,
    }
    done(&instance)
}

#[derive(Deserialize, Default)]
#[serde(default, deny_unknown_fields)]
struct LinkAs {
    phone: Option<PhoneNumber>,
}

async fn link(State(simulator): Sim, Path(id): Path<String>, body: Bytes) -> Reply<InstanceView> {
    let instance = find(&simulator, &id)?;
    match read_or_default(&body)? {
        LinkAs { phone: Some(phone) } => instance.link_as(phone),
        LinkAs { phone: None } => instance.link(),
    }
    done(&instance)
}

async fn unlink(State(simulator): Sim, Path(id): Path<String>) -> Reply<InstanceView> {
    let instance = find(&simulator, &id)?;
    instance.unlink();
    done(&instance)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Webhook {
    url: Option<String>,
}

async fn set_webhook(
    State(simulator): Sim,
    Path(id): Path<String>,
    body: Bytes,
) -> Reply<InstanceView> {
    let instance = find(&simulator, &id)?;
    let Webhook { url } = read(&body)?;
    instance
        .set_webhook(url)
        .map_err(|error| Error::Invalid(error.to_string()))?;
    done(&instance)
}

async fn webhook_bodies(State(simulator): Sim, Path(id): Path<String>) -> Reply<Value> {
    let instance = find(&simulator, &id)?;
    let bodies: Vec<Value> = instance
        .webhook_bodies()
        .iter()
        .filter_map(|body| serde_json::from_slice(body).ok())
        .collect();
    Ok(Json(json!({"url": instance.webhook(), "bodies": bodies})))
}

fn find(simulator: &Simulator, id: &str) -> Result<Instance, Error> {
    simulator.find(id).ok_or(Error::NoSuchInstance)
}

#[allow(clippy::unnecessary_wraps, reason = "ends every handler above")]
fn done(instance: &Instance) -> Reply<InstanceView> {
    Ok(Json(InstanceView::of(instance)))
}

/// Whatever the content type says: curl's `-d` calls JSON a form.
fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, Error> {
    serde_json::from_slice(body).map_err(|error| Error::Invalid(error.to_string()))
}

fn read_or_default<T: DeserializeOwned + Default>(body: &[u8]) -> Result<T, Error> {
    if body.is_empty() {
        return Ok(T::default());
    }
    read(body)
}
