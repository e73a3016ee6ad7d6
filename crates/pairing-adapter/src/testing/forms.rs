//! The forms in which gateways give the same answer.

use serde_json::{Map, Value, json};

const ENVELOPES: [&str; 5] = ["data", "response", "result", "instance", "instance_data"];

/// The answer unchanged, as a list of one, in each envelope, and in two nested envelopes.
#[must_use]
pub fn enveloped(answer: &Value) -> Vec<Value> {
    let mut forms = vec![answer.clone(), json!([answer])];
    for envelope in ENVELOPES {
        let inner = in_field(envelope, answer.clone());
        forms.push(json!([inner]));
        forms.push(in_field(envelope, json!([answer])));
        for outer in ENVELOPES {
            forms.push(in_field(outer, inner.clone()));
        }
        forms.push(inner);
    }
    forms
}

/// The object with each flag that calls it a failure, in every usual spelling.
///
/// # Panics
///
/// If the answer is no object.
#[must_use]
pub fn flagged_as_failure(answer: &Value) -> Vec<Value> {
    [
        ("error", json!(true)),
        ("error", json!("true")),
        ("error", json!("TRUE")),
        ("error", json!(1)),
        ("error", json!("1")),
        ("success", json!(false)),
        ("success", json!("false")),
        ("success", json!(0)),
        ("success", json!("0")),
        ("ok", json!(false)),
        ("ok", json!("False")),
        ("ok", json!(0)),
        ("status", json!(false)),
        ("status", json!("error")),
        ("status", json!("ERROR")),
        ("status", json!("fail")),
        ("status", json!("failed")),
        ("status", json!("failure")),
        ("status", json!("erro")),
        ("result", json!("error")),
        ("result", json!(false)),
    ]
    .into_iter()
    .map(|(name, flag)| {
        let mut flagged: Map<String, Value> =
            answer.as_object().expect("an answer is an object").clone();
        flagged.insert(name.to_owned(), flag);
        Value::Object(flagged)
    })
    .collect()
}

fn in_field(name: &str, value: Value) -> Value {
    Value::Object(Map::from_iter([(name.to_owned(), value)]))
}
