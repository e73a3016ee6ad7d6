//! What the page says, in each language.
//!
//! Each language is one value of [`Texts`]: a text that is missing does not compile. The
//! visitor has a browser and a phone, and no access to the provider: where something else is
//! needed, the words name who must do it.

mod en;
mod es;
mod pt_br;

use pairing_core::ProviderErrorKind;

pub(super) use en::TEXTS as EN;
pub(super) use es::TEXTS as ES;
pub(super) use pt_br::TEXTS as PT_BR;

/// What happened, and what to do about it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Advice {
    pub(super) what: &'static str,
    pub(super) next: &'static str,
}

/// Everything the page says in one language. `{provider}` is the provider's title; a test finds
/// it where the template does not fill it in. Other places are named with their text.
pub(super) struct Texts {
    pub(super) title: &'static str,
    pub(super) languages: &'static str,
    pub(super) no_script: &'static str,

    pub(super) connecting: &'static str,
    pub(super) preparing: &'static str,
    /// In the place of a code, while the gateway starts the instance.
    pub(super) starting: &'static str,
    /// A code was used.
    pub(super) linking: Advice,
    /// Linked, and it is still to be seen whether it stays so.
    pub(super) confirming: Advice,
    pub(super) passkey_step: PasskeyStep,
    /// In the place of a picture in which no code could be read.
    pub(super) unreadable: &'static str,
    /// In the place of a dead code.
    pub(super) expired: &'static str,
    /// After it, where another one comes by itself.
    pub(super) next_code: &'static str,

