//! Credentials as they come from a configuration: checked early, with errors that say what to
//! do and never quote them.

/// Most bytes of a credential; far above any known token.
pub const MAX_CREDENTIAL_BYTES: usize = 4096;

/// What people leave standing from an example.
const PLACEHOLDERS: &[&str] = &[
    "sua_instancia",
    "seu_token",
    "instance_id",
    "instance_key",
    "instance_token",
    "client_token",
    "token",
    "changeme",
];

/// Checks one credential; `field` is its name in the configuration.
///
/// # Errors
///
/// [`InvalidCredential`] names the field and the rule, never the value.
pub fn check_credential(field: &'static str, value: &str) -> Result<(), InvalidCredential> {
    let lower = value.to_ascii_lowercase();
    let problem = if value.trim().is_empty() {
        Problem::Empty
    } else if lower.starts_with("bearer ") {
        Problem::Bearer
    } else if value.contains(char::is_whitespace) {
        Problem::WhiteSpace
    } else if !value.bytes().all(|byte| byte.is_ascii_graphic()) {
        Problem::Character
    } else if value.contains("://") {
        Problem::Url
    } else if PLACEHOLDERS.contains(&lower.as_str())
        || value.contains(['{', '}', '<', '>'])
        || lower.starts_with("your_")
        || lower.starts_with("your-")
    {
        Problem::Placeholder
    } else if value.bytes().all(|byte| byte == b'.') {
        // `..` would climb out of its place in a path.
        Problem::Character
    } else if value.len() > MAX_CREDENTIAL_BYTES {
        Problem::TooLong
    } else {
        return Ok(());
    };
    Err(InvalidCredential { field, problem })
}

/// Most bytes of a name; the longest that a file system or a database column is known to take.
pub const MAX_NAME_BYTES: usize = 255;

/// Checks a name that people give an instance or a session: any text that has a place in a path, such
/// as `loja centro` or `my shop é/1`. `field` is its name in the configuration.
///
/// # Errors
///
/// [`InvalidCredential`] names the field and the rule, never the value: people paste a token here.
pub fn check_name(field: &'static str, value: &str) -> Result<(), InvalidCredential> {
    let problem = if value.trim().is_empty() {
        Problem::Empty
    } else if value.trim().len() < value.len() {
        Problem::SpaceAround
    } else if value.chars().any(char::is_control) {
        Problem::Character
    } else if value.contains("://") {
        Problem::Url
    } else if value == "." || value == ".." {
        // They would climb out of their place in a path.
        Problem::Dots
    } else if value.len() > MAX_NAME_BYTES {
        Problem::TooLong
    } else {
        return Ok(());
    };
    Err(InvalidCredential { field, problem })
}

/// Why a credential cannot be used. Never quotes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("`{field}` {problem}")]
pub struct InvalidCredential {
    field: &'static str,
    problem: Problem,
}

impl InvalidCredential {
    /// A base URL with the path of an endpoint: the credentials belong into fields of their
    /// own.
    #[must_use]
    pub fn endpoint_as_base_url() -> Self {
        Self {
            field: "base_url",
            problem: Problem::Url,
        }
    }

    /// The field's name in the configuration.
    #[must_use]
    pub fn field(&self) -> &'static str {
        self.field
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
enum Problem {
    #[error("is empty: copy the value from the gateway's dashboard")]
    Empty,
    #[error("starts with `Bearer`: give the token alone")]
    Bearer,
    #[error("contains white space: copy the value again, without anything around it")]
    WhiteSpace,
    #[error("contains a character that no credential has: copy the value again")]
    Character,
    #[error("is a whole URL: put in only the part that belongs to this field")]
    Url,
    #[error("is still the placeholder of an example: put in the value from the dashboard")]
    Placeholder,
    #[error("has white space at its beginning or end: write it as the gateway's dashboard does")]
    SpaceAround,
    #[error("is `.` or `..`, which no address can hold: give the instance another name")]
    Dots,
    #[error("is too long")]
    TooLong,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_tokens_look_like_passes() {
        for value in [
            "3C01AF7F9A0F4E2B",
            "F1234abcS",
            "eyJhbGciOi.J9.x-y_z",
            "a+b/c=",
        ] {
            assert_eq!(check_credential("token", value), Ok(()));
        }
    }

    #[test]
    fn a_name_may_be_any_text_with_a_place_in_a_path() {
        for name in [
            "default",
            "loja centro",
            "my shop é/1",
            "token",
            "a..b",
            "{x}",
            "Bearer x",
        ] {
            assert_eq!(check_name("instance", name), Ok(()), "{name}");
        }
        for (name, message) in [
            ("", "empty"),
            (" ", "empty"),
            ("canary ", "white space"),
            ("can\nary", "character"),
            ("https://gateway.example.com/canary", "whole URL"),
            (".", "no address"),
            ("..", "no address"),
            (&"canary".repeat(50), "too long"),
        ] {
            let shown = check_name("instance", name).unwrap_err().to_string();
            assert!(shown.contains(message), "{shown}");
            assert!(!shown.contains("canary"), "{shown}");
        }
    }

    #[test]
    fn each_mistake_has_its_own_message_which_names_the_field_and_not_the_value() {
        for (value, message) in [
            ("", "empty"),
            (" ", "empty"),
            ("Bearer canary", "Bearer"),
            ("canary\n", "white space"),
            ("can ary", "white space"),
            ("canary\u{7f}", "character"),
            ("canáry", "character"),
            ("..", "character"),
            ("https://api.z-api.io/instances/canary", "whole URL"),
            ("SUA_INSTANCIA", "placeholder"),
            ("{{token}}", "placeholder"),
            ("<canary>", "placeholder"),
            ("YOUR_TOKEN", "placeholder"),
            (&"canary".repeat(1000), "too long"),
        ] {
            let error = check_credential("instance", value).unwrap_err();
            let shown = format!("{error} {error:?}");
            assert!(shown.contains(message), "{shown}");
            assert!(shown.starts_with("`instance`"), "{shown}");
            assert!(!shown.contains("canary"), "{shown}");
        }
    }
}
