import Foundation
import Pairing
import Testing

@Suite("The example that a reader copies", .timeLimit(.minutes(1)))
struct ExampleTests {
    @Test("a phone scans what it shows", arguments: Gateway.samples)
    func qr(gateway: Gateway) async throws {
        let instance = try await Instance.added(to: gateway)
        let example = try Example(instance)
        try await scan(example, instance)
        #expect(try await example.await("Linked: ") == instance.phone)
        #expect(await example.end() == 0)
        try expectNothingLeft(example, instance)
    }

    @Test("somebody types what it shows", arguments: Gateway.samples)
    func phoneCode(gateway: Gateway) async throws {
        let instance = try await Instance.added(to: gateway)
        let example = try Example(instance, phone: instance.phone)
        let code = try await example.await("Type this code into WhatsApp: ")
        try await instance.act("type", ["code": code])
        #expect(try await example.await("Linked: ") == instance.phone)
        #expect(await example.end() == 0)
    }

    @Test("Enter brings new codes", arguments: Gateway.samples)
    func resume(gateway: Gateway) async throws {
        let instance = try await Instance.added(to: gateway)
        let example = try Example(instance, speed: 20)
        _ = try await example.await(Example.unused)
        try example.enter("")
        _ = try await example.await(instance.sendsText ? "Scan it: " : "Open this picture")
        try await instance.act("link")
        // Without the number, when it is the next request for a code that finds it linked.
        _ = try await example.await("Linked: ")
        #expect(await example.end() == 0)
    }

    @Test("Ctrl-C ends it in order", arguments: Gateway.samples)
    func interrupt(gateway: Gateway) async throws {
        let instance = try await Instance.added(to: gateway)
        let example = try Example(instance)
        _ = try await example.await(instance.sendsText ? "Scan it: " : "Open this picture")
        example.interrupt()
        _ = try await example.await("Cancelled.")
        #expect(await example.end() == 1)
        try expectNothingLeft(example, instance)
    }

    @Test("what is typed wrong is told before any request")
    func refused() async throws {
        let instance = try await Instance.added(to: .example)
        let example = try Example(instance, phone: "12")
        _ = try await example.await("This cannot work: ")
        #expect(await example.end() == 2)
        #expect(try await instance.calls()["total"] as? Int == 0)
    }

    /// Looks at what is on the screen, as a phone does.
    private func scan(_ example: Example, _ instance: Instance) async throws {
        if try instance.sendsText {
            _ = try await example.await("Scan it: ")
            let text = try #require(try await instance.state()["current_qr"] as? String)
            let drawing = try QrMatrix(text: text).toTerminal(inverted: true)
            let expected = drawing.split(separator: "\n").map { "\u{1B}[30;107m\($0)\u{1B}[0m" }
            #expect(Array(example.said.dropLast().suffix(expected.count)) == expected)
            try await instance.act("scan", ["text": text])
        } else {
            let file = try await example.await("Open this picture and scan it: ")
            let folder = URL(fileURLWithPath: file).deletingLastPathComponent()
            let attributes = try FileManager.default.attributesOfItem(atPath: folder.path)
            #expect(attributes[.posixPermissions] as? Int == 0o700)
            try await instance.scan(picture: Data(contentsOf: URL(fileURLWithPath: file)))
        }
    }

    /// No picture outlives the program, and it has said no credential.
    private func expectNothingLeft(_ example: Example, _ instance: Instance) throws {
        let secrets = instance.secrets
        #expect(!secrets.isEmpty)
        for line in example.said {
            #expect(!secrets.contains { line.contains($0) })
            #expect(!line.contains(instance.id))
            if let file = line.split(separator: " ").last, file.hasPrefix("/") {
                #expect(!FileManager.default.fileExists(atPath: String(file)))
            }
        }
    }
}
