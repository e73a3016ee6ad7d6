import Foundation
import Pairing

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Gives every request the same answer, for what no gateway of the simulator would send.
final class LoopbackServer: @unchecked Sendable {
    let url: String
    private let answer: String
    private let lock = NSLock()
    private var listener: Int32?
    private var heads: [String] = []

    init(answer: String) throws {
        let (listener, port) = try listen()
        self.listener = listener
        self.answer = answer
        url = "http://127.0.0.1:\(port)"
        Thread.detachNewThread { [weak self] in
            while true {
                let connection = accept(listener, nil, nil)
                guard connection >= 0, let self else { break }
                self.serve(connection)
            }
        }
    }

    deinit {
        stop()
    }

    /// Refuses all later connections.
    func stop() {
        guard let listener = lock.withLock({ listener.take() }) else { return }
        // Closing alone would not wake the thread that waits for a connection.
        shutdown(listener, Int32(SHUT_RDWR))
        close(listener)
    }

    /// The heads of the requests so far.
    var requests: [String] { lock.withLock { heads } }

    /// An instance of Z-API at this address.
    func provider(_ transport: any HttpTransport) throws -> any PairingProvider {
        let settings = ["base_url": url, "instance": "3C01", "token": "A0F5"]
        return try openProvider(name: "zapi", settings: settings, transport: transport)
    }

    /// No request has a body: its head ends with an empty line.
    private func serve(_ connection: Int32) {
        let stream = FileHandle(fileDescriptor: connection, closeOnDealloc: true)
        var head = ""
        while !head.hasSuffix("\r\n\r\n") {
            let read = stream.availableData
            if read.isEmpty { return }
            head += String(decoding: read, as: UTF8.self)
        }
        lock.withLock { heads.append(head) }
        try? stream.write(contentsOf: Data(answer.utf8))
    }
}

/// A socket that listens at a port of 127.0.0.1 that the system picks.
private func listen() throws -> (socket: Int32, port: UInt16) {
    #if canImport(Glibc)
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    #else
        let listener = socket(AF_INET, SOCK_STREAM, 0)
    #endif
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = inet_addr("127.0.0.1")
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let listens = withUnsafeMutablePointer(to: &address) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
            bind(listener, $0, length) == 0 && listen(listener, 8) == 0
                && getsockname(listener, $0, &length) == 0
        }
    }
    guard listener >= 0, listens else {
        throw POSIXError(.EADDRNOTAVAIL)
    }
    return (listener, UInt16(bigEndian: address.sin_port))
}
