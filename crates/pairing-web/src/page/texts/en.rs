//! English.

use pairing_core::ProviderErrorKind;

use super::{Advice, Help, PasskeyStep, Spoken, Texts};

pub(in super::super) const TEXTS: Texts = Texts {
    title: "Link WhatsApp",
    languages: "Language",
    no_script: "This page needs JavaScript to show a code that is still alive. Allow it for \
                this page, or open the link in another browser.",
    connecting: "Connecting…",
    preparing: "Asking {provider} for a code…",
    starting: "{provider} is starting the instance. This can take some minutes.",
    linking: Advice {
        what: "Almost done",
        next: "The code was used, and the phone is being linked. Keep WhatsApp open on it.",
    },
    confirming: Advice {
        what: "Linked",
        next: "One moment more: this page makes sure that the link stays.",
    },
    passkey_step: PasskeyStep {
        title: "WhatsApp asks for a passkey",
        open: "No code can replace this step for your account. Go on in a browser where you can use \
               the passkey:",
        link: "Continue on {host}",
        compare: "WhatsApp on the phone shows a code as well. Confirm it there only if it is this one:",
        dashboard: "No code can replace this step for your account. Tell whoever sent you this link: \
                    linking has to be finished in {provider}'s own panel.",
        waits: "Leave this page open: it shows by itself when the number is linked.",
        codes: "Show codes again",
    },
    unreadable: "{provider} sent a picture in which no code can be read, so it is not shown here.",
    expired: "This code has expired.",
    next_code: "The next one is on its way.",
    scan: "Scan this code with WhatsApp",
    scan_steps: [
        "Open WhatsApp on the phone you want to link.",
        "Tap the menu (Android) or Settings (iPhone), then Linked devices > Link a device.",
        "Point the phone at this screen.",
    ],
    scan_on_phone: "A phone cannot scan its own screen. If this is the phone you want to link, \
                    open this page on another screen or use the phone number instead.",
    enter: "Type this code into WhatsApp",
    enter_steps: [
        "Open WhatsApp on the phone with this number.",
        "Tap the menu (Android) or Settings (iPhone), then Linked devices > Link a device > \
         Link with phone number instead.",
        "Type the code. It stays here while you switch between the two.",
    ],
    copy: "Copy the code",
    expires_in: "Expires in",
    start: Advice {
        what: "Ready to link WhatsApp?",
        next: "Get the phone you want to link. The code on the next screen is good for a few \
               seconds, and new ones follow.",
    },
    start_button: "Show the QR code",
    interaction: Advice {
        what: "Are you still there?",
        next: "Nobody used the code, so no new one is being made. Take the phone in your hand, \
               open Linked devices in WhatsApp, then continue here.",
    },
    resume: "Show a new code",
    number: Advice {
        what: "Link with your phone number",
        next: "You get a code of eight characters to type into WhatsApp. Nothing has to be \
               scanned, so this also works on the phone itself.",
    },
    number_label: "WhatsApp number",
    number_hint: "With country code, like +55 11 99999-8888.",
    number_prefill: "",
    number_submit: "Get the code",
    back: "Back",
    use_phone: "Use my phone number instead",
    use_qr: "Scan a QR code instead",
    other_number: "Use another number",
    help: Help {
        title: "It does not work?",
        qr_failed: Advice {
            what: "The phone says “Couldn't link device”",
            next: "Check that the phone is online and WhatsApp is up to date. Then scan the code \
                   that is on this screen now. If it happens again, wait an hour.",
        },
        code_failed: Advice {
            what: "The phone says “Couldn't link device” or “Check the number”",
            next: "The number you typed here must be the one of the WhatsApp account on that \
                   phone: in WhatsApp, see Settings > your profile. Type the newest code; an \
                   older one no longer works.",
        },
        no_notification: Advice {
            what: "No notification comes",
            next: "You do not need one. Open Linked devices in WhatsApp yourself, and follow the \
                   steps above.",
        },
        ninth_digit: Advice {
            what: "A number from Brazil is not found",
            next: "Some older accounts do not have the 9 after the area code. Type the number as \
                   your WhatsApp profile shows it.",
        },
        too_many_devices: Advice {
            what: "Four devices are linked already",
            next: "WhatsApp allows four. In Linked devices, log out one that you no longer use.",
        },
        passkey: Advice {
            what: "The phone asks for a passkey",
            next: "Confirm it on the phone. If linking still does not go on, no code can help: \
                   tell whoever sent you this link that it has to be finished in {provider}'s own \
                   panel.",
        },
    },
    cancel: "Cancel linking",
    cancel_warning: "Nothing will be linked, and this link stops working for everyone who has it.",
    cancel_confirm: "Cancel now",
    linked: Advice {
        what: "Linked",
        next: "WhatsApp is linked. You can close this page.",
    },
    already_linked: Advice {
        what: "Already linked",
        next: "A number was linked here before, and nothing is left to do. You can close this \
               page. To link another number, ask whoever sent you this link to unlink this one \
               first.",
    },
    wrong_account: Advice {
        what: "A different number was linked",
        next: "Another number was expected here. On the phone you just used, open Linked devices \
               in WhatsApp and log this device out. Then ask whoever sent you this link for a \
               new one, and use the right phone.",
    },
    passkey: Advice {
        what: "WhatsApp asks for a passkey",
        next: "No code can replace this step for your account. Tell whoever sent you this link: \
               linking has to be finished in {provider}'s own panel.",
    },
    link_dropped: Advice {
        what: "WhatsApp removed the link",
        next: "The phone was linked, and unlinked again within seconds. See in WhatsApp on the phone \
               whether it says why. Wait some hours before the next attempt, and ask whoever sent \
               you this link for a new one.",
    },
    rate_limited: Advice {
        what: "Too many attempts",
        next: "WhatsApp or {provider} asks for a pause; for codes by phone number it can take \
               hours. Wait, then ask whoever sent you this link for a new one.",
    },
    deadline: Advice {
        what: "The time is over",
        next: "Nothing was linked. Take the phone in your hand, and ask whoever sent you this \
               link for a new one.",
    },
    again: "Nothing was linked. When you have your phone ready, you can start again.",
    cancelled: Advice {
        what: "Cancelled",
        next: "Nothing was linked. To try again, ask whoever sent you this link for a new one.",
    },
    gone: Advice {
        what: "This link does not work any more",
        next: "It has expired, was used already, or is incomplete. Ask whoever sent it to you \
               for a new one.",
    },
    too_many_links: Advice {
        what: "Too many links that do not work",
        next: "Many wrong links were opened from your network, and this one does not work either. Ask \
               whoever sent it to you for a new one; a link that works opens at any time.",
    },
    no_link: Advice {
        what: "There is no page at this address",
        next: "If you want to link WhatsApp, open the whole link that you were sent. If it is all \
               there, ask whoever sent it to you for a new one.",
    },
    busy: Advice {
        what: "This page is open too many times",
        next: "Close it in other tabs and on other devices. It connects by itself as soon as \
               there is room.",
    },
    refused: "Linking is not possible right now",
    error,
    other_error: Advice {
        what: "{provider} failed in a way that this page does not know.",
        next: "Tell whoever sent you this link, and ask for a new one.",
    },
    spoken: Spoken {
        attempt: "Code {attempt} of {attempts}",
        qr_label: "QR code, to be scanned with WhatsApp",
        copied: "Copied",
        wait: "Wait at least {time}.",
        retrying: "{provider} does not answer right now. It is being asked again; you need not \
                   do anything.",
        offline: "No connection. What you see may be out of date; this page reconnects by itself.",
        closing: "The service is restarting. This page reconnects by itself.",
        failure_offline: "That did not get through: there is no connection. Try again in a moment.",
        failure_cross_site: "The server refused this click: it seemed to come from another site's page. \
                             Open this link in a window of its own, in an up-to-date browser. If \
                             it is refused there as well, tell whoever sent you this link: their \
                             server needs its public address (public_url), or a frame without \
                             \"sandbox\".",
        failure_other: "That did not work. Try again in a moment.",
        live_qr: "A new QR code is on the screen. Scan it with WhatsApp: Linked devices, then \
                  Link a device.",
        live_phone_code: "Your code is on the screen. Type it into WhatsApp: Linked devices, \
                          Link a device, Link with phone number instead.",
        country_code_missing: "The country code seems to be missing. Start with + and the \
                               country code, like +55 for Brazil.",
        not_brazilian: "This is not a complete Brazilian number. After +55 come the area code and the \
                        8 or 9 digits of the number, like +55 11 99999-8888.",
        expects_another_phone: "This link is for another number. Type the number that is to be \
                                linked, or ask whoever sent you the link.",
        invalid_phone: "This is not a complete phone number. Write it with + and the country code, \
                        and without a zero in front, like +55 11 99999-8888.",
    },
};

