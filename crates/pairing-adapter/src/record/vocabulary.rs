//! The closed list of what a record may show in clear.

use crate::interception::marks;
use crate::{GatewayRules, Message, object, phrases};

/// Names of fields that gateways of this kind use, besides those that the kit looks for.
const FIELDS: &[&str] = &[
    "account",
    "body",
    "config",
    "connected",
    "connection",
    "count",
    "created",
    "createdAt",
    "device",
    "disconnected",
    "enabled",
    "event",
    "exception",
    "expired",
    "expires",
    "expiresAt",
    "expiresIn",
    "headers",
    "id",
    "info",
    "instances",
    "jid",
    "key",
    "lid",
    "loggedIn",
    "me",
    "method",
    "mimetype",
    "moment",
    "momment",
    "name",
    "number",
    "options",
    "passkey",
    "path",
    "phone",
    "phoneNumber",
    "profileName",
    "profilePicUrl",
    "profilePictureUrl",
    "profileStatus",
    "pushName",
    "request",
    "retryable",
    "retry_after",
    "error_code",
    "server",
    "session",
    "sessions",
    "state",
    "statusCode",
    "statusReason",
    "timeout",
    "timestamp",
    "token",
    "type",
    "updatedAt",
    "url",
    "user",
    "username",
    "version",
    "cloudflare_error",
];

/// Words for states that gateways of this kind have in common.
const STATES: &[&str] = &[
    "connected",
    "disconnected",
    "connecting",
    "open",
    "opening",
    "close",
    "closed",
    "starting",
    "started",
    "stopped",
    "failed",
    "working",
    "pairing",
    "paired",
    "unpaired",
    "linked",
    "unlinked",
    "logged in",
    "logged out",
    "error",
    "fail",
    "failure",
    "success",
    "ok",
    "true",
    "false",
    "null",
    "undefined",
    "none",
    "unknown",
    "timeout",
    "qr",
    "qrcode",
    "image/png",
    "image/jpeg",
];

/// What servers and frameworks say beneath any gateway, in lower case.
const PHRASES: &[&str] = &[
    "bad gateway",
    "bad request",
    "cannot get",
    "cannot post",
    "conflict",
    "connection closed",
    "connection failure",
    "does not exist",
    "exception",
    "expired",
    "forbidden",
    "gateway time-out",
    "gateway timeout",
    "internal server error",
    "method not allowed",
    "nginx",
    "not found",
    "payment required",
    "service unavailable",
    "stream errored",
    "too many requests",
    "unauthorized",
    "unprocessable entity",
    "unsupported media type",
];

/// How much of a text is searched for phrases, in bytes. As much as of a page that something in
/// between wrote.
const SEARCHED: usize = 32 * 1024;

/// Most phrases that one text is described with.
const MAX_PHRASES: usize = 6;

/// What may be shown of the answers of one gateway.
pub(super) struct Vocabulary {
    rules: &'static GatewayRules,
    fields: Vec<&'static str>,
    states: Vec<&'static str>,
    phrases: Vec<&'static str>,
}

impl Vocabulary {
    pub(super) fn new(rules: &'static GatewayRules) -> Self {
        let lists = |lists: &'static [&'static [&'static str]]| lists.iter().copied().flatten();
        let fields = lists(object::FIELDS)
            .chain(lists(marks::FIELDS))
            .chain(FIELDS)
            .copied()
            .chain(rules.known_fields());
        // The spelling of the gateway comes before that of the others.
        let states = rules.known_states().iter().chain(STATES).copied();
        let phrases = lists(phrases::QUOTABLE)
            .chain(lists(marks::QUOTABLE))
            .chain(PHRASES)
            .copied()
            .chain(rules.phrases());
        let mut fields: Vec<_> = fields.collect();
        fields.sort_unstable();
        fields.dedup();
        let mut phrases: Vec<_> = phrases.filter(|phrase| !phrase.is_empty()).collect();
        phrases.sort_unstable();
        phrases.dedup();
        Self {
            rules,
            fields,
            states: states.collect(),
            phrases,
        }
    }

    /// The name of a field, if it is a known one. It is the list's text, not the gateway's.
    pub(super) fn field(&self, name: &str) -> Option<&'static str> {
        let place = self.fields.binary_search(&name).ok()?;
        self.fields.get(place).copied()
    }

    /// A text that is a known word for a state, or all of a known phrase; in capitals if the gateway
    /// writes it so.
    pub(super) fn word(&self, text: &str) -> Option<String> {
        let is_same = |known: &&&str| known.eq_ignore_ascii_case(text);
        let known = self.states.iter().find(|known| **known == text);
        let known = known
            .or_else(|| self.states.iter().find(is_same))
            .or_else(|| self.phrases.iter().find(is_same))?;
        Some(if *known == text {
            (*known).to_owned()
        } else if text.bytes().any(|byte| byte.is_ascii_lowercase()) {
            known.to_ascii_lowercase()
        } else {
            known.to_ascii_uppercase()
        })
    }

    /// The known phrases in a text, as far as none is a part of another, in their order in the text.
    pub(super) fn phrases(&self, text: &str) -> Vec<&'static str> {
        let message = self.rules.meaning(Message::within(text, SEARCHED));
        let said = message.expose();
        let mut found: Vec<(usize, &'static str)> = Vec::new();
        for phrase in &self.phrases {
            if let Some(start) = said.find(phrase) {
                found.push((start, phrase));
            }
        }
        let all = found.clone();
        found.retain(|(_, phrase)| {
            !all.iter()
                .any(|(_, other)| other.len() > phrase.len() && other.contains(phrase))
        });
        found.sort_unstable();
        let mut found: Vec<_> = found.into_iter().map(|(_, phrase)| phrase).collect();
        // Only the words around "connected" say whether it means a link.
        let state = if message.is_already_linked() {
            Some("already connected")
        } else if message.is_not_linked() {
            Some("not connected")
        } else {
            message.names_linked().then_some("connected")
        };
        found.truncate(MAX_PHRASES);
        found.extend(state);
        found
    }
}
