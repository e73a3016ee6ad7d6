import PairingGenerated

extension PairingProvider {
    /// For gateways that cannot end an attempt.
    public func abandon() async throws {
        throw PairingError(.unsupported, "this provider does not support the request")
    }
}

extension CodeRequest {
    /// A request for a first code, by a program that has shown none.
    public init(method: PairingMethod) {
        self.init(method: method, purpose: .startAttempt)
    }
}

extension InstanceStatus {
    /// Whether a number is linked.
    public var connected: Bool { phase == .linked }
}
