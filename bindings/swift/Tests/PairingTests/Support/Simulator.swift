import Foundation
import Pairing
import Testing

#if canImport(FoundationNetworking)
    import FoundationNetworking
#endif

/// A gateway of `pairing sim`, whose address the environment names.
struct Gateway: Sendable, CustomTestStringConvertible {
    /// The name of its provider.
    let name: String

    /// Two that answer the first request for a code with one, and two that must be started: what Swift
    /// adds is the same for each. The scenarios link with every gateway.
    static let samples = providers().prefix(4).map { Gateway(name: $0.name) }
    /// For tests that need no particular one.
    static let example = Gateway(name: "zapi")

    var testDescription: String { name }
}

/// One simulated instance with its phone.
struct Instance: Sendable {
    let gateway: Gateway
    let id: String
    let phone: String
    let settings: [String: String]

    /// Its settings that the provider declares secret.
    var secrets: [String] {
        let fields = providers().first { $0.name == gateway.name }?.fields ?? []
        return fields.filter(\.secret).compactMap { settings[$0.name] }
    }

    /// The name of the setting that unlocks it.
    var credential: String { settings["token"] == nil ? "api_key" : "token" }

    /// Whether its QR codes are texts, which a terminal can show; others are pictures.
    var sendsText: Bool {
        get throws { try #require(try provider().describe().capabilities).qrText }
    }

    /// Adds an instance of a test's own, so that tests do not meet.
    static func added(to gateway: Gateway) async throws -> Instance {
        let answer = try await control(
            "POST", "instances", ["dialect": gateway.name])
        var settings = try #require(answer["settings"] as? [String: String])
        settings["base_url"] = try simulator()
        return Instance(
            gateway: gateway,
            id: try #require(answer["id"] as? String),
            phone: try #require(answer["phone"] as? String),
            settings: settings
        )
    }

    func provider(transport: (any HttpTransport)? = nil) throws -> any PairingProvider {
        try openProvider(name: gateway.name, settings: settings, transport: transport)
    }

    /// A session that notices quickly, and with `speed` takes its time that much faster.
    func session(
        _ method: PairingMethod = .qr, speed: UInt32 = 1, transport: (any HttpTransport)? = nil
    ) throws -> PairingSession {
        let provider = try provider(transport: transport)
        let recommended = try #require(try provider.describe().recommendedPolicy)
        var policy = scaledDownPolicy(policy: recommended, factor: speed)
        policy.statusInterval = 0.1
        policy.webhookDebounce = 0.1
        // The simulator takes its time, however fast the session is.
        policy.notReadyLimit = 10_000
        // However quick the rest: a busy machine may take its time.
        policy.deadline = 300
        return try PairingSession(
            provider: provider, options: SessionOptions(method: method, policy: policy))
    }

    /// The phone scans what is shown.
    func scan(_ code: PairingCode) async throws {
        switch code.form() {
        case .qrText:
            try await act("scan", ["text": try #require(code.exposeText())])
        case .qrImage:
            try await scan(picture: try #require(code.exposeImage()))
        case .phoneCode:
            try await act("type", ["code": try #require(code.exposeText())])
        }
    }

    func scan(picture: Data) async throws {
        try await act("scan", ["picture": picture.base64EncodedString()])
    }

    /// Scans, types, links, … as the simulator's help page says.
    func act(_ what: String, _ body: [String: String]? = nil) async throws {
        _ = try await Self.control("POST", "instances/\(id)/\(what)", body)
    }

    func fault(_ name: String) async throws {
        _ = try await Self.control("PUT", "instances/\(id)/faults", [name])
    }

    /// What the gateway was asked.
    func calls() async throws -> [String: Any] {
        try await Self.control("GET", "instances/\(id)/calls", nil as String?)
    }

    func state() async throws -> [String: Any] {
        try await Self.control("GET", "instances/\(id)", nil as String?)
    }

    private static func control(
        _ method: String, _ path: String, _ body: (some Encodable)?
    ) async throws -> [String: Any] {
        let url = try #require(URL(string: "\(try simulator())/_sim/\(path)"))
        var request = URLRequest(url: url)
        request.httpMethod = method
        if let body {
            request.httpBody = try JSONEncoder().encode(body)
            request.setValue("application/json", forHTTPHeaderField: "Content-Type")
        }
        let (data, response) = try await URLSession.shared.data(for: request)
        let status = (response as? HTTPURLResponse)?.statusCode
        let text = String(decoding: data, as: UTF8.self)
        try #require(status.map { 200..<300 ~= $0 } == true, "\(method) \(path): \(text)")
        return try JSONSerialization.jsonObject(with: data) as? [String: Any] ?? [:]
    }
}

/// `PAIRING_SIM`, without which nothing here can be tested.
private func simulator() throws -> String {
    try #require(
        ProcessInfo.processInfo.environment["PAIRING_SIM"],
        "PAIRING_SIM must hold the base URL of a running `pairing sim`")
}
