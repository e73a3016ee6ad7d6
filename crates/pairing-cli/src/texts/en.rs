//! English.

use pairing_core::{InstancePhase, PairingOutcome, ProviderErrorKind};

use super::{Advice, Mistake, Texts, support};

pub(super) const TEXTS: Texts = Texts {
    scan: "On the phone: WhatsApp > Linked devices > Link a device, then scan this code.",
    enter: "On the phone {phone}: WhatsApp > Linked devices > Link a device > Link with phone \
            number instead, then type this code.",
    preparing: "Asking {provider} for a code…",
    starting: "{provider} is starting the instance. This can take some minutes.",
    linking: "Scanned or typed. The link is being made: keep WhatsApp open on the phone.",
    linked: "Linked. Checking that it stays so…",
    passkey: "WhatsApp wants a passkey for this account.",
    passkey_open: "Open this link in a browser where the passkey can be used, and follow it:",
    passkey_compare: "The phone shows a code as well. Confirm there only if it is {code}.",
    passkey_dashboard: "Finish linking in {provider}'s own dashboard: no code can replace this step.",
    passkey_waits: "This goes on by itself as soon as the number is linked.",
    passkey_enter: "Press Enter for new codes instead.",
    valid: "Valid for {time}",
    valid_at_most: "Valid for at most {time}",
    attempt: "code {attempt} of {attempts}",
    round: "round {round}",
    expired: "This code has expired and links nothing any more.",
    retrying: "Trying again in {time}.",
    press_enter: "Nobody used the codes. Press Enter for new ones, Ctrl-C to stop.",
    codes_unused: Advice {
        what: "Nobody used the codes.",
        next: "Run the command again when someone is ready with the phone in hand.",
    },
    too_small: "The window is too small for the QR code: it needs {columns} columns and {rows} \
                rows, and has {have_columns} and {have_rows}. Enlarge it or make its \
                letters smaller (in most terminals: Ctrl and minus); or stop and use \
                `pairing link --save-qr FILE`, or --method phone.",
    unreadable_picture: "The provider sent a picture that cannot be drawn here. Stop and use \
                         --save-qr FILE to look at it, or --method phone.",
    saved: "Also in {file}, until it expires.",
    detail: "Detail: {message}.",
    retry_after: "The provider asks to wait for {time}.",
    interrupted: "Stopped. Nothing more is asked of the provider.",
    linked_phone: "Number: {phone}",
    status,
    not_ready: Advice {
        what: "The code is not ready yet.",
        next: "Run the command again in a few seconds, or use `pairing link`, which waits for it.",
    },
    still_starting: Advice {
        what: "The gateway is starting the instance, which can take some minutes.",
        next: "Run the command again in a moment, or use `pairing link`, which waits for it.",
    },
    still_linking: Advice {
        what: "A code was used, and the link is being made: no other code is needed.",
        next: "Keep WhatsApp open on the phone, and see `pairing status` in a moment.",
    },
    another_attempt: Advice {
        what: "Another attempt to link this instance is under way, by another method or number.",
        next: "Wait until it is over, or use `pairing link`, which ends it first.",
    },
    unlink_question: "Unlink the number from this {provider} instance? It stops sending and \
                      receiving until it is linked again. [y/N] ",
    yes: &["y", "yes"],
    unlink_declined: "Nothing was unlinked.",
    unlinked: "Unlinked.",
    demo_intro: "Demonstration, without an account: both the gateways and the phone are \
                 simulated on this computer, {speed} times as fast as the real ones.",
    demo_scans: "The simulated phone lets the first code die and scans the next one.",
    demo_types: "The simulated phone types the code.",
    demo_never: "Nobody uses the codes: the session stops and asks for a person.",
    demo_provider: "{provider}, simulated",
    demo_done: "With an account: see `pairing link --help`.",
    demo_web_plays: "Open a link in a browser. The simulated phone lets the first QR code \
                     die and scans the next one; a phone code it types after a while, \
                     whatever number you enter.",
    demo_web_never: "Open a link in a browser. Nobody uses the codes: after three of them, \
                     the page asks for a person.",
    demo_web_again: "To see it again, open this fresh link:",
    output_unwritable: "The output cannot be written: {reason}.",
    picture_taken: Advice {
        what: "Another program has put a file where --save-qr writes. It was left as it is.",
        next: "Choose another name.",
    },
    picture_unwritable: "The file of --save-qr can no longer be written ({reason}): check its \
                         folder, or leave out --save-qr.",
    config_exposed: "Warning: every user of this machine can read the secrets in {file}. Make it yours \
                     alone: chmod 600.",
    serve_ready: "The pairing page is served on {url} for: {instances}",
    serve_create: "Your application creates pairings at {url}/api/pairings: see `pairing \
                   serve --help`.",
    serve_exposed: "Warning: other machines can reach {address}, and links are login \
                    secrets. Put a proxy with TLS in front of it.",
    serve_stopped: "Stopped. Nothing more is asked of the providers.",
    sim_ready: "The simulated gateways are listening on {url}",
    sim_paste: "To use one, paste its lines into another terminal and run `pairing link` there:",
    sim_control: "Scan, type codes and switch faults on at {url}",
    sim_stop: "Ctrl-C stops it.",
    support: &support::EN,
    outcome,
    error,
    mistake,
};

