//! How many requests may be under way: so many to each gateway, so that one that hangs keeps
//! nobody from another.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::{AcquireError, OwnedSemaphorePermit, Semaphore};

/// Beyond this number, gateways that nothing is under way to are forgotten.
const MOST_AT_REST: usize = 64;

pub(crate) struct Places {
    each: usize,
    of: Mutex<HashMap<String, Arc<Semaphore>>>,
}

impl Places {
    /// So many for each gateway.
    pub(crate) fn new(each: usize) -> Self {
        Self {
            each,
            of: Mutex::default(),
        }
    }

    /// A place for a request to this origin, as soon as one is free.
    pub(crate) async fn take(&self, origin: &str) -> Result<OwnedSemaphorePermit, AcquireError> {
        self.of(origin).acquire_owned().await
    }

    fn of(&self, origin: &str) -> Arc<Semaphore> {
        let mut of = self.of.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(places) = of.get(origin) {
            return places.clone();
        }
        if of.len() >= MOST_AT_REST {
            // Who waits for a place, or has one, holds its semaphore.
            of.retain(|_, places| Arc::strong_count(places) > 1);
        }
        let places = Arc::new(Semaphore::new(self.each));
        of.insert(origin.to_owned(), places.clone());
        places
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_gateway_without_a_free_place_keeps_nobody_from_another() {
        let places = Places::new(1);
        let held = places.take("https://a.example").await.unwrap();
        drop(places.take("https://b.example").await.unwrap());
        assert_eq!(places.of("https://a.example").available_permits(), 0);
        drop(held);
        assert_eq!(places.of("https://a.example").available_permits(), 1);
    }

    #[tokio::test]
    async fn gateways_at_rest_are_forgotten_and_others_are_not() {
        let places = Places::new(1);
        let _held = places.take("https://busy.example").await.unwrap();
        for number in 0..10 * MOST_AT_REST {
            drop(places.take(&format!("https://{number}.example")).await);
        }
        assert!(places.of.lock().unwrap().len() <= MOST_AT_REST);
        assert_eq!(places.of("https://busy.example").available_permits(), 0);
    }
}
