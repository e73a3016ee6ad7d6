//! The same stories at every gateway: a program that changes its gateway shows the same screens in the
//! same order, except where a property of the gateway says otherwise.

use std::time::Duration;

use pairing_core::{Capabilities, EventKind, PairingMethod, PairingSession, PairingView, Screen};
use pairing_sim::{Dialect, Fault, Faults};

use crate::virtual_time::in_virtual_time;
use crate::{Adapter, Bench};

/// How long a person takes to use a code.
const REACTION: Duration = Duration::from_secs(3);
/// How long a gateway is down, less than any code lives.
const OUTAGE: Duration = Duration::from_secs(8);

/// What happens to a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Story {
    /// The first QR code is scanned.
    ScanInTime,
    /// The first QR code dies unused, the second one is scanned.
    CodeDies,
    /// No QR code of a round is used; the person asks for more and scans.
    Resume,
    /// A phone code is typed.
    PhoneCode,
    /// No phone code of a round is used; the person asks for more and types one.
    PhoneCodeDies,
    /// A phone is linked before the session begins.
    AlreadyLinked,
    /// A session links; the phone's owner removes the device; another session links.
    UnlinkedOutside,
    /// The first requests fail.
    Outage,
    /// Every request fails for a while once a code is on screen, which is scanned afterwards.
    OutageUnderACode,
}

/// A property of a gateway that shows on screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Property {
    /// The gateway gives no code to the first request for one.
    MustBeStarted,
    /// The gateway says that a phone is linked only some time after the scan.
    Settles,
}

/// How a story is told at a gateway.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Telling {
    /// It cannot happen there, because the gateway lacks this capability.
    Excluded(&'static str),
    /// As everywhere, but for the screens that these properties add.
    Same(Vec<Property>),
    /// Otherwise, and no property says why: the screens.
    Other(Vec<String>),
}

impl Story {
    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::ScanInTime,
        Self::CodeDies,
        Self::Resume,
        Self::PhoneCode,
        Self::PhoneCodeDies,
        Self::AlreadyLinked,
        Self::UnlinkedOutside,
        Self::Outage,
        Self::OutageUnderACode,
    ];

    /// In words.
    pub const fn title(self) -> &'static str {
        match self {
            Self::ScanInTime => "the first QR code is scanned",
            Self::CodeDies => "the first QR code dies, the second is scanned",
            Self::Resume => "no QR code of a round is used, then another round",
            Self::PhoneCode => "a phone code is typed",
            Self::PhoneCodeDies => "no phone code of a round is used, then another round",
            Self::AlreadyLinked => "a phone is linked before",
            Self::UnlinkedOutside => "linked, then removed on the phone, then linked again",
            Self::Outage => "the gateway is down at the start",
            Self::OutageUnderACode => "the gateway is down while a code is shown",
        }
    }

    /// Whether the random part of a retry's delay decides which screens are seen.
    pub const fn depends_on_chance(self) -> bool {
        matches!(self, Self::OutageUnderACode)
    }

    /// The screens that every gateway leads to. A code that takes the place of another one is the same
    /// screen, also when it comes a moment after the other one has expired.
    pub const fn screens(self) -> &'static [&'static str] {
        match self {
            Self::ScanInTime | Self::CodeDies | Self::PhoneCode | Self::OutageUnderACode => {
                &["preparing", "code", "connected"]
            }
            Self::Resume | Self::PhoneCodeDies => &[
                "preparing",
                "code",
                "code_expired",
                "waiting_for_user",
                "preparing",
                "code",
                "connected",
            ],
            Self::AlreadyLinked => &["preparing", "already_connected"],
            Self::UnlinkedOutside => &[
                "preparing",
                "code",
                "connected",
                "preparing",
                "code",
                "connected",
            ],
            Self::Outage => &["preparing", "preparing, retrying", "code", "connected"],
        }
    }

    /// The capability without which it cannot happen, if the gateway lacks it.
    fn lacks(self, capabilities: Capabilities) -> Option<&'static str> {
        match self {
            Self::PhoneCode | Self::PhoneCodeDies => {
                (!capabilities.phone_code).then_some("phone codes")
            }
            _ => (!capabilities.supports_qr()).then_some("QR codes"),
        }
    }

    /// How this gateway tells it, in virtual time.
    pub fn at(self, dialect: &'static dyn Dialect) -> Telling {
        in_virtual_time(async move || {
            let bench = Bench::new(Adapter::usual(dialect));
            if let Some(what) = self.lacks(bench.provider.capabilities()) {
                return Telling::Excluded(what);
            }
            compare(self.screens(), dialect, self.tell(&bench).await)
        })
    }

    async fn tell(self, bench: &Bench) -> Vec<String> {
        let mut told = Vec::new();
        match self {
            Self::AlreadyLinked => bench.instance.link(),
            Self::UnlinkedOutside => {
                session(bench, self, &mut told).await;
                bench.instance.unlink();
            }
            Self::Outage => {
                let outage = Fault::SERVER_ERROR.first(2);
                bench.instance.set_faults(Faults::from(outage));
            }
            _ => {}
        }
        session(bench, self, &mut told).await;
        told
    }

    const fn person(self) -> Person {
        Person {
            uses_code: match self {
                Self::CodeDies => 2,
                _ => 1,
            },
            resumes_first: matches!(self, Self::Resume | Self::PhoneCodeDies),
            meets_an_outage: matches!(self, Self::OutageUnderACode),
        }
    }

    const fn is_by_phone_code(self) -> bool {
        matches!(self, Self::PhoneCode | Self::PhoneCodeDies)
    }
}

