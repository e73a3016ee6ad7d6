import PairingGenerated

extension PairingSession {
    /// The present at the first call, then the latest view after each change; `nil` after the last.
    /// Views between two calls are skipped. Cancelling the task changes nothing: the view stays
    /// until a later call takes it. One call at a time.
    public func nextView() async -> PairingView? {
        await next(wait: waitForView, take: takeView)
    }

    /// The next event, or `nil` after the last; otherwise as `nextView`.
    public func nextEvent() async -> PairingEvent? {
        await next(wait: waitForEvent, take: takeEvent)
    }

    private func next<Element>(wait: () async -> Bool, take: () -> Element?) async -> Element? {
        while await wait() {
            // Another call may have been quicker.
            if let element = take() {
                return element
            }
        }
        return nil
    }

    /// What a screen shows, for one `for await` loop: the present and each change. A slow loop
    /// skips to the latest view.
    ///
    /// ```swift
    /// for await view in session.views {
    ///     // draw it
    /// }
    /// ```
    ///
    /// The loop ends after a view whose screen is `finished`. Leaving it sooner ends the session, in
    /// whichever way it is left: when its task is cancelled it still gets `finished` with the
    /// outcome `cancelled`, if the session had not ended before; after `break`, `return` or `throw`
    /// the loop is gone. To look at single views of a session that is to go on, call `nextView()`
    /// instead.
    ///
    /// Read the views of a session or its events: both are one stream, and of two loops over it
    /// each misses what the other got.
    public var views: PairingStream<PairingView> {
        PairingStream(session: self) { await $0.nextView() }
    }

    /// Every event of the session, for one `for await` loop, for example one that logs; otherwise as
    /// `views`.
    public var events: PairingStream<PairingEvent> {
        PairingStream(session: self) { await $0.nextEvent() }
    }
}

/// The views or the events of one session. See ``PairingGenerated/PairingSession/views``.
public struct PairingStream<Element: Sendable>: AsyncSequence, Sendable {
    let session: PairingSession
    let next: @Sendable (PairingSession) async -> Element?

    public func makeAsyncIterator() -> Iterator {
        Iterator(reader: Reader(session: session), next: next)
    }

    public struct Iterator: AsyncIteratorProtocol, Sendable {
        let reader: Reader
        let next: @Sendable (PairingSession) async -> Element?

        /// The next element, or `nil` after the last. Cancelling the task ends the session, so that
        /// this returns without waiting.
        public func next() async -> Element? {
            let session = reader.session
            // A cancelled task does not reach the library by itself: its calls run to their end.
            return await withTaskCancellationHandler {
                await next(session)
            } onCancel: {
                session.cancel()
            }
        }
    }

    /// Shared by the copies of an iterator: when the last is gone, the session has no reader.
    final class Reader: Sendable {
        let session: PairingSession

        init(session: PairingSession) {
            self.session = session
        }

        deinit {
            // Does nothing to a session that has ended.
            session.cancel()
        }
    }
}
