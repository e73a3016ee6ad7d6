import Foundation
import Pairing

// Events and views as lines of the protocol.

func line(for event: PairingEvent) -> String {
    let head = "event \(numbers(of: event))"
    switch event.kind {
    case .preparing, .starting, .codeExpired, .linking, .interactionRequired:
        return head
    case .codeReady(let code, let expiresAt, let expiry):
        let at = milliseconds(expiresAt)
        return "\(head) expires_at=\(at) expiry=\(name(of: expiry)) \(shown(code))"
    case .retrying(let retryAt, let error):
        return "\(head) retry_at=\(milliseconds(retryAt)) \(failure(error))"
    case .passkeyRequired(let step):
        let code = orNone(step.exposeConfirmationCode())
        return "\(head) url=\(orNone(step.exposeUrl())) confirmation_code=\(code)"
    case .linked(let phone):
        return "\(head) phone=\(orNone(phone))"
    case .finished(let outcome):
        return "\(head) \(end(outcome))"
    }
}

func line(for view: PairingView) -> String {
    let (method, phone): (String, String?) =
        switch view.method {
        case .qr: ("qr", nil)
        case .phoneCode(let phone): ("phone_code", phone)
        }
    let screen =
        switch view.screen {
        case .preparing: "preparing"
        case .starting: "starting"
        case .code: "code"
        case .codeExpired: "code_expired"
        case .linking: "linking"
        case .passkeyRequired: "passkey_required"
        case .linked: "linked"
        case .waitingForUser: "waiting_for_user"
        case .finished: "finished"
        }
    let numbers = "seq=\(view.seq) round=\(view.round) attempt=\(view.attempt)"
    return "view method=\(method) phone=\(orNone(phone)) \(numbers) screen=\(screen)"
}

private func numbers(of event: PairingEvent) -> String {
    let kind =
        switch event.kind {
        case .preparing: "preparing"
        case .starting: "starting"
        case .codeReady: "code_ready"
        case .codeExpired: "code_expired"
        case .retrying: "retrying"
        case .linking: "linking"
        case .passkeyRequired: "passkey_required"
        case .linked: "linked"
        case .interactionRequired: "interaction_required"
        case .finished: "finished"
        }
    return "seq=\(event.seq) round=\(event.round) attempt=\(event.attempt) kind=\(kind)"
}

private func name(of expiry: Expiry) -> String {
    switch expiry {
    case .exact: "exact"
    case .upperBound: "upper_bound"
    }
}

private func shown(_ code: PairingCode) -> String {
    switch code.form() {
    case .qrText:
        // Zeros, which fit no code, when it cannot be drawn.
        let matrix = try? code.qr()
        let dark = matrix?.modules().filter { $0 }.count ?? 0
        let text = code.exposeText() ?? ""
        return "form=qr_text width=\(matrix?.width() ?? 0) dark=\(dark) code=\(text)"
    case .qrImage:
        let file = code.exposeImage() ?? Data()
        return "form=qr_image code=\(hexadecimal(file))"
    case .phoneCode:
        return "form=phone_code code=\(code.exposeText() ?? "")"
    }
}

private func hexadecimal(_ bytes: Data) -> String {
    let digits = Array("0123456789abcdef".utf8)
    let text = bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
    return String(decoding: text, as: UTF8.self)
}

private func failure(_ error: FailureReport) -> String {
    let retry = "retryable=\(error.retryable ? 1 : 0) retry_after=\(seconds(error.retryAfter))"
    return "error=\(error.code.name) \(retry) message=\(error.message)"
}

private func end(_ outcome: PairingOutcome) -> String {
    switch outcome {
    case .connected(let phone): "outcome=connected phone=\(orNone(phone))"
    case .alreadyConnected(let phone): "outcome=already_connected phone=\(orNone(phone))"
    case .wrongAccount(let phone): "outcome=wrong_account phone=\(phone)"
    case .passkeyRequired: "outcome=passkey_required"
    case .rejected(let error): "outcome=rejected \(failure(error))"
    case .unavailable(let error): "outcome=unavailable \(failure(error))"
    case .rateLimited(let retryAfter): "outcome=rate_limited retry_after=\(seconds(retryAfter))"
    case .deadline: "outcome=deadline"
    case .cancelled: "outcome=cancelled"
    case .linkDropped: "outcome=link_dropped"
    }
}

private func seconds(_ wait: TimeInterval?) -> String {
    orNone(wait.map { Int($0) })
}

private func orNone(_ value: (some CustomStringConvertible)?) -> String {
    value?.description ?? "-"
}

private func milliseconds(_ moment: Date) -> Int {
    Int((moment.timeIntervalSince1970 * 1000).rounded())
}
