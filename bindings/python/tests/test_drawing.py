"""QR codes are drawn by the library."""

import unittest

import pairing
from pairing import CodeForm, ErrorCode, EventKind, PairingCode, QrMatrix
from support import Case, Instance

PNG = b"\x89PNG\r\n\x1a\n"


class Drawing(Case):
    async def test_the_code_of_a_session_is_drawn(self):
        with Instance("zapi").session() as session:
            code = (await self.until(session, EventKind.CODE_READY)).kind.code
        matrix, same = code.qr(), QrMatrix(code.expose_text())
        self.assertEqual(matrix.modules(), same.modules())
        self.assertEqual(len(matrix.modules()), matrix.width() ** 2)

    async def test_a_picture_is_shown_as_it_came(self):
        instance = Instance("zapi")
        instance.settings["qr_form"] = "image"
        with instance.session() as session:
            code = (await self.until(session, EventKind.CODE_READY)).kind.code
        self.assertIs(code.form(), CodeForm.QR_IMAGE)
        self.assertEqual(code.media_type(), "image/png")
        self.assertTrue(code.expose_image().startswith(PNG))
        self.assertIsNone(code.expose_text())

    def test_modules_and_single_questions_agree(self):
        matrix = QrMatrix("a text")
        width = matrix.width()
        asked = [matrix.is_dark(x, y) for y in range(width) for x in range(width)]
        self.assertEqual(matrix.modules(), asked)
        self.assertTrue(matrix.is_dark(0, 0), "the corner of a finder pattern")
        self.assertFalse(matrix.is_dark(width, 0), "outside")

    def test_files_and_terminals(self):
        matrix = QrMatrix("a text")
        self.assertIn("<svg", matrix.to_svg())
        png = matrix.to_png(2)
        self.assertTrue(png.startswith(PNG))
        side = (matrix.width() + 2 * matrix.quiet_zone()) * 2
        self.assertEqual(int.from_bytes(png[16:20], "big"), side)
        self.assertNotEqual(matrix.to_terminal(False), matrix.to_terminal(True))

    def test_what_cannot_be_drawn_is_told(self):
        self.assert_not_drawable(QrMatrix, "")
        self.assert_not_drawable(QrMatrix, "x" * 2954)
        self.assert_not_drawable(PairingCode.from_phone_code("ABCD1234").qr)
        with self.assertRaises(pairing.PairingError) as caught:
            QrMatrix("a text").to_png(0)
        self.assertIs(caught.exception.code, ErrorCode.INVALID_INPUT)

    def assert_not_drawable(self, call, *arguments):
        with self.assertRaises(pairing.PairingError) as caught:
            call(*arguments)
        self.assertIs(caught.exception.code, ErrorCode.NOT_DRAWABLE)


if __name__ == "__main__":
    unittest.main()
