//! Simulated time: tokio's clock, so that tests can pause it, times the speed.

use std::time::Duration;

use tokio::time::Instant;

/// Reads the time since the simulator was made. Copies read the same time.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Clock {
    start: Instant,
    speed: u32,
}

impl Clock {
    pub(crate) fn start(speed: u32) -> Self {
        Self {
            start: Instant::now(),
            speed: speed.max(1),
        }
    }

    /// Simulated time since the start.
    pub(crate) fn now(&self) -> Duration {
        self.start.elapsed().saturating_mul(self.speed)
    }

    /// How long a simulated duration takes on the caller's clock, rounded up: who waits that
    /// long finds the simulated time over.
    pub(crate) fn real(&self, simulated: Duration) -> Duration {
        let rounding = Duration::from_nanos((self.speed - 1).into());
        simulated.saturating_add(rounding) / self.speed
    }

    pub(crate) async fn sleep(&self, simulated: Duration) {
        tokio::time::sleep(self.real(simulated)).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn speed_makes_minutes_pass_in_seconds() {
        let clock = Clock::start(60);
        tokio::time::advance(Duration::from_secs(1)).await;
        assert_eq!(clock.now(), Duration::from_secs(60));
        let wait = clock.real(Duration::from_secs(20));
        assert_eq!(wait, Duration::from_nanos(333_333_334));
    }

    #[tokio::test(start_paused = true)]
    async fn a_speed_of_zero_does_not_stop_time() {
        let clock = Clock::start(0);
        tokio::time::advance(Duration::from_secs(5)).await;
        assert_eq!(clock.now(), Duration::from_secs(5));
    }
}
