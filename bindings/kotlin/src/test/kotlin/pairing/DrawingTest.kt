package pairing

import java.io.ByteArrayInputStream
import javax.imageio.ImageIO
import kotlin.test.Test
import kotlin.test.assertContentEquals
import kotlin.test.assertEquals
import kotlin.test.assertFailsWith
import kotlin.test.assertNull
import kotlin.test.assertTrue

/** QR codes as the library draws them. */
class DrawingTest {
    private val code = PairingCode.fromQrText("2@kYq0,a,b,c,1")
    private val matrix = code.qr()
    private val width = matrix.width().toInt()

    @Test
    fun `the modules are the ones that are asked for one by one`() {
        val modules = matrix.modules()
        assertEquals(width * width, modules.size)
        for (y in 0 until width) {
            for (x in 0 until width) {
                assertEquals(modules[y * width + x], matrix.isDark(x.toUInt(), y.toUInt()))
            }
        }
        // The corner of a finder pattern, and what is outside.
        assertTrue(modules[0])
        assertEquals(false, matrix.isDark(width.toUInt(), 0u))
        assertContentEquals(modules, QrMatrix("2@kYq0,a,b,c,1").modules())
    }

    @Test
    fun `the picture has the same modules and a quiet zone`() {
        val picture = ImageIO.read(ByteArrayInputStream(matrix.toPng(3u)))
        val quiet = matrix.quietZone().toInt()
        assertEquals(3 * (width + 2 * quiet), picture.width)
        assertEquals(picture.width, picture.height)
        for (y in -quiet until width + quiet) {
            for (x in -quiet until width + quiet) {
                val inside = x in 0 until width && y in 0 until width
                val dark = inside && matrix.isDark(x.toUInt(), y.toUInt())
                val pixel = picture.getRGB(3 * (x + quiet) + 1, 3 * (y + quiet) + 1)
                assertEquals(if (dark) 0x000000 else 0xffffff, pixel and 0xffffff)
            }
        }
        val refused = assertFailsWith<PairingException> { matrix.toPng(0u) }
        assertEquals(ErrorCode.INVALID_INPUT, refused.code)
    }

    @Test
    fun `there is one for web views and one for terminals`() {
        assertTrue(matrix.toSvg().startsWith("<svg") || matrix.toSvg().startsWith("<?xml"))
        val quiet = matrix.quietZone().toInt()
        val lines = matrix.toTerminal(inverted = false).trimEnd('\n').lines()
        assertEquals((width + 2 * quiet + 1) / 2, lines.size)
        assertTrue(lines.any { it.isNotBlank() })
    }

    @Test
    fun `what is not drawn is shown as it came`() {
        val picture = PairingCode.fromQrImage(matrix.toPng(4u))
        assertEquals(CodeForm.QR_IMAGE, picture.form())
        assertEquals("image/png", picture.mediaType())
        assertContentEquals(matrix.toPng(4u), picture.exposeImage())
        assertNull(picture.exposeText())
        val typed = PairingCode.fromPhoneCode("ABCD1234")
        assertEquals("ABCD-1234", typed.exposeText())
        val undrawable = assertFailsWith<PairingException> { typed.qr() }
        assertEquals(ErrorCode.NOT_DRAWABLE, undrawable.code)
        val empty = assertFailsWith<PairingException> { PairingCode.fromQrText("") }
        assertEquals(ErrorCode.INVALID_PAIRING_CODE, empty.code)
    }
}
