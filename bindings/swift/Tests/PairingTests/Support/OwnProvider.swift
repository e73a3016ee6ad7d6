import Foundation
import Pairing

/// A gateway of the app's own, whose answer to a request for a code each test chooses.
final class OwnProvider: PairingProvider, @unchecked Sendable {
    /// A session asked for a code.
    let asked = Signal()
    /// The answer was given, or the call was cancelled.
    let left = Signal()
    /// This provider was released.
    let released: Signal?

    private let answer: @Sendable () async throws -> CodeReply
    private let lock = NSLock()
    private var cancelled = false
    private var requests: [CodeRequest] = []
    /// What it answers, one after the other; the last stays.
    private var status = [InstanceStatus(phase: .notLinked)]

    init(
        released: Signal? = nil, answer: @escaping @Sendable () async throws -> CodeReply
    ) {
        self.released = released
        self.answer = answer
    }

    deinit {
        released?.send()
    }

    /// The task of its last call was cancelled.
    var wasCancelled: Bool {
        lock.withLock { cancelled }
    }

    func session(
        _ method: PairingMethod = .qr, policy: PairingPolicy? = nil
    ) throws -> PairingSession {
        try PairingSession(
            provider: self, options: SessionOptions(method: method, policy: policy))
    }

    func link() {
        say([InstanceStatus(phase: .linked)])
    }

    func say(_ status: [InstanceStatus]) {
        lock.withLock { self.status = status }
    }

    /// What it was asked for, in order.
    var asks: [CodeRequest] {
        lock.withLock { requests }
    }

    func describe() throws -> ProviderDescription {
        var policy = defaultPolicy()
        policy.statusInterval = 0.1
        policy.webhookDebounce = 0.1
        let capabilities = Capabilities(qrText: true, phoneCode: true, status: true)
        return ProviderDescription(
            name: "own", capabilities: capabilities, recommendedPolicy: policy)
    }

    func requestCode(request: CodeRequest) async throws -> CodeReply {
        lock.withLock { requests.append(request) }
        asked.send()
        defer {
            lock.withLock { cancelled = Task.isCancelled }
            left.send()
        }
        return try await answer()
    }

    func status() async throws -> InstanceStatus {
        lock.withLock { status.count > 1 ? status.removeFirst() : status[0] }
    }

    func unlink() async throws {
        throw PairingError(.unsupported, "this gateway cannot unlink")
    }

    func readWebhook(webhook: IncomingWebhook) throws -> WebhookHint {
        guard webhook.exposeHeader(name: "x-signature") == "right" else {
            throw PairingError(.invalidSignature, "not signed")
        }
        return webhook.exposeBody() == Data("{}".utf8) ? .progress : .irrelevant
    }
}

/// An error that the binding does not declare, with a secret text.
struct Undeclared: Error, CustomStringConvertible {
    let description = "https://gateway.example/token/\(secret)"
    static let secret = "A0F5B1C2D3E4"
    private let secret = Self.secret
}
