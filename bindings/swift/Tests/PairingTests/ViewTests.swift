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
