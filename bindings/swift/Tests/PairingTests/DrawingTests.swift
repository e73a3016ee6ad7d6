import Foundation
import Pairing
import Testing

@Suite("Drawing QR codes")
struct DrawingTests {
    @Test("the matrix, the SVG and the PNG are of one size")
    func forms() throws {
        let matrix = try PairingCode.fromQrText(text: "2@a,code,1").qr()
        let width = Int(matrix.width())
        #expect(matrix.modules().count == width * width)
        // The corner of a finder pattern is dark; outside the code everything is light.
        #expect(matrix.isDark(x: 0, y: 0))
        #expect(matrix.modules()[0])
        #expect(!matrix.isDark(x: UInt32(width), y: 0))
        #expect(matrix.toSvg().hasPrefix("<svg"))
        let file = try matrix.toPng(pixelsPerModule: 2)
        #expect(file.starts(with: [0x89, 0x50, 0x4E, 0x47]))
        // The width stands in the bytes 16 to 19 of a PNG file.
        let pixels = file[file.startIndex + 16..<file.startIndex + 20].reduce(0) { $0 << 8 | Int($1) }
        #expect(pixels == (width + 2 * Int(matrix.quietZone())) * 2)
    }

    @Test("what cannot be drawn says so")
    func refusals() async throws {
        let code = try PairingCode.fromPhoneCode(code: "ABCD-1234")
        let typed = try await PairingError.thrown { _ = try code.qr() }
        #expect(typed.code == .notDrawable)
        let matrix = try QrMatrix(text: "text")
        let size = try await PairingError.thrown { _ = try matrix.toPng(pixelsPerModule: 0) }
        #expect(size.code == .invalidInput)
    }
}
