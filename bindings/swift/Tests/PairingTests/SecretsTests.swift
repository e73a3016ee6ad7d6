import Foundation
import Pairing
import Testing

@Suite("Nothing describes a secret", .timeLimit(.minutes(1)))
struct SecretsTests {
    @Test("in any of the ways in which Swift makes text of a thing", arguments: Gateway.samples)
    func descriptions(gateway: Gateway) async throws {
        let instance = try await Instance.added(to: gateway)
        let transport = Watched(URLSessionTransport())
        let provider = try instance.provider(transport: transport)
        let session = try PairingSession(
            provider: provider, options: SessionOptions(method: .phoneCode(phone: instance.phone)))
        let events = session.events.makeAsyncIterator()
        let typed = try await events.code()
        let view = session.view()
        let reply = try await provider.requestCode(request: CodeRequest(method: .qr))
        guard case .code(let scanned, _) = reply else {
            Issue.record("the gateway gives a QR code")
            return
        }
        let drawn = try QrMatrix(text: "2@a,code,1")
        let step = PasskeyStep(url: "https://passkey.example/", confirmationCode: "CODE-1234")
        let webhook = IncomingWebhook(
            body: Data("a-live-code".utf8), headers: ["authorization": "a-live-code"])
        let things: [Any] = [
            provider, session, session.events, events, session.views, view, view.screen,
            typed, reply, scanned, drawn, transport.inner, transport.requests,
            transport.responses, step, CodeReply.passkeyRequired(step: step),
            InstanceStatus(phase: .passkeyRequired, passkey: step), webhook,
        ]
        let credentials = instance.settings.filter { $0.key != "base_url" }.map(\.value)
        var secrets = credentials + ["2@a,code,1", "passkey.example", "CODE-1234", "a-live-code"]
        secrets += [typed.exposeText(), scanned.exposeText()].compactMap { $0 }
        secrets += scanned.exposeImage().map(spellings) ?? []
        #expect(!transport.requests.isEmpty)
        for text in things.flatMap(texts) {
            for secret in secrets {
                #expect(!text.contains(secret), "a description holds a secret")
            }
        }
    }

    @Test("and no error does", arguments: Gateway.samples)
    func errors(gateway: Gateway) async throws {
        let instance = try await Instance.added(to: gateway)
        var settings = instance.settings
        settings[instance.credential] = "a-token-that-is-wrong"
        let provider = try openProvider(name: gateway.name, settings: settings)
        let error = try await PairingError.thrown { _ = try await provider.status() }
        #expect(error.code == .invalidCredentials)
        for text in texts(of: error) + [error.localizedDescription] {
            #expect(!text.contains("a-token-that-is-wrong"))
            #expect(!text.contains(instance.id))
        }
    }

    /// What would show a picture, or the beginning of it, to whoever sees it printed.
    private func spellings(of picture: Data) -> [String] {
        let head = picture.prefix(15)
        return [
            "\(picture)",
            head.map { "\($0)" }.joined(separator: ", "),
            head.map { "- \($0)" }.joined(separator: " "),
            head.map { String(format: "%02x", $0) }.joined(),
            head.base64EncodedString(),
        ]
    }

    private func texts(of thing: Any) -> [String] {
        var dumped = ""
        dump(thing, to: &dumped)
        // `dump` has a line for each byte.
        let lines = dumped.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        return [String(describing: thing), String(reflecting: thing), dumped, lines]
    }
}
