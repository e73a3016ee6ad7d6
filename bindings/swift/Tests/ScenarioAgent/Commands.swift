import Pairing

/// Why a command is not done.
struct BadCommand: Error {
    let message: String
}

extension Sessions {
    /// Does what a command says, by calling the library, and gives the answer.
    mutating func execute(_ command: String) async -> String {
        do {
            return try await answer(to: command)
        } catch let error as PairingError {
            return "error \(error.code.name) \(error.retryable ? 1 : 0) \(error.message)"
        } catch let error as BadCommand {
            return "error bad_command 0 \(error.message)"
        } catch {
            return "error bad_command 0 an unexpected error"
        }
    }

    private mutating func answer(to command: String) async throws -> String {
        let (word, afterWord) = cut(command)
        let (id, rest) = cut(afterWord)
        switch word {
        case "start": held[id] = try open(rest)
        case "next": return try await next(try get(id), within: number(rest))
        case "resume": try get(id).session.resume()
        case "switch_qr": try get(id).session.switchMethod(method: .qr)
        case "switch_phone": try get(id).session.switchMethod(method: .phoneCode(phone: rest))
        case "notify": _ = try get(id).session.notify(body: .init(rest.utf8))
        case "cancel": try get(id).session.cancel()
        case "view": return line(for: try get(id).session.view())
        case "shows": return "shows \(try get(id).shown())"
        case "drop":
            try get(id).waiting?.cancel()
            held[id] = nil
        case "repeat": try await repeated(times: number(id), rest)
        default: throw BadCommand(message: "there is no such command")
        }
        return "ok"
    }

    private func next(_ held: Held, within milliseconds: UInt32) async -> String {
        switch await held.next(within: .milliseconds(milliseconds)) {
        case .event(let event?): line(for: event)
        case .event(nil): "end"
        case .timeout: "timeout"
        }
    }

    private func repeated(times: UInt32, _ rest: String) async throws {
        let (until, afterUntil) = cut(rest)
        let (leave, fields) = cut(afterUntil)
        for _ in 0..<times {
            let held = try open(fields)
            if until != "start" {
                try await read(held, until: until)
            }
            if leave == "cancel" {
                held.session.cancel()
            }
        }
    }

    private func read(_ held: Held, until: String) async throws {
        while let event = await held.next() {
            // As `next` does, but nobody reads it.
            _ = line(for: event)
            if until == "code", case .codeReady = event.kind {
                return
            }
        }
        if until == "end" {
            return
        }
        throw PairingError(.internal, "the session ended without a code")
    }
}

/// What stands before and after the first space.
func cut(_ text: String) -> (String, String) {
    let parts = text.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: false)
    return (String(parts[0]), parts.count > 1 ? String(parts[1]) : "")
}

func number(_ text: some StringProtocol) throws -> UInt32 {
    guard let number = UInt32(text) else {
        throw BadCommand(message: "a number is expected")
    }
    return number
}
