//! Implements the adapters' HTTP transport with the program's callbacks.

use std::fmt;
use std::ptr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use ::pairing_http::{
    HttpRequest, HttpResponse, HttpTransport, TransportError, TransportErrorKind,
};
use async_trait::async_trait;
use tokio::sync::oneshot;

use super::exchange::{Progress, Stage, pairing_http_exchange};
use super::guard::in_callback;
use super::http::{pairing_http, pairing_http_request};
use super::last_error::Failure;

/// A transport that calls the program.
pub(super) struct CallbackTransport {
    callbacks: Arc<Callbacks>,
}

impl fmt::Debug for CallbackTransport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CallbackTransport")
    }
}

/// The program's table, until the last exchange and the last provider with it are gone.
struct Callbacks {
    table: pairing_http,
    /// Whether `user_data` is the library's to release.
    kept: AtomicBool,
}

// SAFETY: the header demands that the functions can be called from any thread, at the same
// time; `user_data` is only ever passed on to them.
unsafe impl Send for Callbacks {}
// SAFETY: as above.
unsafe impl Sync for Callbacks {}

impl CallbackTransport {
    pub(super) fn new(table: &pairing_http) -> Result<Self, Failure> {
        if table.send.is_none() {
            return Err(Failure::null());
        }
        let kept = AtomicBool::new(false);
        let table = *table;
        Ok(Self {
            callbacks: Arc::new(Callbacks { table, kept }),
        })
    }

    /// Takes over `user_data`, now that nothing can fail any more.
    pub(super) fn keep(&self) {
        self.callbacks.kept.store(true, Ordering::Release);
    }
}

impl Drop for Callbacks {
    fn drop(&mut self) {
        if let Some(release) = self.table.release
            && *self.kept.get_mut()
        {
            // SAFETY: the header demands a function that can be called so.
            in_callback(|| unsafe { release(self.table.user_data) });
        }
    }
}

#[async_trait]
impl HttpTransport for CallbackTransport {
    async fn send(&self, request: HttpRequest) -> Result<HttpResponse, TransportError> {
        static LAST_ID: AtomicU64 = AtomicU64::new(0);
        let id = LAST_ID.fetch_add(1, Ordering::Relaxed) + 1;
        let progress = Arc::new(Progress::new(id));
        let (sender, answer) = oneshot::channel();
        let exchange = Box::new(pairing_http_exchange {
            request: pairing_http_request::new(&request),
            progress: progress.clone(),
            answer: sender,
        });
        let _wanted = Wanted {
            callbacks: self.callbacks.clone(),
            progress,
        };
        let callbacks = self.callbacks.clone();
        // The program's function may block.
        tokio::task::spawn_blocking(move || callbacks.hand_over(exchange));
        let answer = answer.await;
        answer.unwrap_or_else(|_| Err(TransportError::new(TransportErrorKind::Other)))
    }
}

impl Callbacks {
    fn hand_over(&self, exchange: Box<pairing_http_exchange>) {
        let Some(send) = self.table.send else { return };
        let progress = exchange.progress.clone();
        {
            let mut stage = progress.stage();
            if *stage != Stage::Queued {
                return;
            }
            *stage = Stage::Sending;
        }
        let exchange = Box::into_raw(exchange);
        // SAFETY: just made from a box, so it points to an exchange. The program may free it
        // from here on, so nothing here looks at it again.
        let request = unsafe { ptr::addr_of!((*exchange).request) };
        // SAFETY: the header demands a function that can be called so.
        in_callback(|| unsafe { send(self.table.user_data, request, exchange) });
        let notify = {
            let mut stage = progress.stage();
            match *stage {
                Stage::Sending => {
                    *stage = Stage::Sent;
                    false
                }
                Stage::Unwanted { notify } => notify,
                Stage::Queued | Stage::Sent | Stage::Answered => false,
            }
        };
        if notify {
            self.cancel(progress.id);
        }
    }

    fn cancel(&self, id: u64) {
        if let Some(cancel) = self.table.cancel {
            // SAFETY: the header demands a function that can be called so.
            in_callback(|| unsafe { cancel(self.table.user_data, id) });
        }
    }
}

/// Lives as long as the library needs the answer.
struct Wanted {
    callbacks: Arc<Callbacks>,
    progress: Arc<Progress>,
}

impl Drop for Wanted {
    fn drop(&mut self) {
        let before = {
            let mut stage = self.progress.stage();
            let before = *stage;
            if before != Stage::Answered {
                *stage = Stage::Unwanted {
                    // While `send` runs, the thread that called it calls `cancel`.
                    notify: before == Stage::Sending,
                };
            }
            before
        };
        if before == Stage::Sent {
            self.callbacks.cancel(self.progress.id);
        }
    }
}
