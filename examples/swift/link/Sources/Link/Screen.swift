import Foundation
import Pairing

/// What a person sees. A code is a login secret: it is on this screen and nowhere else.
final class Screen: @unchecked Sendable {
    let texts: Texts
    /// The folder of the picture that is shown. Only the loop over the events touches it.
    private var picture: URL?

    init(texts: Texts) {
        self.texts = texts
    }

    func say(_ text: String) {
        // Not `print`, which keeps lines back while nobody sits at a terminal.
        FileHandle.standardOutput.write(Data("\(text)\n".utf8))
    }

    func show(_ kind: EventKind) {
        switch kind {
        case .preparing:
            say(texts.preparing)
        case .codeReady(let code, _, _):
            show(code)
        case .codeExpired:
            takeDown()
            say(texts.expired)
        case .retrying(_, let error):
            say(texts.retrying(error.message))
        case .interactionRequired:
            say(texts.pressEnter)
        case .finished(let outcome):
            takeDown()
            say(texts.outcome(outcome))
        }
    }

    private func show(_ code: PairingCode) {
        takeDown()
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
