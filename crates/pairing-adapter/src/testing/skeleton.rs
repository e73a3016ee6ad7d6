//! Beginnings of fixtures from a record, as `pairing record` writes it.

use serde_json::{Map, Value, json};

use super::CANARY;

/// The smallest picture.
const PICTURE: &str = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
const PHONE: &str = "5511999998888";

/// A fixture for each call of a record that got an answer. Values are invented by their
/// descriptions, the expectation is what the adapter of that time made of the answers: both are to be
/// completed by hand.
///
/// # Errors
///
/// A line that is no JSON object, by its number.
pub fn fixture_skeletons(record: &str) -> Result<Vec<Value>, String> {
    let mut fixtures = Vec::new();
    for (index, line) in record.lines().enumerate() {
        let line: Value = serde_json::from_str(line)
            .map_err(|error| format!("line {} is not of a record: {error}", index + 1))?;
        fixtures.extend(skeleton(&line));
    }
    Ok(fixtures)
}

/// `None` for the first line, and for a call without answers.
fn skeleton(line: &Value) -> Option<Value> {
    let requests = line.get("requests")?.as_array()?;
    let mut answers: Vec<Value> = requests
        .iter()
        .filter_map(|request| Some(answer(request.get("answer")?)))
        .collect();
    let last = answers.pop()?;
    let read = line.get("read")?;
    let request = match line.get("call")?.as_str()? {
        "qr" if read["code"]["kind"] == "qr_image" => "qr_image",
        call => call,
    };
    let mut fixture = json!({
        "label": "SEEN",
        "note": "from a record: values are invented, and the expectation is to be completed",
        "request": request,
        "answer": last,
        "expect": expected(read),
    });
    for field in ["purpose", "may_be_linking"] {
        if let Some(value) = line.get(field) {
            fixture[field] = value.clone();
        }
    }
    if !answers.is_empty() {
        fixture["before"] = answers.into();
    }
    Some(fixture)
}

fn expected(read: &Value) -> Value {
    let mut expected = read.clone();
    if let Some(fields) = expected.as_object_mut() {
        if fields.remove("names_phone") == Some(true.into()) {
            fields.insert("phone".to_owned(), format!("+{PHONE}").into());
        }
    }
    expected
}

fn answer(shape: &Value) -> Value {
    let mut answer = Map::new();
    answer.insert("status".to_owned(), shape["status"].clone());
    for field in ["content_type", "content_encoding"] {
        if let Some(value) = shape.get(field) {
            answer.insert(field.to_owned(), value.clone());
        }
    }
    match shape["retry_after"].as_str() {
        Some("seconds") => drop(answer.insert("retry_after".to_owned(), "30".into())),
        Some("date") => {
            let date = "Sun, 29 Nov 2026 01:22:21 GMT";
            answer.insert("retry_after".to_owned(), date.into());
        }
        _ => {}
    }
    let body = &shape["shape"];
    match shape["body"].as_str() {
        Some("object" | "list" | "other JSON") => {
            let body = match body.get("<JSON in a text>") {
                Some(inner) => Value::from(invented(inner).to_string()),
                None => invented(body),
            };
            answer.insert("json".to_owned(), body);
        }
        Some("text") => drop(answer.insert("text".to_owned(), invented(body))),
        Some("page") => {
            let said = body.as_str().unwrap_or_default();
            let said = said
                .trim_start_matches("<page:")
                .trim_end_matches('>')
                .trim();
            let page = format!("<html>{}</html>", said.replace("; ", " "));
            answer.insert("text".to_owned(), page.into());
        }
        Some("picture") => drop(answer.insert("hex".to_owned(), "89504e470d0a1a0a00".into())),
        _ => {}
    }
    answer.into()
}

/// A value in place of each description.
fn invented(shape: &Value) -> Value {
    match shape {
        Value::Array(members) => {
            let is_member = |member: &&Value| !is_rest(member);
            members.iter().filter(is_member).map(invented).collect()
        }
        Value::Object(fields) => {
            let mut object = Map::new();
            for (index, (name, value)) in fields.iter().enumerate() {
                let name = match name.starts_with('<') {
                    true => format!("{CANARY}{index}"),
                    false => name.clone(),
                };
                object.insert(name, invented(value));
            }
            object.into()
        }
        Value::String(text) => described(text).unwrap_or_else(|| text.clone().into()),
        value => value.clone(),
    }
}

fn is_rest(member: &Value) -> bool {
    member
        .as_str()
        .is_some_and(|text| text.starts_with("<and "))
}

/// `None` for a word that stands for itself.
fn described(text: &str) -> Option<Value> {
    let inner = text.strip_prefix('<')?.strip_suffix('>')?;
    let (description, said) = match inner.split_once(": ") {
        Some((description, said)) => (description, Some(said)),
        None => (inner, None),
    };
    let form = description.split(',').next().unwrap_or_default();
    Some(match form {
        "number" => json!(5_511_999_998_888_u64),
        "fraction" => json!(0.5),
        "digits" => PHONE.into(),
        "QR text" => format!("2@{CANARY},{CANARY},{CANARY}").into(),
        "phone code with hyphen" => "K7QM-2XWP".into(),
        "picture in base64" => PICTURE.into(),
        "picture in a data URI" => format!("data:image/png;base64,{PICTURE}").into(),
        "URL" => format!("https://{CANARY}.example.com").into(),
        "UUID" => "00000000-0000-4000-8000-000000000000".into(),
        "date" => "2026-11-29T01:22:21.000Z".into(),
        "text" => match said {
            Some(said) => said.replace("; ", " ").into(),
            None => format!("{CANARY} {CANARY}").into(),
        },
        form => match form.strip_prefix("id ") {
            Some(end) => format!("{PHONE}{end}").into(),
            None => CANARY.into(),
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Fixture;

    #[test]
    fn a_call_becomes_a_fixture() {
        let call = json!({
            "at_s": 0.1, "call": "status", "took_s": 0.1,
            "requests": [
                { "method": "GET", "answer": { "status": 429, "body": "page", "shape": "<page: nginx>" } },
                { "method": "GET", "failed": "Timeout" },
                { "method": "GET", "answer": {
                    "status": 200, "headers": [], "content_type": "application/json",
                    "retry_after": "seconds", "bytes": "8-15", "body": "object",
                    "shape": { "connected": true, "<name of 8-15 characters>": ["<digits, 1 characters>", "<and 1 more>"],
                        "error": "<text, 8-15 characters, 2-3 words: not found; connected>" },
                } },
            ],
            "read": { "connected": true, "phase": "linked", "names_phone": true },
        });
        let record = format!("{{\"record\":1}}\n{call}\n");
        let fixtures = fixture_skeletons(&record).unwrap();
        assert_eq!(
            fixtures,
            [json!({
                "label": "SEEN",
                "note": "from a record: values are invented, and the expectation is to be completed",
                "request": "status",
                "before": [{ "status": 429, "text": "<html>nginx</html>" }],
                "answer": {
                    "status": 200, "content_type": "application/json", "retry_after": "30",
                    "json": { "connected": true, "canary0": ["5511999998888"], "error": "not found connected" },
                },
                "expect": { "connected": true, "phase": "linked", "phone": "+5511999998888" },
            })]
        );
        let fixture: Fixture = serde_json::from_value(fixtures[0].clone()).unwrap();
        assert_eq!(fixture.answer.response().status, 200);
    }

    #[test]
    fn what_is_no_record_is_refused_by_line() {
        let refused = fixture_skeletons("{}\nnothing").unwrap_err();
        assert!(refused.starts_with("line 2 "), "{refused}");
    }
}
