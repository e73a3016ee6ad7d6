import Foundation
import Pairing

/// What it costs a Swift program to be handed a view with everything in it: nanoseconds each, so
/// many times as the argument says. The gateway is in the environment.
@main
struct Event {
    static func main() async throws {
        let times = Int(CommandLine.arguments[1]) ?? 1
        let environment = ProcessInfo.processInfo.environment
        var settings: [String: String] = [:]
        for name in ["instance", "token", "base_url"] {
            settings[name] = environment["PAIRING_ZAPI_\(name.uppercased())"]
        }
        let provider = try openProvider(name: "zapi", settings: settings)
        let session = try PairingSession(provider: provider, options: SessionOptions(method: .qr))
        while let event = await session.nextEvent() {
            if case .codeReady = event.kind { break }
        }
        var seen = 0
        let began = DispatchTime.now().uptimeNanoseconds
        for _ in 0..<times {
            let view = session.view()
            if view.seq > 0, case .code(let code, _, _) = view.screen {
                seen += code.exposeText()?.utf8.count ?? 0
            }
        }
        let each = Double(DispatchTime.now().uptimeNanoseconds - began) / Double(times)
        guard seen >= times * 100 else {
            FileHandle.standardError.write(Data("no code in the events\n".utf8))
            exit(1)
        }
        print(each)
    }
}
