//! Reads the id of a linked account, which WhatsApp writes as a JID, as a phone number.

use super::PhoneNumber;

/// Servers whose ids are phone numbers. Those of `lid` are not, and groups are no accounts.
const PHONE_SERVERS: &[&str] = &["s.whatsapp.net", "c.us", "hosted"];

impl PhoneNumber {
    /// Reads a linked number as WhatsApp and the gateways write it: alone, or with an agent, a
    /// device and a server, as in `5511999998888.0:12@s.whatsapp.net`. `None` where the id names
    /// no number, such as `104316219412678@lid`.
    ///
    /// ```
    /// use pairing_core::PhoneNumber;
    ///
    /// let linked = PhoneNumber::from_account_id("5511999998888:12@s.whatsapp.net");
    /// assert_eq!(linked, PhoneNumber::parse("+5511999998888").ok());
    /// assert_eq!(PhoneNumber::from_account_id("104316219412678@lid"), None);
    /// ```
    #[must_use]
    pub fn from_account_id(id: &str) -> Option<Self> {
        let id = id.trim();
        let user = match id.split_once('@') {
            Some((user, server)) => {
                let is_phone = PHONE_SERVERS
                    .iter()
                    .any(|known| server.trim().eq_ignore_ascii_case(known));
                is_phone.then_some(user)?
            }
            None => id,
        };
        let user = without_device(user)?;
        let user = match user.rsplit_once(['.', '_']) {
            // A number that is punctuated with dots has longer groups behind them.
            Some((number, agent)) if is_suffix(agent) => number,
            _ => user,
        };
        Self::parse(user).ok()
    }
}

fn without_device(user: &str) -> Option<&str> {
    match user.split_once(':') {
        Some((number, device)) => is_suffix(device).then_some(number),
        None => Some(user),
    }
}

/// Devices and agents are small numbers.
fn is_suffix(text: &str) -> bool {
    (1..=3).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_linked_number_may_have_suffixes() {
        for id in [
            "5511999998888",
            "+5511999998888",
            " 5511999998888 ",
            "5511999998888@s.whatsapp.net",
            "5511999998888@c.us",
            "5511999998888@S.WHATSAPP.NET",
            "5511999998888:12@s.whatsapp.net",
            "5511999998888.0:12@s.whatsapp.net",
            "5511999998888_1:12@s.whatsapp.net",
            "5511999998888.0@s.whatsapp.net",
            "5511999998888:1",
            "5511999998888.0",
            "+55 11 99999.8888",
        ] {
            let phone = PhoneNumber::from_account_id(id);
            assert_eq!(phone.unwrap().digits(), "5511999998888", "{id}");
        }
    }

    #[test]
    fn an_id_that_names_no_number_is_not_read_as_one() {
        for id in [
            "",
            "@s.whatsapp.net",
            "status@broadcast",
            ":12",
            "104316219412678@lid",
            "104316219412678:3@lid",
            "5511999998888-1600000000@g.us",
            "120363000000000000@newsletter",
            "5511999998888@example.com",
            "5511999998888:x@s.whatsapp.net",
            "5.511999998888e12",
        ] {
            assert_eq!(PhoneNumber::from_account_id(id), None, "{id}");
        }
    }
}
