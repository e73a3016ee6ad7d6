import Foundation
import Pairing
import Testing

@Suite("Linking", .timeLimit(.minutes(1)))
struct LinkingTests {
    @Test("a phone scans the QR code", arguments: Gateway.samples)
    func qr(gateway: Gateway) async throws {
        let instance = try await Instance.added(to: gateway)
        let events = try instance.session().events.makeAsyncIterator()
        let code = try await events.code()
        try await instance.scan(code)
        #expect(try await events.outcome() == .connected(phone: instance.phone))
    }

    @Test("a screen that draws views is enough", arguments: Gateway.samples)
    func views(gateway: Gateway) async throws {
        let instance = try await Instance.added(to: gateway)
        var last: PairingOutcome?
        for await view in try instance.session().views {
            switch view.screen {
            case .code(let code, _, _): try await instance.scan(code)
            case .finished(let outcome): last = outcome
            default: break
            }
        }
        #expect(last == .connected(phone: instance.phone))
    }

    @Test("a phone types the code", arguments: Gateway.samples)
    func phoneCode(gateway: Gateway) async throws {
        let instance = try await Instance.added(to: gateway)
        let session = try instance.session(.phoneCode(phone: instance.phone))
        let events = session.events.makeAsyncIterator()
        let code = try await events.code()
        #expect(code.form() == .phoneCode)
        try await instance.scan(code)
        #expect(try await events.outcome() == .connected(phone: instance.phone))
    }

    @Test("nobody uses the codes, somebody resumes", arguments: Gateway.samples)
    func resume(gateway: Gateway) async throws {
        let instance = try await Instance.added(to: gateway)
        let session = try instance.session(speed: 40)
        let events = session.events.makeAsyncIterator()
        try await events.gate()
        try session.resume()
        #expect(session.view().round == 2)
        _ = try await events.code()
        try await instance.act("link")
        let outcome = try await events.outcome(resuming: session)
        #expect(outcome == .connected(phone: instance.phone))
    }

    @Test("cancelled with a code on screen", arguments: Gateway.samples)
    func cancel(gateway: Gateway) async throws {
        let instance = try await Instance.added(to: gateway)
        let session = try instance.session()
        let events = session.events.makeAsyncIterator()
        _ = try await events.code()
        session.cancel()
        #expect(try await events.outcome() == .cancelled)
    }

    @Test("from the QR code to a phone code")
    func switchMethod() async throws {
        let instance = try await Instance.added(to: .example)
        let session = try instance.session()
        let events = session.events.makeAsyncIterator()
        #expect(try await events.code().form() == .qrText)
        try session.switchMethod(method: .phoneCode(phone: instance.phone))
        let code = try await events.code()
        #expect(code.form() == .phoneCode)
        #expect(session.view().method == .phoneCode(phone: instance.phone))
    }

    @Test("what makes no sense is refused with a code to branch on")
    func refusals() async throws {
        let instance = try await Instance.added(to: .example)
        let session = try instance.session()
        let early = try await PairingError.thrown { try session.resume() }
        #expect(early.code == .notWaiting)
        #expect(early.code.name == "not_waiting")
        #expect(!early.retryable)
        let number = try await PairingError.thrown {
            _ = try instance.session(.phoneCode(phone: "12"))
        }
        #expect(number.code == .invalidPhone)
        let settings = try await PairingError.thrown {
            _ = try openProvider(name: "zapi", settings: ["token": "t"])
        }
        #expect(settings.code == .invalidSettings)
        #expect(settings.localizedDescription == settings.message)
    }
}