/// The person at the screen.
#[derive(Debug, Clone, Copy)]
struct Person {
    /// Uses the n-th code.
    uses_code: u32,
    /// Uses none of the first round.
    resumes_first: bool,
    /// The gateway is down before the code is used.
    meets_an_outage: bool,
}

/// Runs a session to its end and appends its screens.
async fn session(bench: &Bench, story: Story, told: &mut Vec<String>) {
    let person = story.person();
    let method = match story.is_by_phone_code() {
        true => bench.phone_code(),
        false => PairingMethod::Qr,
    };
    let builder = PairingSession::builder(bench.provider.clone());
    let mut session = builder.method(method).start().unwrap();
    let mut view = session.handle().view();
    let (mut codes, mut resumes) = (0, person.resumes_first);
    while let Some(event) = session.next_event().await {
        view.apply(&event);
        told.push(screen(&view));
        match event.kind {
            EventKind::CodeReady { code, .. } if !resumes => {
                codes += 1;
                if codes == person.uses_code {
                    if person.meets_an_outage {
                        bench.instance.set_faults(Fault::SERVER_ERROR);
                        tokio::time::sleep(OUTAGE).await;
                        bench.instance.set_faults(Faults::none());
                    }
                    tokio::time::sleep(REACTION).await;
                    assert!(bench.use_code(&code), "{bench:?} {story:?}: a dead code");
                }
            }
            EventKind::InteractionRequired if resumes => {
                resumes = false;
                session.handle().resume().unwrap();
            }
            _ => {}
        }
    }
}

/// What a screen shows. A failure is shown only where no code is: a code stays usable.
fn screen(view: &PairingView) -> String {
    let kind = match &view.screen {
        Screen::Preparing => "preparing",
        Screen::Starting => "starting",
        Screen::Code { .. } => return "code".to_owned(),
        Screen::CodeExpired => "code_expired",
        Screen::Linking => "linking",
        Screen::PasskeyRequired { .. } => "passkey_required",
        Screen::Linked { .. } => "linked",
        Screen::WaitingForUser => "waiting_for_user",
        Screen::Finished { outcome } => outcome.as_str(),
    };
    let retrying = match view.retrying {
        Some(_) => ", retrying",
        None => "",
    };
    kind.to_owned() + retrying
}

fn compare(usual: &[&str], dialect: &'static dyn Dialect, told: Vec<String>) -> Telling {
    let mut rest = told.clone();
    let mut found = Vec::new();
    for property in Property::ALL {
        let before = rest.len();
        if property.is_declared_by(dialect) {
            rest.retain(|screen| screen != property.screen());
        }
        if rest.len() < before {
            found.push(property);
        }
    }
    // A code that follows an expired one.
    let mut screens: Vec<String> = Vec::new();
    for screen in rest {
        if screen == "code" && screens.last().is_some_and(|last| last == "code_expired") {
            screens.pop();
        }
        if screens.last() != Some(&screen) {
            screens.push(screen);
        }
    }
    match screens == usual {
        true => Telling::Same(found),
        false => Telling::Other(told),
    }
}

impl Property {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::MustBeStarted, Self::Settles];

    /// The screen that it adds.
    pub const fn screen(self) -> &'static str {
        match self {
            Self::MustBeStarted => "starting",
            Self::Settles => "linking",
        }
    }

    /// In words.
    pub const fn title(self) -> &'static str {
        match self {
            Self::MustBeStarted => "gives no code to the first request for one",
            Self::Settles => "reports a link some time after the scan",
        }
    }

    /// Whether the gateway declares it.
    pub fn is_declared_by(self, dialect: &'static dyn Dialect) -> bool {
        match self {
            Self::MustBeStarted => !dialect.is_immediate(),
            Self::Settles => in_virtual_time(async move || {
                let bench = Bench::new(Adapter::usual(dialect));
                !dialect.settling_time(&bench.instance).is_zero()
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use pairing_providers::dialects;

    use super::*;

    fn compared(dialect: &'static dyn Dialect, told: &[&str]) -> Telling {
        let told = told.iter().map(|screen| (*screen).to_owned()).collect();
        compare(Story::ScanInTime.screens(), dialect, told)
    }

    #[test]
    fn a_screen_that_no_property_explains_is_another_story() {
        for &dialect in dialects() {
            let usual = compared(dialect, &["preparing", "code", "connected"]);
            assert_eq!(usual, Telling::Same(Vec::new()), "{dialect}");
            let replaced = [
                "preparing",
                "code",
                "code_expired",
                "code",
                "code",
                "connected",
            ];
            let replaced = compared(dialect, &replaced);
            assert_eq!(replaced, Telling::Same(Vec::new()), "{dialect}");
            let expired = compared(dialect, &["preparing", "code", "code_expired", "connected"]);
            assert!(matches!(expired, Telling::Other(_)), "{dialect}");
            for property in Property::ALL {
                let told = compared(
                    dialect,
                    &["preparing", property.screen(), "code", "connected"],
                );
                match property.is_declared_by(dialect) {
                    true => assert_eq!(told, Telling::Same(vec![property]), "{dialect}"),
                    false => assert!(matches!(told, Telling::Other(_)), "{dialect}"),
                }
            }
        }
    }
}
