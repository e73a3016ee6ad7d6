//! What is kept of a pairing.

use std::collections::HashMap;
use std::time::{Duration, SystemTime};

use pairing_core::PhoneNumber;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::token::{LinkHash, PairingId};

/// A pairing that is not over. It holds no secret: a link's token cannot be made from its hash.
///
/// In JSON, moments are whole seconds since 1970. A field that this version does not know is an
/// error: a restored pairing must not lose what a later version demands of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct PairingRecord {
    /// The pairing's id, by which the record is put and deleted.
    pub id: PairingId,
    /// The name of its instance.
    pub instance: String,
    /// The links that open it.
    pub links: Vec<LinkRecord>,
    /// When its session must have been started, or will be over at the latest. The record is
    /// worth nothing afterwards.
    #[serde(with = "seconds")]
    pub expires_at: SystemTime,
    /// The number that must be linked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expected_phone: Option<PhoneNumber>,
}

impl PairingRecord {
    /// When its last link ends.
    pub(crate) fn ends_at(&self) -> SystemTime {
        let ends = self.links.iter().map(|link| link.expires_at);
        ends.max().unwrap_or(SystemTime::UNIX_EPOCH)
    }

    pub(crate) fn is_over(&self, now: SystemTime) -> bool {
        self.ends_at() <= now
    }
}

/// A link of a pairing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct LinkRecord {
    /// The hash of the link's token.
    pub hash: LinkHash,
    /// When the link ends.
    #[serde(with = "seconds")]
    pub expires_at: SystemTime,
}

/// A change of the records.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RecordChange {
    /// Adds the record, or replaces the one with its id.
    Put(PairingRecord),
    /// Removes the record with this id, if there is one.
    Delete(PairingId),
}

impl RecordChange {
    /// Which record it changes.
    #[must_use]
    pub fn id(&self) -> &PairingId {
        match self {
            Self::Put(record) => &record.id,
            Self::Delete(id) => id,
        }
    }
}

pub(super) fn apply_to(
    records: &mut HashMap<PairingId, PairingRecord>,
    changes: impl IntoIterator<Item = RecordChange>,
) {
    for change in changes {
        match change {
            RecordChange::Put(record) => records.insert(record.id.clone(), record),
            RecordChange::Delete(id) => records.remove(&id),
        };
    }
}

/// Whole seconds since 1970.
pub(super) mod seconds {
    use super::{Deserialize, Deserializer, Duration, Serializer, SystemTime};

    pub(crate) fn serialize<S: Serializer>(at: &SystemTime, to: S) -> Result<S::Ok, S::Error> {
        let since = at.duration_since(SystemTime::UNIX_EPOCH);
        to.serialize_u64(since.unwrap_or_default().as_secs())
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<SystemTime, D::Error> {
        let seconds = u64::deserialize(from)?;
        SystemTime::UNIX_EPOCH
            .checked_add(Duration::from_secs(seconds))
            .ok_or_else(|| serde::de::Error::custom("a moment no clock shows"))
    }
}
