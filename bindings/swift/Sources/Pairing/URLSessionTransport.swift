import Foundation
import PairingGenerated

#if canImport(FoundationNetworking)
    import FoundationNetworking
#endif

/// HTTP by the system's own client, in place of the one inside the library.
///
/// ```swift
/// let provider = try openProvider(name: "zapi", settings: settings, transport: URLSessionTransport())
/// ```
///
/// It follows no redirect, keeps no cookie, cache or credential, and reads at most
/// `maxBodyBytes()` of an answer. Its errors say what kind of failure it was and never where the
/// request went, because with some gateways the address holds the token. Make one and use it for
/// every provider: it keeps connections open between requests.
public final class URLSessionTransport: HttpTransport {
    private let session: URLSession
    private let exchanges = Exchanges()

    /// - Parameter timeout: when a request is given up, in seconds. At least 15, because gateways
    ///   wait up to 10 s for WhatsApp before they answer.
    public init(timeout: TimeInterval = 25) {
        let seconds = max(timeout, 15)
        let configuration = URLSessionConfiguration.ephemeral
        configuration.timeoutIntervalForRequest = seconds
        configuration.timeoutIntervalForResource = seconds
        configuration.requestCachePolicy = .reloadIgnoringLocalCacheData
        configuration.urlCache = nil
        configuration.urlCredentialStorage = nil
        configuration.httpCookieStorage = nil
        configuration.httpCookieAcceptPolicy = .never
        configuration.httpShouldSetCookies = false
        session = URLSession(
            configuration: configuration, delegate: exchanges, delegateQueue: nil)
    }

    deinit {
        // Until then the session keeps its delegate alive.
        session.invalidateAndCancel()
    }

    public func send(request: HttpRequest) async throws -> HttpResponse {
        guard let url = URL(string: request.exposeUrl()) else {
            throw TransportError.Other
        }
        var outgoing = URLRequest(url: url)
        outgoing.httpMethod = request.method()
        for (name, value) in request.exposeHeaders() {
            outgoing.setValue(value, forHTTPHeaderField: name)
        }
        outgoing.httpBody = request.exposeBody().map { Data($0.utf8) }
        let task = session.dataTask(with: outgoing)
        let exchange = exchanges.begin(task)
        defer { exchanges.end(task) }
        return try await withTaskCancellationHandler {
            task.resume()
            return try await exchange.response()
        } onCancel: {
            exchange.finish(.failure(CancellationError()))
            task.cancel()
        }
    }
}

/// The parts of a `URLSession` hold addresses and headers.
extension URLSessionTransport: CustomStringConvertible, CustomReflectable {
    public var description: String { "URLSessionTransport" }
    public var customMirror: Mirror { Mirror(self, children: [:]) }
}

/// The requests under way, by task, and what the session tells about them.
private final class Exchanges: NSObject, URLSessionDataDelegate, @unchecked Sendable {
    private let lock = NSLock()
    private var underWay: [Int: Exchange] = [:]

    func begin(_ task: URLSessionTask) -> Exchange {
        let exchange = Exchange()
        lock.withLock { underWay[task.taskIdentifier] = exchange }
        return exchange
    }

    func end(_ task: URLSessionTask) {
        lock.withLock { underWay[task.taskIdentifier] = nil }
    }

    private subscript(task: URLSessionTask) -> Exchange? {
        lock.withLock { underWay[task.taskIdentifier] }
    }

    func urlSession(
        _ session: URLSession, task: URLSessionTask,
        willPerformHTTPRedirection response: HTTPURLResponse, newRequest request: URLRequest,
        completionHandler: @escaping (URLRequest?) -> Void
    ) {
        // The redirect itself is the answer: following it would hand the credentials on.
        completionHandler(nil)
    }

    func urlSession(_ session: URLSession, dataTask: URLSessionDataTask, didReceive data: Data) {
        guard let exchange = self[dataTask], !exchange.take(data) else { return }
        exchange.finish(.failure(TransportError.BodyTooLarge))
        dataTask.cancel()
    }

    func urlSession(
        _ session: URLSession, task: URLSessionTask, didCompleteWithError error: (any Error)?
    ) {
        self[task]?.complete(task.response, error)
    }
}

/// One request and what has come of its answer.
private final class Exchange: @unchecked Sendable {
    private let lock = NSLock()
    private let limit = Int(maxBodyBytes())
    private var body = Data()
    private var outcome: Result<HttpResponse, any Error>?
    private var waiting: CheckedContinuation<HttpResponse, any Error>?

    func response() async throws -> HttpResponse {
        try await withCheckedThrowingContinuation { continuation in
            let outcome = lock.withLock {
                if self.outcome == nil {
                    waiting = continuation
                }
                return self.outcome
            }
            if let outcome {
                continuation.resume(with: outcome)
            }
        }
    }

    /// Adds to the body, or refuses what makes it too large.
    func take(_ data: Data) -> Bool {
        lock.withLock {
            guard data.count <= limit - body.count else { return false }
            body.append(data)
            return true
        }
    }

    func complete(_ response: URLResponse?, _ error: (any Error)?) {
        if let error {
            finish(.failure(TransportError(error)))
        } else if let response = response as? HTTPURLResponse {
            let body = lock.withLock { self.body }
            finish(
                .success(
                    HttpResponse(
                        status: UInt16(clamping: response.statusCode),
                        body: body,
                        contentType: response.value(forHTTPHeaderField: "Content-Type"),
                        retryAfter: response.value(forHTTPHeaderField: "Retry-After"),
                        date: response.value(forHTTPHeaderField: "Date")
                    )))
        } else {
            finish(.failure(TransportError.Other))
        }
    }

    /// What comes first counts.
    func finish(_ outcome: Result<HttpResponse, any Error>) {
        let waiting = lock.withLock {
            guard self.outcome == nil else {
                return nil as CheckedContinuation<HttpResponse, any Error>?
            }
            self.outcome = outcome
            return self.waiting.take()
        }
        waiting?.resume(with: outcome)
    }
}

extension TransportError {
    /// The kind of failure alone: the errors of `URLSession` quote the address.
    fileprivate init(_ error: any Error) {
        switch (error as? URLError)?.code {
        case .cannotFindHost, .cannotConnectToHost, .dnsLookupFailed, .notConnectedToInternet,
            .dataNotAllowed, .internationalRoamingOff, .callIsActive:
            self = .Connect
        case .secureConnectionFailed, .serverCertificateHasBadDate, .serverCertificateUntrusted,
            .serverCertificateHasUnknownRoot, .serverCertificateNotYetValid,
            .clientCertificateRejected, .clientCertificateRequired,
            .appTransportSecurityRequiresSecureConnection:
            self = .Tls
        case .timedOut:
            self = .Timeout
        // Foundation on Linux calls an answer that ends early unknown.
        case .networkConnectionLost, .badServerResponse, .cannotParseResponse,
            .cannotDecodeContentData, .cannotDecodeRawData, .zeroByteResource, .unknown:
            self = .Interrupted
        default:
            self = .Other
        }
    }
}
