import Foundation
import Testing

/// `examples/swift/link` as its user runs it: a process of its own, whose path `PAIRING_EXAMPLE`
/// holds.
final class Example: @unchecked Sendable {
    private let process = Process()
    private let input = Pipe()
    private let ended = Signal()
    private var lines: AsyncStream<String>.Iterator
    /// Everything it has said so far.
    private(set) var said: [String] = []

    init(_ instance: Instance, phone: String? = nil, speed: UInt32 = 1) throws {
        let output = Pipe()
        lines = output.fileHandleForReading.lines.makeAsyncIterator()
        var environment = ProcessInfo.processInfo.environment
        let path = try #require(
            environment["PAIRING_EXAMPLE"], "PAIRING_EXAMPLE must hold the path of the example")
        for (field, value) in instance.settings {
            let variable = "PAIRING_\(instance.gateway.name)_\(field)".uppercased()
            environment[variable.replacingOccurrences(of: "-", with: "_")] = value
        }
        environment["PAIRING_SPEED"] = "\(speed)"
        environment["LC_ALL"] = "en"
        process.executableURL = URL(fileURLWithPath: path)
        process.arguments = [instance.gateway.name] + (phone.map { [$0] } ?? [])
        process.environment = environment
        process.standardInput = input
        process.standardOutput = output
        // `waitUntilExit` would keep one of the few threads that all tests share.
        process.terminationHandler = { [ended] _ in ended.send() }
        try process.run()
    }

    deinit {
        if process.isRunning {
            process.terminate()
        }
    }

    /// What it says when a round of codes is over.
    static let unused = "Nobody used the codes. Press Enter for new ones."

    /// Reads until a line begins like this; what comes after that in the line. Asks for codes again
    /// where a round is over before: on a busy machine it may be.
    func await(_ beginning: String) async throws -> String {
        while let line = await lines.next() {
            said.append(line)
            if line.hasPrefix(beginning) {
                return String(line.dropFirst(beginning.count))
            }
            if line == Self.unused {
                try enter("")
            }
        }
        throw NothingLeft()
    }

    func enter(_ line: String) throws {
        try input.fileHandleForWriting.write(contentsOf: Data("\(line)\n".utf8))
    }

    func interrupt() {
        process.interrupt()
    }

    /// Its exit code, after it has said the rest.
    func end() async -> Int32 {
        while let line = await lines.next() {
            said.append(line)
        }
        await ended.wait()
        return process.terminationStatus
    }
}

extension FileHandle {
    /// Its lines as they come, read by a thread.
    fileprivate var lines: AsyncStream<String> {
        let (stream, continuation) = AsyncStream<String>.makeStream()
        Thread.detachNewThread {
            var pending = Data()
            while true {
                let read = self.availableData
                if read.isEmpty { break }
                pending.append(read)
                while let end = pending.firstIndex(of: UInt8(ascii: "\n")) {
                    continuation.yield(String(decoding: pending[..<end], as: UTF8.self))
                    pending = Data(pending[(end + 1)...])
                }
            }
            continuation.finish()
        }
        return stream
    }
}
