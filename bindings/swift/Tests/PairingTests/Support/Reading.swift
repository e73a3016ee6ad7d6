import Foundation
import Pairing
import Testing

extension PairingStream.Iterator where Element == PairingEvent {
    /// Reads on until a code is shown.
    func code() async throws -> PairingCode {
        while let event = await next() {
            if case .codeReady(let code, _, _) = event.kind {
                return code
            }
        }
        throw NothingLeft()
    }

    /// Reads on until an event is as it should be.
    func until(_ fits: (EventKind) -> Bool) async throws {
        while let event = await next() {
            if fits(event.kind) {
                return
            }
        }
        throw NothingLeft()
    }

    /// Reads on until the gate.
    func gate() async throws {
        try await until { if case .interactionRequired = $0 { true } else { false } }
    }

    /// Reads on until the end, and asks for codes again where a round is over: on a busy machine that
    /// may be before the session has seen that a code was used.
    func outcome(resuming session: PairingSession) async throws -> PairingOutcome {
        while let event = await next() {
            switch event.kind {
            // Refused once it has seen the link.
            case .interactionRequired: try? session.resume()
            case .finished(let outcome): return outcome
            default: break
            }
        }
        throw NothingLeft()
    }

    /// Reads on until the end, which must be the end.
    func outcome() async throws -> PairingOutcome {
        while let event = await next() {
            if case .finished(let outcome) = event.kind {
                #expect(await next() == nil)
                return outcome
            }
        }
        throw NothingLeft()
    }
}

/// The events ended without what was waited for.
struct NothingLeft: Error {}

extension PairingError {
    /// The error that the call fails with.
    static func thrown(by call: () async throws -> Void) async throws -> PairingError {
        do {
            try await call()
        } catch let error as PairingError {
            return error
        }
        throw NothingLeft()
    }
}

/// A value that one caller gets.
final class Once<Value>: @unchecked Sendable {
    private let lock = NSLock()
    private var value: Value?

    init(_ value: Value) {
        self.value = value
    }

    func take() -> Value? {
        lock.withLock {
            defer { value = nil }
            return value
        }
    }
}

/// Something that happens once and that a test waits for.
struct Signal: Sendable {
    private let stream: AsyncStream<Never>
    private let continuation: AsyncStream<Never>.Continuation

    init() {
        (stream, continuation) = AsyncStream.makeStream()
    }

    func send() {
        continuation.finish()
    }

    func wait() async {
        for await _ in stream {}
    }
}

/// Waits until the task is cancelled: what a gateway that never answers looks like.
func untilCancelled() async throws -> Never {
    await Signal().wait()
    try Task.checkCancellation()
    fatalError("only cancellation ends it")
}