fn outcome(outcome: &PairingOutcome) -> Advice {
    match outcome {
        PairingOutcome::Connected { .. } => Advice {
            what: "Connected: the number is linked.",
            next: "",
        },
        PairingOutcome::AlreadyConnected { .. } => Advice {
            what: "Already connected: a number is linked to this instance.",
            next: "To link another one, run `pairing unlink` first.",
        },
        PairingOutcome::WrongAccount { .. } => Advice {
            what: "Another number than the expected one is linked.",
            next: "Run `pairing unlink`, then link the right phone.",
        },
        PairingOutcome::PasskeyRequired => Advice {
            what: "WhatsApp wants a passkey for this account.",
            next: "Finish in the provider's own panel: no code can replace this step.",
        },
        PairingOutcome::LinkDropped => Advice {
            what: "The number was linked, and WhatsApp removed the link within seconds.",
            next: "Look at the account in WhatsApp on the phone, wait some hours, then link once \
                   more; several attempts in a row can get the account blocked.",
        },
        PairingOutcome::Rejected { error: report }
        | PairingOutcome::Unavailable { error: report } => error(report.kind),
        PairingOutcome::RateLimited { .. } => error(ProviderErrorKind::RateLimited),
        PairingOutcome::Deadline => Advice {
            what: "The time for linking is over.",
            next: "Run the command again when someone is ready with the phone in hand.",
        },
        PairingOutcome::Cancelled => Advice {
            what: "Stopped before a number was linked.",
            next: "",
        },
    }
}

fn status(phase: InstancePhase) -> &'static str {
    match phase {
        InstancePhase::NotLinked => "Not connected. `pairing link` links a number.",
        InstancePhase::Idle => {
            "Not connected, and nothing is under way. `pairing link` links a number."
        }
        InstancePhase::Starting => "Not connected: the gateway is starting the instance.",
        InstancePhase::WaitingForPhone => "Not connected: a code waits to be scanned or typed.",
        InstancePhase::Linking => "Not connected yet: a code was used, and the link is being made.",
        InstancePhase::PasskeyRequired => "Not connected: WhatsApp wants a passkey.",
        InstancePhase::Linked => "Connected.",
    }
}

