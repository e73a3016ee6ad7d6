import Foundation
import Pairing

/// The HTTP client in the library, or with `PAIRING_AGENT_TRANSPORT=urlsession` the system's.
let transport: URLSessionTransport? =
    ProcessInfo.processInfo.environment["PAIRING_AGENT_TRANSPORT"] == "urlsession"
    ? URLSessionTransport() : nil

enum Turn {
    /// `nil` after the last.
    case event(PairingEvent?)
    case timeout
}

/// A session and what came from it last.
final class Held {
    let provider: any PairingProvider
    let session: PairingSession
    private let events: PairingEvents.Iterator
    /// A call for an event that outlasted a timeout: its event belongs to the next command.
    private(set) var waiting: Task<PairingEvent?, Never>?
    private var last: PairingEvent?

    init(provider: any PairingProvider, session: PairingSession) {
        self.provider = provider
        self.session = session
        events = session.events.makeAsyncIterator()
    }

    /// Without a clock: a cancelled `Task.sleep` keeps its memory until its time has come, which
    /// a count of what many sessions leave behind would notice.
    func next() async -> PairingEvent? {
        let event = await events.next()
        last = event ?? last
        return event
    }

    func next(within patience: Duration) async -> Turn {
        let events = events
        let waiting = waiting ?? Task { await events.next() }
        self.waiting = waiting
        let (turns, first) = AsyncStream<Turn>.makeStream()
        Task { _ = first.yield(.event(await waiting.value)) }
        let clock = Task {
            try await Task.sleep(for: patience)
            first.yield(.timeout)
        }
        defer { clock.cancel() }
        for await turn in turns {
            if case .event(let event) = turn {
                self.waiting = nil
                last = event ?? last
            }
            return turn
        }
        return .timeout
    }

    /// Every way in which Swift makes text of an object, for all that belongs to the session.
    func shown() -> String {
        let things: [Any] = [provider, session, session.events, events, last as Any, code as Any]
        let texts = (things + [session.views, session.view(), transport as Any]).map { thing in
            var dumped = ""
            dump(thing, to: &dumped)
            return "\(String(describing: thing)) \(String(reflecting: thing)) \(dumped)"
        }
        return texts.joined(separator: " ").replacingOccurrences(of: "\n", with: " ")
    }

    private var code: PairingCode? {
        guard case .codeReady(let code, _, _)? = last?.kind else { return nil }
        return code
    }
}
