//! Runs behaviours, each in its own world: thread, tokio runtime, clock that jumps.

use std::fmt;
use std::pin::Pin;

use crate::{Harness, NotPassed, Report, Verdict};

type Run = for<'a> fn(&'a dyn Harness) -> Pin<Box<dyn Future<Output = Verdict> + Send + 'a>>;

/// One thing that every provider must do.
#[derive(Clone, Copy)]
pub struct Behaviour {
    name: &'static str,
    run: Run,
}

impl Behaviour {
    pub(crate) const fn new(name: &'static str, run: Run) -> Self {
        Self { name, run }
    }

    /// Its name, which is that of its function in [`behaviours`](crate::behaviours).
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// The behaviour with this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|known| known.name == name)
    }

    /// Runs it with a harness made for it, on its own thread with a tokio runtime whose
    /// clock is paused. A panic of the provider or the harness is a failure.
    pub fn check<H: Harness>(&self, harness: impl FnOnce() -> H + Send) -> Verdict {
        let run = || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .start_paused(true)
                .build()
                .map_err(|error| NotPassed::Failed(format!("no tokio runtime: {error}")))?;
            runtime.block_on(async {
                let harness = harness();
                (self.run)(&harness).await
            })
        };
        std::thread::scope(|scope| scope.spawn(run).join())
            .unwrap_or_else(|panic| Err(NotPassed::Failed(format!("panicked: {}", words(&*panic)))))
    }
}

impl fmt::Debug for Behaviour {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Behaviour").field(&self.name).finish()
    }
}

fn words(panic: &(dyn std::any::Any + Send)) -> &str {
    panic
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| panic.downcast_ref::<&str>().copied())
        .unwrap_or("without a message")
}

/// Runs every behaviour, each with its own harness, for programs that do not use
/// [`conformance!`](crate::conformance).
pub fn run_all<H: Harness>(harness: impl Fn() -> H + Sync) -> Report {
    Report {
        results: Behaviour::ALL
            .iter()
            .map(|behaviour| (*behaviour, behaviour.check(&harness)))
            .collect(),
    }
}

/// The test that [`conformance!`](crate::conformance) makes of a behaviour.
///
/// # Panics
///
/// If the behaviour failed; if it was not run and is not among `not_run`; if it is among
/// them and was run.
#[track_caller]
pub fn assert_conformant<H: Harness>(
    behaviour: &str,
    harness: impl FnOnce() -> H + Send,
    not_run: &[&str],
) {
    let verdict = match Behaviour::named(behaviour) {
        Some(behaviour) => behaviour.check(harness),
        None => Err(NotPassed::Failed("there is no such behaviour".to_owned())),
    };
    let excused = not_run.contains(&behaviour);
    let complaint = match verdict {
        Err(NotPassed::Failed(why)) => Some(why),
        Err(NotPassed::NotRun(why)) if !excused => Some(format!(
            "it was not run, because {why}. Simulate it, or own up to the gap: \
             `not_run: [{behaviour}]`"
        )),
        Ok(()) | Err(NotPassed::NotApplicable(_)) if excused => Some(
            "it is listed under `not_run`, but the harness can run it: take it off the list"
                .to_owned(),
        ),
        _ => None,
    };
    assert!(
        complaint.is_none(),
        "{behaviour}: {}",
        complaint.unwrap_or_default()
    );
}

/// Makes a module with one `#[test]` for each behaviour.
///
/// ```text
/// pairing_conformance::conformance!(my_gateway, MyHarness::new());
///
/// // Behaviours that need something this harness cannot simulate. The list is checked both
/// // ways: without it they fail, and so does one that is listed and can be run.
/// pairing_conformance::conformance!(my_gateway, MyHarness::new(), not_run: [
///     a_passkey_is_a_reply,
/// ]);
/// ```
///
/// The second argument makes the [`Harness`]; it is evaluated for each test, within that
/// test's tokio runtime. Needs nothing but this crate.
#[macro_export]
macro_rules! conformance {
    ($module:ident, $harness:expr $(,)?) => {
        $crate::conformance!($module, $harness, not_run: []);
    };
    ($module:ident, $harness:expr, not_run: [$($not_run:ident),* $(,)?] $(,)?) => {
        mod $module {
            #[allow(unused_imports, reason = "the harness may be spelled with anything in scope")]
            use super::*;

            // Named as functions too, so that a misspelt one does not compile.
            const NOT_RUN: &[&str] = &[$({
                let _ = $crate::behaviours::$not_run;
                stringify!($not_run)
            }),*];

            $crate::__each_behaviour!({ $crate::__conformance_tests } ($harness));
        }
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __conformance_tests {
    (($harness:expr) $($name:ident)*) => {$(
        #[test]
        fn $name() {
            $crate::assert_conformant(stringify!($name), || $harness, NOT_RUN);
        }
    )*};
}
