//! An agent's answers, taken apart.

use std::str::FromStr;

use crate::failure::Failure;

/// Fields whose value goes on to the end of the line.
const TO_THE_END: [&str; 2] = ["code", "message"];

/// `word key=value key=value`.
///
/// No `Debug`: it may hold a live code.
pub(crate) struct Answer {
    word: String,
    fields: Vec<(String, String)>,
}

impl Answer {
    pub(crate) fn parse(line: &str) -> Result<Self, Failure> {
        let (word, mut rest) = line.split_once(' ').unwrap_or((line, ""));
        let mut fields = Vec::new();
        while !rest.is_empty() {
            let (key, after) = rest.split_once('=').ok_or_else(|| no_fields(word))?;
            if key.contains(' ') {
                return Err(no_fields(word));
            }
            let end = if TO_THE_END.contains(&key) {
                after.len()
            } else {
                after.find(' ').unwrap_or(after.len())
            };
            fields.push((key.to_owned(), after[..end].to_owned()));
            rest = after[end..].strip_prefix(' ').unwrap_or("");
        }
        Ok(Self {
            word: word.to_owned(),
            fields,
        })
    }

    pub(crate) fn word(&self) -> &str {
        &self.word
    }

    pub(crate) fn text(&self, key: &str) -> Result<&str, Failure> {
        self.fields
            .iter()
            .find(|(name, _)| name == key)
            .map(|(_, value)| value.as_str())
            .ok_or_else(|| Failure::wrong(format!("its answer `{}` has no `{key}`", self.word)))
    }

    pub(crate) fn number<T: FromStr>(&self, key: &str) -> Result<T, Failure> {
        self.text(key)?.parse().map_err(|_| {
            let word = &self.word;
            Failure::wrong(format!("the `{key}` of its answer `{word}` is no number"))
        })
    }
}

fn no_fields(word: &str) -> Failure {
    Failure::wrong(format!(
        "its answer `{word}` is not made of key=value fields"
    ))
}

/// Why the agent refused: the stable code of the error.
pub(crate) struct Refusal {
    pub(crate) code: String,
    pub(crate) message: String,
}

/// Reads `ok` or `error <code> <retryable> <message>`.
pub(crate) fn accepted(line: &str) -> Result<Result<(), Refusal>, Failure> {
    if line == "ok" {
        return Ok(Ok(()));
    }
    let mut words = line.splitn(4, ' ');
    match (words.next(), words.next(), words.next(), words.next()) {
        (Some("error"), Some(code), Some("0" | "1"), Some(message)) if !message.is_empty() => {
            Ok(Err(Refusal {
                code: code.to_owned(),
                message: message.to_owned(),
            }))
        }
        _ => Err(Failure::wrong(
            "its answer is neither `ok` nor `error <code> <0|1> <message>`",
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_field_may_hold_anything() {
        let line = "event seq=4 kind=finished message=try again, base_url = no=where";
        let answer = Answer::parse(line).unwrap();
        assert_eq!(answer.word(), "event");
        assert_eq!(answer.number::<u64>("seq").unwrap(), 4);
        assert_eq!(
            answer.text("message").unwrap(),
            "try again, base_url = no=where"
        );
        assert!(answer.text("code").is_err());
    }

    #[test]
    fn what_is_no_answer_is_refused() {
        for line in ["event seq", "event seq=1 and more", "event a b=c"] {
            assert!(Answer::parse(line).is_err(), "{line}");
        }
        for line in ["", "OK", "error", "error not_waiting yes why", "error a 0"] {
            assert!(accepted(line).is_err(), "{line}");
        }
    }
}
