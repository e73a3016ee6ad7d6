//! Reads pictures of codes beside the other work, and no more at a time than there are cores.
//!
//! One picture may take a second and 50 MB, and every gateway may send one at the same moment.

use std::sync::Arc;
use std::thread::available_parallelism;

use tokio::sync::Semaphore;

#[derive(Clone)]
pub(super) struct Pictures(Arc<Semaphore>);

impl Default for Pictures {
    fn default() -> Self {
        Self::at_a_time(available_parallelism().map_or(1, usize::from))
    }
}

impl Pictures {
    fn at_a_time(most: usize) -> Self {
        Self(Arc::new(Semaphore::new(most)))
    }

    /// Does the work on a thread where blocking is fine, when it is its turn.
    pub(super) async fn read(&self, work: impl FnOnce() + Send + 'static) {
        // It is never closed; if it were, too much work would be better than none.
        let permit = self.0.clone().acquire_owned().await.ok();
        let done = tokio::task::spawn_blocking(move || {
            work();
            // Held until the work ends: the caller may have given up meanwhile.
            drop(permit);
        });
        // An error means that the runtime is shutting down, with all viewers.
        let _ = done.await;
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::sync::{Mutex, mpsc};

    use futures_util::future::join_all;
    use tokio::sync::mpsc::unbounded_channel;

    use super::*;

    #[tokio::test]
    async fn no_more_are_decoded_at_a_time_than_allowed_even_without_a_waiter() {
        const MOST: usize = 2;
        let pictures = Pictures::at_a_time(MOST);
        let [now, peak] = [(); 2].map(|()| Arc::new(AtomicUsize::new(0)));
        let (begun, mut beginnings) = unbounded_channel();
        let (end, ends) = mpsc::channel();
        let ends = Arc::new(Mutex::new(ends));
        let mut reading: Vec<_> = (0..20)
            .map(|_| {
                let (now, peak) = (now.clone(), peak.clone());
                let (begun, ends) = (begun.clone(), ends.clone());
                let pictures = pictures.clone();
                tokio::spawn(async move {
                    let work = move || {
                        peak.fetch_max(now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                        begun.send(()).unwrap();
                        ends.lock().unwrap().recv().unwrap();
                        now.fetch_sub(1, Ordering::SeqCst);
                    };
                    pictures.read(work).await;
                })
            })
            .collect();
        for _ in 0..MOST {
            beginnings.recv().await.unwrap();
        }
        // These two are on their threads, and who wanted them goes away.
        reading.drain(..MOST).for_each(|gone| gone.abort());
        for _ in MOST..20 {
            end.send(()).unwrap();
            beginnings.recv().await.unwrap();
        }
        for _ in 0..MOST {
            end.send(()).unwrap();
        }
        join_all(reading).await;
        assert_eq!(peak.load(Ordering::SeqCst), MOST);
    }
}
