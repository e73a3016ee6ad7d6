import Foundation
import Pairing

/// A transport whose requests a test can see.
final class Watched: HttpTransport, @unchecked Sendable {
    let inner: any HttpTransport
    /// A request begins.
    let begun = Signal()
    /// It is over.
    let left = Signal()
    private let lock = NSLock()
    private var seen: [(request: HttpRequest, response: HttpResponse)] = []
    private var thrown: (any Error)?
    private var cancelled = false

    init(_ inner: any HttpTransport) {
        self.inner = inner
    }

    var requests: [HttpRequest] { lock.withLock { seen.map(\.request) } }
    var responses: [HttpResponse] { lock.withLock { seen.map(\.response) } }
    /// What the last request failed with.
    var failure: (any Error)? { lock.withLock { thrown } }
    /// The task of the last request was cancelled.
    var wasCancelled: Bool { lock.withLock { cancelled } }

    func send(request: HttpRequest) async throws -> HttpResponse {
        begun.send()
        defer {
            lock.withLock { cancelled = Task.isCancelled }
            left.send()
        }
        do {
            let response = try await inner.send(request: request)
            lock.withLock { seen.append((request, response)) }
            return response
        } catch {
            lock.withLock { thrown = error }
            throw error
        }
    }
}