fn error(kind: ProviderErrorKind) -> Advice {
    match kind {
        ProviderErrorKind::InvalidCredentials => Advice {
            what: "The gateway does not accept the credentials.",
            next: "Compare them with the provider's panel; `pairing providers` names the variables.",
        },
        ProviderErrorKind::AccountTokenMissing => Advice {
            what: "The account is protected by a security token, and none was sent.",
            next: "Copy it from the provider's panel; `pairing providers` names the variable.",
        },
        ProviderErrorKind::AddressNotAllowed => Advice {
            what: "The gateway does not accept calls from this IP address.",
            next: "Allow it in the provider's panel, or run the command on an allowed machine.",
        },
        ProviderErrorKind::Intercepted => Advice {
            what: "Something in between answered for the gateway: a firewall, a proxy or a \
                   network login.",
            next: "Log in to the network, set the proxy, or ask the provider to let your IP \
                   address through.",
        },
        ProviderErrorKind::SubscriptionLapsed => Advice {
            what: "The subscription of this instance has lapsed.",
            next: "Renew it in the provider's panel.",
        },
        ProviderErrorKind::LicenseRequired => Advice {
            what: "The gateway works only once its licence is activated.",
            next: "Activate it in the gateway's own dashboard.",
        },
        ProviderErrorKind::CapacityReached => Advice {
            what: "The gateway has no room for another linked instance.",
            next: "Unlink or delete one that is no longer used, or enlarge the plan.",
        },
        ProviderErrorKind::AccountBlocked => Advice {
            what: "WhatsApp or the gateway has blocked this account.",
            next: "Open WhatsApp on the phone: it says why, and how to ask for a review.",
        },
        ProviderErrorKind::UnknownInstance => Advice {
            what: "The gateway knows no such instance.",
            next: "Check the instance and the base URL in the provider's panel.",
        },
        ProviderErrorKind::RateLimited => Advice {
            what: "Too many requests: the gateway or WhatsApp asks for a pause.",
            next: "Wait; for phone codes this can take hours. Linking by QR code may still work.",
        },
        ProviderErrorKind::Unavailable => Advice {
            what: "The gateway cannot be reached or is failing.",
            next: "Check the network and the base URL, and try again later.",
        },
        ProviderErrorKind::TimedOut => Advice {
            what: "The gateway did not answer in time.",
            next: "Check the network, and try again later.",
        },
        ProviderErrorKind::MalformedReply => Advice {
            what: "The gateway sent an unexpected response.",
            next: "Check the base URL; if it is right, try again later.",
        },
        ProviderErrorKind::Refused => Advice {
            what: "The gateway refused the request.",
            next: "Look at the instance in the provider's panel.",
        },
        ProviderErrorKind::Unsupported => Advice {
            what: "This provider cannot do that.",
            next: "`pairing providers` lists what each one can do.",
        },
        ProviderErrorKind::InvalidInput => Advice {
            what: "The gateway does not accept what was sent.",
            next: "Check the phone number, with its country code.",
        },
        ProviderErrorKind::InvalidSignature => Advice {
            what: "The signature of a webhook is missing or wrong.",
            next: "Give the gateway and the configuration the same webhook secret.",
        },
        ProviderErrorKind::Internal => Advice {
            what: "Something failed that never should.",
            next: "Please report it, with the version of this program and the command.",
        },
        _ => Advice {
            what: "The provider failed in a way that this version does not know.",
            next: "Run the command again, or update this program.",
        },
    }
}

fn mistake(mistake: Mistake) -> Advice {
    match mistake {
        Mistake::PhoneMissing => Advice {
            what: "--method phone needs the number of the phone on which the code is typed.",
            next: "Add --phone with country code, like --phone +5511999998888.",
        },
        Mistake::PhoneWithQr => Advice {
            what: "--phone is for --method phone.",
            next: "To check which number scans the QR code, use --expect-phone.",
        },
        Mistake::SaveQrWithPhone => Advice {
            what: "--save-qr is for QR codes.",
            next: "Leave it out with --method phone.",
        },
        Mistake::AnotherPhoneExpected => Advice {
            what: "--phone and --expect-phone are different numbers, so no code was requested.",
            next: "Give both the same number, or leave out --expect-phone.",
        },
        Mistake::PhoneNotVerifiable => Advice {
            what: "This provider does not report which number is linked, so the expected \
                   number cannot be verified.",
            next: "Leave out --expect-phone, or --no-retry if it is given: the number may take \
                   a second request.",
        },
        Mistake::MethodUnsupported => Advice {
            what: "This provider does not support this pairing method.",
            next: "`pairing providers` lists what each provider can do.",
        },
        Mistake::CountryCode => Advice {
            what: "The country code of the phone number is missing or wrong.",
            next: "Start with + and the country code, without a zero in front, like \
                   +5511999998888 for Brazil.",
        },
        Mistake::NotBrazilian => Advice {
            what: "This is not a number of Brazil.",
            next: "After +55 come two digits of the area code and the 8 or 9 of the number, \
                   like +55 11 99999-8888.",
        },
        Mistake::NoPhoneNumber => Advice {
            what: "This is not a complete phone number.",
            next: "Check whether a digit is missing, wrong or there twice; write it like +55 \
                   11 99999-8888.",
        },
    }
}
