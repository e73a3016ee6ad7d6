import Foundation
import Pairing

/// What a person sees. A code is a login secret: it is on this screen and nowhere else.
final class Screen: @unchecked Sendable {
    let texts: Texts
    /// The folder of the picture that is shown. Only the loop over the views touches it.
    private var picture: URL?
    private var printed = ""

    init(texts: Texts) {
        self.texts = texts
    }

    func say(_ text: String) {
        // Not `print`, which keeps lines back while nobody sits at a terminal.
        FileHandle.standardOutput.write(Data("\(text)\n".utf8))
    }

    func show(_ view: PairingView) {
        // A terminal keeps what was printed: the same screen is not printed twice.
        let name = String(describing: view.screen).prefix { $0 != "(" }
        let screen = "\(view.round) \(view.attempt) \(name)"
        // What a passkey needs may change while the screen stays.
        let isNewStep = name == "passkeyRequired" && view.retrying == nil
        if screen != printed || isNewStep {
            printed = screen
            takeDown()
            show(view.screen)
        }
        if let retrying = view.retrying {
            say(texts.retrying(retrying.error.message))
        }
    }

    private func show(_ screen: Pairing.Screen) {
        switch screen {
        case .preparing: say(texts.preparing)
        case .starting: say(texts.starting)
        case .code(let code, _, _): show(code)
        case .codeExpired: say(texts.expired)
        case .linking: say(texts.linking)
        case .passkeyRequired(let step): show(step)
        case .linked: say(texts.confirming)
        case .waitingForUser: say(texts.pressEnter)
        case .finished(let outcome): say(texts.outcome(outcome))
        }
    }

    private func show(_ step: PasskeyStep) {
        say(texts.passkey)
        if let url = step.exposeUrl() { say(texts.openPage(url)) }
        if let code = step.exposeConfirmationCode() { say(texts.compare(code)) }
    }

    private func show(_ code: PairingCode) {
        if let matrix = code.form() == .qrText ? try? code.qr() : nil {
            draw(matrix)
            say(texts.scan)
        } else if let image = code.exposeImage() {
            show(picture: image)
        } else {
            say(texts.type(code.exposeText() ?? ""))
        }
    }

    /// Black on white, whatever the terminal's colours are.
    private func draw(_ matrix: QrMatrix) {
        for line in matrix.toTerminal(inverted: true).split(separator: "\n") {
            say("\u{1B}[30;107m\(line)\u{1B}[0m")
        }
    }

    /// A terminal shows no pictures: this one goes where its owner alone can open it.
    private func show(picture image: Data) {
        let files = FileManager.default
        let folder = files.temporaryDirectory.appendingPathComponent("pairing-\(UUID())")
        let file = folder.appendingPathComponent("qr-code")
        do {
            try files.createDirectory(
                at: folder, withIntermediateDirectories: false,
                attributes: [.posixPermissions: 0o700])
            picture = folder
            try image.write(to: file)
            say(texts.scanPicture(file.path))
        } catch {
            say(texts.refused(error.localizedDescription))
        }
    }

    /// A picture on disk does not outlive its code.
    private func takeDown() {
        if let picture {
            try? FileManager.default.removeItem(at: picture)
        }
        picture = nil
    }
}
