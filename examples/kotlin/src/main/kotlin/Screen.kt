package example

import java.io.PrintStream
import java.nio.file.Files
import java.nio.file.Path
import pairing.CodeForm
import pairing.PairingCode
import pairing.PairingView
import pairing.PasskeyStep
import pairing.QrMatrix
import pairing.Screen as Shown

/** What a person sees. A code is a login secret: it is on this screen and nowhere else. */
internal class Screen(private val terminal: PrintStream, val texts: Texts) : AutoCloseable {
    private var picture: Path? = null
    private var printed: List<Any>? = null

    fun say(text: String) = terminal.println(text)

    fun show(view: PairingView) {
        val shown = view.screen
        // A terminal keeps what was printed: the same screen is not printed twice.
        val screen = listOf(view.round, view.attempt, shown::class)
        // What a passkey needs may change while the screen stays.
        val isNewStep = shown is Shown.PasskeyRequired && view.retrying == null
        if (screen != printed || isNewStep) {
            printed = screen
            close()
            when (shown) {
                Shown.Preparing -> say(texts.preparing)
                Shown.Starting -> say(texts.starting)
                is Shown.Code -> show(shown.code)
                Shown.CodeExpired -> say(texts.expired)
                Shown.Linking -> say(texts.linking)
                is Shown.PasskeyRequired -> show(shown.step)
                is Shown.Linked -> say(texts.confirming)
                Shown.WaitingForUser -> say(texts.pressEnter)
                is Shown.Finished -> say(texts.outcome(shown.outcome))
            }
        }
        view.retrying?.let { say(texts.retrying(it.error.message)) }
    }

    private fun show(step: PasskeyStep) {
        say(texts.passkey)
        step.exposeUrl()?.let { say(texts.openPage(it)) }
        step.exposeConfirmationCode()?.let { say(texts.compare(it)) }
    }

    private fun show(code: PairingCode) {
        when (code.form()) {
            CodeForm.QR_TEXT -> {
                code.qr().use { draw(it) }
                say(texts.scan)
            }
            CodeForm.QR_IMAGE -> {
                // Readable by its owner alone, and gone when the code is.
                val kind = code.mediaType()?.substringAfter('/')
                val file = Files.createTempFile("pairing-", ".$kind")
                Files.write(file, checkNotNull(code.exposeImage()))
                picture = file
                say(texts.scanPicture(file.toString()))
            }
            CodeForm.PHONE_CODE -> say(texts.type(checkNotNull(code.exposeText())))
        }
    }

    /** Two modules in each character; black on white, whatever the terminal's colours are. */
    private fun draw(matrix: QrMatrix) {
        val width = matrix.width().toInt()
        val quiet = matrix.quietZone().toInt()
        val modules = matrix.modules()
        fun dark(x: Int, y: Int) =
            x in 0 until width && y in 0 until width && modules[y * width + x]
        for (y in -quiet until width + quiet step 2) {
            val line = (-quiet until width + quiet).joinToString("") { x ->
                when {
                    dark(x, y) && dark(x, y + 1) -> "█"
                    dark(x, y) -> "▀"
                    dark(x, y + 1) -> "▄"
                    else -> " "
                }
            }
            say("\u001b[30;107m$line\u001b[0m")
        }
    }

    /** A picture on disk does not outlive its code. */
    override fun close() {
        picture?.let(Files::deleteIfExists)
        picture = null
    }
}
