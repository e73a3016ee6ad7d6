import PairingGenerated

extension PairingSession {
    /// The next event, or `nil` after the last. Cancelling the task changes nothing: the event
    /// stays until somebody takes it. One call at a time: of two, each gets events that the other
    /// does not see.
    public func nextEvent() async -> PairingEvent? {
        while await waitForEvent() {
            // Another call may have been quicker.
            if let event = takeEvent() {
                return event
            }
        }
        return nil
    }

    /// The events of the session, for one `for await` loop.
    ///
    /// ```swift
    /// for await event in session.events {
    ///     // show it
    /// }
    /// ```
    ///
    /// The loop ends after the event `finished`. Leaving it sooner ends the session, in whichever
    /// way it is left: when its task is cancelled it still gets `finished` with the outcome
    /// `cancelled`, if the session had not ended before; after `break`, `return` or `throw` nobody
    /// is left to get it. To look at single events of a session that is to go on, call
    /// `nextEvent()` instead.
    ///
    /// Events are handed out once: of two loops over one session, each misses what the other got.
    public var events: PairingEvents {
        PairingEvents(session: self)
    }
}

/// The events of one session. See ``PairingGenerated/PairingSession/events``.
public struct PairingEvents: AsyncSequence, Sendable {
    public typealias Element = PairingEvent

    let session: PairingSession

    public func makeAsyncIterator() -> Iterator {
        Iterator(reader: Reader(session: session))
    }

    public struct Iterator: AsyncIteratorProtocol, Sendable {
        let reader: Reader

        /// The next event, or `nil` after the last. Cancelling the task ends the session, so that
        /// this returns at once.
        public func next() async -> PairingEvent? {
            let session = reader.session
            // A cancelled task does not reach the library by itself: its calls run to their end.
            return await withTaskCancellationHandler {
                await session.nextEvent()
            } onCancel: {
                session.cancel()
            }
        }
    }

    /// Shared by the copies of an iterator: when the last is gone, nobody reads any more.
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
