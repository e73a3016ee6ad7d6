//! Moments in JSON: RFC 3339 in UTC with milliseconds.

use std::fmt::Write as _;
use std::time::SystemTime;

use serde::ser::Error as _;
use serde::{Deserialize, Deserializer, Serializer};

pub(crate) fn serialize<S: Serializer>(value: &SystemTime, to: S) -> Result<S::Ok, S::Error> {
    let mut text = String::new();
    // It fails outside the years 1970 to 9999, which serde_json would panic at.
    write!(text, "{}", humantime::format_rfc3339_millis(*value))
        .map_err(|_| S::Error::custom("a moment outside the years 1970 to 9999"))?;
    to.serialize_str(&text)
}

pub(crate) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<SystemTime, D::Error> {
    humantime::parse_rfc3339(&String::deserialize(from)?).map_err(serde::de::Error::custom)
}
