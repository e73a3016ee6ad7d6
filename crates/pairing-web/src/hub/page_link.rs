//! What a pairing is opened for, and the link that comes of it.

use std::time::SystemTime;

use pairing_core::PhoneNumber;

use crate::token::{LinkToken, PairingId};

/// A pairing to be opened.
#[derive(Debug, Clone)]
#[must_use]
pub struct NewPairing {
    pub(super) instance: String,
    pub(super) expected_phone: Option<PhoneNumber>,
}

impl NewPairing {
    /// Of the instance with this name.
    pub fn of(instance: impl Into<String>) -> Self {
        Self {
            instance: instance.into(),
            expected_phone: None,
        }
    }

    /// The number that must be linked; another ends it with
    /// [`WrongAccount`](pairing_core::PairingOutcome::WrongAccount).
    pub fn expect_phone(mut self, phone: PhoneNumber) -> Self {
        self.expected_phone = Some(phone);
        self
    }
}

/// The way to a page. It is a secret: it lets its owner link a phone with the instance. `Debug` hides it.
#[derive(Debug, Clone)]
pub struct PageLink {
    pub(super) id: PairingId,
    pub(super) token: LinkToken,
    pub(super) public_url: Option<String>,
    pub(super) expires_at: Option<SystemTime>,
    pub(super) is_new: bool,
}

impl PageLink {
    /// The id of the pairing, which is no secret.
    #[must_use]
    pub fn id(&self) -> &PairingId {
        &self.id
    }

    /// The path of the page, from where the router is mounted: `/p/…`. The page speaks the
    /// language of the visitor's browser; `?lang=` with `pt-BR`, `en` or `es` behind it decides
    /// otherwise. It waits for a click before it asks for a code; with `?start=now` behind it, or
    /// in a frame, it does not. Use that where a person has clicked just now, and not in a mail or
    /// a chat, whose scanners open links.
    #[must_use]
    pub fn path(&self) -> String {
        format!("/p/{}", self.token.expose())
    }

    /// The whole URL, if the hub knows its
    /// [`public_url`](crate::PairingHubBuilder::public_url).
    #[must_use]
    pub fn url(&self) -> Option<String> {
        let base = self.public_url.as_ref()?;
        Some(format!("{base}{}", self.path()))
    }

    /// By when the session must be started with it; or, if the session runs, by when that will be
    /// over at the latest. `None` if it ended in this very moment.
    #[must_use]
    pub fn expires_at(&self) -> Option<SystemTime> {
        self.expires_at
    }

    /// Whether this pairing was opened for the link, rather than found.
    #[must_use]
    pub fn is_new(&self) -> bool {
        self.is_new
    }
}
