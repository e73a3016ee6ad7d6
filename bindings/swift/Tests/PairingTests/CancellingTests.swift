import Pairing
import Testing

@Suite("Cancelling in Swift reaches the library", .timeLimit(.minutes(1)))
struct CancellingTests {
    @Test("a cancelled task ends its session, and its loop still gets the end")
    func task() async throws {
        let session = try await Instance.added(to: .example).session()
        let shown = Signal()
        let reading = Task {
            var kinds: [EventKind] = []
            for await event in session.events {
                kinds.append(event.kind)
                if case .codeReady = event.kind {
                    shown.send()
                }
            }
            return kinds
        }
        await shown.wait()
        reading.cancel()
        let kinds = await reading.end(of: session)
        guard case .finished(outcome: .cancelled)? = kinds.last else {
            Issue.record("the last event of a cancelled loop is finished")
            return
        }
        #expect(session.view().hasEnded)
    }

    @Test("a task that is cancelled before it begins ends its session as well")
    func before() async throws {
        let session = try await Instance.added(to: .example).session()
        let begun = Signal()
        let reading = Task {
            await begun.wait()
            for await _ in session.events {}
        }
        reading.cancel()
        begun.send()
        await reading.end(of: session)
        #expect(session.view().hasEnded)
    }

    @Test("the request under way ends with the task")
    func request() async throws {
        let provider = OwnProvider { try await untilCancelled() }
        let session = try provider.session()
        let reading = Task {
            for await _ in session.events {}
        }
        await provider.asked.wait()
        reading.cancel()
        await reading.end(of: session)
        await provider.left.wait()
        #expect(provider.wasCancelled)
    }

    @Test("leaving the loop ends the session")
    func leaving() async throws {
        let session = try await Instance.added(to: .example).session()
        for await _ in session.events {
            break
        }
        // The loop's iterator is gone; another one tells what that did.
        var last: PairingEvent?
        for await event in session.events {
            last = event
        }
        guard case .finished(outcome: .cancelled)? = last?.kind else {
            Issue.record("a session whose loop was left is cancelled")
            return
        }
    }

    @Test("a cancelled task loses no event of nextEvent, and does not end the session")
    func single() async throws {
        let provider = OwnProvider { try await untilCancelled() }
        let session = try provider.session()
        // The first is `preparing`; the next does not come until the session ends.
        #expect(await session.nextEvent()?.seq == 1)
        let reading = Task { await session.nextEvent() }
        reading.cancel()
        #expect(!session.view().hasEnded)
        session.cancel()
        let taken = await reading.value
        guard case .finished(outcome: .cancelled)? = taken?.kind else {
            Issue.record("the event reaches the task although that was cancelled")
            return
        }
    }

    @Test("a session that nobody holds any more leaves its gateway in peace")
    func released() async throws {
        let provider = OwnProvider { try await untilCancelled() }
        do {
            let session = try provider.session()
            #expect(await session.nextEvent()?.seq == 1)
            await provider.asked.wait()
        }
        await provider.left.wait()
        #expect(provider.wasCancelled)
    }
}

extension Task where Failure == Never {
    /// What the task gives when it ends with its session. Should it not end, the test's time limit
    /// cancels the test, and that ends it: a failure, and no hanging.
    fileprivate func end(of session: PairingSession) async -> Success {
        await withTaskCancellationHandler {
            await value
        } onCancel: {
            session.cancel()
        }
    }
}

extension PairingView {
    var hasEnded: Bool {
        if case .finished = screen { true } else { false }
    }
}
