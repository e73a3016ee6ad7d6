import Foundation
import Pairing
import Testing

@Suite("A provider in Swift", .timeLimit(.minutes(1)))
struct OwnProviderTests {
    @Test("links like the ones of the library")
    func links() async throws {
        let provider = OwnProvider {
            .code(code: try .fromQrText(text: "2@own,code,1"), expiresIn: 60)
        }
        let events = try provider.session().events.makeAsyncIterator()
        #expect(try await events.code().exposeText() == "2@own,code,1")
        provider.link()
        #expect(try await events.outcome() == .connected(phone: nil))
    }

    @Test("it is told why a code is asked for, and cannot end an attempt unless it says so")
    func requests() async throws {
        let provider = OwnProvider { .code(code: try .fromQrText(text: "2@own"), expiresIn: 60) }
        let events = try provider.session().events.makeAsyncIterator()
        _ = try await events.code()
        #expect(provider.asks == [CodeRequest(method: .qr)])
        let error = try await PairingError.thrown { try await provider.abandon() }
        #expect(error.code == .unsupported)
    }

    @Test("it reads the headers of a webhook")
    func webhooks() async throws {
        let provider = OwnProvider { .code(code: try .fromQrText(text: "2@own"), expiresIn: 60) }
        let session = try provider.session()
        let body = Data("{}".utf8)
        #expect(try session.notify(body: body, headers: ["X-Signature": "right"]) == .progress)
        let error = try await PairingError.thrown { _ = try session.notify(body: body) }
        #expect(error.code == .invalidSignature)
    }

    @Test("its errors keep their code and message")
    func declared() async throws {
        let provider = OwnProvider {
            throw PairingError(.invalidCredentials, "the key is wrong")
        }
        let events = try provider.session().events.makeAsyncIterator()
        guard case .rejected(let error) = try await events.outcome() else {
            Issue.record("a wrong key ends the session")
            return
        }
        #expect(error.code == .invalidCredentials)
        #expect(error.message == "the key is wrong")
        #expect(!error.retryable)
    }

    @Test("a wait it demands is kept, whatever number it is", arguments: [
        (60.0, 60.0), (-5, 0), (1e300, 31_536_000),
    ])
    func waits(demanded: TimeInterval, kept: TimeInterval) {
        let error = PairingError(.rateLimited, "later", retryAfter: demanded)
        #expect(error.retryAfter == kept)
        #expect(PairingError(.rateLimited, "later", retryAfter: .nan).retryAfter == nil)
        #expect(PairingError(.rateLimited, "later", retryAfter: .infinity).retryAfter == nil)
    }

    @Test("an error it did not declare is a defect, and its text stays where it was")
    func undeclared() async throws {
        let provider = OwnProvider { throw Undeclared() }
        let events = try provider.session().events.makeAsyncIterator()
        guard case .rejected(let error) = try await events.outcome() else {
            Issue.record("a defect ends the session")
            return
        }
        #expect(error.code == .internal)
        #expect(!error.message.contains(Undeclared.secret))
    }

    @Test("a duration that is none is refused, and the program goes on", arguments: [
        -1.0, -.infinity, .infinity, .nan, 1e300,
    ])
    func impossibleDuration(seconds: TimeInterval) async throws {
        let provider = OwnProvider { .notReady(retryIn: nil) }
        var policy = defaultPolicy()
        policy.postExpiryStatusWindow = seconds
        let error = try await PairingError.thrown {
            _ = try PairingSession(
                provider: provider, options: SessionOptions(method: .qr, policy: policy))
        }
        #expect(error.code == .invalidPolicy)
        #expect(error.message.contains("post_expiry_status_window"))
    }

    @Test("an undeclared error while it describes itself does not crash either")
    func undeclaredAtOnce() async throws {
        let error = try await PairingError.thrown {
            _ = try PairingSession(
                provider: Speechless(), options: SessionOptions(method: .qr))
        }
        #expect(error.code == .internal)
        #expect(!error.message.contains(Undeclared.secret))
    }

    @Test("its call is cancelled with the session")
    func cancelled() async throws {
        let provider = OwnProvider { try await untilCancelled() }
        let session = try provider.session()
        await provider.asked.wait()
        session.cancel()
        await provider.left.wait()
        #expect(provider.wasCancelled)
    }

    @Test("a thousand of them are let go with their sessions")
    func released() async throws {
        for round in 0..<1000 {
            let released = Signal()
            do {
                let provider = OwnProvider(released: released) { try await untilCancelled() }
                let session = try provider.session()
                // Some are cancelled before their first call, some within.
                if round.isMultiple(of: 2) {
                    await provider.asked.wait()
                }
                session.cancel()
            }
            await released.wait()
        }
    }
}

private final class Speechless: PairingProvider {
    func describe() throws -> ProviderDescription { throw Undeclared() }
    func requestCode(request: CodeRequest) async throws -> CodeReply { throw Undeclared() }
    func status() async throws -> InstanceStatus { throw Undeclared() }
    func unlink() async throws { throw Undeclared() }
    func readWebhook(webhook: IncomingWebhook) throws -> WebhookHint { throw Undeclared() }
}
