//! What may stand in no answer and in no diagnostic: credentials, and codes that live.

use crate::failure::Failure;

/// Traces of a picture's bytes: as hex, as base64, and as the lists and strings in which
/// languages print bytes.
const PICTURE: [&str; 6] = [
    "89504e47",
    "89504E47",
    "iVBORw0KGgo",
    "137, 80, 78, 71",
    "-119, 80, 78, 71",
    "\\x89PNG",
];

/// Enough of a QR text to know it by.
const BEGINNING: usize = 24;

/// The secrets of one scenario. No `Debug`.
#[derive(Clone, Default)]
pub(crate) struct Secrets(Vec<String>);

impl Secrets {
    pub(crate) fn of(credentials: impl IntoIterator<Item = String>) -> Self {
        let pictures = PICTURE.map(str::to_owned);
        Self(credentials.into_iter().chain(pictures).collect())
    }

    pub(crate) fn add(&mut self, other: &Self) {
        self.0.extend(other.0.iter().cloned());
    }

    /// Adds a code as it may be printed: whole, cut off, with or without its hyphen.
    pub(crate) fn add_code(&mut self, code: &str) {
        self.0.push(code.replace('-', ""));
        self.0.push(code.chars().take(BEGINNING).collect());
    }

    /// Whether an answer gives one away. The code of `code_ready` is meant to be there.
    pub(crate) fn search_answer(&self, line: &str) -> Result<(), Failure> {
        let is_code = line.starts_with("event ") && line.contains(" kind=code_ready ");
        let searched = match line.find(" code=") {
            Some(start) if is_code => &line[..start],
            _ => line,
        };
        if self.are_in(searched) {
            let word = line.split(' ').next().unwrap_or_default();
            return Err(Failure::wrong(format!(
                "its answer `{word} …` gives away a secret"
            )));
        }
        Ok(())
    }

    pub(crate) fn are_in(&self, text: &str) -> bool {
        self.0
            .iter()
            .any(|secret| !secret.is_empty() && text.contains(secret.as_str()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secrets() -> Secrets {
        let mut secrets = Secrets::of(["token-canary".to_owned()]);
        secrets.add_code("ABCD-1234");
        secrets
    }

    #[test]
    fn secrets_are_found_wherever_they_are_printed() {
        for line in [
            "shows Provider(token-canary)",
            "error invalid_credentials 0 token-canary not allowed",
            "shows code ABCD-1234",
            "shows code ABCD1234",
            "shows file=[137, 80, 78, 71, 13]",
            "event seq=2 kind=code_ready expiry=token-canary form=phone_code code=ABCD-1234",
        ] {
            assert!(secrets().search_answer(line).is_err(), "{line}");
        }
    }

    #[test]
    fn the_code_itself_may_stand_where_it_belongs() {
        let line = "event seq=2 kind=code_ready form=phone_code code=ABCD-1234";
        assert!(secrets().search_answer(line).is_ok());
    }
}
