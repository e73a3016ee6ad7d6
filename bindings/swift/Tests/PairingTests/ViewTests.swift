import Pairing
import Testing

@Suite("What a screen shows", .timeLimit(.minutes(1)))
struct ViewTests {
    @Test("a view keeps its code while retrying and ends")
    func retrying() async throws {
        let code = try PairingCode.fromQrText(text: "2@own")
        let replies = Once(CodeReply.code(code: code, expiresIn: 60))
        // A failure waits for the test to have seen the code.
        let seen = Signal()
        let provider = OwnProvider {
            if let reply = replies.take() { return reply }
            await seen.wait()
            throw PairingError(.unavailable, "down")
        }
        // The next code is requested immediately, and again a minute after that failed.
        var policy = defaultPolicy()
        policy.refreshMin = 0.001
        policy.refreshInterval = 0.001
        policy.retry.minDelay = 60
        policy.retry.maxDelay = 60
        let session = try provider.session(policy: policy)

        let shown = try await session.view { view in
            if case .code = view.screen { true } else { false }
        }
        #expect(shown.method == .qr)
        #expect([shown.round, shown.attempt, shown.codesPerRound] == [1, 1, 3])

        seen.send()
        let retrying = try await session.view { $0.retrying != nil }
        guard case .code(let kept, _, _) = retrying.screen else {
            Issue.record("a retry takes no code off the screen")
            return
        }
        #expect(kept.exposeText() == "2@own")
        #expect(retrying.retrying?.error.message == "down")
        #expect(retrying.actions.cancel && retrying.actions.switchToPhoneCode)
        #expect(!retrying.actions.resume)

        session.cancel()
        let last = await session.nextView()
        guard case .finished(.cancelled)? = last?.screen else {
            Issue.record("the last view has the outcome")
            return
        }
        #expect(last?.actions.cancel == false)
        #expect(await session.nextView() == nil)
    }
}

extension ViewTests {
    @Test("a gateway that starts and links shows it")
    func starting() async throws {
        let first = Once(CodeReply.starting(retryIn: 0.001))
        let provider = OwnProvider {
            if let reply = first.take() { return reply }
            return .code(code: try .fromQrText(text: "2@own"), expiresIn: 60)
        }
        let session = try provider.session()
        let events = session.events.makeAsyncIterator()
        try await events.until { if case .starting = $0 { true } else { false } }
        _ = try await events.code()
        provider.say([InstanceStatus(phase: .linking)])
        try await events.until { if case .linking = $0 { true } else { false } }
        guard case .linking = session.view().screen else {
            Issue.record("the screen says that it is linking")
            return
        }
    }

    @Test("a passkey is shown, and codes can be asked for again")
    func passkey() async throws {
        let url = "https://example.com/passkey"
        let step = PasskeyStep(url: url, confirmationCode: "12-34")
        let first = Once(CodeReply.passkeyRequired(step: step))
        let provider = OwnProvider {
            if let reply = first.take() { return reply }
            return .code(code: try .fromQrText(text: "2@own"), expiresIn: 60)
        }
        provider.say([InstanceStatus(phase: .passkeyRequired, passkey: step)])
        let session = try provider.session()
        let asked = try await session.view { view in
            if case .passkeyRequired = view.screen { true } else { false }
        }
        guard case .passkeyRequired(let shown) = asked.screen else { return }
        #expect(asked.actions.resume)
        #expect(shown.exposeUrl() == url && shown.exposeConfirmationCode() == "12-34")
        try session.resume()
        _ = try await session.view { view in
            if case .code = view.screen { true } else { false }
        }
    }

    @Test("a link that is lost before it is confirmed is told")
    func dropped() async throws {
        let provider = OwnProvider { .code(code: try .fromQrText(text: "2@own"), expiresIn: 60) }
        let linked = InstanceStatus(phase: .linked, phone: "+5511999998888")
        provider.say([linked, InstanceStatus(phase: .notLinked)])
        var policy = defaultPolicy()
        policy.statusInterval = 0.02
        policy.linkingStatusInterval = 0.02
        policy.linkConfirmation = 0.02
        let events = try provider.session(policy: policy).events.makeAsyncIterator()
        try await events.until { $0.isLinked }
        #expect(try await events.outcome() == .linkDropped)
    }
}

extension EventKind {
    fileprivate var isLinked: Bool {
        if case .linked(let phone) = self { phone == "+5511999998888" } else { false }
    }
}

extension PairingSession {
    /// Reads on until a view is as it should be.
    fileprivate func view(where fits: (PairingView) -> Bool) async throws -> PairingView {
        while let view = await nextView() {
            if fits(view) {
                return view
            }
        }
        throw NothingLeft()
    }
}
