package pairing

import java.awt.Color
import java.awt.image.BufferedImage
import java.io.ByteArrayOutputStream
import java.io.File
import javax.imageio.ImageIO

/** `examples/kotlin` as its user runs it, in a process of its own. */
class Example(
    instance: Instance,
    language: String,
    arguments: List<String>,
    speed: Int,
) : AutoCloseable {
    private val process = ProcessBuilder(command(language, arguments))
        .redirectErrorStream(true)
        .also {
            it.environment() += instance.environment
            it.environment()["PAIRING_SPEED"] = "$speed"
        }
        .start()
    private val output = process.inputStream.bufferedReader(Charsets.UTF_8)

    /** Everything that it has said so far. */
    val said = mutableListOf<String>()

    /**
     * Reads until a line begins like this; what comes after that in the line. Asks for codes again where
     * a round is over before: on a busy machine it may be.
     */
    fun await(beginning: String): String {
        while (true) {
            val line = checkNotNull(output.readLine()) { "it ended before: $said" }
            said += line
            if (line.startsWith(beginning)) {
                return line.removePrefix(beginning)
            }
            if (line == UNUSED) {
                enter("")
            }
        }
    }

    fun enter(text: String) {
        process.outputStream.write("$text\n".toByteArray())
        process.outputStream.flush()
    }

    /** Its exit code, after it has said the rest. */
    fun end(): Int {
        said += output.readLines()
        return process.waitFor()
    }

    /** A photograph of the QR code above the last line. */
    fun photograph(): ByteArray {
        val lines = said.dropLast(1).takeLastWhile { it.startsWith(INK) }
            .map { it.removePrefix(INK).removeSuffix(NO_INK) }
        val rows = lines.flatMap { line ->
            listOf("█▀", "█▄").map { dark -> line.map { it in dark } }
        }
        val picture = BufferedImage(
            rows[0].size * PIXELS,
            rows.size * PIXELS,
            BufferedImage.TYPE_BYTE_BINARY,
        )
        val pen = picture.createGraphics()
        rows.forEachIndexed { y, row ->
            row.forEachIndexed { x, dark ->
                pen.color = if (dark) Color.BLACK else Color.WHITE
                pen.fillRect(x * PIXELS, y * PIXELS, PIXELS, PIXELS)
            }
        }
        pen.dispose()
        val file = ByteArrayOutputStream()
        ImageIO.write(picture, "png", file)
        return file.toByteArray()
    }

    override fun close() {
        process.destroyForcibly().waitFor()
    }

    companion object {
        /** What it says when a round of codes is over. */
        const val UNUSED = "Nobody used the codes. Press Enter for new ones."
        private const val INK = "\u001b[30;107m"
        private const val NO_INK = "\u001b[0m"
        private const val PIXELS = 6

        private fun command(language: String, arguments: List<String>): List<String> {
            val property = { name: String -> checkNotNull(System.getProperty(name)) }
            return listOf(
                File(property("java.home"), "bin/java").path,
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Duser.language=$language",
                "-Djna.library.path=${property("jna.library.path")}",
                "-cp",
                property("java.class.path"),
                "example.MainKt",
            ) + arguments
        }
    }
}
