//! Drives a pairing flow on the calling thread, without an async runtime.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};
use std::time::{Duration, Instant, SystemTime};

use pairing_core::flow::{FlowOptions, Input, Now, Output, PairingFlow, Request, RequestId};
use pairing_core::{EventKind, PairingEvent, PairingOutcome, PairingProvider, StartError};

/// The time, and a way to let it pass; tests bring their own.
pub(crate) trait Clock: fmt::Debug {
    /// Both clocks now.
    fn now(&self) -> Now;
    /// Waits until the thread is unparked, at most this long.
    fn wait(&self, longest: Duration);
}

/// The clocks of this machine.
#[derive(Debug)]
pub(crate) struct SystemClock(pub(crate) Instant);

impl Clock for SystemClock {
    fn now(&self) -> Now {
        Now {
            elapsed: self.0.elapsed(),
            wall: SystemTime::now(),
        }
    }

    fn wait(&self, longest: Duration) {
        thread::park_timeout(longest);
    }
}

/// Runs a session to its end. `show` gets each event, and returns what the person does then:
/// `Input::Resume`, `Input::SwitchMethod`, `Input::Cancel` or nothing.
pub(crate) fn drive(
    provider: &dyn PairingProvider,
    options: FlowOptions,
    clock: &dyn Clock,
    mut show: impl FnMut(&PairingEvent) -> Option<Input>,
) -> Result<PairingOutcome, StartError> {
    let mut flow = PairingFlow::new(options, clock.now())?;
    let waker = Waker::from(Arc::new(Unpark(thread::current())));
    let mut context = Context::from_waker(&waker);
    let mut under_way: Option<Call<'_>> = None;
    loop {
        while let Some(output) = flow.next_output() {
            match output {
                Output::Request(id, request) => under_way = Some(call(provider, id, request)),
                // Dropping the call cancels it.
                Output::Abandon(_) => under_way = None,
                Output::Emit(event) => {
                    if let Some(input) = show(&event) {
                        // Refused if the session has moved on: then there is nothing to do.
                        let _ = flow.handle(input, clock.now());
                    }
                    if let EventKind::Finished { outcome } = event.kind {
                        return Ok(outcome);
                    }
                }
            }
        }
        let answer = match under_way
            .as_mut()
            .map(|call| call.as_mut().poll(&mut context))
        {
            Some(Poll::Ready(answer)) => {
                under_way = None;
                Some(answer)
            }
            Some(Poll::Pending) | None => None,
        };
        let input = answer.unwrap_or_else(|| {
            // A flow that has not finished always names a time.
            let due = flow.wake_at().unwrap_or_default();
            clock.wait(due.saturating_sub(clock.now().elapsed));
            Input::Tick
        });
        // Answers and ticks are never refused.
        let _ = flow.handle(input, clock.now());
    }
}

type Call<'a> = Pin<Box<dyn Future<Output = Input> + Send + 'a>>;

/// The request, and the input that its answer becomes.
fn call(provider: &dyn PairingProvider, id: RequestId, request: Request) -> Call<'_> {
    Box::pin(async move {
        match request {
            Request::Code(method) => {
                Input::CodeReply(id, provider.request_code(&method.clone().into()).await)
            }
            Request::Status => Input::StatusReply(id, provider.status().await),
        }
    })
}

/// Wakes the driver when a request can go on.
struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}
