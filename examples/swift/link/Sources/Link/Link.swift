import Foundation
import Pairing

/// Links a WhatsApp number from a terminal: `Link zapi` shows QR codes, `Link zapi +5511…` codes to
/// type. The credentials are in the environment, under the names that `pairing sim` prints.
@main
struct Link {
    static func main() async {
        let arguments = CommandLine.arguments.dropFirst()
        let screen = Screen(texts: .ofThisUser())
        guard let name = arguments.first, arguments.count <= 2 else {
            screen.say(screen.texts.usage)
            exit(2)
        }
        do {
            let provider = try open(name)
            let phone = arguments.dropFirst().first
            let options = SessionOptions(
                method: phone.map { .phoneCode(phone: $0) } ?? .qr, policy: try policy(provider))
            let session = try PairingSession(provider: provider, options: options)
            exit(await follow(session, on: screen) ? 0 : 1)
        } catch let error as PairingError {
            screen.say(screen.texts.refused(error.message))
        } catch {
            screen.say(screen.texts.refused(error.localizedDescription))
        }
        exit(2)
    }

    /// The settings of this provider that are in the environment, such as `PAIRING_ZAPI_TOKEN`.
    private static func open(_ name: String) throws -> any PairingProvider {
        let environment = ProcessInfo.processInfo.environment
        var settings: [String: String] = [:]
        for field in providers().first(where: { $0.name == name })?.fields ?? [] {
            let variable = "PAIRING_\(name)_\(field.name)".uppercased()
            settings[field.name] = environment[variable.replacingOccurrences(of: "-", with: "_")]
        }
        return try openProvider(name: name, settings: settings)
    }

    /// The provider's own; faster for `pairing sim --speed N`, when `PAIRING_SPEED` says so. This
    /// computer and its user are no faster, so the session may last as long as ever.
    private static func policy(_ provider: any PairingProvider) throws -> PairingPolicy {
        let policy = try provider.describe().recommendedPolicy ?? defaultPolicy()
        let speed = ProcessInfo.processInfo.environment["PAIRING_SPEED"].flatMap { UInt32($0) }
        var faster = scaledDownPolicy(policy: policy, factor: speed ?? 1)
        faster.deadline = policy.deadline
        return faster
    }

    /// Shows what happens until the end. Whether a number is linked then.
    private static func follow(_ session: PairingSession, on screen: Screen) async -> Bool {
        listenToKeyboard(session)
        let following = Task {
            var linked = false
            for await view in session.views {
                screen.show(view)
                switch view.screen {
                case .finished(.connected), .finished(.alreadyConnected): linked = true
                default: break
                }
            }
            return linked
        }
        // Cancelling the task ends the session; the loop still shows how.
        let interrupt = DispatchSource.makeSignalSource(signal: SIGINT, queue: .global())
        interrupt.setEventHandler { following.cancel() }
        signal(SIGINT, SIG_IGN)
        interrupt.resume()
        return await following.value
    }

    /// Enter asks for new codes, `q` gives up; any thread may call a session.
    private static func listenToKeyboard(_ session: PairingSession) {
        // Not `readLine`: a thread that waits in it holds a lock that `exit` wants.
        FileHandle.standardInput.readabilityHandler = { input in
            let typed = input.availableData
            if typed.isEmpty {
                input.readabilityHandler = nil
            } else if typed.first == UInt8(ascii: "q") {
                session.cancel()
            } else {
                // Refused while it does not wait for the user.
                try? session.resume()
            }
        }
    }
}