    pub(super) scan: &'static str,
    pub(super) scan_steps: [&'static str; 3],
    /// On a phone, which cannot scan its own screen.
    pub(super) scan_on_phone: &'static str,

    pub(super) enter: &'static str,
    pub(super) enter_steps: [&'static str; 3],
    pub(super) copy: &'static str,
    pub(super) expires_in: &'static str,

    /// Before anybody has asked for a code.
    pub(super) start: Advice,
    pub(super) start_button: &'static str,

    /// Nobody used the codes of a round.
    pub(super) interaction: Advice,
    pub(super) resume: &'static str,

    pub(super) number: Advice,
    pub(super) number_label: &'static str,
    pub(super) number_hint: &'static str,
    /// What the field holds at first.
    pub(super) number_prefill: &'static str,
    pub(super) number_submit: &'static str,
    pub(super) back: &'static str,

    pub(super) use_phone: &'static str,
    pub(super) use_qr: &'static str,
    pub(super) other_number: &'static str,
    pub(super) help: Help,
    pub(super) cancel: &'static str,
    pub(super) cancel_warning: &'static str,
    pub(super) cancel_confirm: &'static str,

    pub(super) linked: Advice,
    pub(super) already_linked: Advice,
    pub(super) wrong_account: Advice,
    pub(super) passkey: Advice,
    pub(super) link_dropped: Advice,
    pub(super) rate_limited: Advice,
    pub(super) deadline: Advice,
    /// In the place of what to do then, where the link can start once more.
    pub(super) again: &'static str,
    pub(super) cancelled: Advice,
    /// The link is unknown, or its pairing is long over.
    pub(super) gone: Advice,
    /// Too many links that lead nowhere came from the visitor's address.
    pub(super) too_many_links: Advice,
    /// The address is none of a page.
    pub(super) no_link: Advice,
    /// Too many viewers.
    pub(super) busy: Advice,
    /// Above the words of [`error`](Self::error).
    pub(super) refused: &'static str,
    pub(super) error: fn(ProviderErrorKind) -> Advice,
    /// A kind of error that this page does not know.
    pub(super) other_error: Advice,

    pub(super) spoken: Spoken,
}

/// WhatsApp wants a passkey, and the page waits for it.
pub(super) struct PasskeyStep {
    pub(super) title: &'static str,
    /// Above a link.
    pub(super) open: &'static str,
    /// On the link. `{host}`
    pub(super) link: &'static str,
    /// Above a code.
    pub(super) compare: &'static str,
    /// Where there is neither.
    pub(super) dashboard: &'static str,
    /// What the page does meanwhile.
    pub(super) waits: &'static str,
    /// A button.
    pub(super) codes: &'static str,
}

/// What to do about what the phone says, of which the page learns nothing. `what` has WhatsApp's own
/// words, as far as they are known in the language.
pub(super) struct Help {
    pub(super) title: &'static str,
    /// Of somebody who scans.
    pub(super) qr_failed: Advice,
    /// Of somebody who types a code.
    pub(super) code_failed: Advice,
    pub(super) no_notification: Advice,
    pub(super) ninth_digit: Advice,
    /// Of both.
    pub(super) too_many_devices: Advice,
    pub(super) passkey: Advice,
}

impl Help {
    /// The likeliest first.
    pub(super) fn by_method(&self) -> [(&'static str, Vec<Advice>); 2] {
        let both = [self.too_many_devices, self.passkey];
        let typist = [self.code_failed, self.no_notification, self.ninth_digit];
        [
            ("qr", [vec![self.qr_failed], both.to_vec()].concat()),
            ("phone_code", [typist.to_vec(), both.to_vec()].concat()),
        ]
    }
}

/// What only the scripts say.
pub(super) struct Spoken {
    /// `{attempt}`, `{attempts}`
    pub(super) attempt: &'static str,
    pub(super) qr_label: &'static str,
    pub(super) copied: &'static str,
    /// `{time}`
    pub(super) wait: &'static str,
    pub(super) retrying: &'static str,
    pub(super) offline: &'static str,
    pub(super) closing: &'static str,
    pub(super) failure_offline: &'static str,
    /// The browser took a click for one of another site's page.
    pub(super) failure_cross_site: &'static str,
    pub(super) failure_other: &'static str,
    /// The states, to a screen reader.
    pub(super) live_qr: &'static str,
    pub(super) live_phone_code: &'static str,
    pub(super) country_code_missing: &'static str,
    pub(super) invalid_phone: &'static str,
    pub(super) not_brazilian: &'static str,
    pub(super) expects_another_phone: &'static str,
}

/// The words of the scripts, by the names they use.
pub(super) fn words(texts: &Texts) -> Vec<(String, &'static str)> {
    let spoken = &texts.spoken;
    let mut words: Vec<_> = [
        ("attempt", spoken.attempt),
        ("qr.label", spoken.qr_label),
        ("passkey.link", texts.passkey_step.link),
        ("copy", texts.copy),
        ("copied", spoken.copied),
        ("again", texts.again),
        ("wait", spoken.wait),
        ("retrying", spoken.retrying),
        ("offline", spoken.offline),
        ("closing", spoken.closing),
        ("failure.offline", spoken.failure_offline),
        ("failure.cross_site", spoken.failure_cross_site),
        ("failure.other", spoken.failure_other),
        ("live.connecting", texts.connecting),
        ("live.preparing", texts.preparing),
        ("live.starting", texts.starting),
        ("live.unreadable", texts.unreadable),
        ("live.expired", texts.expired),
        ("live.qr", spoken.live_qr),
        ("live.phone_code", spoken.live_phone_code),
        ("live.number", texts.number.what),
        ("number.country_code_missing", spoken.country_code_missing),
        ("number.invalid_phone", spoken.invalid_phone),
        ("number.not_brazilian", spoken.not_brazilian),
        ("number.expects_another_phone", spoken.expects_another_phone),
        ("error.other.what", texts.other_error.what),
        ("error.other.next", texts.other_error.next),
    ]
    .into_iter()
    .map(|(name, text)| (name.to_owned(), text))
    .collect();
    for kind in ProviderErrorKind::ALL {
        let advice = (texts.error)(kind);
        words.push((format!("error.{kind}.what"), advice.what));
        words.push((format!("error.{kind}.next"), advice.next));
    }
    words
}
