import Pairing

/// The sessions by id, and how one is opened.
struct Sessions {
    var held: [String: Held] = [:]

    func get(_ id: String) throws -> Held {
        guard let found = held[id] else {
            throw BadCommand(message: "there is no session of this id")
        }
        return found
    }

    /// Starts a session from the fields of `start` after the id.
    func open(_ text: String) throws -> Held {
        var fields = text.split(separator: " ")[...]
        func next() throws -> String {
            guard let field = fields.popFirst() else {
                throw BadCommand(message: "a field is missing")
            }
            return String(field)
        }
        let (name, method, phone, expected) = (try next(), try next(), try next(), try next())
        let speed = try number(next())
        var settings: [String: String] = [:]
        var changes: [(key: Substring, value: UInt32)] = []
        var expectWebhooks = false
        for field in fields {
            if field == "expect_webhooks=1" {
                expectWebhooks = true
                continue
            }
            let parts = field.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2 else {
                throw BadCommand(message: "a setting is key=value")
            }
            if parts[0].hasPrefix("policy.") {
                changes.append((parts[0].dropFirst("policy.".count), try number(parts[1])))
            } else {
                settings[String(parts[0])] = String(parts[1])
            }
        }
        let provider = try openProvider(name: name, settings: settings, transport: transport)
        let recommended = try provider.describe().recommendedPolicy ?? defaultPolicy()
        var policy = scaledDownPolicy(policy: recommended, factor: speed)
        for change in changes {
            try policy.change(change.key, to: change.value)
        }
        let options = SessionOptions(
            method: try readMethod(method, phone: phone),
            policy: policy,
            expectedPhone: expected == "-" ? nil : expected,
            expectWebhooks: expectWebhooks
        )
        let session = try PairingSession(provider: provider, options: options)
        return Held(provider: provider, session: session)
    }

    private func readMethod(_ method: String, phone: String) throws -> PairingMethod {
        switch method {
        case "qr": .qr
        case "phone_code": .phoneCode(phone: phone)
        default: throw BadCommand(message: "the method is qr or phone_code")
        }
    }
}

extension PairingPolicy {
    fileprivate mutating func change(_ key: Substring, to value: UInt32) throws {
        let seconds = Double(value) / 1000
        switch key {
        case "deadline_ms": deadline = seconds
        case "status_interval_ms": statusInterval = seconds
        case "webhook_status_interval_ms": webhookStatusInterval = seconds
        case "codes_per_round": codesPerRound = value
        default: throw BadCommand(message: "this policy key is unknown")
        }
    }
}
