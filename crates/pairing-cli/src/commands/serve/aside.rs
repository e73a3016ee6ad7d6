//! Work that may never end, such as reading a file on a disk that hangs: on its own thread,
//! so that signals are heard meanwhile and the program can end without it.

use std::io;

use tokio::sync::oneshot;

/// Runs `work`, and gives what it gives.
///
/// # Errors
///
/// When the system has no thread for it.
pub(super) async fn aside<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> io::Result<T> {
    let (done, result) = oneshot::channel();
    std::thread::Builder::new()
        .name("files".to_owned())
        .spawn(move || {
            // The receiver may be gone.
            let _ = done.send(work());
        })?;
    result.await.map_err(io::Error::other)
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::*;

    #[tokio::test]
    async fn work_that_hangs_does_not_block_other_futures() {
        let (_held, never) = mpsc::channel::<()>();
        let (ask, asked) = oneshot::channel();
        let work = aside(move || {
            let _ = ask.send(());
            never.recv()
        });
        tokio::select! {
            _ = work => panic!("it ends"),
            begun = asked => assert!(begun.is_ok()),
        }
    }

    #[tokio::test]
    async fn what_the_work_gives_arrives() {
        assert_eq!(aside(|| 7).await.unwrap(), 7);
    }
}
