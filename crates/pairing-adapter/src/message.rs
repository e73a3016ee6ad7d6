//! What a gateway says in prose: the only thing that tells some of its errors apart, and
//! nothing that may be shown, since it may echo a credential.

use std::fmt;

use serde_json::Value;

use crate::wipe;

/// Most bytes of prose that are looked at. The longest known message has 80.
pub const MAX_MESSAGE_BYTES: usize = 4096;

/// How deep a message may be nested.
const MAX_DEPTH: usize = 6;

/// Prose in lower case with single spaces, bounded, for matching. `Debug` shows none of it. Wiped
/// when dropped: what is no prose, such as a code, is searched for message too.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Message(String);

impl Message {
    /// The message of a text.
    #[must_use]
    pub fn of(text: &str) -> Self {
        Self::within(text, MAX_MESSAGE_BYTES)
    }

    /// The message of a text, of about so many bytes at most.
    pub(crate) fn within(text: &str, limit: usize) -> Self {
        let mut message = Self::default();
        message.add(text, limit);
        message
    }

    /// Whether the gateway says `phrase`, which is in lower case.
    #[must_use]
    pub fn contains(&self, phrase: &str) -> bool {
        self.0.contains(phrase)
    }

    /// Whether it says any of the phrases.
    #[must_use]
    pub fn contains_any(&self, phrases: &[&str]) -> bool {
        phrases.iter().any(|phrase| self.contains(phrase))
    }

    /// Whether it says `phrase` without a "not" in front.
    pub(crate) fn contains_unnegated(&self, phrase: &str) -> bool {
        self.0.match_indices(phrase).any(|(start, _)| {
            let before = self.0.get(..start).unwrap_or_default().trim_end();
            !["not", "n't", "n’t", "não", "nao"]
                .iter()
                .any(|no| before.ends_with(no))
        })
    }

    /// The message themselves, for rules that need more than a phrase. Never to be shown.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Without what stands between the first and the last double quote.
    pub(crate) fn without_quotation(self) -> Self {
        let (first, last) = (self.0.find('"'), self.0.rfind('"'));
        let before = first.and_then(|at| self.0.get(..at));
        let after = last.and_then(|at| self.0.get(at + 1..));
        let (Some(before), Some(after)) = (before, after) else {
            return self;
        };
        let mut rest = Self::default();
        for part in [before, after] {
            rest.add(part, MAX_MESSAGE_BYTES);
        }
        rest
    }

    /// Whether nothing was said.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Adds every text within a JSON value: a string, an array of them, or objects.
    pub(crate) fn add_all(&mut self, value: &Value) {
        self.add_nested(value, MAX_DEPTH);
    }

    fn add_nested(&mut self, value: &Value, depth: usize) {
        match value {
            Value::String(text) => self.add(text, MAX_MESSAGE_BYTES),
            Value::Array(values) if depth > 0 => {
                for value in values {
                    self.add_nested(value, depth - 1);
                }
            }
            Value::Object(values) if depth > 0 => {
                for value in values.values() {
                    self.add_nested(value, depth - 1);
                }
            }
            _ => {}
        }
    }

    /// Growing would leave a copy behind.
    fn reserve(&mut self, more: usize) {
        let needed = self.0.len() + more;
        if needed > self.0.capacity() {
            let mut larger = String::with_capacity(needed);
            larger.push_str(&self.0);
            wipe::text(&mut self.0);
            self.0 = larger;
        }
    }

    fn add(&mut self, text: &str, limit: usize) {
        self.reserve(lower_case_bytes(text.len().min(limit)) + 1);
        for word in text.split_whitespace() {
            // Lower case may take more bytes; the bound need not be exact.
            if self.0.len() + word.len() >= limit {
                return;
            }
            if !self.0.is_empty() {
                self.0.push(' ');
            }
            self.0.extend(word.chars().flat_map(char::to_lowercase));
        }
    }
}

/// The most that so many bytes may take in lower case: no character grows by more than half.
const fn lower_case_bytes(bytes: usize) -> usize {
    bytes + bytes / 2
}

impl Drop for Message {
    fn drop(&mut self) {
        wipe::text(&mut self.0);
    }
}

impl fmt::Debug for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Message([redacted])")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_and_spacing_do_not_matter() {
        let message = Message::of("  You are\nALREADY   Connected.");
        assert!(message.contains("already connected"));
        assert!(message.contains_any(&["nothing", "you are"]));
        assert!(!message.contains("disconnected"));
    }

    #[test]
    fn a_text_that_grows_in_lower_case_has_room() {
        for character in '\0'..=char::MAX {
            let lower: usize = character.to_lowercase().map(char::len_utf8).sum();
            assert!(
                lower <= lower_case_bytes(character.len_utf8()),
                "{character}"
            );
        }
        let mut message = Message::default();
        message.add("first", MAX_MESSAGE_BYTES);
        message.add(&"ȺȺ ".repeat(100), MAX_MESSAGE_BYTES);
        let capacity = message.0.capacity();
        assert!(message.0.len() <= capacity && capacity < 1000, "{capacity}");
    }

    #[test]
    fn a_quotation_is_left_out_whatever_it_holds() {
        for (text, rest) in [
            (
                r#"The "already connected" instance is gone"#,
                "the instance is gone",
            ),
            (r#"The "a" b" instance is gone"#, "the instance is gone"),
            ("no quotation", "no quotation"),
            (r#"half a " quotation"#, "half a quotation"),
            (r#""all""#, ""),
        ] {
            assert_eq!(Message::of(text).without_quotation().expose(), rest);
        }
    }

    #[test]
    fn a_negation_is_noticed() {
        assert!(Message::of("is connected").contains_unnegated("connected"));
        assert!(!Message::of("You are not connected.").contains_unnegated("connected"));
        assert!(!Message::of("you aren't connected").contains_unnegated("connected"));
        assert!(!Message::of("não conectado").contains_unnegated("conectado"));
    }

    #[test]
    fn messages_may_be_nested_and_are_bounded() {
        let mut message = Message::default();
        message.add_all(&serde_json::json!({"a": ["One", {"b": "Two"}], "c": 3}));
        assert_eq!(message.expose(), "one two");
        let mut long = Message::default();
        long.add_all(&serde_json::json!([
            "word ".repeat(10_000),
            "x".repeat(10_000)
        ]));
        assert!(long.expose().len() <= MAX_MESSAGE_BYTES);
        assert!(!format!("{long:?}").contains("word "));
    }
}
