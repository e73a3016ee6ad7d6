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
    let patience = options.policy.request_timeout;
    let mut flow = PairingFlow::new(options, clock.now())?;
    let waker = Waker::from(Arc::new(Unpark(thread::current())));
    let mut context = Context::from_waker(&waker);
    let mut under_way: Option<Call<'_>> = None;
    let mut ended = None;
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
                        ended = Some(outcome);
                    }
                }
                // Comes after the last event.
                Output::LeaveAttempt => {
                    under_way = None;
                    leave(provider, clock, patience, &mut context);
                }
            }
        }
        if let Some(outcome) = ended {
            return Ok(outcome);
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
            Request::Code(request) => Input::CodeReply(id, provider.request_code(&request).await),
            Request::Status => Input::StatusReply(id, provider.status().await),
            Request::EndAttempt => Input::AttemptEnded(id, provider.abandon().await),
        }
    })
}

/// Ends the attempt that the session leaves at the gateway. Once and within `patience`: the session
/// is over, and an attempt that stays ends by its own limits.
fn leave(
    provider: &dyn PairingProvider,
    clock: &dyn Clock,
    patience: Duration,
    context: &mut Context<'_>,
) {
    let mut call = provider.abandon();
    let until = clock.now().elapsed + patience;
    while call.as_mut().poll(context).is_pending() {
        let left = until.saturating_sub(clock.now().elapsed);
        if left.is_zero() {
            return;
        }
        clock.wait(left);
    }
}

/// Wakes the driver when a request can go on.
struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}