fn error(kind: ProviderErrorKind) -> Advice {
    match kind {
        ProviderErrorKind::InvalidCredentials => Advice {
            what: "{provider} does not accept the credentials of this connection.",
            next: "Whoever sent you this link has to correct them. Please tell them; your phone \
                   is fine.",
        },
        ProviderErrorKind::AccountTokenMissing => Advice {
            what: "{provider} wants a security token that was not sent, or does not know this \
                   connection's token.",
            next: "Whoever sent you this link has to check both tokens. Please tell them.",
        },
        ProviderErrorKind::AddressNotAllowed => Advice {
            what: "{provider} does not accept calls from the IP address of this service.",
            next: "Whoever sent you this link has to allow the address in {provider}'s panel. \
                   Please tell them.",
        },
        ProviderErrorKind::Intercepted => Advice {
            what: "Something between this service and {provider} answered in its place: a \
                   firewall, a proxy or a network that wants a login.",
            next: "Your phone is fine. Whoever sent you this link has to see that the service \
                   reaches {provider}. Please tell them.",
        },
        ProviderErrorKind::SubscriptionLapsed => Advice {
            what: "The subscription of this connection at {provider} has lapsed.",
            next: "Whoever sent you this link has to renew it. Please tell them.",
        },
        ProviderErrorKind::LicenseRequired => Advice {
            what: "The licence of this {provider} is not activated.",
            next: "Whoever sent you this link has to activate it. Please tell them; your phone is \
                   fine.",
        },
        ProviderErrorKind::CapacityReached => Advice {
            what: "{provider} has no room for another number here.",
            next: "Whoever sent you this link has to make room. Please tell them; your phone is fine.",
        },
        ProviderErrorKind::AccountBlocked => Advice {
            what: "WhatsApp or {provider} has blocked this account.",
            next: "Open WhatsApp on the phone: it says why, and how to ask for a review. Tell whoever \
                   sent you this link.",
        },
        ProviderErrorKind::UnknownInstance => Advice {
            what: "{provider} does not know this connection.",
            next: "Whoever sent you this link has to check the instance in {provider}'s panel. \
                   Please tell them.",
        },
        ProviderErrorKind::RateLimited => Advice {
            what: "{provider} or WhatsApp asks for a pause after too many requests.",
            next: "Wait a while, then ask whoever sent you this link for a new one.",
        },
        ProviderErrorKind::Unavailable => Advice {
            what: "{provider} cannot be reached or is failing.",
            next: "Your phone is fine. Wait a few minutes, then ask whoever sent you this link \
                   for a new one.",
        },
        ProviderErrorKind::TimedOut => Advice {
            what: "{provider} did not answer in time.",
            next: "Your phone is fine. Wait a few minutes, then ask whoever sent you this link \
                   for a new one.",
        },
        ProviderErrorKind::MalformedReply => Advice {
            what: "{provider} gives answers that make no sense.",
            next: "Ask whoever sent you this link for a new one in a few minutes. If it happens \
                   again, they have to check the address of {provider}.",
        },
        ProviderErrorKind::Refused => Advice {
            what: "{provider} refused to link a phone here.",
            next: "Whoever sent you this link has to look at the instance in {provider}'s panel. \
                   Please tell them.",
        },
        ProviderErrorKind::Unsupported => Advice {
            what: "{provider} does not offer this way of linking.",
            next: "Ask whoever sent you this link for a new one, and choose the other way.",
        },
        ProviderErrorKind::InvalidInput => Advice {
            what: "{provider} does not accept this phone number.",
            next: "Check it, with its country code. Then ask whoever sent you this link for a \
                   new one.",
        },
        ProviderErrorKind::InvalidSignature => Advice {
            what: "A notice that seemed to come from {provider} has no valid signature.",
            next: "Whoever sent you this link has to compare the webhook secrets. Please tell them.",
        },
        ProviderErrorKind::Internal => Advice {
            what: "Something failed in this service that never should.",
            next: "Please tell whoever sent you this link, and ask for a new one.",
        },
        _ => TEXTS.other_error,
    }
}
