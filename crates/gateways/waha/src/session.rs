//! Reads the answer that describes a session.

use pairing_adapter::{GatewayResponse, Object, read_linked_value};
use pairing_core::{PhoneNumber, ProviderError, ProviderErrorKind};

use crate::errors::NO_SESSION;
use crate::state::State;

/// A session as the gateway describes it.
#[derive(Debug)]
pub(crate) struct Session {
    pub(crate) state: State,
    /// The account that `me` names. While nothing is linked it may be that of an old link or of a
    /// request for a phone code, so only [`State::Working`] makes it the linked one.
    pub(crate) account: Option<Account>,
}

/// `me`.
#[derive(Debug)]
pub(crate) struct Account {
    pub(crate) phone: Option<PhoneNumber>,
    /// A request for a phone code named it, and no phone has.
    is_requested: bool,
}

impl Session {
    /// `None` for a session that does not exist.
    ///
    /// # Errors
    ///
    /// What the response means instead; [`MalformedReply`](ProviderErrorKind::MalformedReply) for
    /// another session than the one that was asked for.
    pub(crate) fn read(
        response: &GatewayResponse,
        own_name: &str,
    ) -> Result<Option<Self>, ProviderError> {
        if let Some(error) = response.intercepted() {
            return Err(error);
        }
        if response.status == 404 && response.message().contains_any(NO_SESSION) {
            return Ok(None);
        }
        let object = response.object().filter(|_| response.is_success());
        let Some((object, state)) = object.and_then(|object| Some((object, State::of(object)?)))
        else {
            return Err(response.failure());
        };
        if object.texts(&["name"]).any(|name| name != own_name) {
            return Err(response.error(
                ProviderErrorKind::MalformedReply,
                "WAHA answered for another session: check session and base_url",
            ));
        }
        Ok(Some(Self {
            state,
            account: Account::read(object),
        }))
    }

    /// Whether an account is named that a phone has confirmed, now or before.
    pub(crate) fn has_confirmed_account(&self) -> bool {
        let account = self.account.as_ref();
        account.is_some_and(|account| !account.is_requested)
    }
}

impl Account {
    /// The name that a request for a phone code leaves, until the phone sends the real one.
    const REQUESTED: &str = "~";

    fn read(object: &Object) -> Option<Self> {
        let me = object.object("me")?;
        let mut names = me.texts(&["pushName"]);
        Some(Self {
            // `lid` is no phone number.
            phone: me.ids(&["id", "jid"]).find_map(read_linked_value),
            is_requested: names.any(|name| name == Self::REQUESTED),
        })
    }
}
