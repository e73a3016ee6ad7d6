//! The document as a judge of answers and events.

use std::collections::BTreeSet;

use boon::{Compiler, Schemas};
use serde_json::Value;

use crate::support::{Answer, Event};

const DOCUMENT: &str = include_str!("../../openapi.json");

/// Where the judge thinks the document is.
const LOCATION: &str = "https://pairing.invalid/openapi.json";

pub(crate) fn document() -> Value {
    serde_json::from_str(DOCUMENT).unwrap()
}

/// Says why a value does not fit the schema at this JSON pointer.
pub(crate) fn misfit(pointer: &str, value: &Value) -> Option<String> {
    let mut compiler = Compiler::new();
    compiler.enable_format_assertions();
    compiler.enable_content_assertions();
    compiler.add_resource(LOCATION, document()).unwrap();
    let mut schemas = Schemas::new();
    let schema = compiler.compile(&format!("{LOCATION}#{pointer}"), &mut schemas);
    let schema = schema.unwrap_or_else(|error| panic!("{pointer}: {error:#}"));
    let error = schemas.validate(value, schema).err()?;
    Some(format!("{error:#}"))
}

/// A JSON pointer to a schema by its name.
pub(crate) fn schema(name: &str) -> String {
    format!("/components/schemas/{name}")
}

/// Fails unless this answer is a documented one of the route, in status, type, body and, for a
/// refusal, kind.
pub(crate) fn check(method: &str, path: &str, answer: &Answer) {
    let route = path.replace('~', "~0").replace('/', "~1");
    let status = answer.status.as_u16();
    let mut pointer = format!("/paths/{route}/{method}/responses/{status}");
    let said = format!("{method} {path}: {} {}", answer.status, answer.text);
    let document = document();
    let mut response = document
        .pointer(&pointer)
        .unwrap_or_else(|| panic!("not documented: {said}"));
    if let Some(reference) = response.get("$ref") {
        pointer = reference.as_str().unwrap()[1..].to_owned();
        response = document.pointer(&pointer).unwrap();
    }
    let Some(content) = response.get("content") else {
        assert_eq!(answer.text, "", "{said}");
        return;
    };
    let media_type = answer.headers["content-type"].to_str().unwrap();
    let media_type = media_type.split(';').next().unwrap();
    assert!(content.get(media_type).is_some(), "{media_type}: {said}");
    if media_type != "application/json" {
        return;
    }
    let misfit = misfit(
        &format!("{pointer}/content/application~1json/schema"),
        &answer.json(),
    );
    assert_eq!(misfit, None, "{said}");
    if !answer.status.is_success() {
        let description = response["description"].as_str().unwrap();
        let kind = format!("`{}`", answer.kind());
        assert!(description.contains(&kind), "{kind} in {description}");
    }
}

/// Fails unless this event is a documented one of the page's stream.
pub(crate) fn check_event(event: &Event) {
    let name = &event.name;
    let stream = "/paths/~1p~1{token}~1events/get/responses/200/content/text~1event-stream";
    let misfit = misfit(&format!("{stream}/x-events/{name}"), &event.data);
    assert_eq!(misfit, None, "{name}");
}

/// Every answer in the document, as method, path and status.
pub(crate) fn documented() -> BTreeSet<(String, String, String)> {
    let mut answers = BTreeSet::new();
    for (path, item) in document()["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let Some(responses) = operation["responses"].as_object() else {
                continue;
            };
            for status in responses.keys().filter(|status| *status != "default") {
                answers.insert((method.clone(), path.clone(), status.clone()));
            }
        }
    }
    answers
}
