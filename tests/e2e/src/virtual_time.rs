//! Runs a task on a clock of its own that jumps whenever all are waiting.

/// Runs this on a thread and a tokio runtime of its own, in virtual time, and waits for it.
pub(crate) fn in_virtual_time<T: Send, F: Future<Output = T>>(
    task: impl FnOnce() -> F + Send,
) -> T {
    let run = || {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .start_paused(true)
            .build()
            .unwrap();
        runtime.block_on(task())
    };
    std::thread::scope(|scope| scope.spawn(run).join().unwrap())
}
