//! The end of a time to wait, by the clock that only goes forward and, for people and files, by
//! the time of day.

use std::time::{Duration, SystemTime};

use tokio::time::Instant;

#[derive(Debug, Clone, Copy)]
pub(super) struct Until {
    pub(super) instant: Instant,
    pub(super) wall: SystemTime,
}

impl Until {
    pub(super) fn after(time: Duration) -> Self {
        Self {
            instant: Instant::now() + time,
            wall: SystemTime::now() + time,
        }
    }

    /// `None` if it has passed.
    pub(super) fn time_of_day(wall: SystemTime) -> Option<Self> {
        let left = wall.duration_since(SystemTime::now()).ok()?;
        (!left.is_zero()).then(|| Self {
            instant: Instant::now() + left,
            wall,
        })
    }
}
