import Foundation
import Pairing
import Testing

@Suite("HTTP by URLSession", .timeLimit(.minutes(1)))
struct TransportTests {
    @Test("links like the client in the library", arguments: Gateway.samples)
    func links(gateway: Gateway) async throws {
        let instance = try await Instance.added(to: gateway)
        let session = try instance.session(transport: URLSessionTransport())
        let events = session.events.makeAsyncIterator()
        try await instance.scan(try await events.code())
        #expect(try await events.outcome() == .connected(phone: instance.phone))
    }

    @Test("its failures are of a kind, and no text of theirs gets through", arguments: [
        ("connection_reset", TransportError.Interrupted),
        ("truncated", .Interrupted),
        ("oversized", .BodyTooLarge),
    ])
    func failures(fault: String, kind: TransportError) async throws {
        let instance = try await Instance.added(to: .example)
        try await instance.fault(fault)
        let transport = Watched(URLSessionTransport())
        let provider = try instance.provider(transport: transport)
        let error = try await PairingError.thrown { _ = try await provider.status() }
        #expect(transport.failure as? TransportError == kind)
        #expect(!error.message.contains(instance.id))
    }

    @Test("nobody listens")
    func nobody() async throws {
        let server = try LoopbackServer(answer: "")
        server.stop()
        let transport = Watched(URLSessionTransport())
        let provider = try server.provider(transport)
        let error = try await PairingError.thrown { _ = try await provider.status() }
        #expect(transport.failure as? TransportError == .Connect)
        #expect(error.code == .unavailable)
        #expect(error.retryable)
    }

    @Test("a redirect is an answer, and is not followed")
    func redirect() async throws {
        let elsewhere = try LoopbackServer(answer: "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
        let server = try LoopbackServer(
            answer: """
                HTTP/1.1 302 Found\r\nLocation: \(elsewhere.url)\r\nContent-Length: 0\r\n\r\n
                """)
        let error = try await PairingError.thrown {
            _ = try await server.provider(URLSessionTransport()).status()
        }
        #expect(error.code == .malformedReply || error.code == .refused)
        #expect(server.requests.count == 1)
        #expect(elsewhere.requests.isEmpty)
    }

    @Test("a cookie is not sent back, and no answer comes from a cache")
    func cookies() async throws {
        let server = try LoopbackServer(
            answer: """
                HTTP/1.1 200 OK\r\nSet-Cookie: a=b; Path=/\r\nCache-Control: max-age=600\r\n\
                Content-Type: application/json\r\nContent-Length: 46\r\nConnection: close\r\n\r\n\
                {"connected":false,"smartphoneConnected":true}
                """)
        let provider = try server.provider(URLSessionTransport())
        for _ in 0..<2 {
            #expect(try await !provider.status().connected)
        }
        #expect(server.requests.count >= 2)
        for request in server.requests {
            #expect(!request.lowercased().contains("\r\ncookie:"))
        }
    }

    @Test("the request ends with the session")
    func cancelled() async throws {
        let instance = try await Instance.added(to: .example)
        try await instance.fault("hang")
        let transport = Watched(URLSessionTransport())
        let session = try instance.session(transport: transport)
        await transport.begun.wait()
        session.cancel()
        await transport.left.wait()
        #expect(transport.wasCancelled)
    }

    @Test("an error that a transport did not declare fails the call, and its text stays away")
    func undeclared() async throws {
        let instance = try await Instance.added(to: .example)
        let provider = try instance.provider(transport: Throwing())
        let error = try await PairingError.thrown { _ = try await provider.status() }
        #expect(error.code == .internal)
        #expect(!error.message.contains(Undeclared.secret))
    }
}

private final class Throwing: HttpTransport {
    func send(request: HttpRequest) async throws -> HttpResponse { throw Undeclared() }
}
