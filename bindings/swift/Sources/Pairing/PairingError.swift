import Foundation
import PairingGenerated

extension PairingError {
    /// A failure that a provider of the app reports.
    ///
    /// The message is for people: a sentence without credentials, without addresses, and without
    /// any text of the gateway. Whether a retry helps follows from the code.
    public init(_ code: ErrorCode, _ message: String, retryAfter: TimeInterval? = nil) {
        // The FFI boundary takes no others: nothing waits for a negative or infinite time.
        let wait = retryAfter.flatMap { $0.isFinite ? min(max($0, 0), Self.longestWait) : nil }
        self = .Failed(code: code, message: message, retryable: false, retryAfter: wait)
    }

    /// What to branch on.
    public var code: ErrorCode {
        switch self {
        case .Failed(let code, _, _, _): code
        }
    }

    /// A sentence in English, safe to show.
    public var message: String {
        switch self {
        case .Failed(_, let message, _, _): message
        }
    }

    /// Whether the same call may succeed later without any change by a person.
    public var retryable: Bool {
        switch self {
        case .Failed(_, _, let retryable, _): retryable
        }
    }

    /// How long the gateway asks callers to wait, if it says.
    public var retryAfter: TimeInterval? {
        switch self {
        case .Failed(_, _, _, let retryAfter): retryAfter
        }
    }

    /// A year, in seconds.
    private static let longestWait: TimeInterval = 31_536_000
}

/// An error describes itself by its message, also as `localizedDescription`.
extension PairingError: CustomStringConvertible, CustomDebugStringConvertible {
    public var description: String { message }
    public var debugDescription: String { message }
}

extension ErrorCode {
    /// The name in `snake_case`, the same in every language: for logs and statistics.
    public var name: String {
        errorCodeName(code: self)
    }
}
